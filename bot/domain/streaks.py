"""Streaks and the numbers of a week."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Final, Protocol

from bot.domain.checkins import Checkin, Session, SessionState

_KEPT: Final = {SessionState.DONE, SessionState.PARTLY}
_COUNTED: Final = {*_KEPT, SessionState.SKIPPED, SessionState.MISSED}


@dataclass(frozen=True, slots=True)
class WeekStats:
    """What a learner did on some study days.

    `done` of `planned` sessions were kept, in whole or in part; excused ones and those still ahead are in neither. `minutes`
    and `checkins` are sums over check-ins, `modules` were finished, `links` came with check-ins. `streak` is as of the last day.
    Whether any of it may be shown to others is for whoever asks.
    """

    done: int
    planned: int
    minutes: int
    checkins: int
    modules: int
    streak: int
    links: tuple[str, ...] = ()


class Became(Protocol):
    """What a streak is counted from: what became of a session on a study day."""

    @property
    def day(self) -> date:
        """The study day."""

    @property
    def state(self) -> SessionState:
        """What became of it."""


def streak(sessions: Iterable[Became]) -> int:
    """How many study days in a row were kept, counted back from the last of one learner's `sessions`, which are in order of day.

    A day with a session done, if only partly, adds one. A day of silence ends the streak. An honest "not today", an excuse
    and a session still ahead neither add nor end (PRODUCT.md, Principles, 3 and 7).
    """
    days = [{session.state for session in of_day} for _, of_day in groupby(sessions, key=attrgetter("day"))]
    kept = 0
    for states in reversed(days):
        if states & _KEPT:
            kept += 1
        elif SessionState.MISSED in states:
            break
    return kept


def week(sessions: Sequence[Session], checkins: Sequence[Checkin], *, modules: int, first: date, last: date) -> WeekStats:
    """The numbers of one learner for the study days from `first` to `last`; `sessions` may begin before, for the streak."""
    within = [one.state for one in sessions if first <= one.day <= last]
    links = dict.fromkeys(link for one in checkins for link in one.links)
    return WeekStats(
        done=sum(state in _KEPT for state in within),
        planned=sum(state in _COUNTED for state in within),
        minutes=sum(one.minutes or 0 for one in checkins),
        checkins=len(checkins),
        modules=modules,
        streak=streak(sessions),
        links=tuple(links),
    )
