"""The only reader of the system clock; everyone else is told the time."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the loops ask for the time; a test holds one that it can turn."""

    def now(self) -> datetime:
        """The instant, aware, in UTC. May jump either way (suspend, NTP)."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never steps back. For durations only."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never steps back."""
        return time.monotonic()
