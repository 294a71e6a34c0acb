"""Reviews: the next study day from another source, a week later as practice, and on for those who want it."""

from datetime import date, datetime, time, timedelta

import pytest

from bot.domain.checkins import Outcome
from bot.domain.errors import Refused
from bot.domain.notices.cards import Card
from bot.domain.notices.general import StaleButton
from bot.domain.notices.reviews import ReviewsShown, ReviewsUsage
from bot.domain.people import SECOND, Learner
from bot.domain.plans import Module, Plan, Source, SourceKind, Track, places
from bot.services import checkins, plans, reviews, sessions
from bot.services.card_facts import describe
from bot.services.slots import set_slot
from bot.store import people
from bot.store import reviews as rows
from bot.store.database import Tx
from bot.ui.notices import word
from bot.ui.words import Words
from tests.services.studying import CALCULUS, learner_with, utc
from tests.services.talk import Talk

pytestmark = pytest.mark.both_engines

MONDAY = utc("2026-05-04 07:00")
DAY = timedelta(days=1)
WORKDAYS = frozenset(range(5))
LONG_TRACK = Plan("P", (Track("Algebra", tuple(Module(f"Topic {n}") for n in range(1, 9))),))


def on(at: datetime) -> date:
    return at.date()


async def card(tx: Tx, learner: Learner, at: datetime, slot: str = "main") -> Card:
    return await describe(tx, await people.get(tx, learner.id), day=on(at), slot=slot, at=at)


async def ids(tx: Tx, learner: Learner) -> list[int]:
    plan = await plans.active_plan(tx, learner.id)
    assert plan is not None
    return [place.module.id or 0 for place in places(plan)]


async def titles(tx: Tx, learner: Learner, at: datetime) -> list[str]:
    return [one.title for one in (await card(tx, learner, at)).reviews if not one.done]


async def finish(tx: Tx, learner: Learner, module_id: int, at: datetime) -> None:
    await plans.finish_module(tx, learner, module_id, day=on(at), at=at)


def text(shown: Card, at: datetime) -> str:
    return word(shown, Words("en", "UTC", at)).plain


# --- when -------------------------------------------------------------------------------------------------------------
async def test_a_module_done_comes_back_from_another_source_and_as_practice(tx: Tx) -> None:
    learner = await learner_with(tx, at=MONDAY)
    limits, *_ = await ids(tx, learner)
    await finish(tx, learner, limits, MONDAY)
    assert await titles(tx, learner, MONDAY) == []
    tomorrow = await card(tx, learner, MONDAY + DAY)
    assert "· Limits, from Kline: another way in after Professor Leonard" in text(tomorrow, MONDAY + DAY)
    await reviews.settle(tx, learner, tomorrow.reviews[0].id, day=on(MONDAY + DAY))
    assert await titles(tx, learner, MONDAY + 6 * DAY) == []
    practice = await card(tx, learner, MONDAY + 7 * DAY)
    assert "· Limits, as practice from OpenStax problems: doing it shows what stuck" in text(practice, MONDAY + 7 * DAY)


async def test_a_module_studied_and_not_finished_comes_back_once_the_plan_has_moved_on(tx: Tx) -> None:
    learner = await learner_with(tx, at=MONDAY)
    limits, _, integrals = await ids(tx, learner)
    await checkins.log(tx, learner, "40m integrals", source="u1", at=MONDAY)
    await sessions.answer(tx, learner, Outcome.PARTLY, day=on(MONDAY), slot="main", at=MONDAY)
    # Limits is what Tuesday studies anyway; Integrals, out of turn, is reviewed.
    assert await titles(tx, learner, MONDAY + DAY) == ["Integrals"]
    await checkins.log(tx, learner, "20m integrals", source="u2", at=MONDAY + DAY)
    assert await titles(tx, learner, MONDAY + DAY) == []
    await finish(tx, learner, limits, MONDAY + 2 * DAY)
    assert await titles(tx, learner, MONDAY + 2 * DAY) == ["Integrals"]
    assert await titles(tx, learner, MONDAY + 3 * DAY) == ["Limits", "Integrals"]
    steps = (await rows.of_modules(tx, [limits, integrals]))[limits]
    assert [one.due_day for one in steps] == [date(2026, 5, 5), date(2026, 5, 11)]  # from the first study, not the last


async def test_not_today_is_no_study(tx: Tx) -> None:
    learner = await learner_with(tx, at=MONDAY)
    await sessions.answer(tx, learner, Outcome.SKIPPED, day=on(MONDAY), slot="main", at=MONDAY)
    assert await rows.waiting(tx, learner.id, until=date(2027, 1, 1)) == []


async def test_a_module_that_came_done_with_a_file_has_no_reviews_until_it_is_studied(tx: Tx) -> None:
    old = Plan("P", (Track("T", (Module("Sets", done_day=date(2025, 1, 1)), Module("Maps"))),))
    learner = await learner_with(tx, at=MONDAY, plan=old)
    assert await titles(tx, learner, MONDAY) == []
    for source, at in (("u1", MONDAY), ("u2", MONDAY + 2 * DAY)):
        await checkins.log(tx, learner, "40m sets", source=source, at=at)
    sets, _ = await ids(tx, learner)
    assert [one.due_day for one in (await rows.of_modules(tx, [sets]))[sets]] == [date(2026, 5, 5), date(2026, 5, 11)]


async def test_rest_days_move_reviews_to_the_next_study_day(tx: Tx) -> None:
    learner = await learner_with(tx, at=MONDAY, weekdays=WORKDAYS)
    limits, *_ = await ids(tx, learner)
    friday = MONDAY + 4 * DAY
    await finish(tx, learner, limits, friday)
    assert await titles(tx, learner, friday + DAY) == []
    assert await titles(tx, learner, friday + 2 * DAY) == []
    assert await titles(tx, learner, friday + 3 * DAY) == ["Limits"]
    assert (await card(tx, learner, friday)).back_on is None  # said where the finish is: nothing was logged that day
    assert dict(await reviews.coming(tx, learner, limits, after=on(friday))) == {1: date(2026, 5, 11), 2: date(2026, 5, 15)}


async def test_a_day_with_only_the_second_slot_is_a_study_day(tx: Tx) -> None:
    learner = await learner_with(tx, at=MONDAY, weekdays=WORKDAYS)
    await set_slot(tx, learner, wall=time(18), weekdays=frozenset({5}), at=MONDAY, kind=SECOND)
    limits, *_ = await ids(tx, learner)
    await finish(tx, learner, limits, MONDAY + 4 * DAY)
    assert [one.title for one in (await card(tx, learner, MONDAY + 5 * DAY, "second")).reviews] == ["Limits"]


# --- how many ---------------------------------------------------------------------------------------------------------
async def test_at_most_three_a_day_in_plan_order_and_the_rest_waits(tx: Tx) -> None:
    learner = await learner_with(tx, at=MONDAY, plan=LONG_TRACK)
    for module_id in reversed((await ids(tx, learner))[:5]):
        await finish(tx, learner, module_id, MONDAY)
    tuesday = await card(tx, learner, MONDAY + DAY)
    assert [one.title for one in tuesday.reviews] == ["Topic 1", "Topic 2", "Topic 3"]
    assert tuesday.more_reviews == 2
    await reviews.settle(tx, learner, tuesday.reviews[1].id, day=on(MONDAY + DAY))
    again = await card(tx, learner, MONDAY + DAY)  # what is done makes no room for more
    assert [(one.title, one.done) for one in again.reviews] == [("Topic 1", False), ("Topic 3", False), ("Topic 2", True)]
    assert again.more_reviews == 2
    assert await titles(tx, learner, MONDAY + 2 * DAY) == ["Topic 1", "Topic 3", "Topic 4"]


async def test_steps_that_pile_up_become_one(tx: Tx) -> None:
    learner = await learner_with(tx, at=MONDAY)
    limits, *_ = await ids(tx, learner)
    await finish(tx, learner, limits, MONDAY)
    late = MONDAY + 20 * DAY
    (only,) = (await card(tx, learner, late)).reviews
    assert only.practice
    await reviews.settle(tx, learner, only.id, day=on(late))
    assert await rows.waiting(tx, learner.id, until=date(2027, 1, 1)) == []
    await reviews.unsettle(tx, learner, only.id, day=on(late))
    assert len(await rows.waiting(tx, learner.id, until=on(late))) == 2


# --- on the card ------------------------------------------------------------------------------------------------------
@pytest.fixture
async def talk(tx: Tx) -> Talk:
    """Somebody whose first module was finished yesterday."""
    talk = Talk(tx, at=MONDAY)
    learner = await talk.learner()
    await plans.use_plan(tx, learner, CALCULUS, at=MONDAY)
    await talk.say("/done limits")
    talk.at = MONDAY + DAY
    return talk


async def see(talk: Talk) -> Card:
    """The card as /today shows it, with its buttons at hand."""
    learner = await talk.learner()
    shown = await describe(talk.tx, learner, day=on(talk.at), slot="main", at=talk.at)
    talk.messages.append(word(shown, Words("en", "UTC", talk.at)))
    return shown


async def test_reviewed_and_not_after_all(talk: Talk) -> None:
    await see(talk)
    await talk.press("Reviewed: Limits")
    assert "· Limits reviewed" in talk.message.plain
    await talk.press("Not reviewed: Limits")
    assert "· Limits, from Kline" in talk.message.plain


async def test_skipped_with_one_tap_and_not_after_all(talk: Talk) -> None:
    await see(talk)
    await talk.press("Skip this one")
    assert "· Limits skipped" in talk.message.plain
    talk.at = MONDAY + 2 * DAY
    assert (await see(talk)).reviews == ()
    talk.at = MONDAY + DAY
    await see(talk)
    await talk.press("Not skipped: Limits")
    assert "· Limits, from Kline" in talk.message.plain


async def test_a_review_of_another_day_or_person_is_stale(talk: Talk) -> None:
    learner = await talk.learner()
    (limits,) = (await see(talk)).reviews
    bob = Talk(talk.tx, account="2", name="Bob", at=talk.at)
    with pytest.raises(Refused) as other:
        await reviews.settle(talk.tx, await bob.learner(), limits.id, day=on(talk.at))
    assert other.value.notice == StaleButton(why="other")
    await reviews.settle(talk.tx, learner, limits.id, day=on(talk.at))
    await reviews.settle(talk.tx, learner, limits.id, day=on(talk.at))  # the same tap twice is once
    for attempt in (
        reviews.settle(talk.tx, learner, limits.id, day=on(talk.at + DAY)),
        reviews.unsettle(talk.tx, learner, limits.id, day=on(talk.at + DAY)),
        reviews.settle(talk.tx, learner, 999, day=on(talk.at)),
    ):
        with pytest.raises(Refused) as over:
            await attempt
        assert over.value.notice == StaleButton(why="over")


# --- what check-ins and done marks take with them ---------------------------------------------------------------------
async def test_reviews_follow_a_check_in_that_is_edited_and_taken_back(tx: Tx) -> None:
    learner = await learner_with(tx, at=MONDAY)
    limits, derivatives, integrals = await ids(tx, learner)
    logged = await checkins.log(tx, learner, "40m integrals", source="u1", at=MONDAY)
    await checkins.rewrite(tx, learner, logged.checkin, "40m derivatives", at=MONDAY)
    assert {one.module_id for one in await rows.waiting(tx, learner.id, until=date(2027, 1, 1))} == {derivatives}
    await checkins.rewrite(tx, learner, logged.checkin, "yesterday 40m derivatives", at=MONDAY)
    assert [one.due_day for one in (await rows.of_modules(tx, [derivatives]))[derivatives]] == [
        date(2026, 5, 4),
        date(2026, 5, 10),
    ]
    await checkins.undo(tx, learner, logged.checkin, at=MONDAY)
    assert await rows.waiting(tx, learner.id, until=date(2027, 1, 1)) == []
    assert limits != integrals


async def test_what_was_studied_is_reviewed_though_it_is_not_finished_after_all(talk: Talk) -> None:
    await talk.say("/checkin 40m derivatives")
    await talk.press("Finished “Derivatives”")
    await talk.press("“Derivatives” is not finished")
    derivatives = (await ids(talk.tx, await talk.learner()))[1]
    assert len((await rows.of_modules(talk.tx, [derivatives]))[derivatives]) == 2
    await talk.say("/done derivatives")
    assert await talk.press("Undo") == (
        "Derivatives is not done after all (Calculus 1: 1 of 3). Its reviews stay: you have studied it."
    )


# --- long-term memory -------------------------------------------------------------------------------------------------
async def practised(talk: Talk) -> None:
    """Both fixed steps of Limits are behind the learner; it is the day of practice."""
    for after in (1, 7):
        talk.at = MONDAY + after * DAY
        await see(talk)
        await talk.press("Reviewed: Limits")


async def test_it_is_off_until_asked_for(talk: Talk) -> None:
    await practised(talk)
    assert await rows.waiting(talk.tx, (await talk.learner()).id, until=date(2028, 1, 1)) == []
    assert "After practice a module is over." in await talk.say("/reviews")


@pytest.mark.parametrize("before", [True, False])
async def test_after_practice_a_module_goes_on_in_weeks(talk: Talk, before: bool) -> None:
    if before:
        await talk.say("/reviews long on")
    await practised(talk)
    if not before:
        await talk.say("/reviews long on")
    (coming,) = await rows.waiting(talk.tx, (await talk.learner()).id, until=date(2028, 1, 1))
    assert (coming.step, coming.due_day - on(talk.at)) == (3, timedelta(days=29))
    talk.at += 29 * DAY
    shown = await see(talk)
    assert [(one.title, one.long, one.source) for one in shown.reviews] == [("Limits", True, "Kline")]


async def test_it_is_rated_on_the_card_and_the_rating_can_be_taken_back(talk: Talk) -> None:
    await talk.say("/reviews long on")
    await practised(talk)
    talk.at += 29 * DAY
    await see(talk)
    assert "How well did you still know Limits, before looking?" in await talk.press("How was Limits?")
    assert [one.label for one in talk.buttons] == [
        "Again · 2 days",
        "Hard · 77 days",
        "Good · 108 days",
        "Easy · 178 days",
        "Skip this one",
        "Back",
    ]
    assert "· Limits reviewed: hard" in await talk.press("Hard")
    learner = await talk.learner()
    (coming,) = await rows.waiting(talk.tx, learner.id, until=date(2028, 1, 1))
    assert (coming.step, coming.due_day - on(talk.at)) == (4, timedelta(days=77))
    await talk.press("Not reviewed: Limits")
    (back,) = await rows.waiting(talk.tx, learner.id, until=date(2028, 1, 1))
    assert (back.step, back.rating) == (3, None)
    await see(talk)
    await talk.press("How was Limits?")
    await talk.press("Again")
    (coming,) = await rows.waiting(talk.tx, learner.id, until=date(2028, 1, 1))
    assert coming.due_day - on(talk.at) == timedelta(days=2)


async def test_a_long_one_let_go_comes_back_the_next_day(talk: Talk) -> None:
    await talk.say("/reviews long on")
    await practised(talk)
    talk.at += 29 * DAY
    await see(talk)
    await talk.press("Skip this one")
    talk.at += DAY
    assert [one.title for one in (await see(talk)).reviews] == ["Limits"]


async def test_off_hides_and_on_brings_back(talk: Talk) -> None:
    await talk.say("/reviews long on")
    await practised(talk)
    await talk.say("/reviews")
    await talk.press("Long-term memory off")
    talk.at += 40 * DAY
    assert (await see(talk)).reviews == ()
    await talk.say("/reviews long on")
    assert [one.title for one in (await see(talk)).reviews] == ["Limits"]


# --- /reviews ---------------------------------------------------------------------------------------------------------
async def test_what_is_coming_and_how_many_a_day(talk: Talk) -> None:
    assert await talk.say("/reviews") == (
        "Again soon\nToday: Limits\nMon 11 May: Limits\n\n"
        "At most 3 a day, in the order of the plan; the rest waits.\n"
        "After practice a module is over. With long-term memory on it comes back in weeks, then months."
    )
    await talk.say("/done derivatives")
    await talk.say("/done integrals")
    await talk.say("/reviews 1")
    shown = talk.said(ReviewsShown)
    assert (shown.most, shown.changed) == (1, True)
    assert [(one.day.day, *one.titles) for one in shown.days] == [
        (5, "Limits"),
        (6, "Derivatives"),
        (7, "Integrals"),
        (11, "Limits"),
        (12, "Derivatives"),
        (13, "Integrals"),
    ]
    await talk.press("5 a day")
    assert talk.said(ReviewsShown).most == 5
    await talk.say("/reviews 0")
    assert "No reviews on the card" in talk.message.plain
    assert (await see(talk)).reviews == ()


@pytest.mark.parametrize("words", ["10", "-1", "long", "long maybe", "x" * 4000, "٣", "999999999999999999999"])
async def test_rubbish_changes_nothing(talk: Talk, words: str) -> None:
    await talk.say(f"/reviews {words}")
    talk.said(ReviewsUsage)
    learner = await talk.learner()
    assert (learner.reviews_a_day, learner.long_reviews) == (3, False)


async def test_without_a_plan_it_says_what_reviews_are(tx: Tx) -> None:
    talk = Talk(tx)
    assert "It takes a plan: /plan." in await talk.say("/reviews")


async def test_practice_without_another_source_says_so(tx: Tx) -> None:
    only = Plan("P", (Track("T", (Module("Sets"), Module("Maps")), (Source(SourceKind.PRIMARY, "Halmos"),)),))
    learner = await learner_with(tx, at=MONDAY, plan=only)
    await finish(tx, learner, (await ids(tx, learner))[0], MONDAY)
    shown = await card(tx, learner, MONDAY + DAY)
    assert "· Sets, from Halmos once more: there is no other source" in text(shown, MONDAY + DAY)
