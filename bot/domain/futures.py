"""Futures made of weeks from the past: each draws some of the last weeks, the latest most often, and lives them again.

What a few weeks cannot know, how the pace itself will change, is added by the constants below; docs/forecast.md shows how often
the ranges hold that come of it.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from math import exp, sqrt
from random import Random
from typing import Final

FARTHEST: Final = 5 * 365  # days; what lies beyond is not told apart
_HALF_LIFE: Final = 3.0  # weeks after which a week is drawn half as often
_YOUNG: Final = 4  # weeks; with fewer, weeks put together from days of the same weekday widen the choice
_MIXED: Final = 8  # how many such weeks
_LIVED: Final = 8  # weeks of a future that are drawn one by one; what lies behind them is their mean with their spread
# How unsure the pace itself is (standard deviation of its logarithm): always, by weeks ahead, by days known, at most. People
# slow down more often than they speed up, so the middle sags by half the variance.
_UNSURE, _UNSURE_A_WEEK, _UNSURE_YOUNG, _UNSURE_MOST, _SAG = 0.12, 0.08, 1.0, 0.5, 0.5


class Draws:
    """Which weeks come again in each of the futures, whatever is counted in them and however much of it is left.

    `lengths` says how many days are known of each weekday, the first being that of the first day ahead. A week is a row of
    such days, one of each weekday, told by how many weeks ago it was.
    """

    def __init__(self, lengths: Sequence[int], *, rng: Random, resamples: int) -> None:
        number = max(lengths)
        self.weeks = [[ago % length for length in lengths] for ago in range(number)]
        self.weights = [0.5 ** (ago / _HALF_LIFE) for ago in range(number)]
        counted = max(2, round(sum(self.weights) ** 2 / sum(weight * weight for weight in self.weights)))
        if number < _YOUNG:
            self.weeks += [[rng.randrange(length) for length in lengths] for _ in range(_MIXED)]
            self.weights += [sum(self.weights) / _MIXED] * _MIXED
        self.known = sum(lengths)
        pasts = rng.choices(range(len(self.weeks)), weights=self.weights, k=counted * resamples)
        picks = rng.choices(range(counted), k=_LIVED * resamples)
        self.drawn = []
        for one in range(resamples):
            past = pasts[one * counted : (one + 1) * counted]
            future = [past[pick] for pick in picks[one * _LIVED : (one + 1) * _LIVED]]
            self.drawn.append((past, future, rng.gauss(), rng.gauss()))


class Futures:
    """The futures drawn, with what each day of the past brought: `columns` are its weekdays, the latest first."""

    def __init__(self, draws: Draws, columns: Sequence[Sequence[float]]) -> None:
        self._draws = draws
        rows = [[column[ago] for column, ago in zip(columns, week, strict=True)] for week in draws.weeks]
        self._by_day = [list(accumulate(row)) for row in rows]
        self._totals = [days[-1] for days in self._by_day]
        weighed = sum(weight * total for weight, total in zip(draws.weights, self._totals, strict=True))
        self._mean = weighed / sum(draws.weights)
        totals = self._totals
        self._sums = [list(accumulate([totals[week] for week in future])) for _, future, _, _ in draws.drawn]

    def days_until(self, amount: float) -> list[int]:
        """After how many whole days so much is done in each of the futures, in order; empty where it never would be.

        Less of it is never done later.
        """
        if self._mean <= 0:
            return []
        variance = _UNSURE**2 + _UNSURE_YOUNG / self._draws.known + _UNSURE_A_WEEK**2 * amount / self._mean
        unsure = min(_UNSURE_MOST, sqrt(variance))
        sagging = amount * exp(_SAG * unsure * unsure)
        found = []
        for (past, future, own, luck), sums in zip(self._draws.drawn, self._sums, strict=True):
            need = sagging * exp(-unsure * own) - 1e-9
            week = bisect_left(sums, need)
            if week < _LIVED:
                found.append(7 * week + bisect_left(self._by_day[future[week]], need - (sums[week - 1] if week else 0.0)))
            else:
                found.append(7 * _LIVED + self._far(past, need - sums[-1], luck=luck))
        return sorted(found)

    def _far(self, past: Sequence[int], need: float, *, luck: float) -> int:
        """After how many days weeks like these bring `need`, when they are too many to draw each."""
        totals = [self._totals[week] for week in past]
        mean = sum(totals) / len(totals)
        if mean <= 0:
            return FARTHEST
        spread = sqrt(sum([(total - mean) ** 2 for total in totals]) / (len(totals) - 1))
        weeks = need / mean
        return min(FARTHEST, max(0, int(7 * (weeks + luck * spread / mean * sqrt(weeks)))))
