"""Dates as they are named: each reader takes the scene and the numbers that were said, and returns the days meant."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

MAX_YEARS = 20
"""A deadline farther ahead than this is taken for a slip of the finger."""

_DAY = timedelta(days=1)


class NoSuchDate(ValueError):
    """A date that no calendar has (30 February) or that lies absurdly far ahead; `str(error)` is the reason's code."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and when something is said: the local wall time there (naive), and the language."""

    now: datetime
    language: str

    @property
    def today(self) -> date:
        """The local calendar date."""
        return self.now.date()


_JUST: Final = timedelta(days=60)  # "by 31 May" said on 1 June is a slip of the tongue, not a promise for next year


@dataclass(frozen=True, slots=True)
class Days:
    """The dates that a phrase may mean, and why it has to be asked about even if there is only one."""

    dates: tuple[date, ...]
    doubt: str = ""


def _written(scene: Scene, year: int, month: int, day: int) -> Days:
    """2026-06-30, 30 June 2026, 30.06.26."""
    year += 2000 if year < 100 else 0
    if year > scene.today.year + MAX_YEARS:
        raise NoSuchDate("too-far")
    try:
        return Days((date(year, month, day),))
    except ValueError as error:
        raise NoSuchDate("no-such-date") from error


def _coming(scene: Scene, month: int, day: int) -> Days:
    """30 June: the next one, today's included; leap days may be up to eight years away. Asked where one has just passed."""
    years = range(scene.today.year - 1, scene.today.year + 9)
    found = [date(year, month, day) for year in years if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]]
    coming = next((one for one in found if one >= scene.today), None)
    if coming is None:
        raise NoSuchDate("no-such-date")
    return Days((coming,), "passed" if any(_just_passed(scene, one) for one in found) else "")


def _just_passed(scene: Scene, day: date) -> bool:
    """Whether a date without a year more likely means this one, which is over, than the same a year on."""
    return timedelta() < scene.today - day <= _JUST


def day_month(scene: Scene, day: int, month: int, year: int | None = None) -> Days:
    """30 June, with or without a year."""
    return _coming(scene, month, day) if year is None else _written(scene, year, month, day)


def month_day(scene: Scene, month: int, day: int, year: int | None = None) -> Days:
    """June 30, with or without a year."""
    return day_month(scene, day, month, year)


def iso(scene: Scene, parts: tuple[int, int, int]) -> Days:
    """2026-06-30."""
    return _written(scene, *parts)


def dotted(scene: Scene, parts: tuple[int, ...]) -> Days:
    """30.06 and 30.06.2026: with dots the day always comes first."""
    return day_month(scene, *parts)


def slashed(scene: Scene, parts: tuple[int, ...]) -> Days:
    """30/06 or 06/30: both orders are in use in English, so what can be read either way is asked about."""
    orders = [day_month] if scene.language == "ru" else [day_month, month_day]
    readable = [days.dates[0] for read in orders if (days := _if_any(read, scene, parts))]
    if not readable:
        raise NoSuchDate("no-such-date")
    return Days(tuple(dict.fromkeys(readable)), "order")


def _if_any(read: Callable[..., Days], scene: Scene, parts: tuple[int, ...]) -> Days | None:
    try:
        return read(scene, *parts)
    except NoSuchDate:
        return None


def ordinal(scene: Scene, day: int) -> Days:
    """The 30th: of this month or the next; asked about if the nearest month is too short to have one."""
    doubt = ""
    for ahead in range(3):
        end = _month_end(_months_on(scene.today.replace(day=1), ahead))
        if not 1 <= day <= end.day:
            doubt = "vague"
        elif end.replace(day=day) >= scene.today:
            return Days((end.replace(day=day),), doubt)
    raise NoSuchDate("no-such-date")


def relative(scene: Scene, ahead: int) -> Days:
    """Today, tomorrow; after midnight, before the study day ends at 03:00, people still call the coming morning tomorrow."""
    day = scene.today + ahead * _DAY
    return Days((day - _DAY, day), "tomorrow") if ahead == 1 and scene.now.hour < 3 else Days((day,))


def by_weekday(scene: Scene, weekday: int) -> Days:
    """Friday: the coming one; said on a Friday, today or in a week."""
    (day,) = this_weekday(scene, weekday).dates
    return Days((day, day + 7 * _DAY), "weekday") if day == scene.today else Days((day,))


def this_weekday(scene: Scene, weekday: int) -> Days:
    """This Friday: the coming one, today included."""
    return Days((scene.today + (weekday - scene.today.weekday()) % 7 * _DAY,))


def next_weekday(scene: Scene, weekday: int) -> Days:
    """Next Friday: understood only where the coming one is also the one of next week, by whichever day weeks begin.

    Some mean the coming Friday and some that of the week after; in English a week may also begin on Sunday.
    """
    coming = scene.today + ((weekday - scene.today.weekday() - 1) % 7 + 1) * _DAY
    return _any_of({coming, *weekday_next_week(scene, weekday).dates})


def weekday_next_week(scene: Scene, weekday: int) -> Days:
    """Friday next week: asked about only where it depends on the day with which weeks begin."""
    today = scene.today
    meant = {today + (7 - today.weekday() + weekday) * _DAY}
    if scene.language != "ru":
        sunday = today + (7 - (today.weekday() + 1) % 7) * _DAY
        meant.add(sunday + (weekday + 1) % 7 * _DAY)
    return _any_of(meant)


def _any_of(meant: set[date]) -> Days:
    return Days(tuple(sorted(meant)), "weekday" if len(meant) > 1 else "")


def in_days(scene: Scene, count: int, days: int) -> Days:
    """In three days, in two weeks: so many times `days`, counted from today."""
    if count * days > MAX_YEARS * 365:
        raise NoSuchDate("too-far")
    return Days((scene.today + count * days * _DAY,))


def in_months(scene: Scene, count: int, months: int) -> Days:
    """In two months: the same day of that month, or its last where it is shorter."""
    if count * months > MAX_YEARS * 12:
        raise NoSuchDate("too-far")
    return Days((_months_on(scene.today, count * months),))


def counted_from(anchor: Callable[..., Days], days: int) -> Callable[..., Days]:
    """Two weeks from Friday: counted from what Friday alone would mean; values: the count if any, 1 for the unit, the day."""

    def read(scene: Scene, count: int, *rest: int) -> Days:
        start = anchor(scene, rest[-1])
        in_days(scene, count, days)  # refuses what is too far
        return Days(tuple(day + days * count * _DAY for day in start.dates), start.doubt)

    return read


def months_from(anchor: Callable[..., Days], months: int) -> Callable[..., Days]:
    """A month from today: the same day of that month; values as in `counted_from`."""

    def read(scene: Scene, count: int, *rest: int) -> Days:
        start = anchor(scene, rest[-1])
        in_months(scene, count, months)  # refuses what is too far
        return Days(tuple(_months_on(day, count * months) for day in start.dates), start.doubt)

    return read


def week_after(anchor: Callable[..., Days]) -> Callable[..., Days]:
    """Friday week, tomorrow week: seven days after what the day alone would mean."""

    def read(scene: Scene, value: int, *_: int) -> Days:
        start = anchor(scene, value)
        return Days(tuple(day + 7 * _DAY for day in start.dates), start.doubt)

    return read


def nth_weekday(scene: Scene, nth: int, weekday: int, month: int, year: int | None = None) -> Days:
    """The first Monday of July; asked about where it can also be read as a date: "the 3rd, Friday, July"."""
    (found,) = (months := _of_months(scene, month, year, lambda first: _nth(first, nth, weekday))).dates
    if nth <= _month_end(found).day and (other := found.replace(day=nth)) != found and other.weekday() == weekday:
        return Days(tuple(sorted({found, other})), "several")
    return months


def last_weekday(scene: Scene, weekday: int, month: int, year: int | None = None) -> Days:
    """The last Friday of June."""
    return _of_months(scene, month, year, lambda first: _last(first, weekday))


def _of_months(scene: Scene, month: int, year: int | None, pick: Callable[[date], date | None]) -> Days:
    """What `pick` finds in the month that is meant: of the year that was said, else the next one that is not over."""
    if year is not None:
        found = pick(_written(scene, year, month, 1).dates[0])
        if found is None:
            raise NoSuchDate("no-such-date")
        return Days((found,))
    this, following = (pick(date(scene.today.year + more, month, 1)) for more in (0, 1))
    coming = this if this is not None and this >= scene.today else following
    if coming is None:
        raise NoSuchDate("no-such-date")
    return Days((coming,), "passed" if this is not None and _just_passed(scene, this) else "")


def _nth(first: date, nth: int, weekday: int) -> date | None:
    day = first + ((weekday - first.weekday()) % 7 + 7 * (nth - 1)) * _DAY
    return day if nth >= 1 and day.month == first.month else None


def _last(first: date, weekday: int) -> date:
    end = _month_end(first)
    return end - (end.weekday() - weekday) % 7 * _DAY


def end_of_month(scene: Scene, month: int, year: int | None = None) -> Days:
    """End of June: of the next June that is not over."""
    if year is not None:
        return _written(scene, year, month, monthrange(year, month)[1])
    year = scene.today.year + (month < scene.today.month)
    before = date(year - 1, month, monthrange(year - 1, month)[1])
    end = _written(scene, year, month, monthrange(year, month)[1])
    return Days(end.dates, "passed" if _just_passed(scene, before) else "")


def within_month(day: int) -> Callable[..., Days]:
    """Mid June, the start of June: a date to offer, not one to assume."""

    def read(scene: Scene, month: int, year: int | None = None) -> Days:
        return Days(day_month(scene, day, month, year).dates, "vague")

    return read


def by_month(scene: Scene, month: int, year: int | None = None) -> Days:
    """By June: before it begins, or before it ends? Asked."""
    (end,) = end_of_month(scene, month, year).dates
    start = end.replace(day=1) - _DAY
    return Days((start, end) if start >= scene.today else (end,), "vague")


def in_month(scene: Scene, month: int, year: int | None = None) -> Days:
    """In June: its end, but asked about."""
    return Days(end_of_month(scene, month, year).dates, "vague")


def end_of_quarter(scene: Scene, quarter: int, year: int | None = None) -> Days:
    """End of Q2: of the next one that is not over."""
    return end_of_month(scene, 3 * quarter, year)


def by_quarter(scene: Scene, quarter: int, year: int | None = None) -> Days:
    """Q2: its end, but asked about."""
    return Days(end_of_quarter(scene, quarter, year).dates, "vague")


def end_of(unit: str, ahead: int) -> Callable[..., Days]:
    """End of the day, week (Sunday: weeks are ISO weeks), month, quarter or year, this one or the next."""

    def read(scene: Scene, *_: int) -> Days:
        today = scene.today
        match unit:
            case "day":
                return Days((today + ahead * _DAY,))
            case "week":
                return Days((today + (6 - today.weekday() + 7 * ahead) * _DAY,))
            case "month":
                return Days((_month_end(_months_on(today.replace(day=1), ahead)),))
            case "quarter":
                return Days((_month_end(_months_on(today.replace(day=1), 2 - (today.month - 1) % 3 + 3 * ahead)),))
            case _:
                return Days((date(today.year + ahead, 12, 31),))

    return read


def next_unit(unit: str) -> Callable[..., Days]:
    """By next week: before it begins, or before it ends? Asked."""

    def read(scene: Scene, *_: int) -> Days:
        return Days((*end_of(unit, 0)(scene).dates, *end_of(unit, 1)(scene).dates), "vague")

    return read


def by_weekend(scene: Scene) -> Days:
    """By the weekend: before it begins, or before it ends? Asked."""
    sunday = scene.today + (6 - scene.today.weekday()) * _DAY
    friday = sunday - 2 * _DAY
    return Days((friday, sunday) if friday >= scene.today else (sunday,), "vague")


def end_of_year(scene: Scene, year: int) -> Days:
    """End of 2027."""
    return _written(scene, year, 12, 31)


def by_year(scene: Scene, year: int) -> Days:
    """By 2027: before it begins, or before it ends? Asked."""
    end = end_of_year(scene, year).dates[0]
    return Days(tuple(day for day in (date(end.year - 1, 12, 31), end) if day >= scene.today) or (end,), "vague")


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
