"""What happened in a chat, in no platform's terms; an adapter reads its raw updates into these."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot.ui.message import Action


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever did it: `account` is the platform's id."""

    platform: str
    account: str
    name: str
    username: str | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Chat:
    """Where it happened. In a private chat `chat` is the chat with the person."""

    platform: str
    chat: str
    private: bool
    title: str = ""
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A message: words, a file, a photo or a location, in any mixture. `words` of a file are its caption."""

    person: Person
    chat: Chat
    at: datetime  # when it was sent, UTC
    ref: str  # the message itself
    words: str = ""
    reply_to: str | None = None
    file: "File | None" = None
    photo: str | None = None  # the platform's id of the picture
    location: tuple[float, float] | None = None  # latitude, longitude in degrees


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a message; `data` is filled in before the transaction when something wants it."""

    id: str
    name: str
    size: int  # bytes
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button was pressed under one of the bot's messages. `action` is None where its data is not (or no longer) ours."""

    person: Person
    chat: Chat
    at: datetime  # when we got it: platforms do not say when a button was pressed
    ref: str  # the message with the button
    action: Action | None
    answer_to: str  # what to answer the tap with


@dataclass(frozen=True, slots=True)
class BotMoved:
    """The bot was added to a group, removed from it, or its rights there changed."""

    person: Person
    chat: Chat
    at: datetime
    present: bool
    newly: bool
    rights: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reach:
    """A person blocked the bot in private, or unblocked it."""

    person: Person
    chat: Chat
    at: datetime
    reachable: bool


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """A person left a group or was removed."""

    person: Person
    chat: Chat
    at: datetime


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """A group goes on under another id (on Telegram: upgraded to a supergroup)."""

    chat: Chat
    at: datetime
    successor: str


Event: TypeAlias = Said | Pressed | BotMoved | Reach | MemberLeft | ChatMoved
