"""Reviews: modules due again."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select, update

from bot.domain.reviews import Review
from bot.store.database import Tx, insert
from bot.store.schema import reviews

_REVIEW = [reviews.c[name] for name in Review.__dataclass_fields__]


async def start(tx: Tx, *, learner_id: int, module_id: int, steps: Sequence[tuple[int, date]]) -> None:
    """Set the steps (number, due day) of a module; those that are set already stay as they are."""
    statement = insert(tx, reviews).on_conflict_do_nothing(index_elements=["module_id", "step"])
    rows = [{"learner_id": learner_id, "module_id": module_id, "step": step, "due_day": day} for step, day in steps]
    await tx.execute(statement, rows)


async def drop(tx: Tx, *, module_id: int) -> None:
    """Remove the reviews of a module."""
    await tx.execute(delete(reviews).where(reviews.c.module_id == module_id))


async def due_on(tx: Tx, *, learner_id: int, day: date) -> list[Review]:
    """A learner's reviews due on a study day or before it and not done, the longest due first."""
    query = (
        select(*_REVIEW)
        .where(reviews.c.learner_id == learner_id, reviews.c.due_day <= day, reviews.c.done_day.is_(None))
        .order_by(reviews.c.due_day, reviews.c.id)
    )
    return [Review(**row) for row in (await tx.execute(query)).mappings()]


async def done_on(tx: Tx, *, learner_id: int, day: date) -> list[Review]:
    """A learner's reviews done on a study day."""
    query = select(*_REVIEW).where(reviews.c.learner_id == learner_id, reviews.c.done_day == day).order_by(reviews.c.id)
    return [Review(**row) for row in (await tx.execute(query)).mappings()]


async def get(tx: Tx, review_id: int) -> Review | None:
    """One review."""
    row = (await tx.execute(select(*_REVIEW).where(reviews.c.id == review_id))).mappings().one_or_none()
    return None if row is None else Review(**row)


async def mark_done(tx: Tx, review_id: int, *, day: date | None) -> None:
    """Set the study day a review was done on; None takes it back."""
    await tx.execute(update(reviews).where(reviews.c.id == review_id).values(done_day=day))
