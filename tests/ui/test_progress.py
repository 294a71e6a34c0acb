"""The words of /progress and of forecasts: each case once, and everything fits."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot import buttons
from bot.domain.commitments import MoveKind, Progress, SafeStep, State
from bot.domain.notices import Notice
from bot.domain.notices.commitments import Promise, PromiseLine
from bot.domain.notices.progress import ForecastCrossed, LineStanding, PlanStanding, ProgressShown, PromiseStanding, WeekPace
from bot.domain.pace import IN_SIGHT, Forecast, Outlook, Pace
from bot.domain.progress import DayState, HeatDay
from bot.services.facts import pack, unpack
from bot.ui import outlooks
from bot.ui.notices import word
from bot.ui.words import Words

AT = datetime(2026, 6, 17, 12, tzinfo=UTC)  # a Wednesday
TODAY = date(2026, 6, 17)
W = Words("en", "Europe/London", AT)
EMOJI = "🧮" * 300
NEAR = Forecast(date(2026, 6, 20), date(2026, 6, 26), date(2026, 7, 4))
NEVER = Forecast(TODAY + IN_SIGHT, TODAY + IN_SIGHT, TODAY + IN_SIGHT)
LATE = Outlook(NEAR, Pace(3.3, 1.5), late=True)
PROMISE = Promise(
    id=987654321, person="Ann", text="finish Calculus 1", state=State.OPEN, due_at=AT + timedelta(days=7), zone="Europe/London",
    struck=(), covers=("Calculus 1",), progress=Progress(3, 9, "modules"), slipped=False, done_at=None, late_seconds=0,
)  # fmt: skip
CROSSED = ForecastCrossed(PromiseLine(PROMISE, SafeStep(2, "modules", date(2026, 6, 19)), LATE), MoveKind.SLIP, 7)
HEAT = tuple(
    HeatDay(date(2026, 4, 27) + timedelta(days=number), 600, 9, tuple(DayState)[number % len(DayState)]) for number in range(52)
)
SHOWN = ProgressShown(
    plan=PlanStanding("Maths", 14, 20, NEAR, (("Logic", 2, 8),), 0),
    line=LineStanding(date(2026, 6, 30), 20, 16),
    pace=WeekPace(3.3, 5.0, 310.0),
    promises=(PromiseStanding("finish Calculus 1", AT + timedelta(days=7), "Europe/London", LATE),),
    more_promises=0,
    heat=HEAT,
    days=41,
    minutes=2500,
    week_minutes=130,
    streak=4,
    rest=14,
    reliability=0.934,
    due=7,
)


def plain(notice: Notice) -> str:
    return word(notice, W).plain


def test_where_one_stands() -> None:
    assert plain(SHOWN).startswith(
        "Maths: 14 of 20 modules\n"
        "██████████████░░░░░░ 70 %\n"
        "At your pace: about Fri 26 Jun, likely between Sat 20 Jun and Sat 4 Jul.\n"
        "Promised: 20 by Tue 30 Jun. In even steps you are 2 modules behind.\n"
        "A week, of late: 3.3 modules, 5 sessions, 5 h 10 min.\n\n"
        "Promised\n· “finish Calculus 1”, in 7 days: about Fri 26 Jun, after its date\n\n"
        "The last 8 weeks\nMTWTFSS\n"
    )
    assert "Reliability: 93 % over the last 7 promises" in plain(SHOWN)
    assert plain(SHOWN).endswith("Left\nLogic: 6 of 8")


@pytest.mark.parametrize(
    ("forecast", "said"),
    [
        (NEVER, "no end in sight."),
        (replace(NEVER, earliest=date(2026, 9, 1), likely=date(2027, 1, 5)), "about Tue 5 Jan 2027, Tue 1 Sep at the earliest."),
        (Forecast(TODAY, TODAY, TODAY), "Wed 17 Jun."),
        (
            Forecast(date(2027, 5, 3), date(2028, 1, 9), date(2028, 9, 1)),
            "about Jan 2028, likely between Mon 3 May 2027 and Sep 2028.",
        ),
    ],
)
def test_a_forecast_pretends_to_no_more_than_it_knows(forecast: Forecast, said: str) -> None:
    assert "".join(span.text for span in outlooks.forecast(forecast, W)) == f"At your pace: {said}"


@pytest.mark.parametrize(
    ("pace", "unit", "said"),
    [
        (Pace(3.3, 1.5), "modules", "It takes 3.3 modules a week; of late it was 1.5."),
        (Pace(1.0, None), "sessions", "It takes 1 session a week."),
        (Pace(None, 95.0), "minutes", "Of late it was 1 h 35 min a week."),
        (Pace(14.6, 0.0), "modules", "It takes 15 modules a week; of late it was 0."),
        (Pace(None, None), "modules", ""),
    ],
)
def test_a_pace_is_told_in_numbers_one_can_keep(pace: Pace, unit: str, said: str) -> None:
    assert "".join(span.text for span in outlooks.pace(pace, unit, W)) == said


def test_the_warning_offers_the_ways_out() -> None:
    message = word(CROSSED, W)
    assert message.plain == (
        "finish Calculus 1\n"
        "Due Wed 24 Jun 2026 13:00 London, in 7 days.\n"
        "At your pace: about Fri 26 Jun, likely between Sat 20 Jun and Sat 4 Jul.\n"
        "It takes 3.3 modules a week; of late it was 1.5.\n"
        "Stays safe with 2 modules by Friday.\n\n"
        "It does not fit yet, and there is time for an honest way out: cover less, study more often, or move it in the open. "
        "Inside the 7-day horizon a move is a slip, but said before the date rather than after it. I say this once for this date."
    )
    assert [[button.label for button in row] for row in message.rows] == [
        ["Cover less", "Add a slot"],
        ["Move it", "The promise"],
    ]


NOTICES: tuple[Notice, ...] = (
    SHOWN,
    replace(SHOWN, plan=None, line=None, pace=None, promises=(), days=0, minutes=0, heat=HEAT[:1], streak=0, due=0),
    replace(SHOWN, plan=replace(SHOWN.plan, done=20, tracks=()) if SHOWN.plan else None, line=None, reliability=None, due=2),
    replace(
        SHOWN,
        plan=PlanStanding(EMOJI, 0, 2_000, NEVER, ((EMOJI, 0, 99),) * 12, 88),
        promises=(PromiseStanding(EMOJI, AT, "Europe/London", LATE),) * 3,
        more_promises=20,
    ),
    CROSSED,
    replace(CROSSED, line=PromiseLine(replace(PROMISE, text=EMOJI, covers=()), None, None), move=MoveKind.MARKED),
)


def test_everything_fits_telegram_and_survives_the_outbox() -> None:
    for notice in NOTICES:
        message = word(notice, W)
        assert message.text, notice
        assert len(message.plain.encode("utf-16-le")) // 2 <= 4096, notice
        for button in (button for row in message.rows for button in row):
            assert button.action is None or buttons.encode(button.action)
            assert 0 < len(button.label) <= 64
        kind, facts = pack(notice)
        assert unpack(kind, facts) == notice
