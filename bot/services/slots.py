"""Setting when one studies."""

from datetime import date, datetime, time
from typing import Any

from bot.domain.commitments import Commitment
from bot.domain.notices import Notice
from bot.domain.people import MAIN, Consent, Group, Learner, Slot
from bot.domain.plans import Place, Plan
from bot.store.database import Tx
from bot.store.timers import Timer


async def set_slot(tx: Tx, learner: Learner, *, wall: time, weekdays: frozenset[int], at: datetime, kind: str = MAIN) -> Slot:
    """Set a learner's slot and the timer of its next occurrence; never a second card on one study day."""
    raise NotImplementedError


async def change_zone(tx: Tx, learner: Learner, zone: str, *, at: datetime) -> Learner:
    """Move a learner, and their slots, to another zone; promises already made keep theirs."""
    raise NotImplementedError
