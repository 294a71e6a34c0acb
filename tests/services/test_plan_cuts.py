"""Promises when their plan is edited: told first, smaller in the open, never emptied by the way."""

from datetime import timedelta

from bot.domain.commitments import Happened, State
from bot.domain.people import Consent, Learner
from bot.domain.plans import Module, ModulesScope, Plan, Track, TrackScope
from bot.services import plan_updates, plans
from bot.store import commitments
from bot.store.database import Tx
from tests.services.promising import Street

MATHS = Plan(
    "Maths",
    (Track("Calculus 1", (Module("Functions"), Module("Limits"), Module("Series"))), Track("Algebra", (Module("Vectors"),))),
)


async def _street(tx: Tx, words: str = "finish Calculus 1", *, consent: Consent = Consent.ALERT) -> tuple[Street, Learner]:
    street = Street(tx)
    ann = await street.person("1", "Ann", consent=consent)
    await plans.use_plan(tx, ann, MATHS, at=street.at)
    street.at += timedelta(minutes=1)
    await street.say("1", f"/commit {words} by 30 Jun")
    await street.press("1", "Publish" if consent is not Consent.PRIVATE else "Keep it")
    street.at += timedelta(days=2)
    return street, ann


async def test_a_drop_makes_a_promise_smaller_in_the_open(tx: Tx) -> None:
    street, ann = await _street(tx)
    asked = await street.say("1", "/plan drop limits")
    assert asked == (
        "Drop Limits (Calculus 1)?\n\nYour promise “finish Calculus 1” loses 1 module and keeps 2. "
        "Its history and its post in the group say so."
    )
    assert street.group_texts[-1].endswith("Calculus 1: 0 of 3 modules done")
    await street.press("1", "Drop it")
    assert street.group_texts[-1].endswith("Calculus 1: 0 of 2 modules done\n1 module was taken out of it.")
    (promise,) = await street.promises(ann)
    history = (await commitments.histories(tx, [promise.id]))[promise.id]
    assert [(event.kind, event.facts) for event in history[1:]] == [(Happened.CUT, {"what": "Limits", "count": "1"})]
    assert (
        promise.scope == TrackScope(promise.scope.track_ids, ("Calculus 1",)) if isinstance(promise.scope, TrackScope) else False
    )
    await street.say("1", "/commitments")
    assert "made smaller: Limits taken out" in await street.press("1", "History")


async def test_what_came_in_after_the_promise_can_leave_again(tx: Tx) -> None:
    street, ann = await _street(tx)
    await street.say("1", "/plan add Taylor to calculus 1")
    assert await street.say("1", "/plan drop taylor") == "Drop Taylor (Calculus 1)?"
    await street.press("1", "Drop it")
    (promise,) = await street.promises(ann)
    assert len((await commitments.histories(tx, [promise.id]))[promise.id]) == 1


async def test_a_module_leaves_a_promised_track_only_when_told_so(tx: Tx) -> None:
    street, ann = await _street(tx)
    text = await street.say("1", "/plan move limits to algebra")
    assert text.startswith("Move Limits to Algebra?\n\nYour promise “finish Calculus 1” loses 1 module")
    await street.press("1", "Leave it")
    (promise,) = await street.promises(ann)
    assert len((await commitments.histories(tx, [promise.id]))[promise.id]) == 1
    await street.say("1", "/plan move limits to algebra")
    await street.press("1", "Move it")
    assert "1 module was taken out of it." in street.group_texts[-1]


async def test_nothing_is_left_is_refused(tx: Tx) -> None:
    street, _ = await _street(tx, "finish limits")
    for line in ("drop limits", "drop track calculus 1", "drop plan maths"):
        text = await street.say("1", f"/plan {line}")
        assert text == "Nothing would be left of your promise “finish limits”. Withdraw or finish it first: /commitments."


async def test_a_promise_of_which_only_done_things_are_left_closes_and_says_so_before(tx: Tx) -> None:
    street, ann = await _street(tx)
    await street.say("1", "/done functions")
    await street.say("1", "/done series")
    assert "All that stays is done, so it closes as kept." in await street.say("1", "/plan drop limits")
    await street.press("1", "Drop it")
    (promise,) = await street.promises(ann)
    assert promise.state is State.DONE
    assert street.group_texts[-1].endswith("Kept, 27 days early. 1 module was taken out of it.")


async def test_a_kept_promise_stays_kept_whatever_the_plan_becomes(tx: Tx) -> None:
    street, ann = await _street(tx, "finish limits")
    await street.say("1", "/done limits")
    await street.say("1", "/plan drop limits")
    await street.press("1", "Drop it")
    await street.say("1", "/plan add Taylor to calculus 1")
    (promise,) = await street.promises(ann)
    assert promise.state is State.DONE


async def test_a_track_that_grows_does_not_reopen_a_kept_promise(tx: Tx) -> None:
    street, ann = await _street(tx, "finish Algebra")
    await street.say("1", "/done vectors")
    await street.say("1", "/plan add Matrices to algebra")
    (promise,) = await street.promises(ann)
    assert promise.state is State.DONE


async def test_the_post_calls_things_by_their_new_names(tx: Tx) -> None:
    street, _ = await _street(tx)
    await street.say("1", "/plan rename track calculus to Analysis")
    assert street.group_texts[-1].endswith("Analysis: 0 of 3 modules done")


async def test_what_is_between_us_stays_between_us(tx: Tx) -> None:
    street, _ = await _street(tx, consent=Consent.PRIVATE)
    assert (await street.say("1", "/plan drop limits")).endswith("keeps 2. Its history says so.")
    await street.press("1", "Drop it")
    assert not street.group_texts


async def test_a_file_that_replaces_the_plan_makes_promises_smaller_as_well(tx: Tx) -> None:
    street, ann = await _street(tx)
    file = Plan("Maths", (Track("Calculus 1", (Module("Functions"), Module("Series"), Module("Taylor"))),))
    await plan_updates.replace_plan(tx, ann, file, at=street.at)
    await street.deliver()
    assert "Calculus 1: 0 of 3 modules done\n1 module was taken out of it." in street.group_texts[-1]


async def test_a_new_plan_that_leaves_modules_behind_does_too(tx: Tx) -> None:
    street, ann = await _street(tx)
    await plans.use_plan(tx, ann, Plan("Other", (Track("Calculus 1", (Module("Limits"),)),)), at=street.at)
    await street.deliver()
    assert "Calculus 1: 0 of 1 module done\n2 modules were taken out of it." in street.group_texts[-1]


async def test_a_promise_over_modules_does_not_mind_where_they_stand(tx: Tx) -> None:
    street, ann = await _street(tx, "finish limits and series")
    await plans.use_plan(tx, ann, Plan("Other", (Track("Calculus 1", (Module("Limits"),)),)), at=street.at)
    (promise,) = await street.promises(ann)
    assert isinstance(promise.scope, ModulesScope)
    assert len(promise.scope.module_ids) == 2
    assert len((await commitments.histories(tx, [promise.id]))[promise.id]) == 1
