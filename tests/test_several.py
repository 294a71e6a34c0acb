"""Several processes on one PostgreSQL: each does what its roles say, and together they are one bot."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from bot.app import App
from bot.clock import SystemClock
from bot.config import Settings
from bot.roles import ALL, Role, read_roles
from bot.store.database import Database
from bot.store.schema import inbox, outbox
from tests.fakes.discord import FakeDiscord
from tests.fakes.telegram import FakeTelegram
from tests.test_app import SECRET, Running, free_port

CLOCK = SystemClock()


@pytest.fixture
async def tg() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(now=CLOCK.now) as server:
        yield server


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.turns._LOOK_SECONDS", 0.02)


class Process(Running):
    """One of several, all of them in this one."""

    stop: asyncio.Event
    life: "asyncio.Task[None]"

    async def end(self) -> None:
        self.stop.set()
        await asyncio.wait([self.life])
        await self.app.close()


class Several:
    """A few processes and the client that looks at them."""

    def __init__(self, settings: dict[str, Any], client: httpx.AsyncClient, tasks: asyncio.TaskGroup) -> None:
        self._settings, self._client, self._tasks = settings, client, tasks
        self.processes: list[Process] = []

    async def start(self, *roles: Role, port: int = 0) -> Process:
        port = port or free_port()
        settings = Settings.model_validate(self._settings | {"web": {"port": port}})
        made = Process(App(settings, CLOCK, roles=frozenset(roles) or ALL), port, self._client)
        made.stop = asyncio.Event()
        made.life = self._tasks.create_task(self._live(made))
        self.processes.append(made)
        return made

    async def _live(self, process: Process) -> None:
        await process.app.run(process.stop)


@asynccontextmanager
async def several(url: str, fake: FakeTelegram | FakeDiscord, **more: Any) -> AsyncIterator[Several]:
    name = "telegram" if isinstance(fake, FakeTelegram) else "discord"
    settings = {"database": {"url": url}, name: {"token": fake.token, "api_base_url": fake.url, **more}}
    async with asyncio.timeout(60), httpx.AsyncClient() as client, asyncio.TaskGroup() as tasks:
        made = Several(settings, client, tasks)
        try:
            yield made
        finally:
            for process in made.processes:
                if not process.life.done():
                    await process.end()


async def counts(url: str) -> dict[str, int]:
    """How many messages are in which state, and how many updates."""
    database = Database(url)
    async with database.read() as tx:
        sent = {
            row.state: row.n for row in await tx.execute(select(outbox.c.state, func.count().label("n")).group_by(outbox.c.state))
        }
        came = {
            row.state: row.n for row in await tx.execute(select(inbox.c.state, func.count().label("n")).group_by(inbox.c.state))
        }
    await database.close()
    return sent | {f"came {state}": n for state, n in came.items()}


def test_roles_are_read_one_by_one_or_in_a_row() -> None:
    assert read_roles(()) == read_roles(["all"]) == read_roles(["receive", "work,web"]) == ALL
    assert read_roles(["work", "web"]) == {Role.WORK, Role.WEB}
    with pytest.raises(ValueError, match="'cook': there are all, receive, work, web"):
        read_roles(["work,cook"])


async def test_one_hears_another_answers_and_each_says_how_it_is(tg: FakeTelegram, clean_postgres_url: str) -> None:
    ann = tg.person("Ann")
    async with several(clean_postgres_url, tg) as bot:
        work = await bot.start(Role.WORK)
        await work.well()
        assert (await work.health()).json() == {"database": True, "loops": True}
        ann.says("/help")
        receive = await bot.start(Role.RECEIVE)
        await receive.well()
        assert (await receive.health()).json() == {"database": True, "loops": True, "telegram": True}
        await tg.until(lambda: tg.dm(ann))
        web = await bot.start(Role.WEB)
        await web.well()
        assert (await web.health()).json() == {"database": True, "loops": True}
        metrics = (await web.client.get(f"{web.url}/metrics")).text
        assert 'plan_e_deaf_seconds{bot="telegram:' in metrics  # whoever hears, all can tell
    assert await counts(clean_postgres_url) == {"sent": 1, "came done": 1}
    assert not tg.refusals


async def test_of_two_that_would_hear_one_does_and_the_other_takes_over(tg: FakeTelegram, clean_postgres_url: str) -> None:
    ann = tg.person("Ann")
    async with several(clean_postgres_url, tg) as bot:
        first = await bot.start()
        await first.well()
        second = await bot.start()
        await second.well()
        assert (await second.health()).json() == {"database": True, "loops": True}  # it stands by
        ann.says("/help")
        await tg.until(lambda: tg.dm(ann))
        await first.end()
        ann.says("/today")
        await tg.until(lambda: len(tg.dm(ann)) == 2)
        assert (await second.health()).json() == {"database": True, "loops": True, "telegram": True}
    assert await counts(clean_postgres_url) == {"sent": 2, "came done": 2}
    assert not tg.refusals  # nobody polled while somebody else did


async def test_three_that_do_everything_answer_everybody_once_and_in_order(tg: FakeTelegram, clean_postgres_url: str) -> None:
    everybody = [tg.person(f"P{n}") for n in range(8)]
    async with several(clean_postgres_url, tg) as bot:
        for _ in range(3):
            await (await bot.start()).well()
        for round_ in range(2):
            for who in everybody:
                who.says(f"/nothing{round_}")
        await tg.until(lambda: all(len(tg.dm(who)) == 2 for who in everybody), within=40)
    for who in everybody:
        assert ["nothing0" in tg.dm(who)[0].text, "nothing1" in tg.dm(who)[1].text] == [True, True]
    assert await counts(clean_postgres_url) == {"sent": 16, "came done": 16}


async def test_the_webhook_is_the_web_processes_and_its_registration_the_hearers(
    tg: FakeTelegram, clean_postgres_url: str
) -> None:
    ann, port = tg.person("Ann"), free_port()
    hook = {"mode": "webhook", "webhook_url": f"http://127.0.0.1:{port}/telegram/hook", "webhook_secret": SECRET}
    async with several(clean_postgres_url, tg, **hook) as bot:
        await (await bot.start(Role.WEB, port=port)).well()
        await (await bot.start(Role.RECEIVE)).well()
        await (await bot.start(Role.WORK)).well()
        ann.says("/help")
        await tg.until(lambda: tg.dm(ann))
        nobody = bot.processes[1]
        assert (await nobody.client.post(f"{nobody.url}/telegram/hook", json={})).status_code == 404


async def test_on_discord_too_one_hears_and_another_answers(clean_postgres_url: str) -> None:
    async with FakeDiscord(now=CLOCK.now) as dc:
        bob = dc.person("Bob")
        dc.adds_bot(dc.group("Study", members=[bob]), by=bob)
        async with several(clean_postgres_url, dc) as bot:
            await (await bot.start(Role.RECEIVE)).well()
            await (await bot.start(Role.WORK)).well()
            bob.says("/help")
            await dc.until(lambda: dc.dm(bob) and not dc.dm(bob)[0].loading)
            assert "What I understand here" in dc.dm(bob)[0].text
        assert not dc.failed_interactions
