"""Notices about the study day: its card, its reminders, its excuses."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from bot.domain.checkins import Outcome, SessionState
from bot.domain.notices.pauses import Away


@dataclass(frozen=True, slots=True)
class CardModule:
    """What to study: `left` modules of its track are not done, this one included."""

    id: int
    title: str
    track: str
    source: str | None
    url: str | None
    left: int


@dataclass(frozen=True, slots=True)
class CardReview:
    """A module again. `studied` is the source it was first studied from, `different` whether `source` is another one.

    `done`: it was settled today, let go where `skipped`. A `long` one is for long-term memory; `rating`: 1 (again) to 4 (easy).
    """

    id: int
    title: str
    source: str | None
    url: str | None
    studied: str | None
    different: bool
    practice: bool
    done: bool
    skipped: bool = False
    long: bool = False
    rating: int | None = None


@dataclass(frozen=True, slots=True)
class CardPromise:
    """The nearest promise: `left` of `unit` in `days` days (negative: past due), `per_week` of them a week.

    None where only words were promised. `halved`: the pace is half of what it takes, on an easy day.
    """

    text: str
    due_at: datetime
    zone: str
    days: int
    left: int | None
    unit: str | None
    per_week: int | None
    halved: bool = False


@dataclass(frozen=True, slots=True)
class CardEntry:
    """One check-in of the day; `counted` says that the minutes were taken from Start, `capped` that they were cut."""

    outcome: Outcome
    minutes: int | None
    module: str | None
    note: str
    links: int
    photo: bool
    counted: bool = False
    capped: bool = False


@dataclass(frozen=True, slots=True)
class CardTap:
    """The check-in that the card's own buttons made; `undo` while it can be taken back."""

    checkin: int
    undo: bool


@dataclass(frozen=True, slots=True)
class LaterChoice:
    """One of the moments Later offers, by its code."""

    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RecallChoice:
    """One of the four ratings (1 again, 4 easy), and when the module would come back after it."""

    rating: int
    back_on: date


@dataclass(frozen=True, slots=True)
class CardRecall:
    """A review for long-term memory that is being rated."""

    review: int
    title: str
    choices: tuple[RecallChoice, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A study day as it stands.

    `session`: there is a slot on this day; `due`: its time has come. `open`: the day is not over. `late_for` is the instant
    the card was due at where it comes late. `entries` are the latest check-ins, `more_entries` those before them, `minutes` the
    sum of all. `finish` is a module that may be marked finished (or, if `finished`, unmarked) here; `back_on` is
    the day of its first review. `choices`, or those of `recall`, are shown instead of the other buttons while one is chosen.
    `away`: the day is off. `easy`: which of the easy days after a long break it is, with half of the module's `easy_minutes`
    where they are known. `respite`: a promise has just slipped, and no reminder follows.
    """

    learner: int
    day: date
    slot: str
    state: SessionState
    open: bool
    session: bool = False
    due: bool = False
    reason: str | None = None
    due_at: datetime | None = None
    late_for: datetime | None = None
    has_zone: bool = True
    has_plan: bool = True
    module: CardModule | None = None
    reviews: tuple[CardReview, ...] = ()
    more_reviews: int = 0
    promise: CardPromise | None = None
    started_at: datetime | None = None
    later_until: datetime | None = None
    entries: tuple[CardEntry, ...] = ()
    more_entries: int = 0
    minutes: int = 0
    tap: CardTap | None = None
    finish: CardModule | None = None
    finished: bool = False
    back_on: date | None = None
    choices: tuple[LaterChoice, ...] = ()
    recall: CardRecall | None = None
    away: Away | None = None
    easy: int | None = None
    easy_minutes: int | None = None
    respite: bool = False


@dataclass(frozen=True, slots=True)
class Nudge:
    """A reminder that a day is unanswered; `stage` as in the day's timer, `started_at` where Start was pressed.

    `silent`: so many study days without a word make it another question; `waited`: the nudge came later than usual.
    """

    learner: int
    day: date
    slot: str
    stage: str
    module: str | None
    started_at: datetime | None
    promise: CardPromise | None
    silent: int = 0
    waited: bool = False


@dataclass(frozen=True, slots=True)
class Excused:
    """The bot failed the learner at the slot due at `due_at`, `missed` times in a row, and excuses the sessions."""

    due_at: datetime
    missed: int
    reason: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A reminder, or an older card, after its button was pressed; `tap` is the check-in it made."""

    day: date
    outcome: Outcome
    minutes: int | None
    module: str | None
    tap: CardTap


@dataclass(frozen=True, slots=True)
class ModuleFinished:
    """A module was marked finished from a card, or (`undone`) unmarked. `back_on`: the day of its first review after `day`."""

    title: str
    undone: bool
    day: date
    back_on: date | None = None


@dataclass(frozen=True, slots=True)
class CardInPrivate:
    """The card was asked for in a group and is shown in private; not so where the bot cannot write there."""

    reachable: bool


CardNotice: TypeAlias = Card | Nudge | Excused | Answered | ModuleFinished | CardInPrivate
