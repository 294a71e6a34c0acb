"""Notices about slips: warnings, the private question, the alert and what the group does with it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from bot.domain.commitments import MoveKind
from bot.domain.notices.commitments import Promise, PromiseLine


@dataclass(frozen=True, slots=True)
class PromisesNear:
    """A private warning: what is due within a week, soonest first. `move`: what moving the first one would be right now."""

    lines: tuple[PromiseLine, ...]
    move: MoveKind
    horizon_days: int


@dataclass(frozen=True, slots=True)
class DueAsked:
    """The private question at the due instant. `deaf_minutes`: by how much it was moved because the bot was not there.

    `alert`: whether silence leads to an alert in the group.
    """

    promise: Promise
    deaf_minutes: int
    alert: bool


@dataclass(frozen=True, slots=True)
class DueOver:
    """The question no longer stands: the promise was finished, moved or ended another way."""

    promise: Promise


@dataclass(frozen=True, slots=True)
class MissedNoted:
    """Its owner said that it was missed; own words are asked for, and may be skipped."""

    promise: Promise
    alert: bool


@dataclass(frozen=True, slots=True)
class OwnWordsNoted:
    """What its owner has to say stands beside the promise; `words` is None where they left it at that."""

    commitment: int
    words: str | None


@dataclass(frozen=True, slots=True)
class OwnWordsTooLong:
    """Own words are too many; they are never cut."""

    length: int
    limit: int


@dataclass(frozen=True, slots=True)
class SlipNoted:
    """A private line where nothing is said in a group."""

    promise: Promise


class AlertKind(StrEnum):
    """What an alert has to say now."""

    LATE = "late"
    MOVED = "moved"  # more time was asked for, in the open
    DONE = "done"
    ENDED = "ended"  # withdrawn inside the horizon, or given up


@dataclass(frozen=True, slots=True)
class Alert:
    """The message in the group. `also`: promises that slipped meanwhile; `moved`: how often it was moved in the open.

    `next_step` is the title of the next module, where the scope has one.
    """

    kind: AlertKind
    promise: Promise
    also: tuple[Promise, ...]
    promised_at: datetime
    moved: int
    next_step: str | None
    own_words: str | None
    helpers: int
    cheers: int


@dataclass(frozen=True, slots=True)
class AlertHidden:
    """What remains of an alert whose subject made it private."""


@dataclass(frozen=True, slots=True)
class Cheered:
    """A cheer or an offer of help was heard. `kind`: cheer or help; `own`: the author's own press, which counts for nothing."""

    kind: str
    own: bool
    repeated: bool


@dataclass(frozen=True, slots=True)
class HelpOffered:
    """To the author, in private: somebody offered help. `account` and `username` are the helper's on this platform."""

    helper: str
    account: str
    username: str | None
    text: str


SlipNotice: TypeAlias = (
    PromisesNear
    | DueAsked
    | DueOver
    | MissedNoted
    | OwnWordsNoted
    | OwnWordsTooLong
    | SlipNoted
    | Alert
    | AlertHidden
    | Cheered
    | HelpOffered
)
