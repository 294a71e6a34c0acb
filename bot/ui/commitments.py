"""Words of the notices about commitments: usage, asking for a date, a lost post; each other subject has its own module."""

from typing import assert_never

from bot.domain.notices.commitments import (
    CommitmentNotice,
    CommitUsage,
    ConsentMissing,
    DateAsked,
    DateOption,
    DraftDropped,
    DraftOver,
    DraftPast,
    JoinFirst,
    MoveJudged,
    NeedsZone,
    NoSuchNumber,
    PostArrived,
    PostedAgain,
    PostLost,
    Preview,
    PreviewLost,
    PromiseDetail,
    PromiseFinished,
    PromiseHidden,
    PromiseHistory,
    PromiseKept,
    PromiseList,
    PromiseMoved,
    PromisePost,
    PromiseReopened,
    PromiseTakenBack,
    PromiseTooLong,
    PromiseWithdrawn,
    Published,
    Purpose,
    WithdrawalJudged,
)
from bot.ui import promise_moves, promise_preview, promises
from bot.ui.message import Button, Message, Rows, Text, Tint, press
from bot.ui.words import Words, cut, join


def word(notice: CommitmentNotice, w: Words) -> Message:
    """The message of a notice about commitments."""
    match notice:
        case CommitUsage() | NeedsZone() | PromiseTooLong() | JoinFirst():
            return _refused(notice, w)
        case DateAsked():
            return Message(_question(notice, w), _dates(notice, w), asks=w.label("By when"))
        case Preview():
            return promise_preview.preview(notice, w)
        case DraftOver() | DraftPast() | ConsentMissing() | DraftDropped():
            return Message(promise_preview.over(notice, w))
        case Published():
            return promise_preview.published(notice, w)
        case PromisePost():
            return promises.post(notice, w)
        case PostLost():
            return _post_lost(notice, w)
        case PreviewLost() | PostArrived():
            return Message(_whether_it_came(notice, w))
        case PromiseList() | PromiseDetail() | PromiseHistory():
            return promises.looked_over(notice, w)
        case NoSuchNumber():
            return Message(_no_number(notice, w))
        case PromiseHidden() | PromiseTakenBack() | PostedAgain() | PromiseKept():
            return Message(_line(notice, w))
        case _:
            return _changed(notice, w)


def _line(notice: PromiseHidden | PromiseTakenBack | PostedAgain | PromiseKept, w: Words) -> Text:
    match notice:
        case PromiseHidden():
            return w("A promise was made private by its author.")
        case PromiseTakenBack():
            return w("A promise was taken back.")
        case PostedAgain():
            return w("Posted again.")
        case PromiseKept():
            how = promises.kept_how(notice.promise, w)
            if notice.promise.late_seconds:
                return w("“{text}” is finished, {how}.", text=notice.promise.text, how=how)
            return w("“{text}” is kept, {how}.", text=notice.promise.text, how=how)
        case _:
            assert_never(notice)


def _changed(
    notice: MoveJudged | PromiseMoved | WithdrawalJudged | PromiseWithdrawn | PromiseFinished | PromiseReopened, w: Words
) -> Message:
    match notice:
        case MoveJudged():
            return promise_moves.move_judged(notice, w)
        case PromiseMoved():
            return promise_moves.moved(notice, w)
        case WithdrawalJudged():
            return promise_moves.withdrawal_judged(notice, w)
        case PromiseWithdrawn():
            return promise_moves.withdrawn(notice, w)
        case PromiseFinished():
            return promise_moves.finished(notice, w)
        case PromiseReopened():
            return promise_moves.reopened(notice, w)
        case _:
            assert_never(notice)


def _refused(notice: CommitUsage | NeedsZone | PromiseTooLong | JoinFirst, w: Words) -> Message:
    match notice:
        case CommitUsage():
            return Message(
                w("Say what and by when: /commit finish Calculus 1 by end of June. You see it first; nothing is posted yet.")
            )
        case NeedsZone(in_group=True):
            return Message(
                w("A date needs a clock, and I do not know yours yet. Tell me in a private chat: /timezone London."),
                ((Button(w.label("Open the private chat"), url="start:timezone"),),),
            )
        case NeedsZone():
            return Message(w("A date needs a clock, and I do not know yours yet: /timezone London."))
        case PromiseTooLong():
            return Message(
                w(
                    "That is {length} characters; a promise has at most {limit}, so that people read it. Nothing was kept.",
                    length=notice.length,
                    limit=notice.limit,
                )
            )
        case JoinFirst():
            return Message(
                w(
                    "Promises in *{group}* are made by its members. Joining means: you choose what the group sees of you, from "
                    "nothing up to an alert when a date passes, and change it any time.",
                    group=notice.group,
                ),
                ((Button(w.label("Join"), url=f"start:join_{notice.join_code}", tint=Tint.PRIMARY),),),
            )
        case _:
            assert_never(notice)


def _no_number(notice: NoSuchNumber, w: Words) -> Text:
    if not notice.count:
        return w("You have no open promises.")
    return w(
        "There is no promise {number}; /commitments lists yours, from 1 to {count}.", number=notice.number, count=notice.count
    )


# --- by when? ---------------------------------------------------------------------------------------------------------
def _question(notice: DateAsked, w: Words) -> Text:
    typed = w("Pick one, or type a date such as “30 Jun”, “in 6 weeks”, “next friday 18:00”.")
    replied = w("Pick one, or reply to this message with a date such as “30 Jun”, “in 6 weeks”, “next friday 18:00”.")
    how = replied if notice.in_group else typed
    return join([w("*{text}*", text=notice.text), _doubt(notice, w), how])


def _doubt(notice: DateAsked, w: Words) -> Text:
    if notice.why == "missing":
        return _plainly(notice.purpose, w)
    said = cut(notice.said or "", 60)
    doubts = {
        "past": w("“{said}” has passed.", said=said),
        "weekday": w("“{said}”: which one?", said=said),
        "order": w("“{said}”: is the day first, or the month?", said=said),
        "half": w("“{said}”: morning or evening?", said=said),
        "midnight": w("“{said}”: which end of that day?", said=said),
        "before": w("“{said}”: is that day still included?", said=said),
        "tomorrow": w("It is past midnight, so “{said}” can be two days.", said=said),
        "mismatch": w("“{said}”: the weekday and the date do not agree.", said=said),
        "no-such-date": w("The calendar has no “{said}”.", said=said),
        "too-far": w("“{said}” is further away than anybody can promise.", said=said),
        "same": w("That is the date it has already."),
        "several": w("“{said}” can be read in more than one way.", said=said),
        "passed": w("“{said}” has just passed. Do you mean next year's?", said=said),
        "vague": w("“{said}” is no date I could hold you to.", said=said),
    }
    return doubts.get(notice.why) or w("I could not read “{said}” as a date.", said=said)


def _plainly(purpose: Purpose, w: Words) -> Text:
    match purpose:
        case Purpose.MOVE:
            return w("To when?")
        case Purpose.SPLIT:
            return w("By when the second part?")
        case _:
            return w("By when?")


def _dates(notice: DateAsked, w: Words) -> Rows:
    rows = [
        (press(_option(one, w), "promise.when", notice.purpose, notice.subject, int(one.at.timestamp())),)
        for one in notice.options
    ]
    match notice.purpose:
        case Purpose.NEW:
            leave = press(w.label("Cancel"), "promise.stop", notice.subject)
        case Purpose.DRAFT:
            leave = press(w.label("Back"), "promise.back", notice.subject)
        case _:
            leave = press(w.label("Leave it"), "promise.open", notice.subject)
    return (*rows, (leave,))


def _option(option: DateOption, w: Words) -> str:
    moment = "".join(span.text for span in w.moment(option.at, zone=option.zone))
    names = {
        "week": w.label("This week: {date}", date=moment),
        "next-week": w.label("Next week: {date}", date=moment),
        "month": w.label("This month: {date}", date=moment),
        "next-month": w.label("Next month: {date}", date=moment),
        "six-weeks": w.label("Six weeks: {date}", date=moment),
        "day": w.label("1 day: {date}", date=moment),
        "days": w.label("3 days: {date}", date=moment),
        "seven": w.label("7 days: {date}", date=moment),
        "month-on": w.label("30 days: {date}", date=moment),
    }
    return names.get(option.name, moment)


# --- a post that was lost ---------------------------------------------------------------------------------------------
def _post_lost(notice: PostLost, w: Words) -> Message:
    again = ((press(w.label("Post again"), "promise.again", notice.commitment),),) if notice.again else ()
    where = {"group": notice.group, "text": notice.text}
    match notice.why:
        case "uncertain":
            said = w(
                "I do not know whether “{text}” reached *{group}*: the platform gave no answer. Have a look there; if it is "
                "missing, post it again.",
                **where,
            )
        case "chat_gone":
            said = w("“{text}” could not be posted: *{group}* is gone, or I was removed from it. The promise stands.", **where)
        case "no_rights":
            said = w("“{text}” could not be posted: I may not write in *{group}*. An administrator can allow it.", **where)
        case _:
            said = w("“{text}” could not be posted in *{group}*. The promise stands.", **where)
    return Message(said, again)


def _whether_it_came(notice: PreviewLost | PostArrived, w: Words) -> Text:
    where = {"group": notice.group, "text": notice.text}
    if isinstance(notice, PostArrived):
        return w("“{text}” reached *{group}* after all.", **where)
    if notice.why == "uncertain":
        return w(
            "I do not know whether my answer about “{text}” reached *{group}*: the platform told me nothing. Have a look there; "
            "if it is missing, say /commit again, there or here. Nothing is promised yet.",
            **where,
        )
    return w("I could not answer about “{text}” in *{group}*. Nothing is promised yet; you can say /commit here, too.", **where)
