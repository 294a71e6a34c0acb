"""The course of a study day: nudges, and its end."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.checkins import Session, SessionState
from bot.domain.days import (
    DEAF_EXCUSES,
    DROPPED_AFTER,
    MOST_SAID,
    NUDGE_AFTER,
    Reason,
    Stage,
    Step,
    became,
    ends_at,
    step_after,
)
from bot.domain.notices import Notice
from bot.domain.notices.cards import Nudge
from bot.domain.people import MAIN, SECOND, Learner
from bot.domain.rest import StudyDays
from bot.services import posts, pulse, rest, silence
from bot.services.card_facts import nearest_promise
from bot.services.card_keys import card_key, card_subject, day_timer
from bot.store import outbox, pauses, people, plans, sessions, timers
from bot.store.database import Tx
from bot.store.outbox import Act, Lane, Outgoing
from bot.store.timers import Timer


@dataclass(frozen=True, slots=True)
class _Day:
    """A learner's day whose timer fell due, with its session while nothing has become of it."""

    learner: Learner
    day: date
    stage: Stage
    due_at: datetime
    said: int
    waiting: Session | None
    second: bool
    silent: int  # study days missed since the learner was last heard
    respite: bool  # a promise of theirs has just slipped: the card is enough


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database holds about the learners of a batch: by learner and day the session that waits for an answer, ..."""

    waiting: dict[tuple[int, date], Session]
    seconds: dict[int, frozenset[int]]  # weekdays of the second slot
    silent: dict[int, int]
    slipped: dict[int, datetime]
    studying: dict[int, StudyDays]


async def days_due(tx: Tx, rows: list[Timer], at: datetime) -> None:
    """Timer "day" (subject: learner id): nudge, evening nudge, end of the study day.

    A day that has been answered hears nothing more before its end. A reminder more than two hours late is dropped. Sessions
    of earlier days that are still planned (a timer replaced after an outage) are closed along with it. The last reminder of a
    second silent day says so, in place of its usual words; after a slip there is none but one that was asked for.
    """
    learners = await people.get_many(tx, [row.subject for row in rows])
    waiting = await sessions.still_planned(tx, list(learners))
    known = await _known(tx, list(learners), waiting, at=at)
    days = [_read(row, learners[row.subject], known) for row in rows if row.subject in learners]
    early = [
        one for one in days if one.stage is Stage.CLOSE and one.due_at < ends_at(one.learner, one.day)
    ]  # moved west meanwhile
    closing = [one for one in days if one.stage is Stage.CLOSE and one.due_at >= ends_at(one.learner, one.day)]
    reminders = [one for one in days if one.stage is not Stage.CLOSE]
    heard = {row.subject: row.due_at for row in rows}  # everything said before has been handled, and nothing else surely
    over = [one for one in waiting if heard[one.learner_id] >= ends_at(learners[one.learner_id], one.day)]
    missed = await _close(tx, over, learners)
    await silence.climb(tx, {one: learners[one] for one in missed}, missed, at=at)
    await _show_ends(tx, closing, at=at)
    said = [one for one in reminders if one.waiting is not None and at - one.due_at <= DROPPED_AFTER and not _spared(one)]
    await outbox.put(tx, [_nudge(one) for one in said], at=at)
    spoken_to = {one.learner.id for one in said}
    ends = [day_timer(one.learner.id, day=one.day, step=_end(one), said=one.said) for one in early]
    await timers.put(tx, [*(_next(one, spoke=one.learner.id in spoken_to) for one in reminders), *ends])


async def load_nudge(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "nudge" {learner, day, slot, stage}; None once checked in, and for whoever is at it right now."""
    day, stage = date.fromisoformat(facts["day"]), Stage(facts["stage"])
    learner = (await people.get_many(tx, [facts["learner"]])).get(facts["learner"])
    session = await sessions.find(tx, learner_id=facts["learner"], day=day, slot=facts["slot"])
    if learner is None or learner.linked_to is not None or session is None or at >= ends_at(learner, day):
        return None
    if session.state is not SessionState.PLANNED or (stage is Stage.NUDGE and session.started_at is not None):
        return None
    upcoming = (await plans.get_many_next(tx, [learner.id])).get(learner.id)
    return Nudge(
        learner=learner.id,
        day=day,
        slot=session.slot,
        stage=stage,
        module=upcoming.title if upcoming else None,
        started_at=session.started_at,
        promise=await nearest_promise(tx, learner, at=at) if stage is Stage.EVENING else None,
        silent=facts.get("silent", 0),
        waited=at - session.due_at > NUDGE_AFTER + NUDGE_AFTER,
    )


async def _known(tx: Tx, learner_ids: Sequence[int], waiting: Sequence[Session], *, at: datetime) -> _Known:
    return _Known(
        waiting={(one.learner_id, one.day): one for one in waiting if one.slot == MAIN},
        seconds=await sessions.second_weekdays(tx, learner_ids),
        silent=await pauses.silent_days(tx, learner_ids),
        slipped=await pauses.slipped_since(tx, learner_ids, since=at - rest.RESPITE_LOOK_BACK),
        studying=await rest.study_days(tx, learner_ids, since=at.date() - timedelta(days=2)),
    )


def _read(row: Timer, learner: Learner, known: _Known) -> _Day:
    day = date.fromisoformat(row.data["day"])
    slip = known.slipped.get(learner.id)
    return _Day(
        learner=learner,
        day=day,
        stage=Stage(row.data["stage"]),
        due_at=row.due_at,
        said=row.data["said"],
        waiting=known.waiting.get((learner.id, day)),
        second=day.weekday() in known.seconds.get(learner.id, frozenset()),
        silent=known.silent.get(learner.id, 0),
        respite=slip is not None and slip >= rest.respite_since(learner, known.studying[learner.id], day=day),
    )


def _spared(one: _Day) -> bool:
    """Whether this reminder is one too many: on the day of a slip and the day after it, and where the day is full."""
    full = one.said + one.second >= MOST_SAID
    return (one.respite or full) and one.stage is not Stage.LATER


def _end(one: _Day) -> Step:
    return Step(Stage.CLOSE, ends_at(one.learner, one.day))


def _next(one: _Day, *, spoke: bool) -> Timer:
    """The timer after a reminder."""
    said = one.said + spoke
    step = _end(one)
    if one.waiting is not None:
        step = step_after(one.learner, day=one.day, due_at=one.waiting.due_at, after=one.due_at, said=said, second=one.second)
        step = _end(one) if one.stage is Stage.EVENING else step
    return day_timer(one.learner.id, day=one.day, step=step, said=said)


def _nudge(one: _Day) -> Outgoing:
    key = f"nudge:{one.learner.id}:{one.day}:{one.stage}" + (f":{one.due_at:%H%M}" if one.stage is Stage.LATER else "")
    facts = card_subject(one.learner.id, day=one.day, slot=MAIN) | {"stage": one.stage}
    last = Stage(_next(one, spoke=True).data["stage"]) is Stage.CLOSE
    if last and one.silent == silence.ASK_AFTER - 1:
        facts["silent"] = silence.ASK_AFTER
    expires_at = one.due_at + DROPPED_AFTER
    return posts.live_item(one.learner, "nudge", facts, key=key, lane=Lane.CARD, due_at=one.due_at, expires_at=expires_at)


# --- the end of a day -------------------------------------------------------------------------------------------------
async def _close(tx: Tx, over: Sequence[Session], learners: dict[int, Learner]) -> dict[int, date]:
    """Judge silence: missed, but excused where the card did not arrive or nobody could have been heard.

    Return by learner the last study day of a main slot that was missed.
    """
    missed: dict[int, date] = {}
    keys = {one.id: card_key(one.learner_id, day=one.day, slot=one.slot) for one in over}
    lost = await sessions.undelivered(tx, list(keys.values()))
    deaf: dict[datetime, bool] = {}
    by_fate: dict[tuple[SessionState, str | None], list[int]] = defaultdict(list)
    for session in over:
        ended = ends_at(learners[session.learner_id], session.day)
        if ended not in deaf:
            deaf[ended] = await pulse.deaf_before(tx, ended) >= DEAF_EXCUSES
        fate = became([session], [], over=True)[session.id]
        state, reason = fate.state, fate.reason
        if state is SessionState.MISSED and (keys[session.id] in lost or deaf[ended]):
            state, reason = SessionState.EXCUSED, Reason.UNDELIVERED if keys[session.id] in lost else Reason.OUTAGE
        by_fate[state, reason].append(session.id)
        if state is SessionState.MISSED:
            missed[session.learner_id] = session.day
    for (state, reason), ids in by_fate.items():
        await sessions.change(tx, ids, state=state, reason=reason)
    return missed


async def _show_ends(tx: Tx, days: Sequence[_Day], *, at: datetime) -> None:
    """Take the buttons off the cards that are shown: they say what became of the day."""
    wanted = {card_key(one.learner.id, day=one.day, slot=slot): (one, slot) for one in days for slot in (MAIN, SECOND)}
    shown = await sessions.shown_keys(tx, list(wanted))
    edits = [
        Outgoing(
            key=f"close:{key}",
            act=Act.EDIT,
            lane=Lane.CARD,
            kind="card",
            facts=card_subject(one.learner.id, day=one.day, slot=slot),
            due_at=at,
            platform=one.learner.platform,
            learner_id=one.learner.id,
            shows=key,
            expires_at=at + 12 * DROPPED_AFTER,  # a day: nobody looks at an older card
        )
        for key, (one, slot) in wanted.items()
        if key in shown
    ]
    await outbox.put(tx, edits, at=at)
