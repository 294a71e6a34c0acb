"""Study days and rest: breaks, easy days, sick days, and how breaks take each other's place."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rest import (
    RAMP_DAYS,
    SICK_DAYS,
    SICK_WITHIN,
    Pause,
    PauseKind,
    StudyDays,
    fit,
    next_sick_day,
    sick_days_left,
)

MONDAY = date(2026, 6, 1)
DAY = timedelta(days=1)
WORKING = frozenset(range(5))


def pause(first: int, last: int | None, kind: PauseKind = PauseKind.PLANNED, number: int = 1) -> Pause:
    """A pause by days from MONDAY on."""
    until = None if last is None else MONDAY + last * DAY
    return Pause(number, 1, kind, MONDAY + first * DAY, until, False, datetime(2026, 5, 1, tzinfo=UTC))


days = st.integers(-40, 40).map(lambda ahead: MONDAY + ahead * DAY)
breaks = st.lists(st.builds(lambda first, long: pause(first, first + long), st.integers(-40, 40), st.integers(0, 20)), max_size=4)
studying = st.builds(StudyDays, st.frozensets(st.integers(0, 6)), breaks.map(tuple))


@given(studying, days)
def test_the_next_study_day_is_none_of_rest_and_skips_no_other(who: StudyDays, day: date) -> None:
    found = who.next_from(day)
    assert found is not None
    assert not who.rests_on(found)
    assert all(who.rests_on(day + ahead * DAY) for ahead in range((found - day).days))


@given(studying, days)
def test_who_has_no_slot_rests_only_in_breaks(who: StudyDays, day: date) -> None:
    without = StudyDays(frozenset(), who.pauses)
    assert without.rests_on(day) is (without.pause_on(day) is not None)


@given(studying)
def test_there_are_at_most_three_easy_days_after_each_long_break(who: StudyDays) -> None:
    easy = [MONDAY + ahead * DAY for ahead in range(-80, 120) if who.ramp_on(MONDAY + ahead * DAY)]
    assert len(easy) <= RAMP_DAYS * sum(one.eases for one in who.pauses)
    assert not any(who.rests_on(one) for one in easy)


def test_easy_days_are_study_days_counted_after_the_break() -> None:
    who = StudyDays(WORKING, (pause(0, 6),))
    assert [who.ramp_on(MONDAY + ahead * DAY) for ahead in range(6, 13)] == [None, 1, 2, 3, None, None, None]
    over_a_weekend = StudyDays(WORKING, (pause(0, 9),))
    assert [over_a_weekend.ramp_on(MONDAY + ahead * DAY) for ahead in range(9, 16)] == [None, 1, 2, None, None, 3, None]


@pytest.mark.parametrize(
    ("off", "eased"),
    [
        (pause(0, 5), False),  # six days
        (pause(0, 6), True),
        (pause(0, 0, PauseKind.SICK), False),
        (pause(0, None, PauseKind.AUTO), True),
        (pause(0, -1, PauseKind.AUTO), True),  # back the same day
    ],
)
def test_which_pauses_ease_the_way_back(off: Pause, eased: bool) -> None:
    assert off.eases is eased


def test_while_nobody_knows_the_end_there_is_no_next_study_day() -> None:
    assert StudyDays(WORKING, (pause(3, None, PauseKind.AUTO),)).next_from(MONDAY + 3 * DAY) is None


# --- sick days


@given(st.lists(days, unique=True), days)
def test_there_is_a_sick_day_again_on_the_day_that_is_said(taken: list[date], day: date) -> None:
    left = sick_days_left(taken, day=day)
    assert 0 <= left <= SICK_DAYS
    if not left:
        again = next_sick_day(taken, day=day)
        assert day < again <= day + SICK_WITHIN
        assert sick_days_left([one for one in taken if one <= day], day=again) > 0
        assert sick_days_left([one for one in taken if one <= day], day=again - DAY) == 0


# --- breaks that meet


def test_a_break_takes_the_place_of_planned_ones_that_it_meets() -> None:
    apart, meets = pause(10, 12, number=1), pause(3, 5, number=2)
    fitted = fit(MONDAY + 6 * DAY, MONDAY + 8 * DAY, [apart, meets], today=MONDAY)
    assert (fitted.replaces, fitted.extends) == ((meets,), None)


def test_a_break_that_has_begun_goes_on_to_the_new_end() -> None:
    begun = pause(-2, 5)
    for last in (3, 9):
        fitted = fit(MONDAY + DAY, MONDAY + last * DAY, [begun], today=MONDAY)
        assert (fitted.extends, fitted.first, fitted.last) == (begun, begun.first, MONDAY + last * DAY)


def test_what_is_over_or_no_break_is_left_alone() -> None:
    over, sick, open_ = pause(-9, -1), pause(0, 0, PauseKind.SICK), pause(0, None, PauseKind.AUTO)
    fitted = fit(MONDAY, MONDAY + 5 * DAY, [over, sick, open_], today=MONDAY)
    assert (fitted.replaces, fitted.extends) == ((), None)
