"""A bot's database as it is seen from outside of its process: read while it runs, changed while nobody does."""

import asyncio
import re
import sqlite3
from collections.abc import Coroutine
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any, Final, Protocol, TypeVar

import asyncpg
from sqlalchemy import make_url

from bot.store import migrate

T = TypeVar("T")
_SECONDS: Final = 60  # no question of ours takes as long
_IN_USE: Final = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'plan-e'"


class Outside(Protocol):
    """A database whose statements have `?` for values, which may be instants."""

    @property
    def url(self) -> str:
        """As the bot's configuration has it."""

    def rows(self, query: str, *values: Any) -> list[Any]:
        """What it holds, read by a connection of one's own."""

    def write(self, statement: str, *values: Any) -> int:
        """Change it; returns how many rows were."""

    def in_use(self) -> bool:
        """Whether a bot that may be dead by now is still being worked for."""

    def close(self) -> None:
        """Ask nothing more."""


class SqliteFile:
    """A file; one that is not there yet is made by the bot."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.url = f"sqlite+aiosqlite:///{path}"

    def rows(self, query: str, *values: Any) -> list[Any]:
        """What it holds."""
        with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)) as connection:
            return connection.execute(query, _kept(values)).fetchall()

    def write(self, statement: str, *values: Any) -> int:
        """Change it."""
        with closing(sqlite3.connect(self._path)) as connection, connection:
            return connection.execute(statement, _kept(values)).rowcount

    def in_use(self) -> bool:
        """What a dead process had locked is free at once."""
        return False

    def close(self) -> None:
        """Each question has a connection of its own."""


class PostgresDatabase:
    """A database with all tables; a thread of its own speaks to it, so that it can be asked from within a loop."""

    def __init__(self, url: str, *, way: str | None = None) -> None:
        """`way`: the URL by which the bot goes, where it is another one."""
        self.url = way or url
        self._for_driver = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: Any = None
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever)
        self._thread.start()
        self.write("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
        self.write("INSERT INTO alembic_version VALUES (?)", migrate.head())

    def rows(self, query: str, *values: Any) -> list[Any]:
        """What it holds."""
        return [tuple(row) for row in self._asked(self._fetch(_numbered(query), values))]

    def write(self, statement: str, *values: Any) -> int:
        """Change it."""
        number = self._asked(self._execute(_numbered(statement), values)).rpartition(" ")[2]
        return int(number) if number.isdigit() else 0

    def in_use(self) -> bool:
        """The server finds out a moment later that a process is dead, and ends what it had begun."""
        return bool(self.rows(_IN_USE))

    def close(self) -> None:
        """Leave the server, and end the thread."""
        if self._connection is not None:
            self._asked(self._connection.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _asked(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_SECONDS)

    async def _fetch(self, query: str, values: tuple[Any, ...]) -> list[Any]:
        found: list[Any] = await (await self._connected()).fetch(query, *values)
        return found

    async def _execute(self, statement: str, values: tuple[Any, ...]) -> str:
        status: str = await (await self._connected()).execute(statement, *values)
        return status

    async def _connected(self) -> Any:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._for_driver)
        return self._connection


def _numbered(statement: str) -> str:
    """A statement with PostgreSQL's $1, $2 … for each `?`."""
    numbers = count(1)
    return re.sub(r"\?", lambda _: f"${next(numbers)}", statement)


def _kept(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(as_sqlite_keeps(one) if isinstance(one, datetime) else one for one in values)


def as_sqlite_keeps(at: datetime) -> str:
    """An instant as it stands in a SQLite file."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
