"""/done: a module or a promise by its words; what follows from it, and back."""

from datetime import date, timedelta

from bot.domain.notices.general import StaleButton
from bot.domain.notices.plans import DoneUnknown, DoneWhich, ModuleDone, ModuleDoneBefore, ModuleGone, ModuleUndone, NoPlan
from bot.domain.plans import Module, Plan, Source, SourceKind, Track, places
from bot.services import plans
from bot.store import reviews
from bot.store.database import Tx
from tests.services.talk import Talk

SOURCES = (Source(SourceKind.PRIMARY, "Leonard"), Source(SourceKind.SECOND, "Kline"), Source(SourceKind.PRACTICE, "OpenStax"))
MATHS = Plan(
    "Maths",
    (
        Track("Calculus 1", (Module("Functions"), Module("Limits"), Module("Fourier series"), Module("Power series")), SOURCES),
        Track("Algebra", (Module("Vectors"),)),
    ),
)


async def _talk(tx: Tx, plan: Plan | None = MATHS) -> Talk:
    talk = Talk(tx)
    if plan:
        await plans.use_plan(tx, await talk.learner(), plan, at=talk.at)
    return talk


async def test_a_module_named_is_done_and_its_reviews_begin(tx: Tx) -> None:
    talk = await _talk(tx)
    text = await talk.say("/done limits")
    assert text == "Limits is done (Calculus 1: 1 of 4).\nBack tomorrow, from Kline. Practice in a week, from OpenStax."
    learner = await talk.learner()
    assert len(await reviews.waiting(tx, learner.id, until=date(2026, 5, 5))) == 1
    assert len(await reviews.waiting(tx, learner.id, until=date(2026, 5, 11))) == 2


async def test_undo_takes_it_back_with_its_reviews(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/done limits")
    await talk.press("Undo")
    assert talk.said(ModuleUndone).done == 0
    learner = await talk.learner()
    assert not await reviews.waiting(tx, learner.id, until=date(2026, 5, 30))


async def test_undo_is_over_with_the_study_day(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/done limits")
    talk.at += timedelta(days=1)
    await talk.press("Undo")
    assert talk.notices == [StaleButton(why="over")]


async def test_what_was_done_before_stays_as_it_was(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/done limits")
    talk.at += timedelta(days=9)
    assert await talk.say("/done Limits") == "Limits has been done since Mon 4 May 2026."
    before = talk.said(ModuleDoneBefore)
    assert (before.day, before.undo) == (date(2026, 5, 4), False)
    assert not talk.buttons


async def test_said_twice_on_a_day_it_can_be_taken_back(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/done limits")
    await talk.say("/done limits")
    assert await talk.press("Not done after all") == "Limits is not done after all (Calculus 1: 0 of 4). Its reviews are off."


async def test_several_candidates_become_buttons(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/done series")
    talk.said(DoneWhich)
    assert [button.label for button in talk.buttons] == ["Fourier series · Calculus 1", "Power series · Calculus 1"]
    await talk.press("Power")
    assert talk.said(ModuleDone).module == "Power series"


async def test_without_words_the_next_module_is_offered(tx: Tx) -> None:
    talk = await _talk(tx)
    assert await talk.say("/done") == "Next is Functions (Calculus 1). Done? For anything else name it: /done limits"
    await talk.press("Done")
    assert talk.message.plain.startswith("Functions is done (Calculus 1: 1 of 4).")


async def test_the_last_of_a_track_and_of_the_plan_are_said_to_be(tx: Tx) -> None:
    talk = await _talk(tx, Plan("P", (Track("A", (Module("Vectors"),)), Track("B", (Module("Matrices"),)))))
    assert await talk.say("/done vectors") == (
        "Vectors is done (A: 1 of 1). That was the last of A.\nBack tomorrow. Practice in a week."
    )
    assert "That was the last module of the plan." in await talk.say("/done matrices")
    assert await talk.say("/done") == "Every module of your plan is done already."


async def test_rubbish_is_refused_politely(tx: Tx) -> None:
    talk = await _talk(tx)
    for words in ("narnia", "x" * 4000, "😀😀😀", "\u05e9\u05dc\u05d5\u05dd", "%s {0} * _"):
        await talk.say(f"/done {words}")
        talk.said(DoneUnknown)
        assert len(talk.message.plain) < 250


async def test_without_a_plan_a_plan_is_offered(tx: Tx) -> None:
    talk = await _talk(tx, None)
    await talk.say("/done")
    assert talk.notices == [NoPlan()]


async def test_nobody_finishes_another_learners_module(tx: Tx) -> None:
    ann = await _talk(tx)
    await ann.say("/done")
    bob = Talk(tx, account="2", name="Bob")
    await bob.tap(ann.buttons[0])
    assert bob.notices == [ModuleGone()]
    plan = await plans.active_plan(tx, (await ann.learner()).id)
    assert plan is not None
    assert not any(place.module.done for place in places(plan))
