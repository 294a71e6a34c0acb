"""What came in: stored before it is confirmed, handled once, in order per line."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update

from bot.store.database import Tx, insert_for
from bot.store.parties import side_by_side
from bot.store.prepared import Prepared, Row
from bot.store.schema import inbox

POISON_AT: Final = 3  # PRODUCT/ARCHITECTURE: skipped as poison at the third crash
LEASE: Final = timedelta(seconds=30)  # longer than a look-up and a transaction take; what a dead process had begun waits for it
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
    await _STORE.change_each(tx, rows)


_STORE = Prepared(
    lambda dialect: insert_for(dialect, inbox).on_conflict_do_nothing(index_elements=["bot", "update"]),
    columns=["bot", "update", "line", "raw", "sent_at", "received_at", "state", "attempts"],
)


async def begin(
    tx: Tx, *, limit: int, busy: Sequence[str] = (), at: datetime, owner: str = "", lease: timedelta = LEASE
) -> list[Waiting]:
    """Claim the oldest waiting updates whose line is not in `busy`: count one more attempt, and return them in order.

    An update that was begun before and never ended is returned alone, so that a crash counts against nobody else. Where there
    are several processes the claim is `owner`'s for as long as `lease`; a line is claimed by one of them at a time.
    """
    rows = await (
        _waiting_beside_others(tx, busy=busy, at=at, limit=limit)
        if side_by_side(tx)
        else _WAITING.rows(tx, busy=busy, limit=limit)
    )
    suspect = next((place for place, (_, _, attempts) in enumerate(rows) if attempts), len(rows))
    ids = [row[0] for row in rows[: suspect or 1]]
    if not ids:
        return []
    claim = {"owner": owner, "lease_until": at + lease} if side_by_side(tx) else {"owner": None, "lease_until": None}
    begun = await _BEGIN.rows(tx, ids=ids, by=claim["owner"], until=claim["lease_until"])
    return sorted((Waiting(*row) for row in begun), key=lambda one: one.id)


_WHICH = (inbox.c.id, inbox.c.line, inbox.c.attempts)
_WAITING = Prepared(
    select(*_WHICH)
    .where(inbox.c.state == "new", inbox.c.line.not_in(bindparam("busy", expanding=True)))
    .order_by(inbox.c.id)
    .limit(bindparam("limit"))
)
_IDS = inbox.c.id.in_(bindparam("ids", expanding=True))
_BEGIN = Prepared(
    update(inbox)
    .where(_IDS)
    .values(attempts=inbox.c.attempts + 1, owner=bindparam("by"), lease_until=bindparam("until"))
    .returning(*(inbox.c[name] for name in Waiting.__dataclass_fields__))
)
_END = Prepared(update(inbox).where(_IDS).values(state=bindparam("became")))


async def _waiting_beside_others(tx: Tx, *, busy: Sequence[str], at: datetime, limit: int) -> list[Row]:
    taken = {*busy, *await _claimed_lines(tx, at=at)}
    waiting = select(*_WHICH).where(inbox.c.state == "new", inbox.c.line.not_in(taken), _is_free(at))
    rows = (await tx.execute(waiting.order_by(inbox.c.id).limit(limit).with_for_update(skip_locked=True))).all()
    firsts = await _firsts(tx, {row.line for row in rows})
    heads = {row.line for row in rows if row.id == firsts[row.line]}
    return [tuple(row) for row in rows if row.line in heads]


def _is_free(at: datetime) -> ColumnElement[bool]:
    return or_(inbox.c.lease_until.is_(None), inbox.c.lease_until <= at)


async def _claimed_lines(tx: Tx, *, at: datetime) -> Sequence[str]:
    query = select(inbox.c.line).where(inbox.c.state == "new", inbox.c.lease_until > at).distinct()
    return (await tx.execute(query)).scalars().all()


async def _firsts(tx: Tx, lines: Collection[str]) -> dict[str, int]:
    """By line the first update that is not handled, whoever is at it: only who got hold of that one may claim of the line."""
    if not lines:
        return {}
    query = select(inbox.c.line, func.min(inbox.c.id).label("first")).where(inbox.c.state == "new", inbox.c.line.in_(lines))
    return {row.line: row.first for row in await tx.execute(query.group_by(inbox.c.line))}


async def hold(tx: Tx, ids: Sequence[int], *, owner: str) -> set[int]:
    """Those updates that are still `owner`'s to handle, until the transaction ends: a lease may have run out meanwhile."""
    if not side_by_side(tx):
        return set(ids)
    mine = select(inbox.c.id).where(inbox.c.id.in_(ids), inbox.c.state == "new", inbox.c.owner == owner)
    return set((await tx.execute(mine.order_by(inbox.c.id).with_for_update())).scalars())


async def extend(tx: Tx, ids: Sequence[int], *, owner: str, until: datetime) -> set[int]:
    """Keep a claim for longer; returns the updates that are still `owner`'s."""
    if not side_by_side(tx):
        return set(ids)
    mine = update(inbox).where(inbox.c.id.in_(ids), inbox.c.state == "new", inbox.c.owner == owner)
    return set((await tx.execute(mine.values(lease_until=until).returning(inbox.c.id))).scalars())


async def end(tx: Tx, ids: Sequence[int], *, state: str = "done") -> None:
    """Mark updates as handled ("done") or given up ("poison")."""
    if ids:
        await _END.change(tx, ids=ids, became=state)


async def leave(tx: Tx, ids: Sequence[int]) -> None:
    """Leave updates for another attempt, by whoever comes first."""
    if ids:
        await tx.execute(update(inbox).where(inbox.c.id.in_(ids)).values(owner=None, lease_until=None))


async def put_back(tx: Tx, ids: Sequence[int], *, owner: str = "") -> None:
    """Leave updates that were begun and, for no fault of theirs, not handled: that attempt is not counted."""
    if ids:
        which = inbox.c.id.in_(ids) & (inbox.c.owner == owner) if side_by_side(tx) else inbox.c.id.in_(ids)
        await tx.execute(update(inbox).where(which).values(attempts=inbox.c.attempts - 1, owner=None, lease_until=None))


async def put_back_all(tx: Tx, *, owner: str) -> None:
    """Leave everything that `owner` had begun and not ended: it stops in good order."""
    if side_by_side(tx):
        mine = (inbox.c.state == "new") & (inbox.c.owner == owner)
        await tx.execute(update(inbox).where(mine).values(attempts=inbox.c.attempts - 1, owner=None, lease_until=None))


async def raw_of(tx: Tx, *, bot: str, update: str) -> dict[str, Any] | None:
    """An update as it was kept; None where it is not kept (any more)."""
    found: dict[str, Any] | None = (
        await tx.execute(select(inbox.c.raw).where(inbox.c.bot == bot, inbox.c.update == update))
    ).scalar_one_or_none()
    return found


async def oldest_waiting(tx: Tx) -> datetime | None:
    """When the oldest update that is not handled yet was sent; None when all are."""
    found: datetime | None = await _OLDEST.value(tx)
    return found


_OLDEST = Prepared(select(func.min(inbox.c.sent_at)).where(inbox.c.state == "new"))


async def forget_old(tx: Tx, *, at: datetime, most: int = FORGOTTEN_AT_ONCE) -> int:
    """Delete up to `most` handled updates older than KEEP, and given up ones older than KEEP_POISON; return how many went."""
    handled = (inbox.c.state == "done") & (inbox.c.received_at < at - KEEP)
    given_up = (inbox.c.state == "poison") & (inbox.c.received_at < at - KEEP_POISON)
    old = select(inbox.c.id).where(handled | given_up).limit(most)
    return (await tx.execute(delete(inbox).where(inbox.c.id.in_(old)))).rowcount
