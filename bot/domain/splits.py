"""Splitting a promise in two: where it can be cut, and whether two parts still are what was promised."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.commitments import Progress
from bot.domain.plans import CountScope, FreeScope, Module, ModulesScope, Plan, Scope, Track, TrackScope, places

MOST_PARTS: Final = 6  # of one promise: they share a post
_MOST_CUTS: Final = 4


@dataclass(frozen=True, slots=True)
class Part:
    """One of the two: its words and what it covers."""

    text: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Cut:
    """A place to cut: `code` fits a button; `first` keeps the date, `second` gets another."""

    code: str
    first: Scope
    second: Scope


def cuts(scope: Scope, plan: Plan, progress: Progress) -> tuple[Cut, ...]:
    """The places where a scope that can be measured is offered to be cut; both parts have something left to do."""
    found: list[Cut] = []
    match scope:
        case TrackScope() if len(scope.track_ids) > 1:
            found = list(_between_tracks(scope, plan))
        case CountScope():
            found = [_count(scope, progress, take) for take in _quarters(progress.left)]
        case ModulesScope() | TrackScope():
            modules = covered(scope, plan)
            found = [_modules(modules, take) for take in _quarters(sum(not one.done for one in modules))]
        case FreeScope():
            pass
    return tuple(found[:_MOST_CUTS])


def cut_at(scope: Scope, plan: Plan, progress: Progress, code: str) -> Cut | None:
    """The cut that a button means; None where it is none any more."""
    kind, amount = code[:1], int(code[1:]) if code[1:].isascii() and code[1:].isdecimal() and len(code) < 9 else 0
    match kind, scope:
        case "t", TrackScope():
            return next((one for one in _between_tracks(scope, plan) if one.code == code), None)
        case "c", CountScope() if 0 < amount < progress.left:
            return _count(scope, progress, amount)
        case "m", ModulesScope() | TrackScope():
            modules = covered(scope, plan)
            return _modules(modules, amount) if 0 < amount < sum(not one.done for one in modules) else None
        case _:
            return None


def covered(scope: Scope, plan: Plan) -> list[Module]:
    """The modules of a plan that a scope covers, in plan order."""
    match scope:
        case TrackScope():
            return [place.module for place in places(plan) if place.track.id in scope.track_ids]
        case ModulesScope():
            return [place.module for place in places(plan) if place.module.id in scope.module_ids]
        case _:
            return []


def lost(whole: Scope, parts: Sequence[Scope], plan: Plan) -> list[Module]:
    """The undone modules of a promise that are in neither part."""
    kept = {module.id for part in parts for module in covered(part, plan)}
    return [module for module in covered(whole, plan) if not module.done and module.id not in kept]


def share(whole: CountScope, first: Scope, second: Scope, progress: Progress) -> tuple[CountScope, CountScope] | None:
    """Two typed counts as parts of a promised one; None where they are fewer than what is left of it.

    They may add up to all that was promised, or only to what is left.
    """
    if not (isinstance(first, CountScope) and isinstance(second, CountScope) and first.unit == second.unit == whole.unit):
        return None
    if first.count + second.count >= whole.count:
        done = 0
    elif first.count + second.count >= progress.left:
        done = progress.done
    else:
        return None
    begins = replace(first, count=first.count + done, skip=whole.skip)
    return begins, replace(second, skip=whole.skip + begins.count)


def _between_tracks(scope: TrackScope, plan: Plan) -> Iterator[Cut]:
    tracks = [track for track in plan.tracks if track.id in scope.track_ids]
    for after in range(1, len(tracks)):
        first, second = tracks[:after], tracks[after:]
        if all(any(not module.done for track in part for module in track.modules) for part in (first, second)):
            yield Cut(f"t{after}", _tracks(first), _tracks(second))


def _tracks(tracks: Sequence[Track]) -> TrackScope:
    return TrackScope(tuple(track.id for track in tracks if track.id is not None), tuple(track.title for track in tracks))


def _modules(modules: Sequence[Module], take: int) -> Cut:
    """What is done stays with the first part, and so do `take` modules that are not."""
    undone = [module for module in modules if not module.done]
    later = undone[take:]
    return Cut(f"m{take}", _scope([one for one in modules if one not in later]), _scope(later))


def _scope(modules: Sequence[Module]) -> ModulesScope:
    return ModulesScope(tuple(one.id for one in modules if one.id is not None), tuple(one.title for one in modules))


def _count(scope: CountScope, progress: Progress, take: int) -> Cut:
    first = replace(scope, count=progress.done + take)
    second = replace(scope, count=scope.count - first.count, skip=scope.skip + first.count)
    return Cut(f"c{take}", first, second)


def _quarters(amount: int) -> list[int]:
    """A quarter, a half and three quarters of what is left, each once."""
    return sorted({take for share in (1, 2, 3) if 0 < (take := round(amount * share / 4)) < amount})
