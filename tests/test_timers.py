"""Timers: each due row handled once, whole batches at a time, and judged only when everything was heard."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from bot import timers
from bot.services import pulse
from bot.store import inbox, pulses
from bot.store import timers as rows
from bot.store.database import Database, Tx
from bot.store.inbox import Raw
from bot.store.schema import learners
from bot.store.schema import timers as table
from bot.store.timers import Timer
from bot.timers import Handler
from tests.props import NOON, learner

pytestmark = pytest.mark.both_engines

MINUTE = timedelta(minutes=1)


class Handled:
    """Handlers that remember their batches."""

    def __init__(self, *, then: Callable[[Tx, list[Timer], datetime], Awaitable[None]] | None = None) -> None:
        self.batches: list[list[Timer]] = []
        self._then = then
        self.by_kind: dict[str, Handler] = dict.fromkeys(("slot", "day", "promise"), self._handle)

    @property
    def subjects(self) -> list[int]:
        return [timer.subject for batch in self.batches for timer in batch]

    async def _handle(self, tx: Tx, batch: list[Timer], at: datetime) -> None:
        self.batches.append(batch)
        if self._then is not None:
            await self._then(tx, batch, at)


@pytest.fixture(autouse=True)
def _quietly() -> Iterator[None]:
    """What breaks here is meant to, and drawing its traceback takes longer than the test."""
    with capture_logs():
        yield


async def put(database: Database, *timers_: Timer) -> None:
    async with database.write() as tx:
        await rows.put(tx, timers_)


async def left(database: Database) -> int:
    async with database.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(table))).scalar_one())


async def test_what_is_due_is_handled_once_in_order_of_kind(database: Database) -> None:
    handled = Handled()
    await put(database, Timer("slot", 2, NOON), Timer("slot", 1, NOON - MINUTE), Timer("slot", 3, NOON + MINUTE))
    assert await timers.tick(database, at=NOON, handlers=handled.by_kind) == 2
    assert await timers.tick(database, at=NOON, handlers=handled.by_kind) == 0
    assert handled.batches == [[Timer("slot", 1, NOON - MINUTE), Timer("slot", 2, NOON)]]


@pytest.mark.parametrize(("kind", "batches"), [("slot", [2000, 201]), ("day", [500, 500, 500, 500, 201])])
async def test_a_morning_comes_in_batches(database: Database, kind: str, batches: list[int]) -> None:
    handled = Handled()
    async with database.write() as tx:
        await pulse.heard(tx, "telegram:1", at=NOON)
    await put(database, *(Timer(kind, n, NOON) for n in range(1, 2202)))
    await timers.run_due(database, at=NOON, handlers=handled.by_kind)
    sizes = [len(batch) for batch in handled.batches]
    assert (sizes if database.writers == 1 else sorted(sizes, reverse=True)) == batches  # side by side they end as they come
    assert len(set(handled.subjects)) == len(handled.subjects) == 2201


async def test_what_broke_side_by_side_comes_out_by_itself(database: Database) -> None:
    """A crowd of batches is no reason to wrap the trouble of one: whoever runs them looks whether it passes."""

    async def busy(_tx: Tx, batch: list[Timer], _at: datetime) -> None:
        if batch[0].subject > 500:
            raise DBAPIError("", {}, Exception("database is locked"))

    await put(database, *(Timer("promise", n, NOON) for n in range(1, 601)))
    async with database.write() as tx:
        await pulse.heard(tx, "telegram:1", at=NOON)
    with pytest.raises(DBAPIError, match="locked"):
        await timers.run_due(database, at=NOON, handlers=Handled(then=busy).by_kind)
    assert await left(database) == 100


async def test_the_handler_sets_what_comes_next_in_the_same_transaction(database: Database) -> None:
    async def tomorrow(tx: Tx, batch: list[Timer], _at: datetime) -> None:
        await rows.put(tx, [Timer(one.kind, one.subject, one.due_at + timedelta(days=1)) for one in batch])

    handled = Handled(then=tomorrow)
    await put(database, Timer("slot", 1, NOON))
    for day in range(3):
        await timers.run_due(database, at=NOON + timedelta(days=day), handlers=handled.by_kind)
    assert [batch[0].due_at for batch in handled.batches] == [NOON + timedelta(days=day) for day in range(3)]


async def test_a_timer_that_breaks_is_set_later_and_stops_no_other(database: Database) -> None:
    async def breaks(tx: Tx, batch: list[Timer], at: datetime) -> None:
        for one in batch:
            await learner(tx, one.subject)
            if one.subject == 2:
                raise ZeroDivisionError

    handled = Handled(then=breaks)
    await put(database, *(Timer("slot", n, NOON, {"n": n}) for n in (1, 2, 3)))
    assert await timers.tick(database, at=NOON, handlers=handled.by_kind) == 3
    async with database.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(learners))).scalar_one() == 2
        assert await rows.find(tx, kind="slot", subject=2) == Timer("slot", 2, NOON + 5 * MINUTE, {"n": 2})
    assert await left(database) == 1


async def test_a_kind_nobody_knows_is_no_loop(database: Database) -> None:
    await put(database, Timer("newer", 1, NOON))
    await timers.run_due(database, at=NOON, handlers=Handled().by_kind)
    assert await left(database) == 1


async def test_a_deadline_is_judged_when_everything_before_it_was_heard_and_handled(database: Database) -> None:
    handled = Handled()

    async def judged() -> list[int]:
        await timers.run_due(database, at=NOON + MINUTE, handlers=handled.by_kind)
        return handled.subjects

    await put(database, Timer("promise", 1, NOON), Timer("slot", 2, NOON))
    assert await judged() == [2]  # nothing was heard yet: cards go, deadlines wait
    async with database.write() as tx:
        await pulse.heard(tx, "telegram:1", at=NOON - timedelta(seconds=1))
    assert await judged() == [2]
    async with database.write() as tx:
        await inbox.store(tx, [Raw("telegram:1", "7", "telegram:501", NOON - timedelta(seconds=2), {})], at=NOON)
        await pulse.heard(tx, "telegram:1", at=NOON + timedelta(seconds=5))
    assert await judged() == [2]  # heard, but "done!" lies in the inbox still
    async with database.write() as tx:
        [one] = await inbox.begin(tx, limit=9, at=NOON)
        await inbox.end(tx, [one.id])
    assert await judged() == [2, 1]


@pytest.mark.parametrize(("gap", "deaf"), [(timedelta(minutes=3), timedelta()), (timedelta(minutes=40), timedelta(minutes=40))])
async def test_deafness_is_remembered_when_it_could_be_noticed(tx: Tx, gap: timedelta, deaf: timedelta) -> None:
    await pulse.heard(tx, "telegram:1", at=NOON)
    await pulse.heard(tx, "telegram:1", at=NOON + gap)
    await pulse.heard(tx, "telegram:1", at=NOON)  # a clock that went back
    assert await pulse.deaf_before(tx, NOON + timedelta(hours=2)) == deaf


async def test_deafness_counts_once_and_only_within_twelve_hours(tx: Tx) -> None:
    for name, since, until in (("a", 0, 60), ("b", 30, 90), ("a", 600, 630)):
        await pulses.add_outage(tx, name, since=NOON + since * MINUTE, until=NOON + until * MINUTE)
    assert await pulse.deaf_before(tx, NOON + 45 * MINUTE) == 45 * MINUTE
    assert await pulse.deaf_before(tx, NOON + 700 * MINUTE) == 120 * MINUTE
    assert await pulse.deaf_before(tx, NOON + 780 * MINUTE) == 60 * MINUTE
    assert await pulse.deaf_before(tx, NOON + timedelta(days=2)) == timedelta()


async def test_a_platform_no_longer_heard_holds_up_no_deadline(tx: Tx) -> None:
    await pulse.heard(tx, "telegram:1", at=NOON)
    await pulse.heard(tx, "telegram:2", at=NOON + MINUTE)
    assert await pulse.judged_until(tx) == NOON
    await pulse.only(tx, ["telegram:2"])
    assert await pulse.judged_until(tx) == NOON + MINUTE
