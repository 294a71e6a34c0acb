"""Reviews: begun when a module is finished, due on a card, marked there."""

from dataclasses import dataclass
from datetime import date

from bot.domain.errors import Refused
from bot.domain.notices.general import StaleButton
from bot.domain.people import Learner
from bot.domain.plans import Place, Plan, ReviewSource, Source, find_module, source_for_review, source_for_study
from bot.domain.reviews import Review, steps_after
from bot.services.rest import study_days_of
from bot.store import reviews
from bot.store.database import Tx


@dataclass(frozen=True, slots=True)
class Due:
    """A review with its module, what it was `studied` from, and the `source` to take now."""

    review: Review
    place: Place
    studied: Source | None
    source: ReviewSource


async def start(tx: Tx, learner: Learner, module_id: int, *, day: date) -> None:
    """Begin the reviews of a module finished on study day `day` (PRODUCT.md, Review); begun ones stay as they are."""
    await reviews.start(tx, learner_id=learner.id, module_id=module_id, steps=steps_after(day))


async def stop(tx: Tx, module_id: int) -> None:
    """Take the reviews of a module back: it is not finished after all."""
    await reviews.drop(tx, module_id=module_id)


async def due(tx: Tx, learner_id: int, *, day: date, plan: Plan) -> list[Due]:
    """What is to be reviewed on a study day, longest due first, and after it what was reviewed on it; modules of `plan` only.

    On a rest day and in a pause nothing is: what falls due then waits for the next study day.
    """
    rests = (await study_days_of(tx, learner_id, since=day)).rests_on(day)
    open_ones = [] if rests else await reviews.due_on(tx, learner_id=learner_id, day=day)
    done_ones = await reviews.done_on(tx, learner_id=learner_id, day=day)
    found = [(one, find_module(plan, one.module_id)) for one in (*open_ones, *done_ones)]
    return [_due(review, place) for review, place in found if place is not None]


async def mark(tx: Tx, learner: Learner, review_id: int, *, day: date, done: bool) -> None:
    """Set a review as done on study day `day`, or as not done; Refused (StaleButton) where it is not the learner's or gone."""
    review = await reviews.get(tx, review_id)
    if review is None:
        raise Refused(StaleButton(why="over"))
    if review.learner_id != learner.id:
        raise Refused(StaleButton(why="other"))
    await reviews.mark_done(tx, review_id, day=day if done else None)


def _due(review: Review, place: Place) -> Due:
    studied = source_for_study(place.track, place.module)
    return Due(review, place, studied, source_for_review(place.track, place.module, step=review.step))
