"""Deadlines that pass: warnings, the private question, the alert, its repair."""

from datetime import date, datetime, time
from typing import Any

from bot.domain.commitments import Commitment
from bot.domain.notices import Notice
from bot.domain.people import MAIN, Consent, Group, Learner, Slot
from bot.domain.plans import Place, Plan
from bot.store.database import Tx
from bot.store.timers import Timer


async def promises_due(tx: Tx, rows: list[Timer], at: datetime) -> None:
    """Timer "promise" (subject: commitment id): warnings 7, 3, 1 days ahead; the question at the due instant; the alert two hours later."""
    raise NotImplementedError


async def schedule(tx: Tx, commitment: Commitment, *, at: datetime) -> None:
    """Set the promise's timer to whatever comes next for it; called whenever its date or state changes."""
    raise NotImplementedError


async def load_ask(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "ask" {commitment}; None once it is done."""
    raise NotImplementedError


async def load_alert(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "alert" {commitment}: named only with consent to alerts; after the finish, the repaired text."""
    raise NotImplementedError
