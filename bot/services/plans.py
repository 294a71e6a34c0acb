"""Plans: choosing, importing, finishing modules."""

from datetime import date, datetime, time
from typing import Any

from bot.domain.commitments import Commitment
from bot.domain.notices import Notice
from bot.domain.people import MAIN, Consent, Group, Learner, Slot
from bot.domain.plans import Place, Plan
from bot.store.database import Tx
from bot.store.timers import Timer


async def active_plan(tx: Tx, learner_id: int) -> Plan | None:
    """A learner's active plan with ids, or None."""
    raise NotImplementedError


async def use_plan(tx: Tx, learner: Learner, plan: Plan, *, at: datetime) -> Plan:
    """Make `plan` (a template, an import) the learner's active plan and return it with ids."""
    raise NotImplementedError


async def finish_module(tx: Tx, learner: Learner, module_id: int, *, day: date, at: datetime) -> Place:
    """Mark a module done, start its reviews, and let promises and the card follow."""
    raise NotImplementedError


async def unfinish_module(tx: Tx, learner: Learner, module_id: int, *, at: datetime) -> Place:
    """Undo `finish_module` with everything derived from it."""
    raise NotImplementedError
