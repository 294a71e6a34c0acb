"""Which days are study days: those with a slot. Without any slot every day is one."""

from collections.abc import Iterable
from datetime import date, timedelta

_DAY = timedelta(days=1)


def is_study_day(day: date, weekdays: Iterable[int]) -> bool:
    """Whether a learner whose slots are on `weekdays` (0 = Monday) studies on `day`."""
    having = set(weekdays)
    return not having or day.weekday() in having


def study_day_from(day: date, weekdays: Iterable[int]) -> date:
    """The first study day on `day` or after it."""
    having = set(weekdays)
    return next(day + ahead * _DAY for ahead in range(7) if is_study_day(day + ahead * _DAY, having))
