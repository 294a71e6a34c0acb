"""How a study day's card and timer are named."""

from datetime import date
from typing import Any

from bot.domain.days import Step
from bot.domain.people import MAIN
from bot.store.timers import Timer


def card_key(learner_id: int | str, *, day: date, slot: str = MAIN) -> str:
    """The key under which the card of a learner's slot on a study day is queued, and shown."""
    return f"{'card' if slot == MAIN else 'card2'}:{learner_id}:{day}"


def card_subject(learner_id: int | str, *, day: date, slot: str) -> dict[str, Any]:
    """The facts from which a card is looked up."""
    return {"learner": learner_id, "day": day.isoformat(), "slot": slot}


def day_timer(learner_id: int, *, day: date, step: Step, said: int) -> Timer:
    """The timer of a learner's study day; `said`: how many messages about studying there were."""
    return Timer("day", learner_id, step.at, {"day": day.isoformat(), "stage": step.stage.value, "said": said})
