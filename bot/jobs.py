"""APScheduler as an alarm clock and nothing more: it wakes the loops; what is due is decided by rows and instants."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.metrics import DATABASE_ERRORS
from bot.store.database import is_passing

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so many seconds."""

    name: str
    every: float
    does: Callable[[], Awaitable[None]]


async def run(jobs: list[Job], *, clock: Clock, max_sleep: float) -> None:
    """Wake each job at its pace until cancelled; a job that breaks ends this with its error.

    APScheduler reckons in wall-clock time: after a step backwards (NTP, a resumed machine) it would sleep until the old time
    comes round again. So at most `max_sleep` seconds pass before the clock is read anew and a job set too far ahead is called.
    """
    scheduler = AsyncIOScheduler(timezone="UTC")
    broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    for job in jobs:
        scheduler.add_job(
            _do, "interval", args=[job, broken], seconds=job.every, id=job.name, coalesce=True, max_instances=1,
            misfire_grace_time=None, next_run_time=clock.now(),
        )  # fmt: skip
    scheduler.start()
    try:
        while True:
            await asyncio.wait([broken], timeout=max_sleep)
            if broken.done():
                broken.result()
            _call_in_those_too_far_ahead(scheduler, jobs, clock=clock)
    finally:
        scheduler.shutdown(wait=False)


async def _do(job: Job, broken: asyncio.Future[None]) -> None:
    """Do a job; where the database was only busy or full, its next turn comes soon enough. What breaks is told to `broken`."""
    try:
        await job.does()
    except asyncio.CancelledError:
        return  # the bot stops: APScheduler would log that as an error of the job's
    except Exception as error:  # noqa: BLE001 - handed on
        if is_passing(error):
            DATABASE_ERRORS.labels(job.name).inc()
            _log.warning("the database takes nothing, tried again at the next turn", job=job.name, error=str(error))
        elif not broken.done():
            broken.set_exception(error)


def _call_in_those_too_far_ahead(scheduler: AsyncIOScheduler, jobs: list[Job], *, clock: Clock) -> None:
    now = clock.now()
    for job in jobs:
        entry = scheduler.get_job(job.name)
        if entry is not None and entry.next_run_time - now > timedelta(seconds=2 * job.every):
            _log.warning("the clock went back; waking early", job=job.name)
            entry.modify(next_run_time=now)
