"""A second in which nothing is due, with a thousand, a hundred thousand and a million learners, on both databases."""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.crowd import bot_on
from benchmarks.measuring import in_child
from benchmarks.postgres import database, server
from benchmarks.table import show

CROWDS = (1_000, 100_000, 1_000_000)
ROUNDS, TICKS = 7, 100
STEPS = ("tick", "courier's look", "review")


def measure() -> None:
    """All databases of an engine in one process, by turns."""
    with tempfile.TemporaryDirectory() as folder:
        _show("SQLite", [f"sqlite+aiosqlite:///{Path(folder) / str(learners)}.db" for learners in CROWDS])
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as address, ExitStack() as stack:
        names = [f"plan_e_bench_{learners}" for learners in CROWDS]
        _show("PostgreSQL", [stack.enter_context(database(address, name)) for name in names])


def _show(engine: str, urls: Sequence[str]) -> None:
    for learners, url in zip(CROWDS, urls, strict=True):
        in_child("benchmarks.crowd", url, str(learners), "later", "bare")
    found = in_child("benchmarks.idle", *urls)
    few = found[0]
    rows = [
        (f"{learners:,}", *(f"{one * 1000:.2f} ({one / least:.2f})" for one, least in zip(figures, few, strict=True)))
        for learners, figures in zip(CROWDS, found, strict=True)
    ]
    show(f"Idle on {engine}: nobody is due, milliseconds (and beside the fewest)", ("learners", *STEPS), rows)


async def _compare(urls: list[str]) -> list[list[float]]:
    """For each database: the median seconds of a tick, a look of the courier and a review."""
    bots = [bot_on(url) for url in urls]
    taken: list[list[list[float]]] = [[[] for _ in STEPS] for _ in bots]
    for _ in range(ROUNDS):
        for bot, spans in zip(bots, taken, strict=True):
            for step, span in zip((bot.tick, bot.courier.drain, bot.courier.review), spans, strict=True):
                for _ in range(TICKS):
                    begun = time.perf_counter()
                    await step()
                    span.append(time.perf_counter() - begun)
    for bot in bots:
        await bot.close()
    return [[statistics.median(span) for span in spans] for spans in taken]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_compare(sys.argv[1:]))))
