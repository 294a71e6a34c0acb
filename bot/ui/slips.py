"""Words of the notices about slips: warnings, the question, the alert and what the group does with it."""

from typing import assert_never

from bot.domain.calendar import local
from bot.domain.commitments import MoveKind, State
from bot.domain.notices.commitments import Promise
from bot.domain.notices.slips import (
    Alert,
    AlertHidden,
    AlertKind,
    Cheered,
    DueAsked,
    DueOver,
    HelpOffered,
    MissedNoted,
    OwnWordsNoted,
    OwnWordsTooLong,
    PromisesNear,
    SlipNoted,
    SlipNotice,
)
from bot.ui.message import Message, Rows, Span, Style, Text, Tint, press
from bot.ui.promises import amount, done_so_far, due, kept_how, outcome, safe
from bot.ui.words import Words, cut, join

_NEAR = 120  # characters of a promise in a warning, which names up to five
_ALSO = 100  # characters of a promise that is named beside another
_OTHERS = 5  # promises named beside the first; they fit a message with it, in emoji


def word(notice: SlipNotice, w: Words) -> Message:
    """The message of a notice about slips."""
    match notice:
        case PromisesNear():
            return _near(notice, w)
        case DueAsked():
            return Message(_question(notice, w), _answers(notice.promise, w))
        case DueOver():
            return Message(join([w("*{text}*", text=notice.promise.text), outcome(notice.promise, w)]))
        case MissedNoted():
            return _missed(notice, w)
        case OwnWordsNoted():
            return _own_words(notice, w)
        case OwnWordsTooLong():
            length = {"length": notice.length, "limit": notice.limit}
            return Message(w("That is {length} characters, and there is room for {limit}. A little shorter, please.", **length))
        case SlipNoted():
            return _noted(notice, w)
        case Alert():
            return Message(_alert(notice, w), _group_buttons(notice, w))
        case AlertHidden():
            return Message(w("This message was made private by its author."))
        case Cheered():
            return Message(_cheered(notice, w))
        case HelpOffered():
            return Message(_help(notice, w))
        case _:
            assert_never(notice)


# --- before -----------------------------------------------------------------------------------------------------------
def _near(notice: PromisesNear, w: Words) -> Message:
    blocks = [
        join(
            [
                w("*{text}*", text=cut(line.promise.text, _NEAR)),
                w("Due {due}, {until}.", due=due(line.promise, w), until=w.until(line.promise.due_at)),
                join([_left(line.promise, w), safe(line.step, line.promise, w)], by=" "),
            ]
        )
        for line in notice.lines
    ]
    first = notice.lines[0].promise.id
    ways = w("If it does not fit, there are three honest ways out: cut what it covers (/plan), add a slot (/slot), or move it.")
    buttons = (press(w.label("Move"), "promise.move", first), press(w.label("All promises"), "promise.list", 0))
    return Message(join([*blocks, join([ways, _move_now(notice, w)], by=" ")], by="\n\n"), (buttons,))


def _move_now(notice: PromisesNear, w: Words) -> Text:
    if notice.move is MoveKind.SLIP:
        return w(
            "Inside the {n}-day horizon a move is a slip, but said before the date rather than after it.", n=notice.horizon_days
        )
    return w("Right now it can still be moved without a slip.")


def _left(promise: Promise, w: Words) -> Text:
    """What is missing: "39 modules left."."""
    part = promise.progress
    if part.unit is None:
        return ()
    return w("{amount} left.", amount=amount(part.left, part.unit, w))


# --- at the due instant -----------------------------------------------------------------------------------------------
def _question(notice: DueAsked, w: Words) -> Text:
    promise = notice.promise
    late = promise.slipped and promise.due_at <= w.at
    past, now = (
        w("*{text}* is past its date and still open.", text=promise.text),
        w("*{text}* is due. Is it done?", text=promise.text),
    )
    head = past if late else now
    away = w.minutes(notice.deaf_minutes)
    deaf = w("I was away for {length} before its date, so the date moved by as much.", length=away)
    stake = w("Without an answer the group is told in two hours, or when its quiet hours end.")
    return join(
        [
            head,
            w("Due {due}", due=due(promise, w)),
            done_so_far(promise, w),
            deaf if notice.deaf_minutes else (),
            stake if notice.alert else (),
        ]
    )


def _answers(promise: Promise, w: Words, *, missed: bool = True) -> Rows:
    row = (
        press(w.label("Done"), "slip.done", promise.id, tint=Tint.SUCCESS),
        press(w.label("Need time"), "slip.time", promise.id),
    )
    return ((*row, press(w.label("Missed"), "slip.missed", promise.id)) if missed else row,)


def _missed(notice: MissedNoted, w: Words) -> Message:
    promise = notice.promise
    told = w("The group is told two hours after its date, or when its quiet hours end.") if notice.alert else ()
    text = join(
        [
            w("“{text}”: missed. Thank you for saying so.", text=promise.text),
            join([told, w("It stays open: finished late still counts, the sooner the more.")], by=" "),
            w("To say it in your own words, type them now; they stand in the group's message.")
            if notice.alert
            else w("To add your own words, type them now."),
        ]
    )
    skip = (press(w.label("No words"), "slip.skip", promise.id),)
    return Message(text, (skip, *_answers(promise, w, missed=False)), asks=w.label("In your own words"))


def _own_words(notice: OwnWordsNoted, w: Words) -> Message:
    if notice.words is None:
        return Message(w("Left at that. When it is done: /commitments."))
    take_out = press(w.label("Take them out"), "slip.skip", notice.commitment)
    return Message(w("Your words stand beside it: “{words}”", words=(Span(notice.words),)), ((take_out,),))


def _noted(notice: SlipNoted, w: Words) -> Message:
    promise = notice.promise
    text = join(
        [
            w("“{text}” passed its date undone. No alert goes out.", text=promise.text),
            w("Late still counts: a day late for 99 %, a week for 90 %, a month for half."),
        ]
    )
    return Message(text, _answers(promise, w, missed=False))


# --- the alert --------------------------------------------------------------------------------------------------------
def _alert(notice: Alert, w: Words) -> Text:
    said = (Span(notice.own_words, Style.QUOTE),) if notice.own_words and notice.kind is not AlertKind.DONE else ()
    also = [_also(one, w) for one in notice.also[:_OTHERS]]
    more = len(notice.also) - _OTHERS
    if more > 0:
        also.append(w("… and {n} more.", n=more))
    return join([_what(notice, w), _since(notice, w), _next(notice, w), said, *also, _given(notice, w)])


def _what(notice: Alert, w: Words) -> Text:
    promise = notice.promise
    facts = {"person": promise.person, "text": promise.text}
    match notice.kind:
        case AlertKind.LATE:
            return join([w("*{person}*: “{text}” is still open.", **facts), w("Due {due}", due=due(promise, w))])
        case AlertKind.MOVED:
            return w("*{person}* needs more time for “{text}”: {due}.", **facts, due=due(promise, w))
        case AlertKind.DONE if promise.late_seconds:
            return w("*{person}*: “{text}”, finished {how}.", **facts, how=kept_how(promise, w))
        case AlertKind.DONE:
            return w("*{person}*: “{text}”, kept {how}.", **facts, how=kept_how(promise, w))
        case AlertKind.ENDED if promise.state is State.MISSED:
            return w("*{person}* gave up “{text}”, due {due}.", **facts, due=due(promise, w))
        case AlertKind.ENDED:
            return w("*{person}* withdrew “{text}”, due {due}: a slip.", **facts, due=due(promise, w))
        case _:
            assert_never(notice.kind)


def _since(notice: Alert, w: Words) -> Text:
    """When it was promised, and how often it was moved in the open."""
    if notice.kind in {AlertKind.DONE, AlertKind.ENDED}:
        return ()
    day = w.date(local(notice.promised_at, notice.promise.zone).date())
    if not notice.moved:
        return w("Promised {day}, never moved.", day=day)
    return w.many("Promised {day}, moved once.", "Promised {day}, moved {n} times.", notice.moved, day=day)


def _next(notice: Alert, w: Words) -> Text:
    if notice.kind in {AlertKind.DONE, AlertKind.ENDED}:
        return ()
    left = _left(notice.promise, w)
    if notice.next_step is None:
        return left
    return join([left, w("Next: {step}.", step=cut(notice.next_step, _ALSO))], by=" ")


def _also(promise: Promise, w: Words) -> Text:
    """A promise that slipped meanwhile, in a line."""
    text = cut(promise.text, _ALSO)
    if promise.state is State.OPEN:
        return w("Also open: “{text}”, due {due}.", text=text, due=w.moment(promise.due_at, zone=promise.zone))
    return w("“{text}”: {outcome}", text=text, outcome=outcome(promise, w))


def _given(notice: Alert, w: Words) -> Text:
    """How many offer help and cheer."""
    helpers = w.count(notice.helpers, "{n} person offers help", "{n} people offer help") if notice.helpers else ""
    cheers = w.count(notice.cheers, "{n} cheer", "{n} cheers") if notice.cheers else ""
    return join([helpers, cheers], by=" · ")


def _group_buttons(notice: Alert, w: Words) -> Rows:
    cheer = press(w.label("Cheer"), "slip.cheer", notice.promise.id)
    match notice.kind:
        case AlertKind.LATE | AlertKind.MOVED:
            return ((press(w.label("I’ll help"), "slip.help", notice.promise.id), cheer),)
        case AlertKind.DONE:
            return ((cheer,),)
        case _:
            return ()


def _cheered(notice: Cheered, w: Words) -> Text:
    if notice.own:
        return w("That button is for the others.")
    if notice.repeated:
        return w("Counted already. Once is once.")
    return w("They know now. Thank you.") if notice.kind == "help" else w("Counted.")


def _help(notice: HelpOffered, w: Words) -> Text:
    named: Text = (Span(notice.helper, Style.BOLD, account=notice.account or None),)
    if notice.username:
        named = join([named, f"(@{notice.username})"], by=" ")
    return w("{helper} offers to help with “{text}”.", helper=named, text=notice.text)
