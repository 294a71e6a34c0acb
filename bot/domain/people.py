"""Learners, groups and memberships as values; who may be shown what."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Final

DAY_ENDS: Final = time(3)  # PRODUCT.md, Study day
QUIET_START: Final = time(22)  # PRODUCT.md, Slip alert: quiet hours 22:00 to 08:00
QUIET_END: Final = time(8)
HORIZON_DAYS: Final = 7  # PRODUCT.md, Horizon: 7 days, a group may set 0 to 14
DIGEST_WEEKDAY: Final = 6  # PRODUCT.md, Digest: Sunday 18:00
DIGEST_WALL: Final = time(18)
DIGEST_WALLS: Final = tuple(time(hour) for hour in range(7, 23))  # what administrators choose from
REVIEWS_A_DAY: Final = 3  # issue 5, Reviews: at most three a day, a learner's setting
FALLBACK_ZONE: Final = "UTC"  # until a person or group has said where it is


class Consent(StrEnum):
    """How much of a learner a group sees. Ordered: each level shows what the one before it shows, and more."""

    PRIVATE = "private"
    BUDDY = "buddy"
    GROUP = "group"
    ALERT = "alert"  # group + alert

    @property
    def rank(self) -> int:
        """0 shows nothing, 3 everything."""
        return list(Consent).index(self)

    @property
    def public(self) -> bool:
        """Whether the group may see it at all."""
        return self in {Consent.GROUP, Consent.ALERT}


def narrower(first: Consent | None, second: Consent | None) -> Consent:
    """The more private of two levels; one not chosen yet shows nothing (PRODUCT.md: nothing is preselected)."""
    return min(first or Consent.PRIVATE, second or Consent.PRIVATE, key=lambda level: level.rank)


@dataclass(frozen=True, slots=True)
class Learner:
    """One person. `zone` is None until told; `platform` is where cards go.

    `quiet_own`: the quiet hours are of their choosing; those everybody begins with hold back warnings, not what follows a card.
    `heard_day` is the study day on which they last said or pressed anything.
    `reviews_a_day` is how many reviews a day has at most; `long_reviews`: they go on after practice, for long-term memory.
    `linked_to` is the learner that this one is one with since an account was linked: dormant, it hears and says nothing.
    """

    id: int
    name: str
    language: str
    zone: str | None
    day_ends: time
    quiet_start: time
    quiet_end: time
    platform: str
    onboarded: bool
    linked_to: int | None = None
    quiet_own: bool = False
    heard_day: date = date.min
    reviews_a_day: int = REVIEWS_A_DAY
    long_reviews: bool = False

    @property
    def clock_zone(self) -> str:
        """The zone to reckon in: the learner's, or UTC until it is known."""
        return self.zone or FALLBACK_ZONE


@dataclass(frozen=True, slots=True)
class Group:
    """One chat whose members are public to each other. `rights` is what the platform last said the bot may do where posts go.

    `server` is what the chat is a channel of, where a platform has such a thing: there `topic` is a channel of its own.
    `admin_role`: who has it may change the group's settings as administrators may. `digest_topic` is where digests go, if not
    where other posts do: a topic, or WEEKLY, a new thread each.
    """

    id: int
    platform: str
    chat: str
    topic: str | None
    title: str
    language: str
    zone: str | None
    digest_weekday: int
    digest_wall: time
    horizon_days: int
    quiet_start: time
    quiet_end: time
    rights: dict[str, bool]
    join_code: str
    active: bool
    server: str | None = None
    admin_role: str | None = None
    digest_topic: str | None = None

    @property
    def home(self) -> str:
        """The channel in which posts stand, in a group that is channels of a server."""
        return self.topic or self.chat

    @property
    def clock_zone(self) -> str:
        """The zone to reckon in: the group's, or UTC until an administrator has set it."""
        return self.zone or FALLBACK_ZONE


@dataclass(frozen=True, slots=True)
class Membership:
    """A learner in a group; `consent` is None until chosen."""

    learner_id: int
    group_id: int
    consent: Consent | None


WEEKLY: Final = "weekly"  # as a digest's topic: each week's digest has a thread of its own
MAIN: Final = "main"
SECOND: Final = "second"


@dataclass(frozen=True, slots=True)
class Slot:
    """When a learner studies: a local wall time on weekdays (0 = Monday) in a zone. `kind`: main is the must, second optional."""

    id: int
    learner_id: int
    kind: str
    wall: time
    weekdays: frozenset[int]
    zone: str
