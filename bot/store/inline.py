"""SQLite without a thread between every two calls: what aiosqlite offers SQLAlchemy, done where it is asked for.

aiosqlite hands each cursor, execute, fetch and close to a thread and waits for it: four hand-overs a statement, which cost many
times what SQLite itself takes (docs/decisions/0007-inline-sqlite.md has the measure). Statements inside a transaction only touch
memory and the page cache, so they run right here; whatever may wait for the disk or for another process (BEGIN IMMEDIATE, COMMIT)
or is long (executemany, and what says so by LONG_MARK) goes to a thread all the same.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy.exc import DBAPIError

LONG_MARK: Final = "/* long */"  # after the statement's first word: it works on thousands of rows
BUSY_TIMEOUT: Final = 10_000  # milliseconds (ARCHITECTURE.md, Database)
_MAY_WAIT: Final = ("BEGIN IMMEDIATE", "PRAGMA")
_BEGINNING: Final = 32  # characters in which the mark is looked for
_FEW: Final = 20  # rows: SQLite writes them in the time that a thread takes to be woken
T = TypeVar("T")
_KEPT_STATEMENTS: Final = 512  # compiled by SQLite and kept per connection: all that are asked for often


def is_long(statement: str) -> bool:
    """Whether a statement says so."""
    return LONG_MARK in statement[:_BEGINNING]


class InlineCursor:
    """A cursor as SQLAlchemy's aiosqlite dialect uses it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._cursor = connection.cursor()
        self._rows: list[Any] | None = None  # of a long statement, fetched along with it

    async def __aenter__(self) -> "InlineCursor":
        return self

    @property
    def description(self) -> Any:
        """The columns of the result; None where there is none."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The id of the row inserted last."""
        return self._cursor.lastrowid

    @property
    def arraysize(self) -> int:
        """How many rows `fetchmany` gives."""
        return self._cursor.arraysize

    @arraysize.setter
    def arraysize(self, value: int) -> None:
        self._cursor.arraysize = value

    async def execute(self, operation: str, parameters: Sequence[Any] | None = None) -> "InlineCursor":
        """Run one statement; in a thread if it may wait for somebody or is long."""
        if is_long(operation):
            await _in_thread(self._run_to_the_end, operation, parameters or ())
        elif operation.startswith(_MAY_WAIT):
            await _in_thread(self._cursor.execute, operation, parameters or ())
        else:
            self._cursor.execute(operation, parameters or ())
        return self

    def _run_to_the_end(self, operation: str, parameters: Sequence[Any]) -> None:
        self._rows = self._cursor.execute(operation, parameters).fetchall()

    async def executemany(self, operation: str, parameters: Sequence[Sequence[Any]]) -> "InlineCursor":
        """Run a statement for many rows, in a thread."""
        await _in_thread(self._cursor.executemany, operation, parameters)
        return self

    async def fetchone(self) -> Any:
        """The next row."""
        return self._cursor.fetchone()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows."""
        return self._cursor.fetchmany(size or self._cursor.arraysize)

    async def fetchall(self) -> list[Any]:
        """All rows that are left."""
        rows, self._rows = self._rows, None
        return self._cursor.fetchall() if rows is None else rows

    async def close(self) -> None:
        """Give the cursor back."""
        self._cursor.close()


class InlineConnection:
    """A connection as SQLAlchemy's aiosqlite dialect uses it; transactions begin only when told to."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection: sqlite3.Connection | None = connection  # the dialect looks whether it is still there

    @property
    def isolation_level(self) -> None:
        """The driver begins no transactions by itself."""
        return

    def cursor(self) -> InlineCursor:
        """A new cursor. ProgrammingError once closed."""
        return InlineCursor(self._open)

    async def commit(self) -> None:
        """Commit, waiting for the disk in a thread."""
        await _in_thread(self._open.commit)

    async def rollback(self) -> None:
        """Roll back: forgetting what was not written yet waits for nobody."""
        self._open.rollback()

    async def begin(self, *, immediate: bool) -> None:
        """Begin a transaction; one that writes waits for other processes in a thread, if there is anybody to wait for."""
        connection = self._open
        with _told_as_sqlalchemy_does("BEGIN"):
            if not immediate:
                connection.execute("BEGIN")
            elif not self._begin_at_once(connection):
                await _in_thread(connection.execute, "BEGIN IMMEDIATE")

    def _begin_at_once(self, connection: sqlite3.Connection) -> bool:
        connection.execute("PRAGMA busy_timeout=0")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return False
        finally:
            connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")
        return True

    async def keep(self) -> None:
        """Commit, waiting for the disk in a thread."""
        with _told_as_sqlalchemy_does("COMMIT"):
            await _in_thread(self._open.commit)

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> tuple[list[Any], int]:
        """Run one statement within the open transaction; all its rows, and how many it changed. Raises as SQLAlchemy does."""
        connection = self._open
        if not connection.in_transaction:
            raise sqlite3.ProgrammingError("no transaction is open: this would be kept at once")
        with _told_as_sqlalchemy_does(statement):
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall(), cursor.rowcount

    async def run_long(self, statement: str, parameters: Sequence[Any] = ()) -> tuple[list[Any], int]:
        """The same in a thread, for a statement that is long."""
        return await _in_thread(self.run, statement, parameters)

    async def run_many(self, statement: str, several: Sequence[Sequence[Any]]) -> None:
        """Run a statement for many sets of parameters; in a thread where they are more than a few."""
        connection = self._open
        if not connection.in_transaction:
            raise sqlite3.ProgrammingError("no transaction is open: this would be kept at once")
        with _told_as_sqlalchemy_does(statement):
            if len(several) > _FEW:
                await _in_thread(connection.executemany, statement, several)
            else:
                connection.executemany(statement, several)

    async def create_function(
        self, name: str, parameters: int, function: Callable[..., Any], *, deterministic: bool = False
    ) -> None:
        """Give SQL a function (the dialect adds REGEXP)."""
        self._open.create_function(name, parameters, function, deterministic=deterministic)

    async def close(self) -> None:
        """Close for good."""
        self.stop()

    def stop(self) -> None:
        """Close at once, from wherever."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    @property
    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.ProgrammingError("the connection is closed")
        return self._connection


async def connect(*arguments: Any, **options: Any) -> InlineConnection:
    """Open a connection; for `create_async_engine(connect_args={"async_creator_fn": connect})`."""
    options |= {"isolation_level": None, "check_same_thread": False, "cached_statements": _KEPT_STATEMENTS}
    return InlineConnection(sqlite3.connect(*arguments, **options))


class _told_as_sqlalchemy_does:  # noqa: N801 - reads as a sentence; a generator would take longer than the statement
    """Errors of the driver come out as SQLAlchemy tells them; without the values, which are nobody's business."""

    __slots__ = ("_statement",)

    def __init__(self, statement: str) -> None:
        self._statement = statement

    def __enter__(self) -> None:
        return

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, sqlite3.Error):
            raise DBAPIError.instance(self._statement, None, error, sqlite3.Error, hide_parameters=True) from error


async def _in_thread(function: Callable[..., T], *arguments: object) -> T:
    """Run a call in a thread. Cancelled meanwhile, wait for its end all the same: nobody may touch the connection before it."""
    job = asyncio.get_running_loop().run_in_executor(None, function, *arguments)
    cancelled = False
    while not job.done():
        try:
            await asyncio.wait([job])
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        job.exception()  # looked at, so that nobody warns of it
        raise asyncio.CancelledError
    return job.result()
