"""People who talk to a bot that is a process of its own, and what they told it: the stage of the kill tests."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from tests.fakes.telegram import FakeTelegram, Group, Person, Seen
from tests.flows.outside import Outside
from tests.flows.processes import Program, program

LEVEL = "Group + alert"
PLACES = ("Europe/London", "Asia/Tokyo", "Pacific/Auckland", "America/Los_Angeles", "Asia/Kolkata")
now = SystemClock().now  # the process reads its own clock: here time is real


@dataclass(frozen=True, slots=True)
class Told:
    """What Telegram handed over: who said it, and the words by which it is known again."""

    author: Person
    words: str


@dataclass(slots=True)
class Town:
    """The bot, the people who talk to it, and what they said."""

    tg: FakeTelegram
    bot: Program
    group: Group
    people: list[Person]
    dice: random.Random
    checkins: dict[str, Told] = field(default_factory=dict)  # by the update it came in
    promises: dict[str, Told] = field(default_factory=dict)
    published: set[str] = field(default_factory=set)
    updates: int = 0

    # --- what people do -----------------------------------------------------------------------------------------------
    def act(self) -> None:
        """Somebody publishes a promise whose preview they see, makes another, or checks in."""
        person, name = self.dice.choice(self.people), f"item {self.updates:03}"
        ready = [(one, seen) for one in self.people for seen in self.previews(one)]
        if ready and self.dice.random() < 0.75:
            self.publish(*self.dice.choice(ready))
        elif self.dice.random() < 0.5:
            self.promise(person, name, chat=self.dice.choice((self.group, None)))
        else:
            self.checkin(person, name)
        self.updates += 1

    def checkin(self, person: Person, name: str) -> None:
        """Check in by a command."""
        self.checkins[self._source(person.says(f"/checkin 30m {name}"))] = Told(person, name)

    def promise(self, person: Person, name: str, *, chat: Group | None) -> None:
        """Commit to something, in the group or in private."""
        self.promises[self._source(person.says(f"/commit {name} by in 20 days", chat=chat))] = Told(person, name)

    def publish(self, person: Person, preview: Seen) -> None:
        """Press Publish under a preview."""
        person.presses(preview, "Publish")
        self.published |= self.promised_in(preview)

    def previews(self, person: Person) -> list[Seen]:
        """Previews of the person's promises that are on the screen and not pressed yet."""
        open_ones = {told.words for told in self.promises.values() if told.author == person} - self.published
        shown = [*self.tg.dm(person), *self.tg.chat(self.group)]
        return [seen for seen in shown if "Publish" in seen.labels and self.promised_in(seen) & open_ones]

    def promised_in(self, seen: Seen) -> set[str]:
        """The promises that a message is about; a post has its author's name before them."""
        lines = {line.rpartition(": ")[2] for line in seen.text.splitlines()}
        return lines & {told.words for told in self.promises.values()}

    def _source(self, update: dict[str, Any]) -> str:
        return f"telegram:{self.tg.token.partition(':')[0]}:{update['update_id']}"

    # --- time ---------------------------------------------------------------------------------------------------------
    def pass_time(self) -> None:
        """Let ten minutes pass while nobody runs, as far as somebody waits: for a dead process' lease, for a second try."""
        past = now() - timedelta(minutes=10)
        self.let_claims_lapse()
        self.bot.write("UPDATE outbox SET lease_until = ? WHERE state = 'sending'", past)
        self.bot.write("UPDATE outbox SET next_try_at = ? WHERE state = 'uncertain'", past)

    def let_claims_lapse(self) -> None:
        """Let what a dead process had begun to handle be anybody's (on PostgreSQL; on SQLite it is at once)."""
        self.bot.write("UPDATE inbox SET lease_until = ? WHERE lease_until > ?", now(), now())

    async def until_hearing(self) -> None:
        """Start the bot, and wait until it has stored all that was said."""
        polls = self.tg.counts["getupdates"]
        await self.bot.start()
        await self.tg.until(lambda: self.tg.counts["getupdates"] > polls and self.tg.pending == 0, within=30)

    async def until_said(self) -> None:
        """Wait until everything is handled, and said unless it waits behind something uncertain that waits."""
        await self.until_none("SELECT 1 FROM inbox WHERE state = 'new' LIMIT 1")
        at = now()
        await self.until_none("SELECT 1 FROM outbox WHERE state = 'sending' OR (state = 'uncertain' AND next_try_at < ?)", at)
        behind = "EXISTS (SELECT 1 FROM outbox AS head WHERE head.line = outbox.line AND head.state IN ('sending', 'uncertain'))"
        ready = f"state = 'ready' AND next_try_at < ? AND NOT {behind}"
        await self.until_none(f"SELECT 1 FROM outbox WHERE state = 'sending' OR ({ready})", at)  # noqa: S608 - our own words

    async def until_none(self, query: str, *values: Any) -> None:
        """Wait until the database has no answer to a query."""
        await eventually(lambda: not self.bot.rows(query, *values))


async def eventually(condition: Callable[[], object]) -> None:
    """Wait until something outside of this process is so; TimeoutError after a minute."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - another process's database sets no event
            await asyncio.sleep(0.02)


@asynccontextmanager
async def town(folder: Path, *names: str, seed: int, outside: Outside | None = None) -> AsyncIterator[Town]:
    """People with zone and slot, in a group that may be told everything, and a bot that has just been killed."""
    async with FakeTelegram(now=now) as tg, program(folder, tg, outside) as bot:
        people = [tg.person(name) for name in names]
        made = Town(tg, bot, tg.group("Study", members=people), people, random.Random(seed))
        tg.adds_bot(made.group, by=people[0], rights={"can_pin_messages": True})
        zone = at_midday()
        slot = (now().astimezone(ZoneInfo(zone)) + timedelta(hours=6)).strftime("%H:%M")
        for person in people:
            person.says(f"/timezone {zone}")
            person.says(f"/slot {slot} every day")
            person.says("/join", chat=made.group)
        await bot.start_cold()
        for person in people:
            await eventually(lambda of=person: tg.dm(of) and LEVEL in tg.dm(of)[-1].labels)  # type: ignore[misc] # `of` binds it
            person.presses(tg.dm(person)[-1], LEVEL)
        await tg.until(lambda: tg.pending == 0)
        await made.until_said()
        await bot.kill()
        bot.write("UPDATE groups SET zone = ?", zone)  # quiet hours are not now
        yield made
        # An edit whose answer was lost is made again; that it was made before, only Telegram can say.
        assert not [call for call in tg.refusals if "message is not modified" not in call.outcome]


def at_midday() -> str:
    """A zone where it is day: no study day ends, no quiet hours begin while a test runs."""
    return min(PLACES, key=lambda zone: abs(now().astimezone(ZoneInfo(zone)).hour - 12))
