"""What happened in a chat, in no platform's terms; an adapter reads its raw updates into these."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot.ui.message import Action


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever did it: `account` is the platform's id, `roles` those they have where they did it."""

    platform: str
    account: str
    name: str
    username: str | None = None
    language: str = "en"
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Chat:
    """Where it happened. In a private chat `chat` is the chat with the person."""

    platform: str
    chat: str
    private: bool
    title: str = ""
    topic: str | None = None
    rights: dict[str, bool] | None = None  # what the bot may do there, where the platform says so along with what happened
    server: str | None = None  # what it is a channel of


@dataclass(frozen=True, slots=True)
class Said:
    """A message: words, a file, a photo or a location, in any mixture. `words` of a file are its caption.

    `answer_to`: the platform waits for an answer to it, as to a tap. `author`: the account whose words these are, where the
    person points at somebody's message. `is_admin`: whether the person administers the group, where that came along.
    """

    person: Person
    chat: Chat
    at: datetime  # when it was sent, UTC
    ref: str  # the message itself
    words: str = ""
    reply_to: str | None = None
    to_bot: bool = False  # what it replies to is a message of this bot's
    file: "File | None" = None
    photo: str | None = None  # the platform's id of the picture
    location: tuple[float, float] | None = None  # latitude, longitude in degrees
    answer_to: str | None = None
    author: str | None = None
    is_admin: bool | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a message; `data` is there where its content came along, else it is fetched."""

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
    is_admin: bool | None = None  # whether the person administers the group, where that came along


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen from a list of the platform's own: a channel, with the bot's `rights` there, or a role."""

    id: str
    rights: dict[str, bool] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class Unheard:
    """A person pressed or called something while the bot could not hear; the platform told them that it failed."""

    person: Person
    chat: Chat
    at: datetime


Event: TypeAlias = Said | Pressed | BotMoved | Reach | MemberLeft | ChatMoved | Unheard
