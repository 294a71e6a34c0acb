"""How the fake Telegram hands over updates, and what goes wrong between it and the bot."""

import asyncio
import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from telegram import (
    Message,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, Conflict, NetworkError, RetryAfter, TelegramError, TimedOut

from .stage import Hand, Stage
from .telegram import Dropped, FakeTelegram, Fault, Garbage, Hang, Lost, RateLimits, Status, TooMany

# --- handing over updates


async def test_updates_stay_until_confirmed(stage: Stage) -> None:
    tg, bot, ann = stage.tg, stage.bot, stage.ann
    first = ann.says("/start")["update_id"]
    ann.says("two")
    ann.says("three")
    assert [one.update_id for one in await bot.get_updates(limit=2)] == [first, first + 1]
    assert [one.update_id for one in await bot.get_updates(offset=first + 1)] == [first + 1, first + 2]
    assert tg.pending == 2
    assert [one.update_id for one in await bot.get_updates(offset=-1)] == [first + 2]
    assert tg.pending == 1
    stage.clock.at += timedelta(hours=24, seconds=1)
    assert await bot.get_updates() == ()
    assert len(await bot.get_updates(offset=ann.says("four")["update_id"] + 9)) == 1  # an offset from the future is not believed
    await bot.get_updates(allowed_updates=["callback_query"])
    assert "update_id" not in ann.says("not subscribed")


async def test_a_long_poll_wakes_at_once_and_a_second_one_ends_it(stage: Stage) -> None:
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(stage.bot.get_updates(timeout=30))
        await stage.tg.until(lambda: stage.tg.listening)
        stage.ann.says("/start")
        [update] = await waiting
        first = group.create_task(_outcome(stage.bot.get_updates(offset=update.update_id + 1, timeout=30)))
        await stage.tg.until(lambda: stage.tg.listening)
        second = group.create_task(stage.call("getUpdates", offset=update.update_id + 1, timeout=3))
        assert isinstance(problem := await first, Conflict)
        assert "terminated by other getUpdates request; make sure that only one bot instance is running" in str(problem)
        stage.ann.says("again")
        assert len((await second)["result"]) == 1


async def test_setting_a_webhook_ends_an_open_poll(stage: Stage) -> None:
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(stage.call("getUpdates", timeout=30))
        await stage.tg.until(lambda: stage.tg.listening)
        await stage.call("setWebhook", url="https://x.org/hook")
        assert (await waiting)["description"] == "Conflict: terminated by setWebhook request"
    stage.tg.world.updates.set_webhook({})


async def _outcome(polling: Any) -> Exception | tuple[Update, ...]:
    try:
        updates: tuple[Update, ...] = await polling
    except TelegramError as problem:
        return problem
    return updates


async def test_the_webhook_gets_updates_in_order_until_it_says_yes(stage: Stage) -> None:
    taken: list[tuple[str, int]] = []
    answers = [500, 200, 404, 200, 200]

    async def receive(request: web.Request) -> web.Response:
        update = await request.json()
        taken.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], update["message"]["message_id"]))
        return web.Response(status=answers[len(taken) - 1])

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    assert (
        await stage.refusal("setWebhook", url="http://x.org/hook")
        == "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    )
    await stage.bot.set_webhook(url, secret_token="s3cret", allowed_updates=["message"])
    with pytest.raises(Conflict, match=r"(?i)can't use getUpdates method while webhook is active"):
        await stage.bot.get_updates()
    for text in ("/start", "two", "three"):
        stage.ann.says(text)
    await stage.tg.until(lambda: not stage.tg.pending)
    assert taken == [("s3cret", number) for number in (1, 1, 2, 2, 3)]
    info = await stage.bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == (url, 0)
    await stage.bot.delete_webhook()
    assert await stage.bot.get_updates() == ()
    await runner.cleanup()


# --- what goes wrong on the wire


async def test_faults(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # without it the library warns of its own future
    faults: list[tuple[Fault, type[TelegramError], bool]] = [
        (Lost(), NetworkError, True),
        (Dropped(), NetworkError, False),
        (Status(502), NetworkError, False),
        (Status(502, performed=True), NetworkError, True),
        (Garbage(), TelegramError, True),
        (TooMany(5), RetryAfter, False),
        (Hang(), TimedOut, True),
    ]
    tg, bot, ann = stage.tg, stage.bot, stage.ann
    ann.says("/start")
    for number, (fault, expected, performed) in enumerate(faults):
        tg.fault("sendMessage", fault, chat=ann)
        before = len(tg.dm(ann))
        with pytest.raises(expected):
            await bot.send_message(ann.id, f"message {number}", read_timeout=0.2)
        assert len(tg.dm(ann)) - before == performed
    assert [one.outcome for one in tg.calls("sendMessage")] == [
        "lost", "dropped", "status", "status", "garbage", "429 Too Many Requests: retry after 5", "hang",
    ]  # fmt: skip
    await bot.send_message(ann.id, "fine again", reply_parameters=ReplyParameters(99, allow_sending_without_reply=True))
    assert not tg.refusals


async def test_a_repeated_edit_after_a_lost_answer_is_no_defect(stage: Stage) -> None:
    stage.ann.says("/start")
    sent: Message = await stage.bot.send_message(stage.ann.id, "a")
    stage.tg.fault("editMessageText", Lost(), times=1)
    with pytest.raises(NetworkError):
        await sent.edit_text("b")
    with pytest.raises(BadRequest, match=r"(?i)not modified"):
        await sent.edit_text("b")
    assert not stage.tg.refusals


async def test_rate_limits_when_asked_for() -> None:
    clock = Hand()
    async with FakeTelegram(now=clock, rates=RateLimits()) as tg, httpx.AsyncClient() as raw:
        ann = tg.person("Ann")
        ann.says("/start")
        group = tg.group("Study", members=[ann])
        tg.adds_bot(group, by=ann)

        async def send(chat: int) -> dict[str, Any]:
            answer = await raw.post(f"{tg.url}/bot{tg.token}/sendMessage", data={"chat_id": chat, "text": "x"})
            return dict(answer.json())

        assert [(await send(ann.id))["ok"] for _ in range(4)] == [True, True, True, False]
        assert (await send(ann.id))["parameters"] == {"retry_after": 1}
        clock.at += timedelta(seconds=1)
        assert (await send(ann.id))["ok"]
        outcomes = []
        for _ in range(40):
            clock.at += timedelta(seconds=1)
            outcomes.append((await send(group.id))["ok"])
        assert sum(outcomes) < 40
        assert outcomes[:20] == [True] * 20
        assert all("429" in one.outcome for one in tg.refusals)


# --- as a process of its own


async def test_the_server_as_a_process() -> None:
    root = Path(__file__).resolve().parents[2]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.telegram", "--port", "0", cwd=root, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()

    async with httpx.AsyncClient(base_url=url) as raw:

        async def act(**order: Any) -> Any:
            return (await raw.post("/control", json=order)).json()

        assert (await act(do="says", person="Ann", text="/start"))["message"]["text"] == "/start"
        assert (await act(do="flood", text="/checkin {n}m", count=250, people=10))["pending"] == 251
        bot = f"/bot{FakeTelegram(now=Hand()).token}"
        updates = (await raw.get(f"{bot}/getUpdates")).json()["result"]
        ann = updates[0]["message"]["chat"]["id"]
        markup = json.dumps({"inline_keyboard": [[{"text": "Done", "callback_data": "d"}]]})
        assert len(updates) == 100
        assert (await raw.post(f"{bot}/sendMessage", data={"chat_id": ann, "text": "hi", "reply_markup": markup})).json()["ok"]
        assert (await act(do="presses", person="Ann", label="Done"))["callback_query"]["data"] == "d"
        assert [one["text"] for one in await act(do="seen", person="Ann")] == ["hi"]
        assert (await act(do="group", title="Study", members=["Ann", "Bob"]))["my_chat_member"]["chat"]["title"] == "Study"
        assert (await act(do="clock", at="2026-06-30T23:59:00+01:00"))["at"].startswith("2026-06-30T22:59:0")
        assert (await act(do="fault", method="sendMessage", fault="Status", code=502)) == {"planned": 1}
        assert "error" in await act(do="nonsense")
        stats = (await raw.get("/control/stats")).json()
        assert (stats["calls"], stats["pending"], stats["refused"]) == ({"getupdates": 1, "sendmessage": 1}, 254, 0)
    process.terminate()
    await process.communicate()
    assert process.returncode == 0
