"""The morning card: when it is due, what it says now."""

from datetime import date, datetime, time
from typing import Any

from bot.domain.commitments import Commitment
from bot.domain.notices import Notice
from bot.domain.people import MAIN, Consent, Group, Learner, Slot
from bot.domain.plans import Place, Plan
from bot.store.database import Tx
from bot.store.timers import Timer


async def slots_due(tx: Tx, rows: list[Timer], at: datetime) -> None:
    """Timer "slot" (subject: slot id): plan the session, queue the card, set the next occurrence and the learner's "day" timer."""
    raise NotImplementedError


async def load_card(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "card" {learner, day, slot}: the card as it stands now."""
    raise NotImplementedError


async def card_not_delivered(tx: Tx, facts: dict[str, Any], *, why: str, at: datetime) -> None:
    """A card did not arrive: the session is excused."""
    raise NotImplementedError


async def refresh(tx: Tx, learner: Learner, *, day: date, at: datetime) -> None:
    """Bring the card of a study day up to date where it is shown."""
    raise NotImplementedError
