"""The composition root: makes every part, wires them, and runs them in one TaskGroup; a part that dies ends the process."""

import asyncio
import gc
from collections.abc import Callable
from typing import Final

import structlog

from bot.charts.painter import Painter
from bot.clock import Clock
from bot.config import Settings
from bot.domain.plans import MAX_FILE_BYTES
from bot.engine import Engine, Platform
from bot.limits import Limits
from bot.messenger import Draw, undrawn
from bot.platforms.sandbox.adapter import Sandbox
from bot.roles import ALL, Role
from bot.sandbox.clock import PushedClock
from bot.sandbox.view import MAX_PHOTO_BYTES
from bot.sandbox.visitor import Visitor
from bot.sandbox.world import World
from bot.store.database import Database
from bot.web.sandbox import Sandbox as SandboxPage
from bot.web.server import Health, Hook, Site, serve

_UNLIMITED: Final = 1e6
_NEW_OBJECTS: Final = 20_000  # docs/decisions/0027-garbage.md
_log = structlog.get_logger(__name__)


def engine_of(settings: Settings, clock: Clock, *, draw: Draw = undrawn, roles: frozenset[Role] = ALL) -> Engine:
    """The bot on every platform that a token is set for; what speaks to the others is not even read."""
    database = Database(settings.database.url)
    platforms: list[Platform] = []
    if settings.telegram.token is not None:
        from bot.platforms.telegram.adapter import Telegram  # noqa: PLC0415

        platforms.append(Telegram(settings.telegram, clock))
    if settings.discord.token is not None:
        from bot.platforms.discord.adapter import Discord  # noqa: PLC0415

        platforms.append(Discord(settings.discord, clock, database))
    rates = {"telegram": settings.limits.telegram_per_second, "discord": settings.limits.discord_per_second}
    limits = Limits(
        per_second={one.platform: rates[one.platform] for one in platforms},
        chat_per_second=settings.limits.telegram_chat_per_second,
        chat_burst=settings.limits.telegram_chat_burst,
        group_per_minute=settings.limits.telegram_group_per_minute,
        self_paced=frozenset({"discord"}),
        shared=not database.is_sqlite,
    )
    return Engine(database, platforms, limits, clock, draw=draw, roles=roles)


def leave_in_peace() -> None:
    """Let the garbage collector look no longer at what is loaded by now: each full look stopped the loop for 0.1 s.

    And at what is new less often than Python's own 700 objects: a morning makes thousands, hardly any of them in circles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])


def world_of(settings: Settings, clock: Clock, *, fresh: bool = False, draw: Draw = undrawn) -> World:
    """The sandbox: a bot of its own, on a database of its own, by a clock of its own, in no hurry to spare any server."""
    pushed = PushedClock(clock)
    database = Database(settings.sandbox.url)
    chats = Sandbox(database, pushed)
    limits = Limits({chats.platform: _UNLIMITED}, chat_per_second=_UNLIMITED, chat_burst=1000, group_per_minute=_UNLIMITED)
    return World(Engine(database, [chats], limits, pushed, draw=draw), chats, pushed, fresh=fresh)


class App:
    """The whole program: the bot where a token is set, the sandbox where it is enabled, and the web server beside them."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        *,
        roles: frozenset[Role] = ALL,
        fresh: bool = False,
        announce: Callable[[str], None] = lambda _address: None,
    ) -> None:
        """`roles`: what this process does of several; `fresh` starts the sandbox anew.

        `announce` is told the address that the web server is reached at.
        """
        self.settings = settings
        self._roles = roles
        self.painter = Painter()
        draw = self.painter.draw
        self.engine = engine_of(settings, clock, draw=draw, roles=roles) if settings.has_token else None
        self.world = world_of(settings, clock, fresh=fresh, draw=draw) if settings.sandbox_enabled else None
        self._announce = announce

    @property
    def engines(self) -> list[Engine]:
        """The bots that run, the real one first."""
        both = (self.engine, self.world.engine if self.world else None)
        return [engine for engine in both if engine is not None]

    async def close(self) -> None:
        """Close connections and files."""
        await self.painter.close()
        for engine in self.engines:
            await engine.close()

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set, or until something breaks: then its error comes out."""
        web, scheduler = self.settings.web, self.settings.scheduler
        serving = serve(host=web.host, port=web.port, site=self._site(), announce=self._announce)
        async with asyncio.TaskGroup() as parts:
            server = parts.create_task(serving, name="web")
            if self.engine is not None:
                parts.create_task(self.engine.run(stop, scheduler), name="bot")
            if self.world is not None:
                parts.create_task(self.world.run(stop, scheduler), name="sandbox")
            await stop.wait()
            _log.info("stopping")
            server.cancel()
            await self.painter.close()  # what is on its way lands in time, if need be without a picture

    async def health(self) -> Health:
        """Whether database, loops and platforms live."""
        platforms = {name: alive for engine in self.engines for name, alive in engine.hearing.items()}
        loops = (self.engine is None or self.engine.looping) and (self.world is None or self.world.looping)
        return Health(database=all([await engine.answers() for engine in self.engines]), loops=loops, platforms=platforms)

    def _site(self) -> Site:
        measure = self.engines[0].measure  # what an operator watches is the bot; the sandbox only where there is nothing else
        return Site(health=self.health, measure=measure, hook=self._hook(), sandbox=self._page())

    def _page(self) -> SandboxPage | None:
        if self.world is None:
            return None
        password = self.settings.sandbox.password
        return SandboxPage(
            Visitor(self.world),
            password=password.get_secret_value() if password else None,
            file_bytes=MAX_FILE_BYTES,
            photo_bytes=MAX_PHOTO_BYTES,
        )

    def _hook(self) -> Hook | None:
        telegram, engine = self.settings.telegram, self.engine if Role.WEB in self._roles else None
        if telegram.mode != "webhook" or telegram.token is None or engine is None:
            return None
        from bot.platforms.telegram.adapter import Telegram  # noqa: PLC0415 - read by now, see engine_of

        adapter = next(one for one in engine.platforms if isinstance(one, Telegram))
        secret = telegram.webhook_secret.get_secret_value() if telegram.webhook_secret else ""
        receive = engine.ear(adapter)
        return Hook(telegram.webhook_url or "", secret, lambda update: adapter.brought(update, receive))
