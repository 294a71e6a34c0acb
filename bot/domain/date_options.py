"""Dates to offer when a promise lacks one, or is to be moved."""

from calendar import monthrange
from datetime import date, datetime, timedelta

from bot.domain.calendar import end_of_date, local


def fresh_dates(at: datetime, *, zone: str) -> tuple[tuple[str, datetime], ...]:
    """Sensible dates for a new promise: the end of this week (the next, on a weekend), of the month, and in six weeks.

    Named week, next-week, month, next-month, six-weeks; instants at 23:59:59 local, soonest first, each once.
    """
    today = local(at, zone).date()
    weekend = today.weekday() >= 5
    sunday = today + timedelta(days=6 - today.weekday() + (7 if weekend else 0))
    month = _month_end(today)
    late = month - today < timedelta(days=5)
    options = (
        ("next-week" if weekend else "week", sunday),
        ("next-month" if late else "month", _month_end(month + timedelta(days=1)) if late else month),
        ("six-weeks", today + timedelta(weeks=6)),
    )
    return _ended(options, zone=zone)


def later_dates(due_at: datetime, *, at: datetime, zone: str) -> tuple[tuple[str, datetime], ...]:
    """Dates to move a promise to, from its due instant or from now, whichever is later: a day, three days, a week, a month.

    Named day, days, seven, month-on; instants at 23:59:59 local, soonest first.
    """
    start = local(max(due_at, at), zone).date()
    steps = (("day", 1), ("days", 3), ("seven", 7), ("month-on", 30))
    return _ended(tuple((name, start + timedelta(days=days)) for name, days in steps), zone=zone)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _ended(options: tuple[tuple[str, date], ...], *, zone: str) -> tuple[tuple[str, datetime], ...]:
    """The ends of these days, in order, each day once."""
    by_day = {day: name for name, day in reversed(options)}
    return tuple((by_day[day], end_of_date(day, zone=zone)) for day in sorted(by_day))
