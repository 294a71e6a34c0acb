"""Jobs: woken at their pace whatever the clock does; a broken one ends the run, a busy database does not."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from bot import jobs
from bot.clock import SystemClock
from bot.jobs import Job

SHORT = 0.05


class Shifted(SystemClock):
    """The machine's clock, set forward for a while."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        return super().now().astimezone(UTC) + self.ahead


def ticking(times: int) -> tuple[Callable[[], Awaitable[None]], asyncio.Event]:
    """A job, and an event that is set when it has been done so often."""
    done, left = asyncio.Event(), [times]

    async def tick() -> None:
        left[0] -= 1
        if left[0] <= 0:
            done.set()

    return tick, done


async def runs_until(event: asyncio.Event, job: Job, clock: SystemClock) -> None:
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(jobs.run([job], clock=clock, max_sleep=SHORT))
        await event.wait()
        running.cancel()


async def test_a_job_is_done_again_and_again() -> None:
    tick, done = ticking(3)
    await runs_until(done, Job("tick", SHORT, tick), SystemClock())


async def test_after_the_clock_went_back_no_job_sleeps_until_the_old_time() -> None:
    clock = Shifted(timedelta(hours=1))
    tick, done = ticking(2)
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(jobs.run([Job("tick", SHORT, tick)], clock=clock, max_sleep=SHORT))
        await asyncio.sleep(2 * SHORT)
        assert not done.is_set()  # set for an hour ahead by the wrong clock
        clock.ahead = timedelta()
        await done.wait()
        running.cancel()


async def test_a_job_that_breaks_ends_the_run_with_its_error() -> None:
    async def breaks() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async with asyncio.timeout(10):
            await jobs.run([Job("tick", SHORT, breaks)], clock=SystemClock(), max_sleep=30)


async def test_a_busy_database_is_tried_again_at_the_next_turn() -> None:
    done, errors = asyncio.Event(), [OperationalError("BEGIN IMMEDIATE", None, Exception("database is locked"))]

    async def busy_once() -> None:
        if errors:
            raise errors.pop()
        done.set()

    await runs_until(done, Job("tick", SHORT, busy_once), SystemClock())
