"""Discord's raw events: which are kept, whose each is, and what it says in no platform's terms."""

import re
from datetime import datetime
from typing import Any, Final

from bot import buttons
from bot.events import BotMoved, Chat, Event, File, Person, Pressed, Said, Unheard
from bot.platforms.discord import render
from bot.platforms.discord.interactions import (
    Json,
    Way,
    command_of,
    form_words,
    sent_at,
    user_of,
    values_of,
    way_of,
)
from bot.platforms.discord.rights import THREADS, administers, rights, title
from bot.store.inbox import Raw
from bot.ui.message import Action

PLATFORM: Final = "discord"
_MENTION: Final = re.compile(r"^\s*<@!?\d+>\s*")
_WORDS_OF_PEOPLE: Final = frozenset({0, 19})  # Message Type: a message, a reply
_MENU: Final = 3
_BUTTON: Final = 2  # Component Type
_LONGEST_VALUE: Final = 100  # characters: of an option of a list


def raw(kind: str, data: Json, *, bot: str, update: str, received_at: datetime, **notes: Any) -> Raw:
    """An event as the inbox keeps it: as Discord sent it, with notes of what was known beside it.

    `late`: acknowledging it came too late. `guild`: the server's name, `channel`: the channel's. `spot`: the channel a change
    of the whole server is told for, with the bot's rights there.
    """
    try:
        line, at = _whose(kind, data), _when(kind, data) or received_at
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):  # a shape unheard of is kept all the same
        line, at = "?", received_at
    kept = {"t": kind, "d": data} | {name: note for name, note in notes.items() if note}
    return Raw(bot=bot, update=update[:64], line=f"{PLATFORM}:{line}"[:64], sent_at=min(at, received_at), raw=kept)


def concerns(message: Json, *, bot: str) -> bool:
    """Whether a message is any of our business: a person's, in private, or one that names the bot or replies to it."""
    if message.get("author", {}).get("bot") or message.get("webhook_id") or message.get("type", 0) not in _WORDS_OF_PEOPLE:
        return False
    return "guild_id" not in message or any(str(one.get("id")) == bot for one in message.get("mentions", []))


def ref(channel: str, message: str) -> str:
    """A message as the bot names it: Discord finds one only in its channel."""
    return f"{channel}/{message}"


def read(kept: Json, *, received_at: datetime, own: str = "") -> Event | None:
    """What a kept event says; None where it is nothing to us. KeyError, TypeError or ValueError for a shape unheard of.

    `own` is the id of this bot.
    """
    if "spot" in kept:
        return _moved(kept["spot"], received_at=received_at)
    match kept["t"]:
        case "INTERACTION_CREATE":
            return _interaction(kept, received_at=received_at)
        case "MESSAGE_CREATE":
            return _message(kept, received_at=received_at, own=own)
        case _:
            return None


def _whose(kind: str, data: Json) -> str:
    match kind:
        case "INTERACTION_CREATE":
            return str(user_of(data)["id"])
        case "MESSAGE_CREATE":
            return str(data["author"]["id"])
        case _:
            return f"g{data.get('guild_id') or data['id']}"


def _when(kind: str, data: Json) -> datetime | None:
    return sent_at(data["id"]) if kind in {"INTERACTION_CREATE", "MESSAGE_CREATE"} else None


def _moved(spot: Json, *, received_at: datetime) -> Event:
    chat = Chat(PLATFORM, spot["chat"], False, spot.get("title", ""), server=spot.get("server"))
    person = Person(PLATFORM, spot.get("by", ""), "?")
    granted = spot.get("rights")
    return BotMoved(person, chat, received_at, granted is not None, bool(spot.get("newly")), granted or {})


# --- interactions -------------------------------------------------------------------------------------------------------
def _interaction(kept: Json, *, received_at: datetime) -> Event | None:
    data = kept["d"]
    at = min(sent_at(data["id"]), received_at)
    person, chat = _person(user_of(data), data.get("locale"), data.get("member")), _chat_of(kept)
    if kept.get("late"):
        return Unheard(person, chat, at)
    member = data.get("member")
    is_admin = administers(int(member["permissions"])) if member else None
    match way_of(data):
        case Way.CALL:
            return _call(data, person, chat, at, is_admin)
        case Way.LINK:
            words = f"/start {render.action_id(data['data']['custom_id']).partition('|')[2]}"
            private = Chat(PLATFORM, person.account, private=True)
            return Said(person, private, at, _answer_to(data), words, answer_to=_answer_to(data))
        case Way.PRESS:
            action = _action(data["data"])
            return Pressed(person, chat, at, _pressed_ref(data), action, _answer_to(data), is_admin=is_admin)
        case Way.FORM:
            return _form(data, person, chat, at)
        case _:
            return None


def _action(pressed: Json) -> Action | None:
    """What a press asks for; of a list with what was chosen as its last argument, "" for nothing."""
    action = buttons.decode(render.action_id(pressed["custom_id"]))
    if action is None or pressed.get("component_type", _BUTTON) == _BUTTON:
        return action
    return action.given(str(next(iter(pressed.get("values") or []), ""))[:_LONGEST_VALUE])


def _call(data: Json, person: Person, chat: Chat, at: datetime, is_admin: bool | None) -> Event | None:
    command = command_of(data)
    if command is None:
        name, words, author, file = str(data["data"]["name"]), "", None, None
    elif data["data"].get("type", 1) == _MENU:
        message = data["data"]["resolved"]["messages"][str(data["data"]["target_id"])]
        name, words, author, file = command.name, _clean(message.get("content", "")), str(message["author"]["id"]), None
    else:
        values = values_of(data)
        sent = data["data"].get("resolved", {}).get("attachments", {})
        found = next((sent[value] for value in values.values() if value in sent), None)
        name, words, author, file = command.name, _clean(command.words(values)), None, _file(found)
    said = "" if file else f"/{name} {words}".strip()
    asked = _answer_to(data)
    return Said(person, chat, at, asked, said, file=file, answer_to=asked, author=author, is_admin=is_admin)


def _form(data: Json, person: Person, chat: Chat, at: datetime) -> Event | None:
    """Words written into the form under a message: a reply to that message, or the content of a file."""
    words, question = _clean(form_words(data)), _pressed_ref(data)
    asked = _answer_to(data) if question.count("/") > 1 else None  # under a message that only the person sees
    if render.action_id(data["data"]["custom_id"]) != render.WORDS_FILE:
        return Said(person, chat, at, question, words, reply_to=question, to_bot=True, answer_to=asked)
    content = words.encode()
    file = File("", "plan.md", len(content), content)
    return Said(person, chat, at, question, reply_to=question, to_bot=True, file=file, answer_to=asked)


def _answer_to(data: Json) -> str:
    return f"i{data['id']}"


def _pressed_ref(data: Json) -> str:
    """The message pressed; one that only the person sees can be changed by that press alone, which stands in the ref."""
    message = data["message"]
    plain = ref(str(message.get("channel_id") or data["channel_id"]), str(message["id"]))
    return f"{plain}/{data['id']}" if int(message.get("flags", 0)) & render.EPHEMERAL else plain


# --- messages -------------------------------------------------------------------------------------------------------------
def _message(kept: Json, *, received_at: datetime, own: str) -> Event | None:
    data = kept["d"]
    chat = _chat_of(kept)
    attached = data.get("attachments", [])
    pictures = [one for one in attached if str(one.get("content_type", "")).startswith("image/")]
    others = [one for one in attached if one not in pictures]
    replied = data.get("message_reference") or {}
    words = data.get("content", "")
    quoted = data.get("referenced_message") or {}
    said = Said(
        person=_person(data["author"], None, data.get("member")),
        chat=chat,
        at=min(sent_at(data["id"]), received_at),
        ref=ref(str(data["channel_id"]), str(data["id"])),
        words=_clean(words if chat.private else _MENTION.sub("", words)).strip(),
        reply_to=ref(str(data["channel_id"]), str(replied["message_id"])) if replied.get("message_id") else None,
        to_bot=str(quoted.get("author", {}).get("id")) == own,
        file=_file(others[0]) if others else None,
        photo=f"{data['channel_id']}/{data['id']}/{pictures[-1]['id']}" if pictures else None,
    )
    return said if said.words or said.file or said.photo else None


def _chat_of(kept: Json) -> Chat:
    data = kept["d"]
    channel = data.get("channel") or {}
    private = "guild_id" not in data
    if private:
        return Chat(PLATFORM, str(data["channel_id"]), private=True)
    named = title(kept.get("guild", ""), channel.get("name") or kept.get("channel", ""))
    bits = data.get("app_permissions")
    granted = rights(int(bits), thread=channel.get("type") in THREADS) if bits is not None else None
    return Chat(PLATFORM, str(data["channel_id"]), False, named, None, granted, str(data["guild_id"]))


def _person(user: Json, locale: str | None, member: Json | None) -> Person:
    name = user.get("global_name") or user["username"]
    roles = frozenset(str(one) for one in (member or {}).get("roles", ()))
    return Person(PLATFORM, str(user["id"]), name, user.get("username"), str(locale or "en").split("-", maxsplit=1)[0], roles)


def _file(attached: Json | None) -> File | None:
    return File(attached["url"], attached.get("filename") or "file", int(attached.get("size") or 0)) if attached else None


def _clean(text: str) -> str:
    """Text without what no database takes: halves of characters and NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
