"""What is to happen later: one row per kind and subject with the instant it falls due."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Insert, Select, bindparam, delete, func, or_, select, tuple_
from sqlalchemy.sql.dml import ReturningDelete

from bot.store import alike, parties
from bot.store.alike import Alike
from bot.store.database import Tx, insert_for
from bot.store.many import LONG, among, among_given, given
from bot.store.parties import Parties, side_by_side
from bot.store.prepared import Prepared
from bot.store.schema import timers


@dataclass(frozen=True, slots=True)
class Timer:
    """`kind` decides who handles it, `subject` is the id of the slot, learner, commitment or group it is about."""

    kind: str
    subject: int
    due_at: datetime
    data: dict[str, Any] = field(default_factory=dict)


_TIMER = [timers.c[name] for name in Timer.__dataclass_fields__]
_ORDER = (timers.c.due_at, timers.c.kind, timers.c.subject)


async def put(tx: Tx, rows: Sequence[Timer]) -> None:
    """Set timers; one of the same kind and subject is replaced."""
    await _PUT.change_each(
        tx, [{"kind": row.kind, "subject": row.subject, "due_at": row.due_at, "data": row.data} for row in rows]
    )


def _put(dialect: str) -> Insert:
    statement = insert_for(dialect, timers)
    fresh = {"due_at": statement.excluded.due_at, "data": statement.excluded.data}
    return statement.on_conflict_do_update(index_elements=["kind", "subject"], set_=fresh)


_PUT = Prepared(_put, columns=["kind", "subject", "due_at", "data"])


async def put_alike(tx: Tx, rows: Sequence[tuple[Timer, Sequence[int]]]) -> None:
    """Set timers, each for all the subjects that come with it."""
    groups = [
        Alike({"kind": one.kind, "due_at": one.due_at, "data": one.data}, [(subject,) for subject in subjects])
        for one, subjects in rows
    ]
    await alike.put(tx, timers, groups, each=("subject",), unique=("kind", "subject"), replace=True)


async def drop(tx: Tx, *, kind: str, subjects: Sequence[int]) -> None:
    """Remove timers."""
    await tx.execute(delete(timers).where(timers.c.kind == kind, timers.c.subject.in_(subjects)))


async def find(tx: Tx, *, kind: str, subject: int) -> Timer | None:
    """One timer, if it is set."""
    return (await find_many(tx, kind=kind, subjects=[subject])).get(subject)


async def find_many(tx: Tx, *, kind: str, subjects: Sequence[int]) -> dict[int, Timer]:
    """The timers of a kind that are set, by subject."""
    found = [Timer(*row) for row in await _FIND.rows(tx, kind=kind, **given(tx, subjects))]
    return {timer.subject: timer for timer in found}


def _find(dialect: str) -> Select[Any]:
    return select(*_TIMER).where(timers.c.kind == bindparam("kind"), among_given(dialect, timers.c.subject))


_FIND = Prepared(_find)


async def take(
    tx: Tx, *, at: datetime, limit: int, judging: Sequence[str] = (), judged_until: datetime | None = None
) -> list[Timer]:
    """Remove and return the timers due at `at`, earliest first; their handlers set what comes next in the same transaction.

    Timers of a kind in `judging` are only taken when they were due by `judged_until`: a deadline is judged when everything
    that may have been said before it has been heard. None means that none of them is.

    Where several processes take timers, whom they are about is held until the transaction ends; those about somebody whom
    another transaction holds are left for the next time.
    """
    rows = await _TAKE.rows(tx, now=at, limit=limit, judging=[*judging], heard=judged_until)
    found = [Timer(*row) for row in rows]
    if side_by_side(tx):
        found = await _drop_free(tx, found)
    return sorted(found, key=attrgetter("due_at", "kind", "subject"))


async def first(tx: Tx) -> Timer | None:
    """The timer that falls due before all others."""
    row = await _SOONEST.first(tx)
    return None if row is None else Timer(*row)


_SOONEST = Prepared(select(*_TIMER).order_by(*_ORDER).limit(1))


def _take(dialect: str) -> Select[Any] | ReturningDelete[Any]:
    """Those due that nobody else is taking; where nobody else may be at it, they are removed at once."""
    if dialect == "postgresql":
        return _wanted(*_TIMER).with_for_update(skip_locked=True)
    due = _wanted(timers.c.kind, timers.c.subject)
    return delete(timers).where(tuple_(timers.c.kind, timers.c.subject).in_(due)).returning(*_TIMER).prefix_with(LONG)


def _wanted(*columns: ColumnElement[Any]) -> Select[Any]:
    judged = timers.c.due_at <= bindparam("heard", type_=timers.c.due_at.type)  # nothing is, where nobody was heard yet
    may_fire = or_(timers.c.kind.not_in(bindparam("judging", expanding=True)), judged)
    due = select(*columns).where(timers.c.due_at <= bindparam("now"), may_fire)
    return due.order_by(*_ORDER).limit(bindparam("limit"))


_TAKE = Prepared(_take)


async def _drop_free(tx: Tx, rows: Sequence[Timer]) -> list[Timer]:
    """Remove of the timers in our hands those whose parties nobody else holds, and return them; nobody is waited for."""
    about = await parties.of_timers(tx, [(row.kind, row.subject) for row in rows])
    owners = frozenset(learner for learner, _ in about.values() if learner is not None)
    held = await parties.hold_free(tx, Parties(owners, frozenset().union(*(theirs for _, theirs in about.values()))))
    free = [row for row in rows if held.include(about[row.kind, row.subject])]
    for kind in sorted({row.kind for row in free}):  # by kind, so that the index is used: joined by both the whole table is read
        subjects = [row.subject for row in free if row.kind == kind]
        await tx.execute(delete(timers).where(timers.c.kind == kind, among(tx, timers.c.subject, subjects)))
    return free


async def next_due(tx: Tx) -> datetime | None:
    """When the next timer falls due."""
    found: datetime | None = (await tx.execute(select(func.min(timers.c.due_at)))).scalar_one_or_none()
    return found
