"""The sandbox's clock: an offset from the real one; it can be held at an instant and set forward."""

from datetime import datetime, timedelta

from bot.clock import Clock


class PushedClock:
    """A Clock that goes on by itself, `ahead` of another one, unless it is held."""

    def __init__(self, real: Clock) -> None:
        self._real = real
        self._held: datetime | None = None
        self.ahead = timedelta()

    def now(self) -> datetime:
        """The instant in the sandbox."""
        return self._held or self._real.now() + self.ahead

    def monotonic(self) -> float:
        """Real seconds since some fixed moment: what takes a second takes a second."""
        return self._real.monotonic()

    def set_ahead(self, ahead: timedelta) -> None:
        """Go on from an offset that was kept."""
        self._held, self.ahead = None, ahead

    def hold(self, at: datetime) -> None:
        """Stand still at an instant."""
        self._held, self.ahead = at, self.ahead_at(at)

    def ahead_at(self, at: datetime) -> timedelta:
        """How far ahead of the real clock an instant is now."""
        return at - self._real.now()

    def go_on(self) -> None:
        """Go on from where it stands."""
        if self._held is not None:
            self.set_ahead(self.ahead_at(self._held))
