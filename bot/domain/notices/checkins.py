"""Notices about check-ins."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from bot.domain.checkins import Outcome


@dataclass(frozen=True, slots=True)
class Candidate:
    """A module that may have been meant."""

    id: int
    title: str
    track: str


@dataclass(frozen=True, slots=True)
class CheckinLogged:
    """What was understood of a check-in. `total` is the day's minutes where there were several check-ins.

    `candidates`: the words name more than one module; one may be picked. `finish` is the module's id while it is not done;
    `finished`: it was marked done on the same day, which can be taken back. `review` of the module is due, which may be what the
    check-in was; `reviewed`: it was said to be, and that can be taken back.
    `brief`: in a group, where nothing but minutes and module is said.
    """

    checkin: int
    learner: int
    day: date
    outcome: Outcome
    late: bool
    minutes: int | None
    module: str | None
    note: str
    links: int
    photo: bool
    total: int | None
    undo: bool
    edit: bool
    edited: bool = False
    candidates: tuple[Candidate, ...] = ()
    finish: int | None = None
    finished: bool = False
    brief: bool = False
    review: int | None = None
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class CheckinUndone:
    """A check-in was taken back; `left` check-ins with `minutes` remain for its day."""

    day: date
    left: int
    minutes: int


@dataclass(frozen=True, slots=True)
class UndoTooLate:
    """Ten minutes have passed; `edit` says whether the check-in can still be edited."""

    edit: bool


@dataclass(frozen=True, slots=True)
class MinutesRefused:
    """Minutes that cannot be: none, fewer than none, or more than a day of study has. Nothing was changed."""

    most: int


@dataclass(frozen=True, slots=True)
class DetailsAsked:
    """The bot asks for words: to add to a check-in, or (`anew`) to replace it."""

    day: date
    anew: bool


@dataclass(frozen=True, slots=True)
class DetailsLeft:
    """The question for words was withdrawn; the check-in stays as it was."""


CheckinNotice: TypeAlias = CheckinLogged | CheckinUndone | UndoTooLate | MinutesRefused | DetailsAsked | DetailsLeft
