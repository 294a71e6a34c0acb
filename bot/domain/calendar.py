"""Study days, slots, weeks and quiet hours: between wall-clock time in an IANA zone and instants in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

DAY_ENDS = time(3)
"""A study day ends at 03:00 local unless the learner says otherwise (PRODUCT.md, Words)."""

_DAY = timedelta(days=1)
_MIDNIGHT = time(0)
_LAST_SECOND = time(23, 59, 59)


class UnknownZone(ValueError):
    """A zone that the pinned tz data does not know; `str(error)` is its name."""


def canonical_zone(name: str) -> str | None:
    """Return the IANA key that `name` means, whatever its case and spaces, or None if it is not one we offer."""
    return _whitelist().get(name.strip().replace(" ", "_").casefold())


def local(at: datetime, zone: str) -> datetime:
    """Return what the clock on the wall shows in `zone` at the instant `at`, as a naive datetime."""
    return at.astimezone(_tz(zone)).replace(tzinfo=None, fold=0)


def resolve(wall: datetime, zone: str) -> datetime:
    """Return the instant (UTC) at which the naive `wall` is shown in `zone`; UnknownZone if there is no such zone.

    A wall that DST skips becomes the first minute after the gap, one that is shown twice its first time (PRODUCT.md,
    Reminders and time).
    """
    if wall.tzinfo is not None:
        raise ValueError(f"wall time must be naive, got {wall.isoformat()}")
    tz = _tz(zone)
    before = wall.replace(tzinfo=tz, fold=0).astimezone(UTC)
    if before.astimezone(tz).replace(tzinfo=None) == wall:
        return before
    return _end_of_gap(wall.replace(tzinfo=tz, fold=1).astimezone(UTC), before, tz)


@lru_cache(maxsize=4096)  # of all learners in a zone, and asked several times with whatever they say
def day_end(day: date, *, zone: str, day_ends: time = DAY_ENDS) -> datetime:
    """Return the instant at which the study day `day` is over and the next one has begun."""
    return resolve(datetime.combine(day + _DAY, day_ends), zone)


def study_day(at: datetime, *, zone: str, day_ends: time = DAY_ENDS) -> date:
    """Return the study day to which the instant `at` belongs: at or after the end of the day before, before its own end.

    Compares instants, not walls, so that a clock set back over the boundary does not bring a finished day back.
    """
    day = local(at, zone).date()
    if at < day_end(day - _DAY, zone=zone, day_ends=day_ends):
        return day - _DAY
    if at >= day_end(day, zone=zone, day_ends=day_ends):
        return day + _DAY
    return day


def slot_instant(day: date, *, wall: time, zone: str, day_ends: time = DAY_ENDS) -> datetime:
    """Return the instant of the slot at `wall` of the study day `day`; a wall before `day_ends` is in the night after it."""
    return resolve(datetime.combine(_date_of_slot(day, wall, day_ends), wall), zone)


def next_slot(
    after: datetime, *, wall: time, weekdays: frozenset[int], zone: str, day_ends: time = DAY_ENDS
) -> tuple[date, datetime] | None:
    """Return the study day and instant of the first slot strictly after the instant `after`, None without weekdays.

    `weekdays` (0 = Monday) are those of the study day. Each study day has one slot, also where DST shifts it past the
    day's end: the day is its key. Dates that the zone leaves out (Apia, 30 December 2011) have none.
    """
    first = study_day(after, zone=zone, day_ends=day_ends)
    for ahead in range(15 if weekdays else 0):  # two weeks: the only weekday of the first may be a date left out
        day = first + ahead * _DAY
        if day.weekday() not in weekdays or not _exists(_date_of_slot(day, wall, day_ends), zone):
            continue
        instant = slot_instant(day, wall=wall, zone=zone, day_ends=day_ends)
        if instant > after:
            return day, instant
    return None


def end_of_date(day: date, *, zone: str) -> datetime:
    """Return the instant of 23:59:59 local on the calendar date `day`, when a promise with a bare date is due."""
    return resolve(datetime.combine(day, _LAST_SECOND), zone)


def iso_week(at: datetime, zone: str) -> tuple[int, int]:
    """Return the ISO year and week of the local date at the instant `at`."""
    year, week, _ = local(at, zone).isocalendar()
    return year, week


def week_span(year: int, week: int, zone: str) -> tuple[datetime, datetime]:
    """Return the instants at which an ISO week begins (included) and ends (excluded) in `zone`."""
    monday = date.fromisocalendar(year, week, 1)
    return (
        resolve(datetime.combine(monday, _MIDNIGHT), zone),
        resolve(datetime.combine(monday + 7 * _DAY, _MIDNIGHT), zone),
    )


def next_weekly(after: datetime, *, weekday: int, wall: time, zone: str) -> datetime:
    """Return the first instant strictly after `after` at which it is `wall` on `weekday` (0 = Monday) in `zone`."""
    today = local(after, zone).date()
    day = today + (weekday - today.weekday()) % 7 * _DAY
    instant = resolve(datetime.combine(day, wall), zone)
    return instant if instant > after else resolve(datetime.combine(day + 7 * _DAY, wall), zone)


def quiet_until(at: datetime, *, zone: str, start: time, end: time) -> datetime | None:
    """Return the instant at which the quiet hours around `at` end, None outside them; `start` == `end` means none at all.

    Hours that begin later than they end run over midnight (PRODUCT.md, Slip alert: 22:00 to 08:00).
    """
    now = local(at, zone)
    evening = now.time() >= start
    morning = now.time() < end
    if not (evening and morning if start <= end else evening or morning):
        return None
    day = now.date() + _DAY if start > end and evening else now.date()
    until = resolve(datetime.combine(day, end), zone)
    return until if until > at else None  # in the repeated hour of an overlap the end has already been


def _date_of_slot(day: date, wall: time, day_ends: time) -> date:
    return day + _DAY if wall < day_ends else day


def _exists(day: date, zone: str) -> bool:
    """Tell whether the zone has this date at all: its midnight may be skipped, but not over to another date."""
    return local(resolve(datetime.combine(day, _MIDNIGHT), zone), zone).date() == day


def _end_of_gap(before: datetime, after: datetime, tz: ZoneInfo) -> datetime:
    """Return the instant between the two at which the zone's offset changes: the first one after the gap."""
    offset = after.astimezone(tz).utcoffset()
    low, high = before.replace(microsecond=0), after.replace(microsecond=0)  # offsets change on whole seconds
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // timedelta(seconds=2) * timedelta(seconds=1)
        if middle.astimezone(tz).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return high


@cache  # ZoneInfo itself keeps only eight alive; learners live in more. Unknown names raise, so this stays small.
def _tz(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(zone) from error


@cache
def _whitelist() -> dict[str, str]:
    """Map case-folded names to keys: places (`Area/City`) and UTC, no bare offsets, abbreviations or internal files."""
    odd = ("Etc/", "posix/", "right/", "SystemV/")
    places = {key for key in available_timezones() if "/" in key and not key.startswith(odd)}
    return {key.casefold(): key for key in places} | {"utc": "UTC", "etc/utc": "UTC"}
