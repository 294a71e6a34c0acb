"""What study days brought, added up by the database: for forecasts, burn-ups and heat maps, for many learners at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, or_, select

from bot.domain.checkins import Outcome, SessionState
from bot.domain.days import Reason
from bot.store.database import Tx
from bot.store.schema import checkins, modules, outbox, plans, sessions, tracks


@dataclass(frozen=True, slots=True)
class DaySum:
    """The check-ins of a learner's study day: how many were no "not today", the minutes of all, the best outcome."""

    learner_id: int
    day: date
    sessions: int
    minutes: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Finished:
    """A module finished on a study day, with its estimate where it has one."""

    learner_id: int
    day: date
    estimate_minutes: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """What became of a session, without the rest of it; in order of days it makes a streak."""

    learner_id: int
    day: date
    state: SessionState


@dataclass(frozen=True, slots=True)
class Totals:
    """All that a learner ever reported."""

    days: int
    sessions: int
    minutes: int


_WORTH = case({Outcome.DONE: 3, Outcome.PARTLY: 2}, value=checkins.c.outcome, else_=1)
_OUTCOMES = {3: Outcome.DONE, 2: Outcome.PARTLY, 1: Outcome.SKIPPED}
_KEPT = case((checkins.c.outcome != Outcome.SKIPPED, 1))


async def day_sums(tx: Tx, learner_ids: Sequence[int], *, first: date, last: date) -> list[DaySum]:
    """The study days from `first` to `last` that have check-ins, in order."""
    query = (
        select(
            checkins.c.learner_id,
            checkins.c.day,
            func.count(_KEPT),
            func.coalesce(func.sum(checkins.c.minutes), 0),
            func.max(_WORTH),
        )
        .where(
            checkins.c.learner_id.in_(learner_ids),
            checkins.c.day >= first,
            checkins.c.day <= last,
            checkins.c.undone_at.is_(None),
        )
        .group_by(checkins.c.learner_id, checkins.c.day)
        .order_by(checkins.c.learner_id, checkins.c.day)
    )
    return [DaySum(row[0], row[1], row[2], int(row[3]), _OUTCOMES[row[4]]) for row in await tx.execute(query)]


async def totals(tx: Tx, learner_id: int) -> Totals:
    """Days studied, check-ins and minutes of all time."""
    kept = (checkins.c.learner_id == learner_id, checkins.c.undone_at.is_(None), checkins.c.outcome != Outcome.SKIPPED)
    query = select(func.count(checkins.c.day.distinct()), func.count(), func.coalesce(func.sum(checkins.c.minutes), 0)).where(
        *kept
    )
    days, sessions_, minutes = (await tx.execute(query)).one()
    return Totals(days, sessions_, int(minutes))


async def finished(tx: Tx, learner_ids: Sequence[int], *, first: date, last: date) -> list[Finished]:
    """The modules finished on the study days from `first` to `last`, in any plan.

    One that a file said was done long ago was finished nobody knows when, and is left out.
    """
    query = (
        select(plans.c.learner_id, modules.c.done_day, modules.c.estimate_minutes)
        .join(tracks, tracks.c.plan_id == plans.c.id)
        .join(modules, modules.c.track_id == tracks.c.id)
        .where(
            plans.c.learner_id.in_(learner_ids),
            modules.c.done_day >= first,
            modules.c.done_day <= last,
            modules.c.done_at.is_not(None),
        )
    )
    return [Finished(*row) for row in await tx.execute(query)]


async def usual_estimates(tx: Tx, learner_ids: Sequence[int]) -> dict[int, float]:
    """By learner, the mean estimate of the active plan's modules in minutes; learners without any are left out."""
    query = (
        select(plans.c.learner_id, func.avg(modules.c.estimate_minutes))
        .join(tracks, tracks.c.plan_id == plans.c.id)
        .join(modules, modules.c.track_id == tracks.c.id)
        .where(plans.c.learner_id.in_(learner_ids), plans.c.active, modules.c.estimate_minutes.is_not(None))
        .group_by(plans.c.learner_id)
    )
    return {row[0]: float(row[1]) for row in await tx.execute(query)}


async def undone(tx: Tx, *, module_ids: Sequence[int], track_ids: Sequence[int]) -> list[tuple[int, int, int | None]]:
    """Of these modules, and those of these tracks, the undone ones: (module, track, estimate)."""
    if not module_ids and not track_ids:
        return []
    query = select(modules.c.id, modules.c.track_id, modules.c.estimate_minutes).where(
        or_(modules.c.id.in_(module_ids), modules.c.track_id.in_(track_ids)), modules.c.done_day.is_(None)
    )
    return [(row[0], row[1], row[2]) for row in await tx.execute(query)]


async def held(tx: Tx, learner_ids: Sequence[int], *, first: date, last: date) -> list[Held]:
    """What became of the sessions from `first` to `last`, in order of time; second slots that were not used say nothing."""
    query = (
        select(sessions.c.learner_id, sessions.c.day, sessions.c.state)
        .where(
            sessions.c.learner_id.in_(learner_ids),
            sessions.c.day >= first,
            sessions.c.day <= last,
            or_(sessions.c.reason.is_(None), sessions.c.reason != Reason.OPTIONAL),
        )
        .order_by(sessions.c.learner_id, sessions.c.day, sessions.c.due_at)
    )
    return [Held(row[0], row[1], SessionState(row[2])) for row in await tx.execute(query)]


async def queued(tx: Tx, keys: Sequence[str]) -> set[str]:
    """Those of the outbox keys under which something was, or is to be, said."""
    return set((await tx.execute(select(outbox.c.key).where(outbox.c.key.in_(keys)))).scalars())
