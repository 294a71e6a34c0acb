"""A plan file: shown first, applied once, and worded for every way it can fail."""

import pytest

from bot.domain.notices.general import StaleButton
from bot.domain.notices.people import AskPlan, Home
from bot.domain.notices.plans import ImportEmpty, ImportPreview, ImportRefused, PlanUsed
from bot.domain.plans import Module, Plan, Track, count_plan
from bot.services import plan_files, plans
from bot.services.plan_draft import Draft, PlanFileRefused, Problem, Reason, Refusal
from bot.store.database import Tx
from tests.services.talk import Talk

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
