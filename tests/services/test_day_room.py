"""At most three private messages a day about studying: cards, reminders and warnings of a near date are counted together."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from bot.domain.people import MAIN, SECOND
from bot.services import slots
from bot.store import people, timers
from bot.store.database import Tx
from bot.store.schema import outbox
from tests.services.promising import MONDAY, Street
from tests.services.studying import EVERY_DAY

NEAR = "three honest ways out"
STUDYING = ("card", "nudge", "PromisesNear", "crossed")


@pytest.fixture
def street(tx: Tx) -> Street:
    return Street(tx)


async def home(street: Street, *walls: int) -> None:
    """Ann, at home in London, with a slot or two on every day."""
    ann = await street.person("1", "Ann")
    for kind, hour in zip((MAIN, SECOND), walls, strict=False):
        await slots.set_slot(street.tx, ann, wall=time(hour), weekdays=EVERY_DAY, at=street.at, kind=kind)


async def promise(street: Street, by: str) -> None:
    await street.say("1", f"/commit swim the lake by {by}")
    await street.press("1", "Publish")


async def said(tx: Tx, day: date) -> list[str]:
    """What was said to Ann on a day of London's summer, in order; her commands' answers left out."""
    rows = await tx.execute(select(outbox).where(outbox.c.act == "send", outbox.c.group_id.is_(None)).order_by(outbox.c.due_at))
    hour = timedelta(hours=1)
    return [row["kind"] for row in rows.mappings() if row["kind"] in STUDYING and (row["due_at"] + hour).date() == day]


async def test_the_evening_reminder_gives_way_to_a_warning(street: Street) -> None:
    await home(street, 7)
    await promise(street, "9 June 18:00")
    await street.until(datetime(2026, 6, 3, 2, tzinfo=UTC))
    assert await said(street.tx, date(2026, 6, 2)) == ["card", "nudge", "PromisesNear"]


async def test_a_warning_before_the_first_card_is_counted_with_it(street: Street) -> None:
    await home(street, 15)
    await promise(street, "9 June 12:00")
    await street.until(datetime(2026, 6, 3, 2, tzinfo=UTC))
    assert await said(street.tx, date(2026, 6, 2)) == ["PromisesNear", "card", "nudge"], "none in the evening"


async def test_beside_a_second_slot_the_nudge_gives_way(street: Street) -> None:
    await home(street, 10, 19)
    await promise(street, "9 June 09:00")
    await street.until(datetime(2026, 6, 3, 2, tzinfo=UTC))
    assert await said(street.tx, date(2026, 6, 2)) == ["PromisesNear", "card", "card"]


async def test_after_three_messages_a_warning_waits_for_the_morning(street: Street) -> None:
    await home(street, 7)
    await promise(street, "9 June 21:00")
    await street.until(datetime(2026, 6, 4, 2, tzinfo=UTC))
    assert await said(street.tx, date(2026, 6, 2)) == ["card", "nudge", "nudge"]
    assert await said(street.tx, date(2026, 6, 3)) == ["card", "nudge", "PromisesNear"]
    (warned,) = [one.text for one in street.chats["1"] if NEAR in one.text]
    assert "in 6 days." in warned


async def test_on_full_days_the_cards_are_all_that_is_said(street: Street) -> None:
    await home(street, 6, 19)
    await promise(street, "7 June 12:00")
    await street.until(datetime(2026, 6, 7, 10, 59, tzinfo=UTC))
    assert not [one for one in street.chats["1"] if NEAR in one.text]
    await street.until(datetime(2026, 6, 7, 11, 1, tzinfo=UTC))
    assert "Is it done?" in street.last("1").text


async def test_without_a_slot_every_warning_is_said(street: Street) -> None:
    await home(street)
    await promise(street, "9 June 12:00")
    await street.until(datetime(2026, 6, 9, 10, tzinfo=UTC))
    assert len([one for one in street.chats["1"] if NEAR in one.text]) == 3


async def test_two_promises_near_are_one_message_and_counted_once(street: Street) -> None:
    await home(street, 7)
    await promise(street, "9 June 09:00")
    await promise(street, "9 June 14:00")
    await street.until(datetime(2026, 6, 2, 14, tzinfo=UTC))
    ann = await people.get_many(street.tx, [1])
    timer = await timers.find(street.tx, kind="day", subject=next(iter(ann)))
    assert timer is not None
    assert timer.data["said"] == 3, "a card, a nudge, a warning"


async def test_no_day_has_more_than_three(street: Street) -> None:
    await home(street, 9, 20)
    for hour in ("06:30", "10:00", "13:00", "19:30", "21:30"):
        await promise(street, f"12 June {hour}")
    await street.until(datetime(2026, 6, 13, tzinfo=UTC))
    days = [MONDAY.date() + timedelta(days=n) for n in range(12)]
    counted = Counter({day: len(await said(street.tx, day)) for day in days})
    assert max(counted.values()) <= 3, counted
