"""Due rows, claimed in batches and handed by kind to services, in the transaction that sets what comes next."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Final

import structlog

from bot.metrics import TIMERS_FIRED
from bot.services import boards, cards, crossings, days, digests, pulse, slips
from bot.store import timers
from bot.store.database import Database, Tx, apart, is_passing
from bot.store.timers import Timer

_BATCH: Final = 500
_BATCHES: Final[Mapping[str, int]] = {"slot": 2000}  # where a batch costs little more than its rows; nobody waits for it long
_SIDE_BY_SIDE: Final = 2  # PostgreSQL is busy while we prepare the next batch; with three the loop stops for longer
_RETRY: Final = timedelta(minutes=5)  # a timer whose handler broke is tried again, not lost and not in the way
_log = structlog.get_logger(__name__)

Handler = Callable[[Tx, list[Timer], datetime], Awaitable[None]]

HANDLERS: Final[Mapping[str, Handler]] = {
    "slot": cards.slots_due,  # subject: slot; the morning card
    "day": days.days_due,  # subject: learner; nudges and the end of the study day
    "promise": slips.promises_due,  # subject: commitment; warnings, the question at the due instant, the alert
    "pace": crossings.looks_due,  # subject: commitment; whether its forecast has fallen behind its date
    "digest": digests.digests_due,  # subject: group
    "board": boards.boards_due,  # subject: group; a new day on the board
}
# A deadline and a missed session are judged only when everything said before them has been handled.
JUDGING: Final = ("day", "promise")


async def tick(database: Database, *, at: datetime, handlers: Mapping[str, Handler] = HANDLERS) -> int:
    """Handle the timers due at `at`, up to one batch, and return how many there were."""
    async with database.read() as tx:
        due = await timers.first(tx)
        if due is None or due.due_at > at:
            return 0
    limit = _BATCHES.get(due.kind, _BATCH)
    try:
        async with database.write() as tx:
            return await _fire(tx, handlers, at=at, limit=limit)
    except Exception as error:
        if is_passing(error):
            raise
        _log.exception("a batch of timers broke; each is tried by itself")
        return await _one_by_one(database, handlers, at=at)


async def run_due(database: Database, *, at: datetime, handlers: Mapping[str, Handler] = HANDLERS) -> None:
    """Handle all timers due at `at`, batch after batch; side by side where the database takes several writers."""
    if not await tick(database, at=at, handlers=handlers):
        return

    async def batches() -> None:
        while await tick(database, at=at, handlers=handlers):
            pass

    try:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(min(_SIDE_BY_SIDE, database.writers)):
                tasks.create_task(batches())
    except ExceptionGroup as broken:
        raise next((one for one in broken.exceptions if not is_passing(one)), broken.exceptions[0]) from broken


async def _take(tx: Tx, *, at: datetime, limit: int = _BATCH) -> list[Timer]:
    until = await pulse.judged_until(tx)
    return await timers.take(tx, at=at, limit=limit, judging=JUDGING, judged_until=until)


async def _fire(tx: Tx, handlers: Mapping[str, Handler], *, at: datetime, limit: int) -> int:
    taken = await _take(tx, at=at, limit=limit)
    for kind, rows in groupby(sorted(taken, key=attrgetter("kind")), key=attrgetter("kind")):
        batch = list(rows)
        await handlers[kind](tx, batch, at)
        TIMERS_FIRED.labels(kind).inc(len(batch))
    return len(taken)


async def _one_by_one(database: Database, handlers: Mapping[str, Handler], *, at: datetime) -> int:
    """Find the timer that breaks: each in its own savepoint, a broken one is set a little later."""
    async with database.write() as tx:
        taken = await _take(tx, at=at)
        for timer in taken:
            try:
                async with apart(tx):
                    await handlers[timer.kind](tx, [timer], at)
            except Exception as error:
                if is_passing(error):
                    raise
                _log.exception("timer broke", kind=timer.kind, subject=timer.subject)
                await timers.put(tx, [Timer(timer.kind, timer.subject, at + _RETRY, timer.data)])
            else:
                TIMERS_FIRED.labels(timer.kind).inc()
    return len(taken)
