"""The weekly digest of a group."""

from datetime import date, datetime, time
from typing import Any

from bot.domain.commitments import Commitment
from bot.domain.notices import Notice
from bot.domain.people import MAIN, Consent, Group, Learner, Slot
from bot.domain.plans import Place, Plan
from bot.store.database import Tx
from bot.store.timers import Timer


async def digests_due(tx: Tx, rows: list[Timer], at: datetime) -> None:
    """Timer "digest" (subject: group id): queue the week's parts and set the next."""
    raise NotImplementedError


async def schedule(tx: Tx, group: Group, *, at: datetime) -> None:
    """Set the timer of a group's next digest and board day."""
    raise NotImplementedError


async def load_digest(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "digest" {group, year, week, part}."""
    raise NotImplementedError
