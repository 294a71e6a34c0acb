"""Notices about being away: a break looked at, set and ended; sick days; what groups are told; silence and coming back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from bot.domain.rest import PauseKind


@dataclass(frozen=True, slots=True)
class Away:
    """A learner is away on this day: from `first` to `last`, which is None while nobody knows; `back` is the next study day."""

    pause: int
    kind: PauseKind
    first: date
    last: date | None
    back: date | None


@dataclass(frozen=True, slots=True)
class AwayPromise:
    """A promise that falls due during a break, which does not move it."""

    id: int
    text: str
    due_at: datetime
    zone: str


# --- a break --------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PauseList:
    """How things stand, and the question when: `present` and planned breaks, sick days `sick_left` of `sick_of`.

    `options` are spans to pick. `sick_today`: today can be made a sick day.
    """

    learner: int
    today: date
    breaks: tuple[Away, ...]
    options: tuple[tuple[date, date], ...]
    sick_left: int
    sick_of: int
    sick_today: bool


@dataclass(frozen=True, slots=True)
class PauseAsked:
    """Which days? `why`: several readings, endless (only the beginning was said), or why `said` was not understood."""

    learner: int
    options: tuple[tuple[date, date], ...]
    said: str
    why: str


@dataclass(frozen=True, slots=True)
class PausePreview:
    """A break before it is one. `back` is the first study day after it, None where none is in sight.

    `other`: what else the words may mean. `late_start`: it was to begin today. `extends`: the present break gets a new end;
    `replaces`: planned ones whose place it takes. `groups` may be told of the learner by `name`; `promises` fall due in it.
    """

    learner: int
    name: str
    first: date
    last: date
    back: date | None
    promises: tuple[AwayPromise, ...]
    groups: tuple[str, ...]
    other: tuple[date, date] | None = None
    late_start: bool = False
    extends: bool = False
    replaces: tuple[tuple[date, date], ...] = ()
    easy: bool = False


@dataclass(frozen=True, slots=True)
class PauseSet:
    """It is set; `groups` are told, or were already (`told`)."""

    pause: int
    learner: int
    first: date
    last: date
    back: date | None
    promises: tuple[AwayPromise, ...]
    groups: tuple[str, ...]
    easy: bool


@dataclass(frozen=True, slots=True)
class PauseEnded:
    """A break is over before its time, or (`dropped`) will not be; the next card comes at `next_at`. `easy`: half load first."""

    dropped: bool
    easy: bool
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class PauseLeft:
    """Nothing was changed."""


@dataclass(frozen=True, slots=True)
class NoPause:
    """There is no break to end."""


@dataclass(frozen=True, slots=True)
class PauseRefused:
    """Why not: past, long or far, with the most `days` there may be."""

    why: str
    days: int = 0


# --- a sick day -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class SickDay:
    """Today is one; `left` of `of` remain in `within` days."""

    pause: int
    learner: int
    day: date
    left: int
    of: int
    within: int


@dataclass(frozen=True, slots=True)
class SickUndone:
    """It is none after all."""

    left: int
    of: int


@dataclass(frozen=True, slots=True)
class SickRefused:
    """Why not: used (the next one is there on `again`), rest (nothing is asked for today), answered, already."""

    why: str
    learner: int
    day: date
    of: int
    within: int
    again: date | None = None


# --- silence and coming back ------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Paused:
    """After a week of silence: nothing is asked for until the learner comes back."""

    learner: int
    pause: int
    days: int


@dataclass(frozen=True, slots=True)
class BackAgain:
    """Whoever was paused is back; the next card comes at `next_at`."""

    next_at: datetime | None
    easy_days: int


# --- what a group sees ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class AwayLine:
    """One kind line about somebody who is away; `ended`: they are back before the time that was said."""

    name: str
    kind: PauseKind
    first: date
    last: date | None
    ended: bool


@dataclass(frozen=True, slots=True)
class AwayOver:
    """What stands where such a line was: the break was called off, or (`hidden`) is not to be seen there any more."""

    hidden: bool


PauseNotice: TypeAlias = (
    PauseList
    | PauseAsked
    | PausePreview
    | PauseSet
    | PauseEnded
    | PauseLeft
    | NoPause
    | PauseRefused
    | SickDay
    | SickUndone
    | SickRefused
    | Paused
    | BackAgain
    | AwayLine
    | AwayOver
)
