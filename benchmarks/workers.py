"""Check-ins a second with one, two and four workers on one PostgreSQL, and what keeps them from more."""

import argparse
import asyncio
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from benchmarks.flood import PATIENCE, counted, gather, rest, say
from benchmarks.measuring import fake_telegram_process, in_child, running
from benchmarks.postgres import database, server
from benchmarks.table import show
from benchmarks.watching import WAITS, Sessions, family, postmaster, processor, watched_sessions
from tests.fakes.telegram.server import TOKEN
from tests.flows.processes import CONFIG

ROUNDS, UPDATES, PEOPLE, WARM_UP = 3, 1200, 400, 800
_SETTLING: Final = 13.0  # seconds after its start in which a process reads the list of cities: half a second of processor time
_FULL: Final = "plan_e_bench_full"
_CORES: Final = 4

SIDES: Final[dict[str, tuple[tuple[str, ...], str]]] = {  # the roles of each process, and the database they share
    "1 worker": (("receive", "work"), "postgres"),
    "2 workers": (("receive", "work", "work"), "postgres"),
    "4 workers": (("receive", "work", "work", "work", "work"), "postgres"),
    "all in one, PostgreSQL": (("all",), "postgres"),
    "all in one, SQLite": (("all",), "sqlite"),
}


@dataclass(frozen=True, slots=True)
class Flood:
    """One round: seconds until the last was answered, and the processor time of each part by then."""

    seconds: float
    workers: float
    receiver: float
    postgres: float
    telegram: float
    sessions: Sessions


def measure() -> None:
    """All sides by turns, so that what else the machine does meets all alike."""
    compare(rounds=ROUNDS, updates=UPDATES, sides=list(SIDES))


def compare(*, rounds: int, updates: int, sides: Sequence[str]) -> None:
    """Print how fast each side is, what it costs, and what its sessions wait for."""
    found: dict[str, list[Flood]] = {name: [] for name in sides}
    with tempfile.TemporaryDirectory() as name, server(Path(name)) as address, database(address, _FULL) as full:
        folder = Path(name)
        for url in (full, f"sqlite+aiosqlite:///{folder}/full.db"):
            in_child("benchmarks.crowd", url, str(PEOPLE), "later", "plans")
        for _ in range(rounds):
            for side in sides:
                found[side].append(_round(folder, address, side, updates))
    title = f"Check-ins: {updates} at once from {PEOPLE} people on {os.cpu_count()} cores; medians of {rounds} rounds"
    show(title, _HEADS, [_figures(side, found[side], found[sides[0]], updates) for side in sides])
    heads = ("", "at work", *(f"waiting for {what}" for what in WAITS))
    shares = [(side, *_shares(found[side])) for side in sides if SIDES[side][1] == "postgres"]
    show("PostgreSQL's sessions: how many at a time, on average", heads, shares)


_PARTS: Final = ("workers", "receiver", "postgres", "telegram")
_HEADS: Final = (
    "",
    "a second",
    "of the first",
    *(f"{part}, ms" for part in _PARTS),
    "cores busy",
    f"on {_CORES} cores, computed",
)


def _figures(side: str, floods: Sequence[Flood], first: Sequence[Flood], updates: int) -> tuple[str, ...]:
    parts = {part: statistics.median(getattr(one, part) for one in floods) for part in _PARTS}
    return (
        side,
        f"{statistics.median(updates / one.seconds for one in floods):.0f}",
        f"{statistics.median(base.seconds / one.seconds for one, base in zip(floods, first, strict=True)):.2f}",
        *(f"{seconds / updates * 1000:.2f}" for seconds in parts.values()),
        f"{sum(parts.values()) / statistics.median(one.seconds for one in floods):.2f}",
        f"{_computed(side, parts, updates):.0f}",
    )


def _computed(side: str, parts: Mapping[str, float], updates: int) -> float:
    """Check-ins a second on four cores with nothing else to do, Telegram elsewhere: as many as its busiest part allows.

    A process of ours takes one core at most, PostgreSQL as many as there are, all together no more than the machine has.
    That they wait for each other is left out: it is what they cannot be faster than.
    """
    workers = sum(role != "receive" for role in SIDES[side][0])
    ours = parts["workers"] + parts["receiver"] + parts["postgres"]
    return updates / max(parts["workers"] / workers, parts["receiver"], ours / _CORES)


def _shares(floods: Sequence[Flood]) -> list[str]:
    return [f"{statistics.median(one.sessions.share(what) for one in floods):.2f}" for what in ("works", *WAITS)]


def _round(folder: Path, address: str, side: str, updates: int) -> Flood:
    roles, engine = SIDES[side]
    with ExitStack() as stack:
        if engine == "postgres":
            url = stack.enter_context(database(address, like=_FULL))
        else:
            shutil.copy(folder / "full.db", folder / "used.db")
            url = f"sqlite+aiosqlite:///{folder}/used.db"
        api, telegram = stack.enter_context(fake_telegram_process())
        steering = stack.enter_context(httpx.Client(base_url=api, timeout=60))
        config = folder / "config.toml"
        config.write_text(CONFIG.format(database=url, platform="telegram", token=TOKEN, url=api))
        gather(steering, PEOPLE)
        processes = [(role, stack.enter_context(running(_command(config, role))).pid) for role in roles]
        _wait_for(steering, len(roles))
        say(steering, WARM_UP, PEOPLE)
        time.sleep(_SETTLING)
        rest(steering)
        parts = {
            "workers": [pid for role, pid in processes if role != "receive"],
            "receiver": [pid for role, pid in processes if role == "receive"],
            "telegram": [telegram],
        }
        first = asyncio.run(postmaster(address))

        def taken() -> dict[str, float]:
            return {part: processor(pids) for part, pids in parts.items()} | {"postgres": processor(family(first))}

        before = taken()
        with watched_sessions(address) as sessions:
            seconds = say(steering, updates, PEOPLE)
        return Flood(seconds, sessions=sessions, **{part: now - before[part] for part, now in taken().items()})


def _command(config: Path, role: str) -> list[str]:
    return [sys.executable, "-m", "bot", "run", "--config", str(config), "--role", role]


def _wait_for(steering: httpx.Client, processes: int) -> None:
    """Until each has asked who it is, and one has heard the first news: what happened to the chats."""
    begun = time.perf_counter()
    while counted(steering)["calls"].get("getme", 0) < processes or counted(steering)["pending"]:
        assert time.perf_counter() - begun < PATIENCE, "not all of the bot's processes have started"
        time.sleep(0.1)


def main() -> None:
    """python -m benchmarks.workers: the same with other numbers, to look at one side only or in a hurry."""
    reader = argparse.ArgumentParser(prog="benchmarks.workers", description=__doc__)
    reader.add_argument("--rounds", type=int, default=ROUNDS)
    reader.add_argument("--updates", type=int, default=UPDATES)
    reader.add_argument("--sides", nargs="*", default=list(SIDES), choices=list(SIDES))
    options = reader.parse_args()
    compare(rounds=options.rounds, updates=options.updates, sides=options.sides)


if __name__ == "__main__":
    main()
