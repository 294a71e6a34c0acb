"""Promises: drafting, publishing, moving, keeping."""

from datetime import date, datetime, time
from typing import Any

from bot.domain.commitments import Commitment, Progress
from bot.domain.notices import Notice
from bot.domain.people import MAIN, Consent, Group, Learner, Slot
from bot.domain.plans import Place, Plan
from bot.store.database import Tx
from bot.store.timers import Timer


async def nearest(tx: Tx, learner_id: int, *, at: datetime) -> Commitment | None:
    """The learner's open commitment that is due first."""
    raise NotImplementedError


async def progress(tx: Tx, commitment: Commitment) -> Progress:
    """How far a promise's scope is done."""
    raise NotImplementedError


async def after_progress(tx: Tx, learner: Learner, *, at: datetime) -> list[Commitment]:
    """Close the open promises whose scope is done by now (or reopen those closed so whose scope no longer is); return those changed."""
    raise NotImplementedError


async def load_promise(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "promise" {commitment}: the post in the group; None where consent does not allow it."""
    raise NotImplementedError


async def load_preview(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "preview" {commitment}."""
    raise NotImplementedError


async def post_not_delivered(tx: Tx, commitment_id: int, *, why: str, at: datetime) -> None:
    """The post of a promise did not arrive, or perhaps: ask its author whether to post it again."""
    raise NotImplementedError


async def alert_arrived(tx: Tx, commitment_id: int, *, at: datetime) -> None:
    """A slip alert stands in the group."""
    raise NotImplementedError
