"""A database with all tables for tests of services and flows: SQLite's in memory, and PostgreSQL where a test is to run on both.

A test that asks for `database` (or `tx`) runs on SQLite; marked `both_engines`, or told to by `pytest --every-engine`
(`make test-long`), it runs once more on PostgreSQL.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.store.database import Database, Tx
from tests.tables import make_tables

ENGINES = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-engine", action="store_true", help="run on PostgreSQL as well whatever uses a database")
    parser.addoption("--only-engine", choices=ENGINES, help="leave out what runs on the other engine")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Which engines a test with a database runs on."""
    if "database_url" not in metafunc.fixturenames:
        return
    both = metafunc.config.getoption("--every-engine") or metafunc.definition.get_closest_marker("both_engines")
    only = metafunc.config.getoption("--only-engine")
    engines = [one for one in (ENGINES if both else ENGINES[:1]) if only in {None, one}]
    metafunc.parametrize("database_url", engines, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database: SQLite's has no tables yet, PostgreSQL's has all of them."""
    if request.param == "sqlite":
        return "sqlite+aiosqlite://"
    url: str = request.getfixturevalue("clean_postgres_url")
    return url


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty database."""
    made = Database(database_url)
    if made.is_sqlite:
        async with made.write() as tx:
            await make_tables(tx)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def tx(database: Database) -> AsyncIterator[Tx]:
    """One open transaction on it."""
    async with database.write() as opened:
        yield opened
