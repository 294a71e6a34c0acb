"""The fake Discord as a process of its own, steered over HTTP."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import discord
import httpx
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from .discord.server import TOKEN
from .discord_stage import Client

ROOT = Path(__file__).resolve().parents[2]


async def test_the_server_as_a_process() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.discord", "--port", "0", "--rates", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    api, gateway = [(await process.stdout.readline()).decode().strip() for _ in range(2)]
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = api, yarl.URL(gateway)
    bot, answered = Client(), asyncio.Event()

    @bot.tree.command(description="x")
    async def today(interaction: discord.Interaction[Any]) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Done", custom_id="done"))
        await interaction.response.send_message("The card", view=view)
        answered.set()

    try:
        async with httpx.AsyncClient(base_url=api.removesuffix("/api/v10")) as raw:

            async def act(**order: Any) -> Any:
                return (await raw.post("/control", json=order)).json()

            assert (await act(do="group", title="Study", members=["Ann", "Bob"]))["t"] == "GUILD_CREATE"
            await bot.login(TOKEN)
            running = asyncio.get_running_loop().create_task(bot.connect())
            await bot.wait_until_ready()
            await bot.tree.sync()
            assert "s" in await act(do="says", person="Ann", text="/today")
            await answered.wait()
            assert [one["text"] for one in await act(do="seen", person="Ann")] == ["The card"]
            assert (await act(do="presses", person="Ann", label="Done"))["d"]["data"]["custom_id"] == "done"
            assert await act(do="flood", text="hello {n}", count=20, people=4) == {"said": 20}
            assert await act(do="fault", method="create_message", fault="Status", code=502) == {"planned": 1}
            assert await act(do="drop") == {"dropped": True}
            assert "error" in await act(do="nonsense")
            assert "error" in await act(do="says", person="Ann", text="/nothing")
            assert (await act(do="clock", at="2036-06-30T23:59:00+01:00"))["at"].startswith("2036-06-30T22:59:0")
            stats = (await raw.get("/control/stats")).json()
            assert (stats["refused"], stats["failed"], stats["calls"]["create_interaction_response"]) == (0, 1, 1)
            await bot.close()
            await running
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
        process.terminate()
    assert await process.wait() == 0
