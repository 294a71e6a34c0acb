"""A morning: ten thousand learners with the same slot minute, beside JobQueue.run_daily per learner."""

import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from benchmarks.crowd import MORNING, bot_on
from benchmarks.measuring import in_child, memory, watched_loop
from benchmarks.table import show
from bot import timers

LEARNERS = 10_000


def measure() -> None:
    """Each side in a process of its own, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan-e.db"
        in_child("benchmarks.crowd", f"sqlite+aiosqlite:///{path}", str(LEARNERS), "due", "plans")
        ours = in_child("benchmarks.morning", str(path))
        peer = in_child("benchmarks.jobqueue", str(Path(folder) / "jobs.db"), str(LEARNERS))
    heads = ("", "stored", "seconds", "longest stop, ms", "MiB at start", "MiB ready", "MiB at most")
    rows = [
        (name, one["stored"], f"{one['seconds']:.1f}", f"{one['stop'] * 1000:.0f}", *(f"{mib:.0f}" for mib in one["mib"]))
        for name, one in (("Plan E", ours), ("JobQueue.run_daily", peer))
    ]
    show(f"Morning: {LEARNERS:,} cards due in the same minute, decided and stored", heads, rows)
    seconds, mib = ours["seconds"] / peer["seconds"], ours["mib"][2] / peer["mib"][2]
    print(f"Plan E takes {seconds:.2f} of JobQueue's time and {mib:.2f} of its memory.")


async def _tick(path: str) -> dict[str, object]:
    """What the bot does when it looks at the clock a second after the slot."""
    bot = bot_on(path)
    at_start = memory()[0]
    assert not await timers.tick(bot.database, at=MORNING - timedelta(hours=1))
    ready = memory()[0]
    async with watched_loop() as stop:
        begun = time.perf_counter()
        await timers.run_due(bot.database, at=MORNING + timedelta(seconds=1))
        seconds = time.perf_counter() - begun
    await bot.close()
    with closing(sqlite3.connect(path)) as connection:
        stored = connection.execute("SELECT count(*) FROM outbox WHERE kind = 'card'").fetchone()[0]
    return {"stored": stored, "seconds": seconds, "stop": stop.longest, "mib": (at_start, ready, memory()[1])}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_tick(sys.argv[1]))))
