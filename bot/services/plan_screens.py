"""The screens on which a plan is edited: a module, what can be done to a part, its place among its neighbours, its sources."""

from collections.abc import Sequence
from typing import Final

from bot.domain.notices.plan_edits import (
    EditShown,
    ModuleShown,
    MoveShown,
    MoveWhere,
    Neighbour,
    SourceShown,
    SourcesShown,
)
from bot.domain.notices.plans import News, SourceLine
from bot.domain.plan_edits import Part, Target, find_track
from bot.domain.plans import Plan, Source, count_plan, count_track
from bot.services.plan_changes import place_of, source_of, sources_of, title_of
from bot.services.plan_views import MODULES_A_PAGE, page_of

ROWS: Final = 6  # of anything to choose from; with the ways on and back a screen has about eight buttons
_AROUND: Final = 2  # neighbours shown before and after what is moved


def module_shown(plan: Plan, module_id: int, *, news: News | None = None) -> ModuleShown:
    """A module of the plan; Refused (StaleButton) where it is gone."""
    place = place_of(plan, module_id)
    track, module = place.track, place.module
    number = [one.id for one in track.modules].index(module_id)
    return ModuleShown(
        id=module_id,
        title=module.title,
        track_id=track.id or 0,
        track=track.title,
        number=number + 1,
        total=len(track.modules),
        page=number // MODULES_A_PAGE,
        minutes=module.estimate_minutes,
        said=module.estimate_said,
        done_day=module.done_day,
        sources=tuple(map(source_line, (module.sources or track.sources)[:ROWS])),
        own=len(module.sources),
        news=news,
    )


def edit_shown(plan: Plan, target: Target, *, news: News | None = None) -> EditShown:
    """What can be done to the plan or to a track; Refused (StaleButton) where it is gone."""
    title = title_of(plan, target)
    track = find_track(plan, target.id) if target.part is Part.TRACK else None
    count = count_track(track) if track else count_plan(plan)
    sources = len(track.sources) if track else 0
    alone = len(plan.tracks) < 2
    return EditShown(target.part, target.id, title, count.done, count.total, sources=sources, alone=alone, news=news)


def move_shown(plan: Plan, target: Target, *, news: News | None = None) -> MoveShown:
    """A track or module among its neighbours; Refused (StaleButton) where it is gone."""
    title = title_of(plan, target)
    place = place_of(plan, target.id) if target.part is Part.MODULE else None
    line: Sequence[tuple[int | None, str]] = [
        (one.id, one.title) for one in (place.track.modules if place is not None else plan.tracks)
    ]
    number = [one for one, _ in line].index(target.id)
    first = max(0, number - _AROUND)
    shown = line[first : number + _AROUND + 1]
    around = tuple(Neighbour(first + n + 1, name, here=one == target.id) for n, (one, name) in enumerate(shown))
    return MoveShown(
        part=target.part,
        id=target.id,
        title=title,
        number=number + 1,
        total=len(line),
        around=around,
        track=place.track.title if place else None,
        elsewhere=place is not None and len(plan.tracks) > 1,
        news=news,
    )


def move_where(plan: Plan, module_id: int, *, page: int = 0) -> MoveWhere:
    """The tracks to which a module can move; Refused (StaleButton) where it is gone."""
    place = place_of(plan, module_id)
    others = [(track.id or 0, track.title) for track in plan.tracks if track.id != place.track.id]
    shown, page, pages = page_of(others, page, ROWS)
    return MoveWhere(module_id, place.module.title, tuple(shown), page, pages)


def sources_shown(plan: Plan, owner: Target, *, page: int = 0, news: News | None = None) -> SourcesShown:
    """The sources of a track or a module; Refused (StaleButton) where it is gone."""
    sources = sources_of(plan, owner)
    shown, page, pages = page_of(sources, page, ROWS)
    lines = tuple((one.id or 0, source_line(one)) for one in shown)
    return SourcesShown(owner.part, owner.id, title_of(plan, owner), lines, page * ROWS, page, pages, news)


def source_shown(plan: Plan, source_id: int, *, news: News | None = None) -> SourceShown:
    """One source; Refused (StaleButton) where it is gone."""
    owner, source = source_of(plan, source_id)
    first = sources_of(plan, owner)[0].id == source_id
    return SourceShown(source_id, source_line(source), owner.part, owner.id, title_of(plan, owner), first=first, news=news)


def source_line(source: Source) -> SourceLine:
    """A source as a line."""
    return SourceLine(source.kind, source.title, source.url)
