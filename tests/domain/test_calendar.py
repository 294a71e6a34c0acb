"""Laws of study days, slots, weeks and quiet hours, in zones with half-hour DST, missing days and odd midnights."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import calendar

ODD_ZONES = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "America/Nuuk",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Havana",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "UTC",
]
ZONES = st.one_of(st.sampled_from(ODD_ZONES), st.sampled_from(sorted(set(calendar._whitelist().values()))))
WALLS = st.datetimes(datetime.fromisoformat("1975-01-01"), datetime.fromisoformat("2045-01-01"))
INSTANTS = WALLS.map(lambda wall: wall.replace(tzinfo=UTC))
DAYS = WALLS.map(datetime.date)
MINUTES = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))
DAY_ENDS = st.sampled_from([time(0), time(0, 30), time(2, 15), time(3), time(4)])
WEEKDAYS = st.frozensets(st.integers(0, 6), min_size=1)
DAY = timedelta(days=1)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "said", "expected"),
    [
        ("Europe/London", "2026-03-29 01:30", "2026-03-29 01:00"),  # gap 01:00 to 02:00: 02:00 BST
        ("Europe/London", "2026-03-29 01:00", "2026-03-29 01:00"),
        ("Europe/London", "2026-03-29 00:59:59", "2026-03-29 00:59:59"),
        ("Europe/London", "2026-10-25 01:30", "2026-10-25 00:30"),  # overlap: the first
        ("Europe/London", "2026-10-25 02:00", "2026-10-25 02:00"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:30"),  # half an hour: 02:30
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45"),
        ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30 10:00"),  # no such day: 31 December 00:00
        ("America/Nuuk", "2026-03-28 23:30", "2026-03-29 01:00"),  # gap up to midnight
        ("Asia/Kathmandu", "2026-01-01 00:00", "2025-12-31 18:15"),
    ],
)
def test_walls_become_instants(zone: str, said: str, expected: str) -> None:
    assert calendar.resolve(wall(said), zone) == instant(expected)


@given(said=WALLS, zone=ZONES)
def test_a_wall_is_its_instants_clock_or_the_gap_just_closed(said: datetime, zone: str) -> None:
    at = calendar.resolve(said, zone)
    shown = calendar.local(at, zone)
    assert at.tzinfo is UTC
    assert shown >= said
    if shown > said:
        assert calendar.local(at - timedelta(microseconds=1), zone) < said


@given(one=WALLS, other=WALLS, zone=ZONES)
def test_later_walls_never_come_earlier(one: datetime, other: datetime, zone: str) -> None:
    first, second = sorted((one, other))
    assert calendar.resolve(first, zone) <= calendar.resolve(second, zone)


@given(at=INSTANTS, zone=ZONES)
def test_of_two_like_walls_the_first_is_meant(at: datetime, zone: str) -> None:
    assert calendar.resolve(calendar.local(at, zone), zone) <= at


@given(at=INSTANTS, zone=ZONES, day_ends=DAY_ENDS)
def test_an_instant_belongs_to_the_day_around_it(at: datetime, zone: str, day_ends: time) -> None:
    day = calendar.study_day(at, zone=zone, day_ends=day_ends)
    start = calendar.day_end(day - DAY, zone=zone, day_ends=day_ends)
    assert start <= at < calendar.day_end(day, zone=zone, day_ends=day_ends)


@given(day=DAYS, zone=ZONES, day_ends=DAY_ENDS)
def test_where_one_day_ends_the_next_begins(day: date, zone: str, day_ends: time) -> None:
    end = calendar.day_end(day, zone=zone, day_ends=day_ends)
    following = calendar.study_day(end, zone=zone, day_ends=day_ends)
    left_out = calendar.day_end(day + DAY, zone=zone, day_ends=day_ends) == end  # Apia, with days that end at midnight
    assert following == day + (2 if left_out else 1) * DAY
    assert calendar.study_day(end - timedelta(microseconds=1), zone=zone, day_ends=day_ends) <= day


def test_a_night_owl_is_still_on_yesterday() -> None:
    assert calendar.study_day(instant("2026-01-10 02:59"), zone="UTC") == date(2026, 1, 9)
    assert calendar.study_day(instant("2026-01-10 03:00"), zone="UTC") == date(2026, 1, 10)


def test_a_slot_after_midnight_is_in_the_night_of_its_day() -> None:
    assert calendar.slot_instant(date(2026, 1, 9), wall=time(1), zone="UTC") == instant("2026-01-10 01:00")
    assert calendar.slot_instant(date(2026, 1, 9), wall=time(7), zone="UTC") == instant("2026-01-09 07:00")


@given(after=INSTANTS, at=MINUTES, weekdays=WEEKDAYS, zone=ZONES, day_ends=DAY_ENDS)
def test_slots_come_one_a_day_and_in_order(
    after: datetime, at: time, weekdays: frozenset[int], zone: str, day_ends: time
) -> None:
    seen: list[date] = []
    for _ in range(4):
        found = calendar.next_slot(after, wall=at, weekdays=weekdays, zone=zone, day_ends=day_ends)
        assert found is not None
        day, due = found
        assert due > after
        assert due == calendar.slot_instant(day, wall=at, zone=zone, day_ends=day_ends)
        assert day.weekday() in weekdays
        assert not seen or day > seen[-1]
        seen.append(day)
        after = due


@given(after=INSTANTS, at=MINUTES, zone=ZONES)
def test_no_slot_is_left_out(after: datetime, at: time, zone: str) -> None:
    found = calendar.next_slot(after, wall=at, weekdays=frozenset(range(7)), zone=zone)
    assert found is not None
    day, _ = found
    before = calendar.slot_instant(day - DAY, wall=at, zone=zone)
    assert before <= after or not calendar._exists(calendar._date_of_slot(day - DAY, at, calendar.DAY_ENDS), zone)


def test_a_date_that_never_was_has_no_slot() -> None:
    after = calendar.resolve(wall("2011-12-29 12:00"), "Pacific/Apia")
    friday, every_day = frozenset({4}), frozenset(range(7))
    assert calendar.next_slot(after, wall=time(7), weekdays=every_day, zone="Pacific/Apia") == (
        date(2011, 12, 31),
        instant("2011-12-30 17:00"),
    )
    found = calendar.next_slot(after, wall=time(7), weekdays=friday, zone="Pacific/Apia")
    assert found is not None
    assert found[0] == date(2012, 1, 6)


def test_a_slot_in_the_gap_comes_once_and_just_after_it() -> None:
    due = instant("2026-03-28 12:00")
    slots = []
    for _ in range(2):
        found = calendar.next_slot(due, wall=time(1, 30), weekdays=frozenset(range(7)), zone="Europe/London")
        assert found is not None
        slots.append(found)
        due = found[1]
    assert slots == [(date(2026, 3, 28), instant("2026-03-29 01:00")), (date(2026, 3, 29), instant("2026-03-30 00:30"))]


def test_without_weekdays_there_is_no_slot() -> None:
    assert calendar.next_slot(instant("2026-01-01 00:00"), wall=time(7), weekdays=frozenset(), zone="UTC") is None


def test_a_bare_date_ends_with_its_last_second() -> None:
    assert calendar.end_of_date(date(2026, 6, 30), zone="Europe/London") == instant("2026-06-30 22:59:59")
    assert calendar.end_of_date(date(2011, 12, 30), zone="Pacific/Apia") == instant("2011-12-30 10:00:00")


@given(at=INSTANTS, zone=ZONES)
def test_every_instant_lies_in_its_week(at: datetime, zone: str) -> None:
    year, week = calendar.iso_week(at, zone)
    start, end = calendar.week_span(year, week, zone)
    assert start <= at
    assert at < end + timedelta(hours=1)  # a clock set back over midnight shows the old week again
    assert timedelta(days=6) <= end - start <= timedelta(days=7, hours=2)


def test_weeks_follow_one_another_over_a_year() -> None:
    assert calendar.iso_week(instant("2027-01-03 23:59"), "UTC") == (2026, 53)
    assert calendar.week_span(2026, 53, "UTC")[1] == calendar.week_span(2027, 1, "UTC")[0]
    start, end = calendar.week_span(2026, 13, "Europe/London")
    assert end - start == timedelta(days=7, hours=-1)


@given(after=INSTANTS, weekday=st.integers(0, 6), at=MINUTES, zone=ZONES)
def test_a_weekly_post_comes_within_about_a_week(after: datetime, weekday: int, at: time, zone: str) -> None:
    due = calendar.next_weekly(after, weekday=weekday, wall=at, zone=zone)
    assert after < due <= after + timedelta(days=7, hours=2)
    assert due < calendar.next_weekly(due, weekday=weekday, wall=at, zone=zone)


@given(at=INSTANTS, zone=ZONES, start=MINUTES, end=MINUTES)
def test_quiet_hours_end_ahead_and_at_their_time(at: datetime, zone: str, start: time, end: time) -> None:
    until = calendar.quiet_until(at, zone=zone, start=start, end=end)
    if until is not None:
        assert at < until <= at + timedelta(hours=26)
        assert calendar.local(until, zone).time() >= end


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-01-10 21:59", None),
        ("2026-01-10 22:00", "2026-01-11 08:00"),
        ("2026-01-11 00:00", "2026-01-11 08:00"),
        ("2026-01-11 07:59", "2026-01-11 08:00"),
        ("2026-01-11 08:00", None),
    ],
)
def test_quiet_hours_over_midnight(at: str, until: str | None) -> None:
    expected = until and instant(until)
    assert calendar.quiet_until(instant(at), zone="UTC", start=time(22), end=time(8)) == expected


def test_quiet_hours_within_a_day_and_none() -> None:
    noon = instant("2026-01-10 12:00")
    assert calendar.quiet_until(noon, zone="UTC", start=time(11), end=time(13)) == instant("2026-01-10 13:00")
    assert calendar.quiet_until(noon, zone="UTC", start=time(13), end=time(14)) is None
    assert calendar.quiet_until(noon, zone="UTC", start=time(12), end=time(12)) is None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("europe/london", "Europe/London"),
        (" America/New york ", "America/New_York"),
        ("utc", "UTC"),
        ("Etc/UTC", "UTC"),
        ("Etc/GMT+5", None),
        ("UTC+3", None),
        ("localtime", None),
        ("Factory", None),
        ("posix/Europe/London", None),
        ("../../etc/passwd", None),
        ("", None),
    ],
)
def test_zone_names(name: str, key: str | None) -> None:
    assert calendar.canonical_zone(name) == key


@pytest.mark.parametrize("zone", ["Nowhere/Land", "", "America", "../../etc/passwd"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(calendar.UnknownZone):
        calendar.local(instant("2026-01-01 00:00"), zone)


def test_a_wall_has_no_zone_of_its_own() -> None:
    with pytest.raises(ValueError, match="naive"):
        calendar.resolve(instant("2026-01-01 00:00"), "UTC")


def test_every_zone_on_the_list_is_real() -> None:
    for zone in set(calendar._whitelist().values()):
        calendar.local(instant("2026-01-01 00:00"), zone)


def test_zone_rules_come_from_the_pinned_wheel_only() -> None:
    assert zoneinfo.TZPATH == ()
