"""The Discord adapter before the fake Discord, over real HTTP and WebSocket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.commands import COMMANDS
from bot.config import DiscordSettings
from bot.events import Event
from bot.messenger import Target
from bot.platforms.discord.adapter import Discord
from bot.store.database import Database
from bot.store.inbox import Raw
from bot.store.inbox import store as keep
from bot.ui.words import Words
from tests.fakes.discord import FakeDiscord, Group, Person
from tests.props import Hand, database_file


def settings(dc: FakeDiscord, **more: Any) -> DiscordSettings:
    return DiscordSettings.model_validate({"token": dc.token, "api_base_url": dc.url, **more})


@dataclass
class Line:
    """A started adapter that hears, its server, two people in a group, and what it received."""

    dc: FakeDiscord
    bot: Discord
    clock: Hand
    database: Database
    ann: Person
    bob: Person
    group: Group
    got: list[Raw] = field(default_factory=list)
    heard: list[datetime | None] = field(default_factory=list)

    async def receive(self, updates: Any, heard: datetime | None) -> None:
        async with self.database.write() as tx:
            await keep(tx, updates, at=self.clock.at)
        self.got += updates
        self.heard.append(heard)

    async def caught_up(self) -> None:
        """All that was said has been stored."""
        async with asyncio.timeout(10):
            while not self.dc.listening or self._stored < self.dc.sequence:  # noqa: ASYNC110 - two programs are waited for
                await asyncio.sleep(0.002)

    @property
    def _stored(self) -> int:
        """How much of what was sent in the newest session is stored."""
        stored, live = self.bot.hearing.stored, self.dc.gateway.live
        return stored.sequence if stored and live and stored.id == live[-1].id else 0

    async def new(self) -> list[Raw]:
        """What came since the last look."""
        await self.caught_up()
        fresh, self.got = self.got, []
        return fresh

    async def event(self) -> Event | None:
        """What the one new update says."""
        [one] = await self.new()
        return self.bot.read(one.raw, received_at=self.clock.at)

    @property
    def to_ann(self) -> Target:
        return Target(str(self.ann.id))

    @property
    def to_group(self) -> Target:
        return Target(str(self.group.id), private=False)

    @asynccontextmanager
    async def hearing(self) -> AsyncIterator[None]:
        """While the gateway is connected."""
        listening = asyncio.get_running_loop().create_task(self.bot.hear(self.receive))
        try:
            await self.caught_up()
            yield
        finally:
            listening.cancel()
            await asyncio.wait([listening])
            if not listening.cancelled():
                listening.result()


@asynccontextmanager
async def line(folder: Path, **more: Any) -> AsyncIterator[Line]:
    """An adapter that has started and registered its commands."""
    clock = Hand()
    async with FakeDiscord(now=clock, **more) as dc:
        database = await database_file(folder)
        bot = Discord(settings(dc), clock, database)
        ann, bob = dc.person("Ann", username="ann"), dc.person("Боб")
        group = dc.group("Study", members=[ann, bob])
        dc.adds_bot(group, by=ann)
        made = Line(dc, bot, clock, database, ann, bob, group)
        try:
            await bot.start()
            await bot.register(COMMANDS, Words("en", "UTC", clock.at))
            yield made
        finally:
            await made.bot.stop()
            await database.close()
