"""What goes wrong in a world: crashes, outages, lost answers, clocks that step, machines that sleep, disks that are full."""

from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

from tests.simulation.days import slot_of

if TYPE_CHECKING:
    from tests.simulation.world import World

KINDS: Final = (
    "crash",
    "crash",
    "crash",
    "lossy",
    "vanishing",
    "refusing",
    "throttled",
    "outage",
    "outage",
    "clock",
    "suspended",
    "busy",
    "full",
    "migration",
    "restart",
    "crowd",
    "frozen",
    "curse",
)


class Faults:
    """The plan of what befalls a world, all of it drawn beforehand."""

    def __init__(self, world: "World", rng: Random) -> None:
        self._world = world
        self._rng = rng

    def plan(self, since: datetime) -> None:
        """Spread faults over the world, from an instant on; each ends before the world does, with time to make up for it."""
        world, rng = self._world, self._rng
        kinds = world.plan.kinds or KINDS
        until = world.ends - timedelta(days=3)
        if until <= since:
            return
        weeks = (until - since) / timedelta(weeks=1)
        for _ in range(round(world.plan.faults * weeks)):
            at = self._busy_moment(since + (until - since) * rng.random(), until)
            kind = rng.choice(kinds)
            getattr(self, f"_{kind}")(at)

    def _busy_moment(self, at: datetime, until: datetime) -> datetime:
        """Most of the time, a moment shortly before somebody's slot: what breaks while nothing happens breaks nothing."""
        if self._rng.random() < 0.3:
            return at
        person = self._rng.choice(self._world.people)
        slot = slot_of(at.date(), person.wall, person.zone) - timedelta(seconds=self._rng.choice((2, 60, 600, 3600)))
        return min(max(slot, self._world.begins + timedelta(hours=8)), until)

    # --- the process --------------------------------------------------------------------------------------------------
    def _crash(self, at: datetime) -> None:
        steps = self._rng.choice((1, 3, 10, 30, 100, 300)) + self._rng.randrange(30)
        self._world.at(at, lambda _now: setattr(self._world.trouble, "steps_left", steps))

    def _restart(self, at: datetime) -> None:
        self._world.at(at, lambda _now: setattr(self._world.trouble, "steps_left", 1))

    def _suspended(self, at: datetime) -> None:
        steps, span = 1 + self._rng.randrange(120), timedelta(minutes=self._rng.choice((4, 50, 200, 600)))

        def sleep(_now: datetime) -> None:
            self._world.trouble.sleeps_after, self._world.trouble.sleeps_for = steps, span

        self._world.at(at, sleep)

    # --- the machine --------------------------------------------------------------------------------------------------
    def _clock(self, at: datetime) -> None:
        skew = timedelta(seconds=self._rng.choice((-3600, -300, -20, 20, 300, 3600)))
        self._during(at, timedelta(hours=self._rng.choice((0.2, 2, 12))), "clock", self._world.clock, "skew", skew, timedelta())

    def _busy(self, at: datetime) -> None:
        self._during(at, timedelta(minutes=self._rng.choice((1, 20))), "busy", self._world.trouble, "busy", 0.6, 0.0)

    def _full(self, at: datetime) -> None:
        self._during(at, timedelta(minutes=self._rng.choice((2, 30, 120))), "full", self._world.trouble, "full", True, False)

    def _crowd(self, at: datetime) -> None:
        span = timedelta(hours=self._rng.choice((2, 24)))
        self._during(at, span, "crowd", self._world.trouble, "crowded", 0.05, 0.0)

    def _frozen(self, at: datetime) -> None:
        span = timedelta(hours=self._rng.choice((12, 30)))
        self._during(at, span, "frozen", self._world.trouble, "frozen", 0.5, 0.0)

    def _curse(self, at: datetime) -> None:
        person = self._rng.choice(self._world.people)

        def curse(now: datetime) -> None:
            token = self._world.token("c")
            self._world.trouble.cursed.add(token)
            person.say(f"/checkin 30m {token}", now, token=token)

        self._world.at(at, curse)

    # --- the platforms ------------------------------------------------------------------------------------------------
    def _lossy(self, at: datetime) -> None:
        self._weather(at, "answers_lost", 0.3)

    def _vanishing(self, at: datetime) -> None:
        self._weather(at, "never_came", 0.3)

    def _refusing(self, at: datetime) -> None:
        self._weather(at, "refused", 0.3)

    def _throttled(self, at: datetime) -> None:
        self._weather(at, "asks_to_wait", 0.2)

    def _weather(self, at: datetime, name: str, value: float) -> None:
        server = self._server()
        span = timedelta(hours=self._rng.choice((0.5, 3, 12)))
        self._during(at, span, f"{server.platform} {name}", server.weather, name, value, 0.0)

    def _outage(self, at: datetime) -> None:
        server, kind = self._server(), self._rng.choice(("refused", "silent", "mute"))
        span = timedelta(seconds=self._rng.choice((10, 60, 600, 3600, 4 * 3600, 30 * 3600)))
        self._during(at, span, f"{server.platform} outage {kind}", server.weather, "outage", kind, "")

    def _migration(self, at: datetime) -> None:
        rooms = [room for platform, room in self._world.rooms if platform == "telegram"]
        if not rooms:
            return
        room = self._rng.choice(rooms)

        def migrate(now: datetime) -> None:
            if room.successor is None:
                self._world.servers["telegram"].migrates(room, at=now)

        self._world.at(at, migrate)

    def _server(self) -> Any:
        return self._world.servers[self._rng.choice(("telegram", "discord"))]

    def _during(self, at: datetime, span: timedelta, what: str, thing: Any, name: str, value: Any, normal: Any) -> None:
        world, until = self._world, min(at + span, self._world.ends - timedelta(days=2))

        def begin(now: datetime) -> None:
            if getattr(thing, name) != normal:  # one such trouble at a time
                return
            setattr(thing, name, value)
            world.journal.mark(now, f"begins: {what}", f"{value}")
            world.at(until, end)

        def end(now: datetime) -> None:
            setattr(thing, name, normal)
            world.journal.mark(now, f"ends: {what}")

        world.at(at, begin)
