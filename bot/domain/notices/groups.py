"""Notices about groups: set-up, joining and leaving, the board."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeAlias

from bot.domain.checkins import SessionState
from bot.domain.notices.commitments import Promise


# --- set-up -----------------------------------------------------------------------------------------------------------
class Setting(StrEnum):
    """What an administrator can choose for a group."""

    ZONE = "zone"
    DAY = "day"
    TIME = "time"
    HORIZON = "horizon"
    QUIET = "quiet"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class SetupList:
    """The set-up checklist. `zone` is None until set; `rights` are those the bot has, of post and pin;
    `embeds`: whether it may embed links, where a platform asks for that. `channels`: the group is a channel among others, and
    `home` the one its posts go to, where `threads` says whether it may open threads; any other can be a group of its own.
    `admin_role`: who has it may change all this. `digest`: where digests go, None with other posts, else as Group has it.

    `next_digest` is when the next digest comes; `members` how many joined; `topic` whether posts go to one topic of a forum.
    """

    group: int
    title: str
    join_code: str
    rights: tuple[str, ...]
    zone: str | None
    digest_weekday: int
    digest_wall: time
    next_digest: datetime
    horizon_days: int
    quiet_start: time
    quiet_end: time
    language: str
    members: int
    topic: bool
    embeds: bool = True
    channels: bool = False
    home: str = ""
    threads: bool = False
    admin_role: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class SetupChoice:
    """One setting to choose. `options`: (value for the button, what it means); `chosen` is the present value."""

    group: int
    setting: Setting
    options: tuple[str, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class ChannelRefused:
    """Posts cannot go to the channel that was chosen. `why`: gone, rights (to see and to write), taken (by another group)."""

    why: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class RoleRefused:
    """The role that was chosen cannot be that of administrators. `why`: gone, everyone."""

    why: str


@dataclass(frozen=True, slots=True)
class DigestPlaced:
    """From now on digests go to the topic in which this was asked for; or where other posts go, where that is the place."""

    apart: bool


@dataclass(frozen=True, slots=True)
class ZoneWanted:
    """Which city is the group's? Typed as a reply, for bots hear nothing else in groups. `unknown`: what was said is no place.

    The asking administrator's own city is not offered: where somebody lives is theirs to tell.
    """

    group: int
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class ZonePlaces:
    """Places that may be meant: (name, country, zone)."""

    group: int
    said: str
    places: tuple[tuple[str, str, str], ...]


# --- members ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class JoinOffered:
    """A way in: the button opens the private chat. `member`: they are in already, and can change what is seen."""

    title: str
    join_code: str
    member: bool


@dataclass(frozen=True, slots=True)
class LeaveAsked:
    """Really leave? `promises` open promises would become private."""

    group: int
    learner: int
    promises: int


@dataclass(frozen=True, slots=True)
class Left:
    """They are out."""

    name: str


@dataclass(frozen=True, slots=True)
class Stayed:
    """They thought better of leaving."""


@dataclass(frozen=True, slots=True)
class OutOf:
    """Told in private to who left a chat or was removed from it: `promises` open promises there became private."""

    group: str
    promises: int


@dataclass(frozen=True, slots=True)
class NotIn:
    """Leaving a group one is not in."""


# --- the board --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Studying:
    """A member whose slot is today: `at` when, on the clock of `zone`; `state` what became of it so far."""

    name: str
    at: datetime
    zone: str
    state: SessionState


@dataclass(frozen=True, slots=True)
class MemberAway:
    """A member on a break that the group may know of; `last` is None where nobody knows how long."""

    name: str
    last: date | None


@dataclass(frozen=True, slots=True)
class Board:
    """Who studies today, and the promises by date, as the group's clock in `zone` has it; and who is `away`.

    `more_studying` sessions and `more` promises did not fit; `unnamed` members study in private.
    """

    day: date
    studying: tuple[Studying, ...]
    more_studying: int
    promises: tuple[Promise, ...]
    more: int
    unnamed: int
    zone: str
    away: tuple[MemberAway, ...] = ()
    more_away: int = 0


@dataclass(frozen=True, slots=True)
class BoardMoved:
    """What stands where the board was before it went to another topic, or to a `channel`."""

    channel: str | None = None


@dataclass(frozen=True, slots=True)
class BoardTouched:
    """The board is up to date. `empty`: nobody's study is public yet; `pinned`: the bot may pin it; `channel`: where it is."""

    empty: bool
    pinned: bool
    channel: str | None = None


GroupNotice: TypeAlias = (
    SetupList
    | SetupChoice
    | ChannelRefused
    | RoleRefused
    | DigestPlaced
    | ZoneWanted
    | ZonePlaces
    | JoinOffered
    | LeaveAsked
    | Left
    | Stayed
    | OutOf
    | NotIn
    | Board
    | BoardMoved
    | BoardTouched
)
