"""Notices about buddies: asked by link, a yes of both, an end by either; and what a buddy hears."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class BuddyOf:
    """Somebody whose buddy the reader is: this week's sessions `done` of `planned`, the streak, and whether they are away."""

    id: int
    name: str
    done: int
    planned: int
    streak: int
    away: bool
    away_until: date | None


@dataclass(frozen=True, slots=True)
class BuddyMine:
    """The reader's own buddy; not yet one while either has not said yes."""

    id: int
    name: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Buddies:
    """How things stand on both sides."""

    mine: tuple[BuddyMine, ...]
    others: tuple[BuddyOf, ...]
    silent_days: int


@dataclass(frozen=True, slots=True)
class BuddyInvite:
    """A link to hand on; good until `until`."""

    name: str
    code: str
    until: datetime
    silent_days: int


@dataclass(frozen=True, slots=True)
class BuddyAsked:
    """Somebody came by such a link: would they?"""

    name: str
    code: str
    silent_days: int


@dataclass(frozen=True, slots=True)
class BuddyAccepted:
    """They would; `asker` is asked once more, and told so here."""

    asker: str


@dataclass(frozen=True, slots=True)
class BuddyConfirm:
    """To the one who asked: `name` would; is it the right one?"""

    id: int
    name: str
    username: str | None


@dataclass(frozen=True, slots=True)
class BuddyMade:
    """Both said yes. `mine`: `name` is the reader's buddy now, else the reader is theirs."""

    name: str
    mine: bool


@dataclass(frozen=True, slots=True)
class BuddyEnded:
    """It is over, or never was. `told`: the other side ended it."""

    name: str
    told: bool


@dataclass(frozen=True, slots=True)
class BuddyRefused:
    """Why not: dead (a link that leads nowhere), own (one's own link)."""

    why: str


@dataclass(frozen=True, slots=True)
class BuddySilent:
    """To the buddy: `name` has not said a word for `days` study days."""

    name: str
    days: int


BuddyNotice: TypeAlias = (
    Buddies | BuddyInvite | BuddyAsked | BuddyAccepted | BuddyConfirm | BuddyMade | BuddyEnded | BuddyRefused | BuddySilent
)
