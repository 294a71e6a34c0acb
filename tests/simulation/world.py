"""A world from a seed: people, two chat programs, a machine that fails, and the bot on it; the model judges its journal."""

import asyncio
import heapq
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
import structlog
from sqlalchemy import create_engine

from bot.store.schema import metadata
from tests.simulation.chats import Room
from tests.simulation.clock import WorldClock, run
from tests.simulation.database import Disk
from tests.simulation.discord import Discord
from tests.simulation.faults import Faults
from tests.simulation.journal import Journal, Violation
from tests.simulation.people import CHARACTERS, LEVELS, ODD_WALLS, WALLS, ZONES, Person
from tests.simulation.process import Bot, Endless, Made, Trouble, stored
from tests.simulation.telegram import Telegram
from tests.simulation.witness import Witness

_FIRST: Final = datetime(2018, 1, 1, tzinfo=UTC)  # a Monday; the years since have every oddity of the zones below
_YEARS: Final = 9
_SETTLED: Final = timedelta(hours=8)  # by then everybody has set up, in fair weather
_LATE: Final = timedelta(seconds=1.5)  # a timer is looked at a moment after it fell due
_STEP: Final = timedelta(minutes=15)  # how often the bot is watched trying in vain, in an outage
_GIVEN_UP: Final = timedelta(hours=3)  # what has been due for so long will hardly be done a moment later
_PATIENCE: Final = timedelta(hours=12)  # how long nothing is looked at where nothing is due

_WAKES: Final = """
    WITH due AS (
        SELECT due_at AS at FROM timers
        UNION ALL SELECT next_try_at FROM outbox WHERE state IN ('ready', 'sending', 'uncertain') AND state != 'sending'
        UNION ALL SELECT lease_until FROM outbox WHERE state IN ('ready', 'sending', 'uncertain') AND state = 'sending'
    )
    SELECT (SELECT min(at) FROM due WHERE at > :at), (SELECT min(at) FROM due WHERE at <= :at)
"""

Happening = Callable[[datetime], Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a world is made of; the same plan makes the same world."""

    seed: int
    weeks: int = 4
    people: int = 6
    faults: float = 4.0  # a week
    kinds: tuple[str, ...] = ()  # of faults; all where none is named

    bustle: float = 1.0  # how much more often than usual people do what they do now and then

    @property
    def made(self) -> Made:
        """Every other bot has a second courier beside it; every fourth one for a few people is slow."""
        return Made(helpers=self.seed % 2, per_second=0.3 if self.seed % 4 == 2 and self.people < 10 else 0.0)

    @property
    def learner_years(self) -> float:
        return self.people * self.weeks * 7 / 365.25


@dataclass(slots=True)
class World:
    """The world while it runs, and what is left of it."""

    plan: Plan
    disk: Disk
    clock: WorldClock
    journal: Journal
    servers: dict[str, Any]
    trouble: Trouble
    witness: Witness
    begins: datetime
    ends: datetime
    people: list[Person] = field(default_factory=list)
    rooms: list[tuple[str, Room]] = field(default_factory=list)
    bots: list[Bot] = field(default_factory=list)
    up_at: datetime | None = None  # when the dead process is started again
    _queue: list[tuple[datetime, int, Happening]] = field(default_factory=list)
    _count: int = 0
    _cleans_at: datetime = _FIRST

    # --- what is asked of it ------------------------------------------------------------------------------------------
    def at(self, when: datetime, does: Happening) -> None:
        """Let something happen at an instant."""
        self._count += 1
        heapq.heappush(self._queue, (when, self._count, does))

    def token(self, letter: str) -> str:
        """A word nobody has used."""
        self._count += 1
        return f"{letter}{self._count:05}x"

    def room_of(self, person: Person) -> Room:
        """Where their group is now."""
        platform, chat = person.room
        room: Room = self.servers[platform].rooms[chat]
        while room.successor is not None:
            room = self.servers[platform].rooms[room.successor]
        return room

    @property
    def bot(self) -> Bot:
        return self.bots[-1]

    # --- time ---------------------------------------------------------------------------------------------------------
    async def live(self) -> None:
        """Let it run from its beginning to its end."""
        self.trouble.overslept = self._happen
        await self.start_bot()
        while True:
            due = self._next()
            if due > self.ends:
                break
            await self._pass(due)
            self._happen()
            if self.up_at is not None and self.up_at <= self.clock.true():
                await self.start_bot()
            elif not self.bot.dead:
                if self.clock.true() >= self._cleans_at:
                    self._cleans_at = self.clock.true() + timedelta(days=1)
                    await self.bot.keep_house()
                await self.bot.sit()
            self._note_death()
        await self.bot.stop()
        self.witness.look_back()

    def _happen(self) -> None:
        """Let people and faults do what they do up to now."""
        while self._queue and self._queue[0][0] <= self.clock.true():
            when, _, does = heapq.heappop(self._queue)
            does(when)

    async def start_bot(self) -> None:
        """Start the process, on the disk as the last one left it; a platform that cannot be reached is waited for."""
        self.up_at = None
        if self.bots and any(one.weather.outage in {"refused", "silent"} for one in self.servers.values()):
            self.up_at = self.clock.true() + timedelta(minutes=5)
            return
        servers = list(self.servers.values())
        made = Bot(
            len(self.bots) + 1,
            disk=self.disk,
            servers=servers,
            clock=self.clock,
            journal=self.journal,
            trouble=self.trouble,
            made=self.plan.made,
        )
        self.bots.append(made)
        self.journal.mark(self.clock.true(), "starts", f"life {made.life}")
        await made.begin()
        await made.sit()
        self._note_death()

    def _note_death(self) -> None:
        if self.bot.dead and self.up_at is None:
            self.up_at = self.clock.true() + self.trouble.downtime()

    def _next(self) -> datetime:
        moments = [self._queue[0][0]] if self._queue else [self.ends + timedelta(days=1)]
        if self.up_at is not None:
            moments.append(self.up_at)
        elif not self.bot.dead:
            moments.append(self._bot_wakes())
        return max(min(moments), self.clock.true())

    def _bot_wakes(self) -> datetime:
        """When the bot has something to do of its own accord: when the next thing falls due, or when it tries again what is."""
        now = self.clock.true()
        at = stored(self.clock.now())
        (found,) = self.disk.rows(_WAKES, {"at": at})
        ahead, since = (None if one is None else _instant(one) - self.clock.skew for one in found)
        moments = [now + _PATIENCE]
        if ahead is not None:
            moments.append(ahead + _LATE)
        if since is not None:
            moments.append(now + self._again(now, since))
        return min(moments)

    def _again(self, now: datetime, since: datetime) -> timedelta:
        """How long until what has been due since then, and was tried, is tried again."""
        vain = any(one.weather.outage for one in self.servers.values()) or self.trouble.full
        if now - since > _GIVEN_UP:
            return 8 * _STEP
        return _STEP if vain or now - since > _STEP else timedelta(seconds=2)

    async def _pass(self, until: datetime) -> None:
        """Let time pass in which nobody does anything; the bot listens all the while, where it can."""
        span = until - self.clock.true()
        if span > timedelta():
            await asyncio.sleep(span.total_seconds())
        if not self.bot.dead and self.up_at is None:
            now = self.clock.now()
            heard = stored(now - timedelta(seconds=1))
            for port in self.bot.ports:
                if port.hears:
                    self.disk.eye.execute("UPDATE pulses SET at = ? WHERE name = ? AND at < ?", (heard, port.bot_id, heard))
                    port.heard_at = now


# --- making one -------------------------------------------------------------------------------------------------------
def make(plan: Plan, file: Path) -> World:
    """A world as it is before anything has happened in it."""
    rng = Random(f"{plan.seed}:world")
    begins = _FIRST + timedelta(weeks=rng.randrange(_YEARS * 52))
    home = rng.choice(ZONES)
    if plan.seed % 2:  # a change of the clock falls into the first week
        begins = _before_change(home, begins)
    clock, journal = WorldClock(begins), Journal()
    servers = {one.platform: one(clock, journal, f"{plan.seed}") for one in (Telegram, Discord)}
    disk = Disk(file)
    world = World(
        plan,
        disk,
        clock,
        journal,
        servers,
        Trouble(Random(f"{plan.seed}:trouble")),
        Witness(disk, clock),
        begins,
        begins + timedelta(weeks=plan.weeks),
    )
    for server in servers.values():
        server.witness = world.witness.arrived
    for number in range(max(1, plan.people // 30)):
        _add_room(world, rng, number, home)
    for number in range(plan.people):
        _add_person(world, rng, number)
    Faults(world, Random(f"{plan.seed}:faults")).plan(begins + _SETTLED)
    return world


def _before_change(zone: str, since: datetime) -> datetime:
    """A midnight three days before the clock changes in a zone for the first time after an instant; that where it never does."""
    tz = ZoneInfo(zone)
    for day in range(400):
        at = since + timedelta(days=day)
        if at.astimezone(tz).utcoffset() != (at + timedelta(days=1)).astimezone(tz).utcoffset():
            return at - timedelta(days=3)
    return since


def _add_room(world: World, rng: Random, number: int, home: str) -> None:
    platform = ("telegram", "discord")[(number + world.plan.seed) % 2]
    server = world.servers[platform]
    room = Room(f"-{900 + number}" if platform == "telegram" else f"{900 + number}", f"Room{number}", "")
    server.rooms[room.chat] = room
    world.rooms.append((platform, room))
    admin = _account(platform, 5000 + number)
    room.admin = admin
    room.members.add(admin)
    world.at(world.begins + timedelta(minutes=1), lambda at: server.adds_bot(room, f"Admin{number}", at=at))
    room.zone = zone = rng.choice(ZONES) if number else home
    world.at(
        world.begins + timedelta(minutes=2),
        lambda at: server.says(admin, f"Admin{number}", f"/setup {zone}", at=at, chat=room.chat),
    )

    def set_zone(at: datetime) -> None:
        found = server.newest(room.chat, "setup.set|zone|")
        if found is None:
            world.at(at + timedelta(minutes=2), set_zone)
        else:
            server.presses(admin, f"Admin{number}", found[0].ref, found[1], at=at)

    world.at(world.begins + timedelta(minutes=3), set_zone)


def _add_person(world: World, rng: Random, number: int) -> None:
    character = CHARACTERS[(number + world.plan.seed) % len(CHARACTERS)]
    there, room = world.rooms[number % len(world.rooms)]
    home = there if rng.random() < 0.75 else rng.choice(("telegram", "discord"))
    accounts = {one: _account(one, 1000 + number) for one in {home, there}}
    person = Person(
        name=f"Nim{number:03}x",
        character=character,
        zone=room.zone if rng.random() < 0.7 else rng.choice(ZONES),
        wall="",
        home=home,
        accounts=dict(sorted(accounts.items())),
        room=(there, room.chat),
        world=world,
        rng=Random(f"{world.plan.seed}:person:{number}"),
    )
    if world.plan.made.per_second:  # what is slow is seen where all want something at once
        person.zone = room.zone
    person.wall = "07:00" if world.plan.made.per_second else rng.choice((*WALLS, *ODD_WALLS.get(person.zone, ())))
    room.members.add(accounts[there])
    world.people.append(person)
    begin = world.begins + timedelta(minutes=10 + rng.randrange(60))
    person.settles_in(begin, rng.choice((*LEVELS, "alert")))
    world.at(world.begins + timedelta(days=1), person.lives)


def _account(platform: str, number: int) -> str:
    return f"{number}" if platform == "telegram" else f"7{number}"


def _instant(kept: str) -> datetime:
    return datetime.fromisoformat(kept).replace(tzinfo=UTC)


# --- running one ------------------------------------------------------------------------------------------------------
def simulate(plan: Plan) -> World:
    """Run a world to its end."""
    with tempfile.TemporaryDirectory(dir=_memory()) as folder, _quietly() as heard, _no_chance(plan.seed):
        file = Path(folder) / "world.db"
        shutil.copyfile(_template(), file)
        world = run(_simulate(plan, file))
        world.journal.defects += heard
        return world


@contextmanager
def _no_chance(seed: int) -> Iterator[None]:
    """Codes that nobody can guess are the seed's as well."""
    dice = Random(f"codes of {seed}")

    def token(nbytes: int | None = None) -> str:
        return dice.randbytes(nbytes or 8).hex()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "choice", dice.choice)
        patch.setattr(secrets, "token_urlsafe", token)
        patch.setattr(secrets, "token_hex", token)
        yield


async def _simulate(plan: Plan, file: Path) -> World:
    world = make(plan, file)
    try:
        await world.live()
    except Endless as endless:
        world.witness.seen.append(Violation("endless", world.clock.true(), str(endless)))
    finally:
        world.disk.close()
    return world


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a file system in memory, where there is one


@cache
def _template() -> Path:
    """An empty database, made once per process."""
    file = Path(tempfile.mkdtemp(dir=_memory())) / "empty.db"
    engine = create_engine(f"sqlite:///{file}")
    metadata.create_all(engine)
    engine.dispose()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    return file


@contextmanager
def _quietly() -> Iterator[list[str]]:
    """Hear nothing of what is logged but what the bot calls its own defects."""
    before = structlog.get_config()
    heard: list[str] = []

    def listen(_logger: Any, name: str, event: Any) -> Any:
        if name in {"error", "exception", "critical"}:
            heard.append(f"{event.get('event')}: {_error_of(event)}")
        raise structlog.DropEvent

    structlog.configure(processors=[listen], cache_logger_on_first_use=False)
    try:
        yield heard
    finally:
        structlog.configure(**before)


def _error_of(event: Any) -> str:
    import sys  # noqa: PLC0415 - only where something is wrong

    error = sys.exc_info()[1]
    facts = {name: value for name, value in event.items() if name not in {"event", "exc_info"}}
    return f"{type(error).__name__}: {str(error).splitlines()[0] if error and str(error) else ''} {facts}"
