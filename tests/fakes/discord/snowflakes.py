"""Ids as Discord makes them: the milliseconds since 2015 in the upper bits, so that they sort by time."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


class Snowflakes:
    """Never the same id twice, and never one below an earlier one, even where the clock stands still or steps back."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, at: datetime) -> int:
        """A new id for that instant."""
        self._last = max(self._last + 1, int((at - EPOCH) / timedelta(milliseconds=1)) << 22)
        return self._last


def instant(snowflake: int) -> datetime:
    """When the thing with that id was made, to the millisecond."""
    return EPOCH + timedelta(milliseconds=snowflake >> 22)


def iso(at: datetime) -> str:
    """An instant as Discord writes it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
