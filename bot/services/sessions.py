"""What a learner does with a study day: starts, answers with one tap, puts it off; and what follows from every check-in."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.domain.calendar import slot_instant, study_day
from bot.domain.checkins import Checkin, Outcome, Session, SessionState
from bot.domain.days import Became, Later, Stage, Step, became, ends_at, later_choices, minutes_between, tap_source
from bot.domain.errors import Refused
from bot.domain.notices.general import StaleButton
from bot.domain.people import Learner
from bot.services import boards, cards, commitments, returns, reviews
from bot.services.card_keys import day_timer
from bot.store import checkins, plans, sessions, slots, timers
from bot.store.database import Tx
from bot.store.sessions import Planned


def today(learner: Learner, *, at: datetime) -> date:
    """The learner's study day at the instant `at`."""
    return study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)


async def follow(tx: Tx, learner: Learner, *, day: date, modules: Iterable[int | None], at: datetime) -> list[Checkin]:
    """Let all that is derived follow the check-ins of a study day as they stand now, and return them.

    Its sessions, the reviews of the `modules` they name or named, the promises, the card and the boards. Whoever checks in is
    back from an automatic pause.
    """
    await returns.come_back_studying(tx, learner, at=at)
    held = await sessions.of_day(tx, learner_id=learner.id, day=day)
    done = await checkins.of_day(tx, learner_id=learner.id, day=day)
    now = became(held, done, over=at >= ends_at(learner, day))
    await sessions.become(tx, {one.id: now[one.id] for one in held if now[one.id] != Became(one.state, one.reason)})
    await reviews.follow(tx, learner, modules)
    await commitments.after_progress(tx, learner, at=at)
    await cards.refresh(tx, learner, day=day, slots=[one.slot for one in held], at=at)
    await boards.touch_of(tx, learner.id, at=at)
    return done


async def start(tx: Tx, learner: Learner, *, day: date, slot: str, at: datetime) -> Session:
    """Note when studying began; a second Start changes nothing. Refused (StaleButton) when the day is over or has no slot."""
    session = await _session(tx, learner, day=day, slot=slot, at=at)
    if session is None or session.state.answered:
        raise Refused(StaleButton(why="over"))
    if session.started_at is None:
        await sessions.change(tx, [session.id], started_at=at, later_until=None)
        await cards.refresh(tx, learner, day=day, at=at)
    return replace(session, started_at=session.started_at or at)


async def answer(tx: Tx, learner: Learner, outcome: Outcome, *, day: date, slot: str, at: datetime) -> Checkin:
    """The check-in a tap makes: one per day and slot, whichever outcome was pressed last.

    Its minutes run from Start, where that was pressed, up to MOST_COUNTED. Refused (StaleButton) when the day is over.
    """
    _still_open(learner, day=day, at=at)
    source = tap_source(learner.id, day=day, slot=slot)
    before = await checkins.by_source(tx, source)
    standing = before if before is not None and before.undone_at is None else None
    if standing is not None and standing.outcome is outcome:
        return standing
    session = await sessions.find(tx, learner_id=learner.id, day=day, slot=slot)
    values: dict[str, Any] = {
        "outcome": outcome,
        "minutes": _minutes(outcome, standing, session, at=at),
        "module_id": None if outcome is Outcome.SKIPPED else await _studied(tx, learner, session, at=at),
        "at": at,
    }
    if standing is None:  # of one that was taken back nothing comes back, neither note nor picture
        empty: dict[str, Any] = {"note": "", "links": [], "photo": None, "late": False, "edited_at": None, "undone_at": None}
        made = await checkins.put(tx, learner_id=learner.id, source=source, day=day, **values, **empty)
    else:
        made = await checkins.change(tx, standing.id, **values)
    await follow(tx, learner, day=day, modules=(made.module_id, standing.module_id if standing else None), at=at)
    return made


def _minutes(outcome: Outcome, standing: Checkin | None, session: Session | None, *, at: datetime) -> int | None:
    if outcome is Outcome.SKIPPED:
        return None
    if standing is not None and standing.minutes is not None:
        return standing.minutes
    return minutes_between(session.started_at, at) if session and session.started_at else None


async def postpone(tx: Tx, learner: Learner, choice: Later, *, day: date, slot: str, at: datetime) -> datetime:
    """Set one reminder for later today and return its instant; promises keep their dates.

    Refused (StaleButton) when the day is over or answered, or the moment has passed.
    """
    session = await _session(tx, learner, day=day, slot=slot, at=at)
    until = dict(later_choices(learner, day=day, at=at)).get(choice)
    if session is None or session.state is not SessionState.PLANNED or until is None:
        raise Refused(StaleButton(why="over"))
    await sessions.change(tx, [session.id], later_until=until)
    timer = await timers.find(tx, kind="day", subject=learner.id)
    said = int(timer.data["said"]) if timer and timer.data["day"] == day.isoformat() else 1
    await timers.put(tx, [day_timer(learner.id, day=day, step=Step(Stage.LATER, until), said=said)])
    await cards.refresh(tx, learner, day=day, at=at)
    return until


async def settle_days(tx: Tx, learner: Learner, days: Collection[date], *, at: datetime) -> dict[Session, Became]:
    """Let the sessions of many study days follow their check-ins, which have become more, or fewer; return what changed.

    One of which nothing has become yet is left to its day's timer, which knows whether silence is an answer.
    """
    if not days:
        return {}
    held: dict[date, list[Session]] = defaultdict(list)
    for session in await sessions.between(tx, [learner.id], first=min(days), last=max(days)):
        held[session.day].append(session)
    done: dict[date, list[Checkin]] = defaultdict(list)
    for checkin in await checkins.between(tx, [learner.id], first=min(days), last=max(days)):
        done[checkin.day].append(checkin)
    changed: dict[Session, Became] = {}
    for day in sorted(set(days) & set(held)):
        now = became(held[day], done[day], over=at >= ends_at(learner, day))
        for session in held[day]:
            was, is_now = Became(session.state, session.reason), now[session.id]
            if is_now != was and (session.state is not SessionState.PLANNED or is_now.state.answered):
                changed[session] = is_now
    await sessions.become(tx, {session.id: fate for session, fate in changed.items()})
    return changed


async def _session(tx: Tx, learner: Learner, *, day: date, slot: str, at: datetime) -> Session | None:
    """The session, planned now if its slot is still ahead today; None on a day without that slot."""
    _still_open(learner, day=day, at=at)
    found = await sessions.find(tx, learner_id=learner.id, day=day, slot=slot)
    theirs = next((one for one in await slots.of_learner(tx, learner.id) if one.kind == slot), None)
    if found is not None or theirs is None or day.weekday() not in theirs.weekdays:
        return found
    due_at = slot_instant(day, wall=theirs.wall, zone=theirs.zone, day_ends=learner.day_ends)
    await sessions.add_many(tx, [Planned(learner.id, slot, day, due_at)])
    return await sessions.find(tx, learner_id=learner.id, day=day, slot=slot)


async def _studied(tx: Tx, learner: Learner, session: Session | None, *, at: datetime) -> int | None:
    """The module a tap is about: what was next when the card came or Start was pressed, though it be finished by now."""
    since = at if session is None else min(session.due_at, session.started_at or session.due_at)
    return await plans.next_module_since(tx, learner.id, since=since)


def _still_open(learner: Learner, *, day: date, at: datetime) -> None:
    if at >= ends_at(learner, day):
        raise Refused(StaleButton(why="over"))
