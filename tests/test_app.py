"""The whole bot as a process: it comes up, tells how it is, hears by poll or webhook, and stops in time."""

import asyncio
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.app import App
from bot.clock import SystemClock
from bot.config import Settings
from bot.engine import Engine
from bot.services import housekeeping
from bot.store import migrate
from bot.store.database import Database, Tx
from bot.store.schema import inbox, outbox
from tests.fakes.discord import FakeDiscord
from tests.fakes.telegram import FakeTelegram, Hang, Status
from tests.flows.stage import telegram_of

CLOCK = SystemClock()
SECRET = "hook-secret_1"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as place:
        return int(place.getsockname()[1])


@pytest.fixture
async def tg() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(now=CLOCK.now) as server:
        yield server


class Running:
    """An app at work in this process, and a client that looks at it from outside."""

    def __init__(self, app: App, port: int, client: httpx.AsyncClient) -> None:
        self.app, self.url, self.client = app, f"http://127.0.0.1:{port}", client

    @property
    def engine(self) -> Engine:
        assert self.app.engine is not None
        return self.app.engine

    async def health(self) -> httpx.Response:
        while True:
            with suppress(httpx.ConnectError):
                return await self.client.get(f"{self.url}/healthz")
            await asyncio.sleep(0.01)

    async def well(self) -> None:
        while (await self.health()).status_code != 200:  # noqa: ASYNC110 - asked from outside, as an operator does
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running(
    tg: FakeTelegram, folder: Path, discord: dict[str, Any] | None = None, **telegram: Any
) -> AsyncIterator[Running]:
    port = free_port()
    url = f"sqlite+aiosqlite:///{folder}/plan-e.db"
    if telegram.get("mode") == "webhook":
        telegram |= {"webhook_url": f"http://127.0.0.1:{port}/telegram/hook", "webhook_secret": SECRET}
    settings = Settings.model_validate(
        {"database": {"url": url}, "telegram": {"token": tg.token, "api_base_url": tg.url, **telegram}, "web": {"port": port}}
        | {"discord": discord or {}}
    )
    await migrate.upgrade(url)
    app, stop = App(settings, CLOCK), asyncio.Event()
    try:
        async with asyncio.timeout(30), httpx.AsyncClient() as client, asyncio.TaskGroup() as tasks:
            tasks.create_task(app.run(stop))
            yield Running(app, port, client)
            stop.set()
    finally:
        await app.close()


async def test_it_hears_answers_and_says_how_it_is(tg: FakeTelegram, tmp_path: Path) -> None:
    ann = tg.person("Ann")
    async with running(tg, tmp_path) as bot:
        await bot.well()
        ann.says("/help")
        await tg.until(lambda: tg.dm(ann))
        metrics = (await bot.client.get(f"{bot.url}/metrics")).text
        await tg.until(lambda: tg.listening)
    assert "What I understand here" in tg.dm(ann)[0].text
    assert "plan_e_updates_received_total" in metrics
    assert 'plan_e_sends_total{act="send",outcome="sent",platform="telegram"}' in metrics
    assert not tg.refusals
    await _all_is_told(tmp_path)


async def test_it_speaks_on_both_platforms_at_once(tg: FakeTelegram, tmp_path: Path) -> None:
    async with FakeDiscord(now=CLOCK.now) as dc:
        ann, bob = tg.person("Ann"), dc.person("Bob")
        dc.adds_bot(dc.group("Study", members=[bob]), by=bob)
        async with running(tg, tmp_path, {"token": dc.token, "api_base_url": dc.url}) as bot:
            await bot.well()
            assert (await bot.health()).json() == {"database": True, "loops": True, "telegram": True, "discord": True}
            ann.says("/help")
            bob.says("/help")
            await tg.until(lambda: tg.dm(ann))
            await dc.until(lambda: dc.dm(bob) and not dc.dm(bob)[0].loading)
            dc.drops_gateway()
            bob.says("/today")
            await dc.until(lambda: not dc.unanswered(bob))
        assert "What I understand here" in dc.dm(bob)[0].text
        assert not dc.refusals
        assert not dc.failed_interactions


async def _all_is_told(folder: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{folder}/plan-e.db")
    async with database.read() as tx:
        assert set((await tx.execute(select(inbox.c.state))).scalars()) == {"done"}
        assert set((await tx.execute(select(outbox.c.state))).scalars()) == {"sent"}
    await database.close()


async def test_it_is_not_well_while_telegram_cannot_be_had(tg: FakeTelegram, tmp_path: Path) -> None:
    tg.fault("getMe", Status(502), times=1)
    async with running(tg, tmp_path) as bot:
        early = await bot.health()
        assert early.status_code == 503
        assert early.json() == {"database": True, "loops": False, "telegram": False}
        await bot.well()
        telegram_of(bot.engine).alive = False
        assert (await bot.health()).json()["telegram"] is False


async def test_it_is_not_well_without_its_database(tg: FakeTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def gone(_tx: Tx) -> None:
        raise OSError("disk gone")

    async with running(tg, tmp_path) as bot:
        await bot.well()
        monkeypatch.setattr(housekeeping, "look", gone)
        ill = await bot.health()
    assert (ill.status_code, ill.json()) == (503, {"database": False, "loops": True, "telegram": True})


async def test_a_loop_that_dies_ends_the_process(tg: FakeTelegram, tmp_path: Path) -> None:
    async def breaks(**_: Any) -> int:
        raise ZeroDivisionError

    async def run() -> None:
        async with running(tg, tmp_path) as bot:
            bot.engine.inbox.work = breaks  # type: ignore[method-assign] # that is the trouble
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup) as ended:
        await run()
    assert ended.group_contains(ZeroDivisionError)


# --- the webhook


async def test_updates_are_brought_to_the_webhook_and_stored_before_it_says_so(tg: FakeTelegram, tmp_path: Path) -> None:
    ann = tg.person("Ann")
    async with running(tg, tmp_path, mode="webhook") as bot:
        await bot.well()
        update = ann.says("/help")
        await tg.until(lambda: tg.dm(ann))
        assert tg.pending == 0
        hook = f"{bot.url}/telegram/hook"
        again = await bot.client.post(hook, json=update, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET})
        assert again.status_code == 200
        wrong = [
            (await bot.client.post(hook, headers=headers, content=content)).status_code
            for headers, content in (
                ({}, b"{}"),
                ({"X-Telegram-Bot-Api-Secret-Token": "guess"}, b"{}"),
                ({"X-Telegram-Bot-Api-Secret-Token": SECRET}, b"{}"),
                ({"X-Telegram-Bot-Api-Secret-Token": SECRET}, b"[1]"),
                ({"X-Telegram-Bot-Api-Secret-Token": SECRET}, b"not json \xff"),
                ({"X-Telegram-Bot-Api-Secret-Token": SECRET}, b"[" * 100_000),
                ({"X-Telegram-Bot-Api-Secret-Token": SECRET}, b" " * (1024 * 1024 + 1)),
            )
        ]
        assert wrong == [403, 403, 400, 400, 400, 400, 413]
        assert (await bot.client.get(hook)).status_code == 405
        assert (await bot.client.get(f"{bot.url}/elsewhere")).status_code == 404
    assert len(tg.dm(ann)) == 1
    await _all_is_told(tmp_path)


async def test_what_the_webhook_could_not_store_is_brought_again(tg: FakeTelegram, tmp_path: Path) -> None:
    ann = tg.person("Ann")
    async with running(tg, tmp_path, mode="webhook") as bot:
        await bot.well()
        store, broken = bot.engine.inbox.receive, [True, True]

        async def breaks(*updates: Any, **more: Any) -> None:
            if broken:
                broken.pop()
                raise OSError("disk full")
            await store(*updates, **more)

        bot.engine.inbox.receive = breaks  # type: ignore[method-assign] # that is the trouble
        ann.says("/help")
        await tg.until(lambda: tg.dm(ann))
    assert broken == []


async def test_a_webhook_that_cannot_be_set_at_once_is_set_later(
    tg: FakeTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.telegram.adapter._AFTER_A_CONFLICT", 0.01)
    tg.fault("setWebhook", Status(502))
    tg.fault("getWebhookInfo", Status(500))
    async with running(tg, tmp_path, mode="webhook") as bot:
        await tg.until(lambda: tg.counts["getwebhookinfo"] >= 2)
        await bot.well()


# --- stopping


@asynccontextmanager
async def process(tg: FakeTelegram, folder: Path) -> AsyncIterator[Process]:
    config = folder / "config.toml"
    config.write_text(
        f'[telegram]\ntoken = "{tg.token}"\napi_base_url = "{tg.url}"\n'
        f'[database]\nurl = "sqlite+aiosqlite:///{folder}/plan-e.db"\n[web]\nport = {free_port()}\n'
    )
    made = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", "--config", str(config), stdout=PIPE, stderr=PIPE
    )
    try:
        yield made
    finally:
        if made.returncode is None:
            made.kill()
        await made.communicate()


async def test_it_stops_in_time_while_polls_and_sends_hang(tg: FakeTelegram, tmp_path: Path) -> None:
    ann = tg.person("Ann")
    tg.fault("sendMessage", Hang(), times=9)
    ann.says("/help")
    async with process(tg, tmp_path) as bot:
        await tg.until(lambda: tg.counts["sendmessage"] and tg.listening, within=30)
        bot.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            _, told = await bot.communicate()
    assert bot.returncode == 0, told.decode()


async def test_what_is_on_its_way_lands_before_it_stops(tg: FakeTelegram, tmp_path: Path) -> None:
    ann, tg.latency = tg.person("Ann"), 0.5
    ann.says("/help")
    async with process(tg, tmp_path) as bot:
        await tg.until(lambda: tg.counts["sendmessage"], within=30)
        bot.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            await bot.communicate()
    assert len(tg.dm(ann)) == 1
    await _all_is_told(tmp_path)
