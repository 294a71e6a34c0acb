"""How promises stand against the learner's own pace: when they will be kept, how fast that needs, how fast it has been."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from bot.domain.calendar import study_day
from bot.domain.commitments import Commitment, Progress
from bot.domain.pace import Measure, Outlook, Pace, Work
from bot.domain.people import Learner
from bot.domain.plans import CountScope, FreeScope, ModulesScope, Plan, TrackScope, places
from bot.services.paces import Past, past
from bot.store import commitments, paces
from bot.store.database import Tx

_SHOWN: Final = {Measure.LOAD: Measure.MODULES}  # what a pace is told in, where it is not what is reckoned in


async def of_promises(
    tx: Tx,
    learners: Sequence[Learner],
    progress: Mapping[int, Progress],
    *,
    at: datetime,
    known: Mapping[int, Past] | None = None,
) -> dict[int, Outlook]:
    """By commitment of which there is `progress`, the outlook of the learners' open promises, as far as they can be measured.

    What is promised is studied first, the soonest due before the others: a later promise also waits for the modules of
    those before it.
    """
    theirs = await commitments.open_of(tx, [one.id for one in learners])
    days = known if known is not None else await past(tx, learners, at=at)
    left = await works(tx, theirs, progress, days)
    found: dict[int, Outlook] = {}
    for learner in learners:
        rows = [row for row in theirs.get(learner.id, ()) if row.id in left and row.id in progress]
        found |= {row.id: look(row, left[row.id], days[learner.id], learner, shown=progress[row.id].left) for row in rows}
    return found


def look(row: Commitment, work: Work, days: Past, learner: Learner, *, shown: int) -> Outlook:
    """The outlook of one promise of which `work` is left, `shown` in what it is told in."""
    last_day = due_day(row, learner)
    told = days.weeks.forecast(work)
    pace = Pace(days.weeks.required(shown, last_day=last_day), days.weeks.actual(_SHOWN.get(work.of, work.of)))
    return Outlook(forecast=told, pace=pace, late=told is not None and told.likely > last_day)


def may_cross(row: Commitment, work: Work, days: Past, learner: Learner) -> bool:
    """Whether a forecast has to be made to know: not for what is far ahead of its date."""
    return not days.weeks.is_safe(work, last_day=due_day(row, learner))


def due_day(row: Commitment, learner: Learner) -> date:
    """The last study day on which a promise can be kept."""
    return study_day(row.due_at, zone=row.zone, day_ends=learner.day_ends)


def track_ahead(plan: Plan, row: Commitment) -> int | None:
    """The track of the next module that a promise covers; None where it covers none of the plan."""
    scope = row.scope
    for one in places(plan):
        covered = isinstance(scope, ModulesScope) and one.module.id in scope.module_ids
        if not one.module.done and (covered or (isinstance(scope, TrackScope) and one.track.id in scope.track_ids)):
            return one.track.id
    return None


async def works(
    tx: Tx, theirs: Mapping[int, Sequence[Commitment]], progress: Mapping[int, Progress], days: Mapping[int, Past]
) -> dict[int, Work]:
    """By commitment, what is left to be done until it is kept; those without anything left that can be measured are left out."""
    rows = [row for several in theirs.values() for row in several]
    in_modules = {module for row in rows if isinstance(row.scope, ModulesScope) for module in row.scope.module_ids}
    in_tracks = {track for row in rows if isinstance(row.scope, TrackScope) for track in row.scope.track_ids}
    by_track: dict[int, set[int]] = defaultdict(set)
    estimates: dict[int, int | None] = {}
    for module, track, estimate in await paces.undone(tx, module_ids=sorted(in_modules), track_ids=sorted(in_tracks)):
        estimates[module] = estimate
        by_track[track].add(module)
    found: dict[int, Work] = {}
    for learner_id, several in theirs.items():
        before: set[int] = set()
        for row in several:
            match row.scope:
                case ModulesScope() | TrackScope():
                    own = _undone(row.scope, estimates, by_track)
                    before |= own
                    if own:
                        found[row.id] = _modules(before, estimates, days[learner_id])
                case CountScope(unit=unit) if row.id in progress and progress[row.id].left:
                    first = progress.get(row.part_of or 0)  # the part it was split from is done before it
                    found[row.id] = Work(progress[row.id].left + (first.left if first else 0), Measure(unit))
                case CountScope() | FreeScope():
                    pass
    return found


def _undone(scope: ModulesScope | TrackScope, estimates: Mapping[int, int | None], by_track: Mapping[int, set[int]]) -> set[int]:
    if isinstance(scope, ModulesScope):
        return {module for module in scope.module_ids if module in estimates}
    return {module for track in scope.track_ids for module in by_track.get(track, ())}


def _modules(ids: Collection[int], estimates: Mapping[int, int | None], days: Past) -> Work:
    load = sum(days.load(estimates[module]) for module in ids)
    return Work(load, Measure.LOAD, minutes=load * days.usual if days.usual else None)
