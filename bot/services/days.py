"""The course of a study day: nudges, and its end."""

from datetime import date, datetime, time
from typing import Any

from bot.domain.commitments import Commitment
from bot.domain.notices import Notice
from bot.domain.people import MAIN, Consent, Group, Learner, Slot
from bot.domain.plans import Place, Plan
from bot.store.database import Tx
from bot.store.timers import Timer


async def days_due(tx: Tx, rows: list[Timer], at: datetime) -> None:
    """Timer "day" (subject: learner id): nudge, evening nudge, end of the study day."""
    raise NotImplementedError


async def load_nudge(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "nudge" {learner, day, stage}; None once checked in."""
    raise NotImplementedError
