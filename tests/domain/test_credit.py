"""Late credit and reliability."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commitments import State
from bot.domain.credit import ANCHORS, credit_of, late_credit, lateness, reliability
from tests.domain.test_commitments import DUE, promise

LATE = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3650))


@pytest.mark.parametrize(("late", "credit"), ANCHORS)
def test_the_anchors(late: timedelta, credit: float) -> None:
    assert late_credit(late) == pytest.approx(credit, abs=1e-12)


def test_early_is_on_time() -> None:
    assert late_credit(-timedelta(days=9)) == 1.0


@given(first=LATE, more=st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=3650)))
def test_credit_falls_strictly_and_stays_positive(first: timedelta, more: timedelta) -> None:
    assert 1.0 >= late_credit(first) > late_credit(first + more) > 0


@given(late=LATE)
def test_credit_has_no_jumps(late: timedelta) -> None:
    step = timedelta(minutes=1)
    assert late_credit(late) - late_credit(late + step) < 1e-4


@given(credits_=st.lists(st.floats(0, 1), max_size=40))
def test_reliability_is_a_mean_from_the_fifth_on(credits_: list[float]) -> None:
    found = reliability(credits_)
    assert (found is None) == (len(credits_) < 5)
    if found is not None:
        assert min(credits_[:20]) - 1e-9 <= found <= max(credits_[:20]) + 1e-9
        assert found == reliability(credits_[:20])


def test_what_counts() -> None:
    made = promise()
    slipped = replace(made, slipped_at=DUE)
    day = timedelta(days=1)
    assert credit_of(made, at=DUE - day) is None
    assert credit_of(made, at=DUE + timedelta(hours=1)) is None  # the question is open
    assert credit_of(slipped, at=DUE + day) == 0.0
    assert credit_of(replace(slipped, first_due_at=DUE + 9 * day), at=DUE + day) is None
    assert credit_of(replace(made, state=State.DONE, done_at=DUE - day), at=DUE) == 1.0
    assert credit_of(replace(made, state=State.DONE, done_at=DUE + timedelta(hours=1)), at=DUE + day) == 1.0
    late = replace(slipped, state=State.DONE, done_at=DUE + day)
    assert credit_of(late, at=DUE + 2 * day) == pytest.approx(0.99)
    assert lateness(late) == day
    assert credit_of(replace(slipped, state=State.MISSED), at=DUE + day) == 0.0
    assert credit_of(replace(slipped, state=State.WITHDRAWN), at=DUE - day) == 0.0
    assert credit_of(replace(made, state=State.WITHDRAWN), at=DUE) is None


def test_a_slip_by_moving_is_measured_against_the_first_date() -> None:
    moved = replace(promise(), slipped_at=DUE - timedelta(days=2), due_at=DUE + timedelta(days=7), state=State.DONE)
    assert credit_of(replace(moved, done_at=DUE - timedelta(hours=3)), at=DUE) == 1.0
    assert credit_of(replace(moved, done_at=DUE + timedelta(days=7)), at=DUE) == pytest.approx(0.9)
