"""One bot at work: a database, the platforms it speaks on, and the loops between them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Protocol

import structlog

from bot import timers
from bot.clock import Clock
from bot.commands import COMMANDS
from bot.commands.table import Command
from bot.config import SchedulerSettings
from bot.courier import Courier
from bot.inbox import Inbox
from bot.jobs import Job
from bot.jobs import run as run_jobs
from bot.limits import Limits
from bot.lookups import Reader
from bot.messenger import Draw, Messenger, undrawn
from bot.metrics import TICK_SECONDS
from bot.roles import ALL, Role
from bot.router import Router
from bot.services import gauges, housekeeping, places, pulse
from bot.store import outbox
from bot.store import timers as timer_rows
from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.inbox import Raw
from bot.store.turns import in_turn
from bot.ui.words import Words

_REVIEW_SECONDS: Final = 5  # how often leases and windows are looked at
_HOUSEKEEPING_SECONDS: Final = 24 * 3600
_WARM_AFTER_SECONDS: Final = 10  # then the list of cities is read, so that nobody waits a second and a half for it
_LANDING_SECONDS: Final = 5  # for messages on their way when the bot stops
_LETTING_GO_SECONDS: Final = 2
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
        self,
        database: Database,
        platforms: Sequence[Platform],
        limits: Limits,
        clock: Clock,
        *,
        draw: Draw = undrawn,
        roles: Collection[Role] = ALL,
    ) -> None:
        """`draw` makes pictures of charts; without it messages go without. `roles`: what of it all this process does."""
        self.database = database
        self.platforms = tuple(platforms)
        self.clock = clock
        self._names: dict[str, str] = {}
        self.inbox = Inbox(database, {one.bot_id: one for one in platforms}, Router(self._names), clock)
        self.courier = Courier(database, {one.platform: one for one in platforms}, limits, clock, draw=draw)
        self.inbox.on_handled = self.courier.wake
        self._roles = frozenset(roles)
        self._bell = None if database.is_sqlite else Bell(database, self.inbox.wake)
        if self._bell is not None:
            self.inbox.on_received = self._bell.ring
        self._standing_by: set[str] = set()
        self._beaten: dict[str, datetime] = {}
        self._loops: Sequence[asyncio.Task[None]] = ()

    # --- life ---------------------------------------------------------------------------------------------------------
    async def start(self) -> None:
        """Get ready to hear and to speak: who are we? Raises what a platform raises that refuses the bot."""
        async with asyncio.TaskGroup() as starting:
            for one in self.platforms:
                starting.create_task(self._introduce(one))
        if Role.RECEIVE in self._roles:
            async with self.database.write() as tx:
                await pulse.only(tx, [one.bot_id for one in self.platforms])
        _log.info("ready", bots=self._names, roles=sorted(self._roles))

    async def _introduce(self, platform: Platform) -> None:
        await platform.start()
        self._names[platform.platform] = platform.name

    async def register(self, platform: Platform) -> None:
        """Tell a platform which commands we have: whoever is going to hear it does so."""
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
            await self._let_go()

    async def _begin(self, loops: asyncio.TaskGroup, scheduler: SchedulerSettings) -> None:
        if self._roles & {Role.RECEIVE, Role.WORK}:
            await self.start()
        begun: dict[str, Coroutine[Any, Any, None]] = {}
        if self._bell is not None:
            begun["bell"] = self._bell.run()
        if Role.RECEIVE in self._roles:
            begun |= {f"hear {one.platform}": self._hear_in_turn(one) for one in self.platforms}
        if Role.WORK in self._roles:
            begun |= {"inbox": self.inbox.run(), "courier": self.courier.run(), "jobs": self._jobs(scheduler)}
        self._loops = [loops.create_task(loop, name=name) for name, loop in begun.items()]
        if Role.WORK in self._roles:
            await asyncio.sleep(_WARM_AFTER_SECONDS)
            await asyncio.to_thread(places.warm)

    async def _jobs(self, scheduler: SchedulerSettings) -> None:
        jobs = [
            Job("tick", scheduler.tick_seconds, self.tick),
            Job("review", _REVIEW_SECONDS, self.courier.review),
            Job("housekeeping", _HOUSEKEEPING_SECONDS, self.keep_house),
        ]
        await run_jobs(jobs, clock=self.clock, max_sleep=scheduler.max_sleep_seconds)

    async def _hear_in_turn(self, platform: Platform) -> None:
        """Hear a platform while it is our turn: of several processes one does."""

        async def hear() -> None:
            await self.register(platform)
            await platform.hear(self.ear(platform))

        def turned(mine: bool) -> None:
            (self._standing_by.discard if mine else self._standing_by.add)(platform.platform)

        await in_turn(self.database, f"hear {platform.bot_id}", hear, on_turn=turned)

    async def _land(self) -> None:
        """Let what is on its way arrive and be recorded: whatever is cut off must be doubted, and said again, or not at all."""
        self.courier.finish()
        flights = [loop for loop in self._loops if loop.get_name() == "courier"]
        if flights:
            await asyncio.wait(flights, timeout=_LANDING_SECONDS)
        for flight in flights:
            flight.cancel()

    async def _let_go(self) -> None:
        """Leave to the other processes what we had begun; where the database does not take that, its lease runs out."""
        try:
            async with asyncio.timeout(_LETTING_GO_SECONDS):
                await self.inbox.let_go()
        except Exception as error:  # noqa: BLE001 - the process ends, and ends well
            _log.warning("what was begun is left to its lease", error=repr(error))

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
        at, more = self.clock.now(), True
        while more:
            async with self.database.write() as tx:
                more = await housekeeping.clean(tx, at=at)

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

    @property
    def hearing(self) -> dict[str, bool]:
        """The platforms that it is this process' turn to hear, and whether it does."""
        heard = self.platforms if Role.RECEIVE in self._roles else ()
        return {one.platform: one.alive for one in heard if one.platform not in self._standing_by}

    async def measure(self) -> None:
        """Bring the gauges up to date with the database."""
        async with self.database.read() as tx:
            await gauges.show(tx, at=self.clock.now())
