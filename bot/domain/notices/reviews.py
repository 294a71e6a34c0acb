"""Notices about reviews as a whole: what is coming, how many a day, and long-term memory."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ReviewsOfDay:
    """The modules that come again on a study day, by title in plan order; `more` beyond those named."""

    day: date
    titles: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ReviewsShown:
    """The reviews of the next days, and the settings: `most` a day, and whether they go on after practice (`long`).

    `today` is the present study day; `plan`: there is one. `changed`: a setting was just changed.
    """

    today: date
    days: tuple[ReviewsOfDay, ...]
    most: int
    long: bool
    plan: bool
    changed: bool = False


@dataclass(frozen=True, slots=True)
class ReviewsUsage:
    """Words after /reviews that were not understood, or a number outside of 0 to `most`; nothing was changed."""

    said: str
    most: int


ReviewNotice: TypeAlias = ReviewsShown | ReviewsUsage
