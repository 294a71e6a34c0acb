"""The model's own reckoning of local time: by looking at the clock of a zone every quarter of an hour, not by the bot's rules."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

_QUARTER = timedelta(minutes=15)  # every offset and every change of these zones is a multiple of it


@cache
def first_shown(day: date, wall: time, zone: str) -> datetime:
    """The first instant at which the clock in a zone shows this time of this date, or has left it out: a full quarter."""
    wanted, tz = datetime.combine(day, wall), ZoneInfo(zone)
    at = wanted.replace(tzinfo=UTC) - timedelta(hours=15)
    while at.astimezone(tz).replace(tzinfo=None) < wanted:
        at += _QUARTER
    return at


def day_ends(day: date, zone: str) -> datetime:
    """When a study day is over: at three in the night after it."""
    return first_shown(day + timedelta(days=1), time(3), zone)


def day_of(at: datetime, zone: str) -> date:
    """The study day an instant belongs to."""
    day = at.astimezone(ZoneInfo(zone)).date() - timedelta(days=2)
    while day_ends(day, zone) <= at:
        day += timedelta(days=1)
    return day


def slot_of(day: date, wall: str, zone: str) -> datetime:
    """When the slot of a study day comes; one before three in the morning, in the night after it."""
    hours, minutes = map(int, wall.split(":"))
    return first_shown(day + timedelta(days=1 if hours < 3 else 0), time(hours, minutes), zone)


def named(text: str, near: datetime) -> date | None:
    """The date that a text begins with ("Mon 19 Oct"), in the year that brings it nearest to an instant."""
    head = " ".join(text.split("\n", 1)[0].split()[:3])
    for year in (near.year, near.year - 1, near.year + 1):
        try:
            found = datetime.strptime(f"{head} {year}", "%a %d %b %Y").date()  # noqa: DTZ007 - a date, of no zone
        except ValueError:
            return None
        if abs(found - near.date()) < timedelta(days=60):
            return found
    return None
