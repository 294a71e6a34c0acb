"""Reviews: begun when a module is studied or finished, due on a card, settled there, and taken back there."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.domain.errors import Refused
from bot.domain.notices.general import StaleButton
from bot.domain.people import Learner
from bot.domain.plans import Place, Plan, ReviewSource, Source, places, source_for_review, source_for_study
from bot.domain.rest import StudyDays
from bot.domain.reviews import LONG, PRACTICE, Rating, Review, first_study, merged, of_the_day, recalled, steps_after
from bot.services.long_memory import due_again
from bot.services.rest import study_days_of
from bot.store import reviews
from bot.store.database import Tx

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A review with its module, what it was `studied` from, and the `source` to take now."""

    review: Review
    place: Place
    studied: Source | None
    source: ReviewSource


@dataclass(frozen=True, slots=True)
class Day:
    """The reviews of one study day: what it takes, in plan order; how many wait for later ones; what was settled on it."""

    due: tuple[Due, ...] = ()
    waiting: int = 0
    settled: tuple[Due, ...] = ()


# --- looking ----------------------------------------------------------------------------------------------------------
async def of_day(tx: Tx, learner: Learner, *, day: date, plan: Plan, studying: StudyDays, busy: Collection[int] = ()) -> Day:
    """The reviews of a learner's study day; modules of `plan` only.

    A rest day and one in a pause take none: what is due then moves to the next study day. Modules that are being studied on
    the day itself (`busy`) wait likewise.
    """
    found = await reviews.of_day(tx, learner_id=learner.id, day=day)
    where = {place.module.id: (index, place) for index, place in enumerate(places(plan))}
    known = [one for one in found if one.module_id in where]
    settled = merged(one for one in known if one.done_day is not None)
    open_ones = [one for one in known if one.done_day is None and one.module_id not in busy and _wanted(one, learner)]
    if studying.rests_on(day):
        open_ones = []
    order = {one.module_id: where[one.module_id][0] for one in known}
    taken, left = of_the_day(
        open_ones, settled=len(settled), most=studying.reviews_on(day, most=learner.reviews_a_day), places=order
    )
    due, over = ([_due(one, where[one.module_id][1]) for one in some] for some in (taken, settled))
    return Day(tuple(due), left, tuple(over))


async def coming(tx: Tx, learner: Learner, module_id: int, *, after: date) -> tuple[tuple[int, date], ...]:
    """The fixed steps of a module that are not settled, each with the study day after `after` on which it comes.

    Of two that come on the same day only the later one is named; none while nobody knows when the learner will be back.
    """
    studying = await study_days_of(tx, learner.id, since=after)
    steps = (await reviews.of_modules(tx, [module_id]))[module_id]
    by_day = {studying.next_from(max(one.due_day, after + _DAY)): one.step for one in steps if not (one.done_day or one.long)}
    return tuple((step, day) for day, step in by_day.items() if day is not None)


async def own(tx: Tx, learner: Learner, review_id: int) -> Review:
    """The learner's review behind a button; Refused (StaleButton) where it is somebody else's or gone."""
    found = await reviews.get(tx, review_id)
    if found is None:
        raise Refused(StaleButton(why="over"))
    if found.learner_id != learner.id:
        raise Refused(StaleButton(why="other"))
    return found


async def beside(tx: Tx, module_id: int, *, day: date) -> Review | None:
    """The fixed review of a module that studying it on `day` may have been: due by then, or settled as done on that day.

    None for one of long-term memory, which takes a rating, and for one let go.
    """
    steps = [one for one in (await reviews.of_modules(tx, [module_id]))[module_id] if not one.long]
    due = [one for one in steps if one.done_day is None and one.due_day <= day]
    settled = [one for one in steps if one.done_day == day and not one.skipped]
    return next(reversed(due or settled), None)


async def outlook(tx: Tx, learner: Learner, review: Review, *, day: date) -> dict[Rating, date]:
    """When a long review would come again after each rating given on `day`."""
    steps = (await reviews.of_modules(tx, [review.module_id]))[review.module_id]
    told = await reviews.studied(tx, learner.id, [review.module_id])
    past = recalled(steps, first=_first(steps, told))
    studying = await study_days_of(tx, learner.id, since=day)
    before = [one for one in past if one[0] < day]
    due = {rating: due_again([*before, (day, rating)]) for rating in Rating}
    return {rating: studying.next_from(one) or one for rating, one in due.items()}


# --- beginning --------------------------------------------------------------------------------------------------------
async def follow(tx: Tx, learner: Learner, module_ids: Iterable[int | None]) -> None:
    """Let the reviews of modules follow when they were first studied, which check-ins and done marks tell; settled ones stay.

    What is neither studied nor done has no reviews (PRODUCT.md, Review).
    """
    ids = sorted({one for one in module_ids if one is not None})
    if not ids:
        return
    days = await reviews.studied(tx, learner.id, ids)
    first = {one: first_study(*days[one]) for one in ids if one in days}
    for one, day in first.items():
        if day is None:
            await reviews.drop(tx, module_id=one)
    begun = [(one, step, due) for one, day in first.items() if day is not None for step, due in steps_after(day)]
    await reviews.put(tx, learner_id=learner.id, steps=begun)


# --- settling ---------------------------------------------------------------------------------------------------------
async def settle(
    tx: Tx, learner: Learner, review_id: int, *, day: date, rating: Rating | None = None, skipped: bool = False
) -> None:
    """Set a review of the learner's as done on study day `day`, or let it go; earlier steps that are due are settled with it.

    Refused (StaleButton) where it is not due, or was settled on another day. A long one needs a rating to be done; one let go
    comes back on the next study day. Settled twice is once.
    """
    review = await own(tx, learner, review_id)
    if review.done_day == day:
        return
    if review.done_day is not None or review.due_day > day or (rating is None and review.long and not skipped):
        raise Refused(StaleButton(why="over"))
    steps = (await reviews.of_modules(tx, [review.module_id]))[review.module_id]
    same = [one.id for one in steps if one.done_day is None and one.step <= review.step and one.due_day <= day]
    kept = rating if review.long and not skipped else None
    await reviews.settle(tx, same, done_day=day, skipped=skipped, rating=kept)
    if learner.long_reviews:
        await _go_on(tx, learner, [review.module_id])


async def unsettle(tx: Tx, learner: Learner, review_id: int, *, day: date) -> None:
    """Take back what was settled on study day `day`, with what followed from it. Refused (StaleButton) on another day."""
    review = await own(tx, learner, review_id)
    if review.done_day != day:
        raise Refused(StaleButton(why="over"))
    steps = (await reviews.of_modules(tx, [review.module_id]))[review.module_id]
    open_again: dict[str, Any] = {"done_day": None, "skipped": False, "rating": None}
    await reviews.settle(tx, [one.id for one in steps if one.done_day == day], **open_again)
    await reviews.drop(tx, module_id=review.module_id, after=max(review.step, PRACTICE))


async def keep_long(tx: Tx, learner: Learner) -> None:
    """Let every module whose practice is behind the learner go on for long-term memory."""
    await _go_on(tx, learner, await reviews.practised(tx, learner.id))


async def _go_on(tx: Tx, learner: Learner, module_ids: Collection[int]) -> None:
    """Set the next long review of modules whose practice, and every step after it, is settled."""
    steps = await reviews.of_modules(tx, list(module_ids))
    told = await reviews.studied(tx, learner.id, list(module_ids))
    following = []
    for module_id, known in steps.items():
        last = known[-1] if known else None
        if last is None or last.step < PRACTICE or last.done_day is None:
            continue
        past = recalled(known, first=_first(known, told))
        due = max(due_again(past), last.done_day + _DAY)
        following.append((module_id, max(LONG, last.step + 1), due))
    await reviews.put(tx, learner_id=learner.id, steps=following)


def _first(steps: list[Review], told: Mapping[int, tuple[date | None, date | None]]) -> date:
    """The day on which a module was first studied; where that is not known any more, the day before it was first due again."""
    return first_study(*told.get(steps[0].module_id, (None, None))) or steps[0].due_day - _DAY


def _wanted(review: Review, learner: Learner) -> bool:
    return learner.long_reviews or not review.long


def _due(review: Review, place: Place) -> Due:
    studied = source_for_study(place.track, place.module)
    return Due(review, place, studied, source_for_review(place.track, place.module, step=review.step))
