"""A learner's own quiet hours."""

from dataclasses import replace
from datetime import time

from bot.domain.notices.people import QuietHours
from bot.domain.people import Learner
from bot.store import people
from bot.store.database import Tx


def view(learner: Learner) -> QuietHours:
    """The hours as they are."""
    return QuietHours(learner.quiet_start, learner.quiet_end, own=learner.quiet_own, fresh=False)


async def choose(tx: Tx, learner: Learner, hours: tuple[time, time]) -> QuietHours:
    """Set them; hours that end when they begin are none. They hold from now on, also for what waits already."""
    start, end = hours
    await people.change(tx, learner.id, quiet_start=start, quiet_end=end, quiet_own=True)
    return replace(view(learner), start=start, end=end, own=True, fresh=True)
