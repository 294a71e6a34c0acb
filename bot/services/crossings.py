"""A private word, once, when the forecast of a promise first falls behind its date, while there is still time to do something.

Every open promise that can be measured is looked at once a day, in the early evening. Once its owner was told, it is no longer
looked at, however the forecast comes and goes: only another date, or a promise opened again, begins anew.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final

from bot.domain.calendar import local, quiet_until, resolve
from bot.domain.commitments import Commitment, State, judge_move
from bot.domain.commitments import Stage as PromiseStage
from bot.domain.notices import Notice
from bot.domain.notices.progress import ForecastCrossed
from bot.domain.people import HORIZON_DAYS, Learner
from bot.domain.plans import FreeScope
from bot.services import day_room, outlooks, posts, promise_facts
from bot.services.paces import past
from bot.store import commitments, groups, paces, people, progress, timers
from bot.store.database import Tx
from bot.store.outbox import Lane, Outgoing
from bot.store.outbox import put as put_out
from bot.store.timers import Timer

KIND: Final = "pace"
LOOKS_AT: Final = time(18)  # most of the day's studying is in, and the evening is there to think about it
_SPREAD: Final = 3600  # seconds over which learners of one zone are looked at: a forecast takes milliseconds
_AT_ONCE: Final = 50  # promises; after an outage the others wait for their turn, so that nothing else has to
_TURN: Final = timedelta(seconds=2)
_SAID_FOR: Final = timedelta(hours=3)
_DAY: Final = timedelta(days=1)


# --- watching ---------------------------------------------------------------------------------------------------------
async def watch(tx: Tx, commitment: Commitment, *, at: datetime) -> None:
    """Look at a promise from its next evening on; not at one that is over, or that only its owner can measure."""
    if _is_watched(commitment, at):
        await timers.put(tx, [_next_look(commitment, zone=commitment.zone, at=at)])
    else:
        await timers.drop(tx, kind=KIND, subjects=[commitment.id])


def _is_watched(row: Commitment, at: datetime) -> bool:
    return row.state is State.OPEN and row.due_at > at and not isinstance(row.scope, FreeScope)


def _next_look(row: Commitment, *, zone: str, at: datetime) -> Timer:
    """One a day, all promises of a learner at the same instant."""
    seconds = row.learner_id * 7 % _SPREAD
    wall = datetime.combine(local(at, zone).date(), LOOKS_AT) + timedelta(seconds=seconds)
    instant = resolve(wall, zone)
    return Timer(KIND, row.id, instant if instant > at else resolve(wall + _DAY, zone))


async def looks_due(tx: Tx, rows: list[Timer], at: datetime) -> None:
    """Timer "pace" (subject: commitment id): tell whose promise has fallen behind, and look at the others again tomorrow."""
    found = await commitments.get_many(tx, [row.subject for row in rows[:_AT_ONCE]])
    turns = [Timer(KIND, row.subject, at + (1 + place // _AT_ONCE) * _TURN) for place, row in enumerate(rows[_AT_ONCE:])]
    ahead = [one for one in found.values() if _is_watched(one, at)]
    learners = {
        key: one
        for key, one in (await people.get_many(tx, sorted({row.learner_id for row in ahead}))).items()
        if one.linked_to is None
    }
    awake = {key: _quiet(one, at) for key, one in learners.items()}
    asleep = [Timer(KIND, row.id, end) for row in ahead if (end := awake.get(row.learner_id)) is not None]
    looked_at = [row for row in ahead if row.learner_id in learners and awake[row.learner_id] is None]
    behind = await _behind(tx, looked_at, learners, at=at)
    told = await _tell(tx, behind, learners, at=at)
    waiting = [_next_look(row, zone=learners[row.learner_id].clock_zone, at=at) for row in looked_at if row.id not in told]
    await timers.put(tx, [*asleep, *waiting, *turns])


def _quiet(learner: Learner, at: datetime) -> datetime | None:
    return quiet_until(at, zone=learner.clock_zone, start=learner.quiet_start, end=learner.quiet_end)


async def _behind(
    tx: Tx, rows: Sequence[Commitment], learners: Mapping[int, Learner], *, at: datetime
) -> dict[int, list[Commitment]]:
    """By learner, those of the promises that will more likely be kept after their date than by it, the soonest due first."""
    owners = [learners[one] for one in sorted({row.learner_id for row in rows})]
    if not owners:
        return {}
    days = await past(tx, owners, at=at)
    theirs = await commitments.open_of(tx, [one.id for one in owners])
    done = await progress.of_many(tx, rows)
    left = await outlooks.works(tx, theirs, done, days)
    looked_at = {row.id for row in rows if row.id in left}
    late: dict[int, list[Commitment]] = {}
    for learner in owners:
        own = days[learner.id]
        near = [
            row
            for row in theirs.get(learner.id, ())
            if row.id in looked_at and outlooks.may_cross(row, left[row.id], own, learner)
        ]
        looks = {row.id: outlooks.look(row, left[row.id], own, learner, shown=done[row.id].left) for row in near}
        if behind := [row for row in near if looks[row.id].late]:
            late[learner.id] = behind
    return late


# --- telling ----------------------------------------------------------------------------------------------------------
async def _tell(
    tx: Tx, behind: Mapping[int, Sequence[Commitment]], learners: Mapping[int, Learner], *, at: datetime
) -> Collection[int]:
    """Tell each learner of one promise, where this is none too many today; return the promises told of."""
    if not behind:
        return ()
    first = [rows[0] for rows in behind.values()]
    room = await day_room.look(tx, list(behind))
    warned = await _warned_about(tx, first, learners, at=at)
    told = [row for row in first if row.id not in warned and room.fits(learners[row.learner_id], at=at, nudge=True)]
    await put_out(tx, [_item(learners[row.learner_id], row, at=at) for row in told], at=at)
    await day_room.count(tx, [learners[row.learner_id] for row in told], room, at=at)
    return {row.id for row in told}


def _item(learner: Learner, row: Commitment, *, at: datetime) -> Outgoing:
    due = row.due_at.isoformat()
    facts = {"commitment": row.id, "due": due}
    key = f"crossed:{row.id}:{due}"
    return posts.live_item(learner, "crossed", facts, key=key, lane=Lane.CARD, due_at=at, expires_at=at + _SAID_FOR)


async def _warned_about(tx: Tx, rows: Iterable[Commitment], learners: Mapping[int, Learner], *, at: datetime) -> Collection[int]:
    """The promises whose owner was warned of a date today, or will be within a day: those warnings offer the same ways out."""
    by_key = {f"warn:{row.learner_id}:{local(at, learners[row.learner_id].clock_zone).date()}": row.id for row in rows}
    said = {by_key[key] for key in await paces.queued(tx, list(by_key))}
    coming = await timers.find_many(tx, kind="promise", subjects=list(by_key.values()))
    return said | {one.subject for one in coming.values() if one.data["stage"] == PromiseStage.WARN and one.due_at <= at + _DAY}


async def load_crossed(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "crossed" {commitment, due}: how the promise stands now; None once it is over, moved, or due."""
    found = await commitments.get(tx, facts["commitment"])
    if (
        found is None
        or found.state is not State.OPEN
        or found.due_at != datetime.fromisoformat(facts["due"])
        or at >= found.due_at
    ):
        return None
    (line,) = await promise_facts.lines(tx, [found], at=at, outlook=True)
    horizon = (await groups.get(tx, found.group_id)).horizon_days if found.group_id is not None else HORIZON_DAYS
    return ForecastCrossed(
        line=line, move=judge_move(found, found.due_at + _DAY, at=at, horizon_days=horizon), horizon_days=horizon
    )
