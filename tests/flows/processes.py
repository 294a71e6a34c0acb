"""The bot as a process of its own: started from its configuration file, killed, and its database looked at from outside."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.fakes.discord import FakeDiscord
from tests.fakes.telegram import FakeTelegram
from tests.flows import fuse
from tests.flows.outside import Outside, SqliteFile

CONFIG = """\
[database]
url = "{database}"
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
class Nursery:
    """A process that has imported the bot already, and forks it.

    Importing takes two seconds of CPU, too long to be waited for fifty times; from `main()` on a forked bot is the same.
    """

    process: asyncio.subprocess.Process
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def fork(self, *, fuse: int, roles: Sequence[str]) -> int:
        """Start a bot with these roles (all where there are none) and a fuse of that length; return its pid."""
        return int(await self._asked("fork", str(fuse), *roles))

    async def bury(self, pid: int) -> int:
        """Wait until a bot has ended, and return its status."""
        return int(await self._asked("bury", str(pid)))

    async def _asked(self, *words: str) -> bytes:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        async with self.turn:
            self.process.stdin.write(f"{' '.join(words)}\n".encode())
            return await self.process.stdout.readline()


@dataclass(slots=True)
class Program:
    """`plan-e run --config FILE`, started by the command itself, or forked from a process that has imported it already."""

    folder: Path
    outside: Outside
    nursery: Nursery
    roles: tuple[str, ...] = ()
    alone: bool = True  # of several processes on one database it cannot be told who is still being worked for
    cold: asyncio.subprocess.Process | None = None
    pid: int = 0

    @property
    def log(self) -> str:
        """What it has logged, over all its lives."""
        return (self.folder / "log.jsonl").read_text()

    def beside(self, *roles: str) -> "Program":
        """Another process of the same bot, with these roles."""
        return replace(self, roles=roles, alone=False, cold=None, pid=0)

    async def start(self, *, fuse: int = 0) -> None:
        """Start it by forking; with a fuse it kills itself before the so-manieth statement that writes (tests/flows/fuse.py)."""
        assert self.pid == 0, "it runs already"
        self.pid = await self.nursery.fork(fuse=fuse, roles=self.roles)

    async def start_cold(self) -> None:
        """Start it by the command an operator uses."""
        assert self.pid == 0, "it runs already"
        with (self.folder / "log.jsonl").open("ab") as log:
            command = (sys.executable, "-m", "bot", *_arguments(self.roles))
            self.cold = await asyncio.create_subprocess_exec(*command, cwd=self.folder, env=environment(), stderr=log)
        self.pid = self.cold.pid

    async def kill(self, how: signal.Signals = signal.SIGKILL) -> int:
        """Kill it and return its status (negative: the signal); the same where it has ended by itself."""
        if self.cold is None or self.cold.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, how)
        status = await (self.nursery.bury(self.pid) if self.cold is None else self.cold.wait())
        self.cold, self.pid = None, 0
        while self.alone and self.outside.in_use():  # noqa: ASYNC110 - a COMMIT that was on its way arrives
            await asyncio.sleep(0.01)
        return status

    @property
    def lives(self) -> bool:
        """Whether it has not ended by itself."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2][0] != "Z"

    def rows(self, query: str, *values: Any) -> list[Any]:
        """What the database holds."""
        return self.outside.rows(query, *values)

    def write(self, statement: str, *values: Any) -> int:
        """Change the database while nobody runs; returns how many rows it changed."""
        assert self.pid == 0, "only while nobody runs"
        return self.outside.write(statement, *values)


@asynccontextmanager
async def program(folder: Path, fake: FakeTelegram | FakeDiscord, outside: Outside | None = None) -> AsyncIterator[Program]:
    """A program that has not run yet, to speak to `fake`, with its files in `folder`; what still runs in the end is killed.

    Its database is `outside`, else a SQLite file of its own.
    """
    platform = "telegram" if isinstance(fake, FakeTelegram) else "discord"
    outside = outside or SqliteFile(folder / "plan-e.db")
    config = CONFIG.format(database=outside.url, platform=platform, token=fake.token, url=fake.url)
    (folder / "config.toml").write_text(config)
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "tests.flows.processes", str(folder))
    warm = await asyncio.create_subprocess_exec(*command, env=environment(), stdin=pipe, stdout=pipe)
    made = Program(folder, outside, Nursery(warm))
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


def _arguments(roles: Sequence[str]) -> list[str]:
    return ["run", "--config", "config.toml", *(f"--role={role}" for role in roles)]


def do_as_told(folder: Path) -> None:
    """For each line that comes, do it and print one in return: a bot's pid, or its status once it has ended."""
    from bot import cli  # noqa: PLC0415 - only the nursery pays for it

    os.chdir(folder)
    for line in sys.stdin:
        deed, number, *roles = line.split()
        if deed == "bury":
            print(os.waitstatus_to_exitcode(os.waitpid(int(number), 0)[1]), flush=True)  # noqa: T201 - the test reads it
            continue
        pid = os.fork()
        if pid == 0:
            if int(number):
                fuse.lay(int(number))
            _live(cli, roles)
        print(pid, flush=True)  # noqa: T201 - the test reads it


def _live(cli: Any, roles: Sequence[str]) -> None:
    """Be `plan-e run --config config.toml`, then end as it ends."""
    log = os.open("log.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDWR)
    for source, target in (nothing, 0), (nothing, 1), (log, 2):
        os.dup2(source, target)
    sys.argv = ["plan-e", *_arguments(roles)]
    status = 1
    try:
        cli.main()
    except SystemExit as end:
        status = int(end.code or 0)
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    do_as_told(Path(sys.argv[1]))
