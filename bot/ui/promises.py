"""Words for what a promise is and where it stands; the group's post, the list, one promise, its history."""

from datetime import datetime, timedelta
from typing import Final

from bot.domain.calendar import local
from bot.domain.commitments import Happened, MoveKind, SafeStep, State
from bot.domain.notices.commitments import (
    HistoryLine,
    Promise,
    PromiseDetail,
    PromiseHistory,
    PromiseLine,
    PromiseList,
    PromisePost,
)
from bot.domain.plans import CountUnit
from bot.domain.rest import PauseKind
from bot.ui import outlooks
from bot.ui.message import Button, Message, Text, Tint, press
from bot.ui.pauses import until
from bot.ui.words import Words, cut, join

_COVERS: Final = 5  # names of what a promise covers, before "and 3 more"
_NAME: Final = 60
_IN_LIST: Final = 120  # characters of a promise in a list: five of them, in emoji, fit a message
_PART: Final = 160  # characters of a part: six of them, in emoji, fit a post
_STRUCK: Final = 3  # old dates shown beside the present one; all stand in the history


# --- pieces -----------------------------------------------------------------------------------------------------------
def due(promise: Promise, w: Words) -> Text:
    """The due instant in full after those given up: "~Tue 30 Jun 23:59~ → Tue 7 Jul 2026 23:59 London"."""
    old = [w("~{was}~", was=_short(was, promise.zone, w)) for was in promise.struck[-_STRUCK:]]
    return join([*old, w.moment(promise.due_at, zone=promise.zone)], by=" → ")


def _short(at: datetime, zone: str, w: Words) -> str:
    wall = local(at, zone)
    return f"{w.date(wall.date(), year=False)} {w.wall(wall.time())}"


def when(promise: Promise, w: Words) -> Text:
    """The due instant in full and how far off it is."""
    if promise.due_at <= w.at:
        return w("{due}, *{late} late*", due=due(promise, w), late=w.span(w.at - promise.due_at))
    return w("{due}, {until}", due=due(promise, w), until=w.until(promise.due_at))


def amount(n: int, unit: str, w: Words) -> str:
    """A counted amount: "2 modules", "3 sessions", "1 h 30 min"."""
    match unit:
        case CountUnit.MINUTES:
            return w.minutes(n)
        case CountUnit.SESSIONS:
            return w.count(n, "{n} session", "{n} sessions")
        case _:
            return w.count(n, "{n} module", "{n} modules")


def done_so_far(promise: Promise, w: Words) -> Text:
    """How much of its scope is done: "2 of 41 modules done"; empty where only words were promised."""
    part = promise.progress
    match part.unit:
        case None:
            return ()
        case CountUnit.MINUTES:
            return w("{done} of {total} done", done=w.minutes(part.done), total=w.minutes(part.total))
        case CountUnit.SESSIONS:
            return w.many("{done} of {n} session done", "{done} of {n} sessions done", part.total, done=part.done)
        case _:
            return w.many("{done} of {n} module done", "{done} of {n} modules done", part.total, done=part.done)


def covers(promise: Promise, w: Words) -> Text:
    """What it covers in the plan and how much of that is done: "Calculus 1, Calculus 2: 2 of 41 modules done"."""
    names = ", ".join(cut(name, _NAME) for name in promise.covers[:_COVERS])
    more = len(promise.covers) - _COVERS
    if more > 0:
        names = w.label("{names} and {n} more", names=names, n=more)
    so_far = done_so_far(promise, w)
    return w("{names}: {done}", names=names, done=so_far) if names and so_far else so_far


def outcome(promise: Promise, w: Words) -> Text:
    """How a promise ended, as a line of its own; how far it is, while it is open."""
    match promise.state:
        case State.DONE:
            return _kept(promise, w)
        case State.WITHDRAWN if promise.slipped:
            return w("*Withdrawn*; it counts as a slip.")
        case State.WITHDRAWN:
            return w("*Withdrawn.*")
        case State.MISSED:
            return w("*Given up* after its date.")
        case _ if promise.due_at <= w.at:
            return join([w("*Its date has passed*, still open."), covers(promise, w)], by=" ")
        case _:
            return covers(promise, w)


def _kept(promise: Promise, w: Words) -> Text:
    if promise.late_seconds:
        return w("*Finished* {late} late.", late=w.span(timedelta(seconds=promise.late_seconds)))
    early = promise.due_at - (promise.done_at or promise.due_at)
    if early >= timedelta(hours=1):
        return w("*Kept*, {early} early.", early=w.span(early))
    return w("*Kept*, on time.")


def kept_how(promise: Promise, w: Words) -> str:
    """When it was kept, to stand in a sentence: "2 days early", "on time", "3 hours late"."""
    if promise.late_seconds:
        return w.label("{late} late", late=w.span(timedelta(seconds=promise.late_seconds)))
    early = promise.due_at - (promise.done_at or promise.due_at)
    if early >= timedelta(hours=1):
        return w.label("{early} early", early=w.span(early))
    return w.label("on time")


def safe(step: SafeStep | None, promise: Promise, w: Words) -> Text:
    """The smallest thing that keeps it safe: "2 modules by Friday keep it safe."."""
    if step is None:
        return ()
    ahead = (step.day - local(w.at, promise.zone).date()).days
    by = w.label("tonight") if ahead <= 0 else w.weekday(step.day.weekday()) if ahead < 7 else outlooks.day(step.day, w)
    return w("Stays safe with {amount} by {day}.", amount=amount(step.amount, step.unit, w), day=by)


# --- the post ---------------------------------------------------------------------------------------------------------
def post(notice: PromisePost, w: Words) -> Message:
    """The post in the group: who, what, by when, and what became of it."""
    promise = notice.promise
    who = w("*{person}*: {text}", person=promise.person, text=promise.text)
    first = join([who, w("Due {due}", due=due(promise, w)), outcome(promise, w)])
    return Message(join([first, *(_part(one, w) for one in notice.parts)], by="\n\n"))


def _part(part: Promise, w: Words) -> Text:
    """What was split from a promise stands beneath it."""
    return join([w("And {text}", text=cut(part.text, _PART)), w("Due {due}", due=due(part, w)), outcome(part, w)])


def looked_over(notice: PromiseList | PromiseDetail | PromiseHistory, w: Words) -> Message:
    """What a learner sees of their own promises."""
    match notice:
        case PromiseList():
            return listed(notice, w)
        case PromiseDetail():
            return detail(notice, w)
        case PromiseHistory():
            return history(notice, w)


# --- the list ---------------------------------------------------------------------------------------------------------
def listed(notice: PromiseList, w: Words) -> Message:
    """The open promises of a page, numbered, with a button each."""
    if not notice.lines:
        return Message(w("No open promises. /commit finish Calculus 1 by end of June makes one; the words are yours."))
    blocks = [_block(number, line, w) for number, line in enumerate(notice.lines, start=notice.first + 1)]
    numbers = tuple(
        press(str(number), "promise.open", line.promise.id) for number, line in enumerate(notice.lines, start=notice.first + 1)
    )
    head = join([w("*Your promises*, the nearest first"), _away(notice, w)])
    return Message(join([head, *blocks], by="\n\n"), (numbers, *_pages(notice, w)))


def _away(notice: PromiseList | PromiseDetail, w: Words) -> Text:
    """That its author is on a break, which moves no promise."""
    if notice.away is None or notice.away.kind is PauseKind.SICK:
        return ()
    return join([until(notice.away, w), w("That moves no promise.")], by=" ")


def _block(number: int, line: PromiseLine, w: Words) -> Text:
    head = w("*{number}.* {text}", number=number, text=cut(line.promise.text, _IN_LIST))
    stands = outlooks.standing(line.outlook, w) if line.outlook else ()
    return join([head, when(line.promise, w), done_so_far(line.promise, w), safe(line.step, line.promise, w), stands])


def _outlook(line: PromiseLine, w: Words) -> Text:
    """The forecast of a promise, or why there is none, and the pace it takes; empty for one in words only."""
    look, unit = line.outlook, line.promise.progress.unit
    if look is None or unit is None:
        return ()
    return join([outlooks.standing(look, w) or outlooks.why_none(look, w), outlooks.pace(look.pace, unit, w)])


def _pages(notice: PromiseList, w: Words) -> tuple[tuple[Button, ...], ...]:
    row = []
    if notice.page > 0:
        row.append(press(w.label("‹ Sooner"), "promise.list", notice.page - 1))
    if notice.page + 1 < notice.pages:
        row.append(press(w.label("Later ›"), "promise.list", notice.page + 1))
    return (tuple(row),) if row else ()


def detail(notice: PromiseDetail, w: Words) -> Message:
    """One promise, and what can be done about it while it is open."""
    promise = notice.line.promise
    head = w("*{text}*", text=promise.text)
    if promise.state is not State.OPEN:
        return Message(join([head, w("Due {due}", due=due(promise, w)), outcome(promise, w)]))
    shown = w("Shown in *{group}*.", group=notice.group) if notice.group else w("Between you and me.")
    safe_step = safe(notice.line.step, promise, w)
    text = join([head, when(promise, w), covers(promise, w), safe_step, _outlook(notice.line, w), shown, _away(notice, w)])
    give_up = w.label("Give up") if promise.due_at <= w.at else w.label("Withdraw")
    return Message(
        text,
        (
            (
                press(w.label("Done"), "promise.done", promise.id, tint=Tint.SUCCESS),
                press(w.label("Move"), "promise.move", promise.id),
                press(w.label("Split"), "promise.split", promise.id),
            ),
            (press(give_up, "promise.withdraw", promise.id), press(w.label("History"), "promise.history", promise.id)),
            (press(w.label("All promises"), "promise.list", 0),),
        ),
    )


# --- the history ------------------------------------------------------------------------------------------------------
def history(notice: PromiseHistory, w: Words) -> Message:
    """Everything that happened to a promise, oldest first."""
    promise = notice.promise
    older = w.many("… {n} line before these.", "… {n} lines before these.", notice.older) if notice.older else ()
    lines = [
        w("{when}: {what}", when=w.moment(line.at, zone=promise.zone), what=_happened(line, promise, w)) for line in notice.lines
    ]
    back = ((press(w.label("Back"), "promise.open", promise.id),),)
    return Message(join([w("*{text}*", text=promise.text), older, *lines]), back)


def _happened(line: HistoryLine, promise: Promise, w: Words) -> Text:
    match line.kind:
        case Happened.MOVED | Happened.EXTENDED if line.was and line.now:
            return _moved(line, w.moment(line.was, zone=promise.zone), w.moment(line.now, zone=promise.zone), w)
        case Happened.SPLIT if line.now:
            later = w.moment(line.now, zone=promise.zone)
            return w("split from “{text}”; the other part is due {later}", text=cut(line.text or "", _IN_LIST), later=later)
        case Happened.SPLIT:
            return w("split from “{text}”, whose other part keeps the date", text=cut(line.text or "", _IN_LIST))
        case Happened.PUBLISHED:
            return w("promised")
        case Happened.MISSED:
            return w("you said it was missed")
        case Happened.ALERT | Happened.GATHERED:
            return w("the group was told")
        case Happened.DONE:
            return w("done")
        case Happened.REOPENED:
            return w("open again")
        case _:
            return w("withdrawn, a slip") if line.how == MoveKind.SLIP else w("withdrawn")


def _moved(line: HistoryLine, was: Text, now: Text, w: Words) -> Text:
    if line.kind == Happened.EXTENDED:
        return w("moved from {was} to {now}, because I was away", was=was, now=now)
    if line.how == MoveKind.SLIP:
        return w("moved from {was} to {now}, a slip", was=was, now=now)
    return w("moved from {was} to {now}", was=was, now=now)
