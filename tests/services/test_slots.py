"""Slots: set in a zone, wound for the next occurrence, and never two cards on one study day."""

from datetime import UTC, date, datetime, time

import pytest

from bot.domain.checkins import SessionState
from bot.domain.errors import Refused
from bot.domain.notices.people import ZoneFirst, ZoneUnknown
from bot.domain.people import MAIN, Learner
from bot.services import slots
from bot.store import people, timers
from bot.store import slots as slot_rows
from bot.store.database import Tx, add
from bot.store.schema import sessions

EVERY_DAY = frozenset(range(7))
WORKING = frozenset(range(5))


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def _learner(tx: Tx, zone: str | None = "Europe/London") -> Learner:
    at = _at("2026-05-01 06:00")
    made = await people.add_learner(tx, platform="telegram", account="1", name="Ann", username=None, language="en", at=at)
    return await slots.change_zone(tx, made, zone, at=at) if zone else made


async def _due(tx: Tx, slot_id: int) -> datetime | None:
    timer = await timers.find(tx, kind="slot", subject=slot_id)
    return timer.due_at if timer else None


async def _session(tx: Tx, learner: Learner, day: date) -> None:
    due_at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
    await add(tx, sessions, learner_id=learner.id, slot=MAIN, day=day, state=SessionState.PLANNED, due_at=due_at)


async def test_a_slot_is_wound_for_its_next_occurrence_strictly_ahead(tx: Tx) -> None:
    learner = await _learner(tx)
    before = await slots.set_slot(tx, learner, wall=time(7), weekdays=WORKING, at=_at("2026-05-08 05:59"))
    assert await _due(tx, before.id) == _at("2026-05-08 06:00")  # Friday, 07:00 in London
    same = await slots.set_slot(tx, learner, wall=time(7), weekdays=WORKING, at=_at("2026-05-08 06:00"))
    assert same.id == before.id
    assert await _due(tx, same.id) == _at("2026-05-11 06:00")


async def test_a_slot_moved_after_its_card_comes_again_on_another_day(tx: Tx) -> None:
    learner = await _learner(tx)
    await _session(tx, learner, date(2026, 5, 5))
    slot = await slots.set_slot(tx, learner, wall=time(12), weekdays=EVERY_DAY, at=_at("2026-05-05 06:30"))
    assert await _due(tx, slot.id) == _at("2026-05-06 11:00")


@pytest.mark.parametrize(
    ("zone", "due"),
    [("America/New_York", "2026-05-06 11:00"), ("Asia/Tokyo", "2026-05-05 22:00"), ("Pacific/Kiritimati", "2026-05-05 17:00")],
)
async def test_travel_never_yields_two_cards_on_one_study_day(tx: Tx, zone: str, due: str) -> None:
    learner = await _learner(tx)
    await slots.set_slot(tx, learner, wall=time(7), weekdays=EVERY_DAY, at=_at("2026-05-04 12:00"))
    await _session(tx, learner, date(2026, 5, 5))
    moved = await slots.change_zone(tx, learner, zone, at=_at("2026-05-05 07:00"))
    (slot,) = await slot_rows.of_learner(tx, learner.id)
    assert (moved.zone, slot.zone) == (zone, zone)
    assert await _due(tx, slot.id) == _at(due)


async def test_a_slot_without_a_zone_is_refused(tx: Tx) -> None:
    with pytest.raises(Refused) as refused:
        await slots.set_slot(tx, await _learner(tx, None), wall=time(7), weekdays=WORKING, at=_at("2026-05-05 06:00"))
    assert refused.value.notice == ZoneFirst(time(7))


@pytest.mark.parametrize("zone", ["Narnia", "UTC+3", "Etc/GMT-3", "", "../etc/passwd", "x" * 4000])
async def test_a_zone_we_do_not_know_is_refused(tx: Tx, zone: str) -> None:
    with pytest.raises(Refused) as refused:
        await slots.change_zone(tx, await _learner(tx), zone, at=_at("2026-05-05 06:00"))
    assert refused.value.notice == ZoneUnknown(zone)


async def test_a_zone_is_known_whatever_its_case(tx: Tx) -> None:
    moved = await slots.change_zone(tx, await _learner(tx), "europe/paris", at=_at("2026-05-05 06:00"))
    assert moved.zone == "Europe/Paris"
