"""Suggestions while something is filled in, as plain text."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale

from bot.ui.words import Words


def place(name: str, country: str, zone: str, w: Words) -> str:
    """A place with its country and what the clock there shows: "London, United Kingdom · 14:03"."""
    where = Locale.parse(w.language).territories.get(country) if country else None
    return f"{name}, {where} · {_time_in(zone, w)}" if where else f"{name} · {_time_in(zone, w)}"


def deadline(at: datetime, zone: str, w: Words) -> str:
    """A date as it is understood: "Tue 30 Jun 2026 23:59 London, in 9 days"."""
    return w.label("{moment}, {until}", moment=w.moment(at, zone=zone), until=w.until(at))


def _time_in(zone: str, w: Words) -> str:
    return f"{w.at.astimezone(ZoneInfo(zone)):%H:%M}"


def days(first: date, last: date, w: Words) -> str:
    """Days off as they are understood: "Wed 3 Jun 2026 to Wed 10 Jun 2026"."""
    return w.date(first) if first == last else w.label("{first} to {last}", first=w.date(first), last=w.date(last))
