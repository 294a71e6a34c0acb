"""Spaced repetition: when a module is due again, and which of what is due a day takes (PRODUCT.md, Review)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Final

SECOND_SOURCE: Final = 1
PRACTICE: Final = 2
LONG: Final = 3  # this step and those after it are for long-term memory
MOST_A_DAY: Final = 9  # a setting beyond this is no help against forgetting
_AFTER_DAYS: Final = {SECOND_SOURCE: 1, PRACTICE: 7}  # PRODUCT.md, Review: next study day; seven days after the first study


class Rating(IntEnum):
    """How well a module was still known; the numbers are those of FSRS."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, slots=True)
class Review:
    """A module due again. `step`: 1 from the second source, 2 as practice, from 3 on for long-term memory.

    `done_day` is the study day on which it was settled: done, or let go where `skipped`. Only long ones have a `rating`.
    """

    id: int
    learner_id: int
    module_id: int
    step: int
    due_day: date
    done_day: date | None
    skipped: bool = False
    rating: int | None = None

    @property
    def long(self) -> bool:
        """Whether it is for long-term memory."""
        return self.step >= LONG


def steps_after(day: date) -> list[tuple[int, date]]:
    """The steps of a module first studied on study day `day`, each with the day from which it is due."""
    return [(step, day + timedelta(days=after)) for step, after in _AFTER_DAYS.items()]


def first_study(studied: date | None, finished: date | None) -> date | None:
    """The day from which a module's reviews count: of the first check-in about it, or on which it was marked done."""
    return min((day for day in (studied, finished) if day is not None), default=None)


def merged(open_ones: Iterable[Review]) -> list[Review]:
    """One review for each module: of several steps that are due the last, which stands for all."""
    latest: dict[int, Review] = {}
    for one in open_ones:
        if one.module_id not in latest or one.step > latest[one.module_id].step:
            latest[one.module_id] = one
    return list(latest.values())


def of_the_day(open_ones: Sequence[Review], *, settled: int, most: int, places: Mapping[int, int]) -> tuple[list[Review], int]:
    """What a study day takes of the due reviews, and how many it leaves to later days.

    One for each module, in the order of the plan (`places`: the place of each module in it), at most `most` a day with those
    that were settled on it.
    """
    ordered = sorted(merged(open_ones), key=lambda one: places[one.module_id])
    taken = ordered[: max(0, most - settled)]
    return taken, len(ordered) - len(taken)


def recalled(steps: Iterable[Review], *, first: date) -> list[tuple[date, Rating]]:
    """A module's history as long-term memory sees it: its first study, and every review that was done, once a day.

    Steps without a rating count as good: they were gone through with a source at hand.
    """
    done = {one.done_day: Rating(one.rating or Rating.GOOD) for one in steps if one.done_day is not None and not one.skipped}
    return sorted(({first: Rating.GOOD} | {day: rating for day, rating in done.items() if day > first}).items())
