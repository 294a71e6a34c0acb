"""How long the digests of many groups may get, and what became of those queued before; a query or two for all of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func, or_, select

from bot.domain.commitments import State
from bot.domain.digest import LONGEST_TEXT, MEMBER_WORDS, PROMISE_WORDS
from bot.store import outbox as posts
from bot.store.boards import PUBLIC
from bot.store.database import Tx
from bot.store.schema import commitments, learners, memberships, outbox


async def weights(tx: Tx, group_ids: Sequence[int], *, since: datetime) -> Counter[int]:
    """By group, an upper bound in UTF-16 units of what a digest could list; promises closed before `since` are left out.

    A character takes two units at most. Groups with nothing to tell are left out.
    """
    return Counter(await _of_members(tx, group_ids)) + Counter(await _of_promises(tx, group_ids, since=since))


async def _of_members(tx: Tx, group_ids: Sequence[int]) -> dict[int, int]:
    line = 2 * func.length(learners.c.name) + MEMBER_WORDS
    query = (
        select(memberships.c.group_id, func.sum(line))
        .join(learners, learners.c.id == memberships.c.learner_id)
        .where(memberships.c.group_id.in_(group_ids), memberships.c.left_at.is_(None), memberships.c.consent.in_(PUBLIC))
        .group_by(memberships.c.group_id)
    )
    return {row[0]: int(row[1]) for row in await tx.execute(query)}


async def _of_promises(tx: Tx, group_ids: Sequence[int], *, since: datetime) -> dict[int, int]:
    words = func.length(commitments.c.text)
    line = 2 * func.length(learners.c.name) + 2 * case((words > LONGEST_TEXT, LONGEST_TEXT), else_=words) + PROMISE_WORDS
    recent = or_(
        commitments.c.state == State.OPEN,
        commitments.c.due_at >= since,
        commitments.c.done_at >= since,
        commitments.c.slipped_at >= since,
    )
    query = (
        select(commitments.c.group_id, func.sum(line))
        .join(learners, learners.c.id == commitments.c.learner_id)
        .where(
            commitments.c.group_id.in_(group_ids),
            commitments.c.state != State.DRAFT,
            commitments.c.consent.in_(PUBLIC),
            recent,
        )
        .group_by(commitments.c.group_id)
    )
    return {row[0]: int(row[1]) for row in await tx.execute(query)}


async def lost(tx: Tx, keys: Sequence[str]) -> set[str]:
    """Those of the outbox keys whose message was queued and certainly never arrived."""
    gone = (posts.State.EXPIRED, posts.State.DEAD)
    rows = await tx.execute(select(outbox.c.key).where(outbox.c.key.in_(keys), outbox.c.state.in_(gone)))
    return set(rows.scalars())
