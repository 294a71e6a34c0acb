"""Words of the general notices."""

from typing import assert_never

from bot.domain.notices.general import (
    AdminsOnly,
    Apology,
    ElsewhereOnly,
    GeneralNotice,
    Help,
    Hint,
    LookUpFailed,
    Noted,
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
        case ElsewhereOnly(name=name, private=True):
            return Message(w("/{name} works in a private chat with me.", name=name))
        case ElsewhereOnly(name=name):
            return Message(w("/{name} works in a group I am in.", name=name))
        case AdminsOnly():
            return Message(w("That one is for the group's administrators."))
        case StaleButton():
            return Message(_stale(notice, w))
        case LookUpFailed():
            return Message(w("The platform did not answer me in time. Nothing was changed; please try once more."))
        case Noted():
            return Message(())
        case Help():
            return Message(_help(notice, w))
        case _:
            assert_never(notice)


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
