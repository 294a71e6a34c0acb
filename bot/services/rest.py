"""When learners study: one answer for cards, reviews, boards and whoever else asks for the next study day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from bot.domain.calendar import study_day
from bot.domain.days import ends_at
from bot.domain.notices.pauses import Away
from bot.domain.people import Learner, Slot
from bot.domain.rest import Pause, StudyDays, easy_days_since
from bot.store import pauses, slots
from bot.store.database import Tx

RESPITE_LOOK_BACK: Final = timedelta(days=9)  # a slip on the study day before, a week ago perhaps, is at most that long ago


async def study_days(tx: Tx, learner_ids: Sequence[int], *, since: date) -> dict[int, StudyDays]:
    """Each learner's study days from `since` on, with the pauses that may still make one of them easy: two queries for all."""
    held: dict[int, list[Slot]] = defaultdict(list)
    for slot in await slots.of_learners(tx, list(learner_ids)):
        held[slot.learner_id].append(slot)
    away = await pauses.not_over(tx, learner_ids, since=easy_days_since(since))
    return {
        one: StudyDays(frozenset().union(*(slot.weekdays for slot in held[one])), away.get(one, ())) for one in set(learner_ids)
    }


async def study_days_of(tx: Tx, learner_id: int, *, since: date) -> StudyDays:
    """The same for one learner."""
    return (await study_days(tx, [learner_id], since=since))[learner_id]


def respite_since(learner: Learner, studying: StudyDays, *, day: date) -> datetime:
    """A slip from this instant on spares `day` its reminders: it was on that day, on the study day before, or in between."""
    return ends_at(learner, studying.last_before(day) - timedelta(days=1))


def away(pause: Pause, studying: StudyDays) -> Away:
    """A pause as it is told."""
    back = studying.next_after(pause.last) if pause.last else None
    return Away(pause=pause.id, kind=pause.kind, first=pause.first, last=pause.last, back=back)


async def away_soon(tx: Tx, learner: Learner, *, at: datetime) -> Away | None:
    """The pause that a learner's present study day falls into, else the next that is planned."""
    today = study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)
    studying = await study_days_of(tx, learner.id, since=today)
    pause = studying.pause_on(today) or next((one for one in studying.pauses if one.first > today), None)
    return away(pause, studying) if pause else None


async def pauses_now(tx: Tx, learners: Sequence[Learner], *, at: datetime) -> dict[int, Pause]:
    """By learner, the pause that their present study day falls into; those who are not away are left out. One query for all."""
    days = {one.id: study_day(at, zone=one.clock_zone, day_ends=one.day_ends) for one in learners}
    held = await pauses.not_over(tx, list(days), since=min(days.values(), default=date.max))
    found = {one: StudyDays(frozenset(), held.get(one, ())).pause_on(day) for one, day in days.items()}
    return {one: pause for one, pause in found.items() if pause is not None}
