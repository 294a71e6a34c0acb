"""A database with all tables, in memory, for tests of services and flows."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.store.database import Database, Tx
from bot.store.schema import metadata


@pytest_asyncio.fixture
async def database() -> AsyncIterator[Database]:
    """An empty database."""
    made = Database("sqlite+aiosqlite://")
    async with made.write() as tx:
        await tx.run_sync(metadata.create_all)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def tx(database: Database) -> AsyncIterator[Tx]:
    """One open transaction on it."""
    async with database.write() as opened:
        yield opened
