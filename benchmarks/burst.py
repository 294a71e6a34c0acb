"""A burst of cards under Telegram's limits: how much of the rate is used, what is refused, how long answers take meanwhile."""

import asyncio
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.crowd import FIRST_ACCOUNT, GROUP_SIZE
from benchmarks.measuring import in_child, running
from benchmarks.table import show
from tests.fakes.telegram import FakeTelegram, Person, RateLimits
from tests.fakes.telegram.server import TOKEN

CARDS, RATE, LATENCY = 3000, 25.0, 0.08
ASKERS, ASKED_EVERY = 60, 0.25  # people who check in meanwhile, and how many seconds lie between two of them on average
PATIENCE: Final = 60.0  # seconds for the first card
BOT = [sys.executable, "-m", "bot"]
CONFIG: Final = """\
[database]
url = "sqlite+aiosqlite:///{database}"
[telegram]
token = "{token}"
api_base_url = "{url}"
[web]
port = 0
[limits]
telegram_per_second = {rate}
"""

Command = Callable[[Path, str, int], list[str]]  # how to start a bot with a folder, before Telegram at a URL, with so many cards


@dataclass(slots=True)
class Burst:
    """What the server saw: when cards and other calls that count were done, what was refused, how long answers took."""

    seconds: float
    cards: int
    calls: int
    refused: int
    answers: list[float] = field(default_factory=list)


def measure(cards: int = CARDS) -> None:
    """Plan E until the last card, then the other for as long."""
    ours = asyncio.run(_run(_ours, cards))
    peer = asyncio.run(_run(_peer, cards, seconds=ours.seconds))
    rows = [_row("Plan E", ours), _row("AIORateLimiter", peer)]
    title = f"{cards:,} cards at once where {RATE:.0f} a second are allowed, {LATENCY * 1000:.0f} ms to each answer"
    heads = ("", "cards", "seconds", "of the allowed rate", "refused", "answers", "median, ms", "p99, ms", "longest, ms")
    show(title, heads, rows)


def _row(name: str, one: Burst) -> tuple[object, ...]:
    done = f"{one.calls / one.seconds / RATE:.1%}"
    spans = [f"{figure * 1000:.0f}" for figure in (statistics.median(one.answers), _p99(one.answers), max(one.answers))]
    return name, one.cards, f"{one.seconds:.0f}", done, f"{one.refused / (one.calls + one.refused):.1%}", len(one.answers), *spans


def _p99(spans: list[float]) -> float:
    return sorted(spans)[max(0, -(-len(spans) * 99 // 100) - 1)]


async def _run(command: Command, cards: int, *, seconds: float | None = None) -> Burst:
    rates = RateLimits(per_second=RATE)
    with tempfile.TemporaryDirectory() as name:
        async with FakeTelegram(lambda: datetime.now(UTC), rates=rates, latency=LATENCY) as tg:
            people = [tg.person(f"P{number}") for number in range(cards + ASKERS)]
            assert people[0].id == FIRST_ACCOUNT
            for one in people:
                one.says("/start")
            for place in range(0, len(people), GROUP_SIZE):
                group = tg.group(f"Group {place // GROUP_SIZE + 1}", members=people[place : place + GROUP_SIZE])
                tg.adds_bot(group, by=people[place])
            tg.world.updates.clear()  # said long ago
            call = await asyncio.to_thread(command, Path(name), tg.url, cards)
            with running(call):
                return await _watch(tg, people[cards:], cards, seconds=seconds)


async def _watch(tg: FakeTelegram, askers: list[Person], cards: int, *, seconds: float | None) -> Burst:
    """See cards and answers go by: until the last card is there, or for so many seconds from the first on."""
    crowd = range(FIRST_ACCOUNT, FIRST_ACCOUNT + cards)

    def sent() -> int:
        return sum(one.outcome == "ok" and one.params.get("chat_id") in crowd for one in tg.calls("sendMessage"))

    async with asyncio.timeout(PATIENCE):
        while not sent():
            await asyncio.sleep(0.05)
    begun, first = time.perf_counter(), len(tg.journal)
    answers: list[float] = []
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(_ask(tg, askers, answers, tasks))
        while sent() < cards and (seconds is None or time.perf_counter() - begun < seconds):
            await asyncio.sleep(0.05 if seconds is None else 0.5)
        spent = time.perf_counter() - begun
        asking.cancel()
        if seconds is not None:
            for task in _waiting:
                task.cancel()
        counted = [one for one in tg.journal[first:] if one.method.lower().startswith(("send", "edit"))]
        done = sum(one.outcome == "ok" for one in counted)
        refused = sum(one.outcome.startswith("429") for one in counted)
    return Burst(spent, sent(), done, refused, answers)


_waiting: list[asyncio.Task[None]] = []


async def _ask(tg: FakeTelegram, askers: list[Person], answers: list[float], tasks: asyncio.TaskGroup) -> None:
    """Have one after another check in, at random moments."""
    dice, number = random.Random(7), 0
    while True:
        await asyncio.sleep(dice.expovariate(1 / ASKED_EVERY))
        number += 1
        _waiting.append(tasks.create_task(_answered(tg, askers[number % len(askers)], number, answers)))


async def _answered(tg: FakeTelegram, who: Person, number: int, answers: list[float]) -> None:
    """One check-in, and the seconds until its answer is in the chat."""
    before, begun = len(tg.dm(who)), time.perf_counter()
    who.says(f"/checkin 20m exercises of chapter {number}")
    try:
        while len(tg.dm(who)) == before:
            await asyncio.sleep(0.002)
    finally:
        answers.append(time.perf_counter() - begun)  # as long as it has been waited for, where it has not come yet


def _ours(folder: Path, url: str, cards: int) -> list[str]:
    database, config = folder / "plan-e.db", folder / "config.toml"
    in_child("benchmarks.crowd", f"sqlite+aiosqlite:///{database}", str(cards + ASKERS), "soon", "bare")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM timers WHERE subject > ?", (cards,))  # those who ask get no card
    config.write_text(CONFIG.format(database=database, token=TOKEN, url=url, rate=RATE))
    return [*BOT, "run", "--config", str(config)]


def _peer(folder: Path, url: str, cards: int) -> list[str]:
    options = {"url": url, "token": TOKEN, "cards": str(cards), "rate": str(RATE)}
    return [sys.executable, "-m", "benchmarks.limited_bot", *(f"--{name}={value}" for name, value in options.items())]


if __name__ == "__main__":
    measure(*map(int, sys.argv[1:]))
