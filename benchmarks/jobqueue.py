"""The morning as python-telegram-bot's manual would have it: one JobQueue.run_daily a learner; each job stores one row."""

import asyncio
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import aiosqlite
from telegram.ext import Application, CallbackContext

from benchmarks.measuring import memory, watched_loop

_TOKEN = "1:none"  # nothing is sent
_PER_JOB = 0.0015  # seconds that adding a job takes at most; the rest of the wait for the minute is idle


async def _morning(path: str, learners: int) -> dict[str, object]:
    connection = await aiosqlite.connect(path)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        await connection.execute(f"PRAGMA {pragma}")
    await connection.execute("CREATE TABLE cards (id INTEGER PRIMARY KEY, learner INTEGER NOT NULL, at TEXT NOT NULL)")
    at_start = memory()[0]
    application = Application.builder().token(_TOKEN).build()  # its JobQueue does not keep it alive
    jobs = application.job_queue
    assert jobs is not None
    stored, done = 0, asyncio.Event()

    async def card(context: CallbackContext[Any, Any, Any, Any]) -> None:
        nonlocal stored
        assert context.job is not None
        row = (context.job.data, datetime.now(UTC).isoformat())
        await connection.execute("INSERT INTO cards (learner, at) VALUES (?, ?)", row)
        await connection.commit()
        stored += 1
        if stored == learners:
            done.set()

    due_at = (datetime.now(UTC) + timedelta(seconds=5 + learners * _PER_JOB)).replace(microsecond=0)
    # Without job_kwargs APScheduler gives up every job that begins more than a second late.
    for learner in range(learners):
        jobs.run_daily(card, due_at.timetz(), data=learner, job_kwargs={"misfire_grace_time": None})
    await jobs.start()
    ready = memory()[0]
    assert datetime.now(UTC) < due_at, "adding the jobs took longer than was thought"
    ahead = (due_at - datetime.now(UTC)).total_seconds()
    begun = time.perf_counter() + ahead
    await asyncio.sleep(ahead - 0.5)
    async with watched_loop() as stop:
        async with asyncio.timeout(300):
            await done.wait()
    seconds = time.perf_counter() - begun
    await jobs.stop(wait=False)
    await connection.close()
    return {"stored": stored, "seconds": seconds, "stop": stop.longest, "mib": (at_start, ready, memory()[1])}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_morning(sys.argv[1], int(sys.argv[2])))))
