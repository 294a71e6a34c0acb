"""Deadlines: laws that hold whatever is said, and promises taken apart."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import local, resolve
from bot.domain.dates import Ambiguous, NotUnderstood, Past, Split, Understood, parse_deadline, split_promise

LONDON = "Europe/London"
AT = resolve(datetime.fromisoformat("2026-06-21 09:00"), LONDON)

ENGLISH = "by before end of june next this friday 30 30th 2027 06/07 30.06 18:00 at in 6 weeks day tomorrow , noon a.m. q3"
MORE = "до к концу июня в пятницу через 2 недели утра half few monday from year the 99 2026-06-30 evening 12 through 5pm"
WORDS = st.sampled_from([*ENGLISH.split(" "), *MORE.split(" ")])
ZONES = st.sampled_from([LONDON, "Pacific/Apia", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu", "America/Nuuk"])
INSTANTS = st.datetimes(datetime.fromisoformat("2005-01-01"), datetime.fromisoformat("2040-01-01"), timezones=st.just(UTC))
SAID = st.one_of(st.lists(WORDS, max_size=8).map(" ".join), st.text(max_size=60))


@given(phrase=SAID, at=INSTANTS, zone=ZONES, language=st.sampled_from(["en", "ru"]))
def test_what_is_understood_lies_ahead_and_shows_as_its_clock_will(phrase: str, at: datetime, zone: str, language: str) -> None:
    parsed = parse_deadline(phrase, at=at, zone=zone, language=language)
    readings: tuple[Understood, ...] = ()
    match parsed:
        case Understood():
            readings = (parsed,)
        case Ambiguous(candidates, why):
            readings = candidates
            assert why
            assert list(candidates) == sorted(set(candidates), key=lambda reading: reading.instant)
        case Past(deadline):
            assert deadline.instant <= at
        case NotUnderstood(reason):
            assert reason
    for reading in readings:
        assert reading.instant > at
        assert reading.wall == local(reading.instant, zone)
        assert reading.zone == zone
        assert not reading.bare or reading.wall.time().isoformat() in {"23:59:59", "00:00:00"}


@given(text=SAID, at=INSTANTS)
def test_a_split_invents_nothing(text: str, at: datetime) -> None:
    split = split_promise(text, at=at, zone=LONDON)
    assert text.strip().startswith(split.text)
    assert (split.phrase is None) == (split.parsed is None)
    if split.phrase is not None:
        assert split.phrase in text
        assert parse_deadline(split.phrase, at=at, zone=LONDON) == split.parsed


@pytest.mark.parametrize(
    ("text", "promise", "phrase"),
    [
        ("finish Calculus 1-3 by end of June", "finish Calculus 1-3", "end of June"),
        ("read book by Strang by end of July", "read book by Strang", "end of July"),
        ("read book by Strang", "read book by Strang", None),
        ("finish NLP in 6 weeks", "finish NLP", "in 6 weeks"),
        ("finish NLP next friday at 18:00", "finish NLP", "next friday at 18:00"),
        ("finish NLP by friday, 18:00", "finish NLP", "friday, 18:00"),
        ("Finish Limits By Friday!", "Finish Limits", "Friday"),
        ("solve Calculus 1, 2, 3 tomorrow", "solve Calculus 1, 2, 3", "tomorrow"),
        ("exercises 1-3, 30 June", "exercises 1-3", "30 June"),
        ("problem set due friday", "problem set", "friday"),
        ("finish before friday", "finish", "before friday"),
        ("finish it by 30 Feb", "finish it", "30 Feb"),
        ("закончить пределы к концу июня", "закончить пределы", "концу июня"),
        ("подготовиться к экзамену к 30.06", "подготовиться к экзамену", "30.06"),
        ("пройти модуль через 6 недель", "пройти модуль", "через 6 недель"),
        ("дочитать Стрэнга в следующую пятницу", "дочитать Стрэнга", "в следующую пятницу"),
        ("by friday", "", "friday"),
        ("", "", None),
    ],
)
def test_a_promise_is_taken_apart(text: str, promise: str, phrase: str | None) -> None:
    split = split_promise(text, at=AT, zone=LONDON)
    assert (split.text, split.phrase) == (promise, phrase)


def test_the_date_comes_with_the_split() -> None:
    instant = datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)
    wall = datetime.fromisoformat("2026-06-30 23:59:59")
    assert split_promise("finish Calculus by 30.06", at=AT, zone=LONDON) == Split(
        "finish Calculus", "30.06", Understood(wall, instant, LONDON, bare=True)
    )


@pytest.mark.parametrize(
    ("phrase", "why"),
    [
        ("next friday", "weekday"),
        ("06/07", "order"),
        ("friday at 6", "half"),
        ("friday midnight", "midnight"),
        ("before friday", "before"),
        ("friday 30 june", "mismatch"),
        ("mid July", "vague"),
    ],
)
def test_a_question_says_why(phrase: str, why: str) -> None:
    parsed = parse_deadline(phrase, at=AT, zone=LONDON)
    assert isinstance(parsed, Ambiguous)
    assert parsed.why == why


@pytest.mark.parametrize("phrase", ["1" * 200, "1." * 100, "a " * 100, "by " * 66, "1/1/" * 50, "1 час " * 33, "(" * 200])
def test_hostile_phrases_are_not_understood(phrase: str) -> None:
    assert parse_deadline(phrase, at=AT, zone=LONDON) == NotUnderstood("unknown")
    assert split_promise(phrase * 1000, at=AT, zone=LONDON).parsed is None


def test_what_is_too_long_is_not_read() -> None:
    assert parse_deadline("tomorrow" + " " * 200, at=AT, zone=LONDON) == NotUnderstood("too-long")


def test_a_span_ends_on_a_full_minute() -> None:
    parsed = parse_deadline("in an hour", at=AT + timedelta(seconds=1), zone=LONDON)
    assert isinstance(parsed, Understood)
    assert parsed.instant == AT + timedelta(minutes=61)
