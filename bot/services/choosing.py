"""Choosing a shipped plan: a look at it, and its use; in /start the next question follows."""

from datetime import datetime

from bot.domain.notices import Notice
from bot.domain.notices.plans import News, TemplatePreview, Templates
from bot.domain.people import Learner
from bot.domain.plans import count_plan
from bot.services import onboarding, plan_shelf, plan_templates, plan_updates, plan_views, plans
from bot.services.setup import Step, present
from bot.store.database import Tx


async def look(tx: Tx, learner: Learner, key: str) -> TemplatePreview | Templates:
    """The shipped plan called `key` before it is used; the list of them where there is none such."""
    one = plan_templates.template(key)
    if one is None:
        return plan_views.templates(unknown=key)
    before = await plans.active_plan(tx, learner.id)
    known = await plans.known_done(tx, learner, one.plan)
    return plan_views.template_preview(one, replaces=before, known=known, starting=await starting(tx, learner))


async def use(tx: Tx, learner: Learner, key: str, *, at: datetime) -> Notice:
    """Make the shipped plan called `key` the learner's; the list of them where there is none such (any more)."""
    one = plan_templates.template(key)
    if one is None:
        return plan_views.templates(unknown=key)
    await plan_shelf.refuse_too_many(tx, learner)
    before = await plans.active_plan(tx, learner.id)
    used = await plans.use_plan(tx, learner, one.plan, at=at)
    return await onboarding.plan_chosen(tx, learner, at=at) or plan_views.plan_used(used, aside=before)


async def append(tx: Tx, learner: Learner, key: str, *, at: datetime) -> Notice:
    """Add the shipped plan called `key` to the one in use; the list of them where there is none such."""
    one = plan_templates.template(key)
    if one is None:
        return plan_views.templates(unknown=key)
    before = await plans.active_plan(tx, learner.id)
    after = await plan_updates.append_plan(tx, learner, one.plan, at=at)
    came = count_plan(after).total - (count_plan(before).total if before else 0)
    following = await onboarding.plan_chosen(tx, learner, at=at)
    return following or plan_views.plan_shown(after, news=News("merged", one.title, came))


async def starting(tx: Tx, learner: Learner) -> bool:
    """Whether /start is asking for a plan right now."""
    setup = await present(tx, learner)
    return setup is not None and setup.step is Step.PLAN
