"""Turns between processes: one at a time, whoever dies is followed, and who loses the turn stops at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.turns import in_turn
from tests.props import until


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.turns._LOOK_SECONDS", 0.01)
    monkeypatch.setattr("bot.store.bell._AGAIN_SECONDS", 0.01)


@pytest.fixture
async def pg(clean_postgres_url: str) -> AsyncIterator[Database]:
    made = Database(clean_postgres_url)
    yield made
    await made.close()


class Hearer:
    """A process that would hear."""

    def __init__(self, database: Database, name: str = "telegram:1") -> None:
        self.database, self.name = database, name
        self.hears = False
        self.turns = 0
        self.told: list[bool] = []
        self.trouble: Exception | None = None

    async def work(self) -> None:
        self.hears = True
        self.turns += 1
        try:
            if self.trouble:
                raise self.trouble
            await asyncio.Event().wait()
        finally:
            self.hears = False

    async def live(self) -> None:
        await in_turn(self.database, self.name, self.work, on_turn=self.told.append)


@asynccontextmanager
async def alive(*hearers: Hearer) -> AsyncIterator[list["asyncio.Task[None]"]]:
    async with asyncio.TaskGroup() as tasks:
        lives = [tasks.create_task(one.live()) for one in hearers]
        yield lives
        for life in lives:
            life.cancel()


async def cut(database: Database) -> None:
    """End the sessions that have a turn, as when the server or the way to it fails."""
    query = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    async with database.write() as tx:
        await tx.execute(text(query))


async def test_one_hears_and_when_it_dies_the_next_takes_over(pg: Database) -> None:
    one, other = Hearer(pg), Hearer(pg)
    async with alive(one, other) as lives:
        await until(lambda: one.hears or other.hears)
        first, second = (0, 1) if one.hears else (1, 0)
        await asyncio.sleep(0.1)
        assert one.hears != other.hears
        lives[first].cancel()
        await until(lambda: (one, other)[second].hears)
        assert not (one, other)[first].hears
    assert (one, other)[second].told == [False, True]


async def test_each_bot_has_a_turn_of_its_own(pg: Database) -> None:
    one, other = Hearer(pg), Hearer(pg, "discord:1")
    async with alive(one, other):
        await until(lambda: one.hears and other.hears)


async def test_who_loses_the_session_stops_at_once_and_gets_in_line_again(pg: Database) -> None:
    one = Hearer(pg)
    async with alive(one):
        await until(lambda: one.hears)
        await cut(pg)
        await until(lambda: one.turns == 2 and one.hears)
    assert one.told == [False, True, False, True]


async def test_what_breaks_comes_out(pg: Database) -> None:
    one = Hearer(pg)
    one.trouble = ZeroDivisionError()
    with pytest.raises(ExceptionGroup) as ended:
        await one.live()
    assert ended.group_contains(ZeroDivisionError)


async def test_with_sqlite_it_is_always_our_turn(database: Database) -> None:
    one = Hearer(database)
    async with alive(one):
        await until(lambda: one.hears)
    assert one.told == [True]


async def test_the_bell_is_heard_by_the_others(pg: Database) -> None:
    heard: list[str] = []
    bells = [Bell(pg, lambda name=name: heard.append(name)) for name in ("one", "two")]  # type: ignore[misc]
    async with asyncio.TaskGroup() as tasks:
        lives = [tasks.create_task(bell.run()) for bell in bells]
        await until(lambda: len(heard) == 2)  # each looks once when it begins to listen
        heard.clear()
        bells[0].ring()
        await until(lambda: heard)
        bells[1].ring()
        await until(lambda: len(heard) == 2)
        assert heard == ["two", "one"]
        async with pg.write() as tx:
            await tx.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'NOTIFY%'"))
        await until(lambda: len(heard) >= 3)  # a ring may have been missed
        for life in lives:
            life.cancel()
