"""How much waits where: what the operator's gauges are read off."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from bot.store.database import Tx
from bot.store.outbox import Lane, State, is_open
from bot.store.schema import inbox, outbox, timers


@dataclass(frozen=True, slots=True)
class Depths:
    """Updates not handled, messages not ended, timers due.

    `waiting_since` is when the oldest waiting update was sent, `ready_since` since when the oldest message that may go waits.
    """

    waiting: int
    waiting_since: datetime | None
    open: dict[tuple[str, str], int]
    ready_since: datetime | None
    timers_due: int


async def measure(tx: Tx, *, at: datetime) -> Depths:
    """Count; each query reads an index of what is open, not the history."""
    waiting = (await tx.execute(select(func.count(), func.min(inbox.c.sent_at)).where(inbox.c.state == "new"))).one()
    by_lane = select(outbox.c.state, outbox.c.lane, func.count()).where(is_open(outbox)).group_by(outbox.c.state, outbox.c.lane)
    ready = select(func.min(outbox.c.next_try_at)).where(
        is_open(outbox), outbox.c.state == State.READY, outbox.c.next_try_at <= at
    )
    return Depths(
        waiting=waiting[0],
        waiting_since=waiting[1],
        open={(state, Lane(lane).name.lower()): count for state, lane, count in await tx.execute(by_lane)},
        ready_since=(await tx.execute(ready)).scalar_one(),
        timers_due=(await tx.execute(select(func.count()).where(timers.c.due_at <= at))).scalar_one(),
    )
