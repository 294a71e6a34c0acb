"""A stage for flows: the whole bot before a fake Telegram over real HTTP, and the clock in the test's hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.app import engine_of
from bot.config import DatabaseSettings, Settings, TelegramSettings
from bot.engine import Engine
from bot.platforms.telegram.adapter import Telegram
from bot.store import migrate, outbox, pulses, sending
from tests.fakes.telegram import FakeTelegram, Group, Person, Seen
from tests.fakes.telegram.seen import seen_in

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

    def __init__(self, settings: Settings, tg: FakeTelegram, clock: Hand) -> None:
        self.settings = settings
        self.bot = engine_of(settings, clock)
        self.tg = tg
        self.clock = clock

    async def restart(self, *, down_until: datetime | None = None) -> None:
        """End the process and start another on the same database, at `down_until` if it was down for a while."""
        await self.bot.close()
        self.clock.at = down_until or self.clock.at
        self.bot = engine_of(self.settings, self.clock)
        await self.bot.start()

    # --- time ---------------------------------------------------------------------------------------------------------
    async def settle(self) -> None:
        """Let the bot hear, handle and say everything there is to hear, handle and say at this moment."""
        while True:
            telegram = telegram_of(self.bot)
            busy = await telegram.poll_once(self.bot.ear(telegram))
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
            await pulses.beat(tx, telegram_of(self.bot).bot_id, at=self.clock.at)

    async def after(self, **span: float) -> None:
        """Let a span of time pass."""
        await self.until(self.clock.at + timedelta(**span))

    async def _next_send(self) -> datetime | None:
        async with self.bot.database.read() as tx:
            if await sending.any_due(tx, at=self.clock.at):
                return self.clock.at + _PACE
            return await outbox.next_due(tx, after=self.clock.at)

    # --- people -------------------------------------------------------------------------------------------------------
    async def says(self, person: Person, text: str, *, chat: Group | None = None, reply_to: Seen | None = None) -> Seen:
        """A person says something; the bot's newest message there is what comes back."""
        person.says(text, chat=chat, reply_to=reply_to)
        await self.settle()
        return self.last(chat or person)

    async def presses(self, person: Person, label: str, *, on: Seen | None = None, chat: Group | None = None) -> Seen:
        """A person presses a button (of the newest message with one, unless `on` names another); that message comes back."""
        offers = [seen for seen in self.seen(chat or person) if not seen.deleted and _offers(seen, label)]
        assert on or offers, f"nothing offers {label!r}; the newest message is {self.last(chat or person)}"
        message = on or offers[-1]
        person.presses(message, label)
        await self.settle()
        return next(seen for seen in seen_in(self.tg.world, message.chat_id) if seen.id == message.id)

    def seen(self, where: Person | Group) -> list[Seen]:
        """The bot's messages in a chat as they look now."""
        return self.tg.dm(where) if isinstance(where, Person) else self.tg.chat(where)

    def last(self, where: Person | Group) -> Seen:
        """The bot's newest message in a chat."""
        return self.seen(where)[-1]


def _offers(seen: Seen, label: str) -> bool:
    return any(one == label or one.startswith(label) for one in seen.labels)


@asynccontextmanager
async def stage(at: datetime, *, folder: Path | None = None) -> AsyncIterator[Stage]:
    """A bot that has just been started for the first time at `at`, on a database in memory or in `folder`."""
    clock = Hand(at)
    async with FakeTelegram(now=clock) as tg:
        url = f"sqlite+aiosqlite:///{folder}/plan-e.db" if folder else "sqlite+aiosqlite://"
        telegram = TelegramSettings(token=SecretStr(tg.token), api_base_url=tg.url)
        settings = Settings(database=DatabaseSettings(url=url), telegram=telegram)
        made = Stage(settings, tg, clock)
        if folder:
            await migrate.upgrade(url)
        else:
            await create_all(made.bot)
        await made.bot.start()
        try:
            yield made
            assert not tg.refusals, tg.refusals
        finally:
            await made.bot.close()


def telegram_of(bot: Engine) -> Telegram:
    """The bot's adapter for Telegram."""
    return next(one for one in bot.platforms if isinstance(one, Telegram))


async def create_all(bot: Engine) -> None:
    """Make the tables without migrating: what a database in memory can have."""
    from bot.store.schema import metadata  # noqa: PLC0415 - only here

    async with bot.database.write() as tx:
        await tx.run_sync(metadata.create_all)
