"""Fading: what speaks for it, and what it does to a forecast."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fading import Fading, read_fading

DAY = timedelta(days=1)
FIRST = date(2026, 1, 5)


def weeks(*counts: int) -> set[date]:
    """So many study days in each week."""
    return {FIRST + (7 * week + day) * DAY for week, count in enumerate(counts) for day in range(count)}


def read(*counts: int, off: frozenset[date] = frozenset()) -> Fading | None:
    return read_fading(weeks(*counts), off, first=FIRST, until=FIRST + 7 * len(counts) * DAY)


@pytest.mark.parametrize(
    "counts",
    [(5,) * 8, (2, 2, 3, 3, 4, 4, 5, 5), (2,) * 6, (6, 2, 6), (0,) * 8, (5, 5, 5, 5, 0, 0, 0, 0), (5, 5, 5, 5, 5, 5, 5, 4)],
)
def test_nothing_speaks_for_it(counts: tuple[int, ...]) -> None:
    assert read(*counts) is None, "steady, growing, too short a time, nothing at all, or no day of late to tell a pace by"


def test_the_plainer_it_is_the_more_futures_fade() -> None:
    found = [read(6, 6, 6, 6, late, late, late, late) for late in (5, 4, 3, 2)]
    shares = [one.share for one in found if one is not None]
    assert len(shares) == 4
    assert shares == sorted(shares)
    assert 0 < shares[0] < 0.8
    assert 0.99 < shares[-1] <= 1


def test_days_off_say_nothing() -> None:
    holiday = frozenset(FIRST + n * DAY for n in range(28, 42))
    assert read(5, 5, 5, 5, 0, 0, 5, 5, off=holiday) is None


@given(
    share=st.floats(0.01, 1),
    rate=st.floats(0.001, 0.14),
    ahead=st.lists(st.integers(0, 2000), min_size=2, max_size=50),
    less=st.integers(0, 300),
    quantile=st.floats(0.05, 0.95),
)
def test_less_of_it_is_never_done_later(share: float, rate: float, ahead: list[int], less: int, quantile: float) -> None:
    fading = Fading(share, rate)
    known = sorted(ahead)
    smaller = [max(0, days - less) for days in known]
    assert fading.quantile(smaller, quantile) <= fading.quantile(known, quantile)
    assert known[0] <= fading.quantile(known, quantile)


def test_a_floor_remains() -> None:
    assert Fading(1, 0.1).quantile([7000], 0.5) < 7000 / 0.3 + 1
    assert Fading(1, 0.1).quantile([7], 0.5) == 7, "a week ahead hardly anything has faded"
