"""The bot as a process: the real engine on the world's disk and platforms, which may die between any two steps."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any, Final

from bot import jobs
from bot.courier import Courier
from bot.engine import Engine
from bot.limits import Limits
from bot.store.database import Database
from tests.simulation.chats import Port, Server
from tests.simulation.clock import WorldClock
from tests.simulation.database import Disk
from tests.simulation.discord import Discord, DiscordPort
from tests.simulation.journal import Journal
from tests.simulation.telegram import TelegramPort

_TICK: Final = 0.9  # seconds; the loops of inbox and courier look again after one
_REVIEW_EVERY: Final = 5  # ticks: as the engine does
_MOST_TICKS: Final = 40  # in one sitting, however much there is to do
_ENDLESS: Final = 60_000  # steps: no sitting has so much to do
_SOON: Final = timedelta(seconds=3)  # what is due so soon is waited for


class Died(BaseException):
    """The process is dead: nothing of it goes on."""


class Endless(BaseException):
    """The process works and works, and never comes to an end."""


class Trouble:
    """What is wrong with the machine: shared by all lives of the process."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.full = False
        self.busy = 0.0  # chance that another process holds the database
        self.cursed: set[str] = set()  # words of which nothing can be written down: each handling of them breaks
        self.frozen = 0.0  # chance that a helper's process stands still for minutes after a call
        self.crowded = 0.0  # chance that another process goes first between two statements
        self.steps_left: int | None = None  # until the process dies
        self.sleeps_after: int | None = None  # steps until the machine is suspended ...
        self.sleeps_for = timedelta()
        self.overslept: Callable[[], None] = lambda: None  # what others did while the machine slept

    def downtime(self) -> timedelta:
        """How long it takes until somebody starts the process again."""
        return timedelta(seconds=self.rng.choice((2, 2, 5, 30, 240, 1800, 4 * 3600, 26 * 3600)))


@dataclass(frozen=True, slots=True)
class Made:
    """How a bot is set up: `helpers` are couriers of other processes on the database, `per_second` a limit of the operator's."""

    helpers: int = 0
    per_second: float = 0.0


class Bot:
    """One life of the process."""

    def __init__(
        self, life: int, *, disk: Disk, servers: list[Server], clock: WorldClock, journal: Journal, trouble: Trouble, made: "Made"
    ) -> None:
        self.life = life
        self.dead = False
        self.steps = 0
        self._sat_down = 0
        self._disk = disk
        self._clock = clock
        self._journal = journal
        self._trouble = trouble
        self._servers = servers
        self.helpers: list[Courier] = []
        self.database = Database(disk.url, connect=disk.connect(self))
        self.ports = [self._port(one) for one in servers]
        limits = Limits(
            {"telegram": made.per_second or 25.0, "discord": made.per_second or 40.0}, self_paced=frozenset({"discord"})
        )
        self.engine = Engine(self.database, self.ports, limits, clock)
        self._databases = [Database(disk.url, connect=disk.connect(self)) for _ in range(made.helpers)]
        self.helpers = [Courier(one, self._messengers(), limits, clock) for one in self._databases]
        self.engine.inbox.on_handled = self._wake
        self.failed: BaseException | None = None

    def _port(self, server: Server) -> Port:
        if not isinstance(server, Discord):
            return TelegramPort(server, self, self._clock)
        made = DiscordPort(server, self, self._clock)
        made.database = self.database
        return made

    def _messengers(self) -> dict[str, Port]:
        """The platforms as a process sees them that may be frozen in the middle of a call."""
        made = {one.platform: self._port(one) for one in self._servers}
        for port in made.values():
            port.frozen = self._freezes
        return made

    def _freezes(self) -> bool:
        return bool(self._trouble.frozen) and self._trouble.rng.random() < self._trouble.frozen

    # --- what may befall it -------------------------------------------------------------------------------------------
    def step(self, where: str) -> None:
        """Go one step on; perhaps into the grave, or to sleep with the whole machine."""
        if self.dead:
            raise Died
        self.steps += 1
        if self.steps - self._sat_down > _ENDLESS:
            raise Endless(f"a sitting of more than {_ENDLESS} steps, at {where}")
        trouble = self._trouble
        if trouble.steps_left is not None:
            trouble.steps_left -= 1
            if trouble.steps_left <= 0:
                trouble.steps_left = None
                self.die(where)
                raise Died
        if trouble.sleeps_after is not None:
            trouble.sleeps_after -= 1
            if trouble.sleeps_after <= 0:
                trouble.sleeps_after = None
                self._suspend()

    def _suspend(self) -> None:
        span = self._trouble.sleeps_for
        self._journal.mark(self._clock.true(), "suspended", f"for {span}")
        self._clock.suspend(span)
        for one in self._servers:
            asyncio.get_running_loop().call_later(self._trouble.rng.choice((0.0, 3.0, 15.0)), one.break_off)  # it is noticed late
            if isinstance(one, Discord):
                one.lose(self._clock.true() - span)
        for port in self.ports:
            port.drop()
        self._trouble.overslept()
        self._journal.mark(self._clock.true(), "resumed")

    def disk(self, statement: str, parameters: Sequence[Any]) -> None:
        """Refuse a statement where the disk is full, another process has the database, or the words are cursed."""
        if (
            self._trouble.cursed
            and statement.startswith("INSERT INTO checkins")
            and self._trouble.cursed & set(map(str, parameters))
        ):
            raise sqlite3.DataError("cursed words")
        writes = statement.startswith(("INSERT", "UPDATE", "DELETE"))
        if self._trouble.full and (statement == "COMMIT" or (writes and self._trouble.rng.random() < 0.1)):
            raise _refusal("database or disk is full", sqlite3.SQLITE_FULL)
        if self._trouble.busy and statement.startswith("BEGIN IMMEDIATE") and self._trouble.rng.random() < self._trouble.busy:
            raise _refusal("database is locked", sqlite3.SQLITE_BUSY)

    @property
    def crowd(self) -> int:
        """How many turns others have first; where there is a second process, some always."""
        if self.helpers:
            return self._trouble.rng.randrange(5)
        return int(bool(self._trouble.crowded) and self._trouble.rng.random() < self._trouble.crowded)

    def die(self, where: str) -> None:
        """Die here and now: what is not committed is gone."""
        self.dead = True
        self._disk.cut_off()
        self._journal.mark(self._clock.true(), "died", f"in life {self.life}, at {where}")
        for one in self._servers:
            if isinstance(one, Discord):
                one.lose(self._clock.true())

    # --- what it does -------------------------------------------------------------------------------------------------
    async def begin(self) -> None:
        """Start; whatever goes wrong ends this life."""
        await self._live(self.engine.start())

    async def keep_house(self) -> None:
        """Forget what needs no keeping."""
        if not self.dead:
            await self._live(self._do("housekeeping", self.engine.keep_house))

    async def sit(self) -> None:
        """Do all there is to do now, with every loop of the engine at work, until nothing is left for the moment."""
        self._sat_down = self.steps
        if not self.dead:
            await self._live(self._work())

    async def _work(self) -> None:
        engine = self.engine
        loops = [
            *(self._task(one.run()) for one in (engine.courier, *self.helpers)),
            *(self._task(port.hear(engine.ear(port))) for port in self.ports),
        ]
        handles = False
        try:
            for number in range(_MOST_TICKS * 20):
                if not handles and self._has_to_handle():  # it looks once a second, mostly in vain
                    loops.append(self._task(engine.inbox.run()))
                    handles = True
                if number >= (3 if self._trouble.full else _MOST_TICKS) and not self._flying:
                    return
                if number % _REVIEW_EVERY == 0 and self._wants_review():
                    await self._do("review", engine.courier.review)
                if self._wants_tick() and (number == 0 or not self._in_vain):
                    await self._do("tick", engine.tick)
                await asyncio.wait(loops, timeout=_TICK, return_when=asyncio.FIRST_COMPLETED)
                for one in loops:
                    if one.done():
                        one.result()
                if self.dead:
                    raise Died
                if self._is_quiet():
                    return
        finally:
            await self._end(loops)

    def _wake(self) -> None:
        """All couriers look up at the same moment, as those of several processes may."""
        for one in (self.engine.courier, *self.helpers):
            one.wake()

    async def _do(self, name: str, does: Callable[[], Awaitable[None]]) -> None:
        """Do a job as the engine's clock does it: what passes is tried again at the next turn."""
        broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await jobs._do(jobs.Job(name, 1, does), broken)
        self._wake()
        if broken.done():
            broken.result()

    def _has_to_handle(self) -> bool:
        """Whether an update is stored, or about to be."""
        heard = any(port.unheard and not port.server.weather.outage for port in self.ports)
        return heard or self._holds("SELECT 1 FROM inbox WHERE state = 'new' LIMIT 1")

    @property
    def _flying(self) -> int:
        """How many calls are on their way."""
        return sum(one._flying for one in (self.engine.courier, *self.helpers))

    def _wants_review(self) -> bool:
        """Whether a review would find anything: the engine holds one every five seconds, most of them for nothing."""
        now = stored(self._clock.now())
        query = (
            "SELECT 1 FROM outbox WHERE state IN ('ready', 'sending', 'uncertain') AND (expires_at <= ?"
            " OR (state = 'sending' AND lease_until < ?) OR (state = 'uncertain' AND next_try_at <= ?)) LIMIT 1"
        )
        return self._holds(query, now, now, now)

    def _wants_tick(self) -> bool:
        return self._holds("SELECT 1 FROM timers WHERE due_at <= ? LIMIT 1", stored(self._clock.now()))

    def _holds(self, query: str, *values: Any) -> bool:
        """Whether a query finds anything."""
        return bool(self._disk.rows(query, *values))

    @property
    def _in_vain(self) -> bool:
        """Whether a platform cannot be heard: what is to be judged waits for it, however often it is looked at."""
        return any(one.weather.outage for one in self._servers) or self._trouble.full

    def _is_quiet(self) -> bool:
        """Whether nothing is to be heard, handled or sent within a moment."""
        if any(port.unheard and not port.server.weather.outage for port in self.ports):
            return False
        if self._flying:
            return False
        soon = stored(self._clock.now() + _SOON)
        return not self._holds(
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM inbox WHERE state = 'new')"
            " OR EXISTS (SELECT 1 FROM outbox WHERE state IN ('ready', 'sending', 'uncertain') AND"
            " (state = 'sending' AND lease_until > ? OR state = 'ready' AND next_try_at <= ? AND expires_at > ?"
            " AND NOT EXISTS (SELECT 1 FROM outbox AS ahead"
            " WHERE ahead.line = outbox.line AND ahead.state = 'uncertain' AND ahead.next_try_at > ?)))"
            " OR EXISTS (SELECT 1 FROM timers WHERE due_at <= ? AND NOT ?)",
            stored(self._clock.now()),
            *[soon] * 4,
            self._in_vain,
        )

    def _task(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        return asyncio.get_running_loop().create_task(work)

    async def _end(self, loops: "list[asyncio.Task[None]]") -> None:
        for _ in range(20):  # what swallows its own end is ended again
            for one in loops:
                one.cancel()
            _, left = await asyncio.wait(loops, timeout=0.5)
            if not left:
                return
        raise AssertionError(f"loops that do not end: {loops}")

    async def _live(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Died:
            pass
        except BaseExceptionGroup as group:
            if group.split(Endless)[0]:
                raise Endless(describe(group)) from group
            if not group.split(Died)[0]:
                self._break(group)
        except Exception as error:  # noqa: BLE001 - whatever it is, the process ends and is started again
            self._break(error)
        if self.dead:
            await self._bury()

    def _break(self, error: BaseException) -> None:
        """An error ends the process, as its supervisor would see it."""
        if self.dead:
            return
        self.failed = error
        self.die(f"an error: {describe(error)}")

    async def _bury(self) -> None:
        """Drop every task of the process; what they do in the end reaches neither disk nor platform."""
        me = asyncio.current_task()
        for _ in range(50):
            others = [one for one in asyncio.all_tasks() if one is not me]
            if not others:
                return
            for one in sorted(others, key=lambda one: (len(one.get_name()), one.get_name())):
                one.cancel()
            await asyncio.wait(others, timeout=0.1)
        raise AssertionError("a dead process goes on")

    async def stop(self) -> None:
        """End in good order."""
        if not self.dead:
            await self.engine.close()
            for one in self._databases:
                await one.close()
            self._disk.cut_off()


def _refusal(words: str, code: int) -> sqlite3.OperationalError:
    """An error as SQLite itself raises it."""
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = code
    return error


def describe(error: BaseException) -> str:
    """An error in one line, with those inside of it."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(describe(one) for one in error.exceptions)
    return f"{type(error).__name__}: {error}".split("\n", 1)[0]


def stored(at: Any) -> str:
    """An instant as SQLite keeps it."""
    return str(at.strftime("%Y-%m-%d %H:%M:%S.%f"))
