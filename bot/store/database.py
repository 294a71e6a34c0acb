"""Engines and transactions: one writer that begins IMMEDIATE, readers beside it, and what a statement needs per dialect."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from sqlalchemy import Insert, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from bot.store import postgres
from bot.store.columns import read_json
from bot.store.inline import BUSY_TIMEOUT, InlineConnection, connect
from bot.store.kept import Kept, inline_of
from bot.store.postgres import Unreachable

_NO_ROOM: Final = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
"""What SQLite says of a full disk, a failing one, one that the system has made read-only: an operator can mend all of them."""
_PASSING: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} | _NO_ROOM

Connect = Callable[..., Awaitable[InlineConnection]]
Tx = AsyncConnection
"""An open transaction. Whoever was given one reads and writes; only whoever opened it commits."""


class Database:
    """The engines behind `write()` and `read()`.

    SQLite has one writer connection (ARCHITECTURE.md, Database): a writer waits for the one before it in this process, so
    BEGIN IMMEDIATE only ever contends with other processes. An in-memory database is a single connection for both.
    On PostgreSQL writers run side by side; who touches the same learners or groups waits (bot/store/parties.py).
    """

    def __init__(self, url: str, *, connect: Connect = connect) -> None:
        """`connect` opens a connection to SQLite; one that begins no threads makes a run repeatable."""
        self.url = make_url(url)
        self._connect = connect
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.in_memory = self.is_sqlite and self.url.database in {None, "", ":memory:"}
        self.writers = 1 if self.is_sqlite else 8
        if self.is_sqlite:
            self._writer = self._engine(size=1)
            self._reader = self._writer if self.in_memory else self._engine(size=4)
        else:
            self._writer, self._reader = postgres.writers(self.url, size=self.writers), postgres.readers(self.url, size=4)
        self._kept_writer = Kept(self._writer, size=1)
        self._kept_readers = self._kept_writer if self.in_memory else Kept(self._reader, size=4)
        self.takes_writes = True  # until the disk refuses one

    def _engine(self, *, size: int) -> AsyncEngine:
        options: dict[str, Any] = {"poolclass": StaticPool} if self.in_memory else {"pool_size": size, "max_overflow": 0}
        options["json_deserializer"] = read_json
        engine = create_async_engine(self.url, connect_args={"async_creator_fn": self._connect}, **options)
        event.listen(engine.sync_engine, "connect", _on_connect)
        return engine

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """One transaction that commits when its block ends and rolls back when an error leaves it."""
        if not self.is_sqlite:
            async with self._write_postgres() as tx:
                yield tx
            return
        try:
            async with self._kept_writer.transaction(writes=True) as tx:
                before = None if self.takes_writes else await _changes(tx)
                yield tx
                took = before is None or await _changes(tx) > before  # an empty transaction proves nothing
        except DBAPIError as error:
            self.takes_writes = self.takes_writes and _code(error) not in _NO_ROOM
            raise
        self.takes_writes = took

    @asynccontextmanager
    async def _write_postgres(self) -> AsyncIterator[Tx]:
        try:
            async with postgres.connected(self._writer) as tx, tx.begin():
                yield tx
        except DBAPIError as error:
            self.takes_writes = self.takes_writes and not postgres.has_no_room(error)
            raise
        self.takes_writes = True

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """One consistent snapshot; nothing written in it is kept."""
        if self.is_sqlite:
            async with self._kept_readers.transaction(writes=False) as tx:
                yield tx
            return
        async with postgres.connected(self._reader) as tx:
            yield tx
            await tx.rollback()

    async def close(self) -> None:
        """Give every connection back."""
        await self._kept_writer.close()
        await self._kept_readers.close()


def _on_connect(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@asynccontextmanager
async def apart(tx: Tx) -> AsyncIterator[None]:
    """A part of a transaction that an error takes back by itself: what was written before it stays."""
    connection = inline_of(tx)
    if connection is None:
        async with tx.begin_nested():
            yield
        return
    connection.run("SAVEPOINT apart")
    try:
        yield
    except BaseException:
        connection.run("ROLLBACK TO apart")
        connection.run("RELEASE apart")
        raise
    connection.run("RELEASE apart")


def insert(tx: Tx, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT of the dialect at hand, so that `on_conflict_do_nothing` and `on_conflict_do_update` are to be had."""
    return insert_for(tx.dialect.name, table)


def insert_for(dialect: str, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """Like `insert`, for statements that are built once and kept."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


async def add(tx: Tx, table: Table, **values: Any) -> int:
    """Insert one row and return its id."""
    statement: Insert = table.insert().values(**values).returning(table.c.id)
    return int((await tx.execute(statement)).scalar_one())


def is_passing(error: BaseException) -> bool:
    """Whether trying again may help.

    The database was busy, gone for a moment, or chose us as the victim of a deadlock; or the disk is full, or takes no writes
    for another reason: what is not written is not confirmed, and the platform keeps it until there is room again.
    """
    if isinstance(error, Unreachable):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if _code(error) in _PASSING or error.connection_invalidated or postgres.passes(error):
        return True
    words = str(error.orig).casefold()
    return any(word in words for word in ("locked", "busy", "connection"))


async def _changes(tx: Tx) -> int:
    """How many rows this SQLite connection has changed since it was opened."""
    return int((await tx.exec_driver_sql("SELECT total_changes()")).scalar_one())


def _code(error: DBAPIError) -> int | None:
    """SQLite's primary result code; the extended ones carry theirs in the upper bytes."""
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
