"""What Discord remembers: users, guilds, channels, messages, interactions. Plain records; the rules are elsewhere."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .errors import Json

TEXT, DM, CATEGORY, NEWS, PUBLIC_THREAD, PRIVATE_THREAD, FORUM = 0, 1, 4, 5, 11, 12, 15
THREADS = (10, PUBLIC_THREAD, PRIVATE_THREAD)
DEFAULT, PIN_NOTICE, THREAD_CREATED, REPLY, SLASH, CONTEXT_MENU = 0, 6, 18, 19, 20, 23
SPOKEN = (DEFAULT, REPLY, SLASH, CONTEXT_MENU)  # the types of messages that somebody wrote
SUPPRESS_EMBEDS, EPHEMERAL, LOADING, SILENT, V2 = 1 << 2, 1 << 6, 1 << 7, 1 << 12, 1 << 15
TOKEN_LIFE, ANSWER_TIME = timedelta(minutes=15), timedelta(seconds=3)
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5


@dataclass(slots=True, eq=False)
class User:
    """A person or the bot. `installed`: has added the app to the own account; `closed`: takes no DMs from it."""

    id: int
    username: str
    name: str
    locale: str = "en-US"
    is_bot: bool = False
    installed: bool = False
    closed: bool = False
    deleted: bool = False


@dataclass(slots=True, eq=False)
class Role:
    id: int
    name: str
    permissions: int
    position: int
    managed: bool = False


@dataclass(slots=True, eq=False)
class Member:
    user: User
    joined_at: datetime
    roles: list[int] = field(default_factory=list)
    nick: str | None = None


@dataclass(slots=True)
class Overwrite:
    """Rights of a role or a member in one channel."""

    kind: int  # 0 a role's, 1 a member's
    allow: int = 0
    deny: int = 0


@dataclass(slots=True, eq=False, repr=False)
class Guild:
    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, "Channel"] = field(default_factory=dict)  # threads among them
    unavailable: bool = False

    def role_of(self, name: str) -> Role:
        return next(role for role in self.roles.values() if role.name == name)


@dataclass(slots=True, eq=False, repr=False)  # they know each other: a repr would print everything
class Channel:
    """A guild's channel, a thread (with `parent`), or a DM (with `recipient`)."""

    id: int
    kind: int
    name: str = ""
    guild: Guild | None = None
    recipient: User | None = None
    parent: "Channel | None" = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    messages: dict[int, "Message"] = field(default_factory=dict)
    pins: list[tuple[int, datetime]] = field(default_factory=list)
    deleted: bool = False
    topic: str | None = None
    tags: list[Json] = field(default_factory=list)  # a forum's
    needs_tag: bool = False
    applied_tags: list[int] = field(default_factory=list)  # a post's
    owner_id: int = 0
    made_at: datetime | None = None
    archived: bool = False
    locked: bool = False
    archived_at: datetime | None = None
    archives_after: int = 1440
    joined: dict[int, datetime] = field(default_factory=dict)  # a thread's members

    @property
    def is_thread(self) -> bool:
        return self.kind in THREADS

    @property
    def last_message_id(self) -> int | None:
        return max((one.id for one in self.messages.values() if one.only_for is None), default=None)


@dataclass(frozen=True, slots=True)
class Stored:
    """A file on the CDN."""

    id: int
    name: str
    content: bytes
    kind: str
    path: str
    description: str | None = None


@dataclass(slots=True, eq=False, repr=False)
class Message:
    """One message as it stands now; `only_for` is the one who sees an ephemeral one."""

    id: int
    channel: Channel
    author: User
    at: datetime
    kind: int = DEFAULT
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    files: list[Stored] = field(default_factory=list)
    flags: int = 0
    nonce: str | int | None = None
    reply_to: "Message | None" = None
    quotes: tuple[int, int] | None = None  # channel and message of the reference
    only_for: User | None = None
    interaction: Json | None = None
    edited_at: datetime | None = None
    edits: list[str] = field(default_factory=list)
    reactions: dict[str, list[int]] = field(default_factory=dict)
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    notified: frozenset[str] = frozenset()
    pinned: bool = False
    deleted: bool = False
    thread: Channel | None = None
    unsure: bool = False  # an answer about it was lost on the way: the bot may repeat itself

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)


@dataclass(slots=True, eq=False, repr=False)
class Interaction:
    """One command, press, choice, typing or modal of a person, and what became of it."""

    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    at: datetime
    data: Json
    message: Message | None = None
    context: int = 0
    delivered: bool = False
    answered: int = 0  # the type of the callback, 0 for none yet
    original: Message | None = None
    choices: list[Json] | None = None
    modal: Json | None = None
    unsure: bool = False
    followups: list[Message] = field(default_factory=list)

    @property
    def what(self) -> str:
        """The command or the custom id, for messages of tests."""
        return str(self.data.get("name") or self.data.get("custom_id"))


@dataclass(slots=True)
class Upload:
    """A file that came in a multipart form."""

    name: str
    content: bytes
    kind: str


@dataclass(slots=True)
class Request:
    """One call of the API, taken apart."""

    name: str
    template: str
    path: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: dict[int, Upload] = field(default_factory=dict)

    def id(self, name: str) -> int:
        value = self.path[name]
        return int(value) if value.isdecimal() else 0

    @property
    def fields(self) -> Json:
        return self.body if isinstance(self.body, dict) else {}
