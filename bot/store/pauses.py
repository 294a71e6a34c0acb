"""Pauses: the study days that learners have off; and how long somebody has not been heard."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update

from bot.domain.checkins import SessionState
from bot.domain.commitments import Happened
from bot.domain.people import MAIN
from bot.domain.rest import Pause, PauseKind
from bot.store.boards import PUBLIC
from bot.store.database import Tx
from bot.store.prepared import Prepared, Row
from bot.store.schema import commitment_events, commitments, groups, learners, memberships, pauses, sessions

_FIELDS = [*Pause.__dataclass_fields__]
_PAUSE = [pauses.c[name] for name in _FIELDS]
_KIND = _FIELDS.index("kind")


def _pause(row: Row) -> Pause:
    values = [*row]
    values[_KIND] = PauseKind(row[_KIND])
    return Pause(*values)


def _all(*where: ColumnElement[bool]) -> Prepared:
    return Prepared(select(*_PAUSE).where(*where).order_by(pauses.c.learner_id, pauses.c.first, pauses.c.id))


_THEIRS = pauses.c.learner_id == bindparam("learner")
_NOT_OVER = _all(
    pauses.c.learner_id.in_(bindparam("learners", expanding=True)),
    or_(pauses.c.last.is_(None), pauses.c.last >= bindparam("since")),
)
_GET = _all(pauses.c.id == bindparam("id"))
_SICK = _all(_THEIRS, pauses.c.kind == PauseKind.SICK, pauses.c.first > bindparam("since"))
_OPEN = _all(_THEIRS, pauses.c.last.is_(None))


async def not_over(tx: Tx, learner_ids: Sequence[int], *, since: date) -> dict[int, tuple[Pause, ...]]:
    """By learner, the pauses that were not over before the study day `since`, in order; learners without any are left out."""
    found: dict[int, list[Pause]] = defaultdict(list)
    for row in await _NOT_OVER.rows(tx, learners=learner_ids, since=since):
        one = _pause(row)
        found[one.learner_id].append(one)
    return {learner_id: tuple(several) for learner_id, several in found.items()}


async def get(tx: Tx, pause_id: int) -> Pause | None:
    """One pause."""
    row = await _GET.first(tx, id=pause_id)
    return None if row is None else _pause(row)


async def sick_days(tx: Tx, learner_id: int, *, since: date) -> list[date]:
    """The sick days a learner took after the study day `since`."""
    return [_pause(row).first for row in await _SICK.rows(tx, learner=learner_id, since=since)]


async def open_ones(tx: Tx, learner_id: int) -> list[Pause]:
    """A learner's pauses without an end."""
    return [_pause(row) for row in await _OPEN.rows(tx, learner=learner_id)]


async def put(
    tx: Tx, *, learner_id: int, kind: PauseKind, first: date, last: date | None, announced: bool, at: datetime
) -> Pause:
    """Write a pause down."""
    (made,) = await put_many(tx, {learner_id: first}, kind=kind, last=last, announced=announced, at=at)
    return made


async def put_many(
    tx: Tx, firsts: Mapping[int, date], *, kind: PauseKind, last: date | None, announced: bool = False, at: datetime
) -> list[Pause]:
    """Write a pause of the same kind and end down for each learner, from their first day on."""
    if not firsts:
        return []
    same = {"kind": kind, "last": last, "announced": announced, "created_at": at}
    rows = [{"learner_id": one, "first": first, **same} for one, first in firsts.items()]
    statement = pauses.insert().returning(*_PAUSE)
    return [_pause(tuple(row)) for row in await tx.execute(statement, rows)]


async def change(tx: Tx, ids: Sequence[int], **values: Any) -> None:
    """Set columns of pauses."""
    await tx.execute(update(pauses).where(pauses.c.id.in_(ids)).values(**values))


async def drop(tx: Tx, ids: Sequence[int]) -> None:
    """Take pauses out of the world."""
    await tx.execute(delete(pauses).where(pauses.c.id.in_(ids)))


# --- silence ----------------------------------------------------------------------------------------------------------
async def silent_days(tx: Tx, learner_ids: Sequence[int]) -> dict[int, int]:
    """By learner, how many study days were missed since they were last heard; those with none are left out."""
    return {row[0]: row[1] for row in await _SILENT.rows(tx, learners=learner_ids)}


_SILENT = Prepared(
    select(sessions.c.learner_id, func.count())
    .join(learners, learners.c.id == sessions.c.learner_id)
    .where(
        sessions.c.learner_id.in_(bindparam("learners", expanding=True)),
        sessions.c.slot == MAIN,
        sessions.c.day > learners.c.heard_day,
        sessions.c.state == SessionState.MISSED,
    )
    .group_by(sessions.c.learner_id)
)


async def slipped_since(tx: Tx, learner_ids: Sequence[int], *, since: datetime) -> dict[int, datetime]:
    """By learner, when one of their promises was last put before a group, or slipped in private, from `since` on."""
    found: dict[int, datetime] = {}
    for query in (_SLIPPED, _TOLD):
        for learner_id, at in await query.rows(tx, learners=[*learner_ids], since=since):
            found[learner_id] = max(at, found.get(learner_id, at))
    return found


_THEIRS = commitments.c.learner_id.in_(bindparam("learners", expanding=True))
_TOLD = Prepared(
    select(commitments.c.learner_id, func.max(commitment_events.c.at))
    .join(commitment_events, commitment_events.c.commitment_id == commitments.c.id)
    .where(_THEIRS, commitment_events.c.kind == Happened.ALERT, commitment_events.c.at >= bindparam("since"))
    .group_by(commitments.c.learner_id)
)
_SLIPPED = Prepared(
    select(commitments.c.learner_id, func.max(commitments.c.slipped_at))
    .where(_THEIRS, commitments.c.slipped_at >= bindparam("since"))
    .group_by(commitments.c.learner_id)
)


# --- who may be told --------------------------------------------------------------------------------------------------
async def seen_in(tx: Tx, learner_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """By learner, the groups that may see them now, the oldest membership first; learners whom none sees are left out."""
    found: dict[int, list[int]] = defaultdict(list)
    for learner_id, group_id in await _SEEN_IN.rows(tx, learners=learner_ids):
        found[learner_id].append(group_id)
    return {learner_id: tuple(several) for learner_id, several in found.items()}


_SEEN_IN = Prepared(
    select(memberships.c.learner_id, memberships.c.group_id)
    .join(groups, groups.c.id == memberships.c.group_id)
    .where(
        memberships.c.learner_id.in_(bindparam("learners", expanding=True)),
        memberships.c.left_at.is_(None),
        memberships.c.consent.in_(PUBLIC),
        groups.c.active,
    )
    .order_by(memberships.c.joined_at, memberships.c.group_id)
)
