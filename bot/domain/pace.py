"""Forecasts: when work will be done, judged by the learner's own last weeks, and how fast that is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from random import Random
from statistics import median
from typing import Final

from bot.domain.fading import Fading, read_fading
from bot.domain.futures import FARTHEST, Draws, Futures

KNOWN_FROM: Final = 7  # study days; before them a forecast would be a guess
WINDOW: Final = timedelta(weeks=8)  # what counts as the last weeks
IN_SIGHT: Final = timedelta(days=FARTHEST)  # dates beyond are not told apart: nobody plans further
RESAMPLES: Final = 400
_DAY: Final = timedelta(days=1)
_LATELY: Final = timedelta(weeks=4)  # what the pace is measured over
_BULK, _OF_MEDIAN = 4.0, 4.0  # modules a day that are believed, at least; and at most so many times an active day's median


class Measure(StrEnum):
    """What work is counted in."""

    MODULES = "modules"
    LOAD = "load"  # modules by their estimates, in average modules
    SESSIONS = "sessions"
    MINUTES = "minutes"


_IN_MODULES: Final = frozenset({Measure.MODULES, Measure.LOAD})


@dataclass(frozen=True, slots=True)
class StudiedDay:
    """What one study day brought. `excused`: a pause, a sick day or the bot's outage, from which no pace can be read."""

    day: date
    sessions: int = 0
    minutes: int = 0
    modules: int = 0
    load: float = 0.0
    excused: bool = False

    @property
    def studied(self) -> bool:
        """Whether anything was done."""
        return self.sessions > 0 or self.modules > 0

    def amount(self, of: Measure) -> float:
        """What it brought of a measure."""
        match of:
            case Measure.MODULES:
                return self.modules
            case Measure.LOAD:
                return self.load
            case Measure.SESSIONS:
                return self.sessions
            case Measure.MINUTES:
                return self.minutes


@dataclass(frozen=True, slots=True)
class Work:
    """What is left. `minutes` is the same by the estimates, where there are any: it tells where no module is finished yet."""

    amount: float
    of: Measure
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """When something will be done: 10 % say before `earliest`, half before `likely`, 90 % before `latest` (an 80 % range)."""

    earliest: date
    likely: date
    latest: date


@dataclass(frozen=True, slots=True)
class Pace:
    """How much a week it takes until a date (None once that has passed), and how much it has been of late (None: unknown yet)."""

    required: float | None
    actual: float | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """How something with a date stands. `late`: it will more likely be done after its date than by it."""

    forecast: Forecast | None
    pace: Pace
    late: bool


class LastWeeks:
    """A learner's last weeks, of which paces are read and which are lived again; nothing is done on the days `off` ahead.

    `days` are those before `from_day`, and may be more. The same seed gives the same dates, and everything that is counted in
    the same measure is judged by the same futures.
    """

    def __init__(
        self,
        days: Sequence[StudiedDay],
        *,
        from_day: date,
        seed: int,
        off: Collection[date] = (),
        resamples: int = RESAMPLES,
    ) -> None:
        self.from_day = from_day
        self._days = [one for one in days if from_day - WINDOW <= one.day < from_day]
        self._off = sorted(day for day in off if day >= from_day)
        self._seed, self._resamples = seed, resamples
        self._draws: Draws | None = None
        self._futures: dict[Measure, Futures] = {}

    @property
    def known(self) -> bool:
        """Whether there are enough study days to judge by."""
        return sum(one.studied for one in self._days) >= KNOWN_FROM

    # --- paces --------------------------------------------------------------------------------------------------------
    def actual(self, of: Measure) -> float | None:
        """How much a week the last four weeks brought; None before seven study days, or where all of them were excused."""
        if not self.known:
            return None
        first = max(self.from_day - _LATELY, min(one.day for one in self._days))
        lately = [one for one in self._days if one.day >= first]
        counted = (self.from_day - first).days - sum(one.excused and not one.studied for one in lately)
        return 7 * sum(one.amount(of) for one in lately) / counted if counted else None

    def required(self, left: float, *, last_day: date) -> float | None:
        """How much a week it takes to do what is `left` up to `last_day` (None once it is past); the last week takes all."""
        days = (last_day - self.from_day).days + 1 - sum(day <= last_day for day in self._off)
        return None if last_day < self.from_day else left if days <= 7 else left * 7 / days

    def is_safe(self, work: Work, *, last_day: date) -> bool:
        """Whether work is so far ahead of its date that no forecast need be made: half the pace of late would do."""
        actual, required = self.actual(work.of), self.required(work.amount, last_day=last_day)
        return actual is not None and required is not None and 2 * required <= actual

    # --- the forecast -------------------------------------------------------------------------------------------------
    def forecast(self, work: Work) -> Forecast | None:
        """When `work` will be done if it goes on as before.

        None before seven study days in the last eight weeks, where nothing is left, and where nothing of the kind was done yet. A
        date further away than five years is told as five years.
        """
        if work.amount <= 0 or not self.known:
            return None
        of, amount = work.of, work.amount
        if work.minutes and of in _IN_MODULES and not any(one.modules for one in self._days):
            of, amount = Measure.MINUTES, work.minutes
        ahead = self._future(of).days_until(amount)
        if not ahead:
            return None
        earliest, likely, latest = (ahead[int(len(ahead) * share)] for share in (0.1, 0.5, 0.9))
        if self._fading is not None:  # which says nothing against an early end: it may be a lull
            likely, latest = (max(days, self._fading.quantile(ahead, share)) for days, share in ((likely, 0.5), (latest, 0.9)))
        return Forecast(self._date(earliest), self._date(likely), self._date(latest))

    @cached_property
    def _fading(self) -> Fading | None:
        off = {one.day for one in self._days if one.excused}
        studied = {one.day for one in self._days if one.studied}
        return read_fading(studied, off, first=min(one.day for one in self._days), until=self.from_day)

    def _future(self, of: Measure) -> Futures:
        if self._draws is None:
            lengths = [len(column) for column in self._weekdays]
            self._draws = Draws(lengths, rng=Random(self._seed), resamples=self._resamples)  # noqa: S311 (no secret)
        if of not in self._futures:
            most = _believed([one.amount(of) for one in self._days], of)
            columns = [[min(most, one.amount(of)) if one else 0.0 for one in column] for column in self._weekdays]
            self._futures[of] = Futures(self._draws, columns)
        return self._futures[of]

    @cached_property
    def _weekdays(self) -> list[list[StudiedDay | None]]:
        return _weekdays(self._days, from_day=self.from_day)

    def _date(self, days: int) -> date:
        """The day that many days ahead, holidays not counted."""
        day = self.from_day + min(days, IN_SIGHT.days) * _DAY
        for holiday in self._off:
            if holiday <= day:
                day += _DAY
        return min(day, self.from_day + IN_SIGHT)


def _weekdays(days: Sequence[StudiedDay], *, from_day: date) -> list[list[StudiedDay | None]]:
    """The days known of each weekday, from that of `from_day` on, the latest first, None where nothing was done.

    Excused days are left out; a weekday that was always excused is told by all days.
    """
    known = {one.day: one for one in days}
    first, columns = min(known), []
    for weekday in range(7):
        day, column = from_day - (7 - weekday) * _DAY, []
        while day >= first:
            one = known.get(day)
            if one is None or one.studied or not one.excused:
                column.append(one)
            day -= timedelta(weeks=1)
        columns.append(column)
    return [column or [one for others in columns for one in others] for column in columns]


def _believed(amounts: Sequence[float], of: Measure) -> float:
    """The most that counts for a day: whoever ticks off thirty modules at once has studied them long before."""
    active = [amount for amount in amounts if amount > 0]
    if of not in _IN_MODULES or not active:
        return max(amounts)
    return max(_BULK, _OF_MEDIAN * median(active))
