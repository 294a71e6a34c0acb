"""The composition root: makes every part, wires them, and runs them in one TaskGroup; a loop that dies ends the process."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot import timers
from bot.clock import Clock
from bot.commands import COMMANDS
from bot.config import Settings
from bot.courier import Courier
from bot.inbox import Inbox
from bot.jobs import Job
from bot.jobs import run as run_jobs
from bot.limits import Limits
from bot.metrics import DEAF_SECONDS, TICK_SECONDS
from bot.platforms.telegram.adapter import Telegram
from bot.router import Router
from bot.services import housekeeping, places, pulse
from bot.store.database import Database
from bot.store.inbox import Raw
from bot.ui.words import Words
from bot.web.server import Health, Hook, serve

_REVIEW_SECONDS: Final = 5  # how often leases and windows are looked at
_HOUSEKEEPING_SECONDS: Final = 24 * 3600
_WARM_AFTER_SECONDS: Final = 10  # then the list of cities is read, so that nobody waits a second and a half for it
_LANDING_SECONDS: Final = 5  # for messages on their way when the bot stops
_log = structlog.get_logger(__name__)


class App:
    """The whole bot. `run` is the main job; the single steps it is made of can be called one by one."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.database = Database(settings.database.url)
        self.telegram = Telegram(settings.telegram, clock)
        self._names: dict[str, str] = {}
        limits = settings.limits
        self.inbox = Inbox(self.database, {self.telegram.bot_id: self.telegram}, Router(self._names), clock)
        self.courier = Courier(
            self.database,
            {"telegram": self.telegram},
            Limits(
                per_second={"telegram": limits.telegram_per_second},
                chat_per_second=limits.telegram_chat_per_second,
                chat_burst=limits.telegram_chat_burst,
                group_per_minute=limits.telegram_group_per_minute,
            ),
            clock,
        )
        self.inbox.on_handled = self.courier.wake
        self._beaten: dict[str, datetime] = {}
        self._loops: Sequence[asyncio.Task[None]] = ()

    # --- life ---------------------------------------------------------------------------------------------------------
    async def start(self) -> None:
        """Get ready to hear: who are we, which commands do we have. Raises TokenRefused."""
        await self.telegram.start()
        self._names["telegram"] = self.telegram.name
        await self.telegram.register(COMMANDS, Words("en", "UTC", self.clock.now()))
        async with self.database.write() as tx:
            await pulse.only(tx, [self.telegram.bot_id])
        _log.info("ready", bot=self.telegram.name, mode=self.settings.telegram.mode)

    async def close(self) -> None:
        """Close connections and files."""
        await self.telegram.stop()
        await self.database.close()

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set, or until something breaks: then its error comes out."""
        hook = self._hook() if self.settings.telegram.mode == "webhook" else None
        web = self.settings.web
        async with asyncio.TaskGroup() as loops:
            running = [
                loops.create_task(serve(host=web.host, port=web.port, health=self.health, hook=hook), name="web"),
                loops.create_task(self._begin(loops), name="start"),
            ]
            await stop.wait()
            _log.info("stopping")
            for task in (*running, *(loop for loop in self._loops if loop.get_name() != "courier")):
                task.cancel()
            await self._land()

    async def _land(self) -> None:
        """Let what is on its way arrive and be recorded: whatever is cut off must be doubted, and said again, or not at all."""
        self.courier.finish()
        flights = [loop for loop in self._loops if loop.get_name() == "courier"]
        if flights:
            await asyncio.wait(flights, timeout=_LANDING_SECONDS)
        for flight in flights:
            flight.cancel()

    async def _begin(self, loops: asyncio.TaskGroup) -> None:
        await self.start()
        scheduler = self.settings.scheduler
        jobs = [
            Job("tick", scheduler.tick_seconds, self.tick),
            Job("review", _REVIEW_SECONDS, self.courier.review),
            Job("housekeeping", _HOUSEKEEPING_SECONDS, self.keep_house),
        ]
        telegram = self.telegram
        hear = telegram.poll(self.receive) if self.settings.telegram.mode == "polling" else telegram.listen(self.receive)
        self._loops = [
            loops.create_task(hear, name="hear"),
            loops.create_task(self.inbox.run(), name="inbox"),
            loops.create_task(self.courier.run(), name="courier"),
            loops.create_task(run_jobs(jobs, clock=self.clock, max_sleep=scheduler.max_sleep_seconds), name="jobs"),
        ]
        await asyncio.sleep(_WARM_AFTER_SECONDS)
        await asyncio.to_thread(places.warm)

    # --- the steps ------------------------------------------------------------------------------------------------------
    async def receive(self, updates: Sequence[Raw], heard_until: datetime | None) -> None:
        """Store updates, and how far Telegram has been heard."""
        name = self.telegram.bot_id
        if heard_until is None or (not updates and not self._pulse_is_old(name, heard_until)):
            if updates:
                await self.inbox.receive(updates)
            return
        await self.inbox.receive(updates, heard=lambda tx: pulse.heard(tx, name, at=heard_until))
        self._beaten[name] = heard_until

    async def tick(self) -> None:
        """Handle everything that is due now."""
        begun = time.perf_counter()
        at = self.clock.now()
        await timers.run_due(self.database, at=at)
        TICK_SECONDS.observe(time.perf_counter() - begun)
        for name, heard in self._beaten.items():
            DEAF_SECONDS.labels(name).set((at - heard).total_seconds())
        self.courier.wake()

    async def keep_house(self) -> None:
        """Forget what needs no keeping."""
        async with self.database.write() as tx:
            await housekeeping.clean(tx, at=self.clock.now())

    async def health(self) -> Health:
        """Whether database, loops and platforms live."""
        try:
            async with asyncio.timeout(5), self.database.read() as tx:
                await housekeeping.look(tx)
            database = True
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it is not well
            _log.warning("the database does not answer", error=repr(error))
            database = False
        loops = bool(self._loops) and not any(task.done() for task in self._loops)
        return Health(database=database, loops=loops, telegram=self.telegram.alive)

    # --- webhook --------------------------------------------------------------------------------------------------------
    def _hook(self) -> Hook:
        telegram = self.settings.telegram
        secret = telegram.webhook_secret.get_secret_value() if telegram.webhook_secret else ""
        return Hook(telegram.webhook_url or "", secret, lambda update: self.telegram.brought(update, self.receive))

    def _pulse_is_old(self, name: str, heard_until: datetime) -> bool:
        before = self._beaten.get(name)
        return before is None or heard_until - before >= timedelta(seconds=5)
