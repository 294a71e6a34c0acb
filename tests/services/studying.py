"""Learners with a slot and a plan, and the clock of their days, for tests of the study day."""

from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import select, update

from bot.domain.people import MAIN, Learner
from bot.domain.plans import Module, Plan, Source, SourceKind, Track
from bot.services import plans, slots
from bot.services.cards import slots_due
from bot.services.days import days_due
from bot.services.facts import knows, unpack
from bot.services.live import LOADERS
from bot.store import people, timers
from bot.store.database import Tx, insert
from bot.store.outbox import State
from bot.store.schema import outbox, shown
from bot.ui import notices
from bot.ui.message import Message
from bot.ui.words import Words

EVERY_DAY = frozenset(range(7))
CALCULUS = Plan(
    "Maths",
    (
        Track(
            "Calculus 1",
            (Module("Limits"), Module("Derivatives"), Module("Integrals")),
            (
                Source(SourceKind.PRIMARY, "Professor Leonard", "https://example.org/leonard"),
                Source(SourceKind.SECOND, "Kline"),
                Source(SourceKind.PRACTICE, "OpenStax problems"),
            ),
        ),
    ),
)


def utc(text: str) -> datetime:
    """An instant: "2026-05-05 07:00" in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def learner_with(
    tx: Tx,
    account: str = "1",
    *,
    zone: str = "UTC",
    wall: time = time(7),
    at: datetime,
    plan: Plan | None = CALCULUS,
    weekdays: frozenset[int] = EVERY_DAY,
) -> Learner:
    """A learner who can be reached, with a slot and a plan."""
    made = await people.add_learner(
        tx, platform="telegram", account=account, name=f"Ada {account}", username=None, language="en", at=at
    )
    await people.change_identity(tx, platform="telegram", account=account, reachable=True)
    learner = await slots.change_zone(tx, made, zone, at=at)
    await slots.set_slot(tx, learner, wall=wall, weekdays=weekdays, at=at, kind=MAIN)
    if plan is not None:
        await plans.use_plan(tx, learner, plan, at=at)
    return learner


async def live_until(tx: Tx, at: datetime) -> list[str]:
    """Let slots and days due by `at` have their turn, each at its time, deliver what they say, and return it as text."""
    heard: list[str] = []
    while (when := await timers.next_due(tx)) is not None and when <= at:
        await fire(tx, when)
        heard += [message.plain for message in await deliver(tx, at=when)]
    return heard


async def fire(tx: Tx, at: datetime) -> None:
    """Handle everything due at `at` now, as after an outage that ends then."""
    while taken := await timers.take(tx, at=at, limit=500):
        await slots_due(tx, [one for one in taken if one.kind == "slot"], at)
        await days_due(tx, [one for one in taken if one.kind == "day"], at)


async def deliver(tx: Tx, *, at: datetime) -> list[Message]:
    """Let everything that waits to be sent arrive, and return what its readers see; the shown messages are remembered."""
    seen = []
    for row in await queued(tx):
        if row["state"] != State.READY or row["due_at"] > at:
            continue
        message = await said(tx, row, at=at)
        state = State.CANCELLED if message is None else State.SENT
        await tx.execute(update(outbox).where(outbox.c.id == row["id"]).values(state=state))
        if message is not None:
            seen.append(message)
            if row["shows"]:
                look = {"platform": row["platform"], "ref": f"m{row['id']}", "digest": "", "at": at}
                statement = insert(tx, shown).values(key=row["shows"], **look)
                await tx.execute(statement.on_conflict_do_update(index_elements=["key"], set_=look))
    return seen


async def queued(tx: Tx, *, kind: str | None = None, act: str = "send") -> list[dict[str, Any]]:
    """What the outbox holds, oldest first."""
    query = select(outbox).where(outbox.c.act == act).order_by(outbox.c.id)
    rows = [dict(row) for row in (await tx.execute(query)).mappings()]
    return [row for row in rows if kind in {None, row["kind"]}]


async def said(tx: Tx, row: dict[str, Any], *, at: datetime, zone: str = "UTC") -> Message | None:
    """An outbox row as its reader would see it at `at`; None where it would not be said."""
    notice = unpack(row["kind"], row["facts"]) if knows(row["kind"]) else await LOADERS[row["kind"]](tx, row["facts"], at)
    return None if notice is None else notices.word(notice, Words("en", zone, at))
