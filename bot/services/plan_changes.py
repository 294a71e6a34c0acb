"""The one way in which a plan in use is edited: the state after it is checked, written, and all that depends on it follows."""

from datetime import datetime

from bot.domain.errors import Refused
from bot.domain.notices.general import StaleButton
from bot.domain.notices.plan_edits import PlanFull, TitleEmpty
from bot.domain.notices.plans import NoPlan
from bot.domain.people import Learner
from bot.domain.plan_edits import Full, Part, Target, find_track, overfull, owner_of
from bot.domain.plans import MAX_MODULES, MAX_SOURCES, MAX_TITLE, MAX_TRACKS, Place, Plan, Source, clean_title, find_module
from bot.services import commitments, plan_cuts, plans
from bot.store import plan_changes
from bot.store.database import Tx

_LIMITS = {Full.TRACKS: MAX_TRACKS, Full.MODULES: MAX_MODULES, Full.SOURCES: MAX_SOURCES}


async def change(tx: Tx, learner: Learner, before: Plan, after: Plan, *, at: datetime) -> Plan:
    """Make the plan in use `before` into `after`, and return it with the ids of what is new.

    Promises shrink in the open, the card and the groups' boards follow; what was kept stays kept. Refused (PlanFull) beyond a
    limit that was not exceeded before, and (DropRefused) where a promise would cover nothing any more.
    """
    full = overfull(after)
    if full is not None and full is not overfull(before):
        raise Refused(PlanFull(full, _LIMITS[full]))
    cuts = await plan_cuts.find(tx, learner, before.tracks, after.tracks)
    plan_cuts.refuse_empty(cuts)
    await plan_changes.rewrite(tx, before, after, at=at)
    await plan_cuts.make(tx, learner, before.tracks, after.tracks, cuts, at=at)
    await commitments.stand(tx, learner, at=at)
    await plans.follow(tx, learner, at=at)
    return await in_use(tx, learner)


# --- what an edit is about --------------------------------------------------------------------------------------------
async def in_use(tx: Tx, learner: Learner) -> Plan:
    """The learner's plan in use; Refused (NoPlan) where there is none."""
    plan = await plans.active_plan(tx, learner.id)
    if plan is None:
        raise Refused(NoPlan())
    return plan


def place_of(plan: Plan, module_id: int) -> Place:
    """A module of the plan; Refused (StaleButton) where it is none of it any more."""
    place = find_module(plan, module_id)
    if place is None:
        raise Refused(StaleButton(why="over"))
    return place


def title_of(plan: Plan, target: Target) -> str:
    """How a part of the plan is called; Refused (StaleButton) where it is none of it any more."""
    found: str | None
    match target.part:
        case Part.PLAN:
            found = plan.title if target.id in {0, plan.id} else None  # 0: whichever is in use
        case Part.TRACK:
            track = find_track(plan, target.id)
            found = track.title if track else None
        case Part.MODULE:
            found = place_of(plan, target.id).module.title
        case _:
            found = source_of(plan, target.id)[1].title
    if found is None:
        raise Refused(StaleButton(why="over"))
    return found


def source_of(plan: Plan, source_id: int) -> tuple[Target, Source]:
    """A source and what it belongs to; Refused (StaleButton) where it is none of the plan's any more."""
    found = owner_of(plan, source_id)
    if found is None:
        raise Refused(StaleButton(why="over"))
    return found


def sources_of(plan: Plan, owner: Target) -> tuple[Source, ...]:
    """The sources of a track or a module; Refused (StaleButton) where there is no such owner."""
    title_of(plan, owner)
    track = find_track(plan, owner.id) if owner.part is Part.TRACK else None
    return track.sources if track else place_of(plan, owner.id).module.sources


def fit_title(words: str) -> str:
    """Words as a title, cut where they are too many; Refused (TitleEmpty) where nothing is left of them."""
    title = clean_title(words)[:MAX_TITLE].rstrip()
    if not any(character.isprintable() and not character.isspace() for character in title):
        raise Refused(TitleEmpty())
    return title
