"""Words for forecasts and paces: when something will be done, how fast that needs, how fast it has been."""

from datetime import date, timedelta
from typing import Final

from babel.dates import format_date
from babel.numbers import format_decimal

from bot.domain.calendar import local
from bot.domain.pace import IN_SIGHT, KNOWN_FROM, Forecast, Outlook, Pace
from bot.domain.plans import CountUnit
from bot.ui.message import Text
from bot.ui.words import Words, join

_NEARLY: Final = timedelta(days=30)  # a forecast was made some days before it is read
_FAR: Final = timedelta(days=365)  # from here on a day would pretend to know
_EXACT: Final = 10  # from here on a pace needs no decimals


def day(one: date, w: Words) -> str:
    """A day ahead: "Fri 17 Jul", with its year where that is another one; only its month where it is a year off or more."""
    today = local(w.at, w.zone).date()
    return format_date(one, "LLL y", locale=w.spoken) if one - today >= _FAR else w.date(one, year=one.year != today.year)


def in_sight(one: date, w: Words) -> bool:
    """Whether a day is near enough to be told."""
    return one - local(w.at, w.zone).date() < IN_SIGHT - _NEARLY


def forecast(told: Forecast, w: Words) -> Text:
    """When it will be done: "At your pace: Fri 17 Jul, give or take: Sat 4 Jul to Sun 9 Aug."."""
    if not in_sight(told.likely, w):
        return w("At your pace: no end in sight.")
    likely = day(told.likely, w)
    if not in_sight(told.latest, w):
        return w("At your pace: about {day}, {earliest} at the earliest.", day=likely, earliest=day(told.earliest, w))
    if told.earliest == told.latest:
        return w("At your pace: {day}.", day=likely)
    span = {"earliest": day(told.earliest, w), "latest": day(told.latest, w)}
    return w("At your pace: about {day}, likely between {earliest} and {latest}.", day=likely, **span)


def standing(outlook: Outlook, w: Words) -> Text:
    """The forecast of something with a date, and whether it lies behind that; empty where there is none."""
    if outlook.forecast is None:
        return ()
    said = forecast(outlook.forecast, w)
    return join([said, w("*That is after its date.*")], by=" ") if outlook.late else said


def why_none(outlook: Outlook, w: Words) -> Text:
    """Why there is no forecast."""
    if outlook.pace.actual is None:
        return w("A forecast comes after {n} study days.", n=KNOWN_FROM)
    return w("Nothing of the kind was finished of late, so there is no forecast.")


def pace(told: Pace, unit: str, w: Words) -> Text:
    """What it takes and what there was: "It takes 3 modules a week; of late it was 1.5."."""
    if told.required is None and told.actual is None:
        return ()
    if told.required is None:
        return w("Of late it was {pace} a week.", pace=rate(told.actual or 0, unit, w))
    if told.actual is None:
        return w("It takes {pace} a week.", pace=rate(told.required, unit, w))
    return w(
        "It takes {pace} a week; of late it was {actual}.", pace=rate(told.required, unit, w), actual=number(told.actual, unit, w)
    )


def rate(amount: float, unit: str, w: Words) -> str:
    """An amount a week, with what is counted: "1.5 modules", "3 sessions", "1 h 30 min"."""
    if unit == CountUnit.MINUTES:
        return w.minutes(round(amount))
    shown = number(amount, unit, w)
    one = shown == "1"
    if unit == CountUnit.SESSIONS:
        return w.label("{n} session", n=shown) if one else w.label("{n} sessions", n=shown)
    return w.label("{n} module", n=shown) if one else w.label("{n} modules", n=shown)


def number(amount: float, unit: str, w: Words) -> str:
    """An amount a week without what is counted."""
    if unit == CountUnit.MINUTES:
        return w.minutes(round(amount))
    return str(format_decimal(round(amount, 1 if amount < _EXACT else 0), locale=w.spoken))


def brief(outlook: Outlook, w: Words) -> Text:
    """The outlook in a few words, behind what it is about: "3 modules a week needed, about Fri 17 Jul"."""
    if outlook.forecast is None:
        return ()
    if not in_sight(outlook.forecast.likely, w):
        return w("no end in sight")
    likely = day(outlook.forecast.likely, w)
    return w("about {day}, *after its date*", day=likely) if outlook.late else w("about {day}", day=likely)
