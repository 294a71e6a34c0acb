"""Where a learner stands: the burn-up of the plan, the heat map, and all that /progress tells."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

from bot.domain.calendar import study_day
from bot.domain.charts import LONGEST_HEAT
from bot.domain.checkins import Outcome, SessionState
from bot.domain.commitments import Commitment
from bot.domain.commitments import Progress as Part
from bot.domain.credit import credit_of, reliability
from bot.domain.notices import Notice
from bot.domain.notices.progress import LineStanding, PlanStanding, ProgressShown, PromiseStanding, WeekPace
from bot.domain.pace import Forecast, Measure, Work
from bot.domain.people import Learner
from bot.domain.plans import CountScope, CountUnit, ModulesScope, Plan, TrackScope, count_plan, count_track, places
from bot.domain.progress import Burnup, DayState, HeatDay
from bot.domain.streaks import streak
from bot.services import outlooks
from bot.services.paces import Past, past
from bot.store import commitments, paces, people, plans
from bot.store import progress as parts
from bot.store.database import Tx
from bot.store.paces import DaySum, Held

WEEKS: Final = 8  # of the heat map: as long as the forecast looks back
_STREAK_BACK: Final = timedelta(days=400)
_OLDEST: Final = timedelta(days=3 * 366)  # a burn-up that begins earlier begins here
_TRACKS: Final = 12
_PROMISES: Final = 3
_DAY: Final = timedelta(days=1)
_BEST: Final = (SessionState.DONE, SessionState.PARTLY, SessionState.SKIPPED, SessionState.MISSED, SessionState.PLANNED)
_AS_STATE: Final[Mapping[str, DayState]] = {
    SessionState.DONE: DayState.DONE,
    SessionState.PARTLY: DayState.PARTLY,
    SessionState.SKIPPED: DayState.SKIPPED,
    SessionState.MISSED: DayState.MISSED,
    SessionState.PLANNED: DayState.AHEAD,
}  # an Outcome has the same values


async def shown(tx: Tx, learner: Learner, *, at: datetime) -> ProgressShown:
    """All of it, for /progress."""
    days = (await past(tx, [learner], at=at))[learner.id]
    plan = await plans.outline(tx, learner.id)
    promised = (await commitments.open_of(tx, [learner.id])).get(learner.id, [])
    done = await parts.of_many(tx, promised)
    looks = await outlooks.of_promises(
        tx, [learner], {one.id: done[one.id] for one in promised[:_PROMISES]}, at=at, known={learner.id: days}
    )
    sessions = await paces.held(tx, [learner.id], first=days.today - _STREAK_BACK, last=days.today)
    squares = await _heat(tx, learner.id, sessions, today=days.today, weeks=WEEKS)
    totals = await paces.totals(tx, learner.id)
    history = (await commitments.due_history(tx, [learner.id], at=at)).get(learner.id, [])
    credits_ = [credit for one in history if (credit := credit_of(one, at=at)) is not None]
    monday = days.today - days.today.weekday() * _DAY
    return ProgressShown(
        plan=_plan(plan, days) if plan else None,
        line=_line(plan, promised, done, learner, today=days.today) if plan else None,
        pace=_week(days),
        promises=tuple(PromiseStanding(one.text, one.due_at, one.zone, looks.get(one.id)) for one in promised[:_PROMISES]),
        more_promises=max(0, len(promised) - _PROMISES),
        heat=squares,
        days=totals.days,
        minutes=totals.minutes,
        week_minutes=sum(one.minutes for one in squares if one.day >= monday),
        streak=streak(sessions),
        rest=sum(one.state in {DayState.FREE, DayState.EXCUSED} for one in squares if one.day < days.today),
        reliability=reliability(credits_),
        due=len(credits_),
    )


async def pictured(tx: Tx, notice: Notice, learner_id: int, at: datetime) -> Notice:
    """The same with what its picture shows, as of the moment of sending."""
    if not isinstance(notice, ProgressShown) or not notice.begun:
        return notice
    learner = await people.get(tx, learner_id)
    days = await heat(tx, learner, at=at, weeks=LONGEST_HEAT // timedelta(weeks=1))
    return replace(notice, burnup=await burnup(tx, learner, at=at), pictured=days)


# --- the burn-up ------------------------------------------------------------------------------------------------------
async def burnup(tx: Tx, learner: Learner, *, at: datetime) -> Burnup | None:
    """The modules of the active plan over time; None without a plan."""
    plan = await plans.outline(tx, learner.id)
    if plan is None:
        return None
    days = (await past(tx, [learner], at=at))[learner.id]
    promised = (await commitments.open_of(tx, [learner.id])).get(learner.id, [])
    done = await parts.of_many(tx, promised)
    corners = _corners(plan, promised, done, learner)
    when = _done_days(plan)
    first = max(days.today - _OLDEST, min([days.today, *when[:1], *(day for day, _ in corners[:1])]))
    dates = tuple(first + number * _DAY for number in range((days.today - first).days + 1))
    return Burnup(
        days=dates,
        done=tuple(bisect_right(when, day) for day in dates),
        total=count_plan(plan).total,
        promised=corners,
        forecast=_forecast(plan, days),
    )


def _done_days(plan: Plan) -> list[date]:
    return sorted(one.module.done_day for one in places(plan) if one.module.done_day is not None)


def _forecast(plan: Plan, days: Past) -> Forecast | None:
    load = sum(days.load(one.module.estimate_minutes) for one in places(plan) if not one.module.done)
    minutes = load * days.usual if days.usual else None
    return days.weeks.forecast(Work(load, Measure.LOAD, minutes))


def _plan(plan: Plan, days: Past) -> PlanStanding:
    count = count_plan(plan)
    left = [(one.title, part.done, part.total) for one in plan.tracks if (part := count_track(one)).left]
    more = max(0, len(left) - _TRACKS)
    return PlanStanding(plan.title, count.done, count.total, _forecast(plan, days), tuple(left[:_TRACKS]), more)


def _week(days: Past) -> WeekPace | None:
    modules, sessions, minutes = (days.weeks.actual(of) for of in (Measure.MODULES, Measure.SESSIONS, Measure.MINUTES))
    return None if modules is None or sessions is None or minutes is None else WeekPace(modules, sessions, minutes)


# --- the promised line ------------------------------------------------------------------------------------------------
def _corners(
    plan: Plan, promised: Sequence[Commitment], done: Mapping[int, Part], learner: Learner
) -> tuple[tuple[date, int], ...]:
    """The promised line: from where the plan stood when the first of the open promises was made, to the date of each."""
    undone = {one.module.id: one.track.id for one in places(plan) if not one.module.done}
    when = _done_days(plan)
    covered: set[int | None] = set()
    begun: list[date] = []
    ends: dict[date, int] = {}
    target = 0
    for row in promised:
        match row.scope:
            case ModulesScope(module_ids=ids):
                covered |= set(ids) & set(undone)
            case TrackScope(track_ids=ids):
                covered |= {module for module, track in undone.items() if track in ids}
            case CountScope(unit=CountUnit.MODULES):
                target = max(target, len(when) + done[row.id].left)
            case _:
                continue
        target = max(target, len(when) + len(covered))
        ends[outlooks.due_day(row, learner)] = target
        begun.append(study_day(row.published_at or row.created_at, zone=row.zone, day_ends=learner.day_ends))
    start = min(begun, default=None)
    if start is None:
        return ()
    return ((start, bisect_right(when, start - _DAY)), *(end for end in sorted(ends.items()) if end[0] > start))


def _line(
    plan: Plan, promised: Sequence[Commitment], done: Mapping[int, Part], learner: Learner, *, today: date
) -> LineStanding | None:
    """The next corner of the promised line that is not past; None without one."""
    corners = _corners(plan, promised, done, learner)
    for (start, low), (end, high) in pairwise(corners):
        if start <= today <= end:
            return LineStanding(end, high, due_now=low + (high - low) * (today - start).days // max(1, (end - start).days))
    return None


# --- the heat map -----------------------------------------------------------------------------------------------------
async def heat(tx: Tx, learner: Learner, *, at: datetime, weeks: int = WEEKS) -> tuple[HeatDay, ...]:
    """The study days of the last weeks, from a Monday up to today; weeks before anything happened are left out."""
    today = study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)
    sessions = await paces.held(tx, [learner.id], first=today - timedelta(weeks=weeks), last=today)
    return await _heat(tx, learner.id, sessions, today=today, weeks=weeks)


async def _heat(tx: Tx, learner_id: int, sessions: Sequence[Held], *, today: date, weeks: int) -> tuple[HeatDay, ...]:
    first = today - today.weekday() * _DAY - timedelta(weeks=weeks - 1)
    sums = {one.day: one for one in await paces.day_sums(tx, [learner_id], first=first, last=today)}
    states: dict[date, set[SessionState]] = {}
    for one in sessions:
        states.setdefault(one.day, set()).add(one.state)
    known = [day for day in (*sums, *states) if day >= first]
    begun = min(known, default=today)
    first = max(first, begun - begun.weekday() * _DAY)
    return tuple(_square(first + number * _DAY, sums, states) for number in range((today - first).days + 1))


def _square(day: date, sums: Mapping[date, DaySum], states: Mapping[date, set[SessionState]]) -> HeatDay:
    reported, became = sums.get(day), states.get(day, set())
    if reported is not None and reported.outcome is not Outcome.SKIPPED:
        return HeatDay(day, reported.minutes, reported.sessions, _AS_STATE[reported.outcome])
    best = next((state for state in _BEST if state in became), None)
    none = DayState.EXCUSED if became else DayState.SKIPPED if reported else DayState.FREE
    return HeatDay(day, 0, 0, _AS_STATE[best] if best is not None else none)
