"""Where things stand for a learner: what /start, /timezone and /privacy show of it."""

from datetime import datetime

from bot.domain.notices.people import GroupSeen, Home, ZoneSet
from bot.domain.people import MAIN, SECOND, Learner, Slot
from bot.domain.plans import count_plan
from bot.services import commitments, rest, slots
from bot.store import groups, people, plans
from bot.store import slots as slot_rows
from bot.store.database import Tx


async def home(tx: Tx, learner: Learner, *, fresh: bool, at: datetime) -> Home:
    """All that is set up."""
    theirs = {one.kind: one for one in await slot_rows.of_learner(tx, learner.id)}
    slot, second = theirs.get(MAIN), theirs.get(SECOND)
    plan = await plans.active(tx, learner.id)
    count = count_plan(plan) if plan else None
    return Home(
        fresh=fresh,
        zone=learner.zone,
        wall=slot.wall if slot else None,
        weekdays=tuple(sorted(slot.weekdays)) if slot else (),
        next_at=await slots.next_card(tx, learner, slot, at=at) if slot else None,
        plan=plan.title if plan else None,
        done=count.done if count else 0,
        total=count.total if count else 0,
        groups=await groups_seen(tx, learner),
        second=(second.wall, tuple(sorted(second.weekdays))) if second else None,
        away=await rest.away_soon(tx, learner, at=at),
    )


async def zone_set(tx: Tx, learner: Learner, *, at: datetime) -> ZoneSet:
    """The zone as it is set, with what follows from it and what does not."""
    slot = await main_slot(tx, learner)
    promise = await commitments.nearest(tx, learner.id, at=at)
    return ZoneSet(
        zone=learner.clock_zone,
        next_at=await slots.next_card(tx, learner, slot, at=at) if slot else None,
        promised_at=promise.due_at if promise else None,
        promised_zone=promise.zone if promise else None,
    )


async def groups_seen(tx: Tx, learner: Learner) -> tuple[GroupSeen, ...]:
    """The learner's groups and what each sees, oldest first."""
    memberships = await people.groups_of(tx, learner.id)
    found = await groups.get_many(tx, [one.group_id for one in memberships])
    return tuple(GroupSeen(one.group_id, found[one.group_id].title, one.consent) for one in memberships)


async def main_slot(tx: Tx, learner: Learner) -> Slot | None:
    """The learner's main slot, if it is set."""
    return next((slot for slot in await slot_rows.of_learner(tx, learner.id) if slot.kind == MAIN), None)
