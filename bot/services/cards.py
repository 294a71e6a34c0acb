"""The card of a study day: what it says now, where it is shown, what follows when it does not arrive."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.domain.calendar import study_day
from bot.domain.checkins import SessionState
from bot.domain.days import Reason, Stage, Step, ends_at
from bot.domain.notices import Notice
from bot.domain.notices.cards import Excused
from bot.domain.people import MAIN, Learner
from bot.services import posts
from bot.services.card_facts import describe
from bot.services.card_keys import card_key, card_subject, day_timer
from bot.services.mornings import slots_due
from bot.store import people, sessions, timers
from bot.store import slots as slot_rows
from bot.store.database import Tx
from bot.store.outbox import WINDOW, Lane

__all__ = ["card_not_delivered", "load_card", "refresh", "show_again", "slots_due"]


async def load_card(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "card" {learner, day, slot}: the card as it stands now. `due`, where the slot itself sends it, is its instant."""
    learner = (await people.get_many(tx, [facts["learner"]])).get(facts["learner"])
    if learner is None or learner.linked_to is not None:
        return None
    due_at = datetime.fromisoformat(facts["due"]) if "due" in facts else None
    return await describe(tx, learner, day=date.fromisoformat(facts["day"]), slot=facts["slot"], at=at, due_at=due_at)


async def card_not_delivered(tx: Tx, facts: dict[str, Any], *, why: str, at: datetime) -> None:
    """A card did not arrive: the session is excused. One that was only asked for again changes nothing."""
    session = await sessions.find(tx, learner_id=facts["learner"], day=date.fromisoformat(facts["day"]), slot=facts["slot"])
    if "due" not in facts or session is None or session.state is not SessionState.PLANNED:
        return
    blocked = why == "blocked"
    reason = Reason.UNREACHABLE if blocked else Reason.UNDELIVERED
    await sessions.change(tx, [session.id], state=SessionState.EXCUSED, reason=reason)
    if not blocked:
        learner = await people.get(tx, session.learner_id)
        notice = Excused(due_at=session.due_at, missed=1, reason=reason)
        await posts.tell(tx, learner, notice, key=f"excused:{session.id}", at=at, lane=Lane.CARD)


async def refresh(tx: Tx, learner: Learner, *, day: date, at: datetime, slots: Collection[str] | None = None) -> None:
    """Bring the cards of a study day up to date where they are shown; `slots`: of which it has sessions, where that is known."""
    if slots is None:
        slots = [one.slot for one in await sessions.of_day(tx, learner_id=learner.id, day=day)]
    for slot in (MAIN, *(one for one in slots if one != MAIN)):
        key = card_key(learner.id, day=day, slot=slot)
        await posts.refresh(tx, learner, "card", card_subject(learner.id, day=day, slot=slot), shows=key, at=at)


async def show_again(tx: Tx, learner: Learner, *, platform: str, source: str, at: datetime) -> None:
    """Send the card of the present study day anew on `platform`; from now on it is the one that is edited (/today).

    Once per `source`, the update it was asked in. It is closed with its day, slot or not.
    """
    day = study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)
    slot = await _slot_at_hand(tx, learner, day=day)
    here = replace(learner, platform=platform)
    facts = card_subject(learner.id, day=day, slot=slot)
    key = card_key(learner.id, day=day, slot=slot)
    await posts.tell_live(tx, here, "card", facts, key=f"again:{source}", at=at, shows=key, expires_at=at + WINDOW[Lane.CARD])
    if await timers.find(tx, kind="day", subject=learner.id) is None:
        await timers.put(tx, [day_timer(learner.id, day=day, step=Step(Stage.CLOSE, ends_at(learner, day)), said=1)])


async def _slot_at_hand(tx: Tx, learner: Learner, *, day: date) -> str:
    """The slot /today is about: the latest one due today that is not answered, else the main one where the day has it."""
    open_ones = [one.slot for one in await sessions.of_day(tx, learner_id=learner.id, day=day) if not one.state.answered]
    if open_ones:
        return open_ones[-1]
    of_weekday = [one.kind for one in await slot_rows.of_learner(tx, learner.id) if day.weekday() in one.weekdays]
    return of_weekday[0] if of_weekday else MAIN
