"""What a card says: a study day of a learner as facts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import ceil
from typing import Final

from bot.domain.calendar import local
from bot.domain.checkins import Checkin, Session, SessionState
from bot.domain.commitments import Commitment
from bot.domain.days import (
    DELAYED_FROM,
    MOST_COUNTED,
    UNDO_WITHIN,
    Reason,
    best,
    ends_at,
    later_choices,
    pace,
    tap_source,
)
from bot.domain.notices.cards import (
    Card,
    CardEntry,
    CardModule,
    CardPromise,
    CardRecall,
    CardReview,
    CardTap,
    LaterChoice,
    RecallChoice,
)
from bot.domain.people import Learner
from bot.domain.plans import Place, Plan, SourceKind, count_track, find_module, next_module, places, source_for_study
from bot.domain.rest import Pause, PauseKind, StudyDays
from bot.services import commitments, rest, reviews
from bot.services.reviews import Due
from bot.store import checkins, pauses, sessions, slots
from bot.store import plans as plan_rows
from bot.store.database import Tx

_MOST_REVIEWS: Final = 3  # open ones at once: a card is read half awake; the rest are counted
_MOST_ENTRIES: Final = 3


async def describe(
    tx: Tx,
    learner: Learner,
    *,
    day: date,
    slot: str,
    at: datetime,
    due_at: datetime | None = None,
    choosing: bool = False,
    recalling: int | None = None,
) -> Card:
    """The card of a learner's slot on a study day as it stands at `at`.

    `due_at`: it is being sent for the slot due then, and says so where it comes late. `choosing`: with the choices of Later;
    `recalling`: with the ratings of this review.
    """
    session = await sessions.find(tx, learner_id=learner.id, day=day, slot=slot)
    done = await checkins.of_day(tx, learner_id=learner.id, day=day)
    plan = await _plan_of_day(tx, learner.id, done, day=day)
    opened = at < ends_at(learner, day)
    tap = next((one for one in done if one.source == tap_source(learner.id, day=day, slot=slot)), None)
    studying = await rest.study_days_of(tx, learner.id, since=day)
    pause, easy = studying.pause_on(day), studying.ramp_on(day)
    again = await _reviews_of(tx, learner, plan, done, day=day, studying=studying) if plan and opened else reviews.Day()
    shown = again.due[:_MOST_REVIEWS]
    finish = _finishable(plan, done, day=day)
    module = next_module(plan) if plan else None
    promise = await nearest_promise(tx, learner, at=at) if opened else None
    recall = next((one for one in shown if one.review.id == recalling and one.review.long), None)
    return Card(
        learner=learner.id,
        day=day,
        slot=slot,
        state=_state(session, done, pause),
        open=opened,
        session=session is not None or await _has_slot(tx, learner, day=day, slot=slot),
        due=session is not None and session.due_at <= at,
        reason=session.reason if session else _why_away(pause),
        due_at=session.due_at if session else None,
        late_for=due_at if due_at and at - due_at > DELAYED_FROM else None,
        has_zone=learner.zone is not None,
        has_plan=plan is not None,
        module=_module(module),
        reviews=tuple(_review(one) for one in (*shown, *again.settled)),
        more_reviews=0 if easy else len(again.due) - len(shown) + again.waiting,
        promise=_halved(promise) if easy and promise else promise,
        started_at=session.started_at if session else None,
        later_until=session.later_until if session else None,
        entries=tuple(_entry(one, plan, session) for one in done[-_MOST_ENTRIES:]),
        more_entries=max(0, len(done) - _MOST_ENTRIES),
        minutes=sum(one.minutes or 0 for one in done),
        tap=tap_of(tap, at=at) if tap else None,
        finish=_module(finish),
        finished=finish is not None and finish.module.done,
        back_on=await _back_on(tx, learner, finish, day=day),
        choices=tuple(LaterChoice(*one) for one in later_choices(learner, day=day, at=at)) if choosing else (),
        recall=await _recall(tx, learner, recall, day=day) if recall else None,
        away=rest.away(pause, studying) if pause else None,
        easy=easy,
        easy_minutes=ceil(module.module.estimate_minutes / 2) if easy and module and module.module.estimate_minutes else None,
        respite=opened and await _just_slipped(tx, learner, studying, day=day),
    )


async def nearest_promise(tx: Tx, learner: Learner, *, at: datetime) -> CardPromise | None:
    """The learner's promise that is due first, with what is left of it and the pace that takes."""
    nearest = await commitments.nearest(tx, learner.id, at=at)
    return await _promise(tx, nearest, at=at) if nearest else None


def tap_of(checkin: Checkin, *, at: datetime) -> CardTap:
    """The check-in of a card's button, with whether it can still be taken back."""
    return CardTap(checkin.id, undo=at - checkin.at <= UNDO_WITHIN)


def counted(checkin: Checkin, session: Session | None) -> bool:
    """Whether the minutes of a check-in were taken from Start."""
    if session is None or session.started_at is None or checkin.minutes is None or checkin.edited_at is not None:
        return False
    return checkin.source == tap_source(checkin.learner_id, day=checkin.day, slot=session.slot)


async def _plan_of_day(tx: Tx, learner_id: int, done: Sequence[Checkin], *, day: date) -> Plan | None:
    """The active plan, as far as the card of a study day with these check-ins may name it."""
    told = [one.module_id for one in done if one.module_id is not None]
    return await plan_rows.of_day(tx, learner_id, day=day, module_ids=told)


async def _reviews_of(
    tx: Tx, learner: Learner, plan: Plan, done: Sequence[Checkin], *, day: date, studying: StudyDays
) -> reviews.Day:
    """The day's reviews. What is studied today, or was finished today, is not reviewed on the same day."""
    upcoming = next_module(plan)
    at_hand = {one.module_id for one in done} | ({upcoming.module.id} if upcoming else set())
    studied = {one.module.id for one in places(plan) if one.module.id in at_hand and not one.module.done}
    finished = {one.module.id for one in places(plan) if one.module.done_day == day}
    busy = {one for one in studied | finished if one is not None}
    return await reviews.of_day(tx, learner, day=day, plan=plan, studying=studying, busy=busy)


async def _back_on(tx: Tx, learner: Learner, finish: Place | None, *, day: date) -> date | None:
    """When the module that was finished today is reviewed first."""
    if finish is None or finish.module.done_day is None or finish.module.id is None:
        return None
    return next((when for _, when in await reviews.coming(tx, learner, finish.module.id, after=day)), None)


async def _recall(tx: Tx, learner: Learner, due: Due, *, day: date) -> CardRecall:
    back = await reviews.outlook(tx, learner, due.review, day=day)
    choices = tuple(RecallChoice(rating, when) for rating, when in back.items())
    return CardRecall(due.review.id, due.place.module.title, choices)


async def _promise(tx: Tx, promise: Commitment, *, at: datetime) -> CardPromise:
    progress = await commitments.progress(tx, promise)
    days = (local(promise.due_at, promise.zone).date() - local(at, promise.zone).date()) // timedelta(days=1)
    left = None if progress.unit is None else max(0, progress.total - progress.done)
    return CardPromise(
        text=promise.text,
        due_at=promise.due_at,
        zone=promise.zone,
        days=days,
        left=left,
        unit=progress.unit,
        per_week=None if left is None else pace(left, days=days),
    )


async def _has_slot(tx: Tx, learner: Learner, *, day: date, slot: str) -> bool:
    return any(one.kind == slot and day.weekday() in one.weekdays for one in await slots.of_learner(tx, learner.id))


def _state(session: Session | None, done: Sequence[Checkin], pause: Pause | None) -> SessionState:
    if session is not None:
        return session.state
    outcome = best(done)
    if outcome is None and pause is not None:
        return SessionState.EXCUSED
    return SessionState(outcome) if outcome else SessionState.PLANNED


def _why_away(pause: Pause | None) -> str | None:
    if pause is None:
        return None
    return Reason.SICK if pause.kind is PauseKind.SICK else Reason.PAUSE


def _halved(promise: CardPromise) -> CardPromise:
    """A promise at half its pace: what an easy day asks for. The promise itself is not halved."""
    return replace(promise, per_week=None if promise.per_week is None else ceil(promise.per_week / 2), halved=True)


async def _just_slipped(tx: Tx, learner: Learner, studying: StudyDays, *, day: date) -> bool:
    """Whether a promise slipped on this study day or since the one before."""
    since = rest.respite_since(learner, studying, day=day)
    return learner.id in await pauses.slipped_since(tx, [learner.id], since=since)


def _finishable(plan: Plan | None, done: Sequence[Checkin], *, day: date) -> Place | None:
    """The module studied last today, if it can be marked finished, or was today."""
    worked_on = [one.module_id for one in done if one.module_id is not None]
    place = find_module(plan, worked_on[-1]) if plan and worked_on else None
    return place if place and place.module.done_day in {None, day} and not place.module.ticked else None


def _module(place: Place | None) -> CardModule | None:
    if place is None or place.module.id is None:
        return None
    source = source_for_study(place.track, place.module)
    return CardModule(
        id=place.module.id,
        title=place.module.title,
        track=place.track.title,
        source=source.title if source else None,
        url=source.url if source else None,
        left=count_track(place.track).left,
    )


def _review(due: Due) -> CardReview:
    source = due.source.source
    return CardReview(
        id=due.review.id,
        title=due.place.module.title,
        source=source.title if source else None,
        url=source.url if source else None,
        studied=due.studied.title if due.studied else None,
        different=due.source.different,
        practice=source is not None and due.source.different and source.kind is SourceKind.PRACTICE,
        done=due.review.done_day is not None,
        skipped=due.review.skipped,
        long=due.review.long,
        rating=due.review.rating,
    )


def _entry(checkin: Checkin, plan: Plan | None, session: Session | None) -> CardEntry:
    place = find_module(plan, checkin.module_id) if plan and checkin.module_id else None
    by_clock = counted(checkin, session)
    return CardEntry(
        outcome=checkin.outcome,
        minutes=checkin.minutes,
        module=place.module.title if place else None,
        note=checkin.note,
        links=len(checkin.links),
        photo=checkin.photo is not None,
        counted=by_clock,
        capped=by_clock and checkin.minutes == MOST_COUNTED,
    )
