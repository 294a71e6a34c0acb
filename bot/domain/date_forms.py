"""The forms a date or a time of day can take: tables from kinds of tokens to what reads them."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain import date_days as days
from bot.domain.date_days import Days

MIDNIGHT = 24 * 60
"""The minute at which a day ends."""


@dataclass(frozen=True, slots=True)
class Times:
    """The minutes since midnight that a phrase may mean (1440 is the day's end), and why it has to be asked about."""

    minutes: tuple[int, ...]
    doubt: str = ""


POINTS: dict[str, Callable[..., Days]] = {
    "iso": days.iso,
    "ordinal": days.ordinal,
    "dotted": days.dotted,
    "slashed": days.slashed,
    **{f"{number} month{year}": days.day_month for number in ("number", "ordinal") for year in ("", " year")},
    **{f"month {number}{year}": days.month_day for number in ("number", "ordinal") for year in ("", " year")},
}
"""Calendar dates: a weekday may stand beside them and has to agree."""

SINGLE_DAYS = POINTS.keys() | {"day", "weekday", "this weekday", "next weekday"}
"""Forms that name one day, so that "before" leaves open whether it counts."""

DATES: dict[str, Callable[..., Days]] = {
    **POINTS,
    "day": days.relative,
    "weekday": days.by_weekday,
    "this weekday": days.this_weekday,
    "next weekday": days.next_weekday,
    **{
        f"{into}{unit}{now}": read
        for unit, read in {
            "unit:day": lambda scene, count, _=1: days.in_days(scene, count, 1),
            "unit:week": lambda scene, count, _=1: days.in_days(scene, count, 7),
            "unit:month": lambda scene, count, _=1: days.in_months(scene, count, 1),
            "unit:quarter": lambda scene, count, _=1: days.in_months(scene, count, 3),
            "unit:year": lambda scene, count, _=1: days.in_months(scene, count, 12),
        }.items()
        for into, now in (("in number ", ""), ("in ", ""), ("number ", ""), ("number ", " from now"), ("", " from now"))
    },
    **{
        f"{into}unit:{unit} from {day}": days.counted_from(read, span)
        for into in ("", "in ", "number ", "in number ")
        for unit, span in (("day", 1), ("week", 7))
        for day, read in (("weekday", days.by_weekday), ("day", days.relative))
    },
    **{
        f"{into}unit:{unit} from day": days.months_from(days.relative, span)
        for into in ("", "in ", "number ", "in number ")
        for unit, span in (("month", 1), ("year", 12))
    },
    "weekday unit:week": days.week_after(days.by_weekday),
    "day unit:week": days.week_after(days.relative),
    **dict.fromkeys(("unit:week at weekday", "number unit:week at weekday"), days.counted_from(days.by_weekday, 7)),
    **{f"ordinal weekday {into}month{year}": days.nth_weekday for into in ("", "in ", "at ") for year in ("", " year")},
    **{f"last weekday {into}month{year}": days.last_weekday for into in ("", "in ", "at ") for year in ("", " year")},
    **dict.fromkeys(
        ("weekday next unit:week", "weekday at next unit:week"), lambda scene, weekday, _: days.weekday_next_week(scene, weekday)
    ),
    **dict.fromkeys(
        ("next unit:week weekday", "next unit:week at weekday"), lambda scene, _, weekday: days.weekday_next_week(scene, weekday)
    ),
    "end unit:day weekday": lambda scene, _, weekday: days.by_weekday(scene, weekday),
    "end unit:day day": lambda scene, _, ahead: days.relative(scene, ahead),
    "end month": days.end_of_month,
    "end month year": days.end_of_month,
    "end year": days.end_of_year,
    "end quarter": days.end_of_quarter,
    "end quarter year": days.end_of_quarter,
    "end day": days.relative,
    "end weekday": days.by_weekday,
    "end this weekday": days.this_weekday,
    "end next weekday": days.next_weekday,
    "end weekend": days.end_of("week", 0),
    **{
        f"end {which}unit:{unit}": days.end_of(unit, 0)
        for unit in ("day", "week", "month", "quarter", "year")
        for which in ("", "this ")
    },
    **{f"end next unit:{unit}": days.end_of(unit, 1) for unit in ("day", "week", "month", "quarter", "year")},
    **{f"this unit:{unit}": days.end_of(unit, 0) for unit in ("week", "month", "quarter", "year")},
    **{f"next unit:{unit}": days.next_unit(unit) for unit in ("week", "month", "quarter", "year")},
    "newyear": days.end_of("year", 0),
    "month": days.by_month,
    "month year": days.by_month,
    **{f"{into} month{year}": days.in_month for into in ("in", "at") for year in ("", " year")},
    "mid month": days.within_month(15),
    "mid month year": days.within_month(15),
    "start month": days.within_month(1),
    "start month year": days.within_month(1),
    "quarter": days.by_quarter,
    "quarter year": days.by_quarter,
    "year": days.by_year,
    "weekend": days.by_weekend,
    "this weekend": days.by_weekend,
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
    first, last = (0, 6 * 60) if end <= evening else (5 * 60, noon)
    return Times((minute + noon,) if first <= minute <= last else ())


TIMES: dict[str, Callable[..., Times]] = {
    "clock": _clock,
    "dial": lambda minute: Times((minute, minute + 12 * 60), "half"),
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
