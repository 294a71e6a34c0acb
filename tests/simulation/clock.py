"""Virtual time: an event loop that never waits, and the two clocks of a world, the true one and the bot's."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

_RESOLUTION: Final = 1e-6  # seconds: what floats of a year in seconds tell apart
T = TypeVar("T")


class Standstill(Exception):
    """Everybody waits for somebody else, and nothing is scheduled: in real life it would hang for ever."""


class _Leaps(selectors.SelectSelector):
    """Waits for no file: where the loop would sleep, its time leaps."""

    loop: "VirtualLoop"

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Standstill
        self.loop.leap(timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time begins at 0 and jumps to the next scheduled call when nothing is ready."""

    def __init__(self) -> None:
        self._at = 0.0
        selector = _Leaps()
        selector.loop = self
        super().__init__(selector)
        self._clock_resolution = _RESOLUTION
        self.set_exception_handler(lambda _loop, _context: None)  # of tasks whose process died nobody hears the last words

    def time(self) -> float:
        return self._at

    def leap(self, seconds: float) -> None:
        """Let time pass at once."""
        self._at += max(0.0, seconds)

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> "asyncio.Future[T]":  # type: ignore[override]
        """There are no threads in a world: what would go to one is a gap in the simulation."""
        raise AssertionError(f"{func!r} would have run in a thread")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a world to its end in a loop of its own."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


class WorldClock:
    """The time in a world. `now` is what the bot's machine believes; `true` is what the platforms and people go by.

    `skew`: how far the machine's clock is off. A machine that was suspended finds that hours have passed which it did not count.
    """

    def __init__(self, begins: datetime) -> None:
        self._begins = begins.astimezone(UTC)
        self._slept = timedelta()
        self.skew = timedelta()

    def true(self) -> datetime:
        return self._begins + self._slept + timedelta(seconds=asyncio.get_running_loop().time())

    def now(self) -> datetime:
        return self.true() + self.skew

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    def suspend(self, span: timedelta) -> None:
        """The machine sleeps: time goes on, its own does not."""
        self._slept += span
