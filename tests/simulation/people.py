"""Learners with characters: what they do with the bot, in their own zone, whether the bot is up or not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from tests.simulation.chats import Room, Shown
from tests.simulation.telegram import Telegram

if TYPE_CHECKING:
    from tests.simulation.world import World

ZONES: Final = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Tehran",
    "America/St_Johns",
    "Africa/Casablanca",
)
WALLS: Final = ("07:00", "06:30", "20:00")
ODD_WALLS: Final = {  # in the hours that a change of the clock leaves out or repeats
    "Europe/London": ("01:30", "01:30"),
    "America/New_York": ("01:30", "02:15"),
    "Australia/Lord_Howe": ("01:30", "02:15"),
    "Pacific/Apia": ("03:30", "03:30"),
    "Asia/Tehran": ("23:30", "00:15"),
    "America/St_Johns": ("01:30", "02:15"),
    "Africa/Casablanca": ("02:15", "02:30"),
}
LEVELS: Final = ("private", "group", "alert")


@dataclass(frozen=True, slots=True)
class Character:
    """How somebody is. Chances are per study day, or per week where it says so."""

    name: str
    days: str  # as typed after /slot
    studies: float
    taps: float = 0.7  # rather than typing a line
    twice: float = 0.0
    undoes: float = 0.0
    rubbish: float = 0.0
    at_night: float = 0.0  # checks in around the end of the study day
    promises: float = 0.1  # a week
    keeps: float = 0.6
    moves: float = 0.0
    silent: float = 0.0  # a week: says nothing for weeks then
    travels: float = 0.0  # a week
    pauses: float = 0.0  # a week
    blocks: float = 0.0  # a week
    leaves: float = 0.0  # a week
    flips: float = 0.0  # a week
    meddles: float = 0.0  # a week: presses other people's buttons


CHARACTERS: Final = (
    Character("diligent", "every day", 0.95, promises=0.2, keeps=0.9),
    Character("weekend", "sat sun", 0.85, promises=0.1),
    Character("owl", "mon thu", 0.8, taps=0.3, at_night=0.8),
    Character("hasty", "tue thu", 0.8, twice=0.5, undoes=0.25, meddles=0.3),
    Character("clumsy", "mon thu", 0.7, taps=0.2, rubbish=0.4, undoes=0.2),
    Character("promiser", "mon wed", 0.6, promises=0.8, keeps=0.5, moves=0.3),
    Character("breaker", "wed", 0.3, promises=0.6, keeps=0.1, moves=0.2),
    Character("ghost", "mon tue fri", 0.5, silent=0.5),
    Character("traveller", "tue sat", 0.8, travels=0.4),
    Character("pauser", "mon fri", 0.7, pauses=0.3),
    Character("blocker", "tue fri", 0.7, blocks=0.25, promises=0.15),
    Character("leaver", "wed sun", 0.7, leaves=0.3, promises=0.3, keeps=0.4),
    Character("flipper", "thu sat", 0.7, flips=0.5, promises=0.3, keeps=0.4),
)


@dataclass(slots=True)
class Person:
    """One learner. `account` by platform; `home` is the platform where they do things."""

    name: str
    character: Character
    zone: str
    wall: str
    home: str
    accounts: dict[str, str]
    room: tuple[str, str]  # platform and chat of their group
    world: "World"
    rng: Random
    silent_until: datetime | None = None
    member: bool = False
    blocked: bool = False
    promises: list[str] = field(default_factory=list)
    done: set[str] = field(default_factory=set)

    @property
    def days(self) -> str:
        """When they study, as typed after /slot; where the bot is slow all do every day, so that all want something at once."""
        return "every day" if self.world.plan.made.per_second else self.character.days

    # --- acts ---------------------------------------------------------------------------------------------------------
    @property
    def server(self) -> Any:
        return self.world.servers[self.home]

    def say(self, words: str, at: datetime, *, token: str = "", here: str = "", in_room: bool = False) -> Any:
        home = here or (self.room[0] if in_room else self.home)
        chat = self.world.room_of(self).chat if in_room else ""
        return self.world.servers[home].says(self.accounts[home], self.name, words, at=at, chat=chat, token=token)

    def press(self, shown: Shown, data: str, at: datetime, *, here: str = "", token: str = "") -> Any:
        home = here or self.home
        return self.world.servers[home].presses(self.accounts[home], self.name, shown.ref, data, at=at, token=token)

    def find(self, prefix: str, *, here: str = "", words: str = "") -> Any:
        """The newest button in one's private chat whose data begins so."""
        home = here or self.home
        return self.world.servers[home].newest(self.accounts[home], prefix, words=words)

    def later(self, at: datetime, does: Callable[[datetime], Any]) -> None:
        self.world.at(at, does)

    def when_shown(
        self,
        at: datetime,
        prefix: str,
        then: Callable[[Shown, str, datetime], Any],
        *,
        words: str = "",
        tries: int = 3,
        here: str = "",
    ) -> None:
        """Do something with a button once it is there; look again a few times, and then let it be."""

        def look(now: datetime) -> None:
            found = self.find(prefix, words=words, here=here)
            if found is not None:
                then(found[0], found[1], now)
            elif tries > 1:
                self.when_shown(now + timedelta(minutes=7), prefix, then, words=words, tries=tries - 1, here=here)

        self.later(at, look)

    # --- a life -------------------------------------------------------------------------------------------------------
    def settles_in(self, at: datetime, level: str) -> None:
        """Say where one lives and when one studies, and join the group."""
        here, there = self.accounts[self.home], self.room[0]
        self.later(at, lambda now: self.say(f"/timezone {self.zone}", now))
        self.later(at + timedelta(seconds=20), lambda now: self.say(f"/slot {self.wall} {self.days}", now))
        if there != self.home:
            self.links(at + timedelta(seconds=60), there)
            at += timedelta(minutes=10)
        assert here
        self.joins(at + timedelta(seconds=40), level)

    def links(self, at: datetime, there: str) -> None:
        """Make one learner of both accounts: a code from one, typed on the other, confirmed there."""

        def give(now: datetime) -> None:
            chat = self.world.servers[self.home].messages.get(self.accounts[self.home], {})
            code = next((w for one in reversed(chat.values()) for w in [_code_in(one.text)] if w), "")
            if code:
                self.say(f"/link {code}", now, here=there)
                self.when_shown(
                    now + timedelta(seconds=20), "link.confirm", lambda s, d, n: self.press(s, d, n, here=there), here=there
                )

        self.later(at, lambda now: self.say("/link", now))
        self.later(at + timedelta(seconds=30), give)

    def joins(self, at: datetime, level: str) -> None:
        there = self.room[0]
        self.member = True
        self.later(
            at, lambda now: self.say("hello", now, here=there) if there == "discord" else self.say("/help", now, here=there)
        )
        self.later(at + timedelta(seconds=15), lambda now: self.say("/join", now, in_room=True))
        self.chooses(at + timedelta(seconds=45), level)

    def chooses(self, at: datetime, level: str) -> None:
        there = self.room[0]

        def choose(shown: Shown, data: str, now: datetime) -> None:
            wanted = next((one for one in shown.presses if one.startswith("privacy.choose") and one.endswith(f"|{level}")), None)
            if wanted is not None:
                self.press(shown, wanted, now, here=there, token=level)

        self.when_shown(at, "privacy.choose", choose, here=there)

    def lives(self, begin: datetime) -> None:
        """Plan the local date that begins within the day after an instant, and so on."""
        if begin >= self.world.ends:
            return
        self.later(begin + timedelta(days=1), self.lives)
        if self.silent_until is not None and begin < self.silent_until:
            return
        zone = ZoneInfo(self.zone)
        day = begin.astimezone(zone).date() + timedelta(days=1)
        if day.weekday() in weekdays(self.days) and self.rng.random() < self.character.studies:
            self._studies(day, zone)
        self._whims(begin)

    def _studies(self, day: date, zone: ZoneInfo) -> None:
        hours, minutes = map(int, self.wall.split(":"))
        night = 1 if hours < 3 else 0
        slot = datetime.combine(day + timedelta(days=night), time(hours, minutes), zone).astimezone(UTC)
        if self.rng.random() < self.character.at_night:
            end = datetime.combine(day + timedelta(days=1), time(3), zone).astimezone(UTC)
            at = end + timedelta(minutes=self.rng.choice((-50, -20, -5, -1, 1, 5)), seconds=self.rng.uniform(-20, 20))
        else:
            at = slot + timedelta(minutes=self.rng.choice((0.05, 2, 5, 30, 90, 300)), seconds=self.rng.uniform(0, 40))
            if self.world.plan.made.per_second and self.rng.random() < 0.4:  # while the others' cards are still queued
                at = slot + timedelta(seconds=self.rng.uniform(2, 9))
        self.later(at, self._checks_in)

    def _checks_in(self, at: datetime) -> None:
        card = self.find("card.answer")
        if card is not None and self.rng.random() < self.character.taps:
            shown, data = card
            outcome = self.rng.choice(("done", "done", "done", "partly", "skipped"))
            data = next((one for one in shown.presses if one.startswith("card.answer") and one.endswith(f"|{outcome}")), data)
            self.press(shown, data, at)
            if self.rng.random() < self.character.twice:
                self.later(at + timedelta(seconds=self.rng.uniform(0.2, 3)), lambda now: self.press(shown, data, now))
            return
        token = self.world.token("k")
        self.say(f"/checkin {self.rng.choice((20, 30, 45, 90))}m {token}", at, token=token)
        if self.rng.random() < 0.2:  # and one more line before the first is answered
            more = self.world.token("k")
            self.later(at + timedelta(seconds=4), lambda now: self.say(f"/checkin 5m {more}", now, token=more))
        if self.rng.random() < self.character.undoes:
            undo = lambda shown, data, now: self.press(shown, data, now, token=token)  # noqa: E731
            self.when_shown(at + timedelta(seconds=self.rng.uniform(20, 700)), "checkin.undo", undo, words=token, tries=1)

    def _whims(self, begin: datetime) -> None:
        """What is done now and then."""
        of, dice = self.character, self.rng

        def whim(chance: float, does: Callable[[datetime], None]) -> None:
            if chance and dice.random() < chance * self.world.plan.bustle / 7:
                self.later(begin + timedelta(seconds=dice.uniform(0, 86400)), does)

        whim(of.rubbish * 7 * 0.3, self._types_rubbish)
        whim(of.promises, self._promises)
        whim(of.silent, self._falls_silent)
        if begin - self.world.begins > timedelta(weeks=3):
            whim(0.3 / self.world.plan.bustle, self._loses_heart)
        whim(of.travels, self._travels)
        whim(of.pauses, self._pauses)
        whim(of.blocks, self._blocks)
        whim(of.leaves, self._leaves)
        whim(of.flips, lambda at: self.chooses(at, dice.choice(LEVELS)) if self.member else None)
        whim(of.meddles, self._meddles)

    def _types_rubbish(self, at: datetime) -> None:
        self.say(self.rng.choice(("asdf", "/chekin 30m", "/checkin -5", "/timezone Nowhere", "/slot 25:99", "/done", "??")), at)

    def _falls_silent(self, at: datetime) -> None:
        self.silent_until = at + timedelta(weeks=self.rng.choice((1, 2, 3, 6)))

    def _loses_heart(self, at: datetime) -> None:
        """What becomes of most good intentions, for a season."""
        self.silent_until = at + timedelta(weeks=self.rng.choice((8, 16, 30)))

    def _travels(self, at: datetime) -> None:
        self.zone = self.rng.choice([one for one in ZONES if one != self.zone])
        self.say(f"/timezone {self.zone}", at)

    def _pauses(self, at: datetime) -> None:
        today = at.astimezone(ZoneInfo(self.zone)).date()
        first = today + timedelta(days=self.rng.choice((1, 2, 5)))
        last = first + timedelta(days=self.rng.choice((0, 3, 9)))
        self.say(f"/pause {first} to {last}", at)
        self.when_shown(at + timedelta(seconds=40), "pause.set", self.press)

    def _blocks(self, at: datetime) -> None:
        if self.blocked:
            return
        self.blocked = True
        self.server.blocks(self.accounts[self.home], self.name, at=at, blocked=True)
        self.silent_until = at + timedelta(days=self.rng.choice((1, 3, 10)))

        def returns(now: datetime) -> None:
            self.blocked = False
            self.server.blocks(self.accounts[self.home], self.name, at=now, blocked=False)
            self.later(now + timedelta(seconds=1), lambda then: self.say("/today", then))

        self.later(self.silent_until, returns)

    def _leaves(self, at: datetime) -> None:
        if not self.member:
            return
        self.member = False
        room, server = self.world.room_of(self), self.world.servers[self.room[0]]
        if isinstance(server, Telegram):
            server.leaves(self.accounts["telegram"], self.name, room, at=at)
        else:
            account = self.accounts["discord"]
            self.say("/leave", at, in_room=True)

            def confirm(now: datetime) -> None:
                found = server.newest(f"{room.chat}~{account}", "group.leave")
                if found is not None:
                    self.press(found[0], found[1], now, here="discord")

            self.later(at + timedelta(seconds=20), confirm)
        back = at + timedelta(days=self.rng.choice((1, 6, 20)))
        self.later(back, lambda now: self._rejoins(room, now))

    def _rejoins(self, room: Room, at: datetime) -> None:
        room.members.add(self.accounts[self.room[0]])
        self.joins(at, self.rng.choice(("group", "alert")))

    # --- promises -----------------------------------------------------------------------------------------------------
    def _promises(self, at: datetime) -> None:
        """Promise something, publish it, and keep it, or not, or move it."""
        token = self.world.token("p")
        days = self.rng.choice((1, 2, 4, 9, 16))
        due = at.astimezone(ZoneInfo(self.zone)).date() + timedelta(days=days)
        in_room = self.member and self.rng.random() < 0.5
        self.say(f"/commit {token} by {due} {self.rng.choice(('18:00', '12:30', ''))}".strip(), at, token=token, in_room=in_room)
        self.promises.append(token)
        neighbours = [one for one in self.world.people if one is not self and one.room == self.room and one.member]
        if in_room and neighbours and self.rng.random() < 0.4:  # somebody is quicker with the button than its owner
            self.later(at + timedelta(seconds=9), partial(self.rng.choice(neighbours)._meddles_with, "promise.publish"))
        self.later(at + timedelta(seconds=self.rng.uniform(15, 60)), lambda now: self._publishes(token, now, tries=3))
        if self.rng.random() < self.character.keeps:
            near = datetime.combine(due, time(12), UTC) - timedelta(minutes=self.rng.choice((-240, 5, 300, 1000)))
            self.later(max(near, at + timedelta(minutes=20)), lambda now: self._keeps(token, now))
        elif self.rng.random() < self.character.moves * 2:
            self.later(datetime.combine(due, time(10), UTC), lambda now: self._moves(token, now))

    def _publishes(self, token: str, at: datetime, *, tries: int) -> None:
        for home, chat in self._places():
            found = self.world.servers[home].newest(chat, "promise.publish", words=token)
            if found is None:
                continue
            shown, data = found
            if self.rng.random() < 0.5:  # choose who sees it: the consent of this promise
                levels = [one for one in shown.presses if one.startswith("promise.level") and not one.endswith("|private")]
                if levels:
                    self.press(shown, self.rng.choice(levels), at, here=home)
            self.later(at + timedelta(seconds=6), partial(self.press, shown, data, here=home, token=token))
            return
        if tries > 1:
            self.later(at + timedelta(minutes=6), lambda now: self._publishes(token, now, tries=tries - 1))

    def _places(self) -> list[tuple[str, str]]:
        """Where one looks for the bot's messages: one's private chats, and the group."""
        room = self.world.room_of(self)
        return [*self.accounts.items(), (self.room[0], room.chat)]

    def _keeps(self, token: str, at: datetime) -> None:
        self.done.add(token)
        self.say(f"/done {token}", at, token=token)

    def _moves(self, token: str, at: datetime) -> None:
        """Ask for more time by the buttons of the list."""
        self.say("/commitments", at)

        def move(shown: Shown, data: str, now: datetime) -> None:
            self.press(shown, data, now)
            self.later(now + timedelta(seconds=25), lambda then: self.say("in 5 days", then))
            self.when_shown(now + timedelta(seconds=50), "promise.moved", self.press)

        self.when_shown(at + timedelta(seconds=30), "promise.move|", move, tries=1)

    def _meddles(self, at: datetime) -> None:
        """Press whatever somebody else's message in the group offers."""
        kinds = ("promise.publish", "promise.cancel", "promise.level", "slip.cheer", "slip.help", "group.leave")
        if self.member:
            self._meddles_with(self.rng.choice(kinds), at)

    def _meddles_with(self, kind: str, at: datetime) -> None:
        found = self.world.servers[self.room[0]].newest(self.world.room_of(self).chat, kind)
        if found is not None:
            self.press(found[0], found[1], at, here=self.room[0], token="meddles")


def weekdays(words: str) -> set[int]:
    """The weekdays that words like "mon wed" name."""
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return set(range(7)) if words == "every day" else {names.index(one) for one in words.split()}


def _code_in(text: str) -> str:
    _, found, rest = text.partition("/link ")
    return rest.split()[0].strip("`.,") if found and rest.split() else ""
