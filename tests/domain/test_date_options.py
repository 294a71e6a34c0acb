"""Dates that are offered."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.date_options import fresh_dates, later_dates

START = datetime(2025, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3650)).map(lambda later: START + later)


def test_on_a_monday() -> None:
    offered = fresh_dates(datetime(2026, 6, 1, 6, tzinfo=UTC), zone="Europe/London")
    assert [(name, f"{at:%d %b %H:%M:%S}") for name, at in offered] == [
        ("week", "07 Jun 22:59:59"),
        ("month", "30 Jun 22:59:59"),
        ("six-weeks", "13 Jul 22:59:59"),
    ]


def test_at_the_end_of_a_week_and_a_month_the_next_ones_are_meant() -> None:
    offered = fresh_dates(datetime(2026, 6, 28, 6, tzinfo=UTC), zone="Europe/London")
    assert [name for name, _ in offered] == ["next-week", "next-month", "six-weeks"]


@given(at=MOMENTS, zone=st.sampled_from(["Europe/London", "Pacific/Apia", "Asia/Kolkata", "America/St_Johns"]))
def test_offers_are_ahead_in_order_and_each_once(at: datetime, zone: str) -> None:
    for offered in (fresh_dates(at, zone=zone), later_dates(at - timedelta(days=3), at=at, zone=zone)):
        instants = [instant for _, instant in offered]
        assert len(instants) >= 2
        assert instants == sorted(set(instants))
        assert instants[0] > at
