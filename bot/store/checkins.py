"""Check-ins: what learners reported. One that was undone stays in the table and is left out of every answer here."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, select, update

from bot.domain.checkins import Checkin, Outcome
from bot.store.database import Tx, insert
from bot.store.schema import checkins, modules, plans, tracks

_CHECKIN = [checkins.c[name] for name in Checkin.__dataclass_fields__]


def _checkin(row: RowMapping) -> Checkin:
    return Checkin(**{**row, "outcome": Outcome(row["outcome"]), "links": tuple(row["links"])})


async def _all(tx: Tx, *where: ColumnElement[bool]) -> list[Checkin]:
    query = select(*_CHECKIN).where(*where).order_by(checkins.c.learner_id, checkins.c.day, checkins.c.at, checkins.c.id)
    return [_checkin(row) for row in (await tx.execute(query)).mappings()]


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
    values = {
        "learner_id": learner_id,
        "source": source,
        "day": day,
        "outcome": outcome,
        "minutes": minutes,
        "module_id": module_id,
        "note": note,
        "links": list(links),
        "photo": photo,
        "late": late,
        "at": at,
    }
    statement = insert(tx, checkins).values(values).on_conflict_do_nothing(index_elements=["source"]).returning(*_CHECKIN)
    row = (await tx.execute(statement)).mappings().one_or_none()
    return None if row is None else _checkin(row)


async def put(tx: Tx, *, learner_id: int, source: str, day: date, **values: Any) -> Checkin:
    """Write the check-in of a `source` down, or write it anew with all these columns."""
    statement = insert(tx, checkins).values(learner_id=learner_id, source=source, day=day, **values)
    statement = statement.on_conflict_do_update(index_elements=["source"], set_=values)
    return _checkin((await tx.execute(statement.returning(*_CHECKIN))).mappings().one())


async def get(tx: Tx, checkin_id: int) -> Checkin | None:
    """One check-in, undone or not."""
    found = await _all(tx, checkins.c.id == checkin_id)
    return found[0] if found else None


async def by_source(tx: Tx, source: str) -> Checkin | None:
    """The check-in that came from a tap or an update, undone or not."""
    found = await _all(tx, checkins.c.source == source)
    return found[0] if found else None


async def change(tx: Tx, checkin_id: int, **values: Any) -> Checkin:
    """Set columns of a check-in, `links` as a list, and return it."""
    statement = update(checkins).where(checkins.c.id == checkin_id).values(**values).returning(*_CHECKIN)
    return _checkin((await tx.execute(statement)).mappings().one())


async def between(tx: Tx, learner_ids: Sequence[int], *, first: date, last: date) -> list[Checkin]:
    """The learners' check-ins for the study days from `first` to `last`, both included; by learner, then in order of time."""
    return await _all(
        tx,
        checkins.c.learner_id.in_(learner_ids),
        checkins.c.day >= first,
        checkins.c.day <= last,
        checkins.c.undone_at.is_(None),
    )


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
