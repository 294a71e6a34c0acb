"""What somebody in the term can do: write, press, send a file; each is written down for the transcript."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from tests.fakes.telegram import Group, Person, Seen
from tests.flows.stage import Stage

Where = Literal["private", "group"]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Did:
    """One thing a person did: `told` answers of the bot had been sent by then."""

    who: str
    at: datetime
    chat: int
    what: str
    told: int
    on: int | None = None  # the message whose button was pressed


@dataclass(slots=True)
class Actor:
    """Somebody at a phone."""

    stage: Stage
    person: Person
    group: Group
    log: list[Did]
    zone: str
    friends: "dict[str, Actor]" = field(default_factory=dict)
    day: date = field(default=date.min)
    sittings: int = 0  # on the module in hand

    @property
    def dice(self) -> random.Random:
        """Chance, the same at every run: a fresh one for each day."""
        return random.Random(f"{self.person.name}:{self.day}")

    async def says(self, words: str, where: Where = "private", *, reply_to: Seen | None = None) -> None:
        """Write to the bot, or to the group."""
        self._write_down(where, words)
        await self.stage.says(self.person, words, chat=self.group if where == "group" else None, reply_to=reply_to)

    async def sends(self, name: str, content: str) -> None:
        """Send the bot a file."""
        self._write_down("private", f"(sends the file {name})")
        self.person.sends_document(name, content.encode())
        await self.stage.settle()

    async def presses(self, label: str, where: Where = "private", *, about: str = "") -> bool:
        """Press the newest button that begins so, of a message that says `about`; False where there is none to press."""
        chat = self.group if where == "group" else self.person
        for seen in reversed(self.stage.seen(chat)):
            matches = [one for one in seen.labels if one == label] or [one for one in seen.labels if one.startswith(label)]
            if matches and about in seen.text and not seen.deleted:
                self._write_down(where, f"[{matches[0]}]", on=seen.id)
                await self.stage.presses(self.person, matches[0], on=seen)
                return True
        return False

    async def presses_card(self, label: str) -> bool:
        """Press a button of today's card that begins so; False where it has none."""
        day = f"{self.day:%a} {self.day.day} {self.day:%b}"
        card = next((seen for seen in reversed(self.stage.seen(self.person)) if seen.text.startswith(day)), None)
        found = next((one for one in card.labels if one.startswith(label)), None) if card is not None else None
        if card is None or found is None:
            return False
        self._write_down("private", f"[{found}]", on=card.id)
        await self.stage.presses(self.person, found, on=card)
        return True

    def _write_down(self, where: Where, what: str, *, on: int | None = None) -> None:
        chat = self.group.id if where == "group" else self.person.id
        told = len(self.stage.tg.journal)
        self.log.append(Did(self.person.name, self.stage.clock.at, chat, what, told, on))


Act = Callable[[Actor], Awaitable[object]]


def says(*lines: str, where: Where = "private") -> Act:
    """Write these, one after the other."""

    async def act(actor: Actor) -> None:
        for line in lines:
            await actor.says(line, where)

    return act


def tells(*lines: str) -> Act:
    """Write these to the group."""
    return says(*lines, where="group")


def presses(*labels: str, where: Where = "private", about: str = "") -> Act:
    """Press these, one after the other; AssertionError where one is not to be had, for then the script is wrong."""

    async def act(actor: Actor) -> None:
        for label in labels:
            shown = actor.stage.last(actor.group if where == "group" else actor.person)
            pressed = await actor.presses(label, where, about=about)
            assert pressed, f"{actor.person.name} {actor.day}: no {label!r}; {shown.text!r} {shown.labels}"

    return act


def moves_to(zone: str) -> Act:
    """From tomorrow on this person's clock is another one."""

    async def act(actor: Actor) -> None:
        actor.zone = zone

    return act


def in_turn(*acts: Act) -> Act:
    """These, one after the other."""

    async def act(actor: Actor) -> None:
        for one in acts:
            await one(actor)

    return act


def commits(words: str, *, publish: str = "Publish", where: Where = "group") -> Act:
    """Make a promise and confirm its preview."""
    return in_turn(says(f"/commit {words}", where=where), presses(publish, where=where))


def accepts(whose: str) -> Act:
    """Follow the link in somebody's invitation, and say yes."""

    async def act(actor: Actor) -> None:
        friend = actor.friends[whose]
        texts = [seen.text for seen in actor.stage.seen(friend.person) if "/buddy " in seen.text]
        await actor.says(f"/start buddy_{texts[-1].split('/buddy ')[1].split()[0]}")
        await actor.presses("Yes, I will")

    return act


def answers(label: str = "Done", *, reviews: float = 1.0, finish_every: int = 2, then: str = "") -> Act:
    """Answer the card: done with the module every so many sittings, reviews by chance, and a line after it."""

    async def act(actor: Actor) -> None:
        dice = actor.dice
        if not await actor.presses_card(label) or label in {"Not today", "Start"}:
            return
        if label == "Later":
            await actor.presses_card("Tonight")
            return
        actor.sittings += 1
        while await actor.presses_card("Reviewed" if dice.random() < reviews else "Skip this one"):
            pass
        while await actor.presses_card("How was"):
            await actor.presses_card(dice.choice(("Good", "Good", "Hard", "Again")))
        if label == "Done" and actor.sittings >= finish_every and await actor.presses_card("Finished"):
            actor.sittings = 0
        if then:
            await actor.says(then)

    return act
