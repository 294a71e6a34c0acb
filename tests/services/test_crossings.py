"""A forecast that falls behind a date: said once, in private, never in quiet hours or as the fourth message of a day."""

from datetime import datetime, time, timedelta

import pytest

from bot.domain.checkins import Outcome
from bot.domain.days import Stage, Step
from bot.domain.people import SECOND, Learner
from bot.domain.plans import CountScope, CountUnit
from bot.services import crossings, plans, slots
from bot.services.card_keys import day_timer
from bot.store import checkins, people, timers
from bot.store import commitments as promises
from bot.store import plans as plan_rows
from bot.store.database import Tx
from bot.store.timers import Timer
from tests.services.promising import MONDAY, Shown, Street
from tests.services.studying import CALCULUS
from tests.statements import overheard

DAY = timedelta(days=1)
WARNING = "It does not fit yet"


@pytest.fixture
def street(tx: Tx) -> Street:
    return Street(tx)


async def studied(tx: Tx, learner: Learner, at: datetime, *, days: int, every: int = 1) -> None:
    """Check-ins of an hour on every so manieth of the days before `at`."""
    for number in range(1, days + 1, every):
        when = at - number * DAY
        await checkins.add(
            tx,
            learner_id=learner.id,
            source=f"c{learner.id}:{when.date()}",
            day=when.date(),
            outcome=Outcome.DONE,
            minutes=60,
            module_id=None,
            note="",
            links=(),
            photo=None,
            late=False,
            at=when,
        )


async def promised(street: Street, learner: Learner, words: str, *, account: str = "1") -> int:
    """A published promise."""
    await street.say(account, f"/commit {words}")
    await street.press(account, "Publish")
    return (await street.promises(learner))[-1].id


def warnings(street: Street, account: str = "1") -> list[Shown]:
    return [one for one in street.chats[account] if WARNING in one.text]


async def slow(street: Street, tx: Tx) -> Learner:
    """Ann studies every other day, and promises twice as much."""
    ann = await street.person("1", "Ann")
    await studied(tx, ann, street.at, days=28, every=2)
    await promised(street, ann, "25 sessions by 30 June")
    return ann


# --- said ------------------------------------------------------------------------------------------------------------
async def test_it_is_said_in_the_evening_with_three_ways_out(street: Street, tx: Tx) -> None:
    await slow(street, tx)
    await street.until(MONDAY + timedelta(hours=10))
    assert not warnings(street)
    await street.until(MONDAY + timedelta(hours=13))
    (said,) = warnings(street)
    assert said.text.splitlines()[0] == "25 sessions"
    assert "That is after" not in said.text
    assert "At your pace: about" in said.text
    assert "It takes 5.8 sessions a week; of late it was 3.6." in said.text
    assert "still be moved without a slip" in said.text
    assert said.labels == ["Add a slot", "Move it", "The promise"]


async def test_it_is_said_once_however_the_forecast_goes(street: Street, tx: Tx) -> None:
    await slow(street, tx)
    await street.until(MONDAY + 20 * DAY)
    assert len(warnings(street)) == 1


async def test_it_is_said_again_for_another_date(street: Street, tx: Tx) -> None:
    await slow(street, tx)
    await street.until(MONDAY + 1 * DAY)
    await street.press("1", "Move it")
    await street.say("1", "3 July")
    await street.press("1", "Move it")
    await street.until(MONDAY + 3 * DAY)
    (said,) = warnings(street)
    assert "Fri 3 Jul" in said.text, "the first was turned into the move"


async def test_opened_again_it_is_not_said_again(street: Street, tx: Tx) -> None:
    ann = await slow(street, tx)
    await street.until(MONDAY + 1 * DAY)
    await street.press("1", "The promise")
    await street.press("1", "Done")
    await street.press("1", "Undo")
    assert (await street.promises(ann))[0].state == "open"
    await street.until(MONDAY + 3 * DAY)
    assert not warnings(street), "the message itself was turned into the promise"
    assert sum(WARNING in one.text for one in street.chats["1"]) == 0


async def test_on_course_nothing_is_said(street: Street, tx: Tx) -> None:
    ann = await street.person("1", "Ann")
    await studied(tx, ann, street.at, days=28)
    await promised(street, ann, "12 sessions by 30 June")
    await street.until(MONDAY + 5 * DAY)
    assert not warnings(street)


async def test_before_seven_study_days_nothing_is_said(street: Street, tx: Tx) -> None:
    ann = await street.person("1", "Ann")
    await studied(tx, ann, street.at, days=6)
    await promised(street, ann, "200 sessions by 30 June")
    await street.until(MONDAY + 2 * DAY)
    assert not warnings(street)


async def test_words_only_cannot_be_measured(street: Street, tx: Tx) -> None:
    ann = await street.person("1", "Ann")
    await studied(tx, ann, street.at, days=28, every=2)
    made = await promised(street, ann, "swim every day by 30 June")
    assert await timers.find(tx, kind="pace", subject=made) is None
    await street.until(MONDAY + 3 * DAY)
    assert not warnings(street)


# --- not now ----------------------------------------------------------------------------------------------------------
async def test_not_in_quiet_hours(street: Street, tx: Tx) -> None:
    ann = await slow(street, tx)
    await people.change(tx, ann.id, quiet_start=time(17), quiet_end=time(21))
    await street.until(MONDAY + timedelta(hours=13, minutes=40))
    assert not warnings(street)
    await street.until(MONDAY + timedelta(hours=14))
    assert len(warnings(street)) == 1, "21:00 in London"


async def _day(tx: Tx, learner: Learner, *, said: int, stage: Stage = Stage.EVENING) -> None:
    step = Step(stage, MONDAY + timedelta(hours=13))
    await timers.put(tx, [day_timer(learner.id, day=MONDAY.date(), step=step, said=said)])


async def test_never_as_the_fourth_message_of_a_day(street: Street, tx: Tx) -> None:
    ann = await slow(street, tx)
    await _day(tx, ann, said=3, stage=Stage.CLOSE)
    await street.until(MONDAY + timedelta(hours=12))
    assert not warnings(street)
    await street.until(MONDAY + timedelta(hours=36))
    assert len(warnings(street)) == 1, "the next evening"


async def test_the_evening_reminder_gives_way(street: Street, tx: Tx) -> None:
    ann = await slow(street, tx)
    await _day(tx, ann, said=2)
    await street.until(MONDAY + timedelta(hours=12))
    assert len(warnings(street)) == 1
    timer = await timers.find(tx, kind="day", subject=ann.id)
    assert timer is not None
    assert (timer.data["stage"], timer.data["said"]) == (Stage.CLOSE, 3)


async def test_cards_that_are_still_to_come_count(street: Street, tx: Tx) -> None:
    ann = await slow(street, tx)
    await _day(tx, ann, said=2, stage=Stage.CLOSE)
    await slots.set_slot(tx, ann, wall=time(20), weekdays=frozenset({0}), at=street.at, kind=SECOND)
    await street.until(MONDAY + timedelta(hours=12))
    assert not warnings(street)


async def test_not_beside_a_warning_that_the_date_is_near(street: Street, tx: Tx) -> None:
    ann = await street.person("1", "Ann")
    await studied(tx, ann, street.at, days=28, every=2)
    await promised(street, ann, "20 sessions by 9 June 17:00")
    await street.until(MONDAY + timedelta(hours=13))
    assert not warnings(street), "seven days ahead comes tomorrow"
    await street.until(MONDAY + 2 * DAY + timedelta(hours=13))
    assert len(warnings(street)) == 1


async def test_one_a_day_the_soonest_due_first(street: Street, tx: Tx) -> None:
    ann = await slow(street, tx)
    await promised(street, ann, "40 sessions by 5 July")
    await street.until(MONDAY + timedelta(hours=13))
    assert [one.text.splitlines()[0] for one in warnings(street)] == ["25 sessions"]
    await street.until(MONDAY + timedelta(hours=37))
    assert [one.text.splitlines()[0] for one in warnings(street)] == ["25 sessions", "40 sessions"]


async def test_what_is_over_is_not_warned_of(street: Street, tx: Tx) -> None:
    ann = await slow(street, tx)
    (promise,) = await street.promises(ann)
    await street.say("1", "/done 25 sessions")
    assert await timers.find(tx, kind="pace", subject=promise.id) is None
    await street.until(MONDAY + 2 * DAY)
    assert not warnings(street)


# --- the ways out -----------------------------------------------------------------------------------------------------
async def test_what_it_covers_is_shown_beside_the_warning(street: Street, tx: Tx) -> None:
    ann = await street.person("1", "Ann")
    plan = await plans.use_plan(tx, ann, CALCULUS, at=street.at - 30 * DAY)
    await studied(tx, ann, street.at, days=28)
    first = plan.tracks[0].modules[0].id
    assert first is not None
    await plan_rows.set_done(tx, first, day=(street.at - DAY).date(), at=street.at - DAY)
    await promised(street, ann, "finish Calculus 1 by 12 June")
    await street.until(MONDAY + timedelta(hours=13))
    (said,) = warnings(street)
    assert said.labels[0] == "Cover less"
    await street.press("1", "Cover less")
    assert street.last("1").text.startswith("Calculus 1")
    assert WARNING in said.text, "it still stands"
    await street.press("1", "Add a slot")
    assert "second slot" in street.last("1").text


async def test_a_batch_takes_as_many_queries_as_one(street: Street, tx: Tx) -> None:
    counts = []
    for number in (1, 4):
        for account in range(number):
            name = f"{number}{account}"
            learner = await street.person(name, f"P{name}")
            await studied(tx, learner, street.at, days=28, every=2)
            await promised(street, learner, "25 sessions by 30 June", account=name)
        rows = await timers.take(tx, at=MONDAY + 2 * DAY, limit=500)
        street.at = MONDAY + timedelta(hours=12)
        with overheard(tx) as asked:
            await crossings.looks_due(tx, [one for one in rows if one.kind == "pace"], street.at)
        counts.append(len(asked))
        street.at = MONDAY
    assert counts[0] == counts[1]


async def test_after_an_outage_they_are_looked_at_by_turns(street: Street, tx: Tx) -> None:
    late = [Timer("pace", number, MONDAY) for number in range(120)]
    await crossings.looks_due(tx, late, MONDAY)
    put = await timers.find_many(tx, kind="pace", subjects=range(120))
    assert sorted({(one.due_at - MONDAY).seconds for one in put.values()}) == [2, 4]
    assert len(put) == 70


async def test_a_count_of_modules_is_measured_by_modules(tx: Tx, street: Street) -> None:
    ann = await street.person("1", "Ann")
    made = await promised(street, ann, "12 modules by 30 June")
    found = await promises.get(tx, made)
    assert found is not None
    assert found.scope == CountScope(CountUnit.MODULES, 12)
    assert await timers.find(tx, kind="pace", subject=made) is not None
