"""What carries messages to Telegram: sends a second, and what a send and a poll cost the processor."""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.request import BaseRequest, HTTPXRequest

from benchmarks.crowd import FIRST_ACCOUNT
from benchmarks.measuring import fake_telegram, in_child, memory, steer
from benchmarks.table import show
from bot.platforms.telegram.wire import AiohttpRequest
from tests.fakes.telegram.server import TOKEN

ROUNDS, SENDS, PEOPLE, POLLS = 3, 384, 64, 400
LATENCY, IN_FLIGHT = 0.08, 64
TEXT: Final = "<b>Tuesday, 14 July</b>\n" + "\n".join(
    f"{n}. Chapter {n}: limits, series &amp; a few exercises (45 min)" for n in range(6)
)
ROWS: Final = [
    [InlineKeyboardButton(f"Choice {row}.{place}", callback_data=f"c:{row}:{place}") for place in range(2)] for row in range(3)
]

Send = Callable[[int], Awaitable[Any]]
Poll = Callable[[], Awaitable[Any]]


def measure() -> None:
    """Each client in a process of its own, by turns, before the same servers: sends to a far one, polls of a near one."""
    rounds: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    with fake_telegram(latency=LATENCY) as far, fake_telegram() as near:
        steer(far, {"do": "flood", "text": "/start", "count": PEOPLE, "people": PEOPLE})
        for _ in range(ROUNDS):
            for side in SIDES:
                rounds[side].append(in_child("benchmarks.transport", side, far, near))
    rows = [
        (side, *(f"{statistics.median(one[figure] for one in kept):.{digits}f}" for figure, digits in FIGURES))
        for side, kept in rounds.items()
    ]
    title = f"{SENDS} cards, {IN_FLIGHT} on their way at once, {LATENCY * 1000:.0f} ms to each answer; medians of {ROUNDS} rounds"
    show(title, ("", "sends a second", "ms of CPU a send", "ms of CPU a poll", "MiB at most"), rows)


FIGURES: Final = (("per_second", 0), ("send_ms", 2), ("poll_ms", 2), ("mib", 0))


@asynccontextmanager
async def _over(make: Callable[[str], BaseRequest], url: str) -> AsyncIterator[tuple[Send, Poll]]:
    """python-telegram-bot over a transport, and polls as the bot makes them."""
    sends, polls = make(url), make(url)
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=sends, get_updates_request=polls)
    async with bot:

        async def send(number: int) -> Any:
            return await bot.send_message(
                FIRST_ACCOUNT + number % PEOPLE, TEXT, parse_mode="HTML", reply_markup=InlineKeyboardMarkup(ROWS)
            )

        async def poll() -> Any:
            return polls.parse_json_payload(await polls.retrieve(f"{url}/bot{TOKEN}/getUpdates?offset=0&limit=100&timeout=0"))

        yield send, poll


@asynccontextmanager
async def _plain(url: str) -> AsyncIterator[tuple[Send, Poll]]:
    """aiohttp, and nothing of python-telegram-bot."""
    body: dict[str, Any] = {"text": TEXT, "parse_mode": "HTML", "reply_markup": InlineKeyboardMarkup(ROWS).to_dict()}
    async with aiohttp.ClientSession() as session:

        async def send(number: int) -> Any:
            to = {"chat_id": FIRST_ACCOUNT + number % PEOPLE}
            async with session.post(f"{url}/bot{TOKEN}/sendMessage", json=body | to) as answer:
                return (await answer.json())["result"]

        async def poll() -> Any:
            async with session.get(f"{url}/bot{TOKEN}/getUpdates?offset=0&limit=100&timeout=0") as answer:
                return await answer.json()

        yield send, poll


def _httpx(connections: int) -> Callable[[str], BaseRequest]:
    return lambda _url: HTTPXRequest(connection_pool_size=connections, read_timeout=60, connect_timeout=60, pool_timeout=60)


SIDES: dict[str, Callable[[str], Any]] = {
    "PTB over httpx, 8 connections": lambda url: _over(_httpx(8), url),
    "PTB over httpx, 64 connections": lambda url: _over(_httpx(IN_FLIGHT), url),
    "PTB over aiohttp: Plan E": lambda url: _over(lambda to: AiohttpRequest(to, connections=IN_FLIGHT, connect=60), url),
    "aiohttp alone": _plain,
}


async def _measure(side: str, far: str, near: str) -> dict[str, float]:
    async with SIDES[side](far) as (send, _):
        await asyncio.gather(*(send(number) for number in range(IN_FLIGHT)))  # connections are made
        begun, cpu = time.perf_counter(), time.process_time()
        await _send_all(send)
        seconds, spent = time.perf_counter() - begun, time.process_time() - cpu
    async with SIDES[side](near) as (_, poll):
        await poll()
        cpu = time.process_time()
        for _ in range(POLLS):
            await poll()
        polled = time.process_time() - cpu
    figures = {"per_second": SENDS / seconds, "send_ms": spent / SENDS * 1000, "poll_ms": polled / POLLS * 1000}
    return {**figures, "mib": memory()[1]}


async def _send_all(send: Send) -> None:
    numbers = iter(range(SENDS))

    async def one_after_another() -> None:
        for number in numbers:
            await send(number)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(IN_FLIGHT):
            tasks.create_task(one_after_another())


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_measure(*sys.argv[1:]))))
