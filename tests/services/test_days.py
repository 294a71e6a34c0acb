"""The course of a study day: nudges, Later, the end; and silence judged."""

from datetime import date, time, timedelta

import pytest

from bot.domain.checkins import Outcome, SessionState
from bot.domain.days import Later
from bot.domain.errors import Refused
from bot.services import checkins, pulse, sessions
from bot.services.cards import slots_due
from bot.store import sessions as rows
from bot.store import timers
from bot.store.database import Tx
from tests.services.studying import deliver, fire, learner_with, live_until, queued, said, utc

pytestmark = pytest.mark.both_engines

NOON = utc("2026-05-04 12:00")
SLOT = utc("2026-05-05 07:00")
END = utc("2026-05-06 03:00")
DAY = date(2026, 5, 5)


async def state(tx: Tx, learner_id: int, day: date = DAY) -> tuple[str, str | None]:
    session = await rows.find(tx, learner_id=learner_id, day=day)
    assert session is not None
    return session.state, session.reason


async def test_silence_hears_three_messages_and_is_missed(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    heard = await live_until(tx, END)
    assert len(heard) == 3
    assert heard[1] == "45 minutes, and not a word yet. Ten minutes of Limits still make a Partly."
    assert heard[2] == "Today is still open. A quarter of an hour, or an honest Not today: either is one tap."
    assert await state(tx, learner.id) == (SessionState.MISSED, None)
    (edit,) = [row for row in await queued(tx, kind="card", act="edit") if row["key"].startswith("close:")]
    final = await said(tx, edit, at=END)
    assert final is not None
    assert final.rows == ()
    assert "counts as missed" in final.plain


@pytest.mark.parametrize("outcome", list(Outcome))
async def test_after_a_tap_there_is_silence(tx: Tx, outcome: Outcome) -> None:
    learner = await learner_with(tx, at=NOON)
    await live_until(tx, SLOT)
    await sessions.answer(tx, learner, outcome, day=DAY, slot="main", at=SLOT + timedelta(minutes=10))
    assert await live_until(tx, END) == []
    assert await state(tx, learner.id) == (SessionState(outcome), None)


async def test_no_evening_reminder_for_an_evening_slot_or_in_quiet_hours(tx: Tx) -> None:
    await learner_with(tx, "1", at=NOON, wall=time(18))
    heard = await live_until(tx, utc("2026-05-05 03:00"))
    assert len(heard) == 2


async def test_later_asks_once_at_that_time_and_not_after_a_check_in(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await live_until(tx, SLOT)
    until = await sessions.postpone(tx, learner, Later.WORK, day=DAY, slot="main", at=SLOT + timedelta(minutes=5))
    assert until == utc("2026-05-05 18:00")
    assert await live_until(tx, utc("2026-05-05 17:59")) == []
    assert await live_until(tx, utc("2026-05-05 18:00")) == ["You asked me to come back about now. Limits is where you left it."]
    await checkins.log(tx, learner, "45m", source="u1", at=utc("2026-05-05 18:50"))
    assert await live_until(tx, END) == []


async def test_later_twice_never_makes_more_than_was_asked_for(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await live_until(tx, utc("2026-05-05 07:45"))  # card and nudge
    await sessions.postpone(tx, learner, Later.WORK, day=DAY, slot="main", at=utc("2026-05-05 07:50"))
    heard = await live_until(tx, END)
    assert len(heard) == 1  # the reminder; the evening's would be the fourth


async def test_who_has_started_is_not_nudged_but_asked_in_the_evening(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await live_until(tx, SLOT)
    await sessions.start(tx, learner, day=DAY, slot="main", at=SLOT + timedelta(minutes=2))
    assert await live_until(tx, END) == ["You started at 07:02, and then it went quiet. How did it go?"]


async def test_a_nudge_two_hours_late_is_dropped(tx: Tx) -> None:
    await learner_with(tx, at=NOON)
    await live_until(tx, SLOT)
    await fire(tx, SLOT + timedelta(hours=2, minutes=46))
    assert await deliver(tx, at=SLOT + timedelta(hours=3)) == []
    assert len(await live_until(tx, END)) == 1  # the evening's


async def test_an_undelivered_card_excuses_at_the_end(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await fire(tx, SLOT)
    await fire(tx, END)
    await fire(tx, END)
    assert await state(tx, learner.id) == (SessionState.EXCUSED, "undelivered")


async def test_a_bot_that_was_deaf_before_the_end_excuses(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await live_until(tx, utc("2026-05-05 20:00"))
    await pulse.heard(tx, "telegram", at=utc("2026-05-05 22:00"))
    await pulse.heard(tx, "telegram", at=utc("2026-05-06 09:00"))
    await fire(tx, utc("2026-05-06 09:00"))
    assert await state(tx, learner.id) == (SessionState.EXCUSED, "outage")


async def test_a_day_whose_timer_was_replaced_is_closed_by_the_next(tx: Tx) -> None:
    """After an outage the next morning's slot may come before the night's end was judged."""
    learner = await learner_with(tx, at=NOON)
    await live_until(tx, utc("2026-05-05 20:00"))

    taken = await timers.take(tx, at=utc("2026-05-06 07:00"), limit=10, judging=("day",))
    await slots_due(tx, taken, utc("2026-05-06 07:00"))
    await deliver(tx, at=utc("2026-05-06 07:00"))
    await live_until(tx, utc("2026-05-06 07:45"))
    assert await state(tx, learner.id) == (SessionState.MISSED, None)
    assert await state(tx, learner.id, date(2026, 5, 6)) == (SessionState.PLANNED, None)


async def test_a_day_ends_at_three_in_the_night(tx: Tx) -> None:
    learner = await learner_with(tx, at=NOON)
    await live_until(tx, SLOT)
    made = await sessions.answer(tx, learner, Outcome.DONE, day=DAY, slot="main", at=END - timedelta(seconds=1))
    assert made.day == DAY
    with pytest.raises(Refused):
        await sessions.answer(tx, learner, Outcome.PARTLY, day=DAY, slot="main", at=END)
    late = await checkins.log(tx, learner, "20m", source="u9", at=END - timedelta(seconds=1))
    fresh = await checkins.log(tx, learner, "20m", source="u10", at=END)
    assert (late.day, fresh.day) == (DAY, date(2026, 5, 6))
