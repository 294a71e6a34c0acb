"""What /done means: a module or a promise by its words, one of several, or the next module of the plan."""

from collections.abc import Mapping
from datetime import date, datetime

from bot.domain.calendar import study_day
from bot.domain.commitments import Commitment
from bot.domain.notices import Notice
from bot.domain.notices.commitments import PromiseFinished
from bot.domain.notices.plans import DoneChoice, DoneUnknown, DoneWhich, ModuleDone, ModuleDoneBefore, ModuleUndone, NoPlan
from bot.domain.people import Learner
from bot.domain.plans import Place, Plan, count_plan, count_track, next_module, source_for_review
from bot.domain.reviews import PRACTICE, SECOND_SOURCE
from bot.services import commitments, plans, promise_facts, reviews
from bot.services.matching import Matched, Several, match_module
from bot.store import plans as plan_rows
from bot.store.database import Tx

MAX_WORDS = 400  # no title and no promise is longer
_PROMISES_OFFERED = 4


async def finish_named(tx: Tx, learner: Learner, words: str, *, at: datetime) -> Notice:
    """Finish what `words` name if they name one thing; ask where they name several, or nothing."""
    said = " ".join(words.split())[:MAX_WORDS]
    plan = await plans.active_plan(tx, learner.id)
    if not said:
        return _next_offered(plan)
    matched = match_module(plan, said) if plan else None
    promises = await commitments.find_by_words(tx, learner, said)
    spelled_out = [one for one in promises if _same(one.text, said)]
    if len(spelled_out) == 1 and not (isinstance(matched, Matched) and _same(matched.module.title, said)):
        return await finish_promise(tx, learner, spelled_out[0].id, at=at)
    if isinstance(matched, Matched) and not matched.rest:  # its very name: a promise about it closes along with it
        return await finish(tx, learner, matched.module.id or 0, at=at)
    found = _modules(matched)
    match found, promises:
        case [place], ():
            return await finish(tx, learner, place.module.id or 0, at=at)
        case [], (promise,):
            return await finish_promise(tx, learner, promise.id, at=at)
        case [], ():
            return DoneUnknown(said)
        case _:
            return _which(said, found, promises)


async def finish_promise(tx: Tx, learner: Learner, commitment_id: int, *, at: datetime) -> PromiseFinished:
    """Finish a promise. Refused (StaleButton) if it is somebody else's or not open."""
    closed = await commitments.finish(tx, learner, commitment_id, at)
    return PromiseFinished(await promise_facts.tell_one(tx, closed), undo=True)


async def finish(tx: Tx, learner: Learner, module_id: int, *, at: datetime) -> ModuleDone | ModuleDoneBefore:
    """Finish a module today. Refused (ModuleGone) if it is not the learner's."""
    before = await plan_rows.place(tx, learner.id, module_id)
    if before is not None and before.module.done_day is not None:
        undo = before.module.done_day == _today(learner, at)
        return ModuleDoneBefore(module_id, before.module.title, before.track.title, before.module.done_day, undo)
    place = await plans.finish_module(tx, learner, module_id, day=_today(learner, at), at=at)
    plan = await plans.active_plan(tx, learner.id)
    coming = dict(await reviews.coming(tx, learner, module_id, after=_today(learner, at)))
    return _done(place, left=count_plan(plan).left if plan else 0, day=_today(learner, at), coming=coming)


async def undo(tx: Tx, learner: Learner, module_id: int, *, at: datetime) -> ModuleUndone | None:
    """Take today's finish of a module back; None where it was not finished today. Refused (ModuleGone) if not the learner's."""
    before = await plan_rows.place(tx, learner.id, module_id)
    if before is not None and before.module.done_day != _today(learner, at):
        return None
    place = await plans.unfinish_module(tx, learner, module_id, at=at)
    count = count_track(place.track)
    left = bool(await reviews.coming(tx, learner, module_id, after=_today(learner, at)))
    return ModuleUndone(module_id, place.module.title, place.track.title, count.done, count.total, left)


def _today(learner: Learner, at: datetime) -> date:
    return study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _modules(matched: Matched | Several | None) -> list[Place]:
    match matched:
        case Matched(module=module, track=track):
            return [Place(track, module)]
        case Several(candidates=candidates):
            return list(candidates)
        case None:
            return []


def _next_offered(plan: Plan | None) -> DoneWhich | NoPlan:
    if plan is None:
        return NoPlan()
    following = next_module(plan)
    return DoneWhich("", (_choice(following),) if following else (), ())


def _which(said: str, found: list[Place], promises: tuple[Commitment, ...]) -> DoneWhich:
    offered = tuple(DoneChoice(one.id, one.text) for one in promises[:_PROMISES_OFFERED])
    return DoneWhich(said, tuple(map(_choice, found)), offered)


def _choice(place: Place) -> DoneChoice:
    return DoneChoice(place.module.id or 0, place.module.title, place.track.title)


def _done(place: Place, *, left: int, day: date, coming: Mapping[int, date]) -> ModuleDone:
    count = count_track(place.track)
    again, practice = (source_for_review(place.track, place.module, step=step) for step in (SECOND_SOURCE, PRACTICE))
    return ModuleDone(
        module_id=place.module.id or 0,
        module=place.module.title,
        track=place.track.title,
        done=count.done,
        total=count.total,
        plan_left=left,
        back_from=again.source.title if again.source and again.different else None,
        practice_from=practice.source.title if practice.source and practice.different else None,
        day=day,
        back_on=coming.get(SECOND_SOURCE),
        practice_on=coming.get(PRACTICE),
    )
