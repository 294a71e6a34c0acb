"""A fake Discord with unmodified discord.py before it, and two people in a guild."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
import httpx
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from .discord import FakeDiscord, Group, Person
from .stage import Hand

INTENTS = discord.Intents(guilds=True, dm_messages=True, guild_messages=True)


class Client(discord.Client):
    """discord.py as it is, but for the five seconds it sleeps before it identifies anew; it remembers what it heard."""

    def __init__(self, **options: Any) -> None:
        super().__init__(intents=options.pop("intents", INTENTS), guild_ready_timeout=0.05, enable_debug_events=True, **options)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[str] = []
        self.interactions: list[discord.Interaction[Any]] = []
        self.messages: list[discord.Message] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without the pause."""

    async def on_socket_event_type(self, name: str) -> None:
        self.heard.append(name)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        self.interactions.append(interaction)

    async def on_message(self, message: discord.Message) -> None:
        self.messages.append(message)


@dataclass
class Stage:
    dc: FakeDiscord
    bot: Client
    clock: Hand
    raw: httpx.AsyncClient
    ann: Person
    bob: Person
    group: Group
    running: asyncio.Task[None] | None = field(default=None)

    @classmethod
    def alone(cls, dc: FakeDiscord, bot: Client, clock: Hand | None = None) -> "Stage":
        """A stage with another server or client than the fixture's."""
        ann, bob = dc.person("Ann"), dc.person("Боб")
        group = dc.group("Study", members=[ann, bob])
        dc.adds_bot(group, by=ann)
        return cls(dc, bot, clock or Hand(), httpx.AsyncClient(), ann, bob, group)

    async def start(self, bot: Client | None = None) -> None:
        """Log in and connect; back when the bot is ready, or with what kept it from that."""
        self.bot = bot or self.bot
        await self.bot.login(self.dc.token)
        self.running = asyncio.get_running_loop().create_task(self.bot.connect())
        ready = asyncio.get_running_loop().create_task(self.bot.wait_until_ready())
        await asyncio.wait([self.running, ready], return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if self.running.done():
            await self.running

    async def stop(self) -> None:
        """Close the client as its owner would."""
        await self.bot.close()
        if self.running is not None:
            await self.running

    async def heard(self) -> None:
        """The bot has taken all it was told, and its handlers have begun."""
        await self.dc.heard()
        await asyncio.sleep(0)

    async def interaction(self) -> discord.Interaction[Any]:
        """The newest interaction, once it arrived."""
        await self.heard()
        return self.bot.interactions[-1]

    async def call(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """A request past the library."""
        headers = {"Authorization": f"Bot {self.dc.token}"}
        return await self.raw.request(method, f"{self.dc.url}{path}", json=body, headers=headers, **options)

    async def get(self, path: str) -> Any:
        """What is there."""
        return (await self.call("GET", path)).json()

    async def refusal(self, method: str, path: str, body: Any = None) -> tuple[int, int]:
        """Status and code of the refusal."""
        answer = await self.call(method, path, body)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["code"]


@asynccontextmanager
async def talking_to(dc: FakeDiscord) -> AsyncIterator[None]:
    """Point discord.py's two addresses at the fake, and back."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = dc.url, yarl.URL(dc.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


def custom_id(interaction: discord.Interaction[Any]) -> str:
    """Which button, menu or form it came from."""
    data: Any = interaction.data
    return str(data["custom_id"])
