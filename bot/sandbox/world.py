"""The sandbox's world: one loop in which the bot hears, handles and says, the clock is pushed, and the two others act."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from typing import Final

import structlog

from bot.config import SchedulerSettings
from bot.domain.calendar import next_slot
from bot.engine import Engine
from bot.platforms.sandbox.adapter import Sandbox
from bot.platforms.sandbox.updates import PLATFORM, YOU
from bot.sandbox import beginning, players, tour
from bot.sandbox.clock import PushedClock
from bot.sandbox.passage import Passage
from bot.sandbox.people import People
from bot.services.homes import main_slot
from bot.store import people as people_rows
from bot.store import sandbox
from bot.store.database import is_passing
from bot.store.migrate import Unusable
from bot.store.sandbox import WorldRow

_QUARTER: Final = timedelta(minutes=15)
_WEEK: Final = timedelta(weeks=1)
_MORNING: Final = time(7)
_EVERY_DAY: Final = frozenset(range(7))
_PLAYED_A_SECOND: Final = timedelta(hours=1)
_FRAME_SECONDS: Final = 0.1
_WAITING: Final = 8  # pushes that may be asked for before the first is done
_HOUSEKEEPING: Final = timedelta(days=1)
_log = structlog.get_logger(__name__)

Errand = Callable[[], Awaitable[None]]


class World:
    """The bot on the sandbox's chat program. What takes time (a push, a step of the tour) is an errand; they queue."""

    def __init__(self, engine: Engine, chats: Sandbox, clock: PushedClock, *, fresh: bool = False) -> None:
        """`fresh`: whatever world there is, another is begun."""
        self.engine = engine
        self.chats = chats
        self.clock = clock
        self.people = People(engine, chats)
        self.row = WorldRow(code="", ahead=timedelta(), ready=False, tour_step=0, tour_shows=())
        self.moving = False
        self.playing = False
        self.touring = False
        self.watchers = 0
        self.looping = False
        self.closed = False
        self._passage = Passage(engine, chats, clock, self.people, halted=lambda: self._halted)
        self._errands: deque[Errand] = deque()
        self._fresh = fresh
        self._halted = False
        self._wake = asyncio.Event()
        self._acted = clock.now()
        self._cleaned = clock.now()

    # --- life ---------------------------------------------------------------------------------------------------------
    async def run(self, stop: asyncio.Event, scheduler: SchedulerSettings) -> None:
        """Go on until `stop` is set, or until something breaks: then its error comes out."""
        await self.engine.start()
        for platform in self.engine.platforms:
            await self.engine.register(platform)
        await self._open()
        async with asyncio.TaskGroup() as loops:
            hearing = loops.create_task(self.chats.hear(self.engine.ear(self.chats)), name="hear sandbox")
            living = loops.create_task(self._live(scheduler.tick_seconds), name="live")
            await stop.wait()
            self.closed = True
            self.chats.ring()
            for task in (hearing, living):
                task.cancel()

    async def _live(self, tick_seconds: float) -> None:
        self.looping = True
        try:
            while True:
                await self._go_on(tick_seconds)
        finally:
            self.looping = False

    async def _open(self) -> None:
        """Take up the world where it was left; begin one where there is none, or none that is ready.

        Unusable for a database that somebody's bot lives in: beginning a world forgets everything.
        """
        async with self.engine.database.read() as tx:
            kept = await sandbox.world(tx)
            foreign = kept is None and await sandbox.is_lived_in(tx)
        if foreign:
            raise Unusable(f"{self.engine.database.url.database} is a bot's database, and no sandbox's; see [sandbox] file")
        if kept is None or not kept.ready or self._fresh:
            await self._begin_anew()
            return
        self.row = kept
        self.clock.set_ahead(kept.ahead)
        self._acted = self.clock.now()

    async def _begin_anew(self) -> None:
        """Forget everything, and queue the first days to be played."""
        real = self.clock.now() - self.clock.ahead
        begins = beginning.begins_at(real)
        async with self.engine.database.write() as tx:
            made = await sandbox.make_world(tx, ahead=begins - real)
        self.row = made  # only now: whoever looks on reads what is on disk
        self.clock.set_ahead(self.row.ahead)
        self._acted = begins
        self.chats.toasts.clear()
        self._errands.appendleft(self._settle_in)
        self.chats.ring()

    async def _settle_in(self) -> None:
        """Play the days before somebody looks on."""
        evening = beginning.first_evening(self.clock.now() - self.clock.ahead)
        self.clock.hold(self.clock.now())
        await beginning.settle_in(self.people, self._passage)
        await self._passage.until(evening)
        await self._change(ready=True)

    # --- the loop -----------------------------------------------------------------------------------------------------
    async def _go_on(self, tick_seconds: float) -> None:
        self._wake.clear()
        try:
            if self._errands:
                await self._run_errand(self._errands.popleft())
            else:
                await self._be_there()
        except Exception as error:
            if not is_passing(error):
                raise
            _log.warning("database busy, tried again", error=str(error))
            if not self.row.ready:
                self._errands.appendleft(self._begin_anew)
        if self._errands:
            return
        try:
            async with asyncio.timeout(tick_seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _run_errand(self, errand: Errand) -> None:
        self.moving, self._halted = True, False
        self.chats.ring()
        try:
            await errand()
        finally:
            self.moving = self.playing = False
            self._acted = self.clock.now()
            self.chats.ring()

    async def _be_there(self) -> None:
        """What happens while the clock is left to itself."""
        at = self.clock.now()
        await self.engine.tick()
        await self._passage.settle()
        await players.act(self.people, after=self._acted, until=at)
        self._acted = max(self._acted, at)
        await self._passage.settle()
        if at - self._cleaned > _HOUSEKEEPING:
            self._cleaned = at
            await self.engine.keep_house()

    def wake(self) -> None:
        """Look at once: somebody did something."""
        self._wake.set()

    def _queue(self, errand: Errand) -> bool:
        if len(self._errands) >= _WAITING:
            return False
        self._halted = self._halted or self.playing  # which would go on for ever
        self._errands.append(errand)
        self._wake.set()
        return True

    async def _change(self, **values: object) -> None:
        async with self.engine.database.write() as tx:
            await sandbox.change_world(tx, **values)
            kept = await sandbox.world(tx)
        self.row = kept or self.row
        self.chats.ring()

    # --- the clock ----------------------------------------------------------------------------------------------------
    def push(self, to: str) -> bool:
        """Push the clock: a "quarter" of an hour, to the next "morning", by a "week". False where too many pushes wait."""
        by = {"quarter": self._by(_QUARTER), "week": self._by(_WEEK), "morning": self._to_morning}
        return self._queue(by[to])

    def play(self) -> bool:
        """Let the clock run at an hour a second until paused, or until nobody looks on."""
        return self.playing or self._queue(self._play)

    def pause(self) -> bool:
        """Stop whatever moves the clock. A world that is being made ready, and a tour's step, go on to their end."""
        if not self.row.ready or self.touring:
            return False
        self._errands.clear()
        self._halted = True
        self._wake.set()
        return True

    def _by(self, span: timedelta) -> Errand:
        async def push() -> None:
            await self._passage.until(self.clock.now() + span)

        return push

    async def _to_morning(self) -> None:
        await self._passage.until(await self._next_morning())

    async def _next_morning(self) -> datetime:
        """Your next study slot; without one the next time it is seven."""
        async with self.engine.database.read() as tx:
            found = await people_rows.by_account(tx, platform=PLATFORM, account=YOU)
            slot = await main_slot(tx, found[0]) if found else None
        now = self.clock.now()
        wall, days, zone = (slot.wall, slot.weekdays, slot.zone) if slot else (_MORNING, _EVERY_DAY, await self.zone())
        upcoming = next_slot(now, wall=wall, weekdays=days, zone=zone)
        return upcoming[1] if upcoming else now + timedelta(days=1)

    async def _play(self) -> None:
        self.playing = True
        self.chats.ring()
        before = self.clock.monotonic()
        while not self._halted and self.watchers:
            await asyncio.sleep(_FRAME_SECONDS)
            elapsed, before = self.clock.monotonic() - before, self.clock.monotonic()
            await self._passage.until(self.clock.now() + elapsed * _PLAYED_A_SECOND)

    async def zone(self) -> str:
        """Where the page's clock hangs: where you said you are, else where the group is."""
        async with self.engine.database.read() as tx:
            found = await people_rows.by_account(tx, platform=PLATFORM, account=YOU)
        return (found[0].zone if found else None) or players.ZONE

    # --- beginning anew, and the tour ---------------------------------------------------------------------------------
    def fresh(self, code: str) -> bool:
        """Forget the world called `code` and begin another; asked twice for the same one, once."""
        if code != self.row.code or not self.pause():
            return False
        return self._queue(lambda: self._anew(code))

    async def _anew(self, code: str) -> None:
        if code == self.row.code:
            await self._begin_anew()

    def tour(self, step: int) -> bool:
        """Go on to a step of the tour, the one after the present; False where it is not its turn.

        What moves the clock is stopped, but for the first days of a world, which are waited for.
        """
        if self.touring or step != self.row.tour_step + 1 or step > len(tour.STEPS):
            return False
        self.pause()
        self.touring = self._queue(lambda: self._tour(step))
        self.chats.ring()
        return self.touring

    async def _tour(self, step: int) -> None:
        """Take a step. The first wants a world in which you have done nothing yet: where you have, another is begun before."""
        if step == 1 and not await self.is_fresh():
            await self._begin_anew()
            self._errands.append(lambda: self._tour(step))
            return
        try:
            guide = tour.Guide(self.engine.database, self.people, self._passage, self.clock.now)
            shows = await tour.STEPS[step - 1](guide)
            await self._change(tour_step=step, tour_shows=shows)
        finally:
            self.touring = False

    async def is_fresh(self) -> bool:
        """Whether you have written nothing yet."""
        async with self.engine.database.read() as tx:
            return not await sandbox.has_written(tx, YOU)
