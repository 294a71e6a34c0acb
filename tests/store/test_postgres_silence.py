"""A way to PostgreSQL that is lost and says nothing: connections that lead nowhere are found, and not used again."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import make_url, text

from bot.store.database import Database
from bot.store.postgres import Unreachable
from tests.flows.way import Way, way_to

ASK = text("SELECT 1")


@pytest.fixture
async def way(clean_postgres_url: str) -> AsyncIterator[Way]:
    url = make_url(clean_postgres_url)
    if "host" not in url.query:
        pytest.skip("the server that PLAN_E_TEST_POSTGRES names listens at no file")
    async with way_to(f"{url.query['host']}/.s.PGSQL.5432") as made:
        yield made


@pytest.fixture
async def database(clean_postgres_url: str, way: Way, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    for name, seconds in {"TRUSTED": 0.0, "LOOK": 0.1, "COMMAND": 0.5}.items():
        monkeypatch.setattr(f"bot.store.postgres._{name}_SECONDS", seconds)
    by_way = make_url(clean_postgres_url).set(host="127.0.0.1", port=way.port, query={})
    made = Database(by_way.render_as_string(hide_password=False))
    yield made
    async with asyncio.timeout(5):
        await made.close()


async def _use_all(database: Database) -> None:
    """Let as many writers be at it at once as there may be."""
    together = asyncio.Barrier(database.writers)

    async def write() -> None:
        async with database.write() as tx:
            await tx.execute(ASK)
            await together.wait()

    await asyncio.gather(*(write() for _ in range(database.writers)))


async def test_connections_that_lead_nowhere_are_replaced_at_the_first_look(way: Way, database: Database) -> None:
    await _use_all(database)
    way.cut()
    way.mend(forget=True)
    async with asyncio.timeout(5):
        for _ in range(database.writers):
            async with database.write() as tx:
                await tx.execute(ASK)
        await _use_all(database)


async def test_a_statement_without_an_answer_ends_and_gives_up_its_connection(way: Way, database: Database) -> None:
    await _use_all(database)
    async with asyncio.timeout(5):
        with pytest.raises(Unreachable):
            await _ask_and_lose(way, database)
        way.mend(forget=True)
        async with database.write() as tx:
            await tx.execute(ASK)


async def _ask_and_lose(way: Way, database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(ASK)
        way.cut()
        await tx.execute(ASK)


async def test_who_ends_while_the_server_is_silent_does_not_wait_for_it(way: Way, database: Database) -> None:
    await _use_all(database)
    way.cut()
    async with asyncio.timeout(5):
        await database.close()
