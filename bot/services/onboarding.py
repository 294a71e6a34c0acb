"""A home in under a minute: the questions of /start, one after the other or one alone; the state is a dialogue's row."""

import re
from dataclasses import replace
from datetime import datetime, time
from typing import Final

from bot.domain.notices import Notice
from bot.domain.notices.people import (
    AskConsent,
    AskDays,
    AskPlace,
    AskPlan,
    AskSlot,
    AskZone,
    ConsentSet,
    PlaceFound,
    SlotSet,
    TemplateOffered,
    ZoneUnknown,
)
from bot.domain.people import Consent, Group, Learner
from bot.services import groups, places, plan_templates, plans, slots
from bot.services.homes import home, main_slot, zone_set
from bot.services.setup import START, WORKING_DAYS, Setup, Step, pack, present
from bot.store import groups as group_rows
from bot.store import people
from bot.store.database import Tx
from bot.store.people import Dialogue

_OFFSET: Final = re.compile(r"\s*(?:utc|gmt|z|мск)?\s*[+\-−–]\s*\d{1,2}(?:[:.]?\d{2})?\s*", re.IGNORECASE)


# --- beginning ------------------------------------------------------------------------------------------------------------
async def begin(tx: Tx, learner: Learner, *, group: Group | None = None, at: datetime) -> Notice:
    """What /start says: the first question that is open, the one in which /start was left, or the home.

    With `group` the learner came by its Join link: they join it, and are asked last what it may see.
    """
    if group is not None:
        await groups.join(tx, learner, group, at=at)
    before = await present(tx, learner)
    if before is not None and not before.alone:
        return await _put(tx, learner, _with_group(before, group), at=at)
    steps = await _open_steps(tx, learner, group)
    if not steps:
        await people.change(tx, learner.id, onboarded=True)
        return await stop(tx, learner, at=at)
    first = await _put(tx, learner, Setup(steps, steps[0], group=group.id if group else None), at=at)
    return replace(first, opening=True) if isinstance(first, AskZone) else first


async def ask(tx: Tx, learner: Learner, step: Step, *, at: datetime) -> Notice:
    """One question alone, to change what is set: zone or slot. A slot asked for without a zone asks for the zone first."""
    first = Step.ZONE if learner.zone is None else step
    steps = tuple(one for one in (Step.ZONE, Step.SLOT, Step.DAYS) if one is first or one is step)
    steps += (Step.DAYS,) if step is Step.SLOT else ()
    return await _put(tx, learner, Setup(steps, first, alone=True, days=await _days(tx, learner)), at=at)


async def repeat(tx: Tx, learner: Learner, *, at: datetime) -> Notice:
    """The present question again; the home where there is none."""
    setup = await present(tx, learner)
    return await (home(tx, learner, fresh=False, at=at) if setup is None else question(tx, learner, setup))


async def _open_steps(tx: Tx, learner: Learner, group: Group | None) -> tuple[Step, ...]:
    missing: list[Step] = []
    if not learner.onboarded:
        missing += [Step.ZONE] if learner.zone is None else []
        missing += [Step.SLOT, Step.DAYS] if await main_slot(tx, learner) is None else []
        missing += [Step.PLAN] if await plans.active_plan(tx, learner.id) is None else []
    return (*missing, Step.CONSENT) if group else tuple(missing)


def _with_group(setup: Setup, group: Group | None) -> Setup:
    if group is None:
        return setup
    steps = tuple(step for step in setup.steps if step is not Step.CONSENT)
    return replace(setup, steps=(*steps, Step.CONSENT), group=group.id)


def find_places(said: str) -> AskPlace | ZoneUnknown:
    """The places that `said` may mean, to be confirmed by the time there; ZoneUnknown for none, and for offsets."""
    found = places.suggest(said)
    if found:
        return AskPlace(tuple(PlaceFound(one.name, one.country, one.zone) for one in found))
    return ZoneUnknown(said[: places.MAX_QUERY], offset=_OFFSET.fullmatch(said) is not None)


# --- going on and back ----------------------------------------------------------------------------------------------------
async def skip(tx: Tx, learner: Learner, *, at: datetime) -> Notice:
    """Leave the present question as it is and go on; at the end, or outside of the questions, the home."""
    setup = await present(tx, learner)
    return await (home(tx, learner, fresh=False, at=at) if setup is None else _next(tx, learner, setup, at=at))


async def back(tx: Tx, learner: Learner, *, at: datetime) -> Notice:
    """The question before; the home where there is none."""
    setup = await present(tx, learner)
    if setup is None:
        return await home(tx, learner, fresh=False, at=at)
    steps = setup.reachable(learner)
    index = steps.index(setup.step)
    if index == 0:
        return await stop(tx, learner, at=at) if setup.alone else await question(tx, learner, setup)
    return await _put(tx, learner, replace(setup, step=steps[index - 1]), at=at)


async def stop(tx: Tx, learner: Learner, *, at: datetime) -> Notice:
    """Leave the questions; what was answered stays."""
    if await present(tx, learner) is not None:
        await people.end_dialogue(tx, learner.id)
    return await home(tx, learner, fresh=False, at=at)


async def choose_zone(tx: Tx, learner: Learner, zone: str, *, at: datetime) -> Notice:
    """Set the zone and go on; outside of the questions just set it. Refused (ZoneUnknown) for a zone we do not offer."""
    moved = await slots.change_zone(tx, learner, zone, at=at)
    setup = await present(tx, moved)
    if setup is not None and setup.step is Step.ZONE:
        last = setup.reachable(moved)[-1] is Step.ZONE
        if not (setup.alone and last):
            return await _next(tx, moved, setup, at=at)
        await people.end_dialogue(tx, moved.id)
    return await zone_set(tx, moved, at=at)


async def choose_wall(tx: Tx, learner: Learner, wall: time, *, at: datetime) -> Notice:
    """Take the time of the slot and ask for the days."""
    setup = await present(tx, learner)
    if setup is None or Step.DAYS not in setup.steps:
        setup = Setup((Step.SLOT, Step.DAYS), Step.SLOT, alone=True, days=await _days(tx, learner))
    return await _put(tx, learner, replace(setup, wall=wall, step=Step.DAYS), at=at)


async def tick_days(tx: Tx, learner: Learner, days: frozenset[int], *, at: datetime) -> Notice | None:
    """Tick or untick each of `days`; None outside of the question."""
    setup = await present(tx, learner)
    if setup is None or setup.step is not Step.DAYS:
        return None
    return await _put(tx, learner, replace(setup, days=setup.days ^ days), at=at)


async def choose_days(tx: Tx, learner: Learner, days: frozenset[int] | None = None, *, at: datetime) -> Notice | None:
    """Set the slot on `days` (those ticked by default) and go on; None outside of the question or without a single day."""
    setup = await present(tx, learner)
    chosen = days if days is not None else setup.days if setup else frozenset()
    if setup is None or setup.step is not Step.DAYS or setup.wall is None or not chosen:
        return None
    return await choose_slot(tx, learner, setup.wall, chosen, at=at)


async def choose_slot(tx: Tx, learner: Learner, wall: time, days: frozenset[int], *, at: datetime) -> Notice:
    """Set the slot and go on; outside of the questions just set it. Refused (ZoneFirst) without a zone."""
    slot = await slots.set_slot(tx, learner, wall=wall, weekdays=days, at=at)
    setup = await present(tx, learner)
    if setup is not None and setup.step in {Step.SLOT, Step.DAYS}:
        if not setup.alone:
            return await _next(tx, learner, replace(setup, step=Step.DAYS, wall=wall, days=days), at=at)
        await people.end_dialogue(tx, learner.id)
    next_at = await slots.next_card(tx, learner, slot, at=at)
    return SlotSet(slot.wall, tuple(sorted(slot.weekdays)), slot.zone, next_at)


async def plan_chosen(tx: Tx, learner: Learner, *, at: datetime) -> Notice | None:
    """A plan is in use now: the next question, None if it was not /start that asked for one."""
    setup = await present(tx, learner)
    return await _next(tx, learner, setup, at=at) if setup is not None and setup.step is Step.PLAN else None


async def choose_consent(tx: Tx, learner: Learner, group: Group, consent: Consent, *, at: datetime) -> Notice:
    """Set what a group sees, and end /start if this was its last question."""
    await groups.choose_consent(tx, learner, group, consent, at=at)
    setup = await present(tx, learner)
    if setup is not None and setup.step is Step.CONSENT and setup.group == group.id and len(setup.steps) > 1:
        return await _next(tx, learner, setup, at=at)
    if setup is not None and setup.step is Step.CONSENT:
        await people.end_dialogue(tx, learner.id)
    return ConsentSet(group.id, group.title, consent)


async def _next(tx: Tx, learner: Learner, setup: Setup, *, at: datetime) -> Notice:
    steps = setup.reachable(learner)
    rest = steps[steps.index(setup.step) + 1 :]
    if rest:
        return await _put(tx, learner, replace(setup, step=rest[0]), at=at)
    await people.end_dialogue(tx, learner.id)
    if setup.alone:
        return await home(tx, learner, fresh=False, at=at)
    await people.change(tx, learner.id, onboarded=True)
    return await home(tx, learner, fresh=True, at=at)


# --- the questions --------------------------------------------------------------------------------------------------------
async def _put(tx: Tx, learner: Learner, setup: Setup, *, at: datetime) -> Notice:
    """Write where the questions stand and return the present one."""
    state = Dialogue(START, setup.step, pack(setup), message_key(learner))
    await people.set_dialogue(tx, learner.id, state, at=at)
    return await question(tx, learner, setup)


def message_key(learner: Learner) -> str:
    """The shown message in which the questions stand."""
    return f"start:{learner.id}"


async def question(tx: Tx, learner: Learner, setup: Setup) -> Notice:
    """The present question as a notice."""
    frame = setup.frame(learner)
    group = await group_rows.get(tx, setup.group) if setup.group else None
    match setup.step:
        case Step.ZONE:
            return AskZone(frame, learner.zone, group.title if group else None)
        case Step.SLOT:
            slot = await main_slot(tx, learner)
            days = tuple(sorted(slot.weekdays)) if slot else ()
            return AskSlot(frame, learner.clock_zone, slot.wall if slot else None, days)
        case Step.DAYS:
            return AskDays(frame, setup.wall or time(7), tuple(sorted(setup.days)))
        case Step.PLAN:
            return AskPlan(frame, tuple(TemplateOffered(one.key, one.title) for one in plan_templates.templates()))
        case Step.CONSENT:
            if group is None:
                raise LookupError("consent is asked for a group")
            member = await people.membership(tx, learner_id=learner.id, group_id=group.id)
            return AskConsent(group.id, group.title, member.consent if member else None, frame)


async def _days(tx: Tx, learner: Learner) -> frozenset[int]:
    """The days a new time would hold on: those of the slot that is set, else the working days."""
    slot = await main_slot(tx, learner)
    return slot.weekdays if slot else WORKING_DAYS
