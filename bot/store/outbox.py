"""What is to be said: stored in the transaction that decided it, under a key that lets it be said once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Insert, bindparam, case, delete, func, select, update

from bot.store import alike
from bot.store.alike import Alike
from bot.store.database import Tx, insert_for
from bot.store.inbox import FORGOTTEN_AT_ONCE
from bot.store.prepared import Prepared
from bot.store.schema import outbox, shown


class Lane(IntEnum):
    """Who goes first when not everything can go at once."""

    ANSWER = 0
    ALERT = 1
    CARD = 2
    DIGEST = 3
    EXPORT = 4


class Act(StrEnum):
    """What the platform is asked to do."""

    SEND = "send"
    EDIT = "edit"
    TOAST = "toast"
    PIN = "pin"
    THREAD = "thread"
    TAG = "tag"


class State(StrEnum):
    """Where an item is on its way."""

    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    DEAD = "dead"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    ABANDONED = "abandoned"
    HELD = "held"


OPEN: Final = (State.READY, State.SENDING, State.UNCERTAIN)
ASIDE: Final = (State.ABANDONED, State.HELD)  # not sent, and perhaps not at their end
# How long each kind of thing is worth saying (ARCHITECTURE.md, Outbox and courier, "Windows").
WINDOW: Final = {
    Lane.ANSWER: timedelta(days=7),
    Lane.ALERT: timedelta(hours=72),
    Lane.CARD: timedelta(hours=2),
    Lane.DIGEST: timedelta(hours=24),
    Lane.EXPORT: timedelta(days=7),
}


LEARNER: Final = alike.MARK
"""Stands for a learner's id in what is put for many (`put_for_each`)."""


def private_line(learner_id: int | str | None, platform: str) -> str:
    """The line of a private chat."""
    return f"l:{learner_id}:{platform}"


def group_line(group_id: int | None) -> str:
    """The line of a group."""
    return f"g:{group_id}"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One thing to say or do.

    It goes to a learner in private (`learner_id`, on `platform`) or to a group (`group_id`). `kind` and `facts` are worded
    when it is sent. `shows` names the shown message that a SEND makes and an EDIT changes; an EDIT with `ref` changes that
    message instead. For a SEND `ref` is the message it replies to, for a TOAST the press it answers.
    """

    key: str
    act: Act
    lane: Lane
    kind: str
    facts: dict[str, Any]
    due_at: datetime
    platform: str
    learner_id: int | None = None
    group_id: int | None = None
    topic: str | None = None
    ref: str | None = None
    shows: str | None = None
    silent: bool = False
    expires_at: datetime | None = None

    @property
    def line(self) -> str:
        """The chat as a queue; a toast belongs to no chat's order and never waits behind its messages."""
        if self.act is Act.TOAST:
            return f"t:{self.ref}"[:64]
        return private_line(self.learner_id, self.platform) if self.learner_id is not None else group_line(self.group_id)


@dataclass(frozen=True, slots=True)
class Item:
    """One claimed row of the outbox; `lease_until` is None once its claim has ended."""

    id: int
    key: str
    line: str
    act: Act
    lane: Lane
    kind: str
    facts: dict[str, Any]
    learner_id: int | None
    group_id: int | None
    platform: str
    topic: str | None
    ref: str | None
    shows: str | None
    public: bool
    silent: bool
    due_at: datetime
    expires_at: datetime
    attempt: int
    doubts: int
    revision: int
    lease_until: datetime | None


_FIELDS: Final = [*Item.__dataclass_fields__]
_ACT, _LANE = _FIELDS.index("act"), _FIELDS.index("lane")
ITEM: Final = [outbox.c[name] for name in _FIELDS]  # the columns of an item


def item_of(row: Sequence[Any]) -> Item:
    """An item from its columns, in their order."""
    values = [*row]
    values[_ACT], values[_LANE] = Act(row[_ACT]), Lane(row[_LANE])
    return Item(*values)


def _row(item: Outgoing, at: datetime) -> dict[str, Any]:
    return {
        "key": item.key,
        "line": item.line,
        "lane": item.lane,
        "act": item.act,
        "kind": item.kind,
        "facts": item.facts,
        "learner_id": item.learner_id,
        "group_id": item.group_id,
        "platform": item.platform,
        "topic": item.topic,
        "ref": item.ref,
        "shows": item.shows,
        "public": item.group_id is not None and item.act is Act.SEND,
        "silent": item.silent,
        "due_at": item.due_at,
        "expires_at": item.expires_at or max(item.due_at, at) + WINDOW[item.lane],
        "state": State.READY,
        "revision": 0,
        "attempt": 0,
        "doubts": 0,
        "next_try_at": item.due_at,
        "created_at": at,
    }


async def put(tx: Tx, items: Sequence[Outgoing], *, at: datetime) -> None:
    """Store what is to be said. An item whose key was used before is left out: it has been said, or will be."""
    await _PUT.change_each(tx, [_row(item, at) for item in items])


async def put_for_each(tx: Tx, items: Sequence[tuple[Outgoing, Sequence[int]]], *, at: datetime) -> None:
    """Store private messages, each for all the learners that come with it: LEARNER stands for them in key, `shows` and facts.

    Keys that were used before are left out, as in `put`.
    """
    groups = []
    for item, learner_ids in items:
        row = _row(item, at)
        del row["learner_id"]
        row["line"] = private_line(LEARNER, item.platform)
        row["facts"] = json.dumps(item.facts).replace(f'"{LEARNER}"', LEARNER)
        groups.append(Alike(row, [(one,) for one in learner_ids]))
    await alike.put(tx, outbox, groups, each=("learner_id",), worded=("key", "line", "shows", "facts"), unique=("key",))


async def put_again(tx: Tx, item: Outgoing, *, at: datetime) -> None:
    """Store an act that may be repeated (an edit, a pin) under its one key.

    If it waits already it stays as it is, at the earlier of both moments; if it is being done right now or was done before,
    it is done once more: the courier compares `revision`.
    """
    await _PUT_AGAIN.change(tx, **_row(item, at))


def _again(dialect: str) -> Insert:
    statement = insert_for(dialect, outbox)
    fresh = statement.excluded
    waiting = outbox.c.state == State.READY
    same = outbox.c.learner_id == fresh.learner_id  # whose message it is may have changed; where it stands is looked up
    return statement.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "revision": outbox.c.revision + 1,
            "facts": fresh.facts,
            "kind": fresh.kind,
            "ref": fresh.ref,
            "learner_id": fresh.learner_id,
            "platform": case((same, outbox.c.platform), else_=fresh.platform),
            "line": case((same, outbox.c.line), else_=fresh.line),
            "state": case((outbox.c.state == State.SENDING, State.SENDING), else_=State.READY),
            "due_at": case((waiting & (outbox.c.due_at < fresh.due_at), outbox.c.due_at), else_=fresh.due_at),
            "next_try_at": case((waiting & (outbox.c.next_try_at < fresh.due_at), outbox.c.next_try_at), else_=fresh.due_at),
            "expires_at": fresh.expires_at,
            "doubts": case((outbox.c.state.in_(OPEN), outbox.c.doubts), else_=0),
            "ended_at": None,
        },
    )


_LATER: Final = frozenset({"id", "lease_until", "owner", "outcome", "made", "ended_at"})  # known only when it was tried
_COLUMNS: Final = [one.name for one in outbox.c if one.name not in _LATER]
_PUT = Prepared(
    lambda dialect: insert_for(dialect, outbox).on_conflict_do_nothing(index_elements=["key"]),
    columns=_COLUMNS,
)
_PUT_AGAIN = Prepared(_again, columns=_COLUMNS)


async def place(tx: Tx, *, keys: Sequence[str], topic: str) -> None:
    """Let what has not been said yet go to a topic."""
    await tx.execute(update(outbox).where(outbox.c.key.in_(keys), outbox.c.state == State.READY).values(topic=topic))


async def cancel(tx: Tx, *, keys: Sequence[str], at: datetime, why: str) -> None:
    """Take back what has not been said yet."""
    await tx.execute(
        update(outbox)
        .where(outbox.c.key.in_(keys), outbox.c.state.in_((State.READY, State.HELD)))
        .values(state=State.CANCELLED, outcome=why, ended_at=at)
    )


def is_open(table: FromClause) -> ColumnElement[bool]:
    """SQL for whether an item is open, spelt out as in the partial indexes: SQLite uses those for nothing else."""
    return table.c.state.in_(bindparam("open", [*OPEN], expanding=True, literal_execute=True))


def is_aside(table: FromClause) -> ColumnElement[bool]:
    """SQL for whether an item is set aside, spelt out as in its partial index."""
    return table.c.state.in_(bindparam("aside", [*ASIDE], expanding=True, literal_execute=True))


async def forget_shown(tx: Tx, key: str) -> None:
    """The message is gone from its chat."""
    await tx.execute(delete(shown).where(shown.c.key == key))


async def next_due(tx: Tx, *, after: datetime) -> datetime | None:
    """When the next waiting item falls due, if that is after `after`; for sleeping until then."""
    found = await tx.execute(
        select(func.min(outbox.c.next_try_at)).where(
            is_open(outbox), outbox.c.state.in_((State.READY, State.UNCERTAIN)), outbox.c.next_try_at > after
        )
    )
    value: datetime | None = found.scalar_one_or_none()
    return value


async def state_of(tx: Tx, key: str) -> State | None:
    """Where the item with this key is."""
    found = await _STATE_OF.value(tx, key=key)
    return None if found is None else State(found)


_STATE_OF = Prepared(select(outbox.c.state).where(outbox.c.key == bindparam("key")))


async def coming(tx: Tx, *, line: str, shows: str, topic: str | None, at: datetime) -> State | None:
    """Where the message is on its way at `at` that will be shown as `shows` in a topic of a line; None where none is."""
    where = (outbox.c.line == line, outbox.c.topic.is_not_distinct_from(topic))
    ahead = (*where, outbox.c.shows == shows, outbox.c.act == Act.SEND, outbox.c.expires_at > at)
    found = await tx.execute(select(outbox.c.state).where(is_open(outbox), *ahead).order_by(outbox.c.id).limit(1))
    return next((State(state) for state in found.scalars()), None)


@dataclass(frozen=True, slots=True)
class Look:
    """A shown message: where it stands, and a digest of what it shows."""

    platform: str
    ref: str
    digest: str


async def look_of(tx: Tx, key: str) -> Look | None:
    """The shown message of a key."""
    row = await _LOOK_OF.first(tx, key=key)
    return None if row is None else Look(*row)


_LOOK_OF = Prepared(select(shown.c.platform, shown.c.ref, shown.c.digest).where(shown.c.key == bindparam("key")))


async def shown_as(tx: Tx, key: str) -> tuple[str, str] | None:
    """The message ref and content digest of a shown message."""
    found = await look_of(tx, key)
    return None if found is None else (found.ref, found.digest)


async def shown_by(tx: Tx, *, platform: str, ref: str) -> str | None:
    """The key of the shown message that stands at `ref`."""
    newest = select(shown.c.key).where(shown.c.platform == platform, shown.c.ref == ref).order_by(shown.c.at.desc()).limit(1)
    value: str | None = (await tx.execute(newest)).scalar_one_or_none()
    return value


async def forget_old(tx: Tx, *, before: datetime, most: int = FORGOTTEN_AT_ONCE) -> int:
    """Delete up to `most` items that ended before an instant; return how many went."""
    old = select(outbox.c.id).where(outbox.c.ended_at < before, outbox.c.state.not_in(OPEN)).limit(most)
    return (await tx.execute(delete(outbox).where(outbox.c.id.in_(old)))).rowcount


async def forget_cards(tx: Tx, *, before: datetime, most: int = FORGOTTEN_AT_ONCE) -> int:
    """Forget where up to `most` cards stand that were last touched before an instant: their days are over; return how many."""
    old = select(shown.c.key).where(shown.c.key.like("card%"), shown.c.at < before).limit(most)
    return (await tx.execute(delete(shown).where(shown.c.key.in_(old)))).rowcount


async def shown_since(tx: Tx, key: str) -> datetime | None:
    """When a shown message was last sent or edited; None where it is not shown."""
    found: datetime | None = (await tx.execute(select(shown.c.at).where(shown.c.key == key))).scalar_one_or_none()
    return found
