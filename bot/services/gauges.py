"""The operator's gauges that are read off the database."""

from datetime import datetime

from bot.metrics import DEAF_SECONDS, INBOX_AGE, INBOX_WAITING, OLDEST_READY, OUTBOX_OPEN, TIMERS_DUE
from bot.store import depths, pulses
from bot.store.database import Tx


async def show(tx: Tx, *, at: datetime) -> None:
    """Set them to what the database holds at `at`."""
    found = await depths.measure(tx, at=at)
    INBOX_WAITING.set(found.waiting)
    INBOX_AGE.set(_seconds(found.waiting_since, at))
    OUTBOX_OPEN.clear()
    for (state, lane), count in found.open.items():
        OUTBOX_OPEN.labels(state, lane).set(count)
    OLDEST_READY.set(_seconds(found.ready_since, at))
    TIMERS_DUE.set(found.timers_due)
    for name, heard in (await pulses.latest(tx)).items():
        DEAF_SECONDS.labels(name).set((at - heard).total_seconds())


def _seconds(since: datetime | None, at: datetime) -> float:
    return 0.0 if since is None else max(0.0, (at - since).total_seconds())
