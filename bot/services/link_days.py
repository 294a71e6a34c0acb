"""The study days of two learners who become one, and two again: one card a day, and no day counted against anybody."""

from datetime import date, datetime
from typing import Any

from bot.domain.calendar import study_day
from bot.domain.checkins import SessionState
from bot.domain.days import Became, Reason, ends_at
from bot.domain.notices.links import CardMoved
from bot.domain.people import MAIN, SECOND, Learner, Slot
from bot.services import cards, returns, slots
from bot.services.card_keys import card_key
from bot.services.facts import pack
from bot.services.sessions import settle_days
from bot.store import link_moves, outbox, pauses, people, sessions, timers
from bot.store import slots as slot_rows
from bot.store.database import Tx
from bot.store.outbox import Act, Lane, Outgoing
from bot.store.timers import Timer


async def join(tx: Tx, dormant: Learner, into: Learner, *, at: datetime) -> None:
    """Stop the dormant learner's clock; give the other what that one lacks of it, and the sessions that were kept.

    Sessions that were missed, and those of a day and slot that both have, stay behind.
    """
    await _stop(tx, dormant)
    await _rest_alike(tx, dormant, into, at=at)
    if into.zone is None and dormant.zone is not None:
        await link_moves.note(tx, dormant.id, "zone", {into.id: {"zone": dormant.zone}})
        await people.change(tx, into.id, zone=dormant.zone)
    if not await slot_rows.of_learner(tx, into.id):
        await _lend_slots(tx, dormant, into)
    kept = await link_moves.kept_alone(tx, dormant.id, beside=into.id)
    await link_moves.note(tx, dormant.id, "session", {one: {} for one in kept})
    await link_moves.give(tx, dormant.id, "session", owner=dormant.id, to=into.id)
    changed = await settle_days(tx, await people.get(tx, into.id), await link_moves.days(tx, dormant.id), at=at)
    notes = {one.id: {"was": [one.state, one.reason], "set": [now.state, now.reason]} for one, now in changed.items()}
    await link_moves.note(tx, dormant.id, "fate", notes)


async def _rest_alike(tx: Tx, dormant: Learner, into: Learner, *, at: datetime) -> None:
    """Let the one who goes on have the other's breaks and sick days. Silent on one account only is not silent: that one is back.

    An automatic pause stays behind; that it ended is not undone, for nobody can go back to having been silent.
    """
    await link_moves.note(tx, dormant.id, "pause", {one: {} for one in await link_moves.chosen_pauses(tx, dormant.id)})
    await link_moves.give(tx, dormant.id, "pause", owner=dormant.id, to=into.id)
    if not await pauses.open_ones(tx, dormant.id):
        await returns.come_back(tx, into, at=at)


async def part(tx: Tx, dormant: Learner, into: Learner, *, at: datetime) -> None:
    """Give the sessions back and start the clock again; called when the check-ins are back. Days spent as one are excused."""
    await link_moves.give(tx, dormant.id, "session", owner=into.id, to=dormant.id)
    await link_moves.give(tx, dormant.id, "pause", owner=into.id, to=dormant.id)
    fates = await link_moves.noted(tx, dormant.id, "fate")
    now = await sessions.get_many(tx, list(fates))
    same = [one for one in now if fates[one.id]["set"] == [one.state, one.reason]]
    await sessions.become(tx, {one.id: _unpack(fates[one.id]["was"]) for one in same})
    touched = await link_moves.days(tx, dormant.id) & await link_moves.touched(tx, dormant.id, beside=into.id)
    for learner in (dormant, into):
        await settle_days(tx, learner, touched, at=at)
    await _excuse(tx, dormant, into, {one.id for one in same}, at=at)
    await _take_slots_back(tx, dormant, into)
    await _start(tx, dormant, at=at)


async def _excuse(tx: Tx, dormant: Learner, into: Learner, put_back: set[int], *, at: datetime) -> None:
    """Excuse what nobody was asked about while the two were one: the dormant one's days, and days that the other answered for."""
    open_ones = await sessions.still_planned(tx, [dormant.id, into.id])
    theirs = {dormant.id: dormant, into.id: into}
    over = [one for one in open_ones if at >= ends_at(theirs[one.learner_id], one.day)]
    unasked = [one.id for one in over if one.learner_id == dormant.id or one.id in put_back]
    await sessions.change(tx, unasked, state=SessionState.EXCUSED, reason=Reason.LINKED)


# --- the clock --------------------------------------------------------------------------------------------------------
async def _stop(tx: Tx, learner: Learner) -> None:
    ids = [slot.id for slot in await slot_rows.of_learner(tx, learner.id)]
    for kind, subjects in (("slot", ids), ("day", [learner.id])):
        found = [await timers.find(tx, kind=kind, subject=one) for one in subjects]
        notes = {one.subject: {"due_at": one.due_at.isoformat(), "data": one.data} for one in found if one is not None}
        await link_moves.note(tx, learner.id, f"timer.{kind}", notes)
        await timers.drop(tx, kind=kind, subjects=subjects)


async def _start(tx: Tx, learner: Learner, *, at: datetime) -> None:
    """Set the timers as they were, or, where their time has passed, those of the next occurrence."""
    theirs = {slot.id: slot for slot in await slot_rows.of_learner(tx, learner.id)}
    for slot_id, was in (await link_moves.noted(tx, learner.id, "timer.slot")).items():
        due_at = datetime.fromisoformat(was["due_at"])
        if due_at > at:
            await timers.put(tx, [Timer("slot", slot_id, due_at, was["data"])])
        elif slot_id in theirs:
            await slots.wind(tx, learner, theirs[slot_id], at=at)
    for was in (await link_moves.noted(tx, learner.id, "timer.day")).values():
        if date.fromisoformat(was["data"]["day"]) == _today(learner, at=at):
            await timers.put(tx, [Timer("day", learner.id, datetime.fromisoformat(was["due_at"]), was["data"])])


async def _lend_slots(tx: Tx, dormant: Learner, into: Learner) -> None:
    """Let a learner without any slot have the other's, from their next occurrence on."""
    due = await link_moves.noted(tx, dormant.id, "timer.slot")
    for slot in await slot_rows.of_learner(tx, dormant.id):
        made = await slot_rows.set_slot(
            tx, learner_id=into.id, kind=slot.kind, wall=slot.wall, weekdays=slot.weekdays, zone=slot.zone
        )
        await link_moves.note(tx, dormant.id, "slot", {made.id: _pack(made)})
        if slot.id in due:
            await timers.put(tx, [Timer("slot", made.id, datetime.fromisoformat(due[slot.id]["due_at"]))])


async def _take_slots_back(tx: Tx, dormant: Learner, into: Learner) -> None:
    """Take what was lent, unless the learner has made it their own by changing it."""
    lent = await link_moves.noted(tx, dormant.id, "slot")
    for slot in await slot_rows.of_learner(tx, into.id):
        if lent.get(slot.id) == _pack(slot):
            await slot_rows.drop(tx, learner_id=into.id, kind=slot.kind)
            await timers.drop(tx, kind="slot", subjects=[slot.id])
    for was in (await link_moves.noted(tx, dormant.id, "zone")).values():
        if into.zone == was["zone"] and not await slot_rows.of_learner(tx, into.id):
            await people.change(tx, into.id, zone=None)


def _unpack(fate: list[str]) -> Became:
    state, reason = fate
    return Became(SessionState(state), reason)


def _pack(slot: Slot) -> dict[str, Any]:
    return {"wall": slot.wall.isoformat(), "weekdays": sorted(slot.weekdays), "zone": slot.zone}


# --- cards ------------------------------------------------------------------------------------------------------------
async def retire_cards(tx: Tx, learner: Learner, *, by: Learner, platforms: set[str], at: datetime) -> None:
    """Close today's cards of a learner that stand on platforms whose accounts are another's now, `by` whom they are edited."""
    day = _today(learner, at=at)
    kind, facts = pack(CardMoved())
    for key in (card_key(learner.id, day=day, slot=slot) for slot in (MAIN, SECOND)):
        look = await outbox.look_of(tx, key)
        if look is None or look.platform not in platforms:
            continue
        edit = Outgoing(
            key=f"moved:{key}:{at.isoformat()}",
            act=Act.EDIT,
            lane=Lane.CARD,
            kind=kind,
            facts=facts,
            due_at=at,
            platform=look.platform,
            learner_id=by.id,
            shows=key,
        )
        await outbox.put(tx, [edit], at=at)


async def refresh_cards(tx: Tx, *learners: Learner, at: datetime) -> None:
    """Bring today's cards up to date."""
    for learner in learners:
        await cards.refresh(tx, learner, day=_today(learner, at=at), at=at)


def _today(learner: Learner, *, at: datetime) -> date:
    return study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)
