"""Codes that link two accounts, wrong tries at them, and which learners are one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, select, update

from bot.domain.links import History
from bot.store.database import Tx, insert
from bot.store.schema import checkins, commitments, learners, link_codes, link_tries, plans


# --- codes ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Code:
    """A code that was given out: to whom, on which platform, and until when it is good."""

    learner_id: int
    code: str
    platform: str
    expires_at: datetime


async def put_code(tx: Tx, code: Code) -> None:
    """Give a learner a code; the one before is void."""
    values = {"code": code.code, "platform": code.platform, "expires_at": code.expires_at}
    statement = insert(tx, link_codes).values(learner_id=code.learner_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["learner_id"], set_=values))


async def find_code(tx: Tx, code: str) -> Code | None:
    """A code that is not void, expired or not."""
    row = (await tx.execute(select(link_codes).where(link_codes.c.code == code))).mappings().one_or_none()
    return None if row is None else Code(**row)


async def use_code(tx: Tx, code: str) -> bool:
    """Take a code for good; False where somebody else was quicker."""
    return (await tx.execute(delete(link_codes).where(link_codes.c.code == code))).rowcount == 1


async def void_codes(tx: Tx, learner_ids: Sequence[int]) -> None:
    """Take the codes of these learners out of the world."""
    await tx.execute(delete(link_codes).where(link_codes.c.learner_id.in_(learner_ids)))


async def add_try(tx: Tx, learner_id: int, *, at: datetime) -> None:
    """A learner typed a wrong code."""
    await tx.execute(insert(tx, link_tries).values(learner_id=learner_id, at=at))


async def tries(tx: Tx, learner_id: int, *, since: datetime) -> list[datetime]:
    """When a learner typed wrong codes after `since`, oldest first."""
    mine = (link_tries.c.learner_id == learner_id, link_tries.c.at > since)
    return list((await tx.execute(select(link_tries.c.at).where(*mine).order_by(link_tries.c.at))).scalars())


async def forget_old(tx: Tx, *, before: datetime) -> None:
    """Delete codes and tries that count no more."""
    await tx.execute(delete(link_codes).where(link_codes.c.expires_at < before))
    await tx.execute(delete(link_tries).where(link_tries.c.at < before))


# --- who is one with whom ---------------------------------------------------------------------------------------------
async def unite(tx: Tx, *, dormant: int, into: int, at: datetime) -> None:
    """From now on `dormant` is one with `into`."""
    await tx.execute(update(learners).where(learners.c.id == dormant).values(linked_to=into, linked_at=at))


async def wake(tx: Tx, dormant: int) -> None:
    """A learner is one of their own again."""
    await tx.execute(update(learners).where(learners.c.id == dormant).values(linked_to=None, linked_at=None))


async def latest(tx: Tx, learner_id: int) -> int | None:
    """The learner who was linked to this one last: links are undone in reverse order."""
    query = select(learners.c.id).where(learners.c.linked_to == learner_id)
    found: int | None = (
        await tx.execute(query.order_by(learners.c.linked_at.desc(), learners.c.id.desc()).limit(1))
    ).scalar_one_or_none()
    return found


async def history(tx: Tx, learner_id: int) -> History:
    """What there is of a learner."""
    reported = select(func.count()).where(checkins.c.learner_id == learner_id, checkins.c.undone_at.is_(None))
    promised = select(func.count()).where(commitments.c.learner_id == learner_id, commitments.c.published_at.is_not(None))
    has_plan = exists().where(plans.c.learner_id == learner_id, plans.c.active)
    row = (await tx.execute(select(reported.scalar_subquery(), has_plan.label("has_plan"), promised.scalar_subquery()))).one()
    return History(learner_id, row[0], bool(row[1]), row[2])
