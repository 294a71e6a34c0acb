"""Forecasts: when work will be done, judged by the learner's own last weeks, and how fast that is.

The future is made of weeks from the past: each of many resamples draws some of the last weeks, the latest most often, and
lives them again until the work is done. What a few weeks cannot know, how the pace itself will change, is added by the
constants below; docs/forecast.md shows how often the ranges hold.
"""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate
from math import exp, sqrt
from random import Random
from statistics import fmean, median
from typing import Final

KNOWN_FROM: Final = 7  # study days; before them a forecast would be a guess
WINDOW: Final = timedelta(weeks=8)  # what counts as the last weeks
IN_SIGHT: Final = timedelta(days=5 * 365)  # dates beyond are not told apart: nobody plans further
RESAMPLES: Final = 600
_DAY: Final = timedelta(days=1)
_LATELY: Final = timedelta(weeks=4)  # what the pace is measured over
_HALF_LIFE: Final = 3.0  # weeks after which a week is drawn half as often
_YOUNG: Final = 4  # weeks; with fewer, weeks put together from days of the same weekday widen the choice
_MIXED: Final = 8  # how many such weeks
_LIVED: Final = 8  # weeks of a future that are drawn one by one; what lies behind them is their mean with their spread
# How unsure the pace itself is (standard deviation of its logarithm): always, by weeks ahead, by days known, at most. People
# slow down more often than they speed up, so the middle sags by half the variance.
_UNSURE, _UNSURE_A_WEEK, _UNSURE_YOUNG, _UNSURE_MOST, _SAG = 0.12, 0.08, 1.0, 0.5, 0.5
_BULK, _OF_MEDIAN = 4.0, 4.0  # modules a day that are believed, at least; and at most so many times an active day's median


class Measure(StrEnum):
    """What work is counted in."""

    MODULES = "modules"
    LOAD = "load"  # modules by their estimates, in average modules
    SESSIONS = "sessions"
    MINUTES = "minutes"


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


# --- the pace ---------------------------------------------------------------------------------------------------------
def actual(days: Sequence[StudiedDay], of: Measure, *, from_day: date) -> float | None:
    """How much a week the last four weeks before `from_day` brought; None before seven study days, or where all was excused."""
    if not _is_known(days, from_day):
        return None
    first = max(from_day - _LATELY, min(one.day for one in days))
    excused = sum(one.excused for one in days if first <= one.day < from_day)
    counted = (from_day - first).days - excused
    return 7 * sum(one.amount(of) for one in days if first <= one.day < from_day) / counted if counted else None


def required(left: float, *, from_day: date, last_day: date, off: Collection[date] = ()) -> float:
    """How much a week it takes to do what is `left` from `from_day` to `last_day`, both included; the last week takes all."""
    days = (last_day - from_day).days + 1 - sum(from_day <= day <= last_day for day in off)
    return left if days <= 7 else left * 7 / days


# --- the forecast -----------------------------------------------------------------------------------------------------
def forecast(
    days: Sequence[StudiedDay],
    work: Work,
    *,
    from_day: date,
    seed: int,
    off: Collection[date] = (),
    resamples: int = RESAMPLES,
) -> Forecast | None:
    """When `work` will be done if it goes on from `from_day` as on the `days` before it; nothing is done on days `off`.

    None before seven study days in the last eight weeks, where nothing is left, and where nothing of the kind was done yet. A
    date further away than five years is told as five years. The same seed gives the same dates.
    """
    if work.amount <= 0 or not _is_known(days, from_day):
        return None
    of, amount = work.of, work.amount
    if work.minutes and of in {Measure.LOAD, Measure.MODULES} and not any(one.modules for one in days):
        of, amount = Measure.MINUTES, work.minutes
    history = _history(days, of, from_day=from_day)
    if not any(any(column) for column in history):
        return None
    ahead = sorted(_futures(history, amount, rng=Random(seed), resamples=resamples))  # noqa: S311 (no secret)
    tenth, half, ninetieth = (ahead[min(len(ahead) - 1, int(len(ahead) * share))] for share in (0.1, 0.5, 0.9))
    holidays = sorted(day for day in off if day >= from_day)
    return Forecast(*(_date(from_day, days_ahead, holidays) for days_ahead in (tenth, half, ninetieth)))


def is_safe(days: Sequence[StudiedDay], work: Work, *, from_day: date, last_day: date, off: Collection[date] = ()) -> bool:
    """Whether work is so far ahead of its date that no forecast need be made: half the pace of late would do."""
    pace = actual(days, work.of, from_day=from_day)
    return pace is not None and 2 * required(work.amount, from_day=from_day, last_day=last_day, off=off) <= pace


def _is_known(days: Sequence[StudiedDay], from_day: date) -> bool:
    return sum(one.studied for one in days if from_day - WINDOW <= one.day < from_day) >= KNOWN_FROM


def _history(days: Sequence[StudiedDay], of: Measure, *, from_day: date) -> list[list[float]]:
    """What each weekday brought, from that of `from_day` on, the latest first; excused days are left out."""
    known = {one.day: one for one in days if from_day - WINDOW <= one.day < from_day}
    most = _believed([one.amount(of) for one in known.values()], of)
    first, columns = min(known), []
    for weekday in range(7):
        day, column = from_day - (7 - weekday) * _DAY, []
        while day >= first:
            one = known.get(day)
            if one is None or not (one.excused and not one.studied):
                column.append(0.0 if one is None else min(most, one.amount(of)))
            day -= timedelta(weeks=1)
        columns.append(column)
    mean = fmean(amount for column in columns for amount in column)
    return [column or [mean] for column in columns]


def _believed(amounts: Sequence[float], of: Measure) -> float:
    """The most that counts for a day: whoever ticks off thirty modules at once has studied them long before."""
    active = [amount for amount in amounts if amount > 0]
    if of not in {Measure.LOAD, Measure.MODULES} or not active:
        return max(amounts)
    return max(_BULK, _OF_MEDIAN * median(active))


def _futures(columns: Sequence[list[float]], amount: float, *, rng: Random, resamples: int) -> list[int]:
    """After how many whole days the work is done, once for each resample."""
    number = max(map(len, columns))
    weeks = [[column[ago % len(column)] for column in columns] for ago in range(number)]
    weights = [0.5 ** (ago / _HALF_LIFE) for ago in range(number)]
    drawn = max(2, round(sum(weights) ** 2 / sum(weight * weight for weight in weights)))
    if number < _YOUNG:
        weeks += [[rng.choice(column) for column in columns] for _ in range(_MIXED)]
        weights += [sum(weights) / _MIXED] * _MIXED
    by_day = [list(accumulate(week)) for week in weeks]
    totals = [week[-1] for week in by_day]
    cumulated = list(accumulate(weights))
    mean = sum(weight * total for weight, total in zip(weights, totals, strict=True)) / cumulated[-1]
    if mean <= 0:
        return [IN_SIGHT.days]
    variance = _UNSURE**2 + _UNSURE_YOUNG / sum(map(len, columns)) + _UNSURE_A_WEEK**2 * amount / mean
    unsure = min(_UNSURE_MOST, sqrt(variance))
    numbers, found = range(len(weeks)), []
    for _ in range(resamples):  # the draws are the same however much is left: less of it is never done later
        past = rng.choices(numbers, cum_weights=cumulated, k=drawn)
        future = rng.choices(past, k=_LIVED)
        own, luck = rng.gauss(), rng.gauss()
        need = amount / exp(unsure * own - _SAG * unsure * unsure) - 1e-9
        sums = list(accumulate([totals[week] for week in future]))
        week = bisect_left(sums, need)
        if week < _LIVED:
            found.append(7 * week + bisect_left(by_day[future[week]], need - (sums[week - 1] if week else 0.0)))
        else:
            found.append(7 * _LIVED + _far([totals[week] for week in past], need - sums[-1], luck=luck))
    return found


def _far(totals: Sequence[float], need: float, *, luck: float) -> int:
    """After how many days weeks like these bring `need`, when they are too many to draw each."""
    mean = fmean(totals)
    if mean <= 0:
        return IN_SIGHT.days
    spread = sqrt(sum((total - mean) ** 2 for total in totals) / (len(totals) - 1))
    weeks = need / mean
    return min(IN_SIGHT.days, max(0, int(7 * (weeks + luck * spread / mean * sqrt(weeks)))))


def _date(from_day: date, days: int, holidays: Sequence[date]) -> date:
    """The day that many days after `from_day`, holidays not counted."""
    day = from_day + min(days, IN_SIGHT.days) * _DAY
    for holiday in holidays:
        if holiday <= day:
            day += _DAY
    return min(day, from_day + IN_SIGHT)
