"""The morning as the manuals would have it: a job a learner, in JobQueue's memory or in APScheduler's own SQLite store."""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiosqlite
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from telegram.ext import Application, CallbackContext

from benchmarks.measuring import memory, watched_loop

_TOKEN = "1:none"  # nothing is sent
_SPARE = 1.5  # so many times longer than in the rehearsal the adding may take; what is left of the wait is idle
_DELAY = {"misfire_grace_time": None}  # without it APScheduler gives up every job that begins more than a second late


class _Count:
    """How many jobs have run, and whether that is all."""

    def __init__(self) -> None:
        self.so_far, self.wanted = 0, 0
        self.all = asyncio.Event()

    def one(self) -> None:
        self.so_far += 1
        if self.so_far == self.wanted:
            self.all.set()


class _Table:
    """Where each job stores one row, as one would write it: insert and commit."""

    async def open(self, path: str) -> None:
        self.connection = await aiosqlite.connect(path)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            await self.connection.execute(f"PRAGMA {pragma}")
        await self.connection.execute("CREATE TABLE cards (id INTEGER PRIMARY KEY, learner INTEGER NOT NULL, at TEXT NOT NULL)")

    async def store(self, learner: int) -> None:
        row = (learner, datetime.now(UTC).isoformat())
        await self.connection.execute("INSERT INTO cards (learner, at) VALUES (?, ?)", row)
        await self.connection.commit()


_table, _count = _Table(), _Count()


async def card(learner: int) -> None:
    """A job that stores."""
    await _table.store(learner)
    _count.one()


async def nothing(_learner: int) -> None:
    """A job that does nothing: what the scheduler costs alone."""
    _count.one()


class _InMemory:
    """python-telegram-bot's JobQueue, one `run_daily` a learner."""

    def __init__(self, does: Callable[[int], Any]) -> None:
        self._application = Application.builder().token(_TOKEN).build()  # its JobQueue does not keep it alive
        assert self._application.job_queue is not None
        self._jobs = self._application.job_queue
        self._does = does

    async def _run(self, context: CallbackContext[Any, Any, Any, Any]) -> None:
        assert context.job is not None
        assert isinstance(context.job.data, int)
        await self._does(context.job.data)

    def add(self, learner: int, due_at: datetime) -> None:
        self._jobs.run_daily(self._run, due_at.timetz(), data=learner, job_kwargs=_DELAY)

    async def start(self) -> None:
        await self._jobs.start()

    async def stop(self) -> None:
        await self._jobs.stop(wait=False)


class _InStore:
    """APScheduler's scheduler with its SQLAlchemyJobStore."""

    def __init__(self, path: str) -> None:
        self._scheduler = AsyncIOScheduler(jobstores={"default": SQLAlchemyJobStore(url=f"sqlite:///{path}.jobs")}, timezone=UTC)

    def add(self, learner: int, due_at: datetime) -> None:
        daily = CronTrigger(hour=due_at.hour, minute=due_at.minute, second=due_at.second, timezone=UTC)
        self._scheduler.add_job(card, daily, args=[learner], **_DELAY)

    async def start(self) -> None:
        self._scheduler.start()

    async def stop(self) -> None:
        self._scheduler.shutdown(wait=False)


async def _morning(path: str, learners: int, how: str) -> dict[str, object]:
    await _table.open(path)
    at_start = memory()[0]

    def made(name: str) -> _InMemory | _InStore:
        return _InStore(path + name) if how == "store" else _InMemory(nothing if how == "bare" else card)

    async def added(name: str, due_at: datetime) -> tuple[_InMemory | _InStore, float]:
        jobs, begun = made(name), time.perf_counter()
        for learner in range(learners):
            jobs.add(learner, due_at)
        await jobs.start()
        return jobs, time.perf_counter() - begun

    rehearsed, took = await added(".rehearsed", datetime.now(UTC) - timedelta(hours=1))
    await rehearsed.stop()
    del rehearsed
    due_at = (datetime.now(UTC) + timedelta(seconds=10 + took * _SPARE)).replace(microsecond=0)
    _count.wanted = learners
    jobs, took = await added("", due_at)
    ready = memory()[0]
    assert datetime.now(UTC) < due_at, "adding the jobs took longer than was thought"
    ahead = (due_at - datetime.now(UTC)).total_seconds()
    begun = time.perf_counter() + ahead
    await asyncio.sleep(max(0.0, ahead - 0.5))
    async with watched_loop() as stop:
        async with asyncio.timeout(400):
            await _count.all.wait()
    seconds = time.perf_counter() - begun
    await jobs.stop()
    await _table.connection.close()
    mib = (at_start, ready, memory()[1])
    return {"stored": _count.so_far, "seconds": seconds, "stop": stop.longest, "busy": stop.busy, "mib": mib, "ready": took}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_morning(sys.argv[1], int(sys.argv[2]), sys.argv[3]))))
