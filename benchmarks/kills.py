"""What is lost when a bot is killed amid a flood of updates that it has confirmed: Plan E beside a bare bot."""

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.crowd import GROUP_SIZE
from benchmarks.measuring import fake_telegram, in_child, running, stats, steer
from benchmarks.table import show
from tests.fakes.telegram.server import TOKEN
from tests.flows.processes import CONFIG

UPDATES, PEOPLE, KILLED_AT = 2000, 100, 200  # killed when so many are answered
PATIENCE: Final = 300.0  # seconds
QUIET: Final = 4.0  # seconds without an answer: then it has done what it had to do
TEXT: Final = "/checkin 30m finished exercise {n}"

Command = Callable[[Path, str], list[str]]


@dataclass(frozen=True, slots=True)
class Loss:
    """How many updates the server held for confirmed when the bot died, how many check-ins stood in its database then and after
    its next life, and how many of those twice.
    """

    confirmed: int
    at_death: int
    kept: int
    twice: int


def measure() -> None:
    """Each bot is killed once with SIGKILL, started again, and left alone until it has nothing to do."""
    rows = []
    for name, (prepare, command) in SIDES.items():
        loss = _lose(prepare, command)
        lost = loss.confirmed - loss.kept
        rows.append((name, loss.confirmed, loss.at_death, loss.kept, lost, loss.twice))
    title = f"{UPDATES:,} check-ins at once, killed when {KILLED_AT} were answered, and started again"
    show(title, ("", "confirmed at death", "stored by then", "stored in the end", "lost", "twice"), rows)


def _lose(prepare: Callable[[Path, str], None], command: Command) -> Loss:
    with tempfile.TemporaryDirectory() as name, fake_telegram() as url:
        folder = Path(name)
        for place in range(0, PEOPLE, GROUP_SIZE):
            members = [f"p{number}" for number in range(place, place + GROUP_SIZE)]
            steer(url, {"do": "group", "title": f"Group {place // GROUP_SIZE + 1}", "members": members})
        prepare(folder, url)
        with running(command(folder, url)) as bot:
            _wait(lambda: bool(stats(url)["calls"].get("getupdates")))
            _rest(url)
            steer(url, {"do": "flood", "text": TEXT, "count": UPDATES, "people": PEOPLE})
            _wait(lambda: _said(url) >= KILLED_AT)
            bot.kill()
            bot.wait()
        confirmed, at_death = UPDATES - stats(url)["pending"], _stored(folder)[0]
        with running(command(folder, url)):
            _wait(lambda: stats(url)["pending"] == 0)
            _rest(url)
        kept, twice = _stored(folder)
        return Loss(confirmed, at_death, kept - (UPDATES - confirmed), twice)


def _wait(condition: Callable[[], bool]) -> None:
    until = time.perf_counter() + PATIENCE
    while not condition():
        assert time.perf_counter() < until, "the bot does nothing"
        time.sleep(0.02)


def _rest(url: str) -> None:
    """Wait until the bot has had nothing to say for a while."""
    before = -1
    while before != (before := _said(url)):
        time.sleep(QUIET)


def _said(url: str) -> int:
    return int(stats(url)["calls"].get("sendmessage", 0))


def _stored(folder: Path) -> tuple[int, int]:
    """How many check-ins are in the database, each counted once, and how many are there again."""
    path = next(folder.glob("*.db"))
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        words = "note" if path.name == "plan-e.db" else "words"
        found = [row[words] for row in connection.execute("SELECT * FROM checkins")]
    each, all_of_them = len(set(found)), len(found)
    return each, all_of_them - each


def _make_ours(folder: Path, url: str) -> None:
    database = folder / "plan-e.db"
    in_child("benchmarks.crowd", f"sqlite+aiosqlite:///{database}", str(PEOPLE), "later", "bare")
    config = CONFIG.format(database=f"sqlite+aiosqlite:///{database}", platform="telegram", token=TOKEN, url=url)
    (folder / "config.toml").write_text(config)


def _ours(folder: Path, _url: str) -> list[str]:
    return [sys.executable, "-m", "bot", "run", "--config", str(folder / "config.toml")]


def _bare(folder: Path, url: str) -> list[str]:
    options = {"url": url, "token": TOKEN, "database": str(folder / "bare.db")}
    return [sys.executable, "-m", "benchmarks.bare_bot", *(f"--{name}={value}" for name, value in options.items())]


SIDES: Final[dict[str, tuple[Callable[[Path, str], None], Command]]] = {
    "Plan E": (_make_ours, _ours),
    "bare bot": (lambda _folder, _url: None, _bare),
}


if __name__ == "__main__":
    measure()
