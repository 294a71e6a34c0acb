"""Forecasts: what they need, what moves them, and that they are the same twice."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pace import IN_SIGHT, Forecast, LastWeeks, Measure, StudiedDay, Work

MONDAY = date(2026, 6, 1)
DAY = timedelta(days=1)


def past(*modules: int, minutes: int = 60) -> list[StudiedDay]:
    """The days before Monday, the last number being Sunday's; a zero is a day without study."""
    first = MONDAY - len(modules) * DAY
    return [StudiedDay(first + number * DAY, 1, minutes, found, float(found)) for number, found in enumerate(modules) if found]


def told(days: Sequence[StudiedDay], left: float, *, of: Measure = Measure.LOAD, **more: object) -> Forecast:
    made = LastWeeks(days, from_day=MONDAY, seed=1, **more).forecast(Work(left, of))  # type: ignore[arg-type]  # each fits
    assert made is not None
    return made


# --- when there is one ------------------------------------------------------------------------------------------------
def test_none_before_seven_study_days() -> None:
    assert LastWeeks(past(1, 1, 1, 1, 1, 1), from_day=MONDAY, seed=1).forecast(Work(5, Measure.LOAD)) is None
    assert LastWeeks(past(1, 1, 1, 1, 1, 1, 1), from_day=MONDAY, seed=1).forecast(Work(5, Measure.LOAD)) is not None


def test_days_of_long_ago_do_not_count() -> None:
    old = [StudiedDay(one.day - timedelta(weeks=9), 1, 60, 1, 1.0) for one in past(*[1] * 14)]
    assert LastWeeks(old, from_day=MONDAY, seed=1).forecast(Work(5, Measure.LOAD)) is None


def test_none_where_nothing_is_left_or_nothing_was_ever_finished() -> None:
    assert LastWeeks(past(*[1] * 14), from_day=MONDAY, seed=1).forecast(Work(0, Measure.LOAD)) is None
    studied = [StudiedDay(MONDAY - number * DAY, 1, 60) for number in range(1, 15)]
    assert LastWeeks(studied, from_day=MONDAY, seed=1).forecast(Work(5, Measure.LOAD)) is None


def test_before_a_module_is_finished_the_estimates_tell() -> None:
    studied = [StudiedDay(MONDAY - number * DAY, 1, 60) for number in range(1, 15)]
    made = LastWeeks(studied, from_day=MONDAY, seed=1).forecast(Work(5, Measure.LOAD, minutes=600))
    assert made is not None
    assert MONDAY + 7 * DAY <= made.likely <= MONDAY + 13 * DAY, "ten hours at one a day"


# --- what it says -----------------------------------------------------------------------------------------------------
def test_one_a_day_means_as_many_days() -> None:
    made = told(past(*[1] * 56), 28)
    assert abs((made.likely - MONDAY).days - 28) <= 3
    assert made.earliest < made.likely < made.latest


def test_the_weekday_pattern_is_kept() -> None:
    weekends = past(*([0] * 5 + [1, 1]) * 8)
    assert told(weekends, 1).earliest == date(2026, 6, 6), "the first Saturday, and not a day before"


def test_the_last_weeks_weigh_most() -> None:
    faster, slower = past(*[0, 1] * 14, *[1] * 28), past(*[1] * 28, *[0, 1] * 14)
    assert told(faster, 30).likely < told(slower, 30).likely


def test_pauses_ahead_push_the_dates_back() -> None:
    holidays = {MONDAY + number * DAY for number in range(5, 19)}
    days = past(*[1] * 56)
    before, after = told(days, 28), told(days, 28, off=holidays)
    assert after.likely - before.likely == timedelta(days=14)
    assert told(days, 2, off=holidays) == told(days, 2), "done before the holidays begin"


def test_excused_days_say_nothing_about_the_pace() -> None:
    worked = past(*[1] * 28)
    away = [StudiedDay(one.day, excused=True) for one in worked[14:]]
    moved = [StudiedDay(one.day - 14 * DAY, 1, 60, 1, 1.0) for one in worked[14:]]
    paused = told([*moved, *away], 14)
    silent = told(moved, 14)
    assert paused.likely < silent.likely


def test_ticking_off_what_was_known_long_before_is_no_pace() -> None:
    plain, bulk = past(*[1] * 28), past(*[1] * 27, 40)
    assert told(bulk, 60).likely > MONDAY + timedelta(days=40)
    assert told(bulk, 60).likely <= told(plain, 60).likely


def test_a_pace_of_next_to_nothing_ends_in_five_years() -> None:
    made = told(past(1, 1, 1, 1, 1, 1, 1, *[0] * 49), 500)
    assert made.latest == MONDAY + IN_SIGHT


def test_the_same_seed_gives_the_same_dates() -> None:
    days = past(*[0, 1, 2, 0, 1] * 8)
    assert told(days, 40) == told(days, 40)


@given(
    modules=st.lists(st.integers(0, 4), min_size=14, max_size=70).filter(lambda them: sum(one > 0 for one in them[-56:]) >= 7),
    left=st.floats(0.1, 600),
    seed=st.integers(0, 10**9),
)
def test_dates_are_in_order_and_never_past(modules: list[int], left: float, seed: int) -> None:
    made = LastWeeks(past(*modules), from_day=MONDAY, seed=seed, resamples=100).forecast(Work(left, Measure.LOAD))
    assert made is not None
    assert MONDAY <= made.earliest <= made.likely <= made.latest <= MONDAY + IN_SIGHT


@given(left=st.integers(1, 200), more=st.integers(1, 50))
def test_more_work_is_never_done_sooner(left: int, more: int) -> None:
    days = past(*[0, 1, 2, 0, 1] * 8)
    less, all_of_it = told(days, left), told(days, left + more)
    assert less.likely <= all_of_it.likely
    assert less.latest <= all_of_it.latest


# --- paces ------------------------------------------------------------------------------------------------------------
def test_the_pace_of_late() -> None:
    days = past(*[0, 1] * 28)
    assert LastWeeks(days, from_day=MONDAY, seed=1).actual(Measure.MODULES) == pytest.approx(3.5)
    assert LastWeeks(days, from_day=MONDAY, seed=1).actual(Measure.MINUTES) == pytest.approx(210)
    assert LastWeeks(past(1, 1, 1), from_day=MONDAY, seed=1).actual(Measure.MODULES) is None


def test_the_pace_leaves_excused_days_out() -> None:
    days = [*past(*[1] * 14, *[0] * 14), *(StudiedDay(MONDAY - number * DAY, excused=True) for number in range(1, 15))]
    assert LastWeeks(days, from_day=MONDAY, seed=1).actual(Measure.MODULES) == pytest.approx(7)


def test_what_a_date_requires() -> None:
    assert LastWeeks((), from_day=MONDAY, seed=1).required(30, last_day=date(2026, 6, 30)) == pytest.approx(7)
    assert LastWeeks((), from_day=MONDAY, seed=1).required(3, last_day=MONDAY) == 3, "the last week takes all"
    week_off = {MONDAY + number * DAY for number in range(7)}
    assert LastWeeks((), from_day=MONDAY, seed=1, off=week_off).required(23, last_day=date(2026, 6, 30)) == pytest.approx(7)


def test_far_ahead_is_safe_without_a_forecast() -> None:
    days = past(*[1] * 28)
    assert LastWeeks(days, from_day=MONDAY, seed=1).is_safe(Work(10, Measure.LOAD), last_day=date(2026, 6, 30))
    assert not LastWeeks(days, from_day=MONDAY, seed=1).is_safe(Work(20, Measure.LOAD), last_day=date(2026, 6, 30))
    assert not LastWeeks(past(1, 1), from_day=MONDAY, seed=1).is_safe(Work(1, Measure.LOAD), last_day=date(2026, 6, 30)), (
        "nothing is known yet"
    )
