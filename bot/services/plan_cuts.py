"""Promises that follow an edit of the plan: what they would lose is told first, then done in the open."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain.commitments import Commitment, Event, Happened
from bot.domain.errors import Refused
from bot.domain.notices.plan_edits import DropRefused, Loss, PromiseCut
from bot.domain.people import Learner
from bot.domain.plan_cuts import Cut, cut, gone_from, renamed
from bot.domain.plans import Module, Plan, Track
from bot.services import promise_changes
from bot.store import commitments, plan_changes
from bot.store.database import Tx

_TITLES: Final = 300  # characters of what was taken out, kept in a promise's history

Cuts = list[tuple[Commitment, Cut]]


async def find(tx: Tx, learner: Learner, before: Sequence[Track], after: Sequence[Track]) -> Cuts:
    """The learner's open promises that cover less when the stored tracks `before` become `after`.

    What came into the plan after a promise was made was not promised: it can leave again without a word.
    """
    found = (await commitments.open_of(tx, [learner.id])).get(learner.id, [])
    made = [(promise, one) for promise in found if (one := cut(promise.scope, before, after)) is not None]
    added = await plan_changes.added(tx, sorted({module.id or 0 for _, one in made for module in one.taken})) if made else {}
    return [(promise, replace(one, taken=_promised(promise, one, added))) for promise, one in made]


def _promised(promise: Commitment, one: Cut, added: Mapping[int, datetime]) -> tuple[Module, ...]:
    since = promise.published_at
    return tuple(module for module in one.taken if since is None or added.get(module.id or 0, since) <= since)


async def loss(tx: Tx, learner: Learner, before: Plan, after: Plan) -> Loss:
    """What goes when a plan becomes `after`. Refused (DropRefused) where a promise would cover nothing any more."""
    gone = gone_from(before, after)
    cuts = await find(tx, learner, before.tracks, after.tracks)
    refuse_empty(cuts)
    reviews, checkins = await plan_changes.mentions(tx, [module.id or 0 for module in gone]) if gone else (0, 0)
    return Loss(
        modules=len(gone),
        done=sum(module.done for module in gone),
        reviews=reviews,
        checkins=checkins,
        promises=await told(tx, cuts),
    )


async def told(tx: Tx, cuts: Cuts) -> tuple[PromiseCut, ...]:
    """The cuts that make a promise smaller, as they are told before it happens."""
    consents = await commitments.consents(tx, [promise.id for promise, _ in cuts])
    return tuple(
        PromiseCut(promise.id, promise.text, len(one.taken), one.left, consents[promise.id].public, one.complete)
        for promise, one in cuts
        if one.taken
    )


def refuse_empty(cuts: Cuts) -> None:
    """Raise Refused where nothing would be left of a promise: that is withdrawing it, and has its own rules."""
    empty = tuple((promise.id, promise.text) for promise, one in cuts if one.empty)
    if empty:
        raise Refused(DropRefused(empty))


async def make(tx: Tx, learner: Learner, before: Sequence[Track], after: Sequence[Track], cuts: Cuts, *, at: datetime) -> None:
    """Let the promises cover less: in their scope, in their history, and before their groups. Names follow what was renamed."""
    for promise, one in cuts:
        await commitments.change_scope(tx, promise.id, one.scope)
        if one.taken:
            what = ", ".join(module.title for module in one.taken)[:_TITLES]
            facts = {"what": what, "count": str(len(one.taken))}
            await commitments.add_events(tx, [(promise.id, Event(Happened.CUT, at, facts))])
    changed = [replace(promise, scope=one.scope) for promise, one in cuts]
    changed += await _renamed(tx, learner, before, after, but={promise.id for promise, _ in cuts})
    for promise in changed:
        await promise_changes.follow_up(tx, learner, promise, at=at)


async def _renamed(
    tx: Tx, learner: Learner, before: Sequence[Track], after: Sequence[Track], *, but: set[int]
) -> list[Commitment]:
    found = (await commitments.open_of(tx, [learner.id])).get(learner.id, [])
    scopes = {one.id: renamed(one.scope, before, after) for one in found if one.id not in but}
    changed = [replace(one, scope=scopes[one.id]) for one in found if one.id in scopes and scopes[one.id] != one.scope]
    for one in changed:
        await commitments.change_scope(tx, one.id, one.scope)
    return changed
