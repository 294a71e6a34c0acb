"""The composition root: makes every part, wires them, and runs them in one TaskGroup; a part that dies ends the process."""

import asyncio

import structlog

from bot.clock import Clock
from bot.config import Settings
from bot.engine import Engine, Platform
from bot.limits import Limits
from bot.platforms.discord.adapter import Discord
from bot.platforms.telegram.adapter import Telegram
from bot.store.database import Database
from bot.web.server import Health, Hook, Site, serve

_log = structlog.get_logger(__name__)


def engine_of(settings: Settings, clock: Clock) -> Engine:
    """The bot on every platform that a token is set for."""
    database = Database(settings.database.url)
    platforms: list[Platform] = []
    if settings.telegram.token is not None:
        platforms.append(Telegram(settings.telegram, clock))
    if settings.discord.token is not None:
        platforms.append(Discord(settings.discord, clock, database))
    rates = {"telegram": settings.limits.telegram_per_second, "discord": settings.limits.discord_per_second}
    limits = Limits(
        per_second={one.platform: rates[one.platform] for one in platforms},
        chat_per_second=settings.limits.telegram_chat_per_second,
        chat_burst=settings.limits.telegram_chat_burst,
        group_per_minute=settings.limits.telegram_group_per_minute,
        self_paced=frozenset({"discord"}),
    )
    return Engine(database, platforms, limits, clock)


class App:
    """The whole program: the bot and the web server beside it."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.engine = engine_of(settings, clock)

    async def close(self) -> None:
        """Close connections and files."""
        await self.engine.close()

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set, or until something breaks: then its error comes out."""
        web = self.settings.web
        site = Site(health=self.health, measure=self.engine.measure, hook=self._hook())
        async with asyncio.TaskGroup() as parts:
            serving = parts.create_task(serve(host=web.host, port=web.port, site=site), name="web")
            parts.create_task(self.engine.run(stop, self.settings.scheduler), name="bot")
            await stop.wait()
            _log.info("stopping")
            serving.cancel()

    async def health(self) -> Health:
        """Whether database, loops and platforms live."""
        return Health(
            database=await self.engine.answers(),
            loops=self.engine.looping,
            platforms={one.platform: one.alive for one in self.engine.platforms},
        )

    def _hook(self) -> Hook | None:
        telegram = self.settings.telegram
        if telegram.mode != "webhook":
            return None
        secret = telegram.webhook_secret.get_secret_value() if telegram.webhook_secret else ""
        adapter = next(one for one in self.engine.platforms if isinstance(one, Telegram))
        return Hook(telegram.webhook_url or "", secret, lambda update: adapter.brought(update, self.engine.ear(adapter)))
