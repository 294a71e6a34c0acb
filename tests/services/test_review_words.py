"""A check-in in words about a module whose review is due: asked whether it was that, ticked with one tap, taken back with one."""

from datetime import timedelta

import pytest

from bot.domain.checkins import Outcome
from bot.domain.errors import Refused
from bot.domain.people import Learner
from bot.services import checkins, plans, reviews, sessions
from bot.store import reviews as rows
from bot.store.database import Tx
from bot.ui.notices import word
from bot.ui.words import Words
from tests.services.studying import learner_with
from tests.services.test_reviews import MONDAY, card, finish, ids, on

DAY = timedelta(days=1)
TUESDAY = MONDAY + DAY


@pytest.fixture
async def ann(tx: Tx) -> Learner:
    """Limits was finished on Monday, and is due again on Tuesday."""
    learner = await learner_with(tx, at=MONDAY)
    limits, *_ = await ids(tx, learner)
    await sessions.answer(tx, learner, Outcome.DONE, day=on(MONDAY), slot="main", at=MONDAY)
    await finish(tx, learner, limits, MONDAY)
    return learner


async def test_it_is_a_question_and_one_tap(tx: Tx, ann: Learner) -> None:
    logged = await checkins.log(tx, ann, "40m reviewed limits from the book", source="u1", at=TUESDAY)
    message = word(logged, Words("en", "UTC", TUESDAY))
    assert message.plain.endswith("Limits is due again today. Was this its review?")
    assert message.rows[0][0].label == "Yes, its review"
    assert not [one for one in (await card(tx, ann, TUESDAY)).reviews if one.done], "nothing is ticked before"
    ticked = await checkins.review(tx, ann, logged.checkin, logged.review or 0, at=TUESDAY, was=True)
    assert "It counts as the review of Limits that was due." in word(ticked, Words("en", "UTC", TUESDAY)).plain
    assert [one.title for one in (await card(tx, ann, TUESDAY)).reviews if one.done] == ["Limits"]
    assert [one.title for one in (await card(tx, ann, TUESDAY + DAY)).reviews] == [], "and not again tomorrow"


async def test_it_can_be_taken_back(tx: Tx, ann: Learner) -> None:
    logged = await checkins.log(tx, ann, "40m limits", source="u1", at=TUESDAY)
    ticked = await checkins.review(tx, ann, logged.checkin, logged.review or 0, at=TUESDAY, was=True)
    assert word(ticked, Words("en", "UTC", TUESDAY)).rows[0][0].label == "Not reviewed: Limits"
    back = await checkins.review(tx, ann, logged.checkin, ticked.review or 0, at=TUESDAY, was=False)
    assert (back.review, back.reviewed) == (logged.review, False)
    assert [one.title for one in (await card(tx, ann, TUESDAY + DAY)).reviews] == ["Limits"]


async def test_what_is_being_studied_is_no_review(tx: Tx) -> None:
    learner = await learner_with(tx, at=MONDAY)
    await checkins.log(tx, learner, "40m limits", source="u1", at=MONDAY)
    assert (await checkins.log(tx, learner, "40m limits", source="u2", at=TUESDAY)).review is None


async def test_what_is_not_due_is_not_asked_about(tx: Tx, ann: Learner) -> None:
    assert (await checkins.log(tx, ann, "40m limits", source="u1", at=MONDAY + timedelta(hours=2))).review is None
    assert (await checkins.log(tx, ann, "40m something else", source="u2", at=TUESDAY)).review is None
    assert (await checkins.log(tx, ann, "yesterday 40m limits", source="u3", at=TUESDAY)).review is None


async def test_one_that_takes_a_rating_is_left_to_the_card(tx: Tx, ann: Learner) -> None:
    limits, *_ = await ids(tx, ann)
    for step in (await rows.of_modules(tx, [limits]))[limits]:
        await reviews.settle(tx, ann, step.id, day=step.due_day)
    await rows.put(tx, learner_id=ann.id, steps=[(limits, 3, on(MONDAY + 20 * DAY))])
    logged = await checkins.log(tx, ann, "40m limits", source="u1", at=MONDAY + 20 * DAY)
    assert logged.review is None


async def test_a_review_of_another_module_is_refused(tx: Tx, ann: Learner) -> None:
    _, derivatives, _ = await ids(tx, ann)
    logged = await checkins.log(tx, ann, "40m limits", source="u1", at=TUESDAY)
    await plans.finish_module(tx, ann, derivatives, day=on(TUESDAY), at=TUESDAY)
    other = (await rows.of_modules(tx, [derivatives]))[derivatives][0]
    with pytest.raises(Refused):
        await checkins.review(tx, ann, logged.checkin, other.id, at=TUESDAY, was=True)
