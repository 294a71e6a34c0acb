"""Reviews looked over: what the next days bring, how many a day, and whether they go on for long-term memory."""

from datetime import date, datetime, timedelta
from typing import Final

from bot.domain.calendar import study_day
from bot.domain.errors import Refused
from bot.domain.notices.reviews import ReviewsOfDay, ReviewsShown, ReviewsUsage
from bot.domain.people import Learner
from bot.domain.plans import Plan, places
from bot.domain.reviews import MOST_A_DAY, Review, merged, of_the_day
from bot.services import cards, plans, rest, reviews
from bot.store import people
from bot.store import reviews as rows
from bot.store.database import Tx

_AHEAD: Final = timedelta(days=14)
_MOST_NAMED: Final = 3


async def show(tx: Tx, learner: Learner, *, at: datetime, changed: bool = False) -> ReviewsShown:
    """What comes again in the next two weeks, if every day takes what is due on it."""
    today = study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)
    plan = await plans.active_plan(tx, learner.id)
    days = await _days(tx, learner, plan, today=today) if plan else ()
    return ReviewsShown(today, days, learner.reviews_a_day, learner.long_reviews, plan is not None, changed)


async def set_most(tx: Tx, learner: Learner, most: int, *, at: datetime) -> ReviewsShown:
    """Set how many reviews a day has at most; 0 is none. Refused (ReviewsUsage) beyond the limit."""
    if not 0 <= most <= MOST_A_DAY:
        raise Refused(ReviewsUsage(said=str(most), most=MOST_A_DAY))
    await people.change(tx, learner.id, reviews_a_day=most)
    return await _changed(tx, learner, at=at)


async def set_long(tx: Tx, learner: Learner, *, on: bool, at: datetime) -> ReviewsShown:
    """Let reviews go on after practice, for long-term memory, or not; what was rated is kept for when it is on again."""
    await people.change(tx, learner.id, long_reviews=on)
    if on:
        await reviews.keep_long(tx, await people.get(tx, learner.id))
    return await _changed(tx, learner, at=at)


async def _changed(tx: Tx, learner: Learner, *, at: datetime) -> ReviewsShown:
    now = await people.get(tx, learner.id)
    today = study_day(at, zone=now.clock_zone, day_ends=now.day_ends)
    await cards.refresh(tx, now, day=today, at=at)
    return await show(tx, now, at=at, changed=True)


async def _days(tx: Tx, learner: Learner, plan: Plan, *, today: date) -> tuple[ReviewsOfDay, ...]:
    """Day by day: each takes what it can of what is due, and leaves the rest to the next."""
    titles = {place.module.id: place.module.title for place in places(plan) if place.module.id is not None}
    order = {module_id: index for index, module_id in enumerate(titles)}
    studying = await rest.study_days_of(tx, learner.id, since=today)
    settled = (await reviews.of_day(tx, learner, day=today, plan=plan, studying=studying)).settled
    found = await rows.waiting(tx, learner.id, until=today + _AHEAD)
    left = [one for one in found if one.module_id in order and (learner.long_reviews or not one.long)]
    shown = []
    day = studying.next_from(today)
    while day is not None and day <= today + _AHEAD and left:
        due = [one for one in left if one.due_day <= day]
        used = len(settled) if day == today else 0
        most = studying.reviews_on(day, most=learner.reviews_a_day)
        taken, _ = of_the_day(due, settled=used, most=most, places=order)
        if taken:
            names = tuple(titles[one.module_id] for one in taken)
            shown.append(ReviewsOfDay(day, names[:_MOST_NAMED], max(0, len(names) - _MOST_NAMED)))
        left = _without(left, taken, day=day)
        day = studying.next_after(day)
    return tuple(shown)


def _without(left: list[Review], taken: list[Review], *, day: date) -> list[Review]:
    """What is left when those were taken, with the earlier steps that they stand for."""
    gone = {one.module_id for one in merged(taken)}
    return [one for one in left if one.module_id not in gone or one.due_day > day]
