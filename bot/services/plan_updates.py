"""A plan from a file or a template taken into the plan in use: in its place, or in addition; what is done stays done."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain.people import Learner
from bot.domain.plan_edits import merge
from bot.domain.plans import Module, Plan, date_ticks, places
from bot.services import plans
from bot.services.plan_changes import change, in_use
from bot.services.plans import carry_over
from bot.store.database import Tx


async def replace_plan(tx: Tx, learner: Learner, plan: Plan, *, at: datetime) -> Plan:
    """Make the plan in use what `plan` says; modules that are in both keep what is done, their reviews and promises.

    Refused (DropRefused) where a promise would cover nothing any more, (NoPlan) where there is none to replace.
    """
    before = await in_use(tx, learner)
    after = date_ticks(replaced(before, plan), day=plans.today(learner, at=at))
    return await change(tx, learner, before, after, at=at)


async def append_plan(tx: Tx, learner: Learner, plan: Plan, *, at: datetime) -> Plan:
    """Add to the plan in use what `plan` has beyond it. Refused where that is too much (PlanFull), or there is none."""
    before = await in_use(tx, learner)
    after = date_ticks(merge(before, plan), day=plans.today(learner, at=at))
    return await change(tx, learner, before, after, at=at)


def replaced(before: Plan, plan: Plan) -> Plan:
    """`plan` in the place of `before`: what is in both keeps its id and its day done.

    A module is the same where track and title are; else, of those left over, where its title is the only one of its kind on
    either side: it was moved, or its track was renamed.
    """
    carried = carry_over(plan, [before])
    matched = {place.module.id for place in places(carried)}
    old = _once(place.module for place in places(before) if place.module.id not in matched)
    new = _once(place.module for place in places(carried) if place.module.id is None)

    def found(module: Module) -> Module:
        name = module.title.casefold()
        if module.id is not None or name not in new or name not in old:
            return module
        done_day = module.done_day or old[name].done_day
        return replace(module, id=old[name].id, done_day=done_day, ticked=module.ticked and done_day is None)

    tracks = tuple(replace(track, modules=tuple(map(found, track.modules))) for track in carried.tracks)
    return replace(carried, id=before.id, tracks=tracks)


def _once(modules: Iterable[Module]) -> dict[str, Module]:
    """By title, case aside, the modules that are the only ones of theirs."""
    listed = list(modules)
    counts = Counter(module.title.casefold() for module in listed)
    return {module.title.casefold(): module for module in listed if counts[module.title.casefold()] == 1}
