"""Words for moving, withdrawing and finishing a promise."""

from typing import assert_never

from bot.domain.commitments import MoveKind, State
from bot.domain.notices.commitments import (
    MoveJudged,
    PromiseFinished,
    PromiseMoved,
    PromiseReopened,
    PromiseWithdrawn,
    WithdrawalJudged,
)
from bot.ui.message import Message, Text, Tint, press
from bot.ui.promises import covers, due, kept_how
from bot.ui.words import Words, join


# --- moving -----------------------------------------------------------------------------------------------------------
def move_judged(notice: MoveJudged, w: Words) -> Message:
    """What the rules make of a new date, and whether to do it."""
    promise = notice.promise
    old, new = w.moment(promise.due_at, zone=promise.zone), w.moment(notice.new_due, zone=notice.zone)
    change = w("~{old}~ → {new}, {until}", old=old, new=new, until=w.until(notice.new_due))
    confirm = press(
        w.label("Move it"), "promise.moved", promise.id, int(notice.new_due.timestamp()), notice.kind, tint=Tint.PRIMARY
    )
    other = press(w.label("Another date"), "promise.move", promise.id)
    return Message(
        join([w("*{text}*", text=promise.text), change, _move_rule(notice, w)]),
        ((confirm,), (other, press(w.label("Leave it"), "promise.open", promise.id))),
    )


def _move_rule(notice: MoveJudged, w: Words) -> Text:
    n = notice.horizon_days
    match notice.kind:
        case MoveKind.EARLIER:
            return w("Earlier takes effect at once and leaves no mark.")
        case MoveKind.SILENT:
            return w("It was made less than 15 minutes ago: this leaves no trace.")
        case MoveKind.UNMARKED:
            return w("It was made less than a day ago: the date changes without a mark.")
        case MoveKind.MARKED:
            return w("That is far enough ahead to be allowed. The old date stays readable, struck through.")
        case MoveKind.SLIP if not notice.public:
            return w("That counts as a slip; it stays between us. Reliability goes by the old date.")
        case MoveKind.SLIP if notice.promise.due_at <= w.at and notice.promise.slipped:
            return w("It counts as a slip already. The new date is shown in the group, the old one struck through.")
        case MoveKind.SLIP if notice.promise.due_at <= w.at:
            return w("Its date has passed: this is posted as a slip, the old date struck through, instead of an alert.")
        case MoveKind.SLIP:
            return w("That is inside the {n}-day horizon: it will be posted as a slip, the old date struck through.", n=n)
        case _:
            assert_never(notice.kind)


def moved(notice: PromiseMoved, w: Words) -> Message:
    """It was moved."""
    promise = notice.promise
    new = w("Now due {due}, {until}.", due=w.moment(promise.due_at, zone=promise.zone), until=w.until(promise.due_at))
    said = w("The group sees the old date struck through.") if notice.public and notice.kind.leaves_mark else ()
    back = ((press(w.label("All promises"), "promise.list", 0),),)
    return Message(join([w("*{text}*", text=promise.text), new, said]), back)


# --- withdrawing ------------------------------------------------------------------------------------------------------
def withdrawal_judged(notice: WithdrawalJudged, w: Words) -> Message:
    """What the rules make of a withdrawal, and whether to do it."""
    promise = notice.promise
    over = promise.due_at <= w.at
    label = w.label("Give it up") if over else w.label("Withdraw it")
    confirm = press(label, "promise.withdrawn", promise.id, notice.kind, tint=Tint.DANGER)
    return Message(
        join([w("*{text}*", text=promise.text), w("Due {due}", due=due(promise, w)), _withdrawal_rule(notice, w)]),
        ((confirm, press(w.label("Leave it"), "promise.open", promise.id)),),
    )


def _withdrawal_rule(notice: WithdrawalJudged, w: Words) -> Text:
    match notice.kind:
        case MoveKind.EARLIER | MoveKind.SILENT:
            return w("It was made less than 15 minutes ago: this leaves no trace.")
        case MoveKind.UNMARKED:
            return w("It was made less than a day ago, so withdrawing it is no slip.")
        case MoveKind.MARKED if notice.public:
            return w("That is far enough ahead to be allowed. The post stays and says “withdrawn”.")
        case MoveKind.MARKED:
            return w("That is far enough ahead to be allowed.")
        case MoveKind.SLIP if notice.promise.due_at <= w.at:
            return w("Its date has passed: giving up counts as missed. Finished late counts for more, however late.")
        case MoveKind.SLIP if notice.public:
            return w(
                "That is inside the {n}-day horizon: it will be posted as a slip. Moving it costs less than withdrawing.",
                n=notice.horizon_days,
            )
        case MoveKind.SLIP:
            return w("That is inside the {n}-day horizon: it counts as a slip.", n=notice.horizon_days)
        case _:
            assert_never(notice.kind)


def withdrawn(notice: PromiseWithdrawn, w: Words) -> Message:
    """It was withdrawn, or given up."""
    text = notice.promise.text
    if notice.promise.state is State.MISSED:
        return Message(w("“{text}” is given up. The next one may be smaller; /commit when you know it.", text=text))
    if notice.kind is MoveKind.SLIP:
        return Message(w("“{text}” is withdrawn, as a slip.", text=text))
    return Message(w("“{text}” is withdrawn.", text=text))


# --- keeping ----------------------------------------------------------------------------------------------------------
def finished(notice: PromiseFinished, w: Words) -> Message:
    """Its owner said that it is done."""
    promise = notice.promise
    said = w("“{text}” is done, {how}.", text=promise.text, how=kept_how(promise, w))
    undo = ((press(w.label("Undo"), "promise.undone", promise.id),),) if notice.undo else ()
    return Message(said, undo)


def reopened(notice: PromiseReopened, w: Words) -> Message:
    """A finish was taken back."""
    promise = notice.promise
    back = ((press(w.label("Open"), "promise.open", promise.id),),)
    return Message(join([w("“{text}” is open again.", text=promise.text), covers(promise, w)]), back)
