"""Short-hand of check-ins and slots: what is read, what is left alone, what is refused."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checkin_words import (
    MAX_MINUTES,
    CheckinWords,
    MinutesOutOfRange,
    parse_checkin,
    parse_slot,
    parse_wall,
    parse_weekdays,
)

WORKING = frozenset(range(5))
EVERY_DAY = frozenset(range(7))


@pytest.mark.parametrize(
    ("words", "minutes", "rest"),
    [
        ("90", 90, ""),
        ("90m", 90, ""),
        ("90 min limits", 90, "limits"),
        ("90 history of mathematics", 90, "history of mathematics"),
        ("1h30", 90, ""),
        ("1h 30m", 90, ""),
        ("1h30min limits", 90, "limits"),
        ("1.5h", 90, ""),
        ("1,5h", 90, ""),
        ("1,5 ч пределы", 90, "пределы"),
        ("2 hours", 120, ""),
        ("1 hour and 5 minutes of limits", 65, "of limits"),
        ("90 мин", 90, ""),
        ("1ч30", 90, ""),
        ("2 часа 15 минут", 135, ""),
        ("limits 45m", 45, "limits"),
        ("limits, 45m.", 45, "limits"),
        ("90, limits", 90, "limits"),
        ("16h", 960, ""),
        ("1h reading, 30m exercises", 60, "reading, 30m exercises"),
        ("5 videos, 1h", 60, "5 videos"),
        ("2 hours 3 exercises", 120, "3 exercises"),
        ("first line\nsecond 5m\nthird", 5, "first line\nsecond\nthird"),
        ("finished 3 exercises", None, "finished 3 exercises"),
        ("3 exercises", None, "3 exercises"),
        ("3 задачи", None, "3 задачи"),
        ("chapter 2.5 done", None, "chapter 2.5 done"),
        ("pages 1-2", None, "pages 1-2"),
        ("2026-06-30", None, "2026-06-30"),
        ("h2 and m3", None, "h2 and m3"),
        ("", None, ""),
        ("limits", None, "limits"),
    ],
)
def test_minutes(words: str, minutes: int | None, rest: str) -> None:
    assert parse_checkin(words) == CheckinWords(minutes, (), rest, yesterday=False)


@pytest.mark.parametrize(
    ("words", "minutes"),
    [("0", 0), ("961", 961), ("17h", 1020), ("90 h", 5400), ("99999999m limits", 99999999), ("2026 was hard", 2026)],
)
def test_impossible_minutes_are_refused(words: str, minutes: int) -> None:
    with pytest.raises(MinutesOutOfRange) as refusal:
        parse_checkin(words)
    assert refusal.value.minutes == minutes


def test_links_keep_their_order_and_leave_the_rest() -> None:
    said = "90m limits https://notes.example/b?x=1&y=2, and (https://notes.example/a_(1)) done https://c.example/."
    assert parse_checkin(said) == CheckinWords(
        90,
        ("https://notes.example/b?x=1&y=2", "https://notes.example/a_(1)", "https://c.example/"),
        "limits and done",
        yesterday=False,
    )


def test_digits_in_a_link_are_no_minutes() -> None:
    assert parse_checkin("https://notes.example/90m limits").minutes is None


@pytest.mark.parametrize("words", ["yesterday 40 series", "Yesterday: 40m series", "вчера, 40 мин series"])
def test_yesterday_comes_first(words: str) -> None:
    assert parse_checkin(words) == CheckinWords(40, (), "series", yesterday=True)


@pytest.mark.parametrize("words", ["yesterdays notes", "read yesterday"])
def test_other_yesterdays_are_words(words: str) -> None:
    assert parse_checkin(words) == CheckinWords(None, (), words, yesterday=False)


@given(words=st.text(max_size=200))
def test_anything_can_be_said(words: str) -> None:
    try:
        said = parse_checkin(words)
    except MinutesOutOfRange:
        return
    assert said.minutes is None or 1 <= said.minutes <= MAX_MINUTES
    assert len(said.rest) <= len(words)


@given(minutes=st.integers(1, MAX_MINUTES), unit=st.sampled_from(["", "m", " min", "мин"]))
def test_what_is_written_is_read(minutes: int, unit: str) -> None:
    assert parse_checkin(f"{minutes}{unit} limits").minutes == minutes
    assert parse_checkin(f"{minutes // 60}h{minutes % 60:02} limits").minutes == minutes


@pytest.mark.parametrize(
    ("words", "wall"),
    [
        ("7", time(7)),
        ("07:00", time(7)),
        ("0700", time(7)),
        ("7am", time(7)),
        ("at 7", time(7)),
        ("7:30 pm", time(19, 30)),
        ("19.30", time(19, 30)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("7 вечера", time(19)),
        ("в 7 утра", time(7)),
        ("2 ночи", time(2)),
        ("11 ночи", time(23)),
        ("24:00", None),
        ("13pm", None),
        ("0am", None),
        ("7:5", None),
        ("7:60", None),
        ("700", None),
        ("seven", None),
        ("", None),
    ],
)
def test_wall_times(words: str, wall: time | None) -> None:
    assert parse_wall(words) == wall


@given(wall=st.times())
def test_every_minute_of_the_day_can_be_said(wall: time) -> None:
    assert parse_wall(f"{wall:%H:%M}") == parse_wall(f"{wall:%I:%M %p}") == wall.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("mon-fri", WORKING),
        ("Mon – Fri", WORKING),
        ("monday to friday", WORKING),
        ("weekdays", WORKING),
        ("по будням", WORKING),
        ("пн-пт", WORKING),
        ("every day", EVERY_DAY),
        ("каждый день", EVERY_DAY),
        ("mon-sun", EVERY_DAY),
        ("weekends", frozenset({5, 6})),
        ("fri-mon", frozenset({4, 5, 6, 0})),
        ("mon wed fri", frozenset({0, 2, 4})),
        ("Mon, Wed, and Fri", frozenset({0, 2, 4})),
        ("tue,thu", frozenset({1, 3})),
        ("mondays and thursdays", frozenset({0, 3})),
        ("пн, ср и пт", frozenset({0, 2, 4})),
        ("вторникам", frozenset({1})),
        ("mon-wed, sat", frozenset({0, 1, 2, 5})),
        ("mon-", None),
        ("-", None),
        ("mon blah", None),
        ("", None),
    ],
)
def test_weekdays(words: str, days: frozenset[int] | None) -> None:
    assert parse_weekdays(words) == days


@pytest.mark.parametrize(
    ("words", "slot"),
    [
        ("07:00 mon-fri", (time(7), WORKING)),
        ("07:00, mon-fri", (time(7), WORKING)),
        ("weekdays at 7am", (time(7), WORKING)),
        ("every day 07:00", (time(7), EVERY_DAY)),
        ("mon wed 6:30 pm", (time(18, 30), frozenset({0, 2}))),
        ("7 am mon, wed", (time(7), frozenset({0, 2}))),
        ("00:00 mon", (time(0), frozenset({0}))),
        ("пн-пт в 7", (time(7), WORKING)),
        ("07:00", (time(7), None)),
        ("00:00", (time(0), None)),
        ("mon-fri", None),
        ("7 8", None),
        ("7:00 blah", None),
        ("", None),
        ("7 " * 100, None),
    ],
)
def test_slots(words: str, slot: tuple[time, frozenset[int] | None] | None) -> None:
    assert parse_slot(words) == slot
