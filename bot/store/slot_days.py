"""Which study days a slot has had its session on, and which were checked in."""

from datetime import date

from sqlalchemy import func, select

from bot.store.database import Tx
from bot.store.schema import checkins, sessions


async def last_day(tx: Tx, *, learner_id: int, slot: str) -> date | None:
    """The latest study day that has a session of a learner's slot of this kind, whatever became of it."""
    theirs = (sessions.c.learner_id == learner_id, sessions.c.slot == slot)
    found: date | None = (await tx.execute(select(func.max(sessions.c.day)).where(*theirs))).scalar_one_or_none()
    return found


async def last_checkin_day(tx: Tx, *, learner_id: int) -> date | None:
    """The latest study day a learner has a check-in for."""
    theirs = (checkins.c.learner_id == learner_id, checkins.c.undone_at.is_(None))
    found: date | None = (await tx.execute(select(func.max(checkins.c.day)).where(*theirs))).scalar_one_or_none()
    return found
