"""Groups: set-up, joining and leaving, what happens to the chat."""

from datetime import date, datetime, time
from typing import Any

from bot.domain.commitments import Commitment
from bot.domain.notices import Notice
from bot.domain.people import MAIN, Consent, Group, Learner, Slot
from bot.domain.plans import Place, Plan
from bot.store.database import Tx
from bot.store.timers import Timer


async def join(tx: Tx, learner: Learner, group: Group, *, at: datetime) -> None:
    """Make a learner a member; consent is asked next and shows nothing until chosen."""
    raise NotImplementedError


async def choose_consent(tx: Tx, learner: Learner, group: Group, consent: Consent, *, at: datetime) -> None:
    """Set how much the group sees, and let what is shown there follow at once."""
    raise NotImplementedError
