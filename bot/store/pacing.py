"""Send limits that several processes share: one row for each platform, and for each chat that was written to lately."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select

from bot.store.database import Tx, insert
from bot.store.schema import send_limits


@dataclass(frozen=True, slots=True)
class Pace:
    """What is counted under a name: `full_at` as in bot/limits.py, `seen_at` the clock it was counted by."""

    name: str
    full_at: datetime
    seen_at: datetime
    blocked_until: datetime | None = None


async def look(tx: Tx, names: Iterable[str]) -> list[Pace]:
    """What is counted under these names, without a lock; those never heard of are left out."""
    rows = await tx.execute(select(send_limits).where(send_limits.c.name.in_(sorted(names))))
    return [Pace(**row) for row in rows.mappings()]


async def lock(tx: Tx, *, platforms: Sequence[str], lines: Sequence[str], at: datetime) -> list[Pace]:
    """The same, kept from all others until the transaction ends. Whoever counts locks the row of the platform first of all."""
    names = sorted({*platforms, *lines})
    query = select(send_limits).where(send_limits.c.name.in_(names)).order_by(send_limits.c.name).with_for_update()
    found = [Pace(**row) for row in (await tx.execute(query)).mappings()]
    new = {*platforms} - {one.name for one in found}
    if not new:
        return found
    statement = insert(tx, send_limits).on_conflict_do_nothing(index_elements=["name"])
    await tx.execute(statement, [{"name": name, "full_at": at, "seen_at": at} for name in sorted(new)])
    return await lock(tx, platforms=platforms, lines=lines, at=at)


async def keep(tx: Tx, paces: Sequence[Pace]) -> None:
    """Write down what was counted; blocks are left as they are."""
    if paces:
        statement = insert(tx, send_limits)
        fresh = statement.excluded
        counted = {"full_at": fresh.full_at, "seen_at": fresh.seen_at}
        await tx.execute(statement.on_conflict_do_update(index_elements=["name"], set_=counted), [asdict(pace) for pace in paces])


async def block(tx: Tx, name: str, *, until: datetime, at: datetime) -> None:
    """Let nobody send on a platform until then, or longer where that was asked for before."""
    statement = insert(tx, send_limits).values(name=name, full_at=at, seen_at=at, blocked_until=until)
    not_longer = func.coalesce(send_limits.c.blocked_until, until) <= until
    blocked = {"blocked_until": statement.excluded.blocked_until}
    await tx.execute(statement.on_conflict_do_update(index_elements=["name"], set_=blocked, where=not_longer))


async def forget_old(tx: Tx, *, before: datetime) -> int:
    """Delete what was not counted under since then; return how many went."""
    free = or_(send_limits.c.blocked_until.is_(None), send_limits.c.blocked_until < before)
    gone = await tx.execute(delete(send_limits).where(send_limits.c.seen_at < before, send_limits.c.full_at < before, free))
    return gone.rowcount
