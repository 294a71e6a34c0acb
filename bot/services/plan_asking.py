"""Words asked for by a button of the plan's screens, and taken when they come."""

from datetime import datetime
from typing import Final

from bot.domain.errors import Refused
from bot.domain.notices import Notice
from bot.domain.notices.general import StaleButton
from bot.domain.notices.plan_edits import EditAsked, EditLeft
from bot.domain.people import Learner
from bot.domain.plan_edits import Part, Target
from bot.services import plan_editing, plan_screens, plan_shelf, plan_sources, plan_views, resuming
from bot.services.plan_changes import in_use, title_of
from bot.services.plan_orders import WHICH
from bot.store.database import Tx
from bot.store.people import Dialogue

EDIT: Final = "plan-edit"  # the dialogue; its step is what is asked for
# What can be asked for, and of what part of a plan.
ASKED: Final = {
    "rename": (Part.PLAN, Part.TRACK, Part.MODULE),
    "track": (Part.PLAN,),
    "modules": (Part.TRACK,),
    "estimate": (Part.MODULE,),
    "source": (Part.TRACK, Part.MODULE),
    "source-title": (Part.SOURCE,),
    "source-url": (Part.SOURCE,),
    "plan": (Part.PLAN,),
}


async def ask(tx: Tx, learner: Learner, what: str, target: Target, *, at: datetime) -> EditAsked:
    """Ask for words. Refused (StaleButton) for what cannot be asked, or where the part is gone."""
    if target.part not in ASKED.get(what, ()):
        raise Refused(StaleButton(why="gone"))
    title = "" if what == "plan" else title_of(await in_use(tx, learner), target)
    await resuming.begin(tx, learner, Dialogue(EDIT, what, {"part": target.part, "id": target.id}), at=at)
    return EditAsked(what, target.part, target.id, title)


async def answer(tx: Tx, learner: Learner, state: Dialogue, words: str, *, at: datetime) -> Notice:
    """Take the words that were asked for, and go on with what was interrupted. Refused where they are no answer: ask on."""
    done = await _do(tx, learner, state.step, Target(Part(state.data["part"]), int(state.data["id"])), words, at=at)
    await resuming.end(tx, learner, EDIT, at=at)
    return done


async def _do(tx: Tx, learner: Learner, what: str, target: Target, words: str, *, at: datetime) -> Notice:
    match what:
        case "rename":
            return await plan_editing.rename(tx, learner, target, words, at=at)
        case "track":
            return await plan_editing.add_track(tx, learner, words, at=at)
        case "modules":
            return await plan_editing.add_lines(tx, learner, target.id, words, at=at)
        case "estimate":
            return await plan_editing.estimate(tx, learner, target.id, words, at=at)
        case "source":
            return await plan_sources.add(tx, learner, target, words, at=at)
        case "source-title":
            return await plan_sources.rename(tx, learner, target.id, words, at=at)
        case "source-url":
            return await plan_sources.set_url(tx, learner, target.id, words, at=at)
        case _:
            return await plan_shelf.make(tx, learner, words, at=at)


async def leave(tx: Tx, learner: Learner, *, at: datetime) -> None:
    """Ask no more, whatever was asked about the plan."""
    for name in (EDIT, WHICH):
        await resuming.end(tx, learner, name, at=at)


async def left(tx: Tx, learner: Learner, target: Target, *, at: datetime) -> Notice:
    """Leave a question for the screen it was asked from."""
    await leave(tx, learner, at=at)
    return await shown(tx, learner, target) if target.id else EditLeft()


async def shown(tx: Tx, learner: Learner, target: Target) -> Notice:
    """The screen of a part of the plan. Refused (StaleButton) where it is gone."""
    plan = await in_use(tx, learner)
    match target.part:
        case Part.PLAN:
            return plan_views.plan_shown(plan)
        case Part.TRACK:
            title_of(plan, target)
            return plan_views.track_shown(plan, target.id) or plan_views.plan_shown(plan)
        case Part.MODULE:
            return plan_screens.module_shown(plan, target.id)
        case Part.SOURCE:
            return plan_screens.source_shown(plan, target.id)
