"""A stage for flows: the whole bot before a fake Telegram or Discord (or both) over real HTTP; the clock in the test's hand."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import SecretStr

from bot.app import engine_of
from bot.charts.painter import Painter
from bot.config import DatabaseSettings, DiscordSettings, Settings, TelegramSettings
from bot.engine import Engine
from bot.platforms.telegram.adapter import Telegram
from bot.store import migrate, outbox, pulses, sending
from tests.fakes import discord as dc
from tests.fakes import telegram as tg
from tests.flows.ears import DiscordEar, Ear, TelegramEar
from tests.tables import make_tables

Person: TypeAlias = tg.Person | dc.Person
Group: TypeAlias = tg.Group | dc.Group
Seen: TypeAlias = tg.Seen | dc.Seen
PLATFORMS = ("telegram", "discord")
_FAKES: dict[str, Any] = {"telegram": tg.FakeTelegram, "discord": dc.FakeDiscord}
_EARS: dict[str, Callable[[Any], Ear]] = {"telegram": TelegramEar, "discord": DiscordEar}

_LATER = timedelta(seconds=2)  # a timer is looked at a moment after it fell due, when Telegram has been heard up to it
_PACE = timedelta(seconds=0.2)  # what may not go now, for the limits, may go a moment later
_PATIENCE = timedelta(minutes=3)  # how long a paced or throttled message is waited for


class Hand:
    """The clock in the test's hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def __call__(self) -> datetime:
        return self.at


class Stage:
    """The bot, the people and the time between them."""

    def __init__(self, settings: Settings, fakes: dict[str, Any], clock: Hand) -> None:
        self.settings = settings
        self.painter = Painter()
        self.bot = engine_of(settings, clock, draw=self.painter.draw)
        self.fakes = fakes  # the chat programs by name: both kinds have one interface
        self.ears = {name: _EARS[name](fake) for name, fake in fakes.items()}
        self.clock = clock

    @property
    def fake(self) -> Any:
        """The chat program, or the first of two."""
        return next(iter(self.fakes.values()))

    @property
    def tg(self) -> tg.FakeTelegram:
        """The chat program, where it is Telegram."""
        assert isinstance(self.fake, tg.FakeTelegram)
        return self.fake

    async def restart(self, *, down_until: datetime | None = None) -> None:
        """End the process and start another on the same database, at `down_until` if it was down for a while."""
        await self.close()
        self.clock.at = down_until or self.clock.at
        self.painter = Painter()
        self.bot = engine_of(self.settings, self.clock, draw=self.painter.draw)
        await self.start()

    async def start(self) -> None:
        """Start the bot."""
        await self.bot.start()
        for one in self.bot.platforms:
            await self.bot.register(one)
        for ear in self.ears.values():
            await ear.open(self.bot)

    async def close(self) -> None:
        """End the bot."""
        for ear in self.ears.values():
            await ear.close()
        await self.painter.close()
        await self.bot.close()

    # --- time ---------------------------------------------------------------------------------------------------------
    async def settle(self) -> None:
        """Let the bot hear, handle and say everything there is to hear, handle and say at this moment."""
        while True:
            busy = sum([await ear.listen(self.bot) for ear in self.ears.values()])
            busy += await self.bot.inbox.work()
            busy += await self.bot.courier.drain()
            await self.bot.courier.review()
            if busy:
                continue
            soon = await self._next_send()
            if soon is None or soon - self.clock.at > _PATIENCE:
                return
            self.clock.at = soon

    async def until(self, at: datetime) -> None:
        """Let time pass until `at`, through every due instant in order."""
        await self.settle()
        while True:
            due = await self.bot.next_due()
            if due is None or due + _LATER > at:
                break
            await self._pass(due + _LATER)
            await self.settle()
            await self.bot.tick()
            await self.settle()
        await self._pass(at)
        await self.settle()

    async def _pass(self, at: datetime) -> None:
        """Turn the clock; the bot has been listening all the while."""
        self.clock.at = max(self.clock.at, at)
        async with self.bot.database.write() as tx:
            for one in self.bot.platforms:
                await pulses.beat(tx, one.bot_id, at=self.clock.at)

    async def after(self, **span: float) -> None:
        """Let a span of time pass."""
        await self.until(self.clock.at + timedelta(**span))

    async def _next_send(self) -> datetime | None:
        async with self.bot.database.read() as tx:
            if await sending.any_due(tx, at=self.clock.at):
                return self.clock.at + _PACE
            return await outbox.next_due(tx, after=self.clock.at)

    # --- people -------------------------------------------------------------------------------------------------------
    async def says(self, person: Any, text: str, *, chat: Any = None, reply_to: Any = None) -> Any:
        """A person says something; the bot's newest message there is what comes back."""
        person.says(self.ears[_platform_of(person)].typed(text), chat=chat, reply_to=reply_to)
        await self.settle()
        return self.last(chat or person)

    async def presses(self, person: Any, label: str, *, on: Any = None, chat: Any = None) -> Any:
        """A person presses a button (of the newest message with one, unless `on` names another); that message comes back."""
        offers = [seen for seen in self.seen(chat or person) if not seen.deleted and _offers(seen, label)]
        assert on or offers, f"nothing offers {label!r}; the newest message is {self.last(chat or person)}"
        message = on or offers[-1]
        person.presses(message, label)
        await self.settle()
        return self.again(message)

    def seen(self, where: Any) -> list[Any]:
        """The bot's messages in a chat as they look now."""
        fake = self.fakes[_platform_of(where)]
        found: list[Any] = fake.dm(where) if isinstance(where, tg.Person | dc.Person) else fake.chat(where)
        return found

    def again(self, message: Any) -> Any:
        """A message as it looks now."""
        return self.ears[_platform_of(message)].again(message)

    def last(self, where: Any) -> Any:
        """The bot's newest message in a chat."""
        return self.seen(where)[-1]


def _platform_of(one: Any) -> str:
    """Where a person, a group or a message is."""
    return "discord" if isinstance(one, dc.Person | dc.Group | dc.Seen) else "telegram"


def _offers(seen: Seen, label: str) -> bool:
    return any(one == label or one.startswith(label) for one in seen.labels)


@asynccontextmanager
async def stage(
    at: datetime, *, folder: Path | None = None, database: str = "sqlite+aiosqlite://", on: str | tuple[str, ...] = "telegram"
) -> AsyncIterator[Stage]:
    """A bot that has just been started for the first time at `at`, on the database at a URL (in memory), or one in `folder`."""
    clock = Hand(at)
    url = f"sqlite+aiosqlite:///{folder}/plan-e.db" if folder else database
    async with AsyncExitStack() as opened:
        names = (on,) if isinstance(on, str) else on
        fakes = {name: await opened.enter_async_context(_FAKES[name](now=clock)) for name in names}
        made = Stage(_settings(fakes, url), fakes, clock)
        if folder:
            await migrate.upgrade(url)
        else:
            await create_all(made.bot)
        await made.start()
        try:
            yield made
            for fake in fakes.values():
                assert not fake.refusals, fake.refusals
        finally:
            await made.close()


def _settings(fakes: dict[str, Any], url: str) -> Settings:
    access = {name: {"token": SecretStr(fake.token), "api_base_url": fake.url} for name, fake in fakes.items()}
    return Settings(
        database=DatabaseSettings(url=url),
        telegram=TelegramSettings(**access.get("telegram", {})),
        discord=DiscordSettings(**access.get("discord", {})),
    )


def telegram_of(bot: Engine) -> Telegram:
    """The bot's adapter for Telegram."""
    return next(one for one in bot.platforms if isinstance(one, Telegram))


async def create_all(bot: Engine) -> None:
    """Make the tables without migrating: what a database in memory can have."""
    async with bot.database.write() as tx:
        await make_tables(tx)
