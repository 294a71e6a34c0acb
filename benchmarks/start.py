"""From the start of the process until it hears and ticks, and what it holds in memory: with few learners and with a million."""

import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measuring import fake_telegram, in_child, memory, running, stats, steer
from benchmarks.table import show
from tests.fakes.telegram.server import TOKEN
from tests.flows.outside import as_sqlite_keeps
from tests.flows.processes import CONFIG

CROWDS = (1_000, 1_000_000)
ROUNDS = 3
PATIENCE = 60.0  # seconds
CITIES = 12.0  # seconds, in which it has read the list of cities


def measure() -> None:
    """Each crowd by turns, with the files of the one before still in the machine's cache as after a restart."""
    found: dict[int, list[tuple[float, ...]]] = {learners: [] for learners in CROWDS}
    with tempfile.TemporaryDirectory() as folder:
        databases = {learners: Path(folder) / f"{learners}.db" for learners in CROWDS}
        for learners, path in databases.items():
            in_child("benchmarks.crowd", f"sqlite+aiosqlite:///{path}", str(learners), "later", "bare")
        for _ in range(ROUNDS):
            for learners, path in databases.items():
                found[learners].append(_restart(Path(folder), path))
    rows = [
        (
            f"{learners:,}",
            *(f"{statistics.median(one[place] for one in runs):.2f}" for place in range(3)),
            *(f"{runs[-1][place]:.0f}" for place in (3, 4)),
        )
        for learners, runs in found.items()
    ]
    heads = ("learners", "hears after, s", "ticked after, s", "processor, s", "MiB", "at most, cities read")
    show(f"Restart: until updates are asked for, and the card of who was due is sent; medians of {ROUNDS}", heads, rows)


def _restart(folder: Path, database: Path) -> tuple[float, ...]:
    with fake_telegram() as url:
        steer(url, {"do": "group", "title": "Group 1", "members": ["p1"]})  # of whom the database's first learner is made
        config = folder / "config.toml"
        config.write_text(CONFIG.format(database=f"sqlite+aiosqlite:///{database}", platform="telegram", token=TOKEN, url=url))
        _let_one_be_due(database)
        begun = time.perf_counter()
        with running([sys.executable, "-m", "bot", "run", "--config", str(config)]) as bot:
            heard = _until(url, "getupdates", bot) - begun
            ticked = _until(url, "sendmessage", bot) - begun
            processor = sum(map(int, Path(f"/proc/{bot.pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13])) / 100
            time.sleep(3)
            soon = memory(bot.pid)[1]
            time.sleep(CITIES)
            return heard, ticked, processor, soon, memory(bot.pid)[1]


def _let_one_be_due(database: Path) -> None:
    """A minute ago, on a day of its own each time."""
    due_at = as_sqlite_keeps(datetime.now(UTC) - timedelta(minutes=1))
    with closing(sqlite3.connect(database)) as connection, connection:
        for table in ("sessions", "outbox", "shown"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - one of three names
        connection.execute("DELETE FROM timers WHERE kind = 'day'")
        connection.execute("UPDATE identities SET reachable = 1 WHERE learner_id = 1")  # the fake has heard nothing of them
        connection.execute("UPDATE timers SET due_at = ? WHERE kind = 'slot' AND subject = 1", (due_at,))


def _until(url: str, method: str, bot: subprocess.Popen[str]) -> float:
    """The moment at which the method has been called."""
    begun = time.perf_counter()
    while not stats(url)["calls"].get(method):
        assert bot.poll() is None, "the bot has ended"
        assert time.perf_counter() - begun < PATIENCE, f"no {method} came"
        time.sleep(0.01)
    return time.perf_counter()
