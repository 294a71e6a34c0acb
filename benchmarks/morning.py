"""A morning: a hundred thousand learners with the same slot minute, beside a job for each of them in APScheduler."""

import asyncio
import json
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.crowd import MORNING, bot_on
from benchmarks.measuring import in_child, memory, watched_loop
from benchmarks.postgres import postgres
from benchmarks.table import show
from bot import timers
from bot.app import leave_in_peace
from bot.store import schema

LEARNERS = 100_000
IN_STORE = 2_000  # of APScheduler's own store more would take too long


def measure() -> None:
    """Each side in a process of its own, one after the other."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = {"Plan E, SQLite": _morning(f"sqlite+aiosqlite:///{folder}/plan-e.db")}
        with postgres(folder) as url:
            ours["Plan E, PostgreSQL"] = _morning(url)
        peers = {
            "JobQueue": in_child("benchmarks.jobqueue", str(folder / "jobs.db"), str(LEARNERS), "memory"),
            "JobQueue, nothing stored": in_child("benchmarks.jobqueue", str(folder / "bare.db"), str(LEARNERS), "bare"),
            f"APScheduler's store, {IN_STORE:,}": in_child("benchmarks.jobqueue", str(folder / "s.db"), str(IN_STORE), "store"),
        }
    heads = ("", "stored", "seconds", "µs a card", "longest stop, ms", "busy at once, ms", "MiB at start", "ready", "at most")
    rows = [(name, *_figures(one)) for name, one in (ours | peers).items()]
    show(f"Morning: {LEARNERS:,} cards due in the same minute, decided and stored", heads, rows)
    for mine, one in ours.items():
        ratios = (f"{_card(peer) / _card(one):.1f} times {name}" for name, peer in peers.items())
        print(f"{mine} is as fast as {', '.join(ratios)}.")


def _morning(url: str) -> Any:
    in_child("benchmarks.crowd", url, str(LEARNERS), "due", "plans")
    return in_child("benchmarks.morning", url)


def _card(one: Any) -> float:
    return float(one["seconds"] / one["stored"])


def _figures(one: Any) -> tuple[object, ...]:
    stops = (f"{one[name] * 1000:.0f}" for name in ("stop", "busy"))
    mib = (f"{mib:.0f}" for mib in one["mib"])
    return (f"{one['stored']:,}", f"{one['seconds']:.1f}", f"{_card(one) * 1e6:.0f}", *stops, *mib)


async def _tick(url: str) -> dict[str, object]:
    """What the bot does when it looks at the clock a second after the slot."""
    bot = bot_on(url)
    leave_in_peace()
    at_start = memory()[0]
    assert not await timers.tick(bot.database, at=MORNING - timedelta(hours=1))
    ready = memory()[0]
    async with watched_loop() as stop:
        begun = time.perf_counter()
        await timers.run_due(bot.database, at=MORNING + timedelta(seconds=1))
        seconds = time.perf_counter() - begun
    async with bot.database.read() as tx:
        cards = select(func.count()).select_from(schema.outbox).where(schema.outbox.c.kind == "card")
        stored = (await tx.execute(cards)).scalar_one()
    await bot.close()
    return {"stored": stored, "seconds": seconds, "stop": stop.longest, "busy": stop.busy, "mib": (at_start, ready, memory()[1])}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_tick(sys.argv[1]))))
