"""What came in: stored before it is confirmed, handled once, in order per line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, select, update

from bot.store.database import Tx, insert_for
from bot.store.prepared import Prepared
from bot.store.schema import inbox

POISON_AT: Final = 3  # PRODUCT/ARCHITECTURE: skipped as poison at the third crash
KEEP: Final = timedelta(days=7)  # how long a handled update is kept for looking into complaints


@dataclass(frozen=True, slots=True)
class Raw:
    """An update as the platform gave it: `update` is unique per bot, `line` is whose it is, `sent_at` when it was sent."""

    bot: str
    update: str
    line: str
    sent_at: datetime
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A stored update that is not handled yet; `attempts` counts how often handling it was begun."""

    id: int
    bot: str
    update: str
    line: str
    sent_at: datetime
    received_at: datetime
    raw: dict[str, Any]
    attempts: int


async def store(tx: Tx, updates: Iterable[Raw], *, at: datetime) -> None:
    """Keep updates; those kept before are left alone."""
    rows = [
        {
            "bot": one.bot,
            "update": one.update,
            "line": one.line,
            "raw": one.raw,
            "sent_at": one.sent_at,
            "received_at": at,
            "state": "new",
            "attempts": 0,
        }
        for one in updates
    ]
    await _STORE.change_each(tx, rows)


_STORE = Prepared(
    lambda dialect: insert_for(dialect, inbox).on_conflict_do_nothing(index_elements=["bot", "update"]),
    columns=["bot", "update", "line", "raw", "sent_at", "received_at", "state", "attempts"],
)


async def begin(tx: Tx, *, limit: int, busy: Sequence[str] = ()) -> list[Waiting]:
    """Count one more attempt for the oldest waiting updates whose line is not in `busy`, and return them in order.

    An update that was begun before and never ended is returned alone, so that a crash counts against nobody else.
    """
    rows = await _WAITING.rows(tx, busy=busy, limit=limit)
    suspect = next((place for place, (_, attempts) in enumerate(rows) if attempts), len(rows))
    ids = [row[0] for row in rows[: suspect or 1]]
    begun = [Waiting(*row) for row in await _BEGIN.rows(tx, ids=ids)] if ids else []
    return sorted(begun, key=lambda one: one.id)


_WAITING = Prepared(
    select(inbox.c.id, inbox.c.attempts)
    .where(inbox.c.state == "new", inbox.c.line.not_in(bindparam("busy", expanding=True)))
    .order_by(inbox.c.id)
    .limit(bindparam("limit"))
)
_IDS = inbox.c.id.in_(bindparam("ids", expanding=True))
_BEGIN = Prepared(
    update(inbox)
    .where(_IDS)
    .values(attempts=inbox.c.attempts + 1)
    .returning(*(inbox.c[name] for name in Waiting.__dataclass_fields__))
)
_END = Prepared(update(inbox).where(_IDS).values(state=bindparam("became")))


async def end(tx: Tx, ids: Sequence[int], *, state: str = "done") -> None:
    """Mark updates as handled ("done") or given up ("poison")."""
    if ids:
        await _END.change(tx, ids=ids, became=state)


async def put_back(tx: Tx, ids: Sequence[int]) -> None:
    """Take back the attempt counted for updates that were begun and, for no fault of theirs, not handled."""
    if ids:
        await tx.execute(update(inbox).where(inbox.c.id.in_(ids)).values(attempts=inbox.c.attempts - 1))


async def raw_of(tx: Tx, *, bot: str, update: str) -> dict[str, Any] | None:
    """An update as it was kept; None where it is not kept (any more)."""
    found: dict[str, Any] | None = (
        await tx.execute(select(inbox.c.raw).where(inbox.c.bot == bot, inbox.c.update == update))
    ).scalar_one_or_none()
    return found


async def oldest_waiting(tx: Tx) -> datetime | None:
    """When the oldest update that is not handled yet was sent; None when all are."""
    found: datetime | None = (
        await tx.execute(select(func.min(inbox.c.sent_at)).where(inbox.c.state == "new"))
    ).scalar_one_or_none()
    return found


async def forget_old(tx: Tx, *, at: datetime) -> int:
    """Delete handled updates older than KEEP; return how many went."""
    gone = await tx.execute(delete(inbox).where(inbox.c.state == "done", inbox.c.received_at < at - KEEP))
    return gone.rowcount
