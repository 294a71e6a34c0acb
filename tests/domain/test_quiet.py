"""Quiet hours as people type them, and what they hold back."""

from datetime import date, datetime, time, timedelta

import pytest

from bot.domain.days import Stage, first_step, step_after
from bot.domain.people import Learner
from bot.domain.quiet import OFF, parse_quiet
from tests.services.studying import utc

DAY = date(2026, 6, 2)


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("21:00-07:00", (time(21), time(7))),
        ("21:00 – 07:00", (time(21), time(7))),
        ("9pm to 7am", (time(21), time(7))),
        ("from 22 to 8", (time(22), time(8))),
        ("с 22 до 8", (time(22), time(8))),
        ("22-7", (time(22), time(7))),
        ("13:00-14:30", (time(13), time(14, 30))),
        ("off", OFF),
        ("None", OFF),
        ("нет", OFF),
        ("21:00", None),
        ("21:00-21:00", None),
        ("25:00-07:00", None),
        ("night", None),
        ("1-2-3", None),
        ("2" * 100, None),
    ],
)
def test_hours_are_read(words: str, hours: tuple[time, time] | None) -> None:
    assert parse_quiet(words) == hours


def learner(start: time, end: time, *, own: bool = True) -> Learner:
    return Learner(1, "Ann", "en", "UTC", time(3), start, end, "telegram", True, quiet_own=own)


@pytest.mark.parametrize(
    ("who", "nudge"),
    [
        (learner(time(21), time(9)), "2026-06-02 09:00"),
        (learner(time(21), time(7)), "2026-06-02 07:45"),
        (learner(time(22), time(8), own=False), "2026-06-02 07:45"),  # nobody chose these: who has a slot then is up
        (learner(time(0), time(0)), "2026-06-02 07:45"),
    ],
)
def test_the_nudge_waits_for_the_end_of_hours_one_chose(who: Learner, nudge: str) -> None:
    step = first_step(who, day=DAY, due_at=utc("2026-06-02 07:00"))
    assert (step.stage, step.at) == (Stage.NUDGE, utc(nudge))


@pytest.mark.parametrize(
    ("who", "evening"),
    [
        (learner(time(19), time(21)), "2026-06-02 21:00"),
        (learner(time(19, 30), time(7)), None),  # it would come in the morning
        (learner(time(21), time(7)), "2026-06-02 20:00"),
    ],
)
def test_the_evening_waits_too_but_not_until_the_morning(who: Learner, evening: str | None) -> None:
    due: datetime = utc("2026-06-02 07:00")
    step = step_after(who, day=DAY, due_at=due, after=due + timedelta(minutes=45), said=2, second=False)
    assert (step.at if step.stage is Stage.EVENING else None) == (utc(evening) if evening else None)
