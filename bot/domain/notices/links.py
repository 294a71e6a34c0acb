"""Notices about one person on two platforms: codes, what linking would mean, what it made."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.domain.notices.people import GroupSeen


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A code to be typed on one of the other `platforms` by `until`."""

    code: str
    platforms: tuple[str, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """A plan of one of the two: `owner` is the learner whose it is."""

    owner: int
    title: str


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """What linking with the account `other` (its name, and its username if it has one) on `platform` would mean.

    `name`: what both are called afterwards. `kept` and `aside`: the plans. `promises`: how many are open, of both together.
    `twice`: the groups both are in, with what each sees from then on. `cards_to`: the platform.
    """

    code: str
    other: str
    username: str | None
    platform: str
    name: str
    kept: LinkPlan | None
    aside: LinkPlan | None
    promises: int
    groups: tuple[str, ...]
    twice: tuple[GroupSeen, ...]
    cards_to: str


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """One of a learner's accounts."""

    platform: str
    username: str | None
    reachable: bool


@dataclass(frozen=True, slots=True)
class Links:
    """A learner's accounts and where cards go. `fresh`: they have just been linked."""

    accounts: tuple[LinkedAccount, ...]
    cards_to: str
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class UnlinkAsked:
    """What unlinking would mean: `platforms` become a learner of their own again (`learner`), with what they brought."""

    learner: int
    platforms: tuple[str, ...]
    stays: tuple[str, ...]
    checkins: int
    promises: int
    plan: str | None


@dataclass(frozen=True, slots=True)
class Unlinked:
    """They are two again. `own`: told to the one who became a learner of their own; `platforms` are the other's."""

    own: bool
    platforms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkLeft:
    """Nothing was changed after all. `linked`: they are linked and stay so."""

    linked: bool


@dataclass(frozen=True, slots=True)
class CardMoved:
    """In place of a card whose learner's day is told elsewhere now."""


# --- refusals -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class LinkWrong:
    """No such code; `left` more may be tried for now."""

    left: int


@dataclass(frozen=True, slots=True)
class LinkTooOften:
    """Too many wrong codes: none is looked at before `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class LinkExpired:
    """The code is right but too old; `platform` gave it out."""

    platform: str


@dataclass(frozen=True, slots=True)
class LinkOwn:
    """One's own code: it is for one of the other `platforms`."""

    platforms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkTaken:
    """The code is of an account on a `platform` on which the person has one already."""

    platform: str


@dataclass(frozen=True, slots=True)
class LinkAstray:
    """A code was typed before others' eyes: it is void."""


@dataclass(frozen=True, slots=True)
class NotLinked:
    """There is nothing to unlink."""


LinkNotice: TypeAlias = (
    LinkCode
    | LinkPreview
    | Links
    | UnlinkAsked
    | Unlinked
    | LinkLeft
    | CardMoved
    | LinkWrong
    | LinkTooOften
    | LinkExpired
    | LinkOwn
    | LinkTaken
    | LinkAstray
    | NotLinked
)
