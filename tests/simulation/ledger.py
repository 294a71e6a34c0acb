"""What the journal says, sorted for the model: who is who, when the bot could not hear, when anything was out of order."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from tests.simulation.journal import Act, Call, Violation
from tests.simulation.people import Person
from tests.simulation.world import World

NONCE_AGAIN: Final = "(the same nonce"
_AFTERMATH: Final = timedelta(minutes=20)  # after trouble, until all that had to wait has gone out
__all__ = ["Ledger", "Violation"]
Span = tuple[datetime, datetime]


class Ledger:
    """A journal, looked up in."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.journal = world.journal
        self.begins, self.ends = world.begins, world.ends
        self.people = {(platform, account): one for one in world.people for platform, account in one.accounts.items()}
        self.rooms = {chat for server in world.servers.values() for chat in server.rooms}

    # --- who ----------------------------------------------------------------------------------------------------------
    def person_of(self, one: Act | Call) -> Person | None:
        """Whose act it was, or whose private chat."""
        return self.people.get((one.platform, one.account if isinstance(one, Act) else one.chat))

    @cached_property
    def acts(self) -> dict[str, list[Act]]:
        """By person's name, in order."""
        found: dict[str, list[Act]] = defaultdict(list)
        for one in sorted(self.journal.acts, key=lambda one: (one.at, one.number)):
            person = self.person_of(one)
            if person is not None:
                found[person.name].append(one)
        return found

    @cached_property
    def private(self) -> dict[str, list[Call]]:
        """What was shown to each person in private, in the order in which it arrived."""
        found: dict[str, list[Call]] = defaultdict(list)
        for one in self.shown:
            person = self.person_of(one)
            if one.private and person is not None:
                found[person.name].append(one)
        return found

    @cached_property
    def shown(self) -> list[Call]:
        """Sends and edits that took effect, in order."""
        made = [one for one in self.journal.calls if one.reached and one.what in {"send", "edit"}]
        return sorted((one for one in made if not one.text.startswith(NONCE_AGAIN)), key=lambda one: (one.at, one.number))

    @cached_property
    def public(self) -> list[Call]:
        """What a whole group saw; what Discord shows to one person in a group has that press in its ref."""
        return [one for one in self.shown if not one.private and one.ref.count("/") < 2]

    # --- when ---------------------------------------------------------------------------------------------------------
    @cached_property
    def down(self) -> list[Span]:
        """When no process ran, or the machine slept."""
        return list(self._spans(("died", "suspended"), ("starts", "resumed")))

    def _spans(self, begin: tuple[str, ...], end: tuple[str, ...]) -> Iterator[Span]:
        since: datetime | None = None
        for mark in self.journal.marks:
            if mark.what in begin and since is None:
                since = mark.at
            elif mark.what in end and since is not None:
                yield since, mark.at
                since = None
        if since is not None:
            yield since, self.ends

    @cached_property
    def faults(self) -> list[tuple[str, datetime, datetime]]:
        """Faults that last: what, since and until when."""
        open_: dict[str, datetime] = {}
        found = []
        for mark in self.journal.marks:
            kind, _, what = mark.what.partition(": ")
            if kind == "begins":
                open_.setdefault(what, mark.at)
            elif kind == "ends" and what in open_:
                found.append((what, open_.pop(what), mark.at))
        return found + [(what, since, self.ends) for what, since in open_.items()]

    def troubled(self, since: datetime, until: datetime, *, platform: str = "") -> bool:
        """Whether anything was out of order between two instants, or shortly before."""
        since -= _AFTERMATH
        others = {"telegram", "discord"} - {platform} if platform else set()
        spans = [*self.down, *((a, b) for what, a, b in self.faults if what.split(" ", 1)[0] not in others)]
        return any(a < until and b > since for a, b in spans)

    def fair(self, call: Call) -> bool:
        """Whether all was in order for a day before a call, and neither limit nor line of its chat can have held it up."""
        begun = self._begun[call.chat]
        before = begun[max(0, bisect_left(begun, call.begun) - 1)]
        alone = not timedelta() < call.begun - before < timedelta(minutes=3)
        slow = bool(self.world.plan.made.per_second)
        return alone and not slow and not self.troubled(call.begun - timedelta(hours=26), call.begun)

    @cached_property
    def _begun(self) -> dict[str, list[datetime]]:
        """By chat, when calls to it were begun, in order."""
        found: dict[str, list[datetime]] = defaultdict(list)
        for one in self.journal.calls:
            insort(found[one.chat], one.begun)
        return found

    def deaf_before(self, at: datetime) -> timedelta:
        """For how long, at the least, the bot could not hear in the twelve hours before an instant."""
        long = timedelta(minutes=5)
        silent = [(a, b) for what, a, b in self.faults if what.endswith((" outage refused", " outage silent"))]
        total, reach = timedelta(), at - timedelta(hours=12)
        for since, until in sorted([*self.down, *silent]):
            if until - since < long:
                continue
            begin, end = max(since, reach), min(until, at)
            if end > begin:
                total += end - begin
                reach = end
        return total

    # --- what ---------------------------------------------------------------------------------------------------------
    @cached_property
    def tokens(self) -> dict[str, Act]:
        """By word, what somebody said with it first."""
        found: dict[str, Act] = {}
        for one in sorted(self.journal.acts, key=lambda one: (one.at, one.number)):
            if one.token and one.kind == "said":
                found.setdefault(one.token, one)
        return found

    @cached_property
    def with_token(self) -> dict[str, list[Call]]:
        """By word, what was shown with it, in order."""
        found: dict[str, list[Call]] = defaultdict(list)
        for one in self.shown:
            for word in set(one.text.replace("“", " ").replace("”", " ").replace(",", " ").replace(":", " ").split()):
                if len(word) == 7 and word[0] in "kpc" and word.endswith("x"):
                    found[word].append(one)
        return found

    def moved_house(self, person: Person, at: datetime, *, within: timedelta = timedelta(days=3)) -> bool:
        """Whether the person changed zones near an instant, so that one cannot say from outside where they are to the bot."""
        said = [one for one in self.acts[person.name] if one.words.startswith("/timezone ") and not one.lost]
        return any(abs(one.at - at) <= within for one in said[1:]) or not said

    def zone(self, person: Person, at: datetime) -> str:
        """Where the person last said to be."""
        said = [
            one.words.split()[1]
            for one in self.acts[person.name]
            if one.words.startswith("/timezone ") and one.at <= at and not one.lost
        ]
        known = [one for one in said if "/" in one]
        return known[-1] if known else person.zone
