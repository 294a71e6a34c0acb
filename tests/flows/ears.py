"""How a flow lets the bot hear what was just said, on each platform; and how its people type."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.commands import find
from bot.commands.table import Kind
from bot.engine import Engine
from bot.platforms.discord.adapter import Discord
from bot.platforms.telegram.adapter import Telegram
from bot.store.inbox import Raw
from tests.fakes.discord.seen import seen as seen_on_discord
from tests.fakes.telegram.seen import seen_in


class Ear(Protocol):
    """One platform's way."""

    async def open(self, bot: Engine) -> None: ...

    async def close(self) -> None: ...

    async def listen(self, bot: Engine) -> int:
        """Store all that was said; return how much that was."""

    def typed(self, text: str) -> str:
        """How people type it there."""

    def again(self, message: Any) -> Any:
        """A message as it looks now."""


class TelegramEar:
    """Polls."""

    def __init__(self, fake: Any) -> None:
        self._fake = fake

    async def open(self, bot: Engine) -> None:
        """Nothing stays open."""

    async def close(self) -> None:
        """Nothing stays open."""

    async def listen(self, bot: Engine) -> int:
        telegram = next(one for one in bot.platforms if isinstance(one, Telegram))
        return await telegram.poll_once(bot.ear(telegram))

    def typed(self, text: str) -> str:
        return text

    def again(self, message: Any) -> Any:
        return next(seen for seen in seen_in(self._fake.world, message.chat_id) if seen.id == message.id)


class DiscordEar:
    """Stays connected, and waits until all that was sent over the gateway is stored."""

    def __init__(self, fake: Any) -> None:
        self._fake = fake
        self._hearing: asyncio.Task[None] | None = None
        self._stored = 0

    async def open(self, bot: Engine) -> None:
        discord = _discord_of(bot)
        ear = bot.ear(discord)

        async def receive(updates: Sequence[Raw], heard: datetime | None) -> None:
            await ear(updates, heard)
            self._stored += len(updates)

        self._hearing = asyncio.get_running_loop().create_task(discord.hear(receive))
        await self.listen(bot)

    async def close(self) -> None:
        if self._hearing is not None:
            self._hearing.cancel()
            await asyncio.wait([self._hearing])
            self._hearing = None

    async def listen(self, bot: Engine) -> int:
        hearing = _discord_of(bot).hearing
        async with asyncio.timeout(20):
            while not self._fake.listening or (hearing.stored.sequence if hearing.stored else 0) < self._fake.sequence:
                assert self._hearing is not None
                if self._hearing.done():
                    self._hearing.result()
                await asyncio.sleep(0.001)
        stored, self._stored = self._stored, 0
        return stored

    def typed(self, text: str) -> str:
        """All the words in the first field: where a command has several, their words are joined all the same."""
        name, _, rest = text.partition(" ")
        command = find(name.removeprefix("/")) if text.startswith("/") else None
        fields = [one for one in command.options if one.kind is not Kind.FILE] if command else []
        if not rest or len(fields) < 2 or any(rest.startswith(f"{one.name}:") for one in fields):
            return text
        return f"{name} {fields[0].name}:{rest}"

    def again(self, message: Any) -> Any:
        return seen_on_discord(self._fake.world, self._fake.world.messages[message.id])


def _discord_of(bot: Engine) -> Discord:
    return next(one for one in bot.platforms if isinstance(one, Discord))
