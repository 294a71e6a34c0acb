"""Making one learner of two, and two of one again: what moves, what stays, and what follows from either.

What is linked is undone in reverse order. docs/decisions/0010-one-person-two-platforms.md says what moves and why.
"""

from datetime import datetime

from bot.domain.people import Learner
from bot.services import commitments, link_days, link_groups, link_plans, promise_posts
from bot.store import commitments as promises
from bot.store import link_moves, links, people
from bot.store.database import Tx

_GIVEN = ("identity", "checkin", "promise", "buddy", "ward")  # given over whole; plans, sessions and memberships with thought


async def join(tx: Tx, dormant: Learner, into: Learner, *, wanted: int, at: datetime) -> Learner:
    """Let `into` be both from now on, with the plan of `wanted` in use where that one has one; return it as it is then."""
    platforms = set(await people.accounts_of(tx, dormant.id))
    await links.void_codes(tx, [dormant.id, into.id])
    await link_groups.join(tx, dormant=dormant.id, into=into.id, at=at)
    for kind in _GIVEN:
        await link_moves.note_all(tx, dormant.id, kind)
        await link_moves.give(tx, dormant.id, kind, owner=dormant.id, to=into.id)
    await link_plans.join(tx, dormant=dormant.id, into=into.id, wanted=wanted)
    await link_days.join(tx, dormant, into, at=at)
    await links.unite(tx, dormant=dormant.id, into=into.id, at=at)
    joined = await people.get(tx, into.id)
    await link_days.retire_cards(tx, dormant, by=joined, platforms=platforms, at=at)
    await link_days.refresh_cards(tx, joined, at=at)
    await _show_promises(tx, dormant, owner=joined, at=at)
    await link_groups.follow(tx, joined.id, at=at)
    return joined


async def part(tx: Tx, dormant: Learner, into: Learner, *, at: datetime) -> tuple[Learner, Learner]:
    """Give the dormant learner back what it brought; what was made since stays with `into`. Return both as they are then."""
    for kind in _GIVEN:
        await link_moves.give(tx, dormant.id, kind, owner=into.id, to=dormant.id)
    await link_plans.part(tx, dormant=dormant.id, into=into.id, at=at)
    await link_groups.part(tx, dormant=dormant.id, into=into.id)
    await link_days.part(tx, dormant, into, at=at)
    await links.wake(tx, dormant.id)
    left = await people.accounts_of(tx, into.id)
    if into.platform not in left:
        await people.change(tx, into.id, platform=next(iter(left)))
    own, other = await people.get(tx, dormant.id), await people.get(tx, into.id)
    for learner in (own, other):
        await commitments.stand(tx, learner, at=at)
    await link_days.retire_cards(tx, other, by=own, platforms=set(await people.accounts_of(tx, own.id)), at=at)
    await link_days.refresh_cards(tx, own, other, at=at)
    await _show_promises(tx, own, owner=own, at=at)
    await link_groups.follow(tx, own.id, other.id, at=at)
    await link_moves.forget(tx, own.id)
    return own, other


async def _show_promises(tx: Tx, dormant: Learner, *, owner: Learner, at: datetime) -> None:
    """Let the posts of the open promises that changed hands say whose they are now."""
    moved = await link_moves.noted(tx, dormant.id, "promise")
    held = (await promises.open_of(tx, [owner.id])).get(owner.id, [])
    await promise_posts.follow(tx, [one for one in held if one.id in moved], at=at)
