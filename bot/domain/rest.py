"""Rest: which study days a learner has off, by the week or for a break, and what follows on the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

LONGEST_BREAK: Final = 90  # days; longer than that is another life, for which /slot is there
FARTHEST_BREAK: Final = 365  # days ahead
SICK_DAYS: Final = 5  # PRODUCT.md, /pause: a small visible allowance ...
SICK_WITHIN: Final = timedelta(days=90)  # ... in so many days
LONG_BREAK: Final = 7  # days; after a break as long as that the load is halved ...
RAMP_DAYS: Final = 3  # ... for so many study days (PRODUCT.md, Silence ladder)
EASY_REVIEWS: Final = 1
_DAY: Final = timedelta(days=1)
_YEAR: Final = 366  # days looked ahead for a study day: the longest break ends before


class PauseKind(StrEnum):
    """Why a learner is away."""

    PLANNED = "planned"  # announced ahead
    SICK = "sick"  # one day, at once
    AUTO = "auto"  # set by the bot after a week of silence; open until the learner comes back


@dataclass(frozen=True, slots=True)
class Pause:
    """Study days off from `first` to `last`, both included; `last` is None while it is open, before `first` where none was left.

    `announced`: groups that may see the learner are told of it.
    """

    id: int
    learner_id: int
    kind: PauseKind
    first: date
    last: date | None
    announced: bool
    created_at: datetime

    def covers(self, day: date) -> bool:
        """Whether a study day is one of those off."""
        return self.first <= day and (self.last is None or day <= self.last)

    @property
    def eases(self) -> bool:
        """Whether the way back from it is made easier: after an automatic one, and after a week or more."""
        if self.kind is PauseKind.SICK:
            return False
        return self.kind is PauseKind.AUTO or (self.last is not None and length(self.first, self.last) >= LONG_BREAK)


def length(first: date, last: date) -> int:
    """How many days a break has, both ends included."""
    return (last - first) // _DAY + 1


@dataclass(frozen=True, slots=True)
class StudyDays:
    """When a learner studies: on `weekdays` (0 = Monday) of any slot, but for the pauses; without a slot no day is a rest day."""

    weekdays: frozenset[int]
    pauses: tuple[Pause, ...] = ()

    def pause_on(self, day: date) -> Pause | None:
        """The pause a study day falls into; where there are several, the one that ends last."""
        return max((one for one in self.pauses if one.covers(day)), key=lambda one: one.last or date.max, default=None)

    def rests_on(self, day: date) -> bool:
        """Whether nothing is asked for on this day: it has no slot, or is inside a pause."""
        return (bool(self.weekdays) and day.weekday() not in self.weekdays) or self.pause_on(day) is not None

    def next_from(self, day: date) -> date | None:
        """The first study day on `day` or after it; None while nobody knows when the learner will be back."""
        return next((one for ahead in range(_YEAR) if not self.rests_on(one := day + ahead * _DAY)), None)

    def next_after(self, day: date) -> date | None:
        """The first study day after `day`: where a review due on a rest day or in a pause goes."""
        return self.next_from(day + _DAY)

    def last_before(self, day: date) -> date:
        """The study day before `day`; a week before it where all days between were off."""
        return next((one for back in range(1, 7) if not self.rests_on(one := day - back * _DAY)), day - 7 * _DAY)

    def ramp_on(self, day: date) -> int | None:
        """Which of the easy study days after a long pause this one is, from 1; None where it is none of them."""
        ended = [one.last for one in self.pauses if one.eases and one.last is not None and one.last < day]
        if not ended or self.rests_on(day):
            return None
        since = max(ended)
        number = sum(not self.rests_on(since + ahead * _DAY) for ahead in range(1, (day - since) // _DAY + 1))
        return number if number <= RAMP_DAYS else None

    def reviews_on(self, day: date, *, most: int) -> int:
        """How many reviews a study day takes, where `most` are wanted: on an easy one no more than one."""
        return most if self.ramp_on(day) is None else min(most, EASY_REVIEWS)


def easy_days_since(day: date) -> date:
    """The earliest end of a pause that may still make `day` easy: a slot may be on one weekday, with a break in between."""
    return day - timedelta(days=7 * RAMP_DAYS + LONGEST_BREAK)


def sick_days_left(taken: Sequence[date], *, day: date) -> int:
    """How many sick days a learner has on `day`, given those `taken`."""
    return max(0, SICK_DAYS - sum(day - SICK_WITHIN < one <= day for one in taken))


def next_sick_day(taken: Sequence[date], *, day: date) -> date:
    """When there will be one again, where none is left on `day`."""
    counted = sorted(one for one in taken if day - SICK_WITHIN < one <= day)
    return counted[len(counted) - SICK_DAYS] + SICK_WITHIN


@dataclass(frozen=True, slots=True)
class Fitted:
    """A break as it would be after taking the present ones into account: what it `replaces`, and what it `extends`."""

    first: date
    last: date
    replaces: tuple[Pause, ...] = ()
    extends: Pause | None = None


def fit(first: date, last: date, pauses: Sequence[Pause], *, today: date) -> Fitted:
    """Let a break take the place of those planned that it meets; one that has begun goes on under its own number, to `last`."""
    met = [
        one
        for one in pauses
        if one.kind is PauseKind.PLANNED and one.last is not None and one.last >= today and _meet(one, first, last)
    ]
    begun = next((one for one in met if one.first <= today), None)
    others = tuple(one for one in met if one is not begun)
    return Fitted(begun.first if begun else first, last, others, begun)


def _meet(pause: Pause, first: date, last: date) -> bool:
    """Whether a pause and a span overlap, or follow each other without a day between."""
    return pause.first <= last + _DAY and (pause.last is None or first <= pause.last + _DAY)
