"""What came in: stored before it is confirmed, handled once, in order per line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select, update

from bot.store.database import Tx, insert
from bot.store.schema import inbox

POISON_AT: Final = 3  # PRODUCT/ARCHITECTURE: skipped as poison at the third crash
KEEP: Final = timedelta(days=7)  # how long a handled update is kept for looking into complaints
KEEP_POISON: Final = timedelta(days=90)  # and one that was given up, for finding out why
FORGOTTEN_AT_ONCE: Final = 5_000  # rows a transaction deletes: others wait for it


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
    if rows:
        await tx.execute(insert(tx, inbox).on_conflict_do_nothing(index_elements=["bot", "update"]), rows)


async def begin(tx: Tx, *, limit: int, busy: Sequence[str] = ()) -> list[Waiting]:
    """Count one more attempt for the oldest waiting updates whose line is not in `busy`, and return them in order.

    An update that was begun before and never ended is returned alone, so that a crash counts against nobody else.
    """
    waiting = select(inbox.c.id).where(inbox.c.state == "new").order_by(inbox.c.id).limit(limit)
    if busy:
        waiting = waiting.where(inbox.c.line.not_in(busy))
    columns = [inbox.c[name] for name in Waiting.__dataclass_fields__]
    suspect = (
        await tx.execute(select(inbox.c.id).where(inbox.c.id.in_(waiting), inbox.c.attempts > 0).order_by(inbox.c.id).limit(1))
    ).scalar_one_or_none()
    chosen = inbox.c.id.in_(waiting)
    if suspect is not None:
        first = (await tx.execute(waiting.limit(1))).scalar_one()
        chosen = (inbox.c.id == suspect) if first == suspect else chosen & (inbox.c.id < suspect)
    rows = await tx.execute(update(inbox).where(chosen).values(attempts=inbox.c.attempts + 1).returning(*columns))
    return sorted((Waiting(**row) for row in rows.mappings()), key=lambda one: one.id)


async def end(tx: Tx, ids: Sequence[int], *, state: str = "done") -> None:
    """Mark updates as handled ("done") or given up ("poison")."""
    if ids:
        await tx.execute(update(inbox).where(inbox.c.id.in_(ids)).values(state=state))


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


async def forget_old(tx: Tx, *, at: datetime, most: int = FORGOTTEN_AT_ONCE) -> int:
    """Delete up to `most` handled updates older than KEEP, and given up ones older than KEEP_POISON; return how many went."""
    handled = (inbox.c.state == "done") & (inbox.c.received_at < at - KEEP)
    given_up = (inbox.c.state == "poison") & (inbox.c.received_at < at - KEEP_POISON)
    old = select(inbox.c.id).where(handled | given_up).limit(most)
    return (await tx.execute(delete(inbox).where(inbox.c.id.in_(old)))).rowcount
