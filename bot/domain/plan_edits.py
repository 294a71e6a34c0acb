"""Edits of a plan as values: the plan as it was in, the plan as it is to be out, ids kept by whatever stays itself."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, TypeVar

from bot.domain.plans import MAX_MODULES, MAX_SOURCES, MAX_TRACKS, Module, Plan, Source, SourceKind, Track

_Item = TypeVar("_Item")
_BY_POSITION: Final = (SourceKind.PRIMARY, SourceKind.SECOND, SourceKind.PRACTICE)


class Part(StrEnum):
    """What of a plan is edited; the letters stand in buttons."""

    PLAN = "p"
    TRACK = "t"
    MODULE = "m"
    SOURCE = "s"


@dataclass(frozen=True, slots=True)
class Target:
    """A part of a plan by the id of its row."""

    part: Part
    id: int


class Full(StrEnum):
    """Which limit a plan exceeds."""

    TRACKS = "tracks"
    MODULES = "modules"
    SOURCES = "sources"


def overfull(plan: Plan) -> Full | None:
    """Which limit the plan exceeds (each holds for files, dialogues and typed lines alike), or None."""
    if len(plan.tracks) > MAX_TRACKS:
        return Full.TRACKS
    if sum(len(track.modules) for track in plan.tracks) > MAX_MODULES:
        return Full.MODULES
    owned = [sources for track in plan.tracks for sources in (track.sources, *(module.sources for module in track.modules))]
    return Full.SOURCES if any(len(sources) > MAX_SOURCES for sources in owned) else None


# --- finding ----------------------------------------------------------------------------------------------------------
def find_track(plan: Plan, track_id: int) -> Track | None:
    """The track stored under `track_id`, or None."""
    return next((track for track in plan.tracks if track.id == track_id), None)


def owner_of(plan: Plan, source_id: int) -> tuple[Target, Source] | None:
    """The source stored under `source_id` and the track or module it belongs to, or None."""
    for track in plan.tracks:
        owners: tuple[tuple[Target, tuple[Source, ...]], ...] = (
            (Target(Part.TRACK, track.id or 0), track.sources),
            *((Target(Part.MODULE, module.id or 0), module.sources) for module in track.modules),
        )
        for target, sources in owners:
            found = next((source for source in sources if source.id == source_id), None)
            if found is not None:
                return target, found
    return None


def kind_for(sources: Sequence[Source]) -> SourceKind:
    """What a further source is for where nobody says: primary, second, then practice."""
    return _BY_POSITION[min(len(sources), 2)]


# --- changing in place ------------------------------------------------------------------------------------------------
def change_track(plan: Plan, track_id: int, **values: Any) -> Plan:
    """The plan with fields of a track set."""
    return _with_tracks(plan, (replace(track, **values) if track.id == track_id else track for track in plan.tracks))


def change_module(plan: Plan, module_id: int, **values: Any) -> Plan:
    """The plan with fields of a module set."""

    def changed(module: Module) -> Module:
        return replace(module, **values) if module.id == module_id else module

    return _with_tracks(plan, (replace(track, modules=tuple(map(changed, track.modules))) for track in plan.tracks))


def change_sources(plan: Plan, owner: Target, change: Callable[[tuple[Source, ...]], tuple[Source, ...]]) -> Plan:
    """The plan with the sources of a track or a module changed."""
    if owner.part is Part.TRACK:
        track = find_track(plan, owner.id)
        return change_track(plan, owner.id, sources=change(track.sources)) if track else plan
    modules = [module for track in plan.tracks for module in track.modules if module.id == owner.id]
    return change_module(plan, owner.id, sources=change(modules[0].sources)) if modules else plan


# --- adding -----------------------------------------------------------------------------------------------------------
def add_tracks(plan: Plan, tracks: Iterable[Track], *, index: int | None = None) -> Plan:
    """The plan with tracks put in before position `index`, at the end by default."""
    return _with_tracks(plan, _put(plan.tracks, tracks, index))


def add_modules(plan: Plan, track_id: int, modules: Iterable[Module], *, index: int | None = None) -> Plan:
    """The plan with modules put into a track before position `index`, at its end by default."""
    track = find_track(plan, track_id)
    return change_track(plan, track_id, modules=tuple(_put(track.modules, modules, index))) if track else plan


def merge(plan: Plan, addition: Plan) -> Plan:
    """The plan with what `addition` has beyond it.

    A track of the same title gets the modules and sources it has not, at its end; a module of the same title gets the sources,
    the estimate and the day done it has not. Case does not tell titles apart; of several modules of a title each is met once.
    """
    tracks = list(plan.tracks)
    met: set[int] = set()
    for new in addition.tracks:
        number = next((n for n, old in enumerate(tracks) if n not in met and _same(old.title, new.title)), None)
        if number is None:
            tracks.append(new)
            number = len(tracks) - 1
        else:
            tracks[number] = _merged(tracks[number], new)
        met.add(number)
    return _with_tracks(plan, tracks)


def _merged(track: Track, new: Track) -> Track:
    modules = list(track.modules)
    met: set[int] = set()
    for one in new.modules:
        number = next((n for n, old in enumerate(modules) if n not in met and _same(old.title, one.title)), None)
        if number is None:
            modules.append(one)
            number = len(modules) - 1
        else:
            modules[number] = _completed(modules[number], one)
        met.add(number)
    return replace(track, modules=tuple(modules), sources=_more(track.sources, new.sources))


def _completed(module: Module, new: Module) -> Module:
    filled = replace(module, sources=_more(module.sources, new.sources))
    if filled.estimate_minutes is None:
        filled = replace(filled, estimate_minutes=new.estimate_minutes, estimate_said=new.estimate_said)
    return filled if filled.done else replace(filled, done_day=new.done_day, ticked=new.ticked)


def _more(sources: tuple[Source, ...], new: Sequence[Source]) -> tuple[Source, ...]:
    return sources + tuple(one for one in new if one not in sources)


# --- moving -----------------------------------------------------------------------------------------------------------
def move_track(plan: Plan, track_id: int, *, index: int) -> Plan:
    """The plan with a track at position `index` of those without it; beyond the ends is at the ends."""
    track = find_track(plan, track_id)
    rest = [one for one in plan.tracks if one.id != track_id]
    return _with_tracks(plan, _put(rest, [track], max(0, index))) if track else plan


def move_module(plan: Plan, module_id: int, *, track_id: int, index: int | None = None) -> Plan:
    """The plan with a module in a track, at position `index` of the modules there without it, at the end by default."""
    module = next((one for track in plan.tracks for one in track.modules if one.id == module_id), None)
    if module is None or find_track(plan, track_id) is None:
        return plan
    return add_modules(drop_module(plan, module_id), track_id, [module], index=None if index is None else max(0, index))


# --- dropping ---------------------------------------------------------------------------------------------------------
def drop_track(plan: Plan, track_id: int) -> Plan:
    """The plan without a track."""
    return _with_tracks(plan, (track for track in plan.tracks if track.id != track_id))


def drop_module(plan: Plan, module_id: int) -> Plan:
    """The plan without a module."""
    return _with_tracks(
        plan, (replace(track, modules=tuple(one for one in track.modules if one.id != module_id)) for track in plan.tracks)
    )


def _put(items: Iterable[_Item], new: Iterable[_Item], index: int | None) -> list[_Item]:
    kept = list(items)
    at = len(kept) if index is None else index
    return [*kept[:at], *new, *kept[at:]]


def _with_tracks(plan: Plan, tracks: Iterable[Track]) -> Plan:
    return replace(plan, tracks=tuple(tracks))


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
