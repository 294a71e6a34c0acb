"""Words about being away: a break looked at, set and ended; sick days; what groups are told; silence and coming back."""

from datetime import date
from typing import assert_never

from bot.domain.calendar import local
from bot.domain.notices.pauses import (
    Away,
    AwayLine,
    AwayOver,
    AwayPromise,
    BackAgain,
    NoPause,
    PauseAsked,
    Paused,
    PauseEnded,
    PauseLeft,
    PauseList,
    PauseNotice,
    PausePreview,
    PauseRefused,
    PauseSet,
    SickDay,
    SickRefused,
    SickUndone,
)
from bot.domain.rest import RAMP_DAYS, PauseKind, length
from bot.ui.message import Button, Message, Rows, Text, Tint, press
from bot.ui.words import Words, cut, join

_PROMISES = 4  # named in a preview; whoever promised more than that in one week knows
_TEXT = 100


def word(notice: PauseNotice, w: Words) -> Message:
    """The message of a notice about being away."""
    match notice:
        case PauseList():
            return _list(notice, w)
        case PauseAsked():
            return Message(_ask(notice, w), (*_choices(notice.learner, notice.options, w), _leave(w)))
        case PausePreview():
            return _preview(notice, w)
        case PauseSet():
            return _set(notice, w)
        case PauseEnded() | BackAgain() | PauseLeft() | NoPause():
            return Message(_over(notice, w))
        case PauseRefused():
            return Message(_refused(notice, w))
        case SickDay() | SickUndone() | SickRefused():
            return _sick(notice, w)
        case Paused():
            return _paused(notice, w)
        case AwayLine() | AwayOver():
            return Message(_line(notice, w))
        case _:
            assert_never(notice)


# --- pieces -----------------------------------------------------------------------------------------------------------
def days(first: date, last: date, w: Words) -> Text:
    """A span of days: "Wed 3 Jun to Wed 10 Jun", with the year where it is not this one's; a single day stands alone."""
    year = last.year != w.at.year
    if first == last:
        return w("{day}", day=w.date(first, year=year))
    return w("{first} to {last}", first=w.date(first, year=first.year != last.year), last=w.date(last, year=year))


def until(away: Away, w: Words) -> Text:
    """That somebody is away, as they are told themselves."""
    if away.kind is PauseKind.SICK:
        return w("A sick day: nothing is asked of you.")
    if away.last is None:
        return w("You are paused until you are back.")
    if away.first > local(w.at, w.zone).date():
        return w("A break is planned: {days}.", days=days(away.first, away.last, w))
    return w("You are away until {day}.", day=w.date(away.last, year=False))


def back_button(w: Words) -> Button:
    """Coming back is one tap."""
    return press(w.label("I am back"), "pause.back", tint=Tint.PRIMARY)


def _leave(w: Words) -> tuple[Button, ...]:
    return (press(w.label("Leave it as it is"), "pause.leave"),)


def _choices(learner: int, options: tuple[tuple[date, date], ...], w: Words) -> Rows:
    return tuple((press(_span(first, last, w), "pause.look", learner, _day(first), _day(last)),) for first, last in options)


def _span(first: date, last: date, w: Words) -> str:
    n = length(first, last)
    said = "".join(span.text for span in days(first, last, w))
    return said if n == 1 else w.label("{days} · {length}", days=said, length=w.count(n, "{n} day", "{n} days"))


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")


# --- asking -----------------------------------------------------------------------------------------------------------
def _list(notice: PauseList, w: Words) -> Message:
    lines = [until(one, w) for one in notice.breaks if one.kind is not PauseKind.SICK]
    ask = w(
        "*Which days off?* Type them, like 3 Jun to 10 Jun, or until Monday; or pick. A break begins tomorrow at the earliest."
    )
    what = w("No cards, no nudges, the streak waits, reviews come after it. What you promised stays where it is.")
    sick = w(
        "Ill today? That needs no plan: {left} of {of} sick days left. “Not today” costs none of them.",
        left=notice.sick_left,
        of=notice.sick_of,
    )
    rows = [(way_out(one, w),) for one in notice.breaks if one.kind is not PauseKind.SICK]
    if notice.sick_today and notice.sick_left:
        rows.append((press(w.label("Sick today"), "pause.sick", notice.learner, _day(notice.today)),))
    return Message(
        join([join(lines), ask, what, sick], by="\n\n"), (*_choices(notice.learner, notice.options, w), *rows, _leave(w))
    )


def way_out(one: Away, w: Words) -> Button:
    """Out of the present break, or off with a planned one."""
    if one.last is None or one.first <= local(w.at, w.zone).date():
        return back_button(w)
    first = w.date(one.first, year=False)
    return press(w.label("Call off the break of {day}", day=first), "pause.end", one.pause)


def _ask(notice: PauseAsked, w: Words) -> Text:
    said = cut(notice.said, 60)
    match notice.why:
        case "several":
            return w("“{said}” can mean more than one thing. Which days?", said=said)
        case "endless":
            return w("From then, and until when? Pick, or type both ends.")
        case "no-such-date":
            return w("“{said}”: no calendar has that date. Type it once more, or pick.", said=said)
        case "too-far":
            return w("That is too far off to plan. Type nearer days, or pick.")
        case _:
            return w("I cannot read days in “{said}”. Like this: 3 Jun to 10 Jun, until Monday, 1 week. Or pick.", said=said)


# --- looking and setting ----------------------------------------------------------------------------------------------
def _preview(notice: PausePreview, w: Words) -> Message:
    n = length(notice.first, notice.last)
    head = w.many("*A break*: *{days}*, {n} day.", "*A break*: *{days}*, {n} days.", n, days=days(notice.first, notice.last, w))
    lines = [
        w("_Nothing is set yet._"),
        head,
        w("Today still counts: a break begins tomorrow. For today there is a sick day, or Not today.")
        if notice.late_start
        else (),
        w("This gives the break you are in a new end.") if notice.extends else (),
        _instead(notice, w),
        _back(notice.back, w),
        _easy(w) if notice.easy else (),
    ]
    return Message(join([join(lines), _promised(notice.promises, w), _told(notice, w)], by="\n\n"), _ways(notice, w))


def _instead(notice: PausePreview, w: Words) -> Text:
    if not notice.replaces:
        return ()
    planned = join([days(first, last, w) for first, last in notice.replaces], by=", ")
    return w("It takes the place of what is planned: {days}.", days=planned)


def _back(back: date | None, w: Words) -> Text:
    return w("The next card comes {day}.", day=w.date(back, year=False)) if back else ()


def _easy(w: Words) -> Text:
    return w.many(
        "Then half the load for {n} study day.",
        "Then half the load for {n} study days, and none of them can go wrong.",
        RAMP_DAYS,
    )


def _promised(promises: tuple[AwayPromise, ...], w: Words) -> Text:
    """What falls due in it, and the ways out: a break moves nothing silently."""
    if not promises:
        return ()
    named = [
        w("“{text}”, due {due}", text=cut(one.text, _TEXT), due=w.moment(one.due_at, zone=one.zone))
        for one in promises[:_PROMISES]
    ]
    more = [w("and {n} more", n=len(promises) - _PROMISES)] if len(promises) > _PROMISES else []
    head = w.many(
        "This promise falls into it, and does not move by itself:",
        "These promises fall into it, and do not move by themselves:",
        len(promises),
    )
    return join([head, *named, *more, w("Keep it before you go, move it in the open, or let it stand.")])


def _told(notice: PausePreview, w: Words) -> Text:
    if not notice.groups:
        return w("No group hears of it.")
    groups = join([w("*{group}*", group=cut(one, 40)) for one in notice.groups], by=", ")
    line = _line(AwayLine(notice.name, PauseKind.PLANNED, notice.first, notice.last, ended=False), w)
    what = w("If you say so, this is read in {groups}, and the board shows until when you are away:", groups=groups)
    return join([what, w("_{line}_", line=line)])


def _ways(notice: PausePreview, w: Words) -> Rows:
    span = (notice.learner, _day(notice.first), _day(notice.last))
    set_it = press(w.label("Set it and say so"), "pause.set", *span, 1, tint=Tint.PRIMARY) if notice.groups else None
    alone = press(w.label("Set it, tell nobody") if set_it else w.label("Set it"), "pause.set", *span, 0)
    rows: list[tuple[Button, ...]] = [(set_it,)] if set_it else []
    rows.append((alone,))
    if notice.other is not None:
        first, last = notice.other
        also = w.label("{day} off as well", day=w.date(last, year=False))
        rows.append((press(also, "pause.look", notice.learner, _day(first), _day(last)),))
    rows += _move_rows(notice.promises, w)
    return (*rows, _leave(w))


def _move_rows(promises: tuple[AwayPromise, ...], w: Words) -> list[tuple[Button, ...]]:
    return [(press(w.label("Move “{text}”", text=cut(one.text, 24)), "promise.move", one.id),) for one in promises[:_PROMISES]]


def _set(notice: PauseSet, w: Words) -> Message:
    groups = join([w("*{group}*", group=cut(one, 40)) for one in notice.groups], by=", ")
    lines = [
        w("*Away {days}.* Rest well.", days=days(notice.first, notice.last, w)),
        _back(notice.back, w),
        _easy(w) if notice.easy else (),
        w("Told: {groups}.", groups=groups) if notice.groups else (),
    ]
    off = (press(w.label("Call it off"), "pause.end", notice.pause),)
    return Message(join([join(lines), _promised(notice.promises, w)], by="\n\n"), (*_move_rows(notice.promises, w), off))


def _over(notice: PauseEnded | BackAgain | PauseLeft | NoPause, w: Words) -> Text:
    match notice:
        case PauseEnded(dropped=True):
            return join([w("The break is called off."), _next(notice, w)])
        case PauseEnded(easy=easy):
            return join([w("*Welcome back.*"), _easy_now(w) if easy else (), _next(notice, w)])
        case BackAgain():
            return join([w("*Welcome back.* Nothing was counted while you were away."), _easy_now(w), _next(notice, w)])
        case PauseLeft():
            return w("As it was.")
        case NoPause():
            return w("There is no break to end. /pause plans one.")
        case _:
            assert_never(notice)


def _easy_now(w: Words) -> Text:
    return w.many(
        "Half the load for {n} study day.",
        "Half the load for the first {n} study days, and none of them can go wrong.",
        RAMP_DAYS,
    )


def _next(notice: PauseEnded | BackAgain, w: Words) -> Text:
    if notice.next_at is None:
        return w("/slot sets when the next card comes; /today brings today's.")
    return w("The next card comes {moment}; /today brings today's.", moment=w.moment(notice.next_at))


def _refused(notice: PauseRefused, w: Words) -> Text:
    match notice.why:
        case "past":
            return w("Those days are over. A break begins tomorrow at the earliest; for today there is /pause today.")
        case "long":
            return w("A break has {n} days at most. For longer, /slot changes when you study.", n=notice.days)
        case _:
            return w("That is more than {n} days off. Plan it when it is nearer.", n=notice.days)


# --- sick days --------------------------------------------------------------------------------------------------------
def _sick(notice: SickDay | SickUndone | SickRefused, w: Words) -> Message:
    match notice:
        case SickDay():
            left = w("{left} of {of} sick days left in {within} days.", left=notice.left, of=notice.of, within=notice.within)
            rest = w("*A sick day.* Nothing is asked of you today, and nothing counts. Get well.")
            undo = (press(w.label("Undo"), "pause.well", notice.pause),)
            return Message(join([rest, left]), (undo,))
        case SickUndone():
            text = w("Taken back: {left} of {of} sick days left. /today has the card.", left=notice.left, of=notice.of)
            return Message(text)
        case SickRefused():
            return _sick_refused(notice, w)
        case _:
            assert_never(notice)


def _sick_refused(notice: SickRefused, w: Words) -> Message:
    match notice.why:
        case "used":
            text = w(
                "All {of} sick days of the last {within} days are used; the next is there on {day}.",
                of=notice.of,
                within=notice.within,
                day=w.date(notice.again or notice.day, year=False),
            )
            kind = w("Not today is still one tap, costs nothing but the sight of it, and breaks no streak. Get well.")
            skip = press(w.label("Not today"), "card.answer", notice.learner, _iso(notice.day), "main", "skipped")
            return Message(join([text, kind]), ((skip,),))
        case "answered":
            return Message(w("Today is answered already, and that stands. No sick day was used."))
        case "already":
            return Message(w("Today is a sick day already. Get well."))
        case _:
            return Message(w("Nothing is asked of you today, so no sick day was used. Get well."))


def _iso(day: date) -> str:
    return day.isoformat()


# --- silence ----------------------------------------------------------------------------------------------------------
def _paused(notice: Paused, w: Words) -> Message:
    text = join(
        [
            w(
                "{n} study days without a word, so I have *paused* you: no cards, no nudges, and nothing more is counted.",
                n=notice.days,
            ),
            w("What you promised stands, and can be moved or withdrawn: /commitments."),
            w("It happens. Coming back is one tap, and the first days are easy ones."),
        ]
    )
    return Message(text, ((back_button(w),),))


# --- what a group sees ------------------------------------------------------------------------------------------------
def _line(notice: AwayLine | AwayOver, w: Words) -> Text:
    match notice:
        case AwayOver(hidden=True):
            return w("_A break is not shown here any more._")
        case AwayOver():
            return w("_A break was called off._")
        case AwayLine(ended=True):
            return w("*{name}* is back.", name=notice.name)
        case AwayLine(last=None):
            return w("*{name}* is on a break. The place here is kept.", name=notice.name)
        case AwayLine(last=last) if last is not None:
            return w("*{name}* is away {days}, as planned. See you after it.", name=notice.name, days=days(notice.first, last, w))
        case _:
            return w("*{name}* is on a break. The place here is kept.", name=notice.name)
