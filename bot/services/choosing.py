"""Choosing a shipped plan: a look at it, and its use; in /start the next question follows."""

from datetime import datetime

from bot.domain.notices import Notice
from bot.domain.notices.plans import TemplatePreview, Templates
from bot.domain.people import Learner
from bot.services import onboarding, plan_templates, plan_views, plans
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
    before = await plans.active_plan(tx, learner.id)
    used = await plans.use_plan(tx, learner, one.plan, at=at)
    return await onboarding.plan_chosen(tx, learner, at=at) or plan_views.plan_used(used, aside=before)


async def starting(tx: Tx, learner: Learner) -> bool:
    """Whether /start is asking for a plan right now."""
    setup = await present(tx, learner)
    return setup is not None and setup.step is Step.PLAN
