"""The Telegram adapter before the fake Telegram, over real HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from bot.config import TelegramSettings
from bot.events import Event
from bot.platforms.telegram.adapter import Telegram
from bot.store.inbox import Raw
from tests.fakes.telegram import FakeTelegram, Group, Person
from tests.props import Hand


def settings(tg: FakeTelegram, **more: Any) -> TelegramSettings:
    return TelegramSettings.model_validate({"token": tg.token, "api_base_url": tg.url, **more})


@dataclass
class Wire:
    """A started adapter, its server, two people, and what it received."""

    tg: FakeTelegram
    bot: Telegram
    clock: Hand
    ann: Person
    bob: Person
    got: list[Raw] = field(default_factory=list)
    heard: list[datetime | None] = field(default_factory=list)

    async def receive(self, updates: Any, heard: datetime | None) -> None:
        self.got += updates
        self.heard.append(heard)

    async def poll(self) -> list[Raw]:
        before = len(self.got)
        await self.bot.poll_once(self.receive)
        return self.got[before:]

    async def event(self) -> Event | None:
        """What the one new update says."""
        [one] = await self.poll()
        return self.bot.read(one.raw, received_at=self.clock.at)

    def group(self, rights: dict[str, bool] | None = None, *, supergroup: bool = True, forum: bool = False) -> Group:
        made = self.tg.group("Study", members=[self.ann, self.bob], supergroup=supergroup, forum=forum)
        self.tg.adds_bot(made, by=self.ann, rights=rights)
        return made


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    clock = Hand()
    async with FakeTelegram(now=clock) as tg:
        bot = Telegram(settings(tg), clock)
        await bot.start()
        tg.journal.clear()
        yield Wire(tg, bot, clock, tg.person("Ann", username="ann"), tg.person("Боб", last_name="Ё"))
        await bot.stop()
