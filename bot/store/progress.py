"""How far the scopes of promises are done, counted from plans and check-ins."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import bindparam, func, select

from bot.domain.calendar import study_day
from bot.domain.checkins import Outcome
from bot.domain.commitments import Commitment, Progress
from bot.domain.plans import CountScope, CountUnit, FreeScope, ModulesScope, Scope, TrackScope
from bot.store.database import Tx
from bot.store.prepared import Prepared
from bot.store.schema import checkins, commitments, modules, plans, tracks

_NEVER = datetime.min.replace(tzinfo=UTC)


async def of_many(tx: Tx, rows: Sequence[Commitment]) -> dict[int, Progress]:
    """By commitment, how far its scope is done: a few queries, however many commitments there are.

    Modules and tracks count what is done of them, whenever; numbers of modules, sessions or minutes count from publishing on.
    What was taken out of the plan is no longer counted.
    """
    done = await _modules_done(tx, rows)
    in_track = await _tracks_done(tx, rows)
    counted = await _counted(tx, [row for row in rows if isinstance(row.scope, CountScope)])
    return {row.id: _progress(row.scope, done, in_track, counted.get(row.id, 0)) for row in rows}


def _progress(scope: Scope, done: dict[int, bool], in_track: dict[int, tuple[int, int]], counted: int) -> Progress:
    match scope:
        case ModulesScope():
            known = [done[module] for module in scope.module_ids if module in done]
            return Progress(sum(known), len(known), CountUnit.MODULES)
        case TrackScope():
            counts = [in_track[track] for track in scope.track_ids if track in in_track]
            return Progress(sum(count[0] for count in counts), sum(count[1] for count in counts), CountUnit.MODULES)
        case CountScope():
            return Progress(min(max(0, counted - scope.skip), scope.count), scope.count, scope.unit)
        case FreeScope():
            return Progress(0, 0, None)


async def _modules_done(tx: Tx, rows: Sequence[Commitment]) -> dict[int, bool]:
    ids = {module for row in rows if isinstance(row.scope, ModulesScope) for module in row.scope.module_ids}
    if not ids:
        return {}
    return {module: day is not None for module, day in await _MODULES_DONE.rows(tx, ids=[*ids])}


_MODULES_DONE = Prepared(select(modules.c.id, modules.c.done_day).where(modules.c.id.in_(bindparam("ids", expanding=True))))


async def _tracks_done(tx: Tx, rows: Sequence[Commitment]) -> dict[int, tuple[int, int]]:
    ids = {track for row in rows if isinstance(row.scope, TrackScope) for track in row.scope.track_ids}
    if not ids:
        return {}
    return {track: (done, total) for track, done, total in await _TRACKS_DONE.rows(tx, ids=[*ids])}


_TRACKS_DONE = Prepared(
    select(modules.c.track_id, func.count(modules.c.done_day), func.count())
    .where(modules.c.track_id.in_(bindparam("ids", expanding=True)))
    .group_by(modules.c.track_id)
)


async def _counted(tx: Tx, rows: Sequence[Commitment]) -> dict[int, int]:
    """By commitment with a count as its scope, what was done of it since it was published."""
    of_modules = [row.id for row in rows if isinstance(row.scope, CountScope) and row.scope.unit is CountUnit.MODULES]
    of_checkins = {row.id: row for row in rows if row.id not in of_modules}
    return {**await _count_modules(tx, of_modules), **await _count_checkins(tx, of_checkins)}


async def _count_modules(tx: Tx, ids: Sequence[int]) -> dict[int, int]:
    if not ids:
        return {}
    found = await tx.execute(
        select(commitments.c.id, func.count().label("done"))
        .join(plans, plans.c.learner_id == commitments.c.learner_id)
        .join(tracks, tracks.c.plan_id == plans.c.id)
        .join(modules, modules.c.track_id == tracks.c.id)
        .where(commitments.c.id.in_(ids), modules.c.done_at >= commitments.c.published_at)
        .group_by(commitments.c.id)
    )
    return {row.id: row.done for row in found}


async def _count_checkins(tx: Tx, rows: dict[int, Commitment]) -> dict[int, int]:
    """Each check-in that was not a skip is a session; one filled in for a day before the promise counts for nothing."""
    if not rows:
        return {}
    found = await tx.execute(
        select(commitments.c.id, checkins.c.day, checkins.c.minutes)
        .join(checkins, checkins.c.learner_id == commitments.c.learner_id)
        .where(
            commitments.c.id.in_(rows),
            checkins.c.at >= commitments.c.published_at,
            checkins.c.undone_at.is_(None),
            checkins.c.outcome != Outcome.SKIPPED,
        )
    )
    counts: dict[int, int] = defaultdict(int)
    for row in found:
        promise = rows[row.id]
        if row.day >= study_day(promise.published_at or _NEVER, zone=promise.zone):
            of_minutes = isinstance(promise.scope, CountScope) and promise.scope.unit is CountUnit.MINUTES
            counts[row.id] += (row.minutes or 0) if of_minutes else 1
    return dict(counts)
