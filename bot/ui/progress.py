"""Words of the notices about progress: /progress, and the warning that a forecast has fallen behind its date."""

from typing import Final, assert_never

from babel.dates import get_day_names

from bot.domain.commitments import MoveKind
from bot.domain.notices.progress import (
    ForecastCrossed,
    LineStanding,
    PlanStanding,
    ProgressNotice,
    ProgressShown,
    PromiseStanding,
)
from bot.domain.progress import DayState, HeatDay
from bot.ui import outlooks, pictures, promises
from bot.ui.message import Message, Span, Style, Text, press
from bot.ui.words import Words, cut, join

_BAR: Final = 20  # blocks of the bar
_SQUARE: Final = {
    DayState.DONE: "█",
    DayState.PARTLY: "▓",
    DayState.SKIPPED: "░",
    DayState.MISSED: "░",
    DayState.EXCUSED: "·",
    DayState.FREE: "·",
    DayState.AHEAD: " ",
}
_TIMED: Final = 10  # minutes a session: where fewer are logged, most sessions were tapped, and their sum would mislead
_SHORT: Final = 80  # characters of a title or of a promise named in a line


def word(notice: ProgressNotice, w: Words) -> Message:
    """The message of a notice about progress."""
    match notice:
        case ProgressShown():
            return _progress(notice, w)
        case ForecastCrossed():
            return _crossed(notice, w)
        case _:
            assert_never(notice)


# --- where one stands -------------------------------------------------------------------------------------------------
def _progress(notice: ProgressShown, w: Words) -> Message:
    if notice.plan is None and not notice.days and not notice.promises:
        return Message(w("Nothing to tell yet. A plan (/plan) and a first check-in make a beginning."))
    blocks = [_plan(notice, w), _promises(notice, w), _heat(notice, w), _numbers(notice, w), _left(notice.plan, w)]
    row = (press(w.label("Promises"), "promise.list", 0), press(w.label("Plan"), "plan.show", -1))
    plan = notice.plan.title if notice.plan else ""
    return Message(join(blocks, by="\n\n"), (row,), picture=pictures.of_progress(notice.burnup, notice.pictured, w, plan=plan))


def _plan(notice: ProgressShown, w: Words) -> Text:
    plan = notice.plan
    if plan is None:
        return w("You have no plan. /plan has ready-made ones.")
    head = w.many(
        "*{plan}*: {done} of {n} module",
        "*{plan}*: {done} of {n} modules",
        plan.total,
        plan=cut(plan.title, _SHORT),
        done=plan.done,
    )
    return join([head, _bar(plan, w), _ahead(notice, plan, w), _line(notice.line, plan.done, w), _pace(notice, w)])


def _bar(plan: PlanStanding, w: Words) -> Text:
    share = plan.done / plan.total if plan.total else 0.0
    full = int(share * _BAR)
    return w("{bar} {n} %", bar=(Span("█" * full + "░" * (_BAR - full), Style.CODE),), n=int(share * 100))


def _ahead(notice: ProgressShown, plan: PlanStanding, w: Words) -> Text:
    if plan.done == plan.total:
        return w("All of it is done.")
    if plan.forecast is not None:
        return outlooks.forecast(plan.forecast, w)
    if notice.pace is None:
        return w("A forecast comes after 7 study days.")
    return w("No module was finished of late, so there is no forecast.")


def _line(line: LineStanding | None, done: int, w: Words) -> Text:
    if line is None:
        return ()
    promised = w("Promised: {target} by {day}.", target=line.target, day=outlooks.day(line.day, w))
    apart = done - line.due_now
    if apart == 0:
        return join([promised, w("In even steps you are right on that line.")], by=" ")
    modules = w.count(abs(apart), "{n} module", "{n} modules")
    stands = (
        w("In even steps you are {modules} ahead.", modules=modules)
        if apart > 0
        else w("In even steps you are {modules} behind.", modules=modules)
    )
    return join([promised, stands], by=" ")


def _pace(notice: ProgressShown, w: Words) -> Text:
    if notice.pace is None:
        return ()
    modules, sessions = outlooks.rate(notice.pace.modules, "modules", w), outlooks.rate(notice.pace.sessions, "sessions", w)
    if notice.pace.minutes < _TIMED * notice.pace.sessions:
        return w("A week, of late: {modules}, {sessions}.", modules=modules, sessions=sessions)
    minutes = w.minutes(round(notice.pace.minutes))
    return w("A week, of late: {modules}, {sessions}, {minutes}.", modules=modules, sessions=sessions, minutes=minutes)


def _promises(notice: ProgressShown, w: Words) -> Text:
    if not notice.promises:
        return ()
    more = (
        w.many("… and {n} more: /commitments", "… and {n} more: /commitments", notice.more_promises)
        if notice.more_promises
        else ()
    )
    return join([w("*Promised*"), *(_promise(one, w) for one in notice.promises), more])


def _promise(one: PromiseStanding, w: Words) -> Text:
    head = w("· “{text}”, {until}", text=cut(one.text, _SHORT), until=w.until(one.due_at))
    if one.due_at <= w.at:
        head = w("· “{text}”, *{late} late*", text=cut(one.text, _SHORT), late=w.span(w.at - one.due_at))
    return join([head, outlooks.brief(one.outlook, w) if one.outlook else ()], by=": ")


def _heat(notice: ProgressShown, w: Words) -> Text:
    if not notice.days:
        return ()
    weeks = [notice.heat[start : start + 7] for start in range(0, len(notice.heat), 7)]
    names = "".join(str(name)[:1] for _, name in sorted(get_day_names("narrow", locale=w.spoken).items()))
    head = w.many("*Since Monday*", "*The last {n} weeks*", len(weeks))
    legend = w("█ done  ▓ partly  ░ not done  · free")
    return join([head, (Span(names, Style.CODE),), *(_week(week, w) for week in weeks), legend])


def _week(week: tuple[HeatDay, ...], w: Words) -> Text:
    squares = "".join(_SQUARE[one.state] for one in week).ljust(7)
    minutes = sum(one.minutes for one in week)
    return join([(Span(squares, Style.CODE),), w.date(week[0].day, year=False), w.minutes(minutes) if minutes else ""], by="  ")


def _numbers(notice: ProgressShown, w: Words) -> Text:
    streak = w.count(notice.streak, "Streak: {n} study day", "Streak: {n} study days") if notice.streak else ""
    week = w.label("{minutes} this week", minutes=w.minutes(notice.week_minutes)) if notice.week_minutes else ""
    rest = (
        w.count(notice.rest, "{n} rest day in these weeks", "{n} rest days in these weeks") if notice.rest and notice.days else ""
    )
    days = w.count(notice.days, "{n} day studied in all", "{n} days studied in all") if notice.days else ""
    hours = w.minutes(notice.minutes) if notice.minutes else ""
    return join([join([streak, week, rest], by=" · "), join([days, hours], by=" · "), _reliability(notice, w)])


def _reliability(notice: ProgressShown, w: Words) -> Text:
    if notice.reliability is not None:
        counted = w.count(notice.due, "last promise", "last {n} promises")
        return w("Reliability: {share} % over the {counted}", share=round(notice.reliability * 100), counted=counted)
    if not notice.due:
        return ()
    return w.many(
        "Reliability: told from the 5th due promise on, so far {n}",
        "Reliability: told from the 5th due promise on, so far {n}",
        notice.due,
    )


def _left(plan: PlanStanding | None, w: Words) -> Text:
    if plan is None or not plan.tracks:
        return ()
    tracks = [
        w("{track}: {left} of {total}", track=cut(title, _SHORT), left=total - done, total=total)
        for title, done, total in plan.tracks
    ]
    more = w.many("… and {n} more track", "… and {n} more tracks", plan.more) if plan.more else ()
    return join([w("*Left*"), *tracks, more])


# --- the forecast has fallen behind -----------------------------------------------------------------------------------
def _crossed(notice: ForecastCrossed, w: Words) -> Message:
    line = notice.line
    promise, look = line.promise, line.outlook
    told = outlooks.forecast(look.forecast, w) if look is not None and look.forecast is not None else ()
    pace = outlooks.pace(look.pace, promise.progress.unit, w) if look is not None and promise.progress.unit is not None else ()
    facts = [
        w("*{text}*", text=promise.text),
        w("Due {due}, {until}.", due=promises.due(promise, w), until=w.until(promise.due_at)),
        told,
        pace,
        promises.safe(line.step, promise, w),
    ]
    ways = w(
        "It does not fit yet, and there is time for an honest way out: cover less, study more often, or move it in the open."
    )
    once = w("I say this once for this date.")
    slot = press(w.label("Add a slot"), "slot.second")
    less = (press(w.label("Cover less"), "progress.cut", promise.id), slot) if promise.covers else (slot,)
    rows = (
        less,
        (press(w.label("Move it"), "promise.move", promise.id), press(w.label("The promise"), "promise.open", promise.id)),
    )
    return Message(join([join(facts), join([ways, _move_now(notice, w), once], by=" ")], by="\n\n"), rows)


def _move_now(notice: ForecastCrossed, w: Words) -> Text:
    if notice.move is MoveKind.SLIP:
        return w(
            "Inside the {n}-day horizon a move is a slip, but said before the date rather than after it.", n=notice.horizon_days
        )
    return w("Right now it can still be moved without a slip.")
