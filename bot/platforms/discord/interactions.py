"""Interactions as Discord sends them: who calls or presses what, and with what each is acknowledged at once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Final

from bot import buttons, commands
from bot.commands.table import Command, Option
from bot.platforms.discord import render
from bot.platforms.discord.rights import administers
from bot.ui import forms
from bot.ui.words import Words

Json = dict[str, Any]

TOKEN_LIVES: Final = timedelta(minutes=14, seconds=30)  # fifteen, less what a call may take
_COMMAND, _COMPONENT, _AUTOCOMPLETE, _FORM = 2, 3, 4, 5  # Interaction Type
_LATER, _LATER_EDIT, _SUGGEST, _OPEN_FORM = 5, 6, 8, 9  # Interaction Callback Type
_MENU: Final = 3  # Application Command Type: of a message
_TITLE_LIMIT: Final = 45  # characters: a form's title and the label in it
_WORDS_LIMIT: Final = 4000  # characters: a text input's value
_EPOCH: Final = datetime(2015, 1, 1, tzinfo=UTC)


class Way(Enum):
    """What an interaction is to us."""

    CALL = "call"  # a command, typed or from the menu of a message
    PRESS = "press"  # a button
    LINK = "link"  # a button that leads into the private chat
    FORM = "form"  # words came in a form
    OPEN = "open"  # a button that opens the form
    SUGGEST = "suggest"  # an option is being filled in


@dataclass(slots=True)
class Asked:
    """An interaction that may still be answered. `waits`: "thinking …" is shown until there is an answer; None: not known."""

    id: str
    token: str
    way: Way
    at: datetime
    user: str
    in_guild: bool
    hidden: bool  # whether its answers are for the person alone
    language: str
    waits: bool | None = None


def way_of(interaction: Json) -> Way | None:
    """What an interaction is to us; None for a kind that we never offered."""
    custom_id = render.action_id(str(interaction.get("data", {}).get("custom_id", "")))
    match interaction.get("type"):
        case 2:
            return Way.CALL
        case 3 if custom_id.partition("|")[0] == render.WORDS:
            return Way.OPEN
        case 3:
            return Way.LINK if custom_id.partition("|")[0] == render.START else Way.PRESS
        case 4:
            return Way.SUGGEST
        case 5:
            return Way.FORM
        case _:
            return None


def asked_of(interaction: Json, way: Way) -> Asked:
    """What is needed to answer it."""
    in_guild = "guild_id" in interaction
    command = command_of(interaction) if way is Way.CALL else None
    return Asked(
        id=str(interaction["id"]),
        token=interaction["token"],
        way=way,
        at=sent_at(interaction["id"]),
        user=str(user_of(interaction)["id"]),
        in_guild=in_guild,
        hidden=in_guild and not (command is not None and command.public),
        language=language_of(interaction),
    )


def language_of(interaction: Json) -> str:
    """The language of who did it."""
    return str(interaction.get("locale") or "en").split("-", maxsplit=1)[0]


def acknowledgement(interaction: Json, way: Way) -> Json:
    """What to answer at once: "thinking …" to a call, a form to who wants to write, nothing that shows to any other press."""
    match way:
        case Way.CALL | Way.LINK:
            asked = asked_of(interaction, way)
            return {"type": _LATER, "data": {"flags": render.EPHEMERAL if asked.hidden else 0}}
        case Way.OPEN:
            custom_id = interaction["data"]["custom_id"]
            return _opened(custom_id, _label_of(interaction["message"], custom_id).removeprefix("✎ "))
        case Way.PRESS if title := _asks_at_once(interaction):
            return _opened(render.WORDS, title)
        case _:
            return {"type": _LATER_EDIT}


def suggestions(choices: list[tuple[str, str]]) -> Json:
    """The answer to an option being filled in."""
    return {"type": _SUGGEST, "data": {"choices": [{"name": name, "value": value} for name, value in choices]}}


def _asks_at_once(interaction: Json) -> str | None:
    """The title of the form that answers a press; the press itself is stored and handled like any other.

    A message that only the person sees can be changed through the press alone, which has no answer to change once it opened a
    form; and who may not change the settings is not to write anything first. Both go the longer way.
    """
    action = buttons.decode(render.action_id(str(interaction["data"]["custom_id"])))
    button = buttons.find(action.name) if action else None
    if action is None or button is None or int(interaction["message"].get("flags", 0)) & render.EPHEMERAL:
        return None
    if button.admins and not administers(int(interaction.get("member", {}).get("permissions", 0))):
        return None
    return forms.title(action, Words(language_of(interaction), "UTC", sent_at(interaction["id"])))


def _opened(custom_id: str, title: str) -> Json:
    """A form of one field."""
    named = title[:_TITLE_LIMIT] or "…"
    field = {"type": 4, "custom_id": "words", "style": 2, "required": True, "max_length": _WORDS_LIMIT}
    form = {"custom_id": custom_id, "title": named, "components": [{"type": 18, "label": named, "component": field}]}
    return {"type": _OPEN_FORM, "data": form}


def _label_of(message: Json, custom_id: str) -> str:
    buttons = (one for row in message.get("components", []) for one in row.get("components", []))
    return next((str(one.get("label", "")) for one in buttons if one.get("custom_id") == custom_id), "")


def form_words(interaction: Json) -> str:
    """What was written into the form, however its field is wrapped."""
    fields = [one.get("component") or one for row in interaction["data"]["components"] for one in row.get("components", [row])]
    return next((str(one["value"]) for one in fields if one.get("value")), "")


def command_of(interaction: Json) -> Command | None:
    """The command called: by its name, or by what it is called in the menu of a message."""
    data = interaction["data"]
    if data.get("type", 1) == _MENU:
        return next((one for one in commands.COMMANDS if one.menu and one.menu == data["name"]), None)
    return commands.find(data["name"])


def values_of(interaction: Json) -> dict[str, str]:
    """What was filled in, by option."""
    return {one["name"]: str(one["value"]) for one in interaction["data"].get("options", []) if "value" in one}


def focused(interaction: Json) -> tuple[Option, str] | None:
    """The option being filled in, and what stands in it so far."""
    command = command_of(interaction)
    field = next((one for one in interaction["data"].get("options", []) if one.get("focused")), None)
    option = next((one for one in command.options if field and one.name == field["name"]), None) if command else None
    return (option, str(field.get("value", ""))) if option and field else None


def user_of(interaction: Json) -> Json:
    """Who did it."""
    user: Json = interaction["member"]["user"] if "member" in interaction else interaction["user"]
    return user


def sent_at(snowflake: str | int) -> datetime:
    """When something with this id came to be, as Discord says."""
    return _EPOCH + timedelta(milliseconds=int(snowflake) >> 22)
