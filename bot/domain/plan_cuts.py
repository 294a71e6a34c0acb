"""What of a promise's scope goes with an edit of the plan: it shrinks in the open, or nothing of it would be left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.plans import Module, ModulesScope, Plan, Scope, Track, TrackScope


@dataclass(frozen=True, slots=True)
class Cut:
    """What an edit does to a scope: what is left of it, the undone modules `taken` out, and how many modules it covers then.

    `undone`: how many of these are still to be done.
    """

    scope: Scope
    taken: tuple[Module, ...]
    left: int
    undone: int

    @property
    def empty(self) -> bool:
        """Whether nothing would be left to keep."""
        return self.left == 0

    @property
    def complete(self) -> bool:
        """Whether all that is left is done."""
        return self.left > 0 and not self.undone


def gone_from(before: Plan, after: Plan) -> tuple[Module, ...]:
    """The modules of `before` that are not in `after`, in plan order."""
    kept = {module.id for track in after.tracks for module in track.modules}
    return tuple(module for track in before.tracks for module in track.modules if module.id not in kept)


def cut(scope: Scope, before: Sequence[Track], after: Sequence[Track]) -> Cut | None:
    """What becomes of a scope when the stored tracks `before` become `after`; None where it covers what it covered.

    A promise over modules loses those that are deleted; one over tracks also those that move to a track it does not cover.
    Names follow: what is renamed is called by its new title, what is gone no longer.
    """
    match scope:
        case ModulesScope():
            return _cut_modules(scope, before, after)
        case TrackScope():
            return _cut_tracks(scope, before, after)
        case _:
            return None


def renamed(scope: Scope, before: Sequence[Track], after: Sequence[Track]) -> Scope:
    """The scope with its names as the tracks and modules it covers are called now."""
    if not isinstance(scope, ModulesScope | TrackScope):
        return scope
    return replace(scope, names=_names(scope, before, after))


def _cut_modules(scope: ModulesScope, before: Sequence[Track], after: Sequence[Track]) -> Cut | None:
    stood, stands = _modules(before), _modules(after)
    gone = [one for one in scope.module_ids if one in stood and one not in stands]
    if not gone:
        return None
    ids = tuple(one for one in scope.module_ids if one not in gone)
    taken = tuple(stood[one] for one in gone if not stood[one].done)
    undone = sum(one not in stands or not stands[one].done for one in ids)
    return Cut(replace(scope, module_ids=ids, names=_names(scope, before, after)), taken, len(ids), undone)


def _cut_tracks(scope: TrackScope, before: Sequence[Track], after: Sequence[Track]) -> Cut | None:
    covered = [track for track in before if track.id in scope.track_ids]
    still = [track for track in after if track.id in scope.track_ids]
    stands = _modules(still)
    gone = [module for track in covered for module in track.modules if module.id not in stands]
    elsewhere = set(scope.track_ids) - {track.id for track in covered}  # of plans that are not edited
    ids = tuple(one for one in scope.track_ids if one in elsewhere or any(track.id == one for track in still))
    if not gone and ids == scope.track_ids:
        return None
    taken = tuple(module for module in gone if not module.done)
    undone = sum(not module.done for module in stands.values()) + len(elsewhere)
    left = len(stands) + len(elsewhere)
    return Cut(replace(scope, track_ids=ids, names=_names(scope, before, after)), taken, left, undone)


def _names(scope: ModulesScope | TrackScope, before: Sequence[Track], after: Sequence[Track]) -> tuple[str, ...]:
    titles = _new_titles(scope, before, after)
    names = (titles.get(name, name) for name in scope.names)
    return tuple(name for name in names if name is not None)


def _new_titles(scope: ModulesScope | TrackScope, before: Sequence[Track], after: Sequence[Track]) -> Mapping[str, str | None]:
    """By old title of what the scope covers, the new one; None for what is gone. A promise over modules may name whole tracks."""
    stands, now = _modules(after), {track.id: track.title for track in after}
    if isinstance(scope, TrackScope):
        return {track.title: now.get(track.id) for track in before if track.id in scope.track_ids}
    covered = set(scope.module_ids)
    whole = [track for track in before if any(module.id in covered for module in track.modules)]
    titles = {track.title: now.get(track.id) for track in whole}
    gone = _modules(before)
    return titles | {gone[one].title: stands[one].title if one in stands else None for one in scope.module_ids if one in gone}


def _modules(tracks: Sequence[Track]) -> dict[int, Module]:
    return {module.id: module for track in tracks for module in track.modules if module.id is not None}
