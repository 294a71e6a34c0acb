"""Plans in use: what moves over, what follows from a finished module, and how /plan shows them."""

from datetime import date

import pytest

from bot.domain.notices.general import StaleButton
from bot.domain.notices.plan_edits import NameUnknown
from bot.domain.notices.plans import NoPlan, PlanShown, PlanUsed, TemplatePreview, Templates, TrackShown
from bot.domain.plans import Module, Plan, Source, SourceKind, Track, count_plan, places
from bot.services import plan_templates, plans
from bot.store import reviews
from bot.store.database import Tx
from tests.services.talk import Talk

pytestmark = pytest.mark.both_engines

MATHS = Plan("Maths", (Track("Calculus 1", (Module("Functions"), Module("Limits"))),))


async def _talk(tx: Tx, plan: Plan | None = MATHS) -> Talk:
    talk = Talk(tx)
    if plan:
        await plans.use_plan(tx, await talk.learner(), plan, at=talk.at)
    return talk


def _id(plan: Plan, title: str) -> int:
    return next(place.module.id or 0 for place in places(plan) if place.module.title == title)


# --- using ------------------------------------------------------------------------------------------------------------
async def test_the_shipped_plan_is_used_whole(tx: Tx) -> None:
    story = plan_templates.templates()[0].plan
    talk = Talk(tx)
    used = await plans.use_plan(tx, await talk.learner(), story, at=talk.at)
    assert count_plan(used) == count_plan(story)
    assert await plans.active_plan(tx, (await talk.learner()).id) == used


async def test_ticks_get_the_present_study_day_and_days_stay(tx: Tx) -> None:
    talk = Talk(tx)
    ticked = Plan("P", (Track("T", (Module("A", ticked=True), Module("B", done_day=date(2026, 4, 1)))),))
    used = await plans.use_plan(tx, await talk.learner(), ticked, at=talk.at)
    assert [module.done_day for module in used.tracks[0].modules] == [date(2026, 5, 4), date(2026, 4, 1)]


async def test_what_is_done_and_its_reviews_move_to_the_new_plan_and_back(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/done limits")
    learner = await talk.learner()
    other = Plan("Other", (Track("Go", (Module("Types"),)),))
    await plans.use_plan(tx, learner, other, at=talk.at)
    again = await plans.use_plan(tx, learner, MATHS, at=talk.at)
    assert again.tracks[0].modules[1].done_day == date(2026, 5, 4)
    due = await reviews.waiting(tx, learner.id, until=date(2026, 5, 5))
    assert [one.module_id for one in due] == [_id(again, "Limits")]


async def test_finishing_twice_is_finishing_once(tx: Tx) -> None:
    talk = await _talk(tx)
    learner = await talk.learner()
    plan = await plans.active_plan(tx, learner.id)
    assert plan is not None
    for day in (date(2026, 5, 4), date(2026, 5, 9)):
        place = await plans.finish_module(tx, learner, _id(plan, "Limits"), day=day, at=talk.at)
        assert place.module.done_day == date(2026, 5, 4)
    for _ in range(2):
        place = await plans.unfinish_module(tx, learner, _id(plan, "Limits"), at=talk.at)
        assert not place.module.done


# --- showing ----------------------------------------------------------------------------------------------------------
async def test_plan_shows_progress_and_what_is_next_with_its_source(tx: Tx) -> None:
    sources = (Source(SourceKind.PRIMARY, "Leonard 1.1", "https://example.org/1"),)
    talk = await _talk(tx, Plan("Maths", (Track("Calculus 1", (Module("Functions"), Module("Limits", sources, 90))),)))
    await talk.say("/done functions")
    assert await talk.say("/plan") == (
        "Maths\n1 of 2 modules done\n\n▸ Calculus 1, 1 of 2\n\nNext in Calculus 1\n· Limits, 1 h 30 min: Leonard 1.1"
    )
    link = next(span for span in talk.message.text if span.url)
    assert (link.text, link.url) == ("Leonard 1.1", "https://example.org/1")
    await talk.press("Calculus 1")
    assert "1. ✓ Functions, Mon 4 May\n2. Limits, 1 h 30 min" in talk.message.plain
    await talk.press("Back to the plan")
    talk.said(PlanShown)


async def test_a_plan_of_any_size_stays_within_a_message(tx: Tx) -> None:
    title = "😀" * 200
    source = (Source(SourceKind.PRIMARY, title, "https://example.org/" + "x" * 1900),)
    huge = Plan(title, tuple(Track(f"{title[:190]}{t}", (Module(title, source, 90),) * 20, source * 20) for t in range(100)))
    talk = await _talk(tx, huge)
    for label in (None, "2 / 17", "3 / 17"):
        await (talk.say("/plan") if label is None else talk.press(label))
        talk.said(PlanShown)
        assert len(talk.message.plain.encode("utf-16-le")) // 2 < 4096
        assert len(talk.buttons) <= 10
    await talk.tap(talk.buttons[0])
    talk.said(TrackShown)
    assert len(talk.message.plain.encode("utf-16-le")) // 2 < 4096
    await talk.press("2 / 4")
    talk.said(TrackShown)


async def test_a_page_or_a_track_that_is_gone_is_no_crash(tx: Tx) -> None:
    talk = await _talk(tx, Plan("P", tuple(Track(f"T{number}", (Module("M"),)) for number in range(11))))
    await talk.say("/plan")
    turn, track = next(button for button in talk.buttons if button.label.startswith("2 / 2")), talk.buttons[0]
    await plans.use_plan(tx, await talk.learner(), Plan("Q", (Track("Z", (Module("M"),)),)), at=talk.at)
    await talk.tap(turn)
    shown = talk.said(PlanShown)
    assert shown.page == 0
    await talk.tap(track)
    assert talk.notices == [StaleButton(why="over")]


async def test_a_track_is_found_by_its_name_and_rubbish_is_not(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/plan calculus")
    talk.said(TrackShown)
    for rubbish in ("narnia", "x" * 4000, "😀", "\u05e9\u05dc\u05d5\u05dd" * 30):
        await talk.say(f"/plan {rubbish}")
        talk.said(NameUnknown)
        assert len(talk.message.plain) < 250


# --- templates --------------------------------------------------------------------------------------------------------
async def test_a_template_is_looked_at_before_it_is_used(tx: Tx) -> None:
    talk = await _talk(tx, None)
    await talk.say("/plan")
    assert talk.notices == [NoPlan()]
    await talk.press("Choose a template")
    talk.said(Templates)
    text = await talk.press("From software")
    assert "· Calculus 1, 32 modules" in text
    assert "put aside" not in text
    await talk.press("Back")
    await talk.press("From software")
    await talk.press("Use it")
    talk.said(PlanUsed)


async def test_a_template_typed_says_what_it_replaces_and_what_is_done_already(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/done functions")
    text = await talk.say("/plan template STORY")
    shown = talk.said(TemplatePreview)
    assert (shown.replaces, shown.known) == ("Maths", 1)
    assert "Your present plan, Maths, is put aside, not lost.\n1 module of it you have done already; it stays done." in text
    await talk.say("/plan template nope")
    assert "There is no template called “nope”" in talk.message.plain
