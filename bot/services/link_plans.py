"""The plans of two learners who become one, and two again: one stays in use, the other is kept aside."""

from dataclasses import replace
from datetime import datetime

from bot.domain.notices.links import LinkPlan
from bot.domain.plans import Plan
from bot.store import link_moves, plans
from bot.store.database import Tx
from bot.store.link_moves import PlanRow


async def choice(tx: Tx, *, dormant: int, into: int, wanted: int) -> tuple[LinkPlan | None, LinkPlan | None]:
    """The plan that stays in use, and the one put aside: of `wanted` where that learner has one, else of the surviving one."""
    found = {one: _in_use(await link_moves.plans_of(tx, one)) for one in (into, dormant)}
    offered = [LinkPlan(owner, plan.title) for owner, plan in found.items() if plan is not None]
    kept, aside, *_ = *sorted(offered, key=lambda one: one.owner != wanted), None, None
    return kept, aside


async def join(tx: Tx, *, dormant: int, into: int, wanted: int) -> None:
    """Give the dormant learner's plans to the other. One stays in use (see `choice`); none is changed otherwise."""
    theirs, ours = await link_moves.plans_of(tx, dormant), await link_moves.plans_of(tx, into)
    kept, _ = await choice(tx, dormant=dormant, into=into, wanted=wanted)
    used = _in_use(theirs if kept and kept.owner == dormant else ours)
    before = {one.id: {"active": one.active, "used": one is used, "modules": one.modules} for one in theirs.values()}
    await link_moves.note(tx, dormant, "plan", before)
    aside = [one.id for one in (*ours.values(), *theirs.values()) if one.active and one is not used]
    await link_moves.note(tx, dormant, "aside", {one: {} for one in aside if one in ours})
    await link_moves.set_active(tx, aside, active=False)
    await link_moves.give(tx, dormant, "plan", owner=dormant, to=into)
    await link_moves.reviews_follow_plans(tx, into)


async def part(tx: Tx, *, dormant: int, into: int, at: datetime) -> None:
    """Give the plans back, and put what was set aside for one of them to use again.

    Where the plan in use was replaced meanwhile, the newer one took its modules over and stays with whoever made it: the other
    gets a copy, with the days done.
    """
    before, now = await link_moves.noted(tx, dormant, "plan"), await link_moves.plans_of(tx, into)
    newer = await plans.active(tx, into)
    await link_moves.give(tx, dormant, "plan", owner=into, to=dormant)
    await link_moves.set_active(tx, [one for one, was in before.items() if was["active"]], active=True)
    left = await link_moves.plans_of(tx, into)
    if _in_use(left) is None:
        await link_moves.set_active(tx, [one for one in await link_moves.noted(tx, dormant, "aside") if one in left], active=True)
    if (
        newer is not None
        and newer.id not in before
        and any(was["active"] and _taken(now.get(one), was) for one, was in before.items())
    ):
        await plans.save(tx, dormant, copied(newer), at=at)
    await link_moves.reviews_follow_plans(tx, dormant)


def copied(plan: Plan) -> Plan:
    """The same plan as rows of its own, with the days done."""
    tracks = (replace(one, id=None, modules=tuple(replace(module, id=None) for module in one.modules)) for one in plan.tracks)
    return replace(plan, id=None, tracks=tuple(tracks))


def _taken(plan: PlanRow | None, was: dict[str, int]) -> bool:
    """Whether a plan that was in use has lost modules to a newer one, or all of them and itself."""
    return plan is None or bool(was["used"] and not plan.active and plan.modules < was["modules"])


def _in_use(rows: dict[int, PlanRow]) -> PlanRow | None:
    return next((one for one in rows.values() if one.active), None)
