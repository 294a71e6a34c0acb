"""Words for splitting a promise in two."""

from typing import Final

from bot.domain.commitments import MoveKind
from bot.domain.notices.splits import (
    PromiseSplit,
    SplitAsked,
    SplitCut,
    SplitEnough,
    SplitJudged,
    SplitLoses,
    SplitNotice,
    SplitPart,
    SplitUnclear,
)
from bot.ui.message import Button, Message, Text, Tint, press
from bot.ui.promises import amount, due
from bot.ui.words import Words, cut, join

_TITLE: Final = 22  # characters of a title on a button that has two of them
_NAMED: Final = 3
_NAME: Final = 60


def word(notice: SplitNotice, w: Words) -> Message:
    """The message of a notice about splitting."""
    match notice:
        case SplitAsked():
            return _asked(notice, w)
        case SplitJudged():
            return _judged(notice, w)
        case PromiseSplit():
            return _split(notice, w)
        case SplitUnclear():
            return Message(join([w("I need two parts with a slash between them."), _how(w)]))
        case SplitLoses():
            return Message(_loses(notice, w))
        case SplitEnough(most):
            return Message(w("It stands in {n} parts already. Finish one first.", n=most))


def _asked(notice: SplitAsked, w: Words) -> Message:
    promise = notice.promise
    head = w("Split *{text}* into two: the first part keeps {due}.", text=promise.text, due=due(promise, w))
    ask = w("Where is the cut?") if notice.cuts else ()
    rows = [(_cut(promise.id, one, w),) for one in notice.cuts]
    return Message(join([head, ask, _how(w)]), (*rows, (press(w.label("Leave it"), "promise.open", promise.id),)))


def _how(w: Words) -> Text:
    return w("Type both parts, for example: _finish Calculus 1 / finish Calculus 2 by end of July_")


def _cut(promise: int, one: SplitCut, w: Words) -> Button:
    """Tracks by name where there are few, else amounts."""
    first, second = one.first, one.second
    named = one.code.startswith("t")
    label = w.label("{first} | {second}", first=_short(first, w, named=named), second=_short(second, w, named=named))
    return press(label, "promise.cut", promise, one.code)


def _short(part: SplitPart, w: Words, *, named: bool) -> str:
    if named and part.covers:
        more = len(part.covers) - 1
        title = cut(part.covers[0], _TITLE)
        return w.label("{title} +{n}", title=title, n=more) if more else title
    return amount(part.amount, part.unit or "", w)


def _judged(notice: SplitJudged, w: Words) -> Message:
    promise = notice.promise
    first = join([w("*{text}*", text=notice.first.text), _covers(notice.first, w), w("Due {due}", due=due(promise, w))])
    new = w.moment(notice.new_due, zone=notice.zone)
    old = w.moment(promise.due_at, zone=promise.zone)
    when = w("Due ~{old}~ → {new}, {until}", old=old, new=new, until=w.until(notice.new_due))
    if not notice.kind.leaves_mark:
        when = w("Due {new}, {until}", new=new, until=w.until(notice.new_due))
    second = join([w("*{text}*", text=notice.second.text), _covers(notice.second, w), when])
    confirm = press(
        w.label("Split it"),
        "promise.divided",
        promise.id,
        int(notice.new_due.timestamp()),
        notice.kind,
        notice.code,
        tint=Tint.PRIMARY,
    )
    leave = press(w.label("Leave it"), "promise.open", promise.id)
    return Message(join([first, second, _rule(notice, w)], by="\n\n"), ((confirm,), (leave,)))


def _covers(part: SplitPart, w: Words) -> Text:
    if part.unit is None:
        return w("You will say Done yourself.")
    if not part.covers:
        return w("{amount}", amount=amount(part.amount, part.unit, w))
    names = ", ".join(cut(name, _NAME) for name in part.covers[:_NAMED])
    if len(part.covers) > _NAMED:
        names = w.label("{names} and {n} more", names=names, n=len(part.covers) - _NAMED)
    return w("{names}: {amount}", names=names, amount=amount(part.amount, part.unit, w))


def _rule(notice: SplitJudged, w: Words) -> Text:
    match notice.kind:
        case MoveKind.EARLIER:
            return w("The second part comes no later, so no rule is in the way.")
        case MoveKind.SILENT:
            return w("It was made less than 15 minutes ago: the new date leaves no trace.")
        case MoveKind.UNMARKED:
            return w("It was made less than a day ago: the second date comes without a mark.")
        case MoveKind.MARKED:
            return w("That is far enough ahead to be allowed. The old date of the second part stays readable, struck through.")
        case MoveKind.SLIP if not notice.public:
            return w("The second part counts as a slip; it stays between us. Reliability goes by the old date.")
        case MoveKind.SLIP if notice.promise.due_at <= w.at:
            return w("The date has passed: the second part is posted as a slip, the old date struck through.")
        case MoveKind.SLIP:
            return w(
                "That is inside the {n}-day horizon: the second part will be posted as a slip, the old date struck through.",
                n=notice.horizon_days,
            )


def _split(notice: PromiseSplit, w: Words) -> Message:
    lines = [
        w("*{text}*, due {due}", text=one.text, due=w.moment(one.due_at, zone=one.zone)) for one in (notice.first, notice.second)
    ]
    said = w("The post in the group shows both.") if notice.public else ()
    back = ((press(w.label("All promises"), "promise.list", 0),),)
    return Message(join([w("Two promises now:"), *lines, said]), back)


def _loses(notice: SplitLoses, w: Words) -> Text:
    if not notice.modules:
        return w(
            "The two parts have to add up to what is left, {amount}, counted in the same way. Nothing was changed.",
            amount=amount(notice.amount, notice.unit or "", w),
        )
    names = ", ".join(cut(name, _NAME) for name in notice.modules)
    more = notice.amount - len(notice.modules)
    if more > 0:
        names = w.label("{names} and {n} more", names=names, n=more)
    return w("In neither part: {names}. Splitting gives nothing up; withdrawing does. Nothing was changed.", names=names)
