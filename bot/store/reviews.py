"""Reviews: modules due again."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, bindparam, case, delete, exists, func, select, update

from bot.domain.checkins import Outcome
from bot.domain.reviews import LONG, PRACTICE, Review
from bot.store.database import Tx, insert
from bot.store.prepared import Prepared
from bot.store.schema import checkins, modules, reviews

_REVIEW = [reviews.c[name] for name in Review.__dataclass_fields__]


def _review(row: RowMapping) -> Review:
    return Review(**row)


async def _all(tx: Tx, *where: ColumnElement[bool]) -> list[Review]:
    query = select(*_REVIEW).where(*where).order_by(reviews.c.module_id, reviews.c.step)
    return [_review(row) for row in (await tx.execute(query)).mappings()]


# --- reading ----------------------------------------------------------------------------------------------------------
async def get(tx: Tx, review_id: int) -> Review | None:
    """One review."""
    found = await _all(tx, reviews.c.id == review_id)
    return found[0] if found else None


async def of_modules(tx: Tx, module_ids: Sequence[int]) -> dict[int, list[Review]]:
    """The steps of modules, by module and in order, settled or not; empty where there are none."""
    found: dict[int, list[Review]] = {one: [] for one in module_ids}
    for review in await _all(tx, reviews.c.module_id.in_(module_ids)):
        found[review.module_id].append(review)
    return found


async def of_day(tx: Tx, *, learner_id: int, day: date) -> list[Review]:
    """A learner's reviews due by a study day and not settled, and those settled on it."""
    return [Review(*row) for row in await _OF_DAY.rows(tx, learner=learner_id, day=day)]


_DAY = bindparam("day", type_=reviews.c.due_day.type)
_OF_DAY = Prepared(
    select(*_REVIEW)
    .where(
        reviews.c.learner_id == bindparam("learner"),
        and_(reviews.c.due_day <= _DAY, reviews.c.done_day.is_(None)) | (reviews.c.done_day == _DAY),
    )
    .order_by(reviews.c.module_id, reviews.c.step)
)


async def waiting(tx: Tx, learner_id: int, *, until: date) -> list[Review]:
    """A learner's reviews that are not settled and due by a day."""
    return await _all(tx, reviews.c.learner_id == learner_id, reviews.c.due_day <= until, reviews.c.done_day.is_(None))


async def studied(tx: Tx, learner_id: int, module_ids: Sequence[int]) -> dict[int, tuple[date | None, date | None]]:
    """By module, the study day of the first check-in about it that was no skip, and the day on which it was marked done.

    A mark that came with a file is none: nobody knows when that was studied.
    """
    marked = case((modules.c.done_at.is_not(None), modules.c.done_day))
    told = and_(
        checkins.c.module_id == modules.c.id,
        checkins.c.learner_id == learner_id,
        checkins.c.undone_at.is_(None),
        checkins.c.outcome != Outcome.SKIPPED,
    )
    rows = await tx.execute(
        select(modules.c.id, func.min(checkins.c.day).label("first"), marked.label("marked"))
        .outerjoin(checkins, told)
        .where(modules.c.id.in_(module_ids))
        .group_by(modules.c.id, modules.c.done_at, modules.c.done_day)
    )
    return {row.id: (row.first, row.marked) for row in rows}


async def practised(tx: Tx, learner_id: int) -> list[int]:
    """The modules of a learner whose practice is settled and that have no review for long-term memory yet."""
    later = reviews.alias()
    followed = exists().where(later.c.module_id == reviews.c.module_id, later.c.step >= LONG)
    over = (reviews.c.learner_id == learner_id, reviews.c.step == PRACTICE, reviews.c.done_day.is_not(None))
    return list((await tx.execute(select(reviews.c.module_id).where(*over, ~followed).order_by(reviews.c.module_id))).scalars())


# --- writing ----------------------------------------------------------------------------------------------------------
async def put(tx: Tx, *, learner_id: int, steps: Sequence[tuple[int, int, date]]) -> None:
    """Set steps (module, number, due day); one that is there gets its due day anew unless it is settled."""
    if not steps:
        return
    statement = insert(tx, reviews)
    fresh = statement.on_conflict_do_update(
        index_elements=["module_id", "step"],
        set_={"due_day": statement.excluded.due_day},
        where=reviews.c.done_day.is_(None),
    )
    rows = [{"learner_id": learner_id, "module_id": one, "step": step, "due_day": due} for one, step, due in steps]
    await tx.execute(fresh, rows)


async def drop(tx: Tx, *, module_id: int, after: int = 0) -> None:
    """Remove the steps of a module after step `after`."""
    await tx.execute(delete(reviews).where(reviews.c.module_id == module_id, reviews.c.step > after))


async def settle(tx: Tx, ids: Sequence[int], **values: Any) -> None:
    """Set `done_day`, `skipped` and `rating` of reviews."""
    await tx.execute(update(reviews).where(reviews.c.id.in_(ids)).values(**values))
