"""Words of the general notices."""

from typing import assert_never

from bot.domain.notices.general import (
    AdminsOnly,
    Apology,
    DoorClosed,
    ElsewhereOnly,
    GeneralNotice,
    Help,
    Hint,
    LookUpFailed,
    Noted,
    NotYourWords,
    PressedInVain,
    StaleButton,
    UnknownCommand,
)
from bot.ui.message import Message, Span, Style, Text
from bot.ui.words import Words, join


def word(notice: GeneralNotice, w: Words) -> Message:
    """The message of a general notice."""
    match notice:
        case Apology():
            return Message(
                w(
                    "Something broke on my side. Nothing was changed; please try again. (For the operator: update {id}.)",
                    id=notice.update,
                )
            )
        case Hint():
            return Message(
                w("I go by commands. /checkin logs study, /today shows the day, /commit makes a promise, /help lists the rest.")
            )
        case UnknownCommand():
            return Message(_unknown(notice, w))
        case ElsewhereOnly(name=name, private=private):
            there = w("/{name} works in a private chat with me.", name=name)
            return Message(there if private else w("/{name} works in a group I am in.", name=name))
        case AdminsOnly():
            return Message(w("That one is for the group's administrators."))
        case StaleButton():
            return Message(_stale(notice, w))
        case LookUpFailed():
            return Message(w("The platform did not answer me in time. Nothing was changed; please try once more."))
        case Noted():
            return Message(())
        case NotYourWords() | PressedInVain() | DoorClosed():
            return Message(_in_vain(notice, w))
        case Help():
            return Message(_help(notice, w))
        case _:
            assert_never(notice)


def _in_vain(notice: NotYourWords | PressedInVain | DoorClosed, w: Words) -> Text:
    match notice:
        case NotYourWords():
            return w("Those are somebody else's words. Only your own can be your check-in.")
        case PressedInVain():
            return w("You called or pressed something while I could not hear. Nothing was changed; please do it again.")
        case DoorClosed():
            return w(
                "I may not write to you. In this server's *Privacy Settings* allow direct messages, then press again: "
                "cards and questions come in private."
            )


def _unknown(notice: UnknownCommand, w: Words) -> Text:
    if notice.nearest:
        return w(
            "There is no /{name}. Did you mean /{nearest}? /help lists what there is.", name=notice.name, nearest=notice.nearest
        )
    return w("There is no /{name}. /help lists what there is.", name=notice.name)


def _stale(notice: StaleButton, w: Words) -> Text:
    match notice.why:
        case "over":
            return w("That moment has passed. /today shows where things stand.")
        case "other":
            return w("That button belongs to somebody else.")
        case _:
            return w("This button is from an older message of mine. /today has fresh ones.")


def _help(notice: Help, w: Words) -> Text:
    lines = [
        (Span(f"/{name}", Style.BOLD), Span(f" {usage}" if usage else ""), Span(" · "), *w(summary))
        for name, usage, summary in notice.commands
    ]
    sent = () if notice.in_group else w("A plan can be sent as a file, proof as a photo.")
    return join([join([w("*What I understand here*"), *lines]), sent], by="\n\n")
