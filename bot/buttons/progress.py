"""Buttons about progress: from the warning that a forecast has fallen behind to what can be cut."""

from bot.buttons.table import Press, number
from bot.domain.notices.plans import NoPlan
from bot.services import outlooks, plan_views, plans, promise_facts
from bot.turn import Turn


async def cut(turn: Turn, commitment: str) -> None:
    """Show what the promise covers in the plan, in a message of its own: the warning still stands."""
    found = await promise_facts.own(turn.tx, turn.learner, number(commitment))
    plan = await plans.active_plan(turn.tx, turn.learner.id)
    if plan is None:
        await turn.say(NoPlan())
        return
    track = outlooks.track_ahead(plan, found)
    await turn.say((track and plan_views.track_shown(plan, track)) or plan_views.plan_shown(plan))


BUTTONS: tuple[Press, ...] = (Press("progress.cut", cut, arguments=1),)
