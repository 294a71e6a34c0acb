"""Plans: choosing, importing, finishing modules."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.domain.calendar import study_day
from bot.domain.errors import Refused
from bot.domain.notices.plans import ModuleGone
from bot.domain.people import Learner
from bot.domain.plans import Module, Place, Plan, Track, count_plan, date_ticks, places
from bot.services import boards, cards, commitments, plan_cuts, reviews
from bot.store import people, plans
from bot.store.database import Tx


async def active_plan(tx: Tx, learner_id: int) -> Plan | None:
    """A learner's active plan with ids, or None."""
    return await plans.active(tx, learner_id)


async def use_plan(tx: Tx, learner: Learner, plan: Plan, *, at: datetime) -> Plan:
    """Make `plan` (a template, an import) the learner's active plan and return it with ids.

    The plan before is kept aside. A module of the same track and title in any plan of the learner's is the same module: it
    moves over with its day done, its reviews and the promises about it. Ticks without a day count for the present study day.
    What a promise over a track loses by that is written into its history. Refused (DropRefused) where that is all of it.
    """
    known = await plans.of_learner(tx, learner.id)
    after = date_ticks(carry_over(plan, known), day=today(learner, at=at))
    stood, stands = _moving(known, after)
    cuts = await plan_cuts.find(tx, learner, stood, stands)
    plan_cuts.refuse_empty(cuts)
    await plans.save(tx, learner.id, after, at=at)
    await plan_cuts.make(tx, learner, stood, stands, cuts, at=at)
    await commitments.stand(tx, learner, at=at)
    await follow(tx, learner, at=at)
    used = await plans.active(tx, learner.id)
    if used is None:
        raise LookupError("the plan just saved is not there")
    return used


async def finish_module(tx: Tx, learner: Learner, module_id: int, *, day: date, at: datetime) -> Place:
    """Mark a module done, start its reviews, and let promises and the card follow.

    `day` is the study day it was finished on. One that is done stays as it is. Refused (ModuleGone) if it is not the learner's.
    """
    before = await _own(tx, learner, module_id)
    if before.module.done:
        return before
    await plans.set_done(tx, module_id, day=day, at=at)
    await reviews.follow(tx, learner, [module_id])
    await follow(tx, learner, at=at)
    return await _own(tx, learner, module_id)


async def unfinish_module(tx: Tx, learner: Learner, module_id: int, *, at: datetime) -> Place:
    """Undo `finish_module` with everything derived from it. Refused (ModuleGone) if the module is not the learner's."""
    before = await _own(tx, learner, module_id)
    if not before.module.done:
        return before
    await plans.unset_done(tx, module_id)
    await reviews.follow(tx, learner, [module_id])
    await follow(tx, learner, at=at)
    return await _own(tx, learner, module_id)


async def known_done(tx: Tx, learner: Learner, plan: Plan) -> int:
    """How many modules of `plan` the learner has done already, in any plan of theirs."""
    bare = replace(plan, tracks=tuple(replace(track, modules=tuple(map(_undone, track.modules))) for track in plan.tracks))
    return count_plan(carry_over(bare, await plans.of_learner(tx, learner.id))).done


def _undone(module: Module) -> Module:
    return replace(module, done_day=None, ticked=False)


def carry_over(plan: Plan, known: Iterable[Plan]) -> Plan:
    """`plan` with the ids and days done of the modules in `known` that have the same track and title, each used once.

    Earlier plans of `known` win. Case does not tell titles apart. What is done in `plan` itself stays as it says.
    """
    tracks: dict[str, list[Track]] = {}
    modules: dict[tuple[str, str], list[Module]] = {}
    for old in known:
        for track in old.tracks:
            tracks.setdefault(track.title.casefold(), []).append(track)
            for module in track.modules:
                modules.setdefault((track.title.casefold(), module.title.casefold()), []).append(module)

    def same_track(track: Track) -> Track:
        name = track.title.casefold()
        found = tracks[name].pop(0).id if tracks.get(name) else None
        return replace(track, id=found, modules=tuple(same_module(name, module) for module in track.modules))

    def same_module(name: str, module: Module) -> Module:
        old = modules.get((name, module.title.casefold()))
        if not old:
            return module
        before = old.pop(0)
        done_day = module.done_day or before.done_day
        return replace(module, id=before.id, done_day=done_day, ticked=module.ticked and done_day is None)

    return replace(plan, tracks=tuple(map(same_track, plan.tracks)))


def today(learner: Learner, *, at: datetime) -> date:
    """The learner's present study day."""
    return study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)


def _moving(known: Sequence[Plan], after: Plan) -> tuple[list[Track], list[Track]]:
    """The stored tracks that move into `after`, and what they are then; what stays behind is not gone."""
    moving = {track.id for track in after.tracks if track.id is not None}
    stood = [track for plan in known for track in plan.tracks if track.id in moving]
    kept = {place.module.id for place in places(after)}
    behind = [module for track in stood for module in track.modules if module.id not in kept]
    return stood, [*after.tracks, Track("", tuple(behind))]


async def _own(tx: Tx, learner: Learner, module_id: int) -> Place:
    place = await plans.place(tx, learner.id, module_id)
    if place is None:
        raise Refused(ModuleGone())
    return place


async def follow(tx: Tx, learner: Learner, *, at: datetime) -> None:
    """Let promises, the card of the present study day and the boards of the learner's groups follow the plan."""
    await commitments.after_progress(tx, learner, at=at)
    await cards.refresh(tx, learner, day=today(learner, at=at), at=at)
    for membership in await people.groups_of(tx, learner.id):
        if membership.consent is not None and membership.consent.public:
            await boards.touch(tx, membership.group_id, at=at)
