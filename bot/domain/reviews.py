"""Spaced repetition: when a finished module is due again (PRODUCT.md, Review)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

SECOND_SOURCE: Final = 1
PRACTICE: Final = 2
_AFTER_DAYS: Final = {SECOND_SOURCE: 1, PRACTICE: 7}  # PRODUCT.md, Review: next study day; seven days after the first study


@dataclass(frozen=True, slots=True)
class Review:
    """A module due again. `step`: 1 from the second source, 2 as practice; `done_day` the study day it was done on."""

    id: int
    learner_id: int
    module_id: int
    step: int
    due_day: date
    done_day: date | None


def steps_after(day: date) -> list[tuple[int, date]]:
    """The steps of a module finished on study day `day`, each with the day from which it is due."""
    return [(step, day + timedelta(days=after)) for step, after in _AFTER_DAYS.items()]
