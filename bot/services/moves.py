"""Moving and withdrawing promises under the rules: judged first, said, and only then done."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.commitments import Commitment, Event, Happened, MoveKind, State, judge_move, judge_withdrawal
from bot.domain.commitments import moved as moved_to
from bot.domain.date_options import later_dates
from bot.domain.dates import Parsed
from bot.domain.errors import Refused
from bot.domain.notices.commitments import (
    DateAsked,
    MoveJudged,
    PromiseMoved,
    PromiseWithdrawn,
    Purpose,
    WithdrawalJudged,
)
from bot.domain.notices.general import StaleButton
from bot.domain.people import HORIZON_DAYS, Learner
from bot.services import alerts, drafts, promise_changes, promise_facts
from bot.store import commitments, groups, people
from bot.store.database import Tx


async def ask(
    tx: Tx, learner: Learner, commitment_id: int, *, at: datetime, parsed: Parsed | None = None, said: str | None = None
) -> DateAsked:
    """Ask to when an open promise is to be moved; `parsed` is what made of the date `said` no answer.

    Understood can only be the date it has already.
    """
    found = await _open(tx, learner, commitment_id)
    later = later_dates(found.due_at, at=at, zone=learner.clock_zone)
    return await drafts.ask_date(
        tx, learner, Purpose.MOVE, found.id, text=found.text, parsed=parsed, said=said, at=at, options=later
    )


async def judge(tx: Tx, learner: Learner, commitment_id: int, new_due: datetime, *, at: datetime) -> MoveJudged:
    """Say what moving an open promise to `new_due` would be. Refused for a date that is no change or has passed."""
    found = await _open(tx, learner, commitment_id)
    if new_due <= at or new_due == found.due_at:
        raise Refused(StaleButton(why="over"))
    days = await horizon(tx, found)
    return MoveJudged(
        promise=await promise_facts.tell_one(tx, found),
        new_due=new_due,
        zone=learner.clock_zone,
        kind=judge_move(found, new_due, at=at, horizon_days=days),
        horizon_days=days,
        public=await public(tx, found),
    )


async def move(
    tx: Tx, learner: Learner, commitment_id: int, new_due: datetime, *, kind: str, at: datetime
) -> PromiseMoved | MoveJudged:
    """Move an open promise as was confirmed; where the rules make something else of it by now, that is said first."""
    judged = await judge(tx, learner, commitment_id, new_due, at=at)
    if judged.kind != kind:
        return judged
    found = await _open(tx, learner, commitment_id)
    moved = await _moved(tx, learner, found, judged, at=at)
    await people.end_dialogue(tx, learner.id)
    await promise_changes.follow_up(tx, learner, moved, at=at)
    if judged.kind is MoveKind.SLIP:
        await alerts.announce_slip(tx, moved, at=at)
    return PromiseMoved(
        promise=await promise_facts.tell_one(tx, moved), old_due=found.due_at, kind=judged.kind, public=judged.public
    )


async def _moved(tx: Tx, learner: Learner, found: Commitment, judged: MoveJudged, *, at: datetime) -> Commitment:
    """Store a move: reliability is measured against the new date, unless the move is a slip."""
    moved = moved_to(found, judged.new_due, kind=judged.kind, zone=learner.clock_zone, at=at)
    changed = ("due_at", "due_wall", "zone", "first_due_at", "slipped_at")
    await commitments.change(tx, found.id, **{name: getattr(moved, name) for name in changed})
    facts = {"how": judged.kind, "from": _iso(found.due_at), "to": _iso(moved.due_at)}
    await commitments.add_events(tx, [(found.id, Event(Happened.MOVED, at, facts))])
    return moved


async def judge_withdrawing(tx: Tx, learner: Learner, commitment_id: int, *, at: datetime) -> WithdrawalJudged:
    """Say what withdrawing an open promise would be."""
    found = await _open(tx, learner, commitment_id)
    days = await horizon(tx, found)
    return WithdrawalJudged(
        promise=await promise_facts.tell_one(tx, found),
        kind=judge_withdrawal(found, at=at, horizon_days=days),
        horizon_days=days,
        public=await public(tx, found),
    )


async def withdraw(
    tx: Tx, learner: Learner, commitment_id: int, *, kind: str, at: datetime
) -> PromiseWithdrawn | WithdrawalJudged:
    """Withdraw an open promise as was confirmed: past its date it is given up, inside the horizon it slips."""
    judged = await judge_withdrawing(tx, learner, commitment_id, at=at)
    if judged.kind != kind:
        return judged
    found = await _open(tx, learner, commitment_id)
    slip = judged.kind is MoveKind.SLIP
    ended = replace(
        found,
        state=State.MISSED if at >= found.due_at else State.WITHDRAWN,
        slipped_at=(found.slipped_at or min(at, found.due_at)) if slip else found.slipped_at,
    )
    await commitments.change(tx, found.id, state=ended.state, slipped_at=ended.slipped_at)
    await commitments.add_events(tx, [(found.id, Event(Happened.WITHDRAWN, at, {"how": judged.kind}))])
    await promise_changes.follow_up(tx, learner, ended, at=at)
    if slip:
        await alerts.announce_slip(tx, ended, at=at)
    return PromiseWithdrawn(promise=await promise_facts.tell_one(tx, ended), kind=judged.kind)


async def _open(tx: Tx, learner: Learner, commitment_id: int) -> Commitment:
    found = await promise_facts.own(tx, learner, commitment_id)
    if found.state is not State.OPEN:
        raise Refused(StaleButton(why="over"))
    return found


async def horizon(tx: Tx, commitment: Commitment) -> int:
    """The horizon of its group in days; what is kept private has the usual one."""
    return (await groups.get(tx, commitment.group_id)).horizon_days if commitment.group_id else HORIZON_DAYS


async def public(tx: Tx, commitment: Commitment) -> bool:
    """Whether its group sees it."""
    return (await commitments.consents(tx, [commitment.id]))[commitment.id].public


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
