"""Private warnings before a promise falls due, and what its timer does next."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.calendar import local, quiet_until
from bot.domain.commitments import Commitment, Stage, judge_move, next_stage
from bot.domain.notices.slips import PromisesNear
from bot.domain.people import HORIZON_DAYS, Learner
from bot.services import posts, promise_facts
from bot.services.facts import pack
from bot.store import commitments, groups, outbox, people, timers
from bot.store.database import Tx
from bot.store.outbox import Lane, Outgoing
from bot.store.timers import Timer

_NEAR: Final = timedelta(days=7, hours=12)  # what a warning names: it may come hours late, after the quiet hours
_MOST_NAMED: Final = 5
_WARNING_LIVES: Final = timedelta(hours=12)


def next_timer(commitment: Commitment, *, at: datetime) -> Timer:
    """The timer of the first warning after `at`, else of the question at the due instant."""
    stage, due_at = next_stage(commitment.due_at, after=at)
    return Timer("promise", commitment.id, due_at, {"stage": stage})


async def warn(tx: Tx, rows: Sequence[Commitment], *, at: datetime) -> None:
    """Warn each learner of these promises once a day, outside their quiet hours, and set what comes next."""
    if not rows:
        return
    learners = await people.get_many(tx, sorted({row.learner_id for row in rows}))
    quiet = {one.id: quiet_until(at, zone=one.clock_zone, start=one.quiet_start, end=one.quiet_end) for one in learners.values()}
    later: list[Timer] = []
    warned: set[int] = set()
    for row in rows:
        awake = quiet[row.learner_id]
        if awake is not None and awake < row.due_at:
            later.append(Timer("promise", row.id, awake, {"stage": Stage.WARN}))
            continue
        later.append(next_timer(row, at=at))
        if at < row.due_at and awake is None:
            warned.add(row.learner_id)
    await timers.put(tx, later)
    await _say_near(tx, [learners[one] for one in sorted(warned)], at=at)


async def _say_near(tx: Tx, learners: Sequence[Learner], *, at: datetime) -> None:
    """One message per learner and day that names everything due within a week."""
    near = {
        learner_id: [row for row in rows if at < row.due_at <= at + _NEAR][:_MOST_NAMED]
        for learner_id, rows in (await commitments.open_of(tx, [one.id for one in learners])).items()
    }
    told = await promise_facts.lines(tx, [row for rows in near.values() for row in rows], at=at)
    lines = {line.promise.id: line for line in told}
    firsts = [rows[0] for rows in near.values() if rows]
    horizons = await _horizons(tx, firsts)
    items = []
    for learner in learners:
        rows = near.get(learner.id, [])
        if rows:
            horizon = horizons[rows[0].id]
            move = judge_move(rows[0], rows[0].due_at + timedelta(days=1), at=at, horizon_days=horizon)
            notice = PromisesNear(lines=tuple(lines[row.id] for row in rows), move=move, horizon_days=horizon)
            items.append(_warning(learner, notice, at=at))
    await outbox.put(tx, items, at=at)


def _warning(learner: Learner, notice: PromisesNear, *, at: datetime) -> Outgoing:
    kind, facts = pack(notice)
    key = f"warn:{learner.id}:{local(at, learner.clock_zone).date()}"
    return posts.live_item(learner, kind, facts, key=key, lane=Lane.CARD, due_at=at, expires_at=at + _WARNING_LIVES)


async def _horizons(tx: Tx, rows: Sequence[Commitment]) -> dict[int, int]:
    known = await groups.get_many(tx, sorted({row.group_id for row in rows if row.group_id is not None}))
    return {row.id: known[row.group_id].horizon_days if row.group_id is not None else HORIZON_DAYS for row in rows}
