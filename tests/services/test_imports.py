"""A plan file: shown first, applied once, and worded for every way it can fail."""

from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from hypothesis import given

from bot.domain.notices.general import StaleButton
from bot.domain.notices.people import AskPlan, Home
from bot.domain.notices.plans import ImportEmpty, ImportPreview, ImportRefused, PlanUsed
from bot.domain.plan_cuts import gone_from
from bot.domain.plan_edits import merge
from bot.domain.plans import Module, Plan, Track, count_plan, date_ticks, places
from bot.services import plan_files, plan_updates, plans
from bot.services.plan_draft import Draft, PlanFileRefused, Problem, Reason, Refusal
from bot.services.plan_files import Format
from bot.store import plans as plan_rows
from bot.store import reviews
from bot.store.database import Tx
from tests.services.talk import Talk
from tests.services.test_plan_files import plans as plan_values

FILE = """# My plan
## Calculus 1
some words
- [x] Functions
- [ ] Limits (90m)
"""


def _draft(text: str = FILE) -> Draft:
    return plan_files.parse(text.encode(), name="plan.md")


async def test_a_file_is_shown_first_and_changes_nothing(tx: Tx) -> None:
    talk = Talk(tx)
    text = await talk.send(_draft())
    assert "1 track, 2 modules, 1 line not understood. 1 is ticked as done in it." in text
    assert "line 3 “some words”: neither a track, a module nor a source; left out" in text
    assert await plans.active_plan(tx, (await talk.learner()).id) is None


async def test_apply_makes_it_the_plan_once(tx: Tx) -> None:
    talk = Talk(tx)
    await talk.send(_draft())
    apply = talk.buttons[0]
    assert (
        await talk.tap(apply)
        == "My plan is your plan now: 1 track, 2 modules. 1 of them is done already.\nNext: Limits (Calculus 1)."
    )
    before = await plans.active_plan(tx, (await talk.learner()).id)
    assert before is not None
    assert count_plan(before).done == 1
    await talk.tap(apply)
    assert talk.notices == [StaleButton(why="over")]
    assert await plans.active_plan(tx, (await talk.learner()).id) == before


async def test_a_second_file_takes_the_place_of_the_first(tx: Tx) -> None:
    talk = Talk(tx)
    await talk.send(_draft())
    first = talk.buttons[0]
    await talk.send(_draft("# Other\n## T\n- [ ] One\n"))
    second = talk.buttons[0]
    await talk.tap(first)
    assert talk.notices == [StaleButton(why="over")]
    await talk.tap(second)
    assert talk.said(PlanUsed).title == "Other"


async def test_discard_leaves_the_plan_and_words_meanwhile_get_a_hint(tx: Tx) -> None:
    talk = Talk(tx)
    await talk.send(_draft())
    assert "take it or discard it" in await talk.say("what now")
    assert await talk.press("Discard") == "Discarded. Your plan is as it was."
    assert await plans.active_plan(tx, (await talk.learner()).id) is None
    await talk.press("Apply")
    assert talk.notices == [StaleButton(why="over")]


async def test_a_file_sent_during_start_goes_on_with_start(tx: Tx) -> None:
    talk = Talk(tx)
    await talk.say("/start")
    await talk.press("Skip")
    assert isinstance(talk.notices[-1], AskPlan)
    await talk.send(_draft())
    await talk.press("Apply")
    used, home = talk.notices
    assert isinstance(used, PlanUsed)
    assert isinstance(home, Home)
    assert home.plan == "My plan"


async def test_a_file_without_a_module_says_why(tx: Tx) -> None:
    talk = Talk(tx)
    text = await talk.send(_draft("just words\nand more\n"))
    talk.said(ImportEmpty)
    assert "no module" in text
    assert "line 2 “and more”" in text


async def test_only_ten_problems_are_listed_the_rest_counted(tx: Tx) -> None:
    talk = Talk(tx)
    problems = tuple(Problem(number, "\u05e9\u05dc\u05d5\u05dd " * 20, Reason.NOT_UNDERSTOOD) for number in range(1, 101))
    titles = tuple(Track("😀" * 100, (Module("😀" * 100),)) for _ in range(100))
    text = await talk.send(Draft(Plan("😀" * 100, titles), problems, unlisted=7))
    shown = talk.said(ImportPreview)
    assert (len(shown.problems), shown.more) == (10, 97)
    assert "… and 97 more\n" in text
    assert "… and 88 more tracks" in text
    assert len(text.encode("utf-16-le")) // 2 < 4096


@pytest.mark.parametrize("code", list(Refusal))
async def test_every_refusal_is_worded(tx: Tx, code: Refusal) -> None:
    talk = Talk(tx)
    text = await talk.send(PlanFileRefused(code, line=3, limit=262144, suffix=".pdf"))
    assert talk.notices == [ImportRefused(code, 3, 262144, ".pdf")]
    assert text.endswith(".")


@pytest.mark.parametrize("reason", list(Reason))
async def test_every_problem_is_worded(tx: Tx, reason: Reason) -> None:
    plan = Plan("P", (Track("T", (Module("M"),)),))
    text = await Talk(tx).send(Draft(plan, (Problem(2, "", reason),)))
    assert "line 2: " in text


# --- into the plan in use -------------------------------------------------------------------------------------------------
MATHS = Plan(
    "My plan",
    (
        Track("Calculus 1", (Module("Functions"), Module("Limits", estimate_minutes=60), Module("Series"))),
        Track("Algebra", (Module("Vectors"),)),
    ),
)


async def _with_plan(tx: Tx) -> Talk:
    talk = Talk(tx)
    await plans.use_plan(tx, await talk.learner(), MATHS, at=talk.at)
    await talk.say("/done limits")
    await talk.say("/done series")
    return talk


async def _outline(talk: Talk) -> dict[str, list[tuple[str, bool]]]:
    plan = await plans.active_plan(talk.tx, (await talk.learner()).id)
    assert plan is not None
    return {track.title: [(module.title, module.done) for module in track.modules] for track in plan.tracks}


async def test_the_dry_run_says_what_each_way_would_do(tx: Tx) -> None:
    talk = await _with_plan(tx)
    text = await talk.send(_draft("# My plan\n## Calculus 1\n- [ ] Limits\n- [ ] Taylor\n"))
    assert text.endswith(
        "Your plan in use is My plan.\n"
        "Replace it: keeps 1 module with what is done; 3 modules are not in the file and go: Functions, Series, Vectors. "
        "1 of them is done; that is lost. 2 open reviews go too.\n"
        "Add to it: 1 module comes in, nothing goes.\n"
        "A new plan: My plan is put aside, not lost. 1 module that you know already moves over, with what is done.\n\n"
        "Nothing has changed yet."
    )
    assert [button.label for button in talk.buttons] == ["Replace My plan", "Add to My plan", "A new plan", "Discard"]
    assert len((await _outline(talk))["Calculus 1"]) == 3


async def test_replacing_keeps_what_is_done_even_where_the_file_does_not_say_so(tx: Tx) -> None:
    talk = await _with_plan(tx)
    learner = await talk.learner()
    before = await plans.active_plan(tx, learner.id)
    await talk.send(_draft("# Mathematics\n## Calculus 1\n- [ ] Limits (2h)\n- [ ] Taylor\n## Algebra\n- [ ] Vectors\n"))
    await talk.press("Replace")
    assert await _outline(talk) == {"Calculus 1": [("Limits", True), ("Taylor", False)], "Algebra": [("Vectors", False)]}
    after = await plans.active_plan(tx, learner.id)
    assert before is not None
    assert after is not None
    assert (after.id, after.title) == (before.id, "Mathematics")
    assert after.tracks[0].modules[0].id == before.tracks[0].modules[1].id
    assert after.tracks[0].modules[0].estimate_minutes == 120
    assert len(await reviews.waiting(tx, learner.id, until=talk.at.date().replace(day=30))) == 2
    assert len(await plan_rows.of_learner(tx, learner.id)) == 1


async def test_replacing_knows_what_was_moved_or_whose_track_was_renamed(tx: Tx) -> None:
    talk = await _with_plan(tx)
    await talk.send(_draft("# My plan\n## Analysis\n- [ ] Functions\n- [ ] Limits\n## Algebra\n- [ ] Series\n- [ ] Vectors\n"))
    assert "Replace it: nothing goes, and what is done stays done." in talk.message.plain
    await talk.press("Replace")
    assert await _outline(talk) == {
        "Analysis": [("Functions", False), ("Limits", True)],
        "Algebra": [("Series", True), ("Vectors", False)],
    }


async def test_adding_takes_nothing_and_notes_what_is_ticked(tx: Tx) -> None:
    talk = await _with_plan(tx)
    await talk.send(_draft("# X\n## calculus 1\n- [x] Functions\n- [ ] Limits (5h)\n- [ ] Taylor\n## Logic\n- [ ] Sets\n"))
    assert (await talk.press("Add to")).startswith("2 modules of X came in.\n\nMy plan\n3 of 6 modules done")
    assert await _outline(talk) == {
        "Calculus 1": [("Functions", True), ("Limits", True), ("Series", True), ("Taylor", False)],
        "Algebra": [("Vectors", False)],
        "Logic": [("Sets", False)],
    }


@pytest.mark.parametrize("format_", Format)
@pytest.mark.parametrize("way", ["Replace", "Add to"])
async def test_an_export_sent_back_changes_nothing(tx: Tx, format_: Format, way: str) -> None:
    talk = await _with_plan(tx)
    learner = await talk.learner()
    before = await plans.active_plan(tx, learner.id)
    assert before is not None
    draft = plan_files.parse(plan_files.write(before, format=format_), name=plan_files.file_name("x", format=format_))
    text = await talk.send(draft)
    assert "Replace it: nothing goes" in text
    assert "Add to it: no module comes in" in text
    await talk.press(way)
    assert await plans.active_plan(tx, learner.id) == before


async def test_a_plan_that_would_be_too_large_is_not_offered(tx: Tx) -> None:
    talk = Talk(tx)
    await plans.use_plan(
        tx, await talk.learner(), Plan("P", (Track("T", tuple(Module(f"m{n}") for n in range(1500))),)), at=talk.at
    )
    text = await talk.send(Draft(Plan("Q", (Track("U", tuple(Module(f"n{n}") for n in range(1500))),))))
    assert "Adding to it would be too much for one plan." in text
    assert [button.label for button in talk.buttons] == ["Replace P", "A new plan", "Discard"]


async def test_a_file_waits_while_the_plan_is_edited(tx: Tx) -> None:
    talk = await _with_plan(tx)
    await talk.send(_draft())
    apply = next(button for button in talk.buttons if button.label == "A new plan")
    await talk.say("/plan limits")
    await talk.press("Rename")
    await talk.tap(apply)
    assert talk.said(PlanUsed).title == "My plan"


@given(before=plan_values, file=plan_values)
def test_whatever_replaces_or_is_added_nothing_done_in_both_is_lost(before: Plan, file: Plan) -> None:
    numbers = count(1)
    stored = replace(
        date_ticks(before, day=date(2026, 1, 1)),
        tracks=tuple(
            replace(track, id=next(numbers), modules=tuple(replace(module, id=next(numbers)) for module in track.modules))
            for track in date_ticks(before, day=date(2026, 1, 1)).tracks
        ),
    )
    after, together = plan_updates.replaced(stored, file), merge(stored, file)
    old = {place.module.id: place.module for place in places(stored)}
    for made in (after, together):
        for place in places(made):
            if place.module.id is not None:
                was = old[place.module.id]
                assert was.title.casefold() == place.module.title.casefold()
                assert place.module.done or not was.done
        ids = [place.module.id for place in places(made) if place.module.id is not None]
        assert len(ids) == len(set(ids))
    assert [[module.title for module in track.modules] for track in after.tracks] == [
        [module.title for module in track.modules] for track in file.tracks
    ]
    assert not gone_from(stored, together)
