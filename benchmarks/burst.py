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
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.crowd import FIRST_ACCOUNT, GROUP_SIZE
from benchmarks.measuring import in_child, running
from benchmarks.table import show
from tests.fakes.telegram import Call, FakeTelegram, Person, RateLimits
from tests.fakes.telegram.server import TOKEN

CARDS, RATE, LATENCY = 3000, 25.0, 0.08
ASKERS, ASKED_EVERY = 60, 0.25  # people who check in meanwhile, and how many seconds lie between two of them on average
PATIENCE: Final = 600.0  # seconds for anything
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


@dataclass(frozen=True, slots=True)
class Burst:
    """What the server saw from the first card on: cards, calls that count and how many were refused, how long answers took."""

    seconds: float
    cards: int
    calls: int
    refused: int
    answers: list[float]


def measure(cards: int = CARDS) -> None:
    """Plan E until the last card, then the other for as long."""
    ours = asyncio.run(_run(_ours, cards))
    peer = asyncio.run(_run(_peer, cards, most=ours.seconds))
    rows = [_row("Plan E", ours), _row("AIORateLimiter", peer)]
    title = f"{cards:,} cards at once where {RATE:.0f} calls a second are allowed, {LATENCY * 1000:.0f} ms to each answer"
    heads = (
        "",
        "cards",
        "seconds",
        "of the allowed rate",
        "refused",
        "check-ins",
        "answered after, ms",
        "p99, ms",
        "longest, ms",
    )
    show(title, heads, rows)


def _row(name: str, one: Burst) -> tuple[object, ...]:
    done = f"{one.calls / one.seconds / RATE:.1%}"
    spans = [f"{figure * 1000:.0f}" for figure in (statistics.median(one.answers), _p99(one.answers), max(one.answers))]
    return name, one.cards, f"{one.seconds:.0f}", done, one.refused, len(one.answers), *spans


def _p99(spans: list[float]) -> float:
    return sorted(spans)[max(0, -(-len(spans) * 99 // 100) - 1)]


async def _run(command: Command, cards: int, *, most: float = PATIENCE) -> Burst:
    rates = RateLimits(per_second=RATE)
    with tempfile.TemporaryDirectory() as name:
        async with FakeTelegram(lambda: datetime.now(UTC), rates=rates, latency=LATENCY) as tg:
            people = [tg.person(f"P{number}") for number in range(cards + ASKERS)]
            for one in people:
                one.says("/start")
            for place in range(0, len(people), GROUP_SIZE):
                group = tg.group(f"Group {place // GROUP_SIZE + 1}", members=people[place : place + GROUP_SIZE])
                tg.adds_bot(group, by=people[place])
            tg.world.updates.clear()  # said long ago
            with running(await asyncio.to_thread(command, Path(name), tg.url, cards)) as bot:
                try:
                    return await _watch(tg, people[cards:], cards, most=most)
                finally:
                    bot.kill()  # what it has to say now, nobody is there to hear


async def _watch(tg: FakeTelegram, askers: list[Person], cards: int, *, most: float) -> Burst:
    """See cards and answers go by: until the last card is there, or for so many seconds from the first on."""
    crowd = range(FIRST_ACCOUNT, FIRST_ACCOUNT + cards)

    def sent() -> list[Call]:
        return [one for one in tg.calls("sendMessage") if one.outcome == "ok" and one.params.get("chat_id") in crowd]

    await tg.until(sent, within=PATIENCE)
    answers: list[float] = []
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(_ask(tg, askers, answers))
        until = time.perf_counter() + most
        while len(sent()) < cards and time.perf_counter() < until:
            await asyncio.sleep(0.25)
        asking.cancel()
    first, last = sent()[0].at, sent()[-1].at if len(sent()) == cards else tg.journal[-1].at
    counted = [one for one in tg.journal if one.method.lower().startswith(("send", "edit")) and first < one.at <= last]
    done, refused = (sum(one.outcome.startswith(outcome) for one in counted) for outcome in ("ok", "429"))
    return Burst((last - first).total_seconds(), len(sent()), done, refused, answers)


async def _ask(tg: FakeTelegram, askers: list[Person], answers: list[float]) -> None:
    """Have one after another check in, at random moments."""
    dice, number = random.Random(7), 0
    async with asyncio.TaskGroup() as waiting:
        while True:
            await asyncio.sleep(dice.expovariate(1 / ASKED_EVERY))
            waiting.create_task(_answered(tg, askers[number % len(askers)], number, answers))
            number += 1


async def _answered(tg: FakeTelegram, who: Person, number: int, answers: list[float]) -> None:
    """One check-in, and the seconds until its answer is in the chat; those waited so far where it is not there in the end."""
    before, begun = len(tg.dm(who)), time.perf_counter()
    who.says(f"/checkin 20m exercises of chapter {number}")
    try:
        await tg.until(lambda: len(tg.dm(who)) > before, within=PATIENCE)
    finally:
        span = time.perf_counter() - begun
        if span > 1 or len(tg.dm(who)) > before:  # what was asked in the last moment says nothing
            answers.append(span)


def _ours(folder: Path, url: str, cards: int) -> list[str]:
    database, config = folder / "plan-e.db", folder / "config.toml"
    in_child("benchmarks.crowd", f"sqlite+aiosqlite:///{database}", str(cards + ASKERS), "soon", "bare")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM timers WHERE subject > ?", (cards,))  # those who ask get no card
    config.write_text(CONFIG.format(database=database, token=TOKEN, url=url, rate=RATE))
    return [sys.executable, "-m", "bot", "run", "--config", str(config)]


def _peer(_folder: Path, url: str, cards: int) -> list[str]:
    options = {"url": url, "token": TOKEN, "cards": str(cards), "rate": str(RATE)}
    return [sys.executable, "-m", "benchmarks.limited_bot", *(f"--{name}={value}" for name, value in options.items())]


if __name__ == "__main__":
    measure(*map(int, sys.argv[1:]))
