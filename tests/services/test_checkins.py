"""Check-ins: taps and words, twice and undone, edited, for yesterday, with a photo."""

from datetime import date, timedelta

import pytest

from bot.domain.checkins import Outcome, SessionState
from bot.domain.errors import Refused
from bot.domain.notices.checkins import MinutesRefused, UndoTooLate
from bot.domain.notices.general import StaleButton
from bot.domain.people import Learner
from bot.domain.plans import Module, Plan, Track
from bot.services import checkins, plans, reviews, sessions
from bot.services.card_facts import describe
from bot.services.streaks import week_stats
from bot.store import checkins as rows
from bot.store import sessions as held
from bot.store.database import Tx
from tests.services.studying import learner_with, live_until, utc

pytestmark = pytest.mark.both_engines

NOON = utc("2026-05-04 12:00")
SLOT = utc("2026-05-05 07:00")
DAY = date(2026, 5, 5)
MINUTE = timedelta(minutes=1)


async def morning(tx: Tx) -> Learner:
    learner = await learner_with(tx, at=NOON)
    await live_until(tx, SLOT)
    return learner


async def state(tx: Tx, learner: Learner, day: date = DAY) -> SessionState:
    session = await held.find(tx, learner_id=learner.id, day=day)
    assert session is not None
    return session.state


async def test_the_same_tap_twice_is_once_and_another_changes_it(tx: Tx) -> None:
    learner = await morning(tx)
    await sessions.start(tx, learner, day=DAY, slot="main", at=SLOT)
    first = await sessions.answer(tx, learner, Outcome.PARTLY, day=DAY, slot="main", at=SLOT + 30 * MINUTE)
    again = await sessions.answer(tx, learner, Outcome.PARTLY, day=DAY, slot="main", at=SLOT + 31 * MINUTE)
    assert again == first
    done = await sessions.answer(tx, learner, Outcome.DONE, day=DAY, slot="main", at=SLOT + 40 * MINUTE)
    assert (done.id, done.outcome, done.minutes) == (first.id, Outcome.DONE, 30)
    assert await state(tx, learner) is SessionState.DONE
    assert len(await rows.of_day(tx, learner_id=learner.id, day=DAY)) == 1


async def test_minutes_from_start_are_capped_and_can_be_corrected(tx: Tx) -> None:
    learner = await morning(tx)
    await sessions.start(tx, learner, day=DAY, slot="main", at=SLOT)
    made = await sessions.answer(tx, learner, Outcome.DONE, day=DAY, slot="main", at=SLOT + 600 * MINUTE)
    card = await describe(tx, learner, day=DAY, slot="main", at=SLOT + 600 * MINUTE)
    assert (made.minutes, card.entries[0].counted, card.entries[0].capped) == (240, True, True)
    await checkins.add_details(tx, learner, made.id, "90m finished exercises", at=SLOT + 601 * MINUTE)
    card = await describe(tx, learner, day=DAY, slot="main", at=SLOT + 601 * MINUTE)
    assert (card.minutes, card.entries[0].counted, card.entries[0].note) == (90, False, "finished exercises")


async def test_undo_takes_the_day_back_and_ten_minutes_later_it_does_not(tx: Tx) -> None:
    learner = await morning(tx)
    made = await sessions.answer(tx, learner, Outcome.SKIPPED, day=DAY, slot="main", at=SLOT)
    taken = await checkins.undo(tx, learner, made.id, at=SLOT + 10 * MINUTE)
    assert taken.left == 0
    assert await state(tx, learner) is SessionState.PLANNED
    with pytest.raises(Refused) as gone:
        await checkins.undo(tx, learner, made.id, at=SLOT + 10 * MINUTE)
    assert gone.value.notice == StaleButton(why="over")
    back = await sessions.answer(tx, learner, Outcome.DONE, day=DAY, slot="main", at=SLOT + 20 * MINUTE)
    assert (back.id, back.undone_at) == (made.id, None)
    with pytest.raises(Refused) as late:
        await checkins.undo(tx, learner, made.id, at=SLOT + 31 * MINUTE)
    assert late.value.notice == UndoTooLate(edit=True)


async def test_undo_leaves_what_the_other_check_ins_say(tx: Tx) -> None:
    learner = await morning(tx)
    await checkins.log(tx, learner, "30m", source="u1", at=SLOT)
    second = await checkins.log(tx, learner, "45m", source="u2", at=SLOT)
    assert second.total == 75
    taken = await checkins.undo(tx, learner, second.checkin, at=SLOT)
    assert (taken.left, taken.minutes) == (1, 30)
    assert await state(tx, learner) is SessionState.DONE


async def test_words_are_understood_and_the_same_update_is_once(tx: Tx) -> None:
    learner = await morning(tx)
    words = "90m limits finished exercises https://notes.example/1"
    first = await checkins.log(tx, learner, words, source="u1", at=SLOT)
    again = await checkins.log(tx, learner, words, source="u1", at=SLOT)
    assert (first.minutes, first.module, first.note, first.links) == (90, "Limits", "finished exercises", 1)
    assert again == first
    assert len(await rows.of_day(tx, learner_id=learner.id, day=DAY)) == 1


@pytest.mark.parametrize("words", ["-5", "99999m", "0m", "+5 limits", "9" * 200 + "m"])
async def test_rubbish_is_refused_and_changes_nothing(tx: Tx, words: str) -> None:
    learner = await morning(tx)
    with pytest.raises(Refused) as refused:
        await checkins.log(tx, learner, words, source="u1", at=SLOT)
    assert refused.value.notice == MinutesRefused(most=960)
    assert await rows.of_day(tx, learner_id=learner.id, day=DAY) == []


async def test_two_modules_of_one_name_are_asked_about_and_the_words_are_kept(tx: Tx) -> None:
    plan = Plan("P", (Track("A", (Module("Warm up"), Module("Series"))), Track("B", (Module("Series"),))))
    learner = await learner_with(tx, at=NOON, plan=plan)
    asked = await checkins.log(tx, learner, "40m series, hard", source="u1", at=SLOT)
    assert (asked.module, asked.minutes, [one.track for one in asked.candidates]) == (None, 40, ["A", "B"])
    picked = await checkins.pick_module(tx, learner, asked.checkin, asked.candidates[1].id, at=SLOT)
    assert (picked.module, picked.minutes, picked.candidates) == ("Series", 40, ())


async def test_yesterday_mends_a_missed_day_and_is_marked_late(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await live_until(tx, utc("2026-05-06 06:00"))
    assert await state(tx, learner) is SessionState.MISSED
    logged = await checkins.log(tx, learner, "yesterday 30m", source="u1", at=utc("2026-05-06 06:30"))
    assert (logged.day, logged.late) == (DAY, True)
    assert await state(tx, learner) is SessionState.DONE
    await checkins.undo(tx, learner, logged.checkin, at=utc("2026-05-06 06:31"))
    assert await state(tx, learner) is SessionState.MISSED


async def test_edit_replaces_the_line_until_the_day_ends(tx: Tx) -> None:
    learner = await morning(tx)
    logged = await checkins.log(tx, learner, "90m limits first pass", source="u1", at=SLOT)
    edited = await checkins.rewrite(tx, learner, logged.checkin, "yesterday 1h derivatives", at=SLOT + 60 * MINUTE)
    assert (edited.day, edited.minutes, edited.module, edited.note) == (date(2026, 5, 4), 60, "Derivatives", "")
    assert await state(tx, learner) is SessionState.PLANNED
    with pytest.raises(Refused):
        await checkins.rewrite(tx, learner, logged.checkin, "5m", at=utc("2026-05-06 03:00"))


async def test_an_other_learners_check_in_is_not_touched(tx: Tx) -> None:
    learner = await morning(tx)
    other = await learner_with(tx, "2", at=SLOT)
    logged = await checkins.log(tx, learner, "30m", source="u1", at=SLOT)
    for attempt in (checkins.undo(tx, other, logged.checkin, at=SLOT), checkins.editable(tx, other, logged.checkin, at=SLOT)):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.notice == StaleButton(why="other")


async def test_a_photo_proves_the_latest_check_in_or_makes_one(tx: Tx) -> None:
    learner = await morning(tx)
    made = await checkins.attach_photo(tx, learner, "file-1", "", source="u1", at=SLOT)
    assert (made.photo, made.outcome) == (True, Outcome.DONE)
    second = await checkins.attach_photo(tx, learner, "file-2", "", source="u2", at=SLOT)
    assert second.checkin == made.checkin
    captioned = await checkins.attach_photo(tx, learner, "file-3", "20m limits", source="u3", at=SLOT)
    assert (captioned.minutes, captioned.photo, captioned.checkin != made.checkin) == (20, True, True)


async def test_two_check_ins_serve_two_slots(tx: Tx) -> None:
    learner = await morning(tx)
    second = held.Planned(learner.id, "second", DAY, SLOT + 600 * MINUTE)
    await held.add_many(tx, [second])
    await checkins.log(tx, learner, "30m", source="u1", at=SLOT)
    await checkins.log(tx, learner, "30m", source="u2", at=SLOT + 610 * MINUTE)
    states = [one.state for one in await held.of_day(tx, learner_id=learner.id, day=DAY)]
    assert states == [SessionState.DONE, SessionState.DONE]


async def test_a_finished_module_comes_back_from_another_source(tx: Tx) -> None:
    learner = await morning(tx)
    plan = await plans.active_plan(tx, learner.id)
    assert plan is not None
    limits = plan.tracks[0].modules[0].id
    assert limits is not None
    await plans.finish_module(tx, learner, limits, day=DAY, at=SLOT)
    tomorrow = await describe(tx, learner, day=DAY + timedelta(days=1), slot="main", at=SLOT + timedelta(days=1))
    (review,) = tomorrow.reviews
    assert (review.title, review.source, review.studied, review.different) == ("Limits", "Kline", "Professor Leonard", True)
    await reviews.settle(tx, learner, review.id, day=DAY + timedelta(days=1))
    week_later = await describe(tx, learner, day=DAY + timedelta(days=7), slot="main", at=SLOT + timedelta(days=7))
    assert [(one.source, one.practice) for one in week_later.reviews] == [("OpenStax problems", True)]
    await plans.unfinish_module(tx, learner, limits, at=SLOT)
    gone = await describe(tx, learner, day=DAY + timedelta(days=7), slot="main", at=SLOT + timedelta(days=7))
    assert gone.reviews == ()


async def test_the_week_in_numbers(tx: Tx) -> None:
    learner = await morning(tx)
    silent = await learner_with(tx, "2", at=NOON)
    await checkins.log(tx, learner, "90m limits https://a.example", source="u1", at=SLOT)
    await live_until(tx, utc("2026-05-06 07:00"))
    await sessions.answer(tx, learner, Outcome.SKIPPED, day=date(2026, 5, 6), slot="main", at=utc("2026-05-06 07:10"))
    await live_until(tx, utc("2026-05-07 07:00"))
    await sessions.answer(tx, learner, Outcome.PARTLY, day=date(2026, 5, 7), slot="main", at=utc("2026-05-07 07:10"))
    stats = await week_stats(tx, [learner.id, silent.id], first=date(2026, 5, 4), last=date(2026, 5, 10))
    mine, theirs = stats[learner.id], stats[silent.id]
    assert (mine.done, mine.planned, mine.minutes, mine.checkins, mine.streak) == (2, 3, 90, 3, 2)
    assert mine.links == ("https://a.example",)
    assert (theirs.done, theirs.planned, theirs.streak) == (0, 2, 0)
