"""Codes as they are typed, and who goes on as both."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.links import ALPHABET, CODE_LENGTH, History, survivor, tidy_code


@pytest.mark.parametrize("said", ["K7QM4XTA", "k7qm-4xta", " K7QM 4XTA ", "k7qm–4xta\n"])
def test_a_code_is_the_same_however_it_is_typed(said: str) -> None:
    assert tidy_code(said) == "K7QM4XTA"


@given(st.text(max_size=200))
def test_whatever_is_typed_stays_short(said: str) -> None:
    assert len(tidy_code(said)) <= 2 * CODE_LENGTH


def test_no_letter_is_read_as_another() -> None:
    assert not set("01OIL") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (History(2, 9, has_plan=False, promises=0), History(1, 8, has_plan=True, promises=9)),
        (History(2, 8, has_plan=True, promises=0), History(1, 8, has_plan=False, promises=9)),
        (History(2, 8, has_plan=True, promises=2), History(1, 8, has_plan=True, promises=1)),
        (History(1, 0, has_plan=False, promises=0), History(2, 0, has_plan=False, promises=0)),
    ],
)
def test_the_one_with_more_behind_it_goes_on(first: History, second: History) -> None:
    assert survivor(first, second) is survivor(second, first) is first
