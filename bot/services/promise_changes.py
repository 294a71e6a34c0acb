"""What follows when a learner changes a promise: its timer, the group's messages, the question in private, the card."""

from datetime import datetime

from bot.domain.calendar import study_day
from bot.domain.commitments import Commitment
from bot.domain.people import Learner
from bot.services import cards, posts, promise_posts, slips
from bot.store import outbox
from bot.store.database import Tx


async def follow_up(tx: Tx, learner: Learner, commitment: Commitment, *, at: datetime) -> None:
    """Let everything follow a change that the learner made to a promise."""
    await slips.schedule(tx, commitment, at=at)
    await promise_posts.follow(tx, [commitment], at=at)
    await close_question(tx, learner, commitment, at=at)
    await cards.refresh(tx, learner, day=study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends), at=at)


async def close_question(tx: Tx, learner: Learner, commitment: Commitment, *, at: datetime) -> None:
    """Bring the question of the due instant up to date where it was asked."""
    key = f"ask:{commitment.id}"
    if await outbox.shown_as(tx, key):
        await posts.refresh(tx, learner, "ask", {"commitment": commitment.id}, shows=key, at=at)
