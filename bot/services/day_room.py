"""Room in a learner's day: at most three private messages about studying (PRODUCT.md, Principles, 5), warnings among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.calendar import slot_instant, study_day
from bot.domain.days import MOST_SAID, Stage, Step, ends_at
from bot.domain.people import MAIN, SECOND, Learner, Slot
from bot.services.card_keys import day_timer
from bot.store import slots, timers
from bot.store.database import Tx
from bot.store.timers import Timer


@dataclass(frozen=True, slots=True)
class DayRoom:
    """The days of several learners: what was said today stands in their "day" timers, what is still to come in their slots."""

    days: dict[int, Timer]
    slots: Sequence[Slot]

    def fits(self, learner: Learner, *, at: datetime, nudge: bool) -> bool:
        """Whether one more message leaves it at three, with the cards still to come; `nudge`: and with the one after a card."""
        today = study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)
        cards = {one.kind: one for one in self.slots if one.learner_id == learner.id and today.weekday() in one.weekdays}
        ahead = {kind for kind, one in cards.items() if _instant(one, learner, today) > at}
        coming = len(ahead) + (nudge and MAIN in ahead)
        uncounted = len(cards) == 2 and SECOND not in ahead  # only the day's first card is in its timer
        return self._said(learner, at) + coming + uncounted < MOST_SAID

    def counted(self, learner: Learner, *, at: datetime) -> Timer | None:
        """The day's timer after one more message; a reminder in the evening gives way to it where it would be one too many.

        None where an earlier day has still to be closed.
        """
        timer = self.days.get(learner.id)
        if timer is None:
            day = study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)
            return day_timer(learner.id, day=day, step=Step(Stage.CLOSE, ends_at(learner, day)), said=1)
        day = _day_of(timer)
        if at >= ends_at(learner, day):
            return None
        said, step = int(timer.data["said"]) + 1, Step(Stage(timer.data["stage"]), timer.due_at)
        if step.stage is Stage.EVENING and said >= MOST_SAID:
            step = Step(Stage.CLOSE, ends_at(learner, day))
        return day_timer(learner.id, day=day, step=step, said=said)

    def _said(self, learner: Learner, at: datetime) -> int:
        timer = self.days.get(learner.id)
        return int(timer.data["said"]) if timer is not None and at < ends_at(learner, _day_of(timer)) else 0


async def look(tx: Tx, learner_ids: Sequence[int]) -> DayRoom:
    """How full the learners' days are: two queries for all."""
    days = await timers.find_many(tx, kind="day", subjects=learner_ids)
    return DayRoom(days, await slots.of_learners(tx, list(learner_ids)))


async def count(tx: Tx, learners: Sequence[Learner], room: DayRoom, *, at: datetime) -> None:
    """Count a message that was said to each of them."""
    counted = [room.counted(one, at=at) for one in learners]
    await timers.put(tx, [one for one in counted if one is not None])


def said_on(timer: Timer | None, day: date) -> int:
    """How many messages of a study day stand in its timer."""
    return int(timer.data["said"]) if timer is not None and _day_of(timer) == day else 0


def _instant(slot: Slot, learner: Learner, day: date) -> datetime:
    return slot_instant(day, wall=slot.wall, zone=slot.zone, day_ends=learner.day_ends)


def _day_of(timer: Timer) -> date:
    return date.fromisoformat(timer.data["day"])
