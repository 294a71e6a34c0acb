"""Nora and Leo: what they do falls due on their clock, in order, once."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox import players
from bot.sandbox.players import ACTS, Act, occasions

LONDON = ZoneInfo("Europe/London")
MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))


async def nothing(*_: object) -> None:
    pass


@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=9)), st.timedeltas(timedelta(), timedelta(days=9)))
def test_a_span_in_two_parts_has_the_same_acts_in_the_same_order(start: datetime, first: timedelta, second: timedelta) -> None:
    middle, end = start + first, start + first + second
    parts = occasions(after=start, until=middle) + occasions(after=middle, until=end)
    assert [one.name for one in parts] == [one.name for one in occasions(after=start, until=end)]


@given(MOMENTS)
def test_the_next_act_is_the_first_there_is(now: datetime) -> None:
    upcoming = players.next_at(now)
    assert now < upcoming
    assert not occasions(after=now, until=upcoming - timedelta(microseconds=1))
    assert occasions(after=now, until=upcoming)


def test_acts_keep_to_the_wall_clock_when_it_changes() -> None:
    seven = Act("nora", frozenset(range(7)), time(7), nothing)
    for sunday in (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)):
        found = occasions(after=sunday - timedelta(days=2), until=sunday + timedelta(days=2), acts=(seven,))
        assert [f"{one.at.astimezone(LONDON):%H:%M}" for one in found] == ["07:00"] * len(found)


def test_every_act_has_a_name_of_its_own() -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    names = [one.name for one in occasions(after=start, until=start + timedelta(weeks=4))]
    assert len(names) == len(set(names)) == 4 * sum(len(act.weekdays) for act in ACTS)
    assert all(len(name) <= 64 for name in names), "the inbox keeps them as the update's id"
