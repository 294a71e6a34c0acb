"""Mornings: cards in batches, late, after outages, over DST changes."""

from datetime import date, time, timedelta

import pytest

from bot.domain.checkins import Outcome, SessionState
from bot.domain.people import SECOND
from bot.services import cards, checkins, sessions, slots
from bot.services.cards import slots_due
from bot.store import outbox, people, timers
from bot.store import sessions as rows
from bot.store.database import Tx
from tests.services.studying import EVERY_DAY, deliver, fire, learner_with, live_until, queued, utc

pytestmark = pytest.mark.both_engines

NOON = utc("2026-05-04 12:00")  # a Monday
SLOT = utc("2026-05-05 07:00")
DAY = date(2026, 5, 5)


async def state(tx: Tx, learner_id: int, day: date = DAY, slot: str = "main") -> tuple[str, str | None]:
    session = await rows.find(tx, learner_id=learner_id, day=day, slot=slot)
    assert session is not None
    return session.state, session.reason


async def test_a_batch_gets_one_card_each_and_the_next_slot_and_day_are_set(tx: Tx) -> None:
    learners = [await learner_with(tx, str(number), at=NOON) for number in range(1, 6)]
    await fire(tx, SLOT)

    waiting = await queued(tx, kind="card")
    assert [row["key"] for row in waiting] == [f"card:{one.id}:2026-05-05" for one in learners]
    assert {(row["due_at"], row["expires_at"], row["lane"]) for row in waiting} == {
        (SLOT, SLOT + timedelta(hours=2), outbox.Lane.CARD)
    }
    for learner in learners:
        assert await state(tx, learner.id) == (SessionState.PLANNED, None)
        day = await timers.find(tx, kind="day", subject=learner.id)
        assert day is not None
        assert (day.due_at, day.data["stage"]) == (SLOT + timedelta(minutes=45), "nudge")


async def test_asked_twice_there_is_one_card(tx: Tx) -> None:
    await learner_with(tx, at=NOON)
    taken = await timers.take(tx, at=SLOT, limit=10)
    await slots_due(tx, taken, SLOT)
    await slots_due(tx, taken, SLOT)
    assert len(await queued(tx, kind="card")) == 1
    following = await timers.find(tx, kind="slot", subject=taken[0].subject)
    assert following is not None
    assert following.due_at == SLOT + timedelta(days=1)


@pytest.mark.parametrize(("minutes", "delayed"), [(5, False), (6, True), (120, True)])
async def test_a_late_card_says_so(tx: Tx, minutes: int, delayed: bool) -> None:
    await learner_with(tx, at=NOON)
    at = SLOT + timedelta(minutes=minutes)
    await fire(tx, SLOT + timedelta(minutes=min(minutes, 44)))
    (card,) = await deliver(tx, at=at)
    assert ("Due at 07:00, delayed." in card.plain) is delayed


async def test_too_late_for_a_card_the_session_is_excused_and_the_learner_told(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    at = SLOT + timedelta(hours=2, seconds=1)
    await fire(tx, at)
    assert await state(tx, learner.id) == (SessionState.EXCUSED, "outage")
    (told,) = await deliver(tx, at=at)
    assert told.plain == ("I was down at your slot at 07:00. That is on me: excused.\nIf you studied anyway, /checkin counts it.")


async def test_a_long_outage_is_told_once_and_today_gets_its_card(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    at = SLOT + timedelta(days=3, minutes=30)
    await fire(tx, at)
    texts = [message.plain for message in await deliver(tx, at=at)]
    assert len(texts) == 2
    assert "Due at 07:00, delayed." in texts[0]
    assert texts[1].startswith("I was down at 3 of your slots, last at 07:00 on Thu 7 May. That is on me: all excused.")
    for ahead in range(3):
        assert await state(tx, learner.id, DAY + timedelta(days=ahead)) == (SessionState.EXCUSED, "outage")
    assert await state(tx, learner.id, DAY + timedelta(days=3)) == (SessionState.PLANNED, None)


async def test_who_cannot_be_reached_gets_no_card_and_is_excused(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await people.change_identity(tx, platform="telegram", account="1", reachable=False)
    await fire(tx, SLOT)
    assert await queued(tx, kind="card") == []
    assert await state(tx, learner.id) == (SessionState.EXCUSED, "unreachable")


async def test_who_was_quicker_than_the_slot_hears_nothing(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await checkins.log(tx, learner, "30m limits", source="u1", at=SLOT - timedelta(hours=1))
    heard = await live_until(tx, SLOT + timedelta(hours=15))
    assert heard == []
    assert await state(tx, learner.id) == (SessionState.DONE, None)


async def test_started_before_the_slot_the_card_is_there_already(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    at = SLOT - timedelta(minutes=20)
    await sessions.start(tx, learner, day=DAY, slot="main", at=at)
    await fire(tx, SLOT)
    assert await queued(tx, kind="card") == []
    made = await sessions.answer(tx, learner, Outcome.DONE, day=DAY, slot="main", at=at + timedelta(minutes=50))
    assert made.minutes == 50


@pytest.mark.parametrize("why", ["expired", "uncertain", "refused"])
async def test_a_card_that_did_not_arrive_excuses(tx: Tx, why: str) -> None:
    learner = await learner_with(tx, at=NOON)
    await fire(tx, SLOT)
    (card,) = await queued(tx, kind="card")
    await cards.card_not_delivered(tx, card["facts"], why=why, at=SLOT + timedelta(hours=2))
    assert await state(tx, learner.id) == (SessionState.EXCUSED, "undelivered")
    (told,) = await queued(tx, kind="Excused")
    assert told["key"].startswith("excused:")


async def test_a_card_asked_for_again_excuses_nothing(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await live_until(tx, SLOT)
    await cards.show_again(tx, learner, platform="telegram", source="u1", at=SLOT + timedelta(hours=1))
    again = next(row for row in await queued(tx, kind="card") if row["key"] == "again:u1")
    await cards.card_not_delivered(tx, again["facts"], why="expired", at=SLOT + timedelta(hours=3))
    assert await state(tx, learner.id) == (SessionState.PLANNED, None)


async def test_a_learner_without_a_plan_is_shown_the_way(tx: Tx) -> None:
    await learner_with(tx, at=NOON, plan=None)
    (card,) = await live_until(tx, SLOT)
    assert "You have no plan yet. /plan has ready-made ones" in card


@pytest.mark.parametrize(
    ("night", "due"),
    [
        ("2026-03-28", ["2026-03-29 01:00", "2026-03-30 00:30"]),  # London skips 01:00 to 02:00 on the 29th
        ("2026-10-24", ["2026-10-25 00:30", "2026-10-26 01:30"]),  # and shows it twice on the 25th: the first counts
    ],
)
async def test_over_a_dst_change_there_is_one_card_a_study_day(tx: Tx, night: str, due: list[str]) -> None:
    at = utc(f"{night} 12:00")
    learner = await learner_with(tx, zone="Europe/London", wall=time(1, 30), at=at)
    await live_until(tx, at + timedelta(days=2))
    waiting = await queued(tx, kind="card")
    days = [row["key"].rsplit(":", 1)[1] for row in waiting]
    assert len(days) == len(set(days)) == 2
    assert [row["due_at"] for row in waiting] == [utc(text) for text in due]
    assert {row["learner_id"] for row in waiting} == {learner.id}


async def test_travel_never_gives_two_cards_on_one_day(tx: Tx) -> None:
    learner = await learner_with(tx, zone="Asia/Tokyo", at=NOON)
    await live_until(tx, utc("2026-05-04 22:30"))  # 07:00 of the 5th in Tokyo has been
    moved = await slots.change_zone(tx, learner, "America/New_York", at=utc("2026-05-05 02:00"))
    await live_until(tx, utc("2026-05-06 12:00"))
    days = [row["key"].rsplit(":", 1)[1] for row in await queued(tx, kind="card")]
    assert days == ["2026-05-05", "2026-05-06"]
    assert moved.zone == "America/New_York"


async def test_a_second_slot_has_its_own_card_and_takes_the_evenings_place(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await slots.set_slot(tx, learner, wall=time(18, 30), weekdays=frozenset(range(7)), at=NOON, kind=SECOND)
    await live_until(tx, utc("2026-05-06 02:00"))
    keys = [row["key"] for row in await queued(tx) if "2026-05-05" in row["key"]]
    assert keys == [f"card:{learner.id}:2026-05-05", f"nudge:{learner.id}:2026-05-05:nudge", f"card2:{learner.id}:2026-05-05"]
    await live_until(tx, utc("2026-05-06 03:00"))
    assert await state(tx, learner.id) == (SessionState.MISSED, None)
    assert await state(tx, learner.id, slot=SECOND) == (SessionState.EXCUSED, "optional")


async def test_today_is_shown_anew_on_a_rest_day_and_closed_with_it(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON, weekdays=frozenset({3}))
    await cards.show_again(tx, learner, platform="telegram", source="u1", at=SLOT)
    await cards.show_again(tx, learner, platform="telegram", source="u1", at=SLOT)
    (card,) = await deliver(tx, at=SLOT)
    assert "No slot today. What you do still counts." in card.plain
    assert [[button.label for button in row] for row in card.rows] == [["Done", "Partly"]]
    await live_until(tx, utc("2026-05-06 03:00"))
    edits = [row["key"] for row in await queued(tx, kind="card", act="edit")]
    assert f"close:card:{learner.id}:2026-05-05" in edits


async def test_what_is_said_before_the_main_slot_counts_for_it_and_not_for_a_second_that_is_there(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await slots.set_slot(tx, learner, wall=time(18), weekdays=EVERY_DAY, at=NOON, kind=SECOND)
    early = SLOT - timedelta(hours=1)
    await sessions.start(tx, learner, day=DAY, slot=SECOND, at=early)  # the second session is there, the main one is not
    await sessions.answer(tx, learner, Outcome.DONE, day=DAY, slot="main", at=early)
    assert [one.state for one in await rows.of_day(tx, learner_id=learner.id, day=DAY)] == [SessionState.PLANNED]
    await live_until(tx, SLOT)
    states = {one.slot: one.state for one in await rows.of_day(tx, learner_id=learner.id, day=DAY)}
    assert states == {"main": SessionState.DONE, "second": SessionState.PLANNED}


async def test_words_said_before_the_main_slot_move_to_it_when_it_comes(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await slots.set_slot(tx, learner, wall=time(18), weekdays=EVERY_DAY, at=NOON, kind=SECOND)
    early = SLOT - timedelta(hours=1)
    await sessions.start(tx, learner, day=DAY, slot=SECOND, at=early)
    await checkins.log(tx, learner, "30m", source="u1", at=early)
    await live_until(tx, SLOT)
    states = {one.slot: one.state for one in await rows.of_day(tx, learner_id=learner.id, day=DAY)}
    assert states == {"main": SessionState.DONE, "second": SessionState.PLANNED}


async def test_today_is_about_the_second_slot_where_the_day_has_no_other(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON, weekdays=frozenset(range(5)))
    await slots.set_slot(tx, learner, wall=time(18), weekdays=frozenset({5}), at=NOON, kind=SECOND)
    saturday = utc("2026-05-09 10:00")
    await cards.show_again(tx, learner, platform="telegram", source="u1", at=saturday)
    assert (await queued(tx, kind="card"))[-1]["facts"]["slot"] == SECOND
