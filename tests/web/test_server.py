"""The bot's own web server: where it listens, and how it ends."""

import asyncio
import socket
from contextlib import suppress

import httpx
import pytest

from bot.web.server import Health, Site, application, serve

WELL = Health(database=True, loops=True, platforms={"telegram": True})


async def well() -> Health:
    return WELL


async def nothing() -> None:
    pass


async def ill() -> Health:
    return Health(database=True, loops=False, platforms={"telegram": True})


async def test_health_in_a_word_and_by_its_status() -> None:
    for health, status in ((well, 200), (ill, 503)):
        transport = httpx.ASGITransport(application(Site(health, nothing)))
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
            answer = await client.get("/healthz")
            assert (answer.status_code, answer.json()["loops"]) == (status, health is well)
            metrics = await client.get("/metrics")
            assert metrics.headers["content-type"].startswith("text/plain")
            assert "plan_e_updates_received_total" in metrics.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "0.0.0.0"])
async def test_it_listens_where_it_is_told(host: str) -> None:
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(serve(host=host, port=0, site=Site(well, nothing)))
        await asyncio.sleep(0.05)
        assert not serving.done()
        serving.cancel()


@pytest.mark.parametrize(
    ("host", "says"), [("127.0.0.1", "in use"), ("192.0.2.1", "cannot assign"), ("no.such.host.invalid", "")]
)
async def test_a_place_that_cannot_be_had_is_an_error_of_the_systems(host: str, says: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=rf"cannot listen on {host}:{port}: .*{says}"):
            await serve(host=host, port=port, site=Site(well, nothing))


async def test_cancelled_before_it_began_it_ends_all_the_same() -> None:
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(serve(host="127.0.0.1", port=0, site=Site(well, nothing)))
        serving.cancel()


async def test_an_open_request_does_not_keep_it_from_ending() -> None:
    asked, never = asyncio.Event(), asyncio.Event()
    with socket.create_server(("127.0.0.1", 0)) as place:
        port = place.getsockname()[1]

    async def hangs() -> Health:
        asked.set()
        await never.wait()
        return WELL

    async def ask() -> None:
        async with httpx.AsyncClient(timeout=20) as client:
            while True:
                with suppress(httpx.HTTPError):
                    await client.get(f"http://127.0.0.1:{port}/healthz")
                await asyncio.sleep(0.01)

    async with asyncio.timeout(9), asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(serve(host="127.0.0.1", port=port, site=Site(hangs, nothing)))
        asking = tasks.create_task(ask())
        await asked.wait()
        serving.cancel()
        await asyncio.wait([serving])
        asking.cancel()
