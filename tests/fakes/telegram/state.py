"""What Telegram remembers: accounts, chats, messages, files. Plain records; the rules are elsewhere."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from .errors import Json
from .updates import Updates

FIRST_USER, FIRST_GROUP, FIRST_SUPERGROUP = 5_000_000_001, -4_000_000_001, -1_002_000_000_001  # all beyond 32 bits
ADMIN_RIGHTS = ("can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
                "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
                "can_pin_messages", "can_manage_topics", "can_manage_tags")  # fmt: skip
MEMBER_RIGHTS = ("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
                 "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
                 "can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users",
                 "can_pin_messages", "can_manage_topics")  # fmt: skip
PRESENT = ("creator", "administrator", "member")


@dataclass(slots=True, eq=False)
class Account:
    """A person or the bot."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language: str | None = None
    is_bot: bool = False
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    def as_user(self) -> Json:
        user: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        extras = {"last_name": self.last_name, "username": self.username, "language_code": self.language}
        return user | {name: value for name, value in extras.items() if value}


@dataclass(slots=True, eq=False)
class Member:
    """Someone's standing in a chat; `rights` only for administrators and the restricted."""

    account: Account
    status: str = "member"
    rights: dict[str, bool] = field(default_factory=dict)
    tag: str | None = None

    @property
    def present(self) -> bool:
        return self.status in PRESENT or self.status == "restricted"

    def may(self, right: str) -> bool:
        return self.status == "creator" or (self.status == "administrator" and self.rights.get(right, False))

    def as_json(self) -> Json:
        known: Json = {"user": self.account.as_user(), "status": self.status}
        match self.status:
            case "creator":
                return known | {"is_anonymous": False}
            case "administrator":
                return known | {name: self.rights.get(name, False) for name in ADMIN_RIGHTS} | {
                    "can_manage_chat": True, "can_be_edited": False, "is_anonymous": False,
                }  # fmt: skip
            case "restricted":
                rights = {name: self.rights.get(name, True) for name in MEMBER_RIGHTS}
                return known | rights | {"is_member": True, "until_date": 0} | self._tagged()
            case "kicked":
                return known | {"until_date": 0}
            case "member":
                return known | self._tagged()
            case _:
                return known

    def _tagged(self) -> Json:
        return {"tag": self.tag} if self.tag else {}


@dataclass(slots=True, eq=False)
class Topic:
    id: int
    name: str
    closed: bool = False


@dataclass(slots=True, eq=False, repr=False)  # they know each other: a repr would print everything
class Chat:
    """A private chat (with `account`), a group or a supergroup."""

    id: int
    kind: str
    title: str = ""
    account: Account | None = None
    forum: bool = False
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, "Message"] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    pins: list[int] = field(default_factory=list)
    migrated_to: int | None = None
    last_id: int = 0

    @property
    def private(self) -> bool:
        return self.account is not None

    def new_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def instance(self) -> str:
        return str(int.from_bytes(hashlib.sha256(str(self.id).encode()).digest()[:8], "big", signed=True))

    def as_json(self) -> Json:
        if self.account is not None:
            user = self.account.as_user()
            return {name: user[name] for name in ("id", "first_name", "last_name", "username") if name in user} | {
                "type": "private"
            }
        whole: Json = {"id": self.id, "type": self.kind, "title": self.title}
        if self.kind == "group":
            whole["all_members_are_administrators"] = False
        return whole | ({"is_forum": True} if self.forum else {})


@dataclass(slots=True, eq=False, repr=False)  # they know each other: a repr would print everything
class Message:
    """One message as it stands now; `body` holds the fields that make its content, `source` the text as the bot wrote it."""

    chat: Chat
    id: int
    sender: Account
    at: datetime
    body: Json
    source: str = ""
    markup: Json | None = None
    reply_to: "Message | None" = None
    thread: int | None = None
    silent: bool = False
    edited_at: datetime | None = None
    edits: list[str] = field(default_factory=list)
    reactions: Json = field(default_factory=dict)
    pinned: bool = False
    deleted: bool = False
    unsure: bool = False  # an answer about it was lost on the way: the bot may repeat itself

    @property
    def words(self) -> str:
        return str(self.body.get("text", self.body.get("caption", "")))

    def as_json(self, *, quoted: bool = False) -> Json:
        whole: Json = {"message_id": self.id, "from": self.sender.as_user(), "chat": self.chat.as_json()}
        whole["date"] = int(self.at.timestamp())
        whole |= self.body
        if self.edited_at is not None:
            whole["edit_date"] = int(self.edited_at.timestamp())
        if self.thread is not None:
            whole |= {"message_thread_id": self.thread, "is_topic_message": True}
        if self.reply_to is not None and not quoted and not self.reply_to.deleted:
            whole["reply_to_message"] = self.reply_to.as_json(quoted=True)
        if self.markup is not None:
            whole["reply_markup"] = self.markup
        return whole


@dataclass(slots=True, eq=False)
class Query:
    """A press of a button that waits for its answer."""

    id: str
    account: Account
    at: datetime
    answered: bool = False


@dataclass(frozen=True, slots=True)
class StoredFile:
    id: str
    path: str
    name: str
    content: bytes

    def as_json(self) -> Json:
        return {"file_id": self.id, "file_unique_id": f"u{self.id}", "file_size": len(self.content)}


@dataclass(slots=True, eq=False, repr=False)
class World:
    """All of it, with the clock in the test's hand."""

    now: Callable[[], datetime]
    bot: Account
    updates: Updates
    privacy: bool = True
    accounts: dict[int, Account] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    toasts: dict[int, list[tuple[str, bool]]] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    user_ids: "count[int]" = field(default_factory=lambda: count(FIRST_USER))
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def new_account(self, first_name: str, *, last_name: str | None, username: str | None, language: str | None) -> Account:
        account = Account(next(self.user_ids), first_name, last_name, username, language)
        self.accounts[account.id] = account
        self.chats[account.id] = Chat(account.id, "private", account=account)
        return account

    def new_group(self, title: str, *, supergroup: bool, forum: bool) -> Chat:
        first, kind = (FIRST_SUPERGROUP, "supergroup") if supergroup else (FIRST_GROUP, "group")
        chat = Chat(first - next(self.numbers), kind, title, forum=forum)
        chat.members[self.bot.id] = Member(self.bot, "left")
        self.chats[chat.id] = chat
        return chat

    def store(self, name: str, content: bytes, *, folder: str) -> StoredFile:
        number = next(self.numbers)
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        kept = StoredFile(f"BQACAgIAAxk{number:08d}", f"{folder}/file_{number}.{suffix}", name, content)
        self.files[kept.id] = self.files[kept.path] = kept
        return kept

    def post(
        self, chat: Chat, sender: Account, body: Json, *, reply_to: Message | None = None, thread: int | None = None
    ) -> Message:
        """Put a message into a chat, under the chat's next id."""
        message = Message(chat, chat.new_id(), sender, self.now(), body, reply_to=reply_to, thread=thread)
        chat.messages[message.id] = message
        return message

    def bot_in(self, chat: Chat) -> Member:
        return chat.members[self.bot.id]
