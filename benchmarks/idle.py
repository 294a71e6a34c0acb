"""A second in which nothing is due, with a thousand and with a hundred thousand learners."""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.crowd import bot_on
from benchmarks.measuring import in_child
from benchmarks.table import show

FEW, MANY = 1_000, 100_000
ROUNDS, TICKS = 7, 100


def measure() -> None:
    """Both databases in one process, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {learners: str(Path(folder) / f"{learners}.db") for learners in (FEW, MANY)}
        for learners, path in paths.items():
            in_child("benchmarks.crowd", f"sqlite+aiosqlite:///{path}", str(learners), "later", "bare")
        found = in_child("benchmarks.idle", *paths.values())
    rows = [
        (f"{learners:,}", *(f"{figure * 1000:.2f}" for figure in figures)) for learners, figures in zip(paths, found, strict=True)
    ]
    show("Idle: nobody is due, milliseconds", ("learners", "tick", "courier's look", "review"), rows)
    ratios = [many / few for few, many in zip(*found, strict=True)]
    print(f"A hundred times the learners cost {ratios[0]:.2f} of a tick, {ratios[1]:.2f} of a look, {ratios[2]:.2f} of a review.")


async def _compare(paths: list[str]) -> list[list[float]]:
    """For each database: the median seconds of a tick, a look of the courier and a review."""
    bots = [bot_on(path) for path in paths]
    taken: list[list[list[float]]] = [[[], [], []] for _ in bots]
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
