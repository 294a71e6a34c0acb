"""Dropping a part of the plan: first what would go with it is told, then it goes."""

from datetime import datetime

from bot.domain.errors import Refused
from bot.domain.notices import Notice
from bot.domain.notices.general import StaleButton
from bot.domain.notices.plan_edits import DropAsked, Loss
from bot.domain.notices.plans import News
from bot.domain.people import Learner
from bot.domain.plan_edits import Part, Target, drop_module, drop_track
from bot.domain.plans import Plan
from bot.services import plan_cuts, plan_shelf, plan_sources, plan_views
from bot.services.plan_changes import change, in_use, place_of, source_of, title_of
from bot.store.database import Tx

_NOTHING = Loss(0, 0, 0, 0, ())


async def ask(tx: Tx, learner: Learner, target: Target) -> DropAsked:
    """What would go with a part of the plan. Refused (DropRefused) where a promise would cover nothing any more."""
    if target.part is Part.PLAN:
        return await plan_shelf.ask_drop(tx, learner, target.id)
    plan = await in_use(tx, learner)
    title = title_of(plan, target)
    if target.part is Part.SOURCE:
        owner, _ = source_of(plan, target.id)
        return DropAsked(target.part, target.id, title, title_of(plan, owner), _NOTHING)
    track = place_of(plan, target.id).track.title if target.part is Part.MODULE else None
    loss = await plan_cuts.loss(tx, learner, plan, _without(plan, target))
    return DropAsked(target.part, target.id, title, track, loss)


async def drop(tx: Tx, learner: Learner, target: Target, *, at: datetime) -> Notice:
    """Drop a part of the plan and show where it stood."""
    if target.part is Part.PLAN:
        return await plan_shelf.drop(tx, learner, target.id, at=at)
    if target.part is Part.SOURCE:
        return await plan_sources.drop(tx, learner, target.id, at=at)
    plan = await in_use(tx, learner)
    news = News("dropped", title_of(plan, target))
    stood_in = place_of(plan, target.id).track.id if target.part is Part.MODULE else None
    after = await change(tx, learner, plan, _without(plan, target), at=at)
    if stood_in is None:
        return plan_views.plan_shown(after, news=news)
    shown = plan_views.track_shown(after, stood_in, news=news)
    if shown is None:
        raise Refused(StaleButton(why="over"))
    return shown


def _without(plan: Plan, target: Target) -> Plan:
    return drop_track(plan, target.id) if target.part is Part.TRACK else drop_module(plan, target.id)
