"""/progress from the outside, the burn-up and the heat map as facts, and the second slot."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from bot.domain.calendar import study_day
from bot.domain.charts import ProgressChart
from bot.domain.checkins import Outcome, SessionState
from bot.domain.notices.progress import ProgressShown
from bot.domain.pace import Measure, Work
from bot.domain.people import MAIN, SECOND, Learner
from bot.domain.plans import Module, Plan, Track, places
from bot.domain.progress import DayState
from bot.domain.rest import PauseKind
from bot.services import paces, plans, progress
from bot.services import slots as slots_
from bot.services.live import COMPLETERS
from bot.store import checkins, commitments, pauses, sessions, slots, timers
from bot.store import plans as plan_rows
from bot.store.database import Tx
from bot.store.sessions import Planned
from bot.ui.notices import word
from bot.ui.words import Words
from tests.services.talk import MONDAY, Talk

DAY = timedelta(days=1)
TODAY = MONDAY.date()
BIG = Plan(
    "Maths",
    (Track("Algebra", tuple(Module(f"A{n}") for n in range(12))), Track("Logic", tuple(Module(f"L{n}") for n in range(8)))),
)


@pytest.fixture
async def talk(tx: Tx) -> Talk:
    made = Talk(tx)
    await made.say("/timezone Europe/London")
    return made


async def lived(talk: Talk, *states: SessionState, minutes: int = 60) -> Learner:
    """The days before today, the last being yesterday's."""
    learner = await talk.learner()
    for number, state in enumerate(states):
        at = MONDAY - (len(states) - number) * DAY
        day = study_day(at, zone="Europe/London")
        await sessions.add_many(talk.tx, [Planned(learner.id, MAIN, day, at, state)])
        if state in {SessionState.DONE, SessionState.PARTLY, SessionState.SKIPPED}:
            await checkin(talk.tx, learner, day, Outcome(state.value), None if state is SessionState.SKIPPED else minutes)
    return learner


async def checkin(tx: Tx, learner: Learner, day: date, outcome: Outcome = Outcome.DONE, minutes: int | None = 60) -> None:
    at = datetime.combine(day, time(7), MONDAY.tzinfo)
    await checkins.add(
        tx, learner_id=learner.id, source=f"c:{day}:{outcome}", day=day, outcome=outcome, minutes=minutes, module_id=None,
        note="", links=(), photo=None, late=False, at=at,
    )  # fmt: skip


async def study_plan(talk: Talk, *, finished: int) -> Learner:
    """Four weeks of a plan of twenty modules, of which the first few were finished on the days before today."""
    learner = await lived(talk, *[SessionState.DONE] * 28)
    used = await plans.use_plan(talk.tx, learner, BIG, at=MONDAY - 30 * DAY)
    for number, one in enumerate(list(places(used))[:finished]):
        at = MONDAY - (finished - number) * DAY
        await plan_rows.set_done(talk.tx, one.module.id or 0, day=at.date(), at=at)
    return learner


async def promise(talk: Talk, words: str) -> None:
    await talk.say(f"/commit {words}")
    await talk.press("Keep it private")


# --- from the outside -------------------------------------------------------------------------------------------------
async def test_with_nothing_there_is_nothing_to_tell(talk: Talk) -> None:
    assert await talk.say("/progress") == "Nothing to tell yet. A plan (/plan) and a first check-in make a beginning."


async def test_where_one_stands(talk: Talk) -> None:
    await study_plan(talk, finished=14)
    await promise(talk, "finish Algebra, finish Logic by 20 May")
    text = await talk.say("/progress")
    assert text.startswith("Maths: 14 of 20 modules\n██████████████░░░░░░ 70 %\nAt your pace: about ")
    assert "A week, of late: 3.5 modules, 7 sessions, 7 h." in text
    assert "28 days studied in all · 28 h" in text
    assert "Streak: 28 study days" in text
    assert "Left\nLogic: 6 of 8" in text
    assert "███████  Mon 27 Apr  7 h" in text
    assert [one.label for one in talk.buttons] == ["Promises", "Plan"]


async def test_before_seven_study_days_there_is_no_forecast(talk: Talk) -> None:
    learner = await lived(talk, *[SessionState.DONE] * 6)
    await plans.use_plan(talk.tx, learner, BIG, at=MONDAY)
    text = await talk.say("/progress")
    assert "A forecast comes after 7 study days." in text
    assert "A week, of late" not in text


async def test_reliability_is_told_from_the_fifth_due_promise_on(talk: Talk) -> None:
    learner = await lived(talk, SessionState.DONE)
    for number in range(5):
        await promise(talk, f"swim {number} by 20 May")
        found = (await commitments.open_of(talk.tx, [learner.id]))[learner.id]
        await talk.say(f"/done swim {number}")
        assert len(found) == 1
        text = await talk.say("/progress")
        expected = "Reliability: 100 % over the last 5 promises" if number == 4 else f"so far {number + 1}"
        assert expected in text


async def test_the_smallest_step_reckons_with_a_planned_break(talk: Talk) -> None:
    learner = await talk.learner()
    await promise(talk, "12 sessions by 20 May")
    assert "Stays safe with 5 sessions by Sunday." in await talk.say("/commitments"), "12 over 17 days, 7 of them this week"
    await off(talk, learner, MONDAY.date() + 2 * DAY, MONDAY.date() + 9 * DAY)
    assert "Stays safe with 3 sessions by Tuesday." in await talk.say("/commitments"), "12 over 9 days, 2 of them this week"


async def test_a_break_that_lasts_all_week_puts_the_step_behind_it(talk: Talk) -> None:
    learner = await talk.learner()
    await promise(talk, "12 sessions by 20 May")
    await off(talk, learner, MONDAY.date() - DAY, MONDAY.date() + 9 * DAY)
    assert "Stays safe with 2 sessions by Thu 14 May." in await talk.say("/commitments")


async def test_with_a_break_that_has_no_end_nobody_can_reckon(talk: Talk) -> None:
    learner = await talk.learner()
    await promise(talk, "12 sessions by 20 May")
    await off(talk, learner, MONDAY.date() - DAY, None, kind=PauseKind.AUTO)
    assert "Stays safe with 5 sessions by Sunday." in await talk.say("/commitments")


async def off(talk: Talk, learner: Learner, first: date, last: date | None, *, kind: PauseKind = PauseKind.PLANNED) -> None:
    await pauses.put(talk.tx, learner_id=learner.id, kind=kind, first=first, last=last, announced=False, at=MONDAY)


# --- facts ------------------------------------------------------------------------------------------------------------
async def test_the_heat_map_says_what_became_of_each_day(talk: Talk) -> None:
    states = SessionState
    learner = await lived(talk, states.DONE, states.PARTLY, states.SKIPPED, states.MISSED, states.EXCUSED)
    await checkin(talk.tx, learner, TODAY, minutes=25)
    squares = await progress.heat(talk.tx, learner, at=MONDAY)
    assert squares[0].day == TODAY - 7 * DAY, "whole weeks, and none before anything happened"
    kinds = DayState
    assert [one.state for one in squares[:2]] == [kinds.FREE] * 2
    assert [one.state for one in squares[2:6]] == [kinds.DONE, kinds.PARTLY, kinds.SKIPPED, kinds.MISSED]
    assert [one.state for one in squares[6:]] == [kinds.EXCUSED, kinds.DONE]
    assert [one.minutes for one in squares] == [0, 0, 60, 60, 0, 0, 0, 25]


async def test_the_burn_up_counts_day_by_day(talk: Talk) -> None:
    learner = await study_plan(talk, finished=14)
    burnup = await progress.burnup(talk.tx, learner, at=MONDAY)
    assert burnup is not None
    assert (burnup.days[0], burnup.days[-1]) == (TODAY - 14 * DAY, TODAY)
    assert burnup.done == (*range(1, 15), 14)
    assert (burnup.total, burnup.promised) == (20, ())
    assert burnup.forecast is not None
    assert burnup.forecast.likely > TODAY


async def test_the_promised_line_begins_where_the_promise_was_made(talk: Talk) -> None:
    learner = await study_plan(talk, finished=10)
    await promise(talk, "finish Algebra by 11 May")
    await promise(talk, "4 modules by 18 May")
    await promise(talk, "finish Logic by 1 June")
    burnup = await progress.burnup(talk.tx, learner, at=MONDAY)
    assert burnup is not None
    assert burnup.promised == ((TODAY, 10), (date(2026, 5, 11), 12), (date(2026, 5, 18), 14), (date(2026, 6, 1), 20))
    talk.at = MONDAY + 3 * DAY
    await talk.say("/progress")
    line = talk.said(ProgressShown).line
    assert line is not None
    assert (line.day, line.target, line.due_now) == (date(2026, 5, 11), 12, 10)


async def test_modules_that_came_done_with_a_file_are_no_pace(talk: Talk) -> None:
    learner = await lived(talk, *[SessionState.DONE] * 14)
    ticked = replace(BIG.tracks[0], modules=tuple(replace(one, ticked=True) for one in BIG.tracks[0].modules))
    await plans.use_plan(talk.tx, learner, replace(BIG, tracks=(ticked, BIG.tracks[1])), at=MONDAY)
    past = (await paces.past(talk.tx, [learner], at=MONDAY))[learner.id]
    assert past.weeks.actual(Measure.MODULES) == 0
    text = await talk.say("/progress")
    assert "Maths: 12 of 20 modules" in text
    assert "No module was finished of late" in text


async def test_estimates_weigh_what_is_left(talk: Talk) -> None:
    learner = await lived(talk, *[SessionState.DONE] * 14)
    plan = Plan("P", (Track("T", (Module("Short", estimate_minutes=30), Module("Long", estimate_minutes=90), Module("Some"))),))
    await plans.use_plan(talk.tx, learner, plan, at=MONDAY)
    past = (await paces.past(talk.tx, [learner], at=MONDAY))[learner.id]
    assert (past.usual, past.load(30), past.load(90), past.load(None)) == (60, 0.5, 1.5, 1.0)
    text = await talk.say("/progress")
    assert "At your pace: about" in text, "three hours at an hour a day, though no module is finished yet"


async def test_a_break_that_is_planned_pushes_the_forecast_back(talk: Talk) -> None:
    learner = await study_plan(talk, finished=14)
    before = (await paces.past(talk.tx, [learner], at=MONDAY))[learner.id].weeks.forecast(Work(6, Measure.MODULES))
    first = MONDAY.date() + DAY
    await pauses.put(
        talk.tx, learner_id=learner.id, kind=PauseKind.PLANNED, first=first, last=first + 13 * DAY, announced=False, at=MONDAY
    )
    after = (await paces.past(talk.tx, [learner], at=MONDAY))[learner.id].weeks.forecast(Work(6, Measure.MODULES))
    assert before is not None
    assert after is not None
    assert after.earliest >= before.earliest + 10 * DAY, "two weeks away"
    assert after.likely >= before.likely + 10 * DAY


async def test_a_promise_waits_for_those_before_it(talk: Talk) -> None:
    await study_plan(talk, finished=4)
    await promise(talk, "finish Algebra by 1 June")
    await promise(talk, "finish Logic by 8 June")
    await talk.say("/progress")
    first, second = talk.said(ProgressShown).promises
    assert first.outlook is not None
    assert second.outlook is not None
    assert first.outlook.forecast is not None
    assert second.outlook.forecast is not None
    assert first.outlook.forecast.likely < second.outlook.forecast.likely


async def test_a_list_of_promises_tells_the_forecast_and_the_smallest_step(talk: Talk) -> None:
    await study_plan(talk, finished=14)
    await talk.say("/slot 07:00 mon-fri")
    await promise(talk, "finish Logic by 18 May")
    text = await talk.say("/commitments")
    assert "Stays safe with 3 modules by Friday." in text
    assert "At your pace: about" in text
    assert "It takes 2.8 modules a week; of late it was 3.5." in text


# --- the second slot --------------------------------------------------------------------------------------------------
async def test_a_second_slot_is_set_changed_and_done_away_with(talk: Talk) -> None:
    learner = await talk.learner()
    await plans.use_plan(talk.tx, learner, BIG, at=MONDAY)
    await talk.say("/slot 07:00 mon-fri")
    assert "A second slot is optional" in await talk.say("/slot second")
    assert "Second slot: 18:30, Mon-Fri" in await talk.press("18:30")
    assert "Second slot: 18:30, Mon, Wed" in await talk.say("/slot second mon wed")
    assert "Second slot: 19:00, Mon, Wed" in await talk.say("/slot second 7pm")
    assert "second slot 19:00, Mon, Wed" in await talk.say("/start")
    main, second = await slots.of_learner(talk.tx, learner.id)
    assert (main.wall, second.kind, second.weekdays) == (time(7), SECOND, frozenset({0, 2}))
    assert await timers.find(talk.tx, kind="slot", subject=second.id) is not None
    assert "No second slot any more" in await talk.say("/slot second off")
    assert [one.kind for one in await slots.of_learner(talk.tx, learner.id)] == [MAIN]
    assert await timers.find(talk.tx, kind="slot", subject=second.id) is None


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("/slot second 07:00 fri", "07:00 is your first slot already."),
        ("/slot second whenever", "“whenever” is no time I understand."),
        ("/slot second sat", "“sat” is no time I understand."),
    ],
)
async def test_what_is_no_second_slot_is_refused(talk: Talk, words: str, answer: str) -> None:
    learner = await talk.learner()
    await slots_.set_slot(talk.tx, learner, wall=time(7), weekdays=frozenset(range(5)), at=MONDAY)
    assert answer in await talk.say(words)
    assert [one.kind for one in await slots.of_learner(talk.tx, learner.id)] == [MAIN]


# --- its picture ------------------------------------------------------------------------------------------------------
async def completed(talk: Talk) -> ProgressShown:
    """What was just said, as it is when it is sent."""
    learner = await talk.learner()
    found = await COMPLETERS["ProgressShown"](talk.tx, talk.said(ProgressShown), learner.id, talk.at)
    assert isinstance(found, ProgressShown)
    return found


async def test_what_its_picture_shows_is_looked_up_when_it_is_sent(talk: Talk) -> None:
    await study_plan(talk, finished=14)
    await promise(talk, "finish Algebra, finish Logic by 20 May")
    await talk.say("/progress")
    stored = talk.said(ProgressShown)
    assert (stored.burnup, stored.pictured) == (None, ())
    assert talk.message.picture is None
    shown = await completed(talk)
    assert shown.burnup == await progress.burnup(talk.tx, await talk.learner(), at=talk.at)
    assert (len(shown.pictured), sum(day.minutes for day in shown.pictured)) == (29, 28 * 60)
    drawn = word(shown, Words("en", "Europe/London", talk.at)).picture
    assert drawn is not None
    assert isinstance(drawn.chart, ProgressChart)
    assert drawn.chart.burnup is not None
    assert drawn.chart.burnup.title == "14 of 20 modules · Maths"
    assert drawn.alt.startswith("Burn-up: 14 of 20 modules · Maths. At this pace done by ")


async def test_the_picture_looks_back_two_years(talk: Talk) -> None:
    learner = await talk.learner()
    for ago in (900, 700, 1):
        await checkin(talk.tx, learner, TODAY - ago * DAY)
    await talk.say("/progress")
    shown = await completed(talk)
    assert (sum(day.minutes > 0 for day in shown.heat), sum(day.minutes > 0 for day in shown.pictured)) == (1, 2)


async def test_before_anything_was_done_there_is_no_picture(talk: Talk) -> None:
    learner = await talk.learner()
    await plans.use_plan(talk.tx, learner, BIG, at=MONDAY)
    await talk.say("/progress")
    shown = await completed(talk)
    assert (shown.burnup, shown.pictured) == (None, ())
