"""Notices about commitments: making a promise, showing it, moving it, keeping it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from bot.domain.commitments import MoveKind, Progress, SafeStep, State
from bot.domain.notices.pauses import Away
from bot.domain.pace import Outlook
from bot.domain.people import Consent


# --- values the notices share -----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Promise:
    """A promise as it is told: `zone` is its owner's, `struck` the due instants given up with a mark, oldest first.

    `late_seconds` is how late it was finished, 0 if in time; `covers` names what it covers in the plan, `cut` is how many undone
    modules were taken out of that.
    """

    id: int
    person: str
    text: str
    state: State
    due_at: datetime
    zone: str
    struck: tuple[datetime, ...]
    covers: tuple[str, ...]
    progress: Progress
    slipped: bool
    done_at: datetime | None
    late_seconds: int
    cut: int = 0


class Purpose(StrEnum):
    """What a date is asked for; the subject of the question is a learner for a new promise, else the promise."""

    NEW = "n"
    DRAFT = "d"
    MOVE = "m"
    SPLIT = "s"  # for the part that comes later


@dataclass(frozen=True, slots=True)
class DateOption:
    """A date to pick: `name` is one of domain.date_options, or empty for a reading of what was said."""

    name: str
    at: datetime
    zone: str


# --- making one -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class CommitUsage:
    """How to make a promise."""


@dataclass(frozen=True, slots=True)
class NeedsZone:
    """A date needs a clock: the learner has not said where they live."""

    in_group: bool


@dataclass(frozen=True, slots=True)
class PromiseTooLong:
    """The words of a promise are too many; they are never cut."""

    length: int
    limit: int


@dataclass(frozen=True, slots=True)
class JoinFirst:
    """A promise made in a group by somebody who has not joined it, or left it."""

    group: str
    join_code: str


@dataclass(frozen=True, slots=True)
class DateAsked:
    """By when? `said` is the phrase; `why`: missing, past, same, several, or why it is ambiguous or not understood."""

    purpose: Purpose
    subject: int
    text: str
    why: str
    said: str | None
    options: tuple[DateOption, ...]
    in_group: bool = False  # there only a reply to the question is heard


@dataclass(frozen=True, slots=True)
class Preview:
    """A promise before it is one. `groups`: (id, title) to choose from; `group`: the chosen one's title.

    `level` is None until chosen; `widest` is the widest that the learner's own level in the group allows. `unreachable`: the
    bot cannot write to them in private. `choosing`: the group is still to be chosen.
    """

    promise: Promise
    groups: tuple[tuple[int, str], ...]
    group: str | None
    level: Consent | None
    widest: Consent
    in_place: bool
    unreachable: bool
    choosing: bool


@dataclass(frozen=True, slots=True)
class DraftOver:
    """A preview is too old to be published."""


@dataclass(frozen=True, slots=True)
class DraftPast:
    """The date of a preview has passed meanwhile."""


@dataclass(frozen=True, slots=True)
class ConsentMissing:
    """Who sees it was not chosen yet."""


@dataclass(frozen=True, slots=True)
class DraftDropped:
    """A preview was cancelled; nothing was promised."""


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a preview in private. `group` is None where it stays private."""

    promise: Promise
    group: str | None


# --- in the group -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PromisePost:
    """The post of a promise, at any time of its life; `parts` were split from it."""

    promise: Promise
    parts: tuple[Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class PromiseHidden:
    """What remains of a post whose author made it private."""


@dataclass(frozen=True, slots=True)
class PromiseTakenBack:
    """What remains of a post that was taken back within its first 15 minutes."""


@dataclass(frozen=True, slots=True)
class PostLost:
    """The post did not arrive, or nobody knows: `why` is the courier's word. `again`: whether to offer another try."""

    commitment: int
    text: str
    group: str
    why: str
    again: bool


@dataclass(frozen=True, slots=True)
class PreviewLost:
    """The preview of a promise did not arrive in the group where it was asked for, or nobody knows: `why` as in PostLost."""

    text: str
    group: str
    why: str


@dataclass(frozen=True, slots=True)
class PostArrived:
    """The post of which nobody knew did arrive: somebody answered it."""

    text: str
    group: str


@dataclass(frozen=True, slots=True)
class PostedAgain:
    """The post goes out once more."""


# --- the list ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PromiseLine:
    """One promise of the list, the smallest thing that keeps it safe, and how it stands against its owner's pace."""

    promise: Promise
    step: SafeStep | None
    outlook: Outlook | None = None


@dataclass(frozen=True, slots=True)
class PromiseList:
    """A learner's open promises, most urgent first, a page at a time (from 0); `first` of all stand before this page."""

    lines: tuple[PromiseLine, ...]
    first: int
    page: int
    pages: int
    away: Away | None = None  # its author is on a break, which moves no promise


@dataclass(frozen=True, slots=True)
class PromiseDetail:
    """One promise with what can be done about it."""

    line: PromiseLine
    group: str | None
    away: Away | None = None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event: `kind` as in domain.commitments.Happened; `how`, `was` and `now` for what moved or ended.

    Of a split `text` is what was promised before, `now` the date of the part that comes later, None for that part itself; of a
    cut `text` is what was taken out.
    """

    kind: str
    at: datetime
    how: str | None = None
    was: datetime | None = None
    now: datetime | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class PromiseHistory:
    """Everything that happened to a promise; `older` lines before these are left out."""

    promise: Promise
    lines: tuple[HistoryLine, ...]
    older: int


@dataclass(frozen=True, slots=True)
class NoSuchNumber:
    """A number that none of the `count` open promises has."""

    number: int
    count: int


# --- changing one -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class MoveJudged:
    """What the rules make of a new date, before it is confirmed. `public`: the group sees this promise."""

    promise: Promise
    new_due: datetime
    zone: str
    kind: MoveKind
    horizon_days: int
    public: bool


@dataclass(frozen=True, slots=True)
class PromiseMoved:
    """It was moved."""

    promise: Promise
    old_due: datetime
    kind: MoveKind
    public: bool


@dataclass(frozen=True, slots=True)
class WithdrawalJudged:
    """What the rules make of a withdrawal, before it is confirmed."""

    promise: Promise
    kind: MoveKind
    horizon_days: int
    public: bool


@dataclass(frozen=True, slots=True)
class PromiseWithdrawn:
    """It was withdrawn, or given up."""

    promise: Promise
    kind: MoveKind


@dataclass(frozen=True, slots=True)
class PromiseFinished:
    """Its owner said that it is done; `undo`: it can still be taken back."""

    promise: Promise
    undo: bool


@dataclass(frozen=True, slots=True)
class PromiseReopened:
    """A finish was taken back."""

    promise: Promise


@dataclass(frozen=True, slots=True)
class PromiseKept:
    """The last of its scope was done: it closed by itself."""

    promise: Promise


CommitmentNotice: TypeAlias = (
    CommitUsage
    | NeedsZone
    | PromiseTooLong
    | JoinFirst
    | DateAsked
    | Preview
    | DraftOver
    | DraftPast
    | ConsentMissing
    | DraftDropped
    | Published
    | PromisePost
    | PromiseHidden
    | PromiseTakenBack
    | PostLost
    | PreviewLost
    | PostArrived
    | PostedAgain
    | PromiseList
    | PromiseDetail
    | PromiseHistory
    | MoveJudged
    | PromiseMoved
    | WithdrawalJudged
    | PromiseWithdrawn
    | PromiseFinished
    | PromiseReopened
    | PromiseKept
    | NoSuchNumber
)
