"""When each platform was last heard, and the gaps."""

from datetime import datetime

from sqlalchemy import Insert, bindparam, func, select

from bot.store.database import Tx, insert_for
from bot.store.prepared import Prepared
from bot.store.schema import outages, pulses


async def beat(tx: Tx, name: str, *, at: datetime) -> datetime | None:
    """Set the last hearing of `name` to `at` (never backwards) and return the one before."""
    before: datetime | None = await _BEFORE.value(tx, platform=name)
    if before is None or at > before:
        await _BEAT.change(tx, name=name, at=at)
    return before


def _beat(dialect: str) -> Insert:
    statement = insert_for(dialect, pulses)
    return statement.on_conflict_do_update(index_elements=["name"], set_={"at": statement.excluded.at})


_BEFORE = Prepared(select(pulses.c.at).where(pulses.c.name == bindparam("platform")))
_BEAT = Prepared(_beat, columns=["name", "at"])


async def earliest(tx: Tx) -> datetime | None:
    """The hearing of the platform that was heard longest ago."""
    found: datetime | None = await _EARLIEST.value(tx)
    return found


_EARLIEST = Prepared(select(func.min(pulses.c.at)))


async def latest(tx: Tx) -> dict[str, datetime]:
    """By name, when each platform was last heard."""
    return {row.name: row.at for row in await tx.execute(select(pulses))}


async def forget_others(tx: Tx, names: list[str]) -> None:
    """Drop the hearings of platforms that are no longer configured: nobody will hear them, and nothing must wait for them."""
    await tx.execute(pulses.delete().where(pulses.c.name.not_in(names)))


async def add_outage(tx: Tx, name: str, *, since: datetime, until: datetime) -> None:
    """Keep a gap in which `name` was not heard."""
    await tx.execute(outages.insert().values(name=name, since=since, until=until))


async def forget_old(tx: Tx, *, before: datetime) -> None:
    """Delete gaps that ended before an instant."""
    await tx.execute(outages.delete().where(outages.c.until < before))


async def outages_between(tx: Tx, *, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """The gaps that touch the span, in order."""
    rows = await tx.execute(
        select(outages.c.since, outages.c.until)
        .where(outages.c.until > since, outages.c.since < until)
        .order_by(outages.c.since, outages.c.until)
    )
    return [(row.since, row.until) for row in rows]
