"""What is forgotten in time, and a look at whether the database answers."""

from datetime import datetime, timedelta
from typing import Final

from bot.domain.links import WRONG_WITHIN
from bot.services.buddies import INVITE_LIVES
from bot.store import buddies, inbox, links, outbox, parties
from bot.store.database import Tx

KEEP_SAID: Final = timedelta(days=90)  # keys guard against saying things twice; nothing that old is asked for again


async def clean(tx: Tx, *, at: datetime) -> None:
    """Delete handled updates and what was said long ago, and codes, tries and invitations that count no more.

    One process is enough to do so.
    """
    if not await parties.alone(tx, "housekeeping"):
        return
    await inbox.forget_old(tx, at=at)
    await outbox.forget_old(tx, before=at - KEEP_SAID)
    await links.forget_old(tx, before=at - WRONG_WITHIN)
    await buddies.forget_old(tx, before=at - INVITE_LIVES)


async def look(tx: Tx) -> None:
    """Read something small."""
    await inbox.oldest_waiting(tx)
