"""What is decided for many at once is what would be decided for each alone, whatever sets learners apart; on both engines."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, select

from bot.domain.checkins import Outcome
from bot.domain.errors import Refused
from bot.domain.people import SECOND
from bot.domain.rest import PauseKind
from bot.services import checkins, sessions, slots
from bot.services.cards import slots_due
from bot.store import pauses, people, timers
from bot.store import slots as rows
from bot.store.database import Database, Tx
from bot.store.schema import outbox
from bot.store.schema import sessions as session_rows
from bot.store.schema import timers as timer_rows
from bot.store.timers import Timer
from tests.services.studying import CALCULUS, EVERY_DAY, learner_with, utc
from tests.tables import make_tables

NOON = utc("2026-05-04 12:00")  # a Monday
SINCE = utc("2026-05-05 03:31")  # Tuesday in every zone, and before every slot but one in Tokyo
DAY = date(2026, 5, 5)
ZONES = ("Europe/London", "Asia/Tokyo", "America/St_Johns")


@dataclass(frozen=True)
class Life:
    """What a learner is like when their slot of Tuesday comes."""

    zone: str
    wall: time
    weekdays: frozenset[int]
    plan: bool
    reachable: bool
    quiet: tuple[time, time] | None
    pause: tuple[PauseKind, int, int | None] | None  # from so many days before DAY, for so many
    reported: tuple[str, ...]  # before the slot, which has not been yet
    tapped: Outcome | None
    started: bool
    second: time | None
    slept: int  # slots of theirs that the bot slept through already


walls = st.sampled_from([time(6), time(7), time(23, 30), time(2, 30)])  # the last is in the night after its study day
lives = st.builds(
    Life,
    zone=st.sampled_from(ZONES),
    wall=walls,
    weekdays=st.sampled_from([EVERY_DAY, frozenset({1}), frozenset({1, 3})]),
    plan=st.booleans(),
    reachable=st.sampled_from([True, True, False]),
    quiet=st.sampled_from([None, None, (time(6), time(9))]),
    pause=st.none()
    | st.tuples(st.sampled_from(PauseKind), st.integers(0, 12), st.none() | st.integers(1, 14)).filter(
        lambda pause: pause[0] is PauseKind.AUTO or pause[2] is not None
    ),
    reported=st.lists(st.sampled_from(["30m", "partly 10m"]), max_size=2).map(tuple),
    tapped=st.none() | st.sampled_from(Outcome),
    started=st.booleans(),
    second=st.none() | st.just(time(18)),
    slept=st.sampled_from([0, 0, 2]),
)


async def live(tx: Tx, number: int, life: Life) -> None:
    learner = await learner_with(
        tx, str(number), zone=life.zone, wall=life.wall, weekdays=life.weekdays, plan=CALCULUS if life.plan else None, at=NOON
    )
    await people.change_identity(tx, platform="telegram", account=str(number), reachable=life.reachable)
    if life.quiet:
        start, end = life.quiet
        await people.change(tx, learner.id, quiet_own=True, quiet_start=start, quiet_end=end)
    if life.second:
        await slots.set_slot(tx, learner, wall=life.second, weekdays=EVERY_DAY, at=NOON, kind=SECOND)
    for place, words in enumerate(life.reported):
        await checkins.log(tx, learner, words, source=f"u{number}:{place}", at=SINCE)
    today = sessions.today(learner, at=SINCE)
    if life.started:
        with suppress(Refused):  # the day has been answered already, or has no slot
            await sessions.start(tx, learner, day=today, slot=SECOND if life.second else "main", at=SINCE)
    if life.tapped:
        with suppress(Refused):
            await sessions.answer(tx, learner, life.tapped, day=today, slot="main", at=SINCE)
    if life.pause:
        kind, before, length = life.pause
        first = DAY - timedelta(days=before)
        last = first + timedelta(days=length - 1) if length else None
        await pauses.put(tx, learner_id=learner.id, kind=kind, first=first, last=last, announced=False, at=NOON)
    if life.slept:
        data = {"slept": life.slept, "slept_at": NOON.isoformat()}
        for slot in await rows.of_learner(tx, learner.id):
            found = await timers.find(tx, kind="slot", subject=slot.id)
            assert found is not None
            await timers.put(tx, [Timer("slot", slot.id, found.due_at, data)])


async def rows_of(tx: Tx, table: Table) -> list[dict[str, Any]]:
    rows = [dict(row) for row in (await tx.execute(select(table))).mappings()]
    return sorted(({name: value for name, value in row.items() if name != "id"} for row in rows), key=repr)


async def stored(tx: Tx, batches: Sequence[list[Timer]], *, at: datetime) -> list[list[dict[str, Any]]]:
    """What the database holds after these batches; taken back afterwards."""
    attempt = await tx.begin_nested()
    for batch in batches:
        await slots_due(tx, batch, at)
    found = [await rows_of(tx, table) for table in (session_rows, outbox, timer_rows)]
    await attempt.rollback()
    return found


async def compare(url: str, everybody: list[Life], *, late: timedelta) -> None:
    """All in one batch, and each by themselves: the same rows."""
    database = Database(url)
    try:
        async with database.write() as tx:
            if database.is_sqlite:
                await make_tables(tx)
            for number, life in enumerate(everybody, 1):
                await live(tx, number, life)
            due = await timers.take(tx, at=SINCE + timedelta(days=2), limit=100)
            slots_of_due = [one for one in due if one.kind == "slot"]
            at = max(one.due_at for one in slots_of_due) + late
            owners = await rows.get_many(tx, [one.subject for one in slots_of_due])
            alone = [
                [one for one in slots_of_due if owners[one.subject].learner_id == learner_id]
                for learner_id in sorted({slot.learner_id for slot in owners.values()})
            ]
            assert await stored(tx, [slots_of_due], at=at) == await stored(tx, alone, at=at)
            await tx.rollback()
    finally:
        await database.close()


crowds = st.lists(lives, min_size=1, max_size=6).flatmap(lambda some: st.lists(st.sampled_from(some), min_size=2, max_size=9))
lateness = st.sampled_from([timedelta(seconds=1), timedelta(minutes=50), timedelta(hours=2, seconds=1), timedelta(days=2)])


@settings(max_examples=40)
@given(everybody=crowds, late=lateness)
def test_what_is_decided_for_many_is_what_is_decided_for_each(everybody: list[Life], late: timedelta) -> None:
    asyncio.run(compare("sqlite+aiosqlite://", everybody, late=late))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(everybody=crowds, late=lateness)
def test_the_same_on_postgresql(postgres_url: str, everybody: list[Life], late: timedelta) -> None:
    asyncio.run(compare(postgres_url, everybody, late=late))
