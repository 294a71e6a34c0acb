"""How far each platform has been heard, and when the bot was deaf: its own failure never counts against a learner."""

from datetime import datetime, timedelta
from typing import Final

from bot.store import inbox, pulses
from bot.store.database import Tx

DEAF_FROM: Final = timedelta(minutes=3)  # a gap between two hearings that a learner could have noticed
LOOK_BACK: Final = timedelta(hours=12)  # ARCHITECTURE.md, Time: deafness in the 12 h before a deadline moves it


async def heard(tx: Tx, name: str, *, at: datetime) -> None:
    """Record that everything said on platform `name` until `at` is in the inbox; a long gap before is kept as an outage."""
    before = await pulses.beat(tx, name, at=at)
    if before is not None and at - before > DEAF_FROM:
        await pulses.add_outage(tx, name, since=before, until=at)


async def judged_until(tx: Tx) -> datetime | None:
    """The instant up to which everything said has been handled: None while no platform was heard yet."""
    heard_until = await pulses.earliest(tx)
    waiting = await inbox.oldest_waiting(tx)
    if heard_until is None or waiting is None:
        return heard_until
    return min(heard_until, waiting)


async def deaf_before(tx: Tx, at: datetime) -> timedelta:
    """For how long the bot was deaf in the 12 hours before `at`."""
    spans = await pulses.outages_between(tx, since=at - LOOK_BACK, until=at)
    total = timedelta()
    reach = at - LOOK_BACK
    for since, until in spans:  # in order; overlapping ones (two platforms) count once
        start = max(since, reach)
        end = min(until, at)
        if end > start:
            total += end - start
            reach = end
    return total


async def only(tx: Tx, names: list[str]) -> None:
    """Forget how far platforms were heard that this bot no longer listens to: no deadline waits for them."""
    await pulses.forget_others(tx, names)
