"""The outbox as evidence is held against it: what is in doubt in a chat, and which messages of ours are known there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select, union_all, update

from bot.store.database import Tx, insert
from bot.store.outbox import ITEM, Act, Item, State, is_aside, is_open, item_of
from bot.store.prepared import Prepared
from bot.store.schema import outbox, shown

_MOST: Final = 200  # messages of a chat looked through


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A message of which nobody knows whether it arrived; `ended_at` where it was given up."""

    item: Item
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Made:
    """A message that was certainly sent: which, and when that was known."""

    ref: str
    at: datetime


_COLUMNS: Final = [*ITEM, outbox.c.ended_at]
_SENDS: Final = (outbox.c.line == bindparam("line"), outbox.c.act == Act.SEND)
_WAITING: Final = (outbox.c.state == State.UNCERTAIN) | ((outbox.c.state == State.READY) & (outbox.c.doubts > 0))
_GIVEN_UP: Final = is_aside(outbox) & (outbox.c.state == State.ABANDONED)
_DOUBTFUL: Final = Prepared(
    union_all(
        select(*_COLUMNS).where(is_open(outbox), *_SENDS, _WAITING),
        select(*_COLUMNS).where(_GIVEN_UP, *_SENDS, outbox.c.ended_at > bindparam("since")),
    )
)


async def doubtful(tx: Tx, *, line: str, since: datetime) -> list[Doubtful]:
    """What is in doubt in a chat, and what was given up there since then without being certain."""
    rows = await _DOUBTFUL.rows(tx, line=line, since=since)
    return [Doubtful(item_of(row[:-1]), row[-1]) for row in rows]


async def made_in(tx: Tx, *, line: str) -> list[Made]:
    """The last messages that were certainly sent in a chat."""
    query = select(outbox.c.made, outbox.c.ended_at).where(outbox.c.line == line, outbox.c.made.is_not(None))
    rows = await tx.execute(query.order_by(outbox.c.ended_at.desc()).limit(_MOST))
    return [Made(row.made, row.ended_at) for row in rows]


async def settle(tx: Tx, item: Item, *, ref: str, at: datetime) -> bool:
    """Record that an item in doubt became the message `ref`; False where it is being sent again at this moment."""
    states = (State.READY, State.UNCERTAIN, State.ABANDONED)
    proven = await tx.execute(
        update(outbox)
        .where(outbox.c.id == item.id, outbox.c.attempt == item.attempt, outbox.c.state.in_(states))
        .values(state=State.SENT, outcome="somebody answered it", made=ref, ended_at=at)
    )
    return proven.rowcount == 1


async def remember(tx: Tx, item: Item, *, ref: str, at: datetime) -> None:
    """The shown message of an item stands at `ref`; nobody knows what it shows, so that the next edit is made in any case."""
    look = {"platform": item.platform, "ref": ref, "digest": "", "at": at}
    statement = insert(tx, shown).values(key=item.shows, **look)
    await tx.execute(statement.on_conflict_do_update(index_elements=["key"], set_=look))
