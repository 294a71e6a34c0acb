"""What a morning of many learners has to know of each slot that falls due: one query, a few look-ups in indexes a learner."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, Table, and_, any_, bindparam, func, or_, select, true, type_coerce
from sqlalchemy.types import NullType

from bot.domain.rest import PauseKind
from bot.store.database import Tx
from bot.store.many import LONG, among_given, given
from bot.store.prepared import Prepared
from bot.store.schema import checkins, identities, learners, pauses, sessions, slots

# Only compared: not worth turning into values, thousands of times.
_AS_STORED = (slots.c.wall, slots.c.weekdays, learners.c.quiet_start, learners.c.quiet_end)


class Due(NamedTuple):
    """A slot that falls due: whose it is, with what sets learners apart, and then what decides for all alike."""

    slot_id: int
    learner_id: int
    session_day: date | None  # of the latest session
    checkin_day: date | None  # of the latest check-in, be it undone
    rests: bool  # there is a pause that may matter
    zone: str
    day_ends: time
    kind: str
    wall: object
    weekdays: object
    quiet_start: object
    quiet_end: object
    learner_zone: str | None
    quiet_own: bool
    platform: str
    reachable: bool

    @property
    def alike(self) -> tuple[object, ...]:
        """All that decides what becomes of the slot where nothing sets its learner apart."""
        return self[5:]


async def due(tx: Tx, slot_ids: Sequence[int], *, since: date, eased_since: date) -> dict[int, Due]:
    """Slots by id. A pause may matter if it was not over before `since`, or was no sick day and ended after `eased_since`."""
    rows = await _DUE.rows(tx, since=since, eased_since=eased_since, **given(tx, slot_ids))
    return {row[0]: Due._make(row) for row in rows}


def _due(dialect: str) -> Select[Any]:
    wanted = among_given(dialect, slots.c.id)
    since, eased_since = (bindparam(name, type_=pauses.c.last.type) for name in ("since", "eased_since"))
    eases = and_(pauses.c.kind != PauseKind.SICK, pauses.c.last >= eased_since)
    query = (
        select(
            slots.c.id,
            slots.c.learner_id,
            _one(sessions, func.max(sessions.c.day)),
            _one(checkins, func.max(checkins.c.day)),
            _one(pauses, true(), or_(pauses.c.last.is_(None), pauses.c.last >= since, eases)).is_not(None),
            slots.c.zone,
            learners.c.day_ends,
            slots.c.kind,
            *(type_coerce(one, NullType()) for one in _AS_STORED),
            learners.c.zone,
            learners.c.quiet_own,
            learners.c.platform,
            _one(identities, true(), identities.c.reachable).is_not(None),
        )
        .join(learners, learners.c.id == slots.c.learner_id)
        .where(wanted)
        .prefix_with(LONG)
    )
    if dialect == "postgresql":  # said twice, so that the planner does not read all learners for a few thousand
        query = query.where(learners.c.id == any_(func.array(select(slots.c.learner_id).where(wanted).scalar_subquery())))
    return query


_DUE = Prepared(_due)


def _one(table: Table, what: ColumnElement[Any], *where: ColumnElement[bool]) -> ScalarSelect[Any]:
    """Something of the slot's learner; no EXISTS, for which PostgreSQL would read the whole table."""
    return select(what).where(table.c.learner_id == slots.c.learner_id, *where).limit(1).correlate(slots).scalar_subquery()
