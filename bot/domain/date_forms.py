"""The forms a date or a time of day can take: one table each, from kinds of tokens to the days or minutes they name."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

MAX_YEARS = 20
"""A deadline farther ahead than this is taken for a slip of the finger."""

MIDNIGHT = 24 * 60
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


@dataclass(frozen=True, slots=True)
class Days:
    """The dates that a phrase may mean, and why it has to be asked about even if there is only one."""

    dates: tuple[date, ...]
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """The minutes since midnight that a phrase may mean (1440 is the day's end), and why it has to be asked about."""

    minutes: tuple[int, ...]
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
    """30 June: the next one, today's included; leap days may be up to eight years away."""
    for year in range(scene.today.year, scene.today.year + 9):
        if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] and date(year, month, day) >= scene.today:
            return Days((date(year, month, day),))
    raise NoSuchDate("no-such-date")


def _day_month(scene: Scene, day: int, month: int, year: int | None = None) -> Days:
    return _coming(scene, month, day) if year is None else _written(scene, year, month, day)


def _month_day(scene: Scene, month: int, day: int, year: int | None = None) -> Days:
    return _day_month(scene, day, month, year)


def _iso(scene: Scene, parts: tuple[int, int, int]) -> Days:
    return _written(scene, *parts)


def _dotted(scene: Scene, parts: tuple[int, ...]) -> Days:
    """30.06 and 30.06.2026: with dots the day always comes first."""
    return _day_month(scene, *parts)


def _slashed(scene: Scene, parts: tuple[int, ...]) -> Days:
    """30/06 or 06/30: both orders are in use in English, so what can be read either way is asked about."""
    orders = [_day_month] if scene.language == "ru" else [_day_month, _month_day]
    readable = [days.dates[0] for read in orders if (days := _if_any(read, scene, parts))]
    if not readable:
        raise NoSuchDate("no-such-date")
    return Days(tuple(dict.fromkeys(readable)), "order")


def _if_any(read: Callable[..., Days], scene: Scene, parts: tuple[int, ...]) -> Days | None:
    try:
        return read(scene, *parts)
    except NoSuchDate:
        return None


def _ordinal(scene: Scene, day: int) -> Days:
    """The 30th: of this month or the next; asked about if the nearest month is too short to have one."""
    doubt = ""
    for ahead in range(3):
        end = _month_end(_months_on(scene.today.replace(day=1), ahead))
        if not 1 <= day <= end.day:
            doubt = "vague"
        elif end.replace(day=day) >= scene.today:
            return Days((end.replace(day=day),), doubt)
    raise NoSuchDate("no-such-date")


def _relative(scene: Scene, ahead: int) -> Days:
    """Today, tomorrow; after midnight, before the study day ends at 03:00, people still call the coming morning tomorrow."""
    day = scene.today + ahead * _DAY
    return Days((day - _DAY, day), "tomorrow") if ahead == 1 and scene.now.hour < 3 else Days((day,))


def _weekday(scene: Scene, weekday: int) -> Days:
    """Friday: the coming one; said on a Friday, today or in a week."""
    (day,) = _this_weekday(scene, weekday).dates
    return Days((day, day + 7 * _DAY), "weekday") if day == scene.today else Days((day,))


def _this_weekday(scene: Scene, weekday: int) -> Days:
    """This Friday: the coming one, today included."""
    return Days((scene.today + (weekday - scene.today.weekday()) % 7 * _DAY,))


def _next_weekday(scene: Scene, weekday: int) -> Days:
    """Next Friday: understood only where the coming one is also the one of next week, by whichever day weeks begin.

    Some mean the coming Friday and some that of the week after; in English a week may also begin on Sunday.
    """
    coming = scene.today + ((weekday - scene.today.weekday() - 1) % 7 + 1) * _DAY
    return _any_of({coming, *_weekday_next_week(scene, weekday).dates})


def _weekday_next_week(scene: Scene, weekday: int) -> Days:
    """Friday next week: asked about only where it depends on the day with which weeks begin."""
    today = scene.today
    meant = {today + (7 - today.weekday() + weekday) * _DAY}
    if scene.language != "ru":
        sunday = today + (7 - (today.weekday() + 1) % 7) * _DAY
        meant.add(sunday + (weekday + 1) % 7 * _DAY)
    return _any_of(meant)


def _any_of(meant: set[date]) -> Days:
    return Days(tuple(sorted(meant)), "weekday" if len(meant) > 1 else "")


def _in_days(scene: Scene, count: int, days: int) -> Days:
    if count * days > MAX_YEARS * 365:
        raise NoSuchDate("too-far")
    return Days((scene.today + count * days * _DAY,))


def _in_months(scene: Scene, count: int, months: int) -> Days:
    """In two months: the same day of that month, or its last where it is shorter."""
    if count * months > MAX_YEARS * 12:
        raise NoSuchDate("too-far")
    return Days((_months_on(scene.today, count * months),))


def _counted_from(anchor: Callable[..., Days], days: int) -> Callable[..., Days]:
    """Two weeks from Friday: counted from what Friday alone would mean; values: the count if any, 1 for the unit, the day."""

    def read(scene: Scene, count: int, *rest: int) -> Days:
        start = anchor(scene, rest[-1])
        _in_days(scene, count, days)  # refuses what is too far
        return Days(tuple(day + days * count * _DAY for day in start.dates), start.doubt)

    return read


def _end_of_month(scene: Scene, month: int, year: int | None = None) -> Days:
    """End of June: of the next June that is not over."""
    if year is None:
        year = scene.today.year + (month < scene.today.month)
    return _written(scene, year, month, monthrange(year, month)[1])


def _within_month(day: int) -> Callable[..., Days]:
    """Mid June, the start of June: a date to offer, not one to assume."""

    def read(scene: Scene, month: int, year: int | None = None) -> Days:
        return Days(_day_month(scene, day, month, year).dates, "vague")

    return read


def _month(scene: Scene, month: int, year: int | None = None) -> Days:
    """By June: before it begins, or before it ends? Asked."""
    (end,) = _end_of_month(scene, month, year).dates
    start = end.replace(day=1) - _DAY
    return Days((start, end) if start >= scene.today else (end,), "vague")


def _in_month(scene: Scene, month: int, year: int | None = None) -> Days:
    return Days(_end_of_month(scene, month, year).dates, "vague")


def _end_of_quarter(scene: Scene, quarter: int, year: int | None = None) -> Days:
    return _end_of_month(scene, 3 * quarter, year)


def _quarter(scene: Scene, quarter: int, year: int | None = None) -> Days:
    return Days(_end_of_quarter(scene, quarter, year).dates, "vague")


def _end_of(unit: str, ahead: int) -> Callable[..., Days]:
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


def _next_unit(unit: str) -> Callable[..., Days]:
    """By next week: before it begins, or before it ends? Asked."""

    def read(scene: Scene, *_: int) -> Days:
        return Days((*_end_of(unit, 0)(scene).dates, *_end_of(unit, 1)(scene).dates), "vague")

    return read


def _weekend(scene: Scene) -> Days:
    """By the weekend: before it begins, or before it ends? Asked."""
    sunday = scene.today + (6 - scene.today.weekday()) * _DAY
    friday = sunday - 2 * _DAY
    return Days((friday, sunday) if friday >= scene.today else (sunday,), "vague")


def _end_of_year(scene: Scene, year: int) -> Days:
    return _written(scene, year, 12, 31)


def _year(scene: Scene, year: int) -> Days:
    end = _end_of_year(scene, year).dates[0]
    return Days(tuple(day for day in (date(end.year - 1, 12, 31), end) if day >= scene.today) or (end,), "vague")


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


POINTS: dict[str, Callable[..., Days]] = {
    "iso": _iso,
    "ordinal": _ordinal,
    "dotted": _dotted,
    "slashed": _slashed,
    **{f"{number} month{year}": _day_month for number in ("number", "ordinal") for year in ("", " year")},
    **{f"month {number}{year}": _month_day for number in ("number", "ordinal") for year in ("", " year")},
}
"""Calendar dates: a weekday may stand beside them and has to agree."""

SINGLE_DAYS = POINTS.keys() | {"day", "weekday", "this weekday", "next weekday"}
"""Forms that name one day, so that "before" leaves open whether it counts."""

DATES: dict[str, Callable[..., Days]] = {
    **POINTS,
    "day": _relative,
    "weekday": _weekday,
    "this weekday": _this_weekday,
    "next weekday": _next_weekday,
    **{
        f"{into}{unit}{now}": read
        for unit, read in {
            "unit:day": lambda scene, count, _=1: _in_days(scene, count, 1),
            "unit:week": lambda scene, count, _=1: _in_days(scene, count, 7),
            "unit:month": lambda scene, count, _=1: _in_months(scene, count, 1),
            "unit:quarter": lambda scene, count, _=1: _in_months(scene, count, 3),
            "unit:year": lambda scene, count, _=1: _in_months(scene, count, 12),
        }.items()
        for into, now in (("in number ", ""), ("in ", ""), ("number ", ""), ("number ", " from now"), ("", " from now"))
    },
    **{
        f"{into}unit:{unit} from {day}": _counted_from(read, days)
        for into in ("", "in ", "number ", "in number ")
        for unit, days in (("day", 1), ("week", 7))
        for day, read in (("weekday", _weekday), ("day", _relative))
    },
    **dict.fromkeys(
        ("weekday next unit:week", "weekday at next unit:week"), lambda scene, weekday, _: _weekday_next_week(scene, weekday)
    ),
    **dict.fromkeys(
        ("next unit:week weekday", "next unit:week at weekday"), lambda scene, _, weekday: _weekday_next_week(scene, weekday)
    ),
    "end unit:day weekday": lambda scene, _, weekday: _weekday(scene, weekday),
    "end unit:day day": lambda scene, _, ahead: _relative(scene, ahead),
    "end month": _end_of_month,
    "end month year": _end_of_month,
    "end year": _end_of_year,
    "end quarter": _end_of_quarter,
    "end quarter year": _end_of_quarter,
    "end day": _relative,
    "end weekday": _weekday,
    "end this weekday": _this_weekday,
    "end next weekday": _next_weekday,
    "end weekend": _end_of("week", 0),
    **{
        f"end {which}unit:{unit}": _end_of(unit, 0)
        for unit in ("day", "week", "month", "quarter", "year")
        for which in ("", "this ")
    },
    **{f"end next unit:{unit}": _end_of(unit, 1) for unit in ("day", "week", "month", "quarter", "year")},
    **{f"this unit:{unit}": _end_of(unit, 0) for unit in ("week", "month", "quarter", "year")},
    **{f"next unit:{unit}": _next_unit(unit) for unit in ("week", "month", "quarter", "year")},
    "newyear": _end_of("year", 0),
    "month": _month,
    "month year": _month,
    **{f"{into} month{year}": _in_month for into in ("in", "at") for year in ("", " year")},
    "mid month": _within_month(15),
    "mid month year": _within_month(15),
    "start month": _within_month(1),
    "start month year": _within_month(1),
    "quarter": _quarter,
    "quarter year": _quarter,
    "year": _year,
    "weekend": _weekend,
    "this weekend": _weekend,
}
"""Every form of a date, by the kinds of its tokens; the reader gets the scene and the values those tokens carry."""

SPANS = {
    "in number unit:minute": 1,
    "in unit:minute": 1,
    "number unit:minute from now": 1,
    "in number unit:hour": 60,
    "in unit:hour": 60,
    "number unit:hour from now": 60,
}
"""Lengths of time that end at an instant, not with a date: the minutes in their unit."""


def _clock(minute: int) -> Times:
    return Times((0, MIDNIGHT), "midnight") if minute == 0 else Times((minute,))


def _hour(hour: int) -> Times:
    """At 6: in the morning or in the evening? Asked, unless the hour can only be one of a 24-hour clock."""
    if 1 <= hour <= 12:
        return Times((hour * 60, (hour + 12) * 60), "half")
    return Times((hour * 60,)) if 13 <= hour <= 24 else Times(())


def _dotted_clock(parts: tuple[int, ...]) -> Times:
    """18.30 as a time."""
    return Times((parts[0] * 60 + parts[1],)) if len(parts) == 2 and parts[0] < 24 and parts[1] < 60 else Times(())


def _in_part(end: int, minute: int) -> Times:
    """Tonight at 8, tomorrow morning at 9: in the half of the day of the part (by its end); none where it does not fit."""
    noon, evening = 12 * 60, 18 * 60
    if end == noon:
        return Times((minute,) if minute < noon else ())
    if minute > noon:
        return Times((minute,))
    first, last = (0, 6 * 60) if end == evening else (5 * 60, noon)
    return Times((minute + noon,) if first <= minute <= last else ())


TIMES: dict[str, Callable[..., Times]] = {
    "clock": _clock,
    "noon": lambda: Times((12 * 60,)),
    "midnight": lambda: _clock(0),
    "at number": _hour,
    "dotted": _dotted_clock,
    "part": lambda end: Times((end,), "vague"),
    "part clock": _in_part,
    "part at clock": _in_part,
    "part at number": lambda end, hour: _in_part(end, hour * 60),
    "part midnight": lambda _: Times((MIDNIGHT,)),
    "part at midnight": lambda _: Times((MIDNIGHT,)),
}
"""Every form of a time of day, by the kinds of its tokens."""
