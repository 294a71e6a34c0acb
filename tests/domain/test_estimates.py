"""Lengths as people write them: minutes, and so many of something at so much each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.estimates import Estimate, RateMissing, read_estimate, read_minutes


@pytest.mark.parametrize(
    ("text", "minutes", "said"),
    [
        ("90", 90, None),
        ("90m", 90, None),
        ("1h30", 90, None),
        ("1h30m", 90, None),
        ("1 h 30 min", 90, None),
        ("1.5h", 90, None),
        ("1,5 ч", 90, None),
        ("12 videos at 25m", 300, "12 videos at 25m"),
        ("12 videos x 25", 300, "12 videos at 25m"),
        ("12 Videos, 25 min each", 300, "12 videos at 25m"),
        ("12 videos @ 25m", 300, "12 videos at 25m"),
        ("8 lectures at 1h30", 720, "8 lectures at 90m"),
        ("12 видео по 25 мин", 300, "12 videos at 25m"),
        ("40 pages at 20 an hour", 120, "40 pages at 3m"),
        ("40 pages at 20/h", 120, "40 pages at 3m"),
        ("30 pages at 2.5m", 75, "30 pages at 2.5m"),
        ("1 page at 90m", 90, "1 pages at 90m"),
    ],
)
def test_what_is_a_length(text: str, minutes: int, said: str | None) -> None:
    assert read_estimate(text, bare=True) == Estimate(minutes, said)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "0m",
        "2.5",
        "101h",
        "9999 pages at 90m",
        "7 cats at 3m",
        "0 pages at 3m",
        "12 videos at",
        "x" * 500,
        "-5m",
    ],
)
def test_what_is_none(text: str) -> None:
    assert read_estimate(text, bare=True) is None


def test_so_many_without_how_long_each_asks_for_it() -> None:
    assert read_estimate("12 videos", bare=True) == RateMissing(12, "videos")


def test_a_number_alone_is_minutes_only_where_nothing_else_can_stand() -> None:
    assert (read_minutes("90", bare=True), read_minutes("90", bare=False)) == (90, None)


@given(text=st.text(alphabet="0123456789hm.,x@ pagesvidolt/ч", max_size=40))
def test_what_was_said_reads_back_the_same(text: str) -> None:
    read = read_estimate(text, bare=True)
    if isinstance(read, Estimate):
        assert 0 < read.minutes <= 6_000
        if read.said:
            assert read_estimate(read.said, bare=False) == read
