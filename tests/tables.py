"""All tables of a database for a test, without migrating."""

from functools import cache

from sqlalchemy import Connection, create_mock_engine
from sqlalchemy.dialects import sqlite

from bot.store.database import Tx
from bot.store.schema import metadata


async def make_tables(tx: Tx) -> None:
    """Make the tables; on SQLite, where most tests begin so, by statements compiled once, in a sixth of the time."""
    await tx.run_sync(_on_sqlite if tx.dialect.name == "sqlite" else metadata.create_all)


def _on_sqlite(connection: Connection) -> None:
    for statement in _statements():
        connection.exec_driver_sql(statement)


@cache
def _statements() -> tuple[str, ...]:
    made: list[str] = []
    dialect = sqlite.dialect()
    engine = create_mock_engine("sqlite://", lambda sql, *_, **__: made.append(str(sql.compile(dialect=dialect))))
    metadata.create_all(engine, checkfirst=False)
    return tuple(made)
