"""Hearing Telegram: nothing is confirmed before it is stored, and no trouble on the wire ends the poll."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import structlog

from bot.platforms.telegram.adapter import Telegram, TokenRefused
from bot.platforms.telegram.updates import ALLOWED
from bot.store.inbox import Raw
from tests.fakes.telegram import Dropped, FakeTelegram, Fault, Garbage, Hang, Lost, Status, TooMany
from tests.platforms.conftest import Wire, settings
from tests.props import NOON, Hand

SECOND = timedelta(seconds=1)


async def test_a_batch_is_confirmed_by_asking_for_the_next(wire: Wire) -> None:
    first = wire.ann.says("/start")["update_id"]
    wire.bob.says("/help")
    assert [one.update for one in await wire.poll()] == [str(first), str(first + 1)]
    assert wire.tg.pending == 2
    assert await wire.poll() == []
    assert wire.tg.pending == 0
    assert wire.heard == [NOON - SECOND, NOON - SECOND]


async def test_what_could_not_be_stored_comes_again(wire: Wire) -> None:
    wire.ann.says("/start")

    async def breaks(_updates: Sequence[Raw], _heard: datetime | None) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        await wire.bot.poll_once(breaks)
    assert len(await wire.poll()) == 1


async def test_a_full_batch_is_not_all_there_is(wire: Wire) -> None:
    for n in range(101):
        wire.ann.says(f"{n}")
    assert len(await wire.poll()) == 100
    assert len(await wire.poll()) == 1
    assert wire.heard == [None, NOON - SECOND]


@pytest.mark.parametrize(
    ("says", "late", "heard"),
    [
        pytest.param(False, 29, 29, id="a wait that ended early"),
        pytest.param(False, 30, 30, id="a wait to its end"),
        pytest.param(False, 600, 30, id="an empty answer that lay there for ten minutes"),
        pytest.param(True, 600, 0, id="updates that lay there for ten minutes"),
        pytest.param(True, 5, 0, id="updates that came at once"),
    ],
)
async def test_an_answer_tells_of_when_it_was_made(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, says: bool, late: int, heard: int
) -> None:
    """A machine that sleeps with a poll on its way finds the answer of before when it wakes."""
    retrieve = wire.bot._polls.retrieve

    async def slowly(url: str, **more: Any) -> bytes:
        answer = await retrieve(url.replace("timeout=30", "timeout=0"), **more)
        wire.clock.passes(seconds=late)
        return answer

    monkeypatch.setattr(wire.bot._polls, "retrieve", slowly)
    if says:
        wire.ann.says("/start")
    await wire.bot.poll_once(wire.receive, timeout=30)
    assert wire.heard == [NOON + timedelta(seconds=heard) - SECOND]


async def test_it_subscribes_to_what_it_reads_and_nothing_else(wire: Wire) -> None:
    await wire.poll()
    [call] = wire.tg.calls("getUpdates")
    assert call.params["allowed_updates"] == list(ALLOWED)
    note = wire.ann.says("/start")
    wire.ann.edits(note, "/stop")
    wire.ann.reacts(note, "👍")
    assert [set(one.raw) - {"update_id"} for one in await wire.poll()] == [{"message"}]


@pytest.mark.parametrize("fault", [Garbage(), Status(502), Status(500), Dropped(), Lost(), TooMany(0), Status(404), Status(403)])
async def test_no_trouble_ends_the_poll(wire: Wire, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    waited = _without_waiting(monkeypatch)
    wire.tg.fault("getUpdates", fault, times=3)
    wire.ann.says("/start")
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        polling = tasks.create_task(wire.bot.poll(wire.receive))
        await wire.tg.until(lambda: wire.got and wire.tg.listening)
        polling.cancel()
    assert [one.raw["message"]["text"] for one in wire.got] == ["/start"]
    assert wire.bot.alive
    assert all(seconds <= 30 for seconds in waited)


@pytest.mark.parametrize(
    "body", ["[]", '{"ok":true}', '{"ok":true,"result":{}}', '{"ok":true,"result":[1]}', '{"ok":true,"result":[{}]}']
)
async def test_an_answer_of_another_shape_is_trouble_too(wire: Wire, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _without_waiting(monkeypatch)
    answers = [body.encode()]
    retrieve = wire.bot._polls.retrieve

    async def odd(url: str, **more: Any) -> bytes:
        return answers.pop() if answers else await retrieve(url, **more)

    monkeypatch.setattr(wire.bot._polls, "retrieve", odd)
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        polling = tasks.create_task(wire.bot.poll(wire.receive))
        await wire.tg.until(lambda: wire.tg.listening)
        polling.cancel()
    assert answers == []


async def test_a_second_poller_is_told_of_and_outlived(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    waited = _without_waiting(monkeypatch)
    with structlog.testing.capture_logs() as log:
        async with asyncio.timeout(10), httpx.AsyncClient() as other, asyncio.TaskGroup() as tasks:
            polling = tasks.create_task(wire.bot.poll(wire.receive))
            await wire.tg.until(lambda: wire.tg.listening)
            await other.get(f"{wire.tg.url}/bot{wire.tg.token}/getUpdates")
            await wire.tg.until(lambda: wire.tg.counts["getupdates"] >= 3 and wire.tg.listening)
            polling.cancel()
    assert "another process hears this bot's updates" in log[0]["event"]
    assert 5.0 in waited


async def test_a_webhook_in_the_way_is_taken_off(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    _without_waiting(monkeypatch)
    wire.tg.world.updates.set_webhook({"url": "http://127.0.0.1:1/"})
    wire.tg.fault("deleteWebhook", Status(502))
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        polling = tasks.create_task(wire.bot.poll(wire.receive))
        await wire.tg.until(lambda: wire.tg.listening)
        polling.cancel()
    assert wire.tg.world.updates.webhook == {}


async def test_cancelled_in_a_hanging_poll_it_ends_at_once(wire: Wire) -> None:
    wire.tg.fault("getUpdates", Hang())
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        polling = tasks.create_task(wire.bot.poll(wire.receive))
        await wire.tg.until(lambda: wire.tg.counts["getupdates"])
        polling.cancel()


# --- starting


async def test_a_wrong_token_is_said_plainly() -> None:
    clock = Hand()
    async with FakeTelegram(now=clock) as tg:
        bot = Telegram(settings(tg, token="1:wrong"), clock)
        with pytest.raises(TokenRefused, match="does not know this bot token") as refused:
            await bot.start()
        await bot.stop()
    assert "1:wrong" not in str(refused.value)


@pytest.mark.parametrize("fault", [Garbage(), Status(502), Dropped(), TooMany(1)])
async def test_it_waits_for_telegram(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, waited = Hand(), _without_waiting(monkeypatch)
    async with FakeTelegram(now=clock) as tg:
        tg.fault("getMe", fault, times=2)
        bot = Telegram(settings(tg), clock)
        async with asyncio.timeout(10):
            await bot.start()
        assert (bot.name, bot.alive, len(waited)) == ("plan_e_bot", True, 2)
        await bot.stop()


def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let the adapter's own waits pass at once, and remember them."""
    waited: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        if seconds > 0.05:
            waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr("bot.platforms.telegram.adapter.asyncio.sleep", note)
    return waited
