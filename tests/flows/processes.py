"""The bot as a process of its own: started from its configuration file, killed, and its database looked at from outside."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.fakes.discord import FakeDiscord
from tests.fakes.telegram import FakeTelegram
from tests.flows import fuse

CONFIG = """\
[database]
url = "sqlite+aiosqlite:///{database}"
[{platform}]
token = "{token}"
api_base_url = "{url}"
[web]
port = 0
[limits]
telegram_per_second = 10000
telegram_chat_per_second = 10000
telegram_chat_burst = 10000
telegram_group_per_minute = 600000
[log]
format = "json"
"""


@dataclass(slots=True)
class Program:
    """`plan-e run --config FILE`, started by the command itself, or forked from a process that has imported it already.

    Importing takes two seconds of CPU, too long to be waited for fifty times; from `main()` on a forked one is the same.
    """

    folder: Path
    warm: asyncio.subprocess.Process
    cold: asyncio.subprocess.Process | None = None
    pid: int = 0

    @property
    def database(self) -> Path:
        return self.folder / "plan-e.db"

    @property
    def log(self) -> str:
        """What it has logged, over all its lives."""
        return (self.folder / "log.jsonl").read_text()

    async def start(self, *, fuse: int = 0) -> None:
        """Start it by forking; with a fuse it kills itself before the so-manieth statement that writes (tests/flows/fuse.py)."""
        assert self.pid == 0, "it runs already"
        assert self.warm.stdin is not None
        self.warm.stdin.write(f"{fuse}\n".encode())
        self.pid = int(await self._told())

    async def start_cold(self) -> None:
        """Start it by the command an operator uses."""
        assert self.pid == 0, "it runs already"
        with (self.folder / "log.jsonl").open("ab") as log:
            command = (sys.executable, "-m", "bot", "run", "--config", "config.toml")
            self.cold = await asyncio.create_subprocess_exec(*command, cwd=self.folder, env=environment(), stderr=log)
        self.pid = self.cold.pid

    async def kill(self, how: signal.Signals = signal.SIGKILL) -> int:
        """Kill it and return its status (negative: the signal); the same where it has ended by itself."""
        if self.cold is None or self.cold.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, how)
        status = int(await self._told()) if self.cold is None else await self.cold.wait()
        self.cold, self.pid = None, 0
        return status

    @property
    def lives(self) -> bool:
        """Whether it has not ended by itself."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2][0] != "Z"

    async def _told(self) -> bytes:
        assert self.warm.stdout is not None
        return await self.warm.stdout.readline()

    def rows(self, query: str, *values: Any) -> list[Any]:
        """What the database holds, read by a connection of one's own."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()

    def write(self, statement: str, *values: Any) -> int:
        """Change the database while nobody runs; returns how many rows it changed."""
        assert self.pid == 0, "only while nobody runs"
        with closing(sqlite3.connect(self.database)) as connection, connection:
            return connection.execute(statement, values).rowcount


@asynccontextmanager
async def program(folder: Path, fake: FakeTelegram | FakeDiscord) -> AsyncIterator[Program]:
    """A program that has not run yet, to speak to `fake`, with its files in `folder`; what still runs in the end is killed."""
    platform = "telegram" if isinstance(fake, FakeTelegram) else "discord"
    config = CONFIG.format(database=folder / "plan-e.db", platform=platform, token=fake.token, url=fake.url)
    (folder / "config.toml").write_text(config)
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "tests.flows.processes", str(folder))
    warm = await asyncio.create_subprocess_exec(*command, env=environment(), stdin=pipe, stdout=pipe)
    made = Program(folder, warm)
    try:
        yield made
    finally:
        if made.pid:
            await made.kill()
        warm.kill()
        await warm.communicate()  # to the end of its pipes: what is left open is complained of in the midst of another test


def environment() -> dict[str, str]:
    """Ours, without settings of the bot; what runs is what lies here, wherever the package is installed from."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PLAN_E_")}
    return own | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}


def stored(at: datetime) -> str:
    """An instant as SQLite keeps it."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def fork_when_told(folder: Path) -> None:
    """For each line that comes: fork a bot with a fuse of that length, print its pid, wait for its end, print its status."""
    from bot import cli  # noqa: PLC0415 - only the warm process pays for it

    os.chdir(folder)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            if int(line):
                fuse.lay(int(line))
            _live(cli)
        print(pid, flush=True)  # noqa: T201 - the test reads it
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)  # noqa: T201


def _live(cli: Any) -> None:
    """Be `plan-e run --config config.toml`, then end as it ends."""
    log = os.open("log.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDWR)
    for source, target in (nothing, 0), (nothing, 1), (log, 2):
        os.dup2(source, target)
    sys.argv = ["plan-e", "run", "--config", "config.toml"]
    status = 1
    try:
        cli.main()
    except SystemExit as end:
        status = int(end.code or 0)
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    fork_when_told(Path(sys.argv[1]))
