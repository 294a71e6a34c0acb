"""Bringing a database to the shape this version expects, and saying whether it has it.

Alembic is read when there is something for it to do: it takes as long as a fifth of the start, and stays in memory.
"""
# ruff: noqa: PLC0415

import asyncio
import re
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import Connection, event, inspect, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.store import files, postgres
from bot.store.schema import metadata

if TYPE_CHECKING:
    from alembic.config import Config

T = TypeVar("T")
SCRIPTS: Final = Path(__file__).parents[2] / "migrations"
_REVISION: Final = re.compile(r'^(?:down_)?revision: .*= "(\w+)"$', re.MULTILINE)


class Unusable(Exception):
    """The database cannot be reached, opened or written."""


class NotYet(Unusable):
    """Its server cannot be reached right now."""


def config(connection: Connection | None = None) -> "Config":
    """Alembic's configuration, with the connection to work on."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(SCRIPTS))
    made.attributes["connection"] = connection
    made.attributes["metadata"] = metadata
    return made


def head() -> str:
    """The revision this version expects: the one that is named by its own migration alone."""
    named = [name for path in (SCRIPTS / "versions").glob("[0-9]*.py") for name in _REVISION.findall(path.read_text())]
    (last,) = (name for name in named if named.count(name) == 1)
    return str(last)


async def upgrade(url: str, *, to: str = "head") -> None:
    """Migrate the database at `url` upwards; nothing happens where it is there already."""
    await _on(url, lambda connection: _upgrade(connection, to), alone=True)


async def downgrade(url: str, *, to: str) -> None:
    """Migrate the database at `url` back."""
    await _on(url, lambda connection: _downgrade(connection, to), alone=True)


async def current(url: str) -> str | None:
    """The revision the database at `url` has; None where it has none."""
    return await _on(url, _revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()
    return None if found is None else str(found)


def _upgrade(connection: Connection, to: str) -> None:
    if to == "head" and _revision(connection) == head():
        return
    from alembic import command

    command.upgrade(config(connection), to)


def _downgrade(connection: Connection, to: str) -> None:
    from alembic import command

    command.downgrade(config(connection), to)


async def differences(url: str) -> list[Any]:
    """What differs between the migrated database and the tables of the code (`alembic check`)."""

    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    def compare(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    return await _on(url, compare)


async def _on(url: str, work: Callable[[Connection], T], *, alone: bool = False) -> T:
    _open_once(url)
    engine = _engine(url)
    try:
        async with AsyncExitStack() as stack:
            try:
                connection = await stack.enter_async_context(engine.connect())
                await connection.exec_driver_sql("SELECT 1")  # begins the transaction that all of it happens in
                if alone and connection.dialect.name == "postgresql":  # SQLite's BEGIN IMMEDIATE does that by itself
                    await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended('migrations', 0))")
            except Exception as error:
                why = f"the database cannot be used: {getattr(error, 'orig', error)}"
                if engine.dialect.name == "postgresql" and (isinstance(error, OSError) or postgres.passes(error)):
                    raise NotYet(why) from error
                if isinstance(error, DBAPIError | OSError) or postgres.says(error):
                    raise Unusable(why) from error
                raise
            result = await connection.run_sync(work)
            await connection.commit()
            return result
    finally:
        await engine.dispose()


def _open_once(url: str) -> None:
    """Find out without aiosqlite whether a file can be opened: where it cannot, its thread outlives the loop and complains."""
    path = files.path_of(url)
    if path is None:
        return
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA schema_version")
    except sqlite3.Error as error:
        raise Unusable(f"the database cannot be used: {path}: {error}") from error


def _engine(url: str) -> AsyncEngine:
    """An engine whose SQLite migrations are whole or not at all, one process at a time."""
    try:
        engine = create_async_engine(make_url(url))
    except ImportError as error:
        raise Unusable(f"the database cannot be used: {error}") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _on_connect)
        event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # else the driver commits before each change of a table
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA foreign_keys=OFF")  # on, the rebuilding of a parent deletes every child
    cursor.close()


def main() -> None:
    """`python -m bot.store.migrate "message"`: write a new migration from what changed in the schema, for developers."""
    import sys
    import tempfile

    from alembic import command

    async def write(message: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite+aiosqlite:///{folder}/empty.db"
            await upgrade(url)
            number = len(list((SCRIPTS / "versions").glob("[0-9]*.py"))) + 1
            await _on(
                url,
                lambda connection: command.revision(config(connection), message, autogenerate=True, rev_id=f"{number:04}"),
            )

    asyncio.run(write(sys.argv[1]))


if __name__ == "__main__":
    main()
