"""Breaks, sick days and buddies at their edges: whose buttons, what is stale, what meets what, and how many queries it takes."""

from datetime import date, time, timedelta

import pytest

from bot.domain.checkins import Outcome, SessionState
from bot.domain.days import Reason
from bot.domain.errors import Refused
from bot.domain.notices.buddies import Buddies, BuddyAccepted, BuddyAsked, BuddyRefused
from bot.domain.notices.general import StaleButton
from bot.domain.notices.pauses import NoPause, PausePreview, PauseSet, SickDay, SickRefused
from bot.domain.people import SECOND
from bot.domain.rest import PauseKind
from bot.services import buddies, pauses, plans, returns, review_outlook, sessions, sick_days, silence, slots
from bot.services.card_facts import describe
from bot.services.cards import slots_due
from bot.services.days import days_due
from bot.store import pauses as rows
from bot.store import people, timers
from bot.store import sessions as held
from bot.store.database import Tx
from bot.ui.message import Action, Button
from tests.services.linking import link, passes, person, unlink
from tests.services.studying import CALCULUS, EVERY_DAY, deliver, fire, learner_with, live_until, queued, utc
from tests.services.talk import Talk
from tests.statements import overheard

NOON = utc("2026-05-04 12:00")  # a Monday
DAY = timedelta(days=1)
TODAY = date(2026, 5, 4)


async def state(tx: Tx, learner_id: int, ahead: int, slot: str = "main") -> tuple[str, str | None]:
    """What became of the session so many days after TODAY."""
    session = await held.find(tx, learner_id=learner_id, day=TODAY + ahead * DAY, slot=slot)
    assert session is not None
    return session.state, session.reason


# --- buttons


async def test_a_preview_is_of_no_use_to_others_nor_after_its_days(tx: Tx) -> None:
    ann, bob = Talk(tx, account="1", name="Ann", at=NOON), Talk(tx, account="2", name="Bob", at=NOON)
    await ann.say("/pause 6 May to 8 May")
    preview = ann.said(PausePreview)
    assert (preview.first, preview.last) == (date(2026, 5, 6), date(2026, 5, 8))
    button = next(one for one in ann.buttons if one.label == "Set it")
    await bob.tap(button)
    assert bob.said(StaleButton).why == "other"
    ann.at = NOON + 2 * DAY
    await ann.tap(button)
    assert ann.said(StaleButton).why == "over"
    await ann.tap(Button("", Action("pause.set", ("1", "yesterday", "20260508", "1"))))
    assert ann.said(StaleButton).why == "gone"
    assert await rows.not_over(tx, [1, 2], since=TODAY) == {}


async def test_a_sick_day_is_of_the_day_on_which_it_was_offered(tx: Tx) -> None:
    await learner_with(tx, at=NOON)
    ann = Talk(tx, at=NOON + DAY)
    await ann.say("/pause")
    button = next(one for one in ann.buttons if one.label == "Sick today")
    ann.at = NOON + 2 * DAY
    await ann.tap(button)
    assert ann.said(StaleButton).why == "over"
    await ann.say("/pause")
    await ann.press("Sick today")
    assert ann.said(SickDay).left == 4
    await ann.say("hello")
    assert "I go by commands" in ann.message.plain, "the question is over"


async def test_set_twice_it_is_one_break(tx: Tx) -> None:
    ann = Talk(tx, at=NOON)
    await ann.say("/pause 6 May to 8 May")
    button = next(one for one in ann.buttons if one.label == "Set it")
    await ann.tap(button)
    first = ann.said(PauseSet)
    await ann.tap(button)
    assert ann.said(PauseSet).pause == first.pause
    assert len((await rows.not_over(tx, [1], since=TODAY))[1]) == 1


async def test_a_break_of_somebody_elses_cannot_be_ended(tx: Tx) -> None:
    ann, bob = await learner_with(tx, "1", at=NOON), await learner_with(tx, "2", at=NOON)
    made = await pauses.begin(tx, ann, TODAY + DAY, TODAY + 3 * DAY, announce=False, at=NOON)
    assert await pauses.end(tx, bob, pause_id=made.pause, at=NOON) == NoPause()
    taken = await sick_days.take(tx, ann, at=NOON + 4 * DAY)
    with pytest.raises(Refused):
        await sick_days.undo(tx, bob, taken.pause, at=NOON + 4 * DAY)
    with pytest.raises(Refused):
        await sick_days.undo(tx, ann, taken.pause, at=NOON + 5 * DAY)


# --- what meets what


async def test_a_slot_that_was_quicker_than_the_word_of_a_break_is_excused(tx: Tx) -> None:
    """The bot was down when the break was asked for; it comes back, and the timer has its turn before the update."""
    learner = await learner_with(tx, at=NOON)
    await live_until(tx, utc("2026-05-05 07:00"))
    await pauses.begin(tx, learner, TODAY + DAY, TODAY + 2 * DAY, announce=False, at=NOON)
    assert await state(tx, learner.id, 1) == (SessionState.EXCUSED, Reason.PAUSE)
    assert await live_until(tx, utc("2026-05-06 23:00")) == [], "neither nudge nor card"


async def test_a_sick_day_excuses_both_slots_and_leaves_none_to_be_counted(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await slots.set_slot(tx, learner, wall=time(18), weekdays=EVERY_DAY, at=NOON, kind=SECOND)
    await live_until(tx, utc("2026-05-05 07:10"))
    await sick_days.take(tx, learner, at=utc("2026-05-05 07:15"))
    assert await live_until(tx, utc("2026-05-06 06:00")) == []
    assert [await state(tx, learner.id, 1, slot) for slot in ("main", SECOND)] == [(SessionState.EXCUSED, Reason.SICK)] * 2


async def test_a_sick_day_on_an_easy_day_is_undone_to_an_easy_day(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await pauses.begin(tx, learner, TODAY + DAY, TODAY + 7 * DAY, announce=False, at=NOON)
    await live_until(tx, NOON + 8 * DAY)
    assert await state(tx, learner.id, 8) == (SessionState.PLANNED, Reason.RESTART)
    taken = await sick_days.take(tx, learner, at=NOON + 8 * DAY)
    await sick_days.undo(tx, learner, taken.pause, at=NOON + 8 * DAY)
    assert await state(tx, learner.id, 8) == (SessionState.PLANNED, Reason.RESTART)


async def test_not_today_goes_before_a_sick_day_and_nothing_is_used(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await live_until(tx, utc("2026-05-05 07:00"))
    at = utc("2026-05-05 07:10")
    await sessions.answer(tx, learner, Outcome.SKIPPED, day=TODAY + DAY, slot="main", at=at)
    with pytest.raises(Refused) as refused:
        await sick_days.take(tx, learner, at=at)
    assert isinstance(refused.value.notice, SickRefused)
    assert refused.value.notice.why == "answered"
    assert await sick_days.left(tx, learner, day=TODAY + DAY) == 5


async def test_what_was_logged_before_today_had_a_slot_is_an_answer_as_well(tx: Tx) -> None:
    talk = Talk(tx, at=NOON)
    for words in ("/timezone Europe/London", "/checkin 50m limits", "/slot 07:00 every day", "/pause today"):
        await talk.say(words)
    assert await sick_days.left(tx, await talk.learner(), day=TODAY) == 5


async def test_an_answer_in_a_break_that_is_taken_back_leaves_it_excused(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await pauses.begin(tx, learner, TODAY + DAY, TODAY + 3 * DAY, announce=False, at=NOON)
    await live_until(tx, utc("2026-05-05 09:00"))
    made = await sessions.answer(tx, learner, Outcome.DONE, day=TODAY + DAY, slot="main", at=utc("2026-05-05 09:00"))
    assert await state(tx, learner.id, 1) == (SessionState.DONE, Reason.PAUSE)
    talk = Talk(tx, at=utc("2026-05-05 09:05"))
    await talk.tap(Button("", Action("checkin.undo", (str(made.id),))))
    assert await state(tx, learner.id, 1) == (SessionState.EXCUSED, Reason.PAUSE)


async def test_in_a_break_it_does_not_matter_whether_the_bot_can_write(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await pauses.begin(tx, learner, TODAY + DAY, TODAY + 2 * DAY, announce=False, at=NOON)
    await people.change_identity(tx, platform="telegram", account="1", reachable=False)
    await fire(tx, utc("2026-05-05 07:00"))
    assert await state(tx, learner.id, 1) == (SessionState.EXCUSED, Reason.PAUSE)


async def test_two_breaks_side_by_side_are_one(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await pauses.begin(tx, learner, TODAY + 2 * DAY, TODAY + 4 * DAY, announce=False, at=NOON)
    await pauses.begin(tx, learner, TODAY + 9 * DAY, TODAY + 9 * DAY, announce=False, at=NOON)
    made = await pauses.begin(tx, learner, TODAY + 5 * DAY, TODAY + 8 * DAY, announce=False, at=NOON)
    (only,) = (await rows.not_over(tx, [learner.id], since=TODAY))[learner.id]
    assert (only.id, only.first, only.last) == (made.pause, TODAY + 5 * DAY, TODAY + 8 * DAY)


# --- reviews


async def test_reviews_move_behind_a_break_and_come_one_a_day_while_it_is_easy(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    plan = await plans.active_plan(tx, learner.id)
    assert plan is not None
    for module in plan.tracks[0].modules[:2]:
        await plans.finish_module(tx, learner, module.id or 0, day=TODAY, at=NOON)
    await pauses.begin(tx, learner, TODAY + DAY, TODAY + 8 * DAY, announce=False, at=NOON)

    async def reviewed(ahead: int) -> tuple[int, int]:
        day = TODAY + ahead * DAY
        card = await describe(tx, learner, day=day, slot="main", at=NOON + ahead * DAY)
        return len(card.reviews), card.more_reviews

    assert [await reviewed(ahead) for ahead in (1, 7, 8)] == [(0, 0)] * 3
    assert [await reviewed(ahead) for ahead in (9, 10, 11, 12)] == [(1, 0)] * 3 + [(2, 0)]
    shown = await review_outlook.show(tx, learner, at=NOON)
    assert [(one.day, len(one.titles)) for one in shown.days] == [(TODAY + 9 * DAY, 1), (TODAY + 10 * DAY, 1)]


# --- silence


async def test_what_is_excused_is_no_silence_and_a_break_ahead_does_not_hold_the_ladder(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await pauses.begin(tx, learner, TODAY + 3 * DAY, TODAY + 5 * DAY, announce=False, at=NOON)
    await pauses.begin(tx, learner, TODAY + 30 * DAY, TODAY + 31 * DAY, announce=False, at=NOON)
    await live_until(tx, NOON + 10 * DAY)  # the 5th and 6th silent, the 7th to the 9th off, silent since
    assert await rows.silent_days(tx, [learner.id]) == {learner.id: 6}
    assert await rows.open_ones(tx, learner.id) == []
    await live_until(tx, NOON + 11 * DAY)
    (made,) = await rows.open_ones(tx, learner.id)
    assert (made.kind, made.first) == (PauseKind.AUTO, TODAY + 11 * DAY)


async def test_an_outage_is_no_silence(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await fire(tx, NOON + 20 * DAY)
    assert await rows.silent_days(tx, [learner.id]) == {}
    assert await rows.open_ones(tx, learner.id) == []


async def test_who_was_heard_last_is_kept_by_study_day_and_never_goes_back(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await silence.heard(tx, learner, at=utc("2026-05-06 02:00"))  # the night of the 5th
    found = await people.get(tx, learner.id)
    assert found.heard_day == date(2026, 5, 5)
    await silence.heard(tx, found, at=NOON)
    assert (await people.get(tx, learner.id)).heard_day == date(2026, 5, 5)


async def test_back_within_a_day_the_way_is_eased_all_the_same(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await live_until(tx, NOON + 8 * DAY)
    assert await rows.open_ones(tx, learner.id)
    await returns.come_back(tx, learner, at=NOON + 8 * DAY)
    assert await state(tx, learner.id, 8) == (SessionState.PLANNED, Reason.RESTART)
    await live_until(tx, NOON + 9 * DAY)
    assert await state(tx, learner.id, 9) == (SessionState.PLANNED, Reason.RESTART)
    assert await returns.come_back(tx, learner, at=NOON + 9 * DAY) is None


# --- in batches


@pytest.mark.parametrize("kind", ["slot", "day"])
async def test_a_morning_and_a_week_of_silence_take_as_many_queries_for_many_as_for_few(tx: Tx, kind: str) -> None:
    """Half of them are on a break; at the end of the seventh day the others are paused."""
    taken = []
    for crowd in (2, 12):
        at = NOON + crowd * 30 * DAY
        everybody = [await learner_with(tx, f"{crowd}-{number}", at=at) for number in range(crowd)]
        for learner in everybody[::2]:
            today = pauses.today_of(learner, at=at)
            await pauses.begin(tx, learner, today + DAY, today + 20 * DAY, announce=False, at=at)
        end = utc(f"{(at + 8 * DAY).date()} 03:00")  # the seventh silent day is over
        until = end if kind == "day" else end + timedelta(hours=4)
        await live_until(tx, until - timedelta(minutes=1))
        due = await timers.take(tx, at=until, limit=100)
        wanted = [one for one in due if one.kind == kind]
        assert len(wanted) == (crowd if kind == "slot" else crowd // 2)
        with overheard(tx) as statements:
            await (slots_due if kind == "slot" else days_due)(tx, wanted, until)
        taken.append(len(statements))
        for one in due:
            await timers.drop(tx, kind=one.kind, subjects=[one.subject])
        await timers.drop(tx, kind="day", subjects=[learner.id for learner in everybody])
    assert taken[0] == taken[1]


# --- one person on two platforms


async def test_linked_in_a_break_one_is_away_on_both_and_apart_again_each_has_their_own(tx: Tx) -> None:
    at = utc("2026-05-04 09:00")
    ann = await person(tx, "telegram", "1", "Ann", wall=time(7), plan=CALCULUS, at=at)
    anna = await person(tx, "discord", "7", "Anna", at=at)
    made = await pauses.begin(tx, anna, TODAY + DAY, TODAY + 5 * DAY, announce=False, at=at)
    joined = await link(tx, ann, anna, at=at + timedelta(hours=1))
    assert joined.id == ann.id
    assert not any("Limits" in text for text in await passes(tx, at + 3 * DAY))
    assert await state(tx, ann.id, 2) == (SessionState.EXCUSED, Reason.PAUSE)

    await unlink(tx, joined, at=at + 3 * DAY)
    await passes(tx, at + 4 * DAY)
    assert await state(tx, ann.id, 4) == (SessionState.PLANNED, None)
    (back,) = (await rows.not_over(tx, [anna.id], since=TODAY))[anna.id]
    assert back.id == made.pause


async def test_silent_on_one_account_only_is_not_silent(tx: Tx) -> None:
    ann = await person(tx, "telegram", "1", "Ann", wall=time(7), plan=CALCULUS)
    anna = await person(tx, "discord", "7", "Anna")
    await passes(tx, NOON + 9 * DAY)
    assert await rows.open_ones(tx, ann.id)
    joined = await link(tx, ann, anna, at=NOON + 9 * DAY)
    assert await rows.open_ones(tx, joined.id) == []
    await passes(tx, NOON + 10 * DAY)
    assert await state(tx, joined.id, 10) == (SessionState.PLANNED, Reason.RESTART)


# --- buddies


async def test_an_invitation_is_good_once_for_another_and_for_a_week(tx: Tx) -> None:
    ann, bob, carl = [await learner_with(tx, str(number), at=NOON) for number in (1, 2, 3)]
    invited = await buddies.invite(tx, ann, at=NOON)
    assert not isinstance(invited, Buddies)
    assert await buddies.look(tx, ann, invited.code, at=NOON) == BuddyRefused("own")
    assert await buddies.look(tx, bob, invited.code, at=NOON + 7 * DAY) == BuddyRefused("dead")
    assert isinstance(await buddies.look(tx, bob, invited.code.lower(), at=NOON), BuddyAsked)
    assert isinstance(await buddies.accept(tx, bob, invited.code, at=NOON), BuddyAccepted)
    assert await buddies.accept(tx, carl, invited.code, at=NOON) == BuddyRefused("dead")


async def test_until_both_have_said_yes_nothing_is_told(tx: Tx) -> None:
    ann, bob = await learner_with(tx, "1", at=NOON), await learner_with(tx, "2", at=NOON, weekdays=frozenset({2}))
    invited = await buddies.invite(tx, ann, at=NOON)
    assert not isinstance(invited, Buddies)
    await buddies.accept(tx, bob, invited.code, at=NOON)
    await live_until(tx, NOON + 6 * DAY)
    assert await queued(tx, kind="silent") == []
    (asked,) = (await buddies.view(tx, ann, at=NOON)).mine
    with pytest.raises(Refused):
        await buddies.confirm(tx, bob, asked.id, at=NOON)
    await buddies.confirm(tx, ann, asked.id, at=NOON + 6 * DAY)
    heard = await live_until(tx, NOON + 9 * DAY)
    assert sum("has not said a word to me for 4 study days" in text for text in heard) == 1
    carl = await learner_with(tx, "3", at=NOON)
    with pytest.raises(Refused):
        await buddies.end(tx, carl, asked.id, at=NOON)


async def test_what_waits_for_the_buddys_morning_is_not_said_once_the_learner_is_heard(tx: Tx) -> None:
    ann, bob = await learner_with(tx, "1", at=NOON), await learner_with(tx, "2", at=NOON, weekdays=frozenset({2}))
    invited = await buddies.invite(tx, ann, at=NOON)
    assert not isinstance(invited, Buddies)
    await buddies.accept(tx, bob, invited.code, at=NOON)
    (asked,) = (await buddies.view(tx, ann, at=NOON)).mine
    await buddies.confirm(tx, ann, asked.id, at=NOON)
    await live_until(tx, utc("2026-05-09 03:00"))
    assert len(await queued(tx, kind="silent")) == 1
    await silence.heard(tx, ann, at=utc("2026-05-09 07:00"))
    assert not any("has not said" in one.plain for one in await deliver(tx, at=utc("2026-05-09 09:00")))


async def test_a_buddy_follows_the_person_from_account_to_account(tx: Tx) -> None:
    ann = await person(tx, "telegram", "1", "Ann", plan=CALCULUS)
    anna, bob = await person(tx, "discord", "7", "Anna"), await person(tx, "telegram", "2", "Bob")
    for asker, helper in ((anna, bob), (bob, anna)):
        invited = await buddies.invite(tx, asker, at=NOON)
        assert not isinstance(invited, Buddies)
        await buddies.accept(tx, helper, invited.code, at=NOON)
        (asked,) = (await buddies.view(tx, asker, at=NOON)).mine
        await buddies.confirm(tx, asker, asked.id, at=NOON)
    joined = await link(tx, ann, anna, at=NOON)
    seen = await buddies.view(tx, joined, at=NOON)
    assert ([one.name for one in seen.mine], [one.name for one in seen.others]) == (["Bob"], ["Bob"])
    await unlink(tx, joined, at=NOON)
    assert (await buddies.view(tx, joined, at=NOON)).mine == ()
    assert [one.name for one in (await buddies.view(tx, anna, at=NOON)).others] == ["Bob"]
