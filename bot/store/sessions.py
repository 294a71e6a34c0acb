"""Sessions: what became of each occurrence of a slot; and what a morning of many learners needs in one query each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, update

from bot.domain.checkins import Session, SessionState
from bot.domain.days import Became
from bot.domain.people import MAIN, SECOND
from bot.store import alike
from bot.store.alike import Alike
from bot.store.database import Tx
from bot.store.outbox import State
from bot.store.prepared import Prepared, Row
from bot.store.schema import outbox, sessions, shown, slots

_FIELDS = [*Session.__dataclass_fields__]
_SESSION = [sessions.c[name] for name in _FIELDS]
_STATE = _FIELDS.index("state")


@dataclass(frozen=True, slots=True)
class Planned:
    """A session to be written down: when its slot is due, how it begins."""

    learner_id: int
    slot: str
    day: date
    due_at: datetime
    state: SessionState = SessionState.PLANNED
    reason: str | None = None


def _session(row: Row) -> Session:
    values = [*row]
    values[_STATE] = SessionState(row[_STATE])
    return Session(*values)


def _all(*where: ColumnElement[bool]) -> Prepared:
    order = (sessions.c.learner_id, sessions.c.day, sessions.c.due_at, sessions.c.slot)
    return Prepared(select(*_SESSION).where(*where).order_by(*order))


_OF_LEARNERS = sessions.c.learner_id.in_(bindparam("learners", expanding=True))
_FIND = _all(
    sessions.c.learner_id == bindparam("learner"), sessions.c.day == bindparam("day"), sessions.c.slot == bindparam("slot")
)
_BETWEEN = _all(_OF_LEARNERS, sessions.c.day >= bindparam("first"), sessions.c.day <= bindparam("last"))
_BY_ID = _all(sessions.c.id.in_(bindparam("ids", expanding=True)))
_STILL_PLANNED = _all(_OF_LEARNERS, sessions.c.state == SessionState.PLANNED)


async def add_many(tx: Tx, rows: Sequence[Planned]) -> None:
    """Write sessions down; where a learner has one in that slot on that day already, it stays as it is."""
    await add_alike(tx, [(one, [one.learner_id]) for one in rows])


async def add_alike(tx: Tx, rows: Sequence[tuple[Planned, Sequence[int]]]) -> None:
    """The same for many: each session for all the learners (ids) that come with it."""
    names = [name for name in Planned.__dataclass_fields__ if name != "learner_id"]
    groups = [Alike({name: getattr(one, name) for name in names}, [(each,) for each in theirs]) for one, theirs in rows]
    await alike.put(tx, sessions, groups, each=("learner_id",), unique=("learner_id", "day", "slot"))


async def find(tx: Tx, *, learner_id: int, day: date, slot: str = MAIN) -> Session | None:
    """A learner's session in a slot on a study day."""
    row = await _FIND.first(tx, learner=learner_id, day=day, slot=slot)
    return None if row is None else _session(row)


async def between(tx: Tx, learner_ids: Sequence[int], *, first: date, last: date) -> list[Session]:
    """The learners' sessions on the study days from `first` to `last`, both included; by learner, then in order of time."""
    return [_session(row) for row in await _BETWEEN.rows(tx, learners=learner_ids, first=first, last=last)]


async def of_day(tx: Tx, *, learner_id: int, day: date) -> list[Session]:
    """A learner's sessions of one study day, in order of time."""
    return await between(tx, [learner_id], first=day, last=day)


async def get_many(tx: Tx, ids: Sequence[int]) -> list[Session]:
    """Sessions by id; those that are gone are left out."""
    return [_session(row) for row in await _BY_ID.rows(tx, ids=ids)]


async def still_planned(tx: Tx, learner_ids: Sequence[int]) -> list[Session]:
    """The learners' sessions of which nothing has become yet, by learner, then in order of time."""
    return [_session(row) for row in await _STILL_PLANNED.rows(tx, learners=learner_ids)]


async def change(tx: Tx, ids: Sequence[int], **values: Any) -> None:
    """Set columns of sessions."""
    if ids:
        await tx.execute(update(sessions).where(sessions.c.id.in_(ids)).values(**values))


async def become(tx: Tx, fates: Mapping[int, Became]) -> None:
    """Write down what became of sessions, by their ids."""
    together: dict[Became, list[int]] = defaultdict(list)
    for session_id, fate in fates.items():
        together[fate].append(session_id)
    for fate, ids in together.items():
        await change(tx, ids, state=fate.state, reason=fate.reason)


# --- what a batch needs besides ---------------------------------------------------------------------------------------
async def second_weekdays(tx: Tx, learner_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """On which weekdays (0 = Monday) the learners who have a second slot have it."""
    return {row[0]: row[1] for row in await _SECOND_WEEKDAYS.rows(tx, learners=learner_ids)}


_SECOND_WEEKDAYS = Prepared(
    select(slots.c.learner_id, slots.c.weekdays).where(
        slots.c.learner_id.in_(bindparam("learners", expanding=True)), slots.c.kind == SECOND
    )
)


async def undelivered(tx: Tx, keys: Sequence[str]) -> set[str]:
    """Those of the outbox keys whose message was queued and has not certainly arrived."""
    return {key for (key,) in await _UNDELIVERED.rows(tx, keys=keys)}


_UNDELIVERED = Prepared(
    select(outbox.c.key).where(outbox.c.key.in_(bindparam("keys", expanding=True)), outbox.c.state != State.SENT)
)


async def shown_keys(tx: Tx, keys: Sequence[str]) -> set[str]:
    """Those of the keys under which a message is shown."""
    return {key for (key,) in await _SHOWN_KEYS.rows(tx, keys=keys)}


_SHOWN_KEYS = Prepared(select(shown.c.key).where(shown.c.key.in_(bindparam("keys", expanding=True))))
