"""Both ends of a move: a database with nobody else in it, of the version that is expected."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError
from sqlalchemy import URL, Connection, event, func, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.store import files, rows
from bot.store.database import Tx
from bot.store.inline import connect
from bot.store.migrate import Unusable, config, head

_ALONE: Final = 0x706C616E_65  # "plane": nobody else moves into this database meanwhile
_DRIVERS: Final = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


class Unmovable(Unusable):
    """It cannot be moved as things are: one line says why, and what to do."""


def url_of(given: str, option: str) -> URL:
    """A database's address as it was given with `option`; its driver need not be named."""
    try:
        url = make_url(given)
    except Exception:  # noqa: BLE001 - whatever it says may contain a password
        url = None
    if url is None or url.get_backend_name() not in _DRIVERS or not url.database or url.database == ":memory:":
        raise Unmovable(
            f"{option} is a database's address like sqlite+aiosqlite:///plan-e.db or postgresql+asyncpg://user:password@host/name"
        )
    return url.set(drivername=_DRIVERS[url.get_backend_name()])


def told(url: URL, *, whole: bool = False) -> str:
    """An address as it may be shown; `whole`: with its password."""
    return url.render_as_string(hide_password=not whole)


def file_of(url: URL) -> Path | None:
    """The file of a SQLite database."""
    return files.path_of(told(url, whole=True))


@asynccontextmanager
async def opened(url: URL) -> AsyncIterator[Tx]:
    """A transaction on the whole database, with nobody else in it; rolled back unless it was committed."""
    path = file_of(url)
    if path is not None:
        files.refuse_network(path)
        engine = create_async_engine(url, poolclass=NullPool, connect_args={"async_creator_fn": connect})
        event.listen(engine.sync_engine, "connect", _alone)
        event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN EXCLUSIVE"))
    else:
        engine = create_async_engine(url, poolclass=NullPool)
    try:
        connection = engine.connect()
        try:
            await connection.start()
            await connection.exec_driver_sql("SELECT 1")
        except (DBAPIError, OSError) as error:
            why = str(getattr(error, "orig", error))
            if "locked" in why:
                why = "somebody uses it; stop the bot first"
            raise Unmovable(f"{told(url)}: {why}") from error
        try:
            yield connection
        finally:
            await connection.close()
    finally:
        await engine.dispose()


def _alone(connection: Any, _record: Any) -> None:
    """In WAL mode even an idle bot keeps a shared lock on the file; this asks for all of it, and keeps it from all others."""
    cursor = connection.cursor()
    for pragma in ("busy_timeout=2000", "locking_mode=EXCLUSIVE", "foreign_keys=OFF", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def check_source(tx: Tx) -> None:
    """Unmovable where the database to move is of another version, in use, or could not be taken by PostgreSQL."""
    found = await tx.run_sync(_revision)
    if found != head():
        raise Unmovable(
            f"the database to move is at revision {found or 'none'}, this version expects {head()}: "
            "run `plan-e migrate` with its configuration first"
        )
    if tx.dialect.name == "sqlite":
        await check_parents(tx)
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user "
        "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    sessions = (await tx.execute(others)).scalar_one()
    if sessions:
        raise Unmovable(f"the database to move is in use by {sessions} other sessions; stop the bot first")
    await _lock(tx, "SHARE", "to move")


async def check_parents(tx: Tx) -> None:
    """Unmovable where rows of a SQLite database refer to rows that are not there."""
    orphan = (await tx.exec_driver_sql("PRAGMA foreign_key_check")).mappings().first()
    if orphan is not None:
        raise Unmovable("row {rowid} of {table} refers to a row of {parent} that is gone; no move can keep that".format(**orphan))


async def prepare_target(tx: Tx) -> None:
    """Give it its tables, in the transaction that fills them, and keep others out."""
    if tx.dialect.name == "postgresql":
        alone = await tx.execute(select(func.pg_try_advisory_xact_lock(_ALONE)))
        if not alone.scalar_one():
            raise Unmovable("another move into this database is under way")
    try:
        await tx.run_sync(lambda connection: command.upgrade(config(connection), "head"))
    except CommandError as error:
        raise Unmovable(f"the database to move to was made by another version: {error}") from error
    except DBAPIError as error:
        raise Unmovable(f"the database to move to holds something else: {error.orig}; make an empty one") from error
    if tx.dialect.name == "postgresql":
        await _lock(tx, "ACCESS EXCLUSIVE", "to move to")


async def _lock(tx: Tx, mode: str, which: str) -> None:
    names = ", ".join(tx.dialect.identifier_preparer.format_table(table) for table in rows.in_order())
    try:
        await tx.exec_driver_sql(f"LOCK TABLE {names} IN {mode} MODE NOWAIT")
    except DBAPIError as error:
        raise Unmovable(f"the database {which} is in use ({error.orig}); stop the bot first") from error


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
