"""One bot at work: a database, the platforms it speaks on, and the loops between them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

import structlog

from bot import timers
from bot.clock import Clock
from bot.commands import COMMANDS
from bot.commands.table import Command
from bot.config import SchedulerSettings
from bot.courier import Courier
from bot.inbox import Inbox, Reader
from bot.jobs import Job
from bot.jobs import run as run_jobs
from bot.limits import Limits
from bot.messenger import Draw, Messenger, undrawn
from bot.metrics import DEAF_SECONDS, TICK_SECONDS
from bot.router import Router
from bot.services import gauges, housekeeping, places, pulse
from bot.store import outbox
from bot.store import timers as timer_rows
from bot.store.database import Database
from bot.store.inbox import Raw
from bot.ui.words import Words

_REVIEW_SECONDS: Final = 5  # how often leases and windows are looked at
_HOUSEKEEPING_SECONDS: Final = 24 * 3600
_WARM_AFTER_SECONDS: Final = 10  # then the list of cities is read, so that nobody waits a second and a half for it
_LANDING_SECONDS: Final = 5  # for messages on their way when the bot stops
_PULSE_EVERY: Final = timedelta(seconds=5)  # how often "nobody said anything" is worth writing down
_log = structlog.get_logger(__name__)

Receive = Callable[[Sequence[Raw], datetime | None], Awaitable[None]]


class Platform(Reader, Messenger, Protocol):
    """A chat program: it reads for the inbox, sends for the courier, and hears by itself."""

    @property
    def platform(self) -> str:
        """What rows call it: telegram, discord, sandbox."""

    @property
    def bot_id(self) -> str:
        """What the inbox calls this bot."""

    @property
    def name(self) -> str:
        """The bot's username there; known once started."""

    @property
    def alive(self) -> bool:
        """Whether it hears and answers right now."""

    async def start(self) -> None:
        """Get ready to hear and to send; waits while the platform cannot be reached."""

    async def stop(self) -> None:
        """Close what was opened."""

    async def register(self, commands: Iterable[Command], words: Words) -> None:
        """Tell the platform which commands there are."""

    async def hear(self, receive: Receive) -> None:
        """Hear until cancelled.

        `receive` stores updates and, given an instant, that everything said before it has been heard; when it returns they
        are on disk and may be confirmed.
        """


class Engine:
    """A bot. `run` is the main job; the single steps it is made of can be called one by one."""

    def __init__(
        self, database: Database, platforms: Sequence[Platform], limits: Limits, clock: Clock, *, draw: Draw = undrawn
    ) -> None:
        """`draw` makes pictures of charts; without it messages go without."""
        self.database = database
        self.platforms = tuple(platforms)
        self.clock = clock
        self._names: dict[str, str] = {}
        self.inbox = Inbox(database, {one.bot_id: one for one in platforms}, Router(self._names), clock)
        self.courier = Courier(database, {one.platform: one for one in platforms}, limits, clock, draw=draw)
        self.inbox.on_handled = self.courier.wake
        self._beaten: dict[str, datetime] = {}
        self._loops: Sequence[asyncio.Task[None]] = ()

    # --- life ---------------------------------------------------------------------------------------------------------
    async def start(self) -> None:
        """Get ready to hear: who are we, which commands do we have. Raises what a platform raises that refuses the bot."""
        async with asyncio.TaskGroup() as starting:
            for one in self.platforms:
                starting.create_task(self._introduce(one))
        async with self.database.write() as tx:
            await pulse.only(tx, [one.bot_id for one in self.platforms])
        _log.info("ready", bots=self._names)

    async def _introduce(self, platform: Platform) -> None:
        await platform.start()
        self._names[platform.platform] = platform.name
        await platform.register(COMMANDS, Words("en", "UTC", self.clock.now()))

    async def close(self) -> None:
        """Close connections and files."""
        for one in self.platforms:
            await one.stop()
        await self.database.close()

    async def run(self, stop: asyncio.Event, scheduler: SchedulerSettings) -> None:
        """Run until `stop` is set, or until something breaks: then its error comes out."""
        async with asyncio.TaskGroup() as loops:
            beginning = loops.create_task(self._begin(loops, scheduler), name="start")
            await stop.wait()
            for task in (beginning, *(loop for loop in self._loops if loop.get_name() != "courier")):
                task.cancel()
            await self._land()

    async def _begin(self, loops: asyncio.TaskGroup, scheduler: SchedulerSettings) -> None:
        await self.start()
        jobs = [
            Job("tick", scheduler.tick_seconds, self.tick),
            Job("review", _REVIEW_SECONDS, self.courier.review),
            Job("housekeeping", _HOUSEKEEPING_SECONDS, self.keep_house),
        ]
        self._loops = [
            *(loops.create_task(one.hear(self.ear(one)), name=f"hear {one.platform}") for one in self.platforms),
            loops.create_task(self.inbox.run(), name="inbox"),
            loops.create_task(self.courier.run(), name="courier"),
            loops.create_task(run_jobs(jobs, clock=self.clock, max_sleep=scheduler.max_sleep_seconds), name="jobs"),
        ]
        await asyncio.sleep(_WARM_AFTER_SECONDS)
        await asyncio.to_thread(places.warm)

    async def _land(self) -> None:
        """Let what is on its way arrive and be recorded: whatever is cut off must be doubted, and said again, or not at all."""
        self.courier.finish()
        flights = [loop for loop in self._loops if loop.get_name() == "courier"]
        if flights:
            await asyncio.wait(flights, timeout=_LANDING_SECONDS)
        for flight in flights:
            flight.cancel()

    # --- the steps ------------------------------------------------------------------------------------------------------
    def ear(self, platform: Platform) -> Receive:
        """What a platform gives its updates to."""
        return partial(self._receive, platform.bot_id)

    async def _receive(self, name: str, updates: Sequence[Raw], heard_until: datetime | None) -> None:
        """Store updates, and how far the bot called `name` has been heard."""
        if heard_until is None or (not updates and not self._pulse_is_old(name, heard_until)):
            if updates:
                await self.inbox.receive(updates)
            return
        await self.inbox.receive(updates, heard=lambda tx: pulse.heard(tx, name, at=heard_until))
        self._beaten[name] = heard_until

    def _pulse_is_old(self, name: str, heard_until: datetime) -> bool:
        before = self._beaten.get(name)
        return before is None or abs(heard_until - before) >= _PULSE_EVERY  # a clock may go back as well

    async def tick(self) -> None:
        """Handle everything that is due now."""
        begun = time.perf_counter()
        await timers.run_due(self.database, at=self.clock.now())
        TICK_SECONDS.observe(time.perf_counter() - begun)
        self.courier.wake()

    async def next_due(self) -> datetime | None:
        """When the next timer or waiting message falls due; the latter only if it lies ahead."""
        async with self.database.read() as tx:
            moments = (await timer_rows.next_due(tx), await outbox.next_due(tx, after=self.clock.now()))
        return min((moment for moment in moments if moment is not None), default=None)

    async def keep_house(self) -> None:
        """Forget what needs no keeping."""
        async with self.database.write() as tx:
            await housekeeping.clean(tx, at=self.clock.now())

    # --- how it is ------------------------------------------------------------------------------------------------------
    @property
    def looping(self) -> bool:
        """Whether every loop lives."""
        return bool(self._loops) and not any(task.done() for task in self._loops)

    async def answers(self) -> bool:
        """Whether the database does, and took what was last written."""
        if not self.database.takes_writes:
            return False
        try:
            async with asyncio.timeout(5), self.database.read() as tx:
                await housekeeping.look(tx)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it is not well
            _log.warning("the database does not answer", error=repr(error))
            return False
        return True

    async def measure(self) -> None:
        """Bring the gauges up to date with the database."""
        at = self.clock.now()
        async with self.database.read() as tx:
            await gauges.show(tx, at=at)
        for name, heard in self._beaten.items():
            DEAF_SECONDS.labels(name).set((at - heard).total_seconds())
