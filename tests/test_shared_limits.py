"""Limits that several processes share: together they keep the pace that one keeps, and one 429 silences all."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from bot.courier import Courier
from bot.limits import Limits
from bot.messenger import NotSent
from bot.services import housekeeping
from bot.store import outbox, pacing
from bot.store.database import Database
from bot.store.outbox import Act, Item, Lane
from bot.store.schema import send_limits
from tests.props import NOON, Hand, Recorder, learner, outgoing

SECOND = timedelta(seconds=1)
TICK = timedelta(milliseconds=10)


@pytest_asyncio.fixture
async def shared(postgres_url: str) -> AsyncIterator[Database]:
    """A database that several processes use."""
    made = Database(postgres_url)
    yield made
    await made.close()


def process(**other: float) -> Limits:
    return Limits(per_second={"telegram": 25.0}, shared=True, **other)  # type: ignore[arg-type]


def item(number: int, *, line: str = "", group: int | None = None, act: Act = Act.SEND) -> Item:
    return Item(
        id=number, key=f"k{number}", line=line or f"l:{number}:telegram", act=act, lane=Lane.ANSWER, kind="card", facts={},
        learner_id=None if group else number, group_id=group, platform="telegram", topic=None, ref=None, shows=None,
        public=False, silent=False, due_at=NOON, expires_at=NOON + SECOND, attempt=1, doubts=0, revision=0, lease_until=None,
    )  # fmt: skip


async def take(database: Database, limits: Limits, items: list[Item], *, at: datetime) -> dict[int, float]:
    async with database.write() as tx:
        return {one: wait.total_seconds() for one, wait in (await limits.take_all(tx, items, at=at)).items()}


async def room(database: Database, limits: Limits, *, at: datetime) -> tuple[int, bool]:
    async with database.read() as tx:
        await limits.look(tx, at=at)
    return limits.room(at), limits.open(at)


def most_within(moments: list[datetime], window: timedelta) -> int:
    return max(sum(one <= other < one + window for other in moments) for one in moments)


@pytest.mark.parametrize("apart", [timedelta(), timedelta(milliseconds=300)])
async def test_together_they_never_send_faster_than_one_and_nobody_starves(shared: Database, apart: timedelta) -> None:
    """Four processes that always have something to send, their clocks up to `apart` from each other, in any order."""
    dice, sent = random.Random(1), {number: list[datetime]() for number in range(4)}
    machines = [(number, process(), apart * number / 3) for number in range(4)]
    for tick in range(300):
        at = NOON + tick * TICK
        for number, limits, ahead in dice.sample(machines, 4):
            free, _ = await room(shared, limits, at=at + ahead)
            batch = [item(1 + 100_000 * number + 100 * tick + one) for one in range(min(free, 6))]
            waits = await take(shared, limits, batch, at=at + ahead) if batch else {}
            sent[number] += [at for wait in waits.values() if wait == 0]
    together = sorted(one for moments in sent.values() for one in moments)
    burst = 5
    for seconds in (0.2, 0.5, 1.0, 2.0):
        window = timedelta(seconds=seconds)
        assert most_within(together, window) <= burst + 25 * (window + apart) / SECOND
    assert len(together) >= 25 * 3, "nothing of what is allowed is left lying"
    assert all(len(moments) >= len(together) / 10 for moments in sent.values())


async def test_at_the_same_moment_the_burst_goes_once(shared: Database) -> None:
    machines = [process() for _ in range(6)]
    batches = [[item(10 * number + one) for one in range(4)] for number in range(1, 7)]
    waits = await asyncio.gather(*(take(shared, limits, batch, at=NOON) for limits, batch in zip(machines, batches, strict=True)))
    assert sum(wait == 0 for one in waits for wait in one.values()) == 5


async def test_a_chat_has_one_pace_whoever_writes_to_it(shared: Database) -> None:
    one, other = process(), process()
    first = await take(shared, one, [item(number, line="l:7:telegram") for number in (1, 2)], at=NOON)
    second = await take(shared, other, [item(number, line="l:7:telegram") for number in (3, 4)], at=NOON)
    assert [*first.values(), *second.values()] == [0, 0, 0, 1]
    assert list((await take(shared, one, [item(5, line="l:7:telegram")], at=NOON)).values()) == [1]
    assert list((await take(shared, one, [item(5, line="l:7:telegram")], at=NOON + SECOND)).values()) == [0]
    group = [item(number, line="g:1", group=1) for number in range(10, 14)]
    waits = await take(shared, other, group, at=NOON + 2 * SECOND)
    assert [round(wait, 2) for wait in waits.values()] == [0, 0, 0, 3.33]


async def test_discords_chats_are_paced_by_its_answers_and_need_no_rows(shared: Database) -> None:
    limits = Limits(per_second={"discord": 40.0}, self_paced=frozenset({"discord"}), shared=True)
    items = [replace(item(number, line="g:1", group=1), platform="discord") for number in range(8)]
    assert set((await take(shared, limits, items, at=NOON)).values()) == {0}
    async with shared.read() as tx:
        assert [row.name for row in await tx.execute(select(send_limits))] == ["discord"]


async def test_taps_take_no_row_and_no_pace(shared: Database) -> None:
    waits = await take(shared, process(), [item(number, act=Act.TOAST) for number in range(50)], at=NOON)
    assert set(waits.values()) == {0}
    async with shared.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(send_limits))).scalar_one() == 0


async def test_a_clock_that_is_far_off_holds_nobody_up(shared: Database) -> None:
    """An hour ahead is no skew: the others count for themselves rather than wait for an hour."""
    await take(shared, process(), [item(number) for number in range(5)], at=NOON + timedelta(hours=1))
    assert set((await take(shared, process(), [item(9)], at=NOON)).values()) == {0}


async def test_a_429_that_one_met_stops_all(shared: Database) -> None:
    """Two couriers on one database: the second sends nothing until the time is over that the first was told."""
    clock, first, second = Hand(), Recorder(), Recorder()
    couriers = [
        Courier(shared, {"telegram": told}, process(chat_per_second=1000, chat_burst=1000), clock) for told in (first, second)
    ]
    async with shared.write() as tx:
        people = [await learner(tx, 501 + number) for number in range(4)]
    first.troubles = [NotSent("asked to wait", retry_after=30)]
    async with shared.write() as tx:
        await outbox.put(tx, [outgoing("a", people[0])], at=clock.at)
    await couriers[0].drain()
    async with shared.write() as tx:
        await outbox.put(tx, [outgoing(f"b{one.id}", one) for one in people[1:]], at=clock.at)
    for wait in (0, 15, 14.9):
        clock.passes(seconds=wait)
        await couriers[1].drain()
    assert (first.did, second.did) == ([], [])
    clock.passes(seconds=2)  # a second longer, for clocks that are ahead
    await couriers[1].drain()
    await couriers[0].drain()
    assert len(first.did) + len(second.did) == 4


async def test_what_may_not_go_yet_is_put_back_and_others_take_its_place(database: Database) -> None:
    """In memory or in rows: a chat that had its share holds up no other, and is written to when its time has come."""
    clock, told = Hand(), Recorder()
    courier = Courier(database, {"telegram": told}, Limits(per_second={"telegram": 1000.0}), clock)
    async with database.write() as tx:
        ann, bob = await learner(tx), await learner(tx, 502, name="Bob")
        await outbox.put(tx, [outgoing(f"a{number}", ann) for number in range(5)], at=NOON)
        await outbox.put(tx, [outgoing("b", bob, due_at=NOON + SECOND / 2)], at=NOON)
    await courier.drain()
    clock.passes(seconds=0.5)
    await courier.drain()
    assert [chat for _, chat, _ in told.did] == ["501", "501", "501", "502"]
    for _ in range(2):
        clock.passes(seconds=1)
        await courier.drain()
    assert [chat for _, chat, _ in told.did].count("501") == 5
    async with database.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(send_limits))).scalar_one() == 0, "one process keeps no rows"


async def test_rows_that_say_nothing_any_more_are_forgotten(shared: Database) -> None:
    limits = process()
    await take(shared, limits, [item(number) for number in range(1, 4)], at=NOON)
    async with shared.write() as tx:
        await pacing.block(tx, "telegram", until=NOON + timedelta(hours=5), at=NOON)
        await pacing.block(tx, "telegram", until=NOON + timedelta(hours=1), at=NOON)  # the longer one holds
        await housekeeping.clean(tx, at=NOON + timedelta(hours=4))
        assert [(one.name, one.blocked_until) for one in await pacing.look(tx, ["telegram", "l:1:telegram"])] == [
            ("telegram", NOON + timedelta(hours=5))
        ]
        await housekeeping.clean(tx, at=NOON + timedelta(hours=7))
        assert await pacing.look(tx, ["telegram"]) == []
