"""A lull or a loss of heart? Where study days have become fewer of late, some of the futures go on fading, down to a floor."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from math import erf, log, sqrt
from typing import Final

_LEAST: Final = 4  # weeks; fewer tell no trend
_DOUBT: Final = 0.5  # standard deviations that chance alone is believed to do
_HALF_LIFE: Final = 5.0  # weeks; who seems to fade faster than that has had a bad week
_FLOOR: Final = 0.3  # of the pace of late: what is left of a habit
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fading:
    """In a `share` of the futures the pace falls by `rate` a week (of its logarithm)."""

    share: float
    rate: float

    def quantile(self, ahead: Sequence[int], share: float) -> int:
        """After how many days a share of all futures is done; `ahead`: the days they take at the pace of late, in order."""
        both = sorted([(days, 1 - self.share) for days in ahead] + [(self._stretched(days), self.share) for days in ahead])
        done = list(accumulate(weight for _, weight in both))
        return both[min(len(both) - 1, bisect_right(done, share * len(ahead)))][0]

    def _stretched(self, days: int) -> int:
        """How many days it takes at a pace that falls to the floor and stays there."""
        weeks, to_floor = days / 7, (1 - _FLOOR) / self.rate
        if weeks < to_floor:
            return int(7 * -log(1 - self.rate * weeks) / self.rate)
        return int(7 * (log(1 / _FLOOR) / self.rate + (weeks - to_floor) / _FLOOR))


def read_fading(studied: Collection[date], off: Collection[date], *, first: date, until: date) -> Fading | None:
    """What the study days from `first` up to `until`, that one not included, tell; days `off` say nothing.

    The later half of the whole weeks is held against the earlier one. The more surely fewer days were studied in it than chance
    would have it, the more of the futures fade. None where nothing speaks for it.
    """
    half = (until - first).days // 7 // 2
    if 2 * half < _LEAST:
        return None
    begun = until - 14 * half * _DAY if (until - first).days // 7 % 2 == 0 else until - (14 * half + 7) * _DAY
    early, early_of = _count(studied, off, first=begun, days=7 * half)
    late, late_of = _count(studied, off, first=until - 7 * half * _DAY, days=7 * half)
    if not (early and late and early * late_of > late * early_of):
        return None
    usual = (early + late) / (early_of + late_of)
    error = sqrt(max(0.02, usual * (1 - usual)) * (1 / early_of + 1 / late_of))
    sure = (early / early_of - late / late_of) / error
    share = (_below(sure) - _below(_DOUBT)) / (1 - _below(_DOUBT))
    rate = log(early * late_of / (late * early_of)) / max(1, (until - begun).days / 7 - half)
    return Fading(share, min(rate, log(2) / _HALF_LIFE)) if share > 0 else None


def _count(studied: Collection[date], off: Collection[date], *, first: date, days: int) -> tuple[int, int]:
    """How many of these days were studied, of how many that count."""
    here = [first + number * _DAY for number in range(days)]
    return sum(day in studied for day in here), sum(day in studied or day not in off for day in here)


def _below(sigmas: float) -> float:
    """The share of a normal distribution that lies below so many standard deviations."""
    return 0.5 * (1 + erf(sigmas / sqrt(2)))
