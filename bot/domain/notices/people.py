"""Notices about people: the home that /start makes, zone, slot, and what is public where."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import TypeAlias

from bot.domain.notices.pauses import Away
from bot.domain.people import Consent


# --- the questions of /start, also asked one by one by /timezone, /slot and the home --------------------------------------
@dataclass(frozen=True, slots=True)
class Frame:
    """Where a question stands: `number` of `total`; `alone` when asked by itself; `back` where a question came before it."""

    number: int = 1
    total: int = 1
    alone: bool = True
    back: bool = False


@dataclass(frozen=True, slots=True)
class AskZone:
    """Where are you? `zone`: as known now; `group`: the group one is about to join; `opening`: the first words ever said."""

    frame: Frame
    zone: str | None = None
    group: str | None = None
    opening: bool = False


@dataclass(frozen=True, slots=True)
class AskLocation:
    """The platform's own button to share a location, which needs a message of its own."""


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """A place that may be meant: `country` is its ISO 3166 code, "" for a zone by name."""

    name: str
    country: str
    zone: str


@dataclass(frozen=True, slots=True)
class AskPlace:
    """Which of these places? Also asked when there is only one: the time there now shows whether it is the right one."""

    places: tuple[PlaceFound, ...]


@dataclass(frozen=True, slots=True)
class AskSlot:
    """When do you study? `wall` and `weekdays`: as set now."""

    frame: Frame
    zone: str
    wall: time | None = None
    weekdays: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AskDays:
    """On which days at `wall`? `weekdays` are those ticked so far."""

    frame: Frame
    wall: time
    weekdays: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TemplateOffered:
    """A shipped plan to choose."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class AskPlan:
    """What do you study?"""

    frame: Frame
    templates: tuple[TemplateOffered, ...]


@dataclass(frozen=True, slots=True)
class AskConsent:
    """How much may this group see? `consent` is None until chosen; nothing is preselected. `frame`: None outside of /start."""

    group_id: int
    group: str
    consent: Consent | None
    frame: Frame | None = None


# --- where things stand -------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class GroupSeen:
    """A group of the learner's and what it sees."""

    id: int
    title: str
    consent: Consent | None


@dataclass(frozen=True, slots=True)
class Home:
    """All that is set up, with a way to change each. `fresh`: it has just been. Every part may be missing."""

    fresh: bool
    zone: str | None
    wall: time | None
    weekdays: tuple[int, ...]
    next_at: datetime | None  # the next card
    plan: str | None
    done: int
    total: int
    groups: tuple[GroupSeen, ...]
    second: tuple[time, tuple[int, ...]] | None = None  # the second slot: when, on which weekdays
    away: Away | None = None


@dataclass(frozen=True, slots=True)
class ZoneSet:
    """The zone is set. `promised_at` is when the nearest open promise is due, on the clock of `promised_zone`: it stays."""

    zone: str
    next_at: datetime | None
    promised_at: datetime | None = None
    promised_zone: str | None = None


@dataclass(frozen=True, slots=True)
class SlotSet:
    """The slot is set; the next card comes at `next_at`."""

    wall: time
    weekdays: tuple[int, ...]
    zone: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class SecondSlot:
    """The optional second slot as it stands; `wall` is None where there is none, `weekdays` are then those it would get.

    `dropped`: it has just been done away with.
    """

    wall: time | None
    weekdays: tuple[int, ...]
    zone: str
    next_at: datetime | None
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Privacy:
    """What each group sees."""

    groups: tuple[GroupSeen, ...]


@dataclass(frozen=True, slots=True)
class ConsentSet:
    """The level is chosen."""

    group_id: int
    group: str
    consent: Consent


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The learner's quiet hours; none where they end when they begin. `own`: of their choosing, `fresh`: just chosen."""

    start: time
    end: time
    own: bool
    fresh: bool


# --- refusals -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ZoneFirst:
    """A slot was asked for before the zone is known; at `wall`, if a time was said."""

    wall: time | None = None


@dataclass(frozen=True, slots=True)
class ZoneUnknown:
    """What was said is no place we know. `offset`: it was a UTC offset, which knows nothing of summer time."""

    said: str
    offset: bool = False


@dataclass(frozen=True, slots=True)
class LocationUnknown:
    """A location that lies in no zone: the high seas."""


@dataclass(frozen=True, slots=True)
class SlotUnclear:
    """What was said is no slot we understand. `days_only`: only weekdays were wanted."""

    said: str
    days_only: bool = False


@dataclass(frozen=True, slots=True)
class SecondSlotTaken:
    """The second slot was to be at the time of the main one."""

    wall: time


@dataclass(frozen=True, slots=True)
class QuietUnclear:
    """What was said is no span of hours we understand."""

    said: str


@dataclass(frozen=True, slots=True)
class ButtonsOnly:
    """Words came where only a button is an answer."""


@dataclass(frozen=True, slots=True)
class LinkDead:
    """A Join link that leads nowhere any more."""


@dataclass(frozen=True, slots=True)
class NotMember:
    """What was asked is for the members of this group."""


@dataclass(frozen=True, slots=True)
class PrivatelyAnswered:
    """Said in a group: the answer is in the private chat, or (`reachable` False) there is none with this learner yet."""

    reachable: bool


PeopleNotice: TypeAlias = (
    AskZone
    | AskLocation
    | AskPlace
    | AskSlot
    | AskDays
    | AskPlan
    | AskConsent
    | Home
    | ZoneSet
    | SlotSet
    | SecondSlot
    | Privacy
    | ConsentSet
    | QuietHours
    | QuietUnclear
    | ZoneFirst
    | ZoneUnknown
    | LocationUnknown
    | SlotUnclear
    | SecondSlotTaken
    | ButtonsOnly
    | LinkDead
    | NotMember
    | PrivatelyAnswered
)
