"""Check-ins a second: the whole bot beside a bare one, each before a fake Telegram that is a process of its own."""

import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from benchmarks.flood import gather, rest, say
from benchmarks.measuring import fake_telegram, in_child, memory, running
from benchmarks.table import show
from tests.fakes.telegram.server import TOKEN
from tests.flows.processes import CONFIG

ROUNDS, UPDATES, PEOPLE, WARM_UP = 5, 300, 100, 100
LATENCIES = (0.0, 0.05)  # seconds

Command = Callable[[Path, str], list[str]]  # how to start a bot with a folder for its files, before Telegram at a URL


@dataclass(frozen=True, slots=True)
class Flood:
    """One round: check-ins answered a second, and what the bot held in memory before and at most, in MiB."""

    per_second: float
    ready: float
    most: float


def measure() -> None:
    """Once with Telegram next door, once with as much time to each of its answers as a network takes."""
    for latency in LATENCIES:
        _compare(latency)


def _compare(latency: float) -> None:
    """Rounds by turns, so that what else the machine does meets all alike."""
    rounds: dict[str, list[Flood]] = {name: [] for name in SIDES}
    for _ in range(ROUNDS):
        for name, command in SIDES.items():
            rounds[name].append(_flood(command, latency))
    baseline = rounds["bare, one by one"]
    rows = [
        (
            name,
            f"{statistics.median(one.per_second for one in floods):.0f}",
            f"{statistics.median(one.per_second / base.per_second for one, base in zip(floods, baseline, strict=True)):.2f}",
            f"{max(one.ready for one in floods):.0f}",
            f"{max(one.most for one in floods):.0f}",
        )
        for name, floods in rounds.items()
    ]
    title = f"Check-ins: {UPDATES} at once from {PEOPLE} people, {latency * 1000:.0f} ms to each of Telegram's answers"
    show(f"{title}; medians of {ROUNDS} rounds", ("", "a second", "of the bare bot's", "MiB at start", "MiB at most"), rows)


def _flood(command: Command, latency: float) -> Flood:
    with (
        tempfile.TemporaryDirectory() as name,
        fake_telegram(latency=latency) as url,
        httpx.Client(base_url=url, timeout=60) as steering,
        running(command(Path(name), url)) as bot,
    ):
        gather(steering, PEOPLE)
        say(steering, WARM_UP, PEOPLE)
        rest(steering)
        ready = memory(bot.pid)[0]
        seconds = say(steering, UPDATES, PEOPLE)
        most = memory(bot.pid)[1]
    return Flood(UPDATES / seconds, ready, most)


def _ours(folder: Path, url: str) -> list[str]:
    database = folder / "plan-e.db"
    in_child("benchmarks.crowd", f"sqlite+aiosqlite:///{database}", str(PEOPLE), "later", "plans")
    config = folder / "config.toml"
    config.write_text(CONFIG.format(database=f"sqlite+aiosqlite:///{database}", platform="telegram", token=TOKEN, url=url))
    return [sys.executable, "-m", "bot", "run", "--config", str(config)]


def _bare(folder: Path, url: str, *, at_once: int) -> list[str]:
    options = {"url": url, "token": TOKEN, "database": str(folder / "bare.db"), "at-once": str(at_once)}
    return [sys.executable, "-m", "benchmarks.bare_bot", *(f"--{name}={value}" for name, value in options.items())]


SIDES: dict[str, Command] = {
    "Plan E": _ours,
    "bare, one by one": partial(_bare, at_once=1),
    "bare, 8 at once": partial(_bare, at_once=8),
}
