"""SQLite driven in place: no threads, and a step before and after each statement at which a process may die or a disk be full."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from bot.store.inline import InlineConnection, InlineCursor, _told_as_sqlalchemy_does

_QUICKER: Final = {"PRAGMA synchronous=FULL": "PRAGMA synchronous=OFF", "PRAGMA busy_timeout=10000": "PRAGMA busy_timeout=0"}


class Machine(Protocol):
    """What runs the statements: a process that may die, on a disk that may be full."""

    @property
    def dead(self) -> bool: ...

    def step(self, where: str) -> None:
        """Something may happen here; raises what happens."""

    @property
    def crowd(self) -> int:
        """How many turns other processes, or tasks of this one, have before a transaction begins."""

    def disk(self, statement: str, parameters: Sequence[Any]) -> None:
        """Raises sqlite3.OperationalError where the disk or another process is in the way of a statement."""


class _Cursor(InlineCursor):
    def __init__(self, connection: sqlite3.Connection, machine: Machine) -> None:
        super().__init__(connection)
        self._machine = machine

    async def execute(self, operation: str, parameters: Sequence[Any] | None = None) -> InlineCursor:
        self._machine.step("statement")
        self._machine.disk(operation, parameters or ())
        self._cursor.execute(_QUICKER.get(operation, operation), parameters or ())
        return self

    async def executemany(self, operation: str, parameters: Sequence[Sequence[Any]]) -> InlineCursor:
        self._machine.step("statements")
        self._machine.disk(operation, ())
        self._cursor.executemany(operation, parameters)
        return self


class _Connection(InlineConnection):
    def __init__(self, connection: sqlite3.Connection, machine: Machine) -> None:
        super().__init__(connection)
        self._machine = machine

    def cursor(self) -> InlineCursor:
        return _Cursor(self._open, self._machine)

    async def begin(self, *, immediate: bool) -> None:
        for _ in range(self._machine.crowd):
            await asyncio.sleep(0)
        self._machine.step("the beginning of a transaction")
        begin = "BEGIN IMMEDIATE" if immediate else "BEGIN"
        with _told_as_sqlalchemy_does(begin):
            self._machine.disk(begin, ())
            self._open.execute(begin)

    async def keep(self) -> None:
        self._machine.step("before a commit")
        with _told_as_sqlalchemy_does("COMMIT"):
            if self._open.in_transaction:
                self._machine.disk("COMMIT", ())
            self._open.commit()
        self._machine.step("after a commit")

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> tuple[list[Any], int]:
        self._machine.step("statement")
        with _told_as_sqlalchemy_does(statement):
            self._machine.disk(statement, parameters)
        return super().run(statement, parameters)

    async def run_long(self, statement: str, parameters: Sequence[Any] = ()) -> tuple[list[Any], int]:
        return self.run(statement, parameters)

    async def run_many(self, statement: str, several: Sequence[Sequence[Any]]) -> None:
        for parameters in several:
            self.run(statement, parameters)

    async def commit(self) -> None:
        await self.keep()

    async def rollback(self) -> None:
        if self._connection is not None and not self._machine.dead:  # the dead have nothing left to take back
            self._connection.rollback()


class Disk:
    """A database file, and who has it open: a process that dies leaves nothing of what it had not committed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._open: list[sqlite3.Connection] = []
        self.eye = sqlite3.connect(file, isolation_level=None)  # reads what is committed; the bot knows nothing of it

    @property
    def url(self) -> str:
        return f"sqlite+aiosqlite:///{self.file}"

    def connect(self, machine: Machine) -> Callable[..., Any]:
        """What opens connections for a process."""

        async def connect(*arguments: Any, **options: Any) -> InlineConnection:
            options |= {"isolation_level": None, "check_same_thread": False}
            made = sqlite3.connect(*arguments, **options)
            self._open.append(made)
            return _Connection(made, machine)

        return connect

    def cut_off(self) -> None:
        """Close whatever a process has open, as the system does when it dies: what is not committed is gone."""
        for one in self._open:
            one.close()
        self._open.clear()

    def rows(self, query: str, *values: Any) -> list[Any]:
        """What is on disk; the values of a query by place, or one mapping of them by name."""
        named = values[0] if values and isinstance(values[0], dict) else values
        return self.eye.execute(query, named).fetchall()

    def close(self) -> None:
        self.cut_off()
        self.eye.close()
