"""The rules of promises: moving, withdrawing, what comes next, how many alerts, the smallest safe step."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commitments import (
    Commitment,
    Event,
    Happened,
    MoveKind,
    Progress,
    SafeStep,
    Stage,
    State,
    alert_allowed_at,
    judge_move,
    judge_withdrawal,
    next_stage,
    safe_step,
    struck_dues,
    tidy,
)
from bot.domain.people import Consent
from bot.domain.plans import FreeScope

MADE = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
DUE = datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)
LATER = DUE + timedelta(days=3)
SECOND = timedelta(seconds=1)


def promise(*, due_at: datetime = DUE, published_at: datetime = MADE) -> Commitment:
    return Commitment(
        id=1,
        learner_id=1,
        group_id=1,
        source="s",
        text="finish Calculus 1-3",
        scope=FreeScope(),
        state=State.OPEN,
        consent=Consent.ALERT,
        in_place=False,
        due_at=due_at,
        due_wall=due_at.replace(tzinfo=None),
        zone="Europe/London",
        first_due_at=due_at,
        created_at=published_at,
        published_at=published_at,
        done_at=None,
        slipped_at=None,
        alerted_at=None,
        own_words=None,
    )


# --- moving -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("at", "kind"),
    [
        (MADE, MoveKind.SILENT),
        (MADE + timedelta(minutes=14, seconds=59), MoveKind.SILENT),
        (MADE + timedelta(minutes=15), MoveKind.SILENT),
        (MADE + timedelta(minutes=15, seconds=1), MoveKind.UNMARKED),
        (MADE + timedelta(hours=24), MoveKind.UNMARKED),
        (MADE + timedelta(hours=24, seconds=1), MoveKind.MARKED),
        (DUE - timedelta(days=7), MoveKind.MARKED),
        (DUE - timedelta(days=7) + SECOND, MoveKind.SLIP),
        (DUE, MoveKind.SLIP),
        (DUE + timedelta(days=9), MoveKind.SLIP),
    ],
)
def test_a_later_date_at_each_bound(at: datetime, kind: MoveKind) -> None:
    assert judge_move(promise(), LATER + timedelta(days=30), at=at, horizon_days=7) is kind
    assert judge_withdrawal(promise(), at=at, horizon_days=7) is kind


def test_an_earlier_date_is_always_immediate() -> None:
    inside = DUE - timedelta(days=1)
    assert judge_move(promise(), inside + timedelta(hours=1), at=inside, horizon_days=7) is MoveKind.EARLIER


def test_past_its_date_a_promise_can_only_slip_however_young() -> None:
    young = promise(due_at=MADE + timedelta(minutes=5))
    assert judge_move(young, LATER, at=MADE + timedelta(minutes=6), horizon_days=0) is MoveKind.SLIP


def test_a_horizon_of_nothing_allows_a_move_until_the_last_second() -> None:
    assert judge_move(promise(), LATER, at=DUE - SECOND, horizon_days=0) is MoveKind.MARKED


@given(
    age=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=40)),
    by=st.timedeltas(min_value=-timedelta(days=20), max_value=timedelta(days=40)),
    horizon=st.integers(0, 14),
)
def test_a_wider_horizon_is_never_kinder(age: timedelta, by: timedelta, horizon: int) -> None:
    order = list(MoveKind)
    narrow = judge_move(promise(), DUE + by, at=MADE + age, horizon_days=horizon)
    wide = judge_move(promise(), DUE + by, at=MADE + age, horizon_days=horizon + 1)
    assert order.index(narrow) <= order.index(wide)


@given(ages=st.tuples(*[st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=40))] * 2), horizon=st.integers(0, 14))
def test_waiting_never_makes_a_later_date_kinder(ages: tuple[timedelta, timedelta], horizon: int) -> None:
    order = list(MoveKind)
    first, second = (judge_move(promise(), LATER, at=MADE + age, horizon_days=horizon) for age in sorted(ages))
    assert order.index(first) <= order.index(second)


def test_only_marked_moves_leave_a_struck_date() -> None:
    def moved(how: MoveKind, day: int) -> Event:
        was = datetime(2026, 6, day, tzinfo=UTC)
        return Event(Happened.MOVED, MADE, {"how": how, "from": was.isoformat(), "to": DUE.isoformat()})

    history = [
        Event(Happened.PUBLISHED, MADE, {}),
        moved(MoveKind.SILENT, 1),
        moved(MoveKind.MARKED, 2),
        moved(MoveKind.EARLIER, 3),
        moved(MoveKind.SLIP, 4),
    ]
    assert [was.day for was in struck_dues(history)] == [2, 4]


# --- what comes next --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "stage", "ahead"),
    [
        (timedelta(days=20), Stage.WARN, timedelta(days=7)),
        (timedelta(days=7), Stage.WARN, timedelta(days=3)),
        (timedelta(days=2), Stage.WARN, timedelta(days=1)),
        (timedelta(days=1), Stage.ASK, timedelta(0)),
        (-timedelta(days=1), Stage.ASK, timedelta(0)),
    ],
)
def test_the_next_stage(before: timedelta, stage: Stage, ahead: timedelta) -> None:
    assert next_stage(DUE, after=DUE - before) == (stage, DUE - ahead)


@given(before=st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=60)))
def test_stages_run_forward_and_end_with_the_question(before: timedelta) -> None:
    after = DUE - before
    seen = []
    stage = Stage.WARN
    while stage is Stage.WARN:
        stage, instant = next_stage(DUE, after=after)
        assert instant > after
        seen.append(instant)
        after = instant
    assert seen[-1] == DUE
    assert len(seen) <= 4


def test_one_alert_a_day_and_two_a_week() -> None:
    day = timedelta(days=1)
    assert alert_allowed_at([], at=DUE) == DUE
    assert alert_allowed_at([DUE - day], at=DUE) == DUE
    assert alert_allowed_at([DUE - day / 2], at=DUE) == DUE + day / 2
    assert alert_allowed_at([DUE - 2 * day, DUE - 3 * day], at=DUE) == DUE + 4 * day
    assert alert_allowed_at([DUE - 8 * day, DUE - 9 * day], at=DUE) == DUE


@given(wishes=st.lists(st.integers(0, 60 * 24 * 21), max_size=30))
def test_alerts_never_exceed_their_limits(wishes: list[int]) -> None:
    sent: list[datetime] = []
    for wish in sorted(wishes):
        sent.append(alert_allowed_at(sent, at=max([DUE + timedelta(minutes=wish), *sent])))
    for one in sent:
        assert sum(one <= other < one + timedelta(days=1) for other in sent) <= 1
        assert sum(one <= other < one + timedelta(days=7) for other in sent) <= 2


# --- the smallest safe step -------------------------------------------------------------------------------------------
def test_the_safe_step_of_this_week() -> None:
    monday = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
    step = safe_step(Progress(2, 41, "modules"), due_at=DUE, at=monday, zone="Europe/London")
    assert step == SafeStep(10, "modules", date(2026, 6, 7)), "39 over 30 days, of which 7 are this week"


def test_from_friday_on_it_is_next_sunday() -> None:
    friday = datetime(2026, 6, 5, 6, 0, tzinfo=UTC)
    step = safe_step(Progress(0, 5, "modules"), due_at=DUE, at=friday, zone="Europe/London")
    assert step is not None
    assert step.day == date(2026, 6, 14)


def test_the_step_falls_on_study_days_only() -> None:
    monday = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
    step = safe_step(
        Progress(0, 22, "modules"), due_at=DUE, at=monday, zone="Europe/London", studies=lambda day: day.weekday() < 5
    )
    assert step == SafeStep(5, "modules", date(2026, 6, 5)), "a module for each of 22 working days; by Friday, not Sunday"


def test_without_a_study_day_left_all_of_it_is_due() -> None:
    saturday = datetime(2026, 6, 27, 6, 0, tzinfo=UTC)
    due = datetime(2026, 6, 28, 20, tzinfo=UTC)
    step = safe_step(Progress(0, 3, "modules"), due_at=due, at=saturday, zone="UTC", studies=lambda day: day.weekday() < 5)
    assert step == SafeStep(3, "modules", date(2026, 6, 28))


def test_the_due_day_bounds_the_step() -> None:
    step = safe_step(Progress(1, 3, "sessions"), due_at=DUE, at=DUE - timedelta(hours=20), zone="Europe/London")
    assert step == SafeStep(2, "sessions", date(2026, 6, 30))


@pytest.mark.parametrize("progress", [Progress(0, 0, None), Progress(3, 3, "modules"), Progress(0, 0, "modules")])
def test_no_step_where_nothing_is_left_or_counted(progress: Progress) -> None:
    assert safe_step(progress, due_at=DUE, at=MADE, zone="Europe/London") is None


def test_no_step_past_the_date() -> None:
    assert safe_step(Progress(0, 3, "modules"), due_at=DUE, at=DUE, zone="Europe/London") is None


@given(
    left=st.integers(1, 500),
    ahead=st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=400)),
)
def test_keeping_every_step_keeps_the_promise(left: int, ahead: timedelta) -> None:
    at = DUE - ahead
    done = 0
    for _ in range(120):
        step = safe_step(Progress(done, left, "modules"), due_at=DUE, at=at, zone="UTC")
        if step is None:
            break
        done += step.amount
        at = min(DUE, datetime.combine(step.day + timedelta(days=1), datetime.min.time(), tzinfo=UTC))
    assert done == left


def test_tidy_leaves_one_readable_line() -> None:
    assert tidy("  finish \u202eCalculus\x00\n1  ") == "finish Calculus 1"
    assert tidy("read 👩\u200d🔬 papers") == "read 👩\u200d🔬 papers"
    assert tidy("\u202e\n") == ""
