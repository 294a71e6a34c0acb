"""What check-ins make of a day, when it is nudged, streaks and paces."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.domain.checkins import Checkin, Outcome, Session, SessionState
from bot.domain.days import (
    Became,
    Stage,
    became,
    ends_at,
    first_step,
    later_choices,
    minutes_between,
    pace,
    step_after,
    tap_source,
)
from bot.domain.people import MAIN, SECOND, Learner
from bot.domain.reviews import steps_after
from bot.domain.streaks import streak

DAY = date(2026, 5, 5)
SLOT = datetime(2026, 5, 5, 7, tzinfo=UTC)


def learner(zone: str = "UTC", quiet: tuple[time, time] = (time(22), time(8))) -> Learner:
    return Learner(1, "Ada", "en", zone, time(3), *quiet, "telegram", True)


def session(
    state: SessionState = SessionState.PLANNED, *, slot: str = MAIN, day: date = DAY, reason: str | None = None
) -> Session:
    number = 1 if slot == MAIN else 2
    return Session(number, 1, slot, day, state, reason, SLOT + timedelta(hours=number), None, None)


def checkin(outcome: Outcome = Outcome.DONE, *, source: str = "u", minutes: int | None = None) -> Checkin:
    return Checkin(1, 1, source, DAY, outcome, minutes, None, "", (), None, False, SLOT, None, None)


def tap(outcome: Outcome, slot: str = MAIN) -> Checkin:
    return checkin(outcome, source=tap_source(1, day=DAY, slot=slot))


def states(sessions: list[Session], checkins: list[Checkin], *, over: bool = False) -> list[str]:
    made = became(sessions, checkins, over=over)
    return [made[one.id].state.value for one in sessions]


@pytest.mark.parametrize(
    ("checkins", "expected"),
    [
        ([], ["planned", "planned"]),
        ([tap(Outcome.SKIPPED)], ["skipped", "planned"]),
        ([tap(Outcome.DONE, SECOND)], ["planned", "done"]),
        ([checkin()], ["done", "planned"]),
        ([checkin(), checkin()], ["done", "done"]),
        ([tap(Outcome.DONE), checkin()], ["done", "done"]),
        ([tap(Outcome.SKIPPED), checkin()], ["done", "planned"]),
        ([tap(Outcome.PARTLY), tap(Outcome.DONE, SECOND), checkin()], ["done", "done"]),
        ([checkin()] * 5, ["done", "done"]),
    ],
)
def test_check_ins_are_dealt_to_the_days_sessions(checkins: list[Checkin], expected: list[str]) -> None:
    assert states([session(), session(slot=SECOND)], checkins) == expected


def test_a_tap_speaks_for_its_own_slot_though_its_session_is_still_to_come() -> None:
    assert states([session(slot=SECOND)], [tap(Outcome.DONE)]) == ["planned"]
    assert states([session(slot=SECOND)], [tap(Outcome.DONE), checkin(Outcome.PARTLY)]) == ["partly"]


def test_silence_is_missed_once_the_day_is_over_but_a_second_slot_is_no_must() -> None:
    made = became([session(), session(slot=SECOND)], [], over=True)
    assert made == {1: Became(SessionState.MISSED, None), 2: Became(SessionState.EXCUSED, "optional")}


def test_an_excuse_stands_until_something_is_reported_and_comes_back_when_that_is_undone() -> None:
    excused = session(SessionState.EXCUSED, reason="outage")
    assert became([excused], [checkin()], over=True) == {1: Became(SessionState.DONE, "outage")}
    assert became([session(SessionState.DONE, reason="outage")], [], over=True) == {1: Became(SessionState.EXCUSED, "outage")}


@given(some.lists(some.sampled_from(list(Outcome)), max_size=6))
def test_more_check_ins_never_make_a_day_worse(outcomes: list[Outcome]) -> None:
    rank = ["planned", "skipped", "partly", "done"]
    worth = [
        rank.index(states([session()], [checkin(one, source=str(n)) for n, one in enumerate(outcomes[:length])])[0])
        for length in range(len(outcomes) + 1)
    ]
    assert worth == sorted(worth)


def test_the_course_of_a_silent_day() -> None:
    ada = learner()
    first = first_step(ada, day=DAY, due_at=SLOT)
    assert (first.stage, first.at) == (Stage.NUDGE, SLOT + timedelta(minutes=45))
    second = step_after(ada, day=DAY, due_at=SLOT, after=first.at, said=2, second=False)
    assert (second.stage, second.at) == (Stage.EVENING, datetime(2026, 5, 5, 20, tzinfo=UTC))
    last = step_after(ada, day=DAY, due_at=SLOT, after=second.at, said=3, second=False)
    assert (last.stage, last.at) == (Stage.CLOSE, datetime(2026, 5, 6, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("hour", "after", "said", "second", "quiet"),
    [
        (18, "18:45", 2, False, time(22)),  # the slot itself is in the evening
        (7, "07:45", 3, False, time(22)),  # three messages are enough
        (7, "07:45", 2, True, time(22)),  # the second slot's card is the evening's message
        (7, "07:45", 2, False, time(19)),  # quiet hours
        (7, "19:30", 2, False, time(22)),  # asked for by Later half an hour before
    ],
)
def test_no_evening_reminder(hour: int, after: str, said: int, second: bool, quiet: time) -> None:
    ada = learner(quiet=(quiet, time(8)))
    before = datetime.fromisoformat(f"{DAY} {after}").replace(tzinfo=UTC)
    step = step_after(ada, day=DAY, due_at=SLOT.replace(hour=hour), after=before, said=said, second=second)
    assert step.stage is Stage.CLOSE


@pytest.mark.parametrize(
    ("hour", "minute", "offered"),
    [
        (7, 5, ["07:35", "18:00", "20:00"]),
        (17, 31, ["18:01", "20:00"]),
        (19, 31, ["20:01", "21:00"]),
        (20, 31, ["21:01"]),
        (22, 0, ["22:30"]),
    ],
)
def test_later_offers_what_is_still_ahead(hour: int, minute: int, offered: list[str]) -> None:
    at = SLOT.replace(hour=hour, minute=minute)
    assert [f"{instant:%H:%M}" for _, instant in later_choices(learner(), day=DAY, at=at)] == offered


def test_later_offers_nothing_after_the_days_end() -> None:
    at = ends_at(learner(), DAY) - timedelta(minutes=10)
    assert later_choices(learner(), day=DAY, at=at) == []


@given(some.integers(min_value=0, max_value=10_000_000))
def test_minutes_from_start_are_at_least_one_and_at_most_four_hours(seconds: int) -> None:
    assert 1 <= minutes_between(SLOT, SLOT + timedelta(seconds=seconds)) <= 240


@given(some.integers(0, 500), some.integers(0, 1000))
def test_the_pace_is_enough(left: int, days: int) -> None:
    assert pace(left, days=days) * max(days, 7) / 7 >= left


def test_a_module_comes_back_next_day_and_after_a_week() -> None:
    assert steps_after(DAY) == [(1, date(2026, 5, 6)), (2, date(2026, 5, 12))]


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        ("", 0),
        ("ddd", 3),
        ("dmd", 1),
        ("dsd", 2),  # an honest "not today" neither adds nor ends
        ("ded", 2),
        ("dpx", 2),  # partly counts; today is still ahead
        ("dm", 0),
    ],
)
def test_streaks(course: str, expected: int) -> None:
    of = {"d": "done", "m": "missed", "s": "skipped", "e": "excused", "p": "partly", "x": "planned"}
    days = [session(SessionState(of[one]), day=DAY + timedelta(days=ahead)) for ahead, one in enumerate(course)]
    assert streak(days) == expected


def test_a_day_with_two_slots_is_one_day() -> None:
    assert streak([session(SessionState.DONE), session(SessionState.DONE, slot=SECOND)]) == 1
    assert streak([session(SessionState.MISSED), session(SessionState.DONE, slot=SECOND)]) == 1
