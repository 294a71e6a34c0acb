"""The sandbox's raw updates: what people do there, as the inbox keeps it, and what it says as an event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from bot import buttons
from bot.events import BotMoved, Chat, Event, File, Person, Pressed, Said
from bot.store.inbox import Raw

PLATFORM: Final = "sandbox"
BOT_ID: Final = "sandbox:1"
GROUP: Final = "group"
GROUP_TITLE: Final = "Morning study"
BOT: Final = "bot"
YOU: Final = "you"
NORA: Final = "nora"
LEO: Final = "leo"
NAMES: Final[Mapping[str, str]] = MappingProxyType({YOU: "You", NORA: "Nora", LEO: "Leo", BOT: "Plan E"})
ADMINS: Final = frozenset({YOU, NORA})
_RIGHTS: Final = MappingProxyType({"admin": True, "post": True, "pin": True, "tag": False})

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody sends: words, and a file, a photo or a location with them."""

    words: str = ""
    file: Json | None = None  # id, name, size in bytes
    photo: str | None = None  # the file's id
    location: tuple[float, float] | None = None  # latitude, longitude in degrees


def said(who: str, chat: str, sent: Sent, *, ref: str, reply_to: str | None, at: datetime) -> Raw:
    """Somebody wrote the message `ref` in a chat: the group, or their own with the bot."""
    raw = {"kind": "said", "who": who, "chat": chat, "ref": ref, "reply_to": reply_to, "at": at.isoformat(), "words": sent.words}
    return _raw(who, ref, raw | {"file": sent.file, "photo": sent.photo, "location": sent.location}, at=at)


def pressed(who: str, chat: str, *, ref: str, data: str, press: str, at: datetime) -> Raw:
    """Somebody pressed a button of the message `ref`; `press` is unique, and what the answer goes to."""
    return _raw(who, press, {"kind": "pressed", "who": who, "chat": chat, "ref": ref, "data": data, "press": press}, at=at)


def added(who: str, *, update: str, at: datetime) -> Raw:
    """Somebody added the bot to the group, with every right there is."""
    return _raw(who, update, {"kind": "added", "who": who, "chat": GROUP, "at": at.isoformat()}, at=at)


def _raw(who: str, update: str, raw: Json, *, at: datetime) -> Raw:
    return Raw(bot=BOT_ID, update=update, line=f"{PLATFORM}:{who}", sent_at=at, raw=raw)


def read(raw: Json, *, received_at: datetime) -> Event | None:
    """What an update says. KeyError, TypeError or ValueError for a shape unheard of."""
    person, chat = _person(raw["who"]), _chat(raw["chat"])
    match raw["kind"]:
        case "said":
            return Said(
                person=person,
                chat=chat,
                at=datetime.fromisoformat(raw["at"]),
                ref=raw["ref"],
                words=raw["words"],
                reply_to=raw["reply_to"],
                file=File(**raw["file"]) if raw["file"] else None,
                photo=raw["photo"],
                location=tuple(raw["location"]) if raw["location"] else None,
            )
        case "pressed":
            return Pressed(person, chat, received_at, raw["ref"], buttons.decode(raw["data"]), raw["press"])
        case "added":
            return BotMoved(person, chat, datetime.fromisoformat(raw["at"]), present=True, newly=True, rights=dict(_RIGHTS))
        case _:
            return None


def _person(who: str) -> Person:
    return Person(PLATFORM, who, NAMES[who], who)


def _chat(chat: str) -> Chat:
    return Chat(PLATFORM, chat, private=chat != GROUP, title=GROUP_TITLE if chat == GROUP else "")
