"""The optional second slot, after work: seeing, setting and dropping it."""

from dataclasses import replace
from datetime import datetime, time

from bot.domain.errors import Refused
from bot.domain.notices.people import SecondSlot, SecondSlotTaken, ZoneFirst
from bot.domain.people import SECOND, Learner, Slot
from bot.services import slots
from bot.services.homes import main_slot
from bot.services.setup import WORKING_DAYS
from bot.store import slots as rows
from bot.store import timers
from bot.store.database import Tx


async def present(tx: Tx, learner: Learner) -> Slot | None:
    """The second slot, if there is one."""
    return next((one for one in await rows.of_learner(tx, learner.id) if one.kind == SECOND), None)


async def show(tx: Tx, learner: Learner, *, at: datetime) -> SecondSlot:
    """The second slot as it is, with what can be done about it. Refused (ZoneFirst) without a zone."""
    if learner.zone is None:
        raise Refused(ZoneFirst())
    slot = await present(tx, learner)
    if slot is None:
        return SecondSlot(None, tuple(sorted(await _usual_days(tx, learner))), learner.zone, None)
    next_at = await slots.next_card(tx, learner, slot, at=at)
    return SecondSlot(slot.wall, tuple(sorted(slot.weekdays)), slot.zone, next_at)


async def choose(tx: Tx, learner: Learner, wall: time | None, days: frozenset[int] | None, *, at: datetime) -> SecondSlot | None:
    """Set it; a time or days left out stay as they are, or are the main slot's days. None where there is no time to keep.

    Refused where the main slot has that time on one of the days, and (ZoneFirst) without a zone.
    """
    before, main = await present(tx, learner), await main_slot(tx, learner)
    time_of_day = wall or (before.wall if before else None)
    if time_of_day is None:
        return None
    weekdays = days or (before.weekdays if before else await _usual_days(tx, learner))
    if main is not None and main.wall == time_of_day and main.weekdays & weekdays:
        raise Refused(SecondSlotTaken(time_of_day))
    await slots.set_slot(tx, learner, wall=time_of_day, weekdays=weekdays, at=at, kind=SECOND)
    return await show(tx, learner, at=at)


async def drop(tx: Tx, learner: Learner, *, at: datetime) -> SecondSlot:
    """Do without it from now on; what it was for stays counted."""
    slot = await present(tx, learner)
    if slot is not None:
        await timers.drop(tx, kind="slot", subjects=[slot.id])
        await rows.drop(tx, learner_id=learner.id, kind=SECOND)
    return replace(await show(tx, learner, at=at), dropped=slot is not None)


async def _usual_days(tx: Tx, learner: Learner) -> frozenset[int]:
    main = await main_slot(tx, learner)
    return main.weekdays if main else WORKING_DAYS
