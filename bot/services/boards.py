"""The pinned board of a group."""

from datetime import date, datetime, time
from typing import Any

from bot.domain.commitments import Commitment
from bot.domain.notices import Notice
from bot.domain.people import MAIN, Consent, Group, Learner, Slot
from bot.domain.plans import Place, Plan
from bot.store.database import Tx
from bot.store.timers import Timer


async def touch(tx: Tx, group_id: int, *, at: datetime) -> None:
    """Let the board follow a change: put it up where it is missing, else edit it in place, at most every 30 seconds."""
    raise NotImplementedError


async def boards_due(tx: Tx, rows: list[Timer], at: datetime) -> None:
    """Timer "board" (subject: group id): a new day on the board."""
    raise NotImplementedError


async def load_board(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "board" {group}."""
    raise NotImplementedError
