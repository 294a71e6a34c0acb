"""Dialogues about people: typed answers to the questions of /start, and a location shared."""

from collections.abc import Awaitable, Callable

from bot.dialogues import checkins
from bot.domain.checkin_words import MAX_SLOT_LENGTH, parse_slot, parse_weekdays
from bot.domain.notices import Notice
from bot.domain.notices.people import ButtonsOnly, LocationUnknown, SlotUnclear, ZoneUnknown
from bot.events import Said
from bot.services import choosing, onboarding, places, plan_templates
from bot.services.setup import START, Step
from bot.store.people import Dialogue
from bot.turn import Turn


async def answer(turn: Turn, event: Said, state: Dialogue) -> None:
    """Take words or a location as the answer to the present question; what is no answer is said to be none.

    A photo is proof of study, as it is outside of the questions: /start may have been left long ago. What is said in a group
    is said to the group.
    """
    if turn.group is not None:
        return
    if event.photo is not None:
        await checkins.photo_came(turn, event)
        return
    words = event.words.strip()
    notice = await _answer(turn, event, Step(state.step), words)
    asks = not isinstance(notice, ZoneUnknown | LocationUnknown | SlotUnclear | ButtonsOnly)
    await turn.say(notice, shows=onboarding.message_key(turn.learner) if asks else None)


async def _answer(turn: Turn, event: Said, step: Step, words: str) -> Notice:
    if step is Step.ZONE and event.location is not None:
        return await _located(turn, *event.location)
    if not words:
        return ButtonsOnly()
    match step:
        case Step.ZONE:
            return onboarding.find_places(words)
        case Step.SLOT:
            return await _slot(turn, words) or SlotUnclear(words[:MAX_SLOT_LENGTH])
        case Step.DAYS:
            return await _days(turn, words) or await _slot(turn, words) or SlotUnclear(words[:MAX_SLOT_LENGTH], days_only=True)
        case Step.PLAN if plan_templates.template(words):
            return await choosing.look(turn.tx, turn.learner, words)
        case Step.PLAN | Step.CONSENT:
            return ButtonsOnly()


async def _located(turn: Turn, latitude: float, longitude: float) -> Notice:
    zone = places.zone_at(latitude, longitude)
    if zone is None:
        return LocationUnknown()
    return await onboarding.choose_zone(turn.tx, turn.learner, zone, at=turn.at)


async def _slot(turn: Turn, words: str) -> Notice | None:
    parsed = parse_slot(words)
    if parsed is None:
        return None
    wall, days = parsed
    if days:
        return await onboarding.choose_slot(turn.tx, turn.learner, wall, days, at=turn.at)
    return await onboarding.choose_wall(turn.tx, turn.learner, wall, at=turn.at)


async def _days(turn: Turn, words: str) -> Notice | None:
    days = parse_weekdays(words) if len(words) <= MAX_SLOT_LENGTH else None
    return await onboarding.choose_days(turn.tx, turn.learner, days, at=turn.at) if days else None


DIALOGUES: dict[str, Callable[[Turn, Said, Dialogue], Awaitable[None]]] = {START: answer}
