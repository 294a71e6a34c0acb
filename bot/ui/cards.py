"""Words of the card, its reminders and its excuses."""

from datetime import date, timedelta
from typing import assert_never

from bot.domain.calendar import local
from bot.domain.checkins import Outcome, SessionState
from bot.domain.days import Reason, Stage
from bot.domain.notices.cards import (
    Answered,
    Card,
    CardEntry,
    CardInPrivate,
    CardModule,
    CardNotice,
    CardPromise,
    CardRecall,
    Excused,
    ModuleFinished,
    Nudge,
)
from bot.domain.notices.pauses import Away
from bot.domain.plans import CountUnit
from bot.domain.rest import RAMP_DAYS, PauseKind
from bot.ui.card_buttons import answers, rows, tap_row
from bot.ui.message import Message, Text, press
from bot.ui.pauses import until
from bot.ui.reviews import on_card, source
from bot.ui.words import Words, cut, join


def word(notice: CardNotice, w: Words) -> Message:
    """The message of a notice about cards."""
    match notice:
        case Card():
            return Message(_card(notice, w), rows(notice, w))
        case Nudge():
            buttons = answers(notice.learner, notice.day, notice.slot, w)
            rest = ((press(w.label("A break"), "pause.open"),),) if notice.silent else ()
            return Message(_nudge(notice, w), (*buttons, *rest))
        case Excused():
            return Message(_excused(notice, w))
        case Answered():
            return Message(_answered(notice, w), (tap_row(notice.tap, w),))
        case ModuleFinished(undone=True):
            return Message(w("“{title}” is open again.", title=cut(notice.title, 80)))
        case ModuleFinished():
            return Message(finished(notice.title, notice.back_on, notice.day, w))
        case CardInPrivate(reachable):
            if reachable:
                return Message(w("Your card is in our private chat."))
            return Message(w("I cannot write to you yet. Open a private chat with me and press Start."))
        case _:
            assert_never(notice)


# --- the card ---------------------------------------------------------------------------------------------------------
def _card(card: Card, w: Words) -> Text:
    if not card.open:
        return join([_title(card, w), _what_became(card, w), *_entries(card, w)])
    if card.state.answered:
        again = () if card.state is SessionState.SKIPPED else on_card(card, w)
        quiet = w("Not today. Noted.") if card.state is SessionState.SKIPPED else ()
        recall = _recall(card.recall, w) if card.recall else ()
        return _blocks([join([_title(card, w), quiet, *_entries(card, w)]), join(again), _finished(card, w), recall])
    return _blocks(
        [
            join([_title(card, w), *_remarks(card, w)]),
            _study(card, w),
            join(on_card(card, w)),
            promise_line(card.promise, w) if card.promise else (),
            join(_course(card, w)),
        ]
    )


def _blocks(parts: list[Text]) -> Text:
    return join(parts, by="\n\n")


def _title(card: Card, w: Words) -> Text:
    day = w.date(card.day, year=False)
    match card.state:
        case SessionState.DONE:
            return w("*{day}* · done", day=day)
        case SessionState.PARTLY:
            return w("*{day}* · partly done", day=day)
        case _:
            return w("*{day}*", day=day)


def _remarks(card: Card, w: Words) -> list[Text]:
    remarks = []
    if card.late_for is not None:
        remarks.append(w("_Due at {clock}, delayed. That was me, not you._", clock=w.clock(card.late_for)))
    if card.away is not None:
        remarks.append(_away(card.away, w))
    elif card.state is SessionState.EXCUSED:
        remarks.append(_why_excused(card, w))
    if not card.session and card.away is None:
        remarks.append(w("No slot today. What you do still counts."))
    if card.easy is not None:
        remarks.append(_easy(card, w))
    if card.respite and card.away is None:
        remarks.append(w("_A promise slipped. Today there is this card, and no reminders._"))
    if not card.has_zone:
        remarks.append(w("I do not know where you are, so I reckon in UTC. /timezone sets that right."))
    return remarks


def _away(away: Away, w: Words) -> Text:
    if away.kind is PauseKind.AUTO:
        return join([until(away, w), w("Anything you log brings you back.")], by=" ")
    return join([until(away, w), w("What you do still counts.") if away.last != away.first else ()], by=" ")


def _easy(card: Card, w: Words) -> Text:
    """An easy day after a long break: what half of it is, and that nothing can go wrong."""
    number = card.easy or 1
    if card.easy_minutes:
        half = w.minutes(card.easy_minutes)
        return w(
            "_Easy day {n} of {of} after the break: {half} will do, and nothing counts against you._",
            n=number,
            of=RAMP_DAYS,
            half=half,
        )
    return w(
        "_Easy day {n} of {of} after the break: half of it will do, and nothing counts against you._", n=number, of=RAMP_DAYS
    )


def _study(card: Card, w: Words) -> Text:
    if not card.has_plan:
        return w("You have no plan yet. /plan has ready-made ones; until you choose, the subject is up to you.")
    if card.module is None:
        return w("Every module of your plan is done. /plan is where more would go.")
    return _module(card.module, w)


def _module(module: CardModule, w: Words) -> Text:
    track = cut(module.track, 100)
    first = w("*{module}* · {track}", module=cut(module.title, 200), track=track)
    origin = w("From {source}", source=source(module.source, module.url)) if module.source else ()
    left = w.many("{n} module of {track} left", "{n} modules of {track} left", module.left, track=track)
    return join([first, origin, left])


def promise_line(promise: CardPromise, w: Words) -> Text:
    """The nearest promise, what is left of it and the pace it takes."""
    # The day alone: the promise itself tells hour and zone.
    date = w.date(local(promise.due_at, promise.zone).date(), year=False)
    text = cut(promise.text, 160)
    if promise.due_at <= w.at:
        return w("“{text}” was due on {date}. It can still be finished, late.", text=text, date=date)
    if promise.left is None or promise.unit is None:
        return w("“{text}” by {date}, {when}", text=text, date=date, when=_in_days(promise.days, w))
    left = _amount(promise.left, promise.unit, w)
    if promise.days <= 7:
        return w("“{text}” by {date}: {left} {when}", text=text, date=date, left=left, when=_in_days(promise.days, w))
    week = promise.per_week or 0
    pace = w.minutes(week) if promise.unit == CountUnit.MINUTES else str(week)
    when = _in_days(promise.days, w)
    if promise.halved:
        return w(
            "“{text}” by {date}: {left} {when}; {pace} a week for now", text=text, date=date, left=left, when=when, pace=pace
        )
    return w("“{text}” by {date}: {left} {when}, {pace} a week", text=text, date=date, left=left, when=when, pace=pace)


def _in_days(days: int, w: Words) -> str:
    return w.count(days, "in {n} day", "in {n} days") if days > 0 else w.label("today")


def _amount(amount: int, unit: str, w: Words) -> str:
    match unit:
        case CountUnit.MODULES:
            return w.count(amount, "{n} module", "{n} modules")
        case CountUnit.SESSIONS:
            return w.count(amount, "{n} session", "{n} sessions")
        case _:
            return w.minutes(amount)


def _course(card: Card, w: Words) -> list[Text]:
    course = []
    if card.choices:
        course.append(w("Later today, then. When?"))
    elif card.recall is not None:
        course.append(_recall(card.recall, w))
    elif card.started_at is not None:
        course.append(w("Started at {clock}. Done or Partly will count the minutes.", clock=w.clock(card.started_at)))
    elif card.later_until is not None and card.later_until > w.at:
        course.append(w("I will ask again at {clock}. The deadline stays.", clock=w.clock(card.later_until)))
    return course


def _recall(recall: CardRecall, w: Words) -> Text:
    return w("How well did you still know *{module}*, before looking?", module=cut(recall.title, 100))


def _entries(card: Card, w: Words) -> list[Text]:
    told = [one for one in card.entries if one.outcome is not Outcome.SKIPPED]
    more = w.many("{n} earlier check-in", "{n} earlier check-ins", card.more_entries) if card.more_entries else ()
    several = len(told) + card.more_entries > 1 and card.minutes > 0
    total = w("Together {minutes}", minutes=w.minutes(card.minutes)) if several else ()
    return [more, *(_entry(one, w) for one in told), total]


def _entry(entry: CardEntry, w: Words) -> Text:
    minutes = w.minutes(entry.minutes) if entry.minutes else ""
    if entry.capped:
        minutes = w.label("{minutes}, where I stop counting from Start", minutes=minutes)
    elif entry.counted:
        minutes = w.label("{minutes} since Start", minutes=minutes)
    return join(
        [
            minutes,
            cut(entry.module, 100) if entry.module else "",
            cut(entry.note, 120),
            w.count(entry.links, "{n} link", "{n} links") if entry.links else "",
            w("photo") if entry.photo else "",
        ],
        by=" · ",
    )


def _finished(card: Card, w: Words) -> Text:
    if card.finish is None or not card.finished:
        return ()
    return finished(card.finish.title, card.back_on, card.day, w)


def finished(title: str, back_on: date | None, day: date, w: Words) -> Text:
    """A module is finished, and when it is reviewed first."""
    title = cut(title, 80)
    if back_on is None:
        return w("“{module}” is finished.", module=title)
    if back_on == day + timedelta(days=1):
        return w("“{module}” is finished. Its first review comes tomorrow.", module=title)
    return w("“{module}” is finished. Its first review comes on {day}.", module=title, day=w.date(back_on, year=False))


# --- the end of a day -------------------------------------------------------------------------------------------------
def _what_became(card: Card, w: Words) -> Text:
    match card.state:
        case SessionState.MISSED:
            return w("Nothing was logged that day, so it counts as missed. For one more day /checkin yesterday mends it.")
        case SessionState.SKIPPED:
            return w("Not that day, and said so.")
        case SessionState.EXCUSED:
            return _why_excused(card, w)
        case SessionState.PLANNED if not card.session:
            return w("No slot, and nothing logged.")
        case _:
            return ()


def _why_excused(card: Card, w: Words) -> Text:
    match card.reason:
        case Reason.OUTAGE:
            return w("I was down. That is on me: excused.")
        case Reason.UNREACHABLE | Reason.UNDELIVERED:
            return w("My card did not get through. That is on me: excused.")
        case Reason.PAUSE:
            return w("You were away: excused.")
        case Reason.SICK:
            return w("A sick day: excused.")
        case Reason.RESTART:
            return w("An easy day after the break: excused.")
        case _:
            return w("Excused.")


# --- reminders and excuses --------------------------------------------------------------------------------------------
def _nudge(nudge: Nudge, w: Words) -> Text:
    promise = promise_line(nudge.promise, w) if nudge.promise else ()
    return _blocks([_ask(nudge, w), promise])


def _ask(nudge: Nudge, w: Words) -> Text:
    module = cut(nudge.module or "", 100)
    if nudge.started_at is not None:
        return w("You started at {clock}, and then it went quiet. How did it go?", clock=w.clock(nudge.started_at))
    if nudge.silent:
        return w.many(
            "{n} study day without a word.",
            "{n} study days without a word. No harm done: ten minutes, an honest Not today, or a break. Each is one tap.",
            nudge.silent,
        )
    match nudge.stage:
        case Stage.NUDGE if nudge.waited and module:
            return w("Not a word yet today. Ten minutes of *{module}* still make a Partly.", module=module)
        case Stage.NUDGE if nudge.waited:
            return w("Not a word yet today. Ten minutes still make a Partly.")
        case Stage.NUDGE if module:
            return _by_day(
                nudge,
                w("45 minutes, and not a word yet. *{module}* is where you left it, and ten minutes count.", module=module),
                w("45 minutes, and not a word yet. Ten minutes of *{module}* still make a Partly.", module=module),
                w("45 minutes, and not a word yet. Late is fine: ten minutes of *{module}*, then Partly.", module=module),
            )
        case Stage.NUDGE:
            return w("45 minutes, and not a word yet. Ten minutes still make a Partly.")
        case Stage.LATER if module:
            return w("You asked me to come back about now. *{module}* is where you left it.", module=module)
        case Stage.LATER:
            return w("You asked me to come back about now. Here I am.")
        case _:
            return _by_day(
                nudge,
                w("Today is still open. Ten minutes make a Partly; Not today is an answer as well."),
                w("Today is still open. A quarter of an hour, or an honest Not today: either is one tap."),
                w("Today is still open. If it was not to be, Not today says so, and tomorrow begins clean."),
            )


def _by_day(nudge: Nudge, *ways: Text) -> Text:
    """One of several ways to say the same, in turn by day: what is read every evening is soon not read any more."""
    return ways[nudge.day.toordinal() % len(ways)]


def _excused(notice: Excused, w: Words) -> Text:
    clock = w.clock(notice.due_at)
    day = w.date(local(notice.due_at, w.zone).date(), year=False)
    today = day == w.date(local(w.at, w.zone).date(), year=False)
    if notice.reason != Reason.OUTAGE:
        said = w("Your card of {clock} on {day} did not get through. That is on me: excused.", clock=clock, day=day)
    elif notice.missed > 1:
        said = w.many(
            "I was down at {n} of your slots, last at {clock} on {day}. That is on me: excused.",
            "I was down at {n} of your slots, last at {clock} on {day}. That is on me: all excused.",
            notice.missed,
            clock=clock,
            day=day,
        )
    elif today:
        said = w("I was down at your slot at {clock}. That is on me: excused.", clock=clock)
    else:
        said = w("I was down at your slot at {clock} on {day}. That is on me: excused.", clock=clock, day=day)
    return join([said, w("If you studied anyway, /checkin counts it.")])


def _answered(notice: Answered, w: Words) -> Text:
    module = cut(notice.module or "", 100)
    details = join([w.minutes(notice.minutes) if notice.minutes else "", module], by=" · ")
    match notice.outcome:
        case Outcome.SKIPPED:
            return w("Not today. Noted.")
        case Outcome.PARTLY:
            return join([w("*Partly done*"), details], by=" · ")
        case Outcome.DONE:
            return join([w("*Done*"), details], by=" · ")
        case _:
            assert_never(notice.outcome)
