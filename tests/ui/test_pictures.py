"""The words of pictures, and what they say to those who do not see them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.charts import GroupChart, Line, ProgressChart
from bot.domain.notices.digests import Digest, MemberWeek
from bot.domain.pace import IN_SIGHT, Forecast
from bot.domain.progress import Burnup, DayState, HeatDay
from bot.ui import digests, pictures
from bot.ui.message import Picture
from bot.ui.words import Words
from tests.charts.samples import TODAY, burnup, days_until, heat_days

W = Words("en", "Europe/London", datetime(2026, 6, 14, 17, tzinfo=UTC))
ANN = MemberWeek("Ann", 5, 6, 225, 2, 5, 0.9, kept=2, slipped=0)
BOB = MemberWeek("Bob", 1, 5, 0, 0, 0, None, kept=0, slipped=1)
IDLE = MemberWeek("Dan", 0, 0, 0, 0, 0, None)
DIGEST = Digest(date(2026, 6, 8), date(2026, 6, 14), 1, 0, 1, (), (), (), (ANN, BOB, IDLE), 1, pictured=(ANN, BOB, IDLE))
FACTS = burnup().burnup


def week(digest: Digest) -> tuple[Picture, GroupChart]:
    picture = digests.word(digest, W).picture
    assert picture is not None
    assert isinstance(picture.chart, GroupChart)
    return picture, picture.chart


def progress(facts: Burnup | None, heat: tuple[HeatDay, ...]) -> tuple[Picture, ProgressChart]:
    picture = pictures.of_progress(facts, heat, W, plan="Calculus")
    assert picture is not None
    assert isinstance(picture.chart, ProgressChart)
    return picture, picture.chart


# --- a group's week ---------------------------------------------------------------------------------------------------
def test_a_digest_has_a_line_for_each_with_something_to_show() -> None:
    picture, chart = week(DIGEST)
    assert (chart.title, chart.note, chart.more) == ("The week", "Mon 8 Jun to Sun 14 Jun", "")
    assert chart.lines == (Line("Ann", 5, 6, "3 h 45 min", 2, 0), Line("Bob", 1, 5, "", 0, 1))
    assert picture.alt == (
        "The week as a picture, Mon 8 Jun to Sun 14 Jun. Ann: 5 of 6 sessions, 3 h 45 min, 2 promises kept. "
        "Bob: 1 of 5 sessions, 1 slipped."
    )


def test_a_quiet_week_and_a_later_part_have_none() -> None:
    assert digests.word(replace(DIGEST, pictured=(IDLE,)), W).picture is None
    assert digests.word(replace(DIGEST, pictured=(), part=1, parts=2), W).picture is None


def test_of_a_crowd_forty_are_drawn_and_the_description_stays_short() -> None:
    picture, chart = week(replace(DIGEST, weeks=2, pictured=tuple(replace(ANN, name=f"Ann {n}") for n in range(47))))
    assert (len(chart.lines), chart.more, chart.title) == (40, "and 7 more", "2 weeks")
    assert len(picture.alt) <= 1000


# --- progress ---------------------------------------------------------------------------------------------------------
def test_progress_says_what_it_shows() -> None:
    picture, chart = progress(FACTS, heat_days(24))
    assert chart.burnup is not None
    assert chart.burnup.title == "17 of 40 modules · Calculus"
    assert chart.burnup.note == "At this pace done by 2 Aug, between 17 Jul and 29 Aug."
    assert (chart.heat.words.months[0], chart.heat.words.weekdays[0]) == ("Jan", "Mon")
    assert picture.alt == (
        "Burn-up: 17 of 40 modules · Calculus. At this pace done by 2 Aug, between 17 Jul and 29 Aug. "
        "Promised: 24 by 30 Jun, 40 by 31 Jul. Heat map, 29 Dec 2025 to 14 Jun: 90 days studied, 104 h 10 min in all."
    )


@pytest.mark.parametrize(
    ("facts", "note"),
    [
        (replace(FACTS, done=(40,) * len(FACTS.days), forecast=None), "All done."),
        (replace(FACTS, forecast=None), "Too early for a forecast."),
        (replace(FACTS, done=(0,) * len(FACTS.days), forecast=None), "Nothing done yet."),
        (
            replace(FACTS, forecast=Forecast(date(2026, 12, 1), date(2027, 2, 3), date(2028, 1, 1))),
            "At this pace done by 3 Feb 2027, between 1 Dec and Jan 2028.",
        ),
        (
            replace(FACTS, forecast=Forecast(date(2026, 12, 1), date(2027, 2, 3), TODAY + IN_SIGHT)),
            "At this pace done by 3 Feb 2027, 1 Dec at the earliest.",
        ),
        (replace(FACTS, forecast=Forecast(TODAY, TODAY + IN_SIGHT, TODAY + IN_SIGHT)), "At this pace there is no end in sight."),
    ],
)
def test_where_it_is_heading(facts: Burnup, note: str) -> None:
    _, chart = progress(facts, heat_days(2))
    assert chart.burnup is not None
    assert chart.burnup.note == note


def test_without_a_plan_there_is_the_heat_map_and_without_days_nothing() -> None:
    first = (HeatDay(TODAY, 0, 0, DayState.AHEAD),)
    for facts in (None, replace(FACTS, total=0), replace(FACTS, days=(), done=())):
        picture, chart = progress(facts, first)
        assert chart.burnup is None
        assert picture.alt == "Heat map, 14 Jun to 14 Jun: Nothing logged yet."
    assert pictures.of_progress(FACTS, (), W) is None


def test_days_of_unknown_length_are_counted_all_the_same() -> None:
    days = tuple(HeatDay(day, 0, 1, DayState.PARTLY) for day in days_until(TODAY - timedelta(days=1), 1))
    assert progress(None, days)[0].alt.endswith("1 day studied.")
