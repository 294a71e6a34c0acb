"""What is forgotten in time, and a look at whether the database answers."""

from datetime import datetime, timedelta
from typing import Final

from bot.domain.links import WRONG_WITHIN
from bot.services.buddies import INVITE_LIVES
from bot.store import buddies, inbox, links, outbox, pacing
from bot.store.database import Tx

KEEP_SAID: Final = timedelta(days=90)  # keys guard against saying things twice; nothing that old is asked for again
COUNTED: Final = timedelta(hours=1)  # a chat's limits look back a minute; what was counted before says nothing


async def clean(tx: Tx, *, at: datetime) -> None:
    """Delete handled updates, what was said long ago, and limits, codes, tries and invitations that count no more."""
    await inbox.forget_old(tx, at=at)
    await outbox.forget_old(tx, before=at - KEEP_SAID)
    await pacing.forget_old(tx, before=at - COUNTED)
    await links.forget_old(tx, before=at - WRONG_WITHIN)
    await buddies.forget_old(tx, before=at - INVITE_LIVES)


async def look(tx: Tx) -> None:
    """Read something small."""
    await inbox.oldest_waiting(tx)
