"""Setting when one studies."""

from datetime import date, datetime, time

from bot.domain.calendar import canonical_zone, next_slot, study_day
from bot.domain.errors import Refused
from bot.domain.notices.people import ZoneFirst, ZoneUnknown
from bot.domain.people import MAIN, Learner, Slot
from bot.domain.rest import Pause
from bot.store import pauses, people, slot_days, slots, timers
from bot.store.database import Tx
from bot.store.timers import Timer


async def set_slot(tx: Tx, learner: Learner, *, wall: time, weekdays: frozenset[int], at: datetime, kind: str = MAIN) -> Slot:
    """Set a learner's slot and the timer of its next occurrence; never a second card on one study day.

    Refused (ZoneFirst) while the learner's zone is unknown: 07:00 nowhere is no time.
    """
    if learner.zone is None:
        raise Refused(ZoneFirst(wall))
    slot = await slots.set_slot(tx, learner_id=learner.id, kind=kind, wall=wall, weekdays=weekdays, zone=learner.zone)
    await wind(tx, learner, slot, at=at)
    return slot


async def change_zone(tx: Tx, learner: Learner, zone: str, *, at: datetime) -> Learner:
    """Move a learner, and their slots, to another zone; promises already made keep theirs.

    `zone` is an IANA key in any case; Refused (ZoneUnknown) if it is none we offer.
    """
    key = canonical_zone(zone)
    if key is None:
        raise Refused(ZoneUnknown(said=zone))
    await people.change(tx, learner.id, zone=key)
    moved = await people.get(tx, learner.id)
    await slots.set_zone(tx, learner_id=learner.id, zone=key)
    for slot in await slots.of_learner(tx, learner.id):
        await wind(tx, moved, slot, at=at)
    return moved


async def next_card(tx: Tx, learner: Learner, slot: Slot, *, at: datetime) -> datetime | None:
    """When the next card comes: a day that is checked in already has its session at the slot, but no card; nor has a pause."""
    session = await slot_days.last_day(tx, learner_id=learner.id, slot=slot.kind)
    checkin = await slot_days.last_checkin_day(tx, learner_id=learner.id)
    last = max((day for day in (session, checkin) if day is not None), default=None)
    today = study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)
    away = (await pauses.not_over(tx, [learner.id], since=today)).get(learner.id, ())
    return _after_day(learner, slot, last, at=at, away=away)


def _after_day(learner: Learner, slot: Slot, last: date | None, *, at: datetime, away: tuple[Pause, ...] = ()) -> datetime | None:
    """The slot's first occurrence after `at` on a study day after `last` that is in no pause; None while one has no end."""
    after = at
    while found := next_slot(after, wall=slot.wall, weekdays=slot.weekdays, zone=slot.zone, day_ends=learner.day_ends):
        day, instant = found
        if any(one.last is None and one.covers(day) for one in away):
            return None
        if (last is None or day > last) and not any(one.covers(day) for one in away):
            return instant
        after = instant
    return None


async def wind(tx: Tx, learner: Learner, slot: Slot, *, at: datetime) -> None:
    """Set the timer of the slot's next occurrence on a study day that has had no session of it."""
    last = await slot_days.last_day(tx, learner_id=learner.id, slot=slot.kind)
    due_at = _after_day(learner, slot, last, at=at)
    if due_at is None:
        await timers.drop(tx, kind="slot", subjects=[slot.id])
    else:
        await timers.put(tx, [Timer("slot", slot.id, due_at)])
