"""What is forgotten in time, and a look at whether the database answers."""

from datetime import datetime, timedelta
from typing import Final

from bot.domain.links import WRONG_WITHIN
from bot.services.buddies import INVITE_LIVES
from bot.store import buddies, inbox, links, outbox, pacing, parties, pulses
from bot.store.database import Tx
from bot.store.inbox import FORGOTTEN_AT_ONCE

KEEP_SAID: Final = timedelta(days=90)  # keys guard against saying things twice; nothing that old is asked for again
DEAF_LONG_AGO: Final = timedelta(days=30)  # a deadline looks twelve hours back, a day that was slept through a day or two
COUNTED: Final = timedelta(hours=1)  # a chat's limits look back a minute; what was counted before says nothing


async def clean(tx: Tx, *, at: datetime) -> bool:
    """Delete handled updates, what was said long ago, and gaps, limits, codes, tries and invitations that count no more.

    Of what there may be much of a part at a time; True where there may be more. One process is enough to do so.
    """
    if not await parties.alone(tx, "housekeeping"):
        return False
    large = (
        await inbox.forget_old(tx, at=at),
        await outbox.forget_old(tx, before=at - KEEP_SAID),
        await outbox.forget_cards(tx, before=at - KEEP_SAID),
    )
    await pulses.forget_old(tx, before=at - DEAF_LONG_AGO)
    await pacing.forget_old(tx, before=at - COUNTED)
    await links.forget_old(tx, before=at - WRONG_WITHIN)
    await buddies.forget_old(tx, before=at - INVITE_LIVES)
    return max(large) >= FORGOTTEN_AT_ONCE


async def look(tx: Tx) -> None:
    """Read something small."""
    await inbox.oldest_waiting(tx)
