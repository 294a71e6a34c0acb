"""Check-ins: what learners reported. One that was undone stays in the table and is left out of every answer here."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.sql.dml import ReturningInsert

from bot.domain.checkins import Checkin, Outcome
from bot.store.database import Tx, insert_for
from bot.store.prepared import Prepared, Row
from bot.store.schema import checkins, modules, plans, tracks

_FIELDS = [*Checkin.__dataclass_fields__]
_CHECKIN = [checkins.c[name] for name in _FIELDS]
_OUTCOME, _LINKS = _FIELDS.index("outcome"), _FIELDS.index("links")


def _checkin(row: Row) -> Checkin:
    values = [*row]
    values[_OUTCOME], values[_LINKS] = Outcome(row[_OUTCOME]), tuple(row[_LINKS])
    return Checkin(*values)


def _all(*where: ColumnElement[bool]) -> Prepared:
    order = (checkins.c.learner_id, checkins.c.day, checkins.c.at, checkins.c.id)
    return Prepared(select(*_CHECKIN).where(*where).order_by(*order))


_GET = _all(checkins.c.id == bindparam("id"))
_OF_SOURCE = _all(checkins.c.source == bindparam("source"))
_BETWEEN = _all(
    checkins.c.learner_id.in_(bindparam("learners", expanding=True)),
    checkins.c.day >= bindparam("first"),
    checkins.c.day <= bindparam("last"),
    checkins.c.undone_at.is_(None),
)
_ADD = Prepared(
    lambda dialect: insert_for(dialect, checkins).on_conflict_do_nothing(index_elements=["source"]).returning(*_CHECKIN),
    columns=[name for name in _FIELDS if name not in {"id", "edited_at", "undone_at"}],
)


async def add(
    tx: Tx,
    *,
    learner_id: int,
    source: str,
    day: date,
    outcome: Outcome,
    minutes: int | None,
    module_id: int | None,
    note: str,
    links: Sequence[str],
    photo: str | None,
    late: bool,
    at: datetime,
) -> Checkin | None:
    """Write a check-in down; None where its `source` was seen before: the same tap or update twice is once."""
    row = await _ADD.first(
        tx,
        learner_id=learner_id,
        source=source,
        day=day,
        outcome=outcome,
        minutes=minutes,
        module_id=module_id,
        note=note,
        links=list(links),
        photo=photo,
        late=late,
        at=at,
    )
    return None if row is None else _checkin(row)


async def put(tx: Tx, **values: Any) -> Checkin:
    """Write the check-in of a `source` down, or write it anew; `values` are all its columns but the id."""
    (row,) = await _PUT.rows(tx, **values)
    return _checkin(row)


def _put(dialect: str) -> ReturningInsert[Any]:
    statement = insert_for(dialect, checkins)
    fresh = {name: statement.excluded[name] for name in _FIELDS if name not in {"id", "learner_id", "source", "day"}}
    return statement.on_conflict_do_update(index_elements=["source"], set_=fresh).returning(*_CHECKIN)


_PUT = Prepared(_put, columns=[name for name in _FIELDS if name != "id"])


async def get(tx: Tx, checkin_id: int) -> Checkin | None:
    """One check-in, undone or not."""
    row = await _GET.first(tx, id=checkin_id)
    return None if row is None else _checkin(row)


async def by_source(tx: Tx, source: str) -> Checkin | None:
    """The check-in that came from a tap or an update, undone or not."""
    row = await _OF_SOURCE.first(tx, source=source)
    return None if row is None else _checkin(row)


async def change(tx: Tx, checkin_id: int, **values: Any) -> Checkin:
    """Set columns of a check-in, `links` as a list, and return it."""
    statement = update(checkins).where(checkins.c.id == checkin_id).values(**values).returning(*_CHECKIN)
    return _checkin(tuple((await tx.execute(statement)).one()))


async def between(tx: Tx, learner_ids: Sequence[int], *, first: date, last: date) -> list[Checkin]:
    """The learners' check-ins for the study days from `first` to `last`, both included; by learner, then in order of time."""
    return [_checkin(row) for row in await _BETWEEN.rows(tx, learners=learner_ids, first=first, last=last)]


async def of_day(tx: Tx, *, learner_id: int, day: date) -> list[Checkin]:
    """A learner's check-ins for one study day, in order of time."""
    return await between(tx, [learner_id], first=day, last=day)


async def modules_finished(tx: Tx, learner_ids: Sequence[int], *, first: date, last: date) -> dict[int, int]:
    """How many modules the learners finished on the study days from `first` to `last`, both included."""
    query = (
        select(plans.c.learner_id, func.count())
        .join(tracks, tracks.c.plan_id == plans.c.id)
        .join(modules, modules.c.track_id == tracks.c.id)
        .where(plans.c.learner_id.in_(learner_ids), modules.c.done_day >= first, modules.c.done_day <= last)
        .group_by(plans.c.learner_id)
    )
    return {row[0]: row[1] for row in await tx.execute(query)}
