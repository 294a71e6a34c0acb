"""Private warnings before a promise falls due, and what its timer does next."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from bot.domain.calendar import local, quiet_until, resolve
from bot.domain.commitments import Commitment, Stage, judge_move, next_stage
from bot.domain.notices.slips import PromisesNear
from bot.domain.people import HORIZON_DAYS, Learner
from bot.services import day_room, posts, promise_facts
from bot.services.facts import pack
from bot.store import commitments, groups, outbox, paces, people, timers
from bot.store.database import Tx
from bot.store.outbox import Lane, Outgoing
from bot.store.timers import Timer

_NEAR: Final = timedelta(days=7, hours=12)  # what a warning names: it may come hours late, after the quiet hours
_MOST_NAMED: Final = 5
_WARNING_LIVES: Final = timedelta(hours=12)
_MORNING: Final = time(8)  # when one is told that waited for a day with room


def next_timer(commitment: Commitment, *, at: datetime) -> Timer:
    """The timer of the first warning after `at`, else of the question at the due instant."""
    stage, due_at = next_stage(commitment.due_at, after=at)
    return Timer("promise", commitment.id, due_at, {"stage": stage})


async def warn(tx: Tx, rows: Sequence[Commitment], *, at: datetime) -> None:
    """Warn each learner of these promises once a day, outside their quiet hours, and set what comes next.

    Where a learner has had three messages that day, or will have, the warning waits for the morning. Of one that finds no room
    before the promise is due nothing is lost: the cards name it.
    """
    if not rows:
        return
    learners = await people.get_many(tx, sorted({row.learner_id for row in rows}))
    said = await paces.queued(tx, [_key(one, at=at) for one in learners.values()])
    room = await day_room.look(tx, list(learners))
    waits = {one.id: _waits(one, room, at=at, said=_key(one, at=at) in said) for one in learners.values()}
    later: list[Timer] = []
    warned: set[int] = set()
    for row in rows:
        until = waits[row.learner_id]
        if until is not None and until < row.due_at:
            later.append(Timer("promise", row.id, until, {"stage": Stage.WARN}))
            continue
        later.append(next_timer(row, at=at))
        if at < row.due_at and until is None:
            warned.add(row.learner_id)
    await timers.put(tx, later)
    told = [learners[one] for one in sorted(warned) if _key(learners[one], at=at) not in said]
    await _say_near(tx, told, at=at)
    await day_room.count(tx, told, room, at=at)


def _waits(learner: Learner, room: day_room.DayRoom, *, at: datetime, said: bool) -> datetime | None:
    """Until when a warning waits: for the end of the learner's quiet hours, or for a day with room; None for now."""
    awake = quiet_until(at, zone=learner.clock_zone, start=learner.quiet_start, end=learner.quiet_end)
    if awake is not None or said or room.fits(learner, at=at, nudge=False):
        return awake
    tomorrow = datetime.combine(local(at, learner.clock_zone).date() + timedelta(days=1), _MORNING)
    return resolve(tomorrow, learner.clock_zone)


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
    key = _key(learner, at=at)
    return posts.live_item(learner, kind, facts, key=key, lane=Lane.CARD, due_at=at, expires_at=at + _WARNING_LIVES)


def _key(learner: Learner, *, at: datetime) -> str:
    return f"warn:{learner.id}:{local(at, learner.clock_zone).date()}"


async def _horizons(tx: Tx, rows: Sequence[Commitment]) -> dict[int, int]:
    known = await groups.get_many(tx, sorted({row.group_id for row in rows if row.group_id is not None}))
    return {row.id: known[row.group_id].horizon_days if row.group_id is not None else HORIZON_DAYS for row in rows}
