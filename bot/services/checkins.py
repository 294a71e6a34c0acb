"""Check-ins in words: logged, added to, edited, taken back; a photo as proof."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from bot.domain.checkin_words import MAX_MINUTES, CheckinWords, MinutesOutOfRange, parse_checkin
from bot.domain.checkins import Checkin, Outcome
from bot.domain.days import UNDO_WITHIN
from bot.domain.errors import Refused
from bot.domain.notices.checkins import Candidate, CheckinLogged, CheckinUndone, MinutesRefused, UndoTooLate
from bot.domain.notices.general import StaleButton
from bot.domain.people import Learner
from bot.domain.plans import Module, find_module
from bot.domain.reviews import Review
from bot.services import cards, reviews
from bot.services.matching import Matched, Several, match_module
from bot.services.sessions import follow, today
from bot.store import checkins, plans
from bot.store.database import Tx

_SIGNED: Final = re.compile(r"[-−–+]\s?\d")  # "/checkin -5": a number with a sign is no note


@dataclass(frozen=True, slots=True)
class _Understood:
    """Words as a check-in: the module and note they name, or the modules they may mean."""

    words: CheckinWords
    module_id: int | None
    note: str
    candidates: tuple[Candidate, ...]


async def log(tx: Tx, learner: Learner, words: str, *, source: str, at: datetime, photo: str | None = None) -> CheckinLogged:
    """Log a check-in in words (PRODUCT.md, /checkin): once per `source`; several a day add up.

    Refused (MinutesRefused) where the minutes cannot be; then nothing is changed.
    """
    said = await _understand(tx, learner, words)
    day = _day(learner, said, at=at)
    made = await checkins.add(
        tx,
        learner_id=learner.id,
        source=source,
        day=day,
        outcome=Outcome.DONE,
        minutes=said.words.minutes,
        module_id=said.module_id,
        note=said.note,
        links=said.words.links,
        photo=photo,
        late=said.words.yesterday,
        at=at,
    )
    if made is None:  # heard before
        return await describe(tx, learner, _own(learner, await checkins.by_source(tx, source)), at=at)
    of_day = await follow(tx, learner, day=day, modules=[made.module_id], at=at)
    return replace(await describe(tx, learner, made, at=at, of_day=of_day), candidates=said.candidates)


async def rewrite(tx: Tx, learner: Learner, checkin_id: int, words: str, *, at: datetime) -> CheckinLogged:
    """Replace what a check-in says by `words`; its photo stays. Refused (StaleButton) once its study day is over."""
    before = await editable(tx, learner, checkin_id, at=at)
    said = await _understand(tx, learner, words)
    day = _day(learner, said, at=at) if said.words.yesterday or before.late else before.day
    changed = {
        "day": day,
        "late": said.words.yesterday,
        "minutes": said.words.minutes,
        "module_id": said.module_id,
        "note": said.note,
        "links": list(said.words.links),
    }
    return await _edit(tx, learner, before, changed, candidates=said.candidates, at=at)


async def add_details(tx: Tx, learner: Learner, checkin_id: int, words: str, *, at: datetime) -> CheckinLogged:
    """Add to a check-in what `words` say: minutes and module are set, note and links added."""
    before = await editable(tx, learner, checkin_id, at=at)
    said = await _understand(tx, learner, words)
    changed = {
        "minutes": said.words.minutes or before.minutes,
        "module_id": said.module_id or before.module_id,
        "note": "\n".join(note for note in (before.note, said.note) if note),
        "links": list(dict.fromkeys((*before.links, *said.words.links))),
    }
    return await _edit(tx, learner, before, changed, candidates=said.candidates, at=at)


async def pick_module(tx: Tx, learner: Learner, checkin_id: int, module_id: int, *, at: datetime) -> CheckinLogged:
    """Say which module of the active plan a check-in was about."""
    before = await editable(tx, learner, checkin_id, at=at)
    plan = await plans.outline(tx, learner.id)
    if plan is None or find_module(plan, module_id) is None:
        raise Refused(StaleButton(why="over"))
    return await _edit(tx, learner, before, {"module_id": module_id}, candidates=(), at=at)


async def review(tx: Tx, learner: Learner, checkin_id: int, review_id: int, *, at: datetime, was: bool) -> CheckinLogged:
    """Say that a check-in was the review of its module that is due, or that it was not. Refused (StaleButton) where none is."""
    found = await editable(tx, learner, checkin_id, at=at)
    due = await reviews.own(tx, learner, review_id)
    if due.module_id != found.module_id or found.late:
        raise Refused(StaleButton(why="over"))
    if was:
        await reviews.settle(tx, learner, review_id, day=found.day)
    else:
        await reviews.unsettle(tx, learner, review_id, day=found.day)
    await cards.refresh(tx, learner, day=found.day, at=at)
    return await describe(tx, learner, found, at=at)


async def attach_photo(tx: Tx, learner: Learner, photo: str, words: str, *, source: str, at: datetime) -> CheckinLogged:
    """Keep a photo as proof: of the check-in its caption makes, else of today's latest, else of a new one."""
    day = today(learner, at=at)
    studied = [one for one in await checkins.of_day(tx, learner_id=learner.id, day=day) if one.outcome is not Outcome.SKIPPED]
    if words.strip() or not studied:
        return await log(tx, learner, words, source=source, at=at, photo=photo)
    proven = await checkins.change(tx, studied[-1].id, photo=photo)
    await cards.refresh(tx, learner, day=day, at=at)
    return await describe(tx, learner, proven, at=at)


async def undo(tx: Tx, learner: Learner, checkin_id: int, *, at: datetime) -> CheckinUndone:
    """Take a check-in back within ten minutes; its day, card and promises follow.

    Refused: UndoTooLate after that, StaleButton where it is gone already or somebody else's.
    """
    found = _own(learner, await checkins.get(tx, checkin_id))
    if at - found.at > UNDO_WITHIN:
        raise Refused(UndoTooLate(edit=_may_edit(learner, found, at=at)))
    await checkins.change(tx, found.id, undone_at=at)
    left = await follow(tx, learner, day=found.day, modules=[found.module_id], at=at)
    return CheckinUndone(day=found.day, left=len(left), minutes=sum(one.minutes or 0 for one in left))


async def editable(tx: Tx, learner: Learner, checkin_id: int, *, at: datetime) -> Checkin:
    """A check-in of the learner's that may still be edited: until the study day in which it was made ends."""
    found = _own(learner, await checkins.get(tx, checkin_id))
    if not _may_edit(learner, found, at=at):
        raise Refused(StaleButton(why="over"))
    return found


async def describe(
    tx: Tx, learner: Learner, checkin: Checkin, *, at: datetime, of_day: list[Checkin] | None = None
) -> CheckinLogged:
    """What is said of a check-in as it stands; `of_day`: all of its study day, where they are at hand."""
    module = await plans.module(tx, learner.id, checkin.module_id) if checkin.module_id else None
    if of_day is None:
        of_day = await checkins.of_day(tx, learner_id=learner.id, day=checkin.day)
    edit = _may_edit(learner, checkin, at=at)
    review = await _review_beside(tx, learner, module, day=checkin.day) if module and edit and not checkin.late else None
    return CheckinLogged(
        checkin=checkin.id,
        learner=learner.id,
        day=checkin.day,
        outcome=checkin.outcome,
        late=checkin.late,
        minutes=checkin.minutes,
        module=module.title if module else None,
        note=checkin.note,
        links=len(checkin.links),
        photo=checkin.photo is not None,
        total=sum(one.minutes or 0 for one in of_day) if len(of_day) > 1 else None,
        undo=at - checkin.at <= UNDO_WITHIN,
        edit=edit,
        edited=checkin.edited_at is not None,
        finish=module.id if module and not module.done else None,
        finished=module is not None and module.done_day == checkin.day,
        review=review.id if review else None,
        reviewed=review is not None and review.done_day is not None,
    )


async def _review_beside(tx: Tx, learner: Learner, module: Module, *, day: date) -> Review | None:
    """The review that studying a module may have been; none of the module that is being studied anyway."""
    review = await reviews.beside(tx, module.id or 0, day=day)
    if review is None or (await plans.next_module_ids(tx, [learner.id])).get(learner.id) == module.id:
        return None
    return review


async def _understand(tx: Tx, learner: Learner, words: str) -> _Understood:
    try:
        parsed = parse_checkin(words)
    except MinutesOutOfRange as error:
        raise Refused(MinutesRefused(most=MAX_MINUTES)) from error
    if _SIGNED.match(parsed.rest):
        raise Refused(MinutesRefused(most=MAX_MINUTES))
    plan = await plans.outline(tx, learner.id) if parsed.rest else None
    match match_module(plan, parsed.rest) if plan else None:
        case Matched(module, _, rest):
            return _Understood(parsed, module.id, rest, ())
        case Several(candidates):
            asked = tuple(Candidate(one.module.id or 0, one.module.title, one.track.title) for one in candidates)
            return _Understood(parsed, None, parsed.rest, asked)
        case _:
            return _Understood(parsed, None, parsed.rest, ())


def _day(learner: Learner, said: _Understood, *, at: datetime) -> date:
    return today(learner, at=at) - timedelta(days=1 if said.words.yesterday else 0)


def _may_edit(learner: Learner, checkin: Checkin, *, at: datetime) -> bool:
    return today(learner, at=checkin.at) == today(learner, at=at)


async def _edit(
    tx: Tx, learner: Learner, before: Checkin, changed: dict[str, Any], *, candidates: tuple[Candidate, ...], at: datetime
) -> CheckinLogged:
    after = await checkins.change(tx, before.id, **changed, edited_at=at)
    for day in sorted({before.day, after.day}):
        await follow(tx, learner, day=day, modules=(before.module_id, after.module_id), at=at)
    return replace(await describe(tx, learner, after, at=at), candidates=candidates)


def _own(learner: Learner, checkin: Checkin | None) -> Checkin:
    if checkin is not None and checkin.learner_id != learner.id:
        raise Refused(StaleButton(why="other"))
    if checkin is None or checkin.undone_at is not None:
        raise Refused(StaleButton(why="over"))
    return checkin
