"""Words of the notices about groups: joining and leaving; set-up and boards have modules of their own."""

from typing import assert_never

from bot.domain.notices.groups import (
    Board,
    BoardMoved,
    BoardTouched,
    ChannelRefused,
    DigestPlaced,
    GroupNotice,
    JoinOffered,
    LeaveAsked,
    Left,
    NotIn,
    OutOf,
    RoleRefused,
    SetupChoice,
    SetupList,
    Stayed,
    ZonePlaces,
    ZoneWanted,
)
from bot.ui import boards, group_setup
from bot.ui.message import Button, Message, Text, Tint, press
from bot.ui.words import Words, join


def word(notice: GroupNotice, w: Words) -> Message:
    """The message of a notice about groups."""
    match notice:
        case SetupList() | SetupChoice() | ChannelRefused() | RoleRefused() | DigestPlaced() | ZoneWanted() | ZonePlaces():
            return group_setup.word(notice, w)
        case JoinOffered():
            return _join(notice, w)
        case LeaveAsked():
            return _leave(notice, w)
        case Left(name=name):
            return Message(w("{name} has left. Nothing of theirs is shown here any more.", name=name))
        case NotIn():
            return Message(w("You are not a member here, so there is nothing to leave."))
        case OutOf():
            return Message(_out_of(notice, w))
        case Stayed():
            return Message(w("You stay, then."))
        case Board() | BoardMoved() | BoardTouched():
            return boards.word(notice, w)
        case _:
            assert_never(notice)


# --- members ----------------------------------------------------------------------------------------------------------
def _join(notice: JoinOffered, w: Words) -> Message:
    if notice.member:
        text = w("You are a member already. The button opens our private chat, where you can change what is seen here.")
        return Message(text, ((Button(w.label("Open"), url=f"start:join_{notice.join_code}"),),))
    text = w("Joining takes a minute, in private. You choose there how much this group sees of you: from nothing to all.")
    return Message(text, ((Button(w.label("Join"), url=f"start:join_{notice.join_code}", tint=Tint.PRIMARY),),))


def _leave(notice: LeaveAsked, w: Words) -> Message:
    consequence = (
        w.many("Your open promise here becomes private.", "Your {n} open promises here become private.", notice.promises)
        if notice.promises
        else ()
    )
    text = join([w("Leave this group? Nothing of yours will be shown here any more."), consequence], by=" ")
    leave = press(w.label("Leave"), "group.leave", notice.learner, tint=Tint.DANGER)
    return Message(text, ((leave, press(w.label("Stay"), "group.stay", notice.learner)),))


def _out_of(notice: OutOf, w: Words) -> Text:
    return w.many(
        "You are no longer in {group}. Your open promise there is private now; it stands all the same.",
        "You are no longer in {group}. Your {n} open promises there are private now; they stand all the same.",
        notice.promises,
        group=notice.group,
    )
