"""People, as a test moves them: what they type, press, send, block. Each act returns the update it makes.

An update that does not reach the bot (privacy mode, not subscribed) comes back without an `update_id`.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .errors import Json
from .media import document_body, photo_body
from .seen import Seen
from .state import Account, Chat, Message, Query, World
from .wording import entities_in, reaches_bot

PIXEL = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (64).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"


@dataclass(frozen=True, slots=True)
class Group:
    """A group, supergroup or forum."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with a Telegram account."""

    world: World
    account: Account

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def name(self) -> str:
        return self.account.first_name

    def says(self, text: str, *, chat: Group | None = None, reply_to: Any = None, thread: int | None = None) -> Json:
        """Types `text` in DM, or in `chat`; `reply_to` is a `Seen`, an update or a message's JSON."""
        text = text.strip()
        found = entities_in(text)
        body = {"text": text} | ({"entities": found} if found else {})
        return self._sends(body, chat=chat, reply_to=reply_to, thread=thread)

    def sends_location(self, latitude: float, longitude: float, *, chat: Group | None = None, reply_to: Any = None) -> Json:
        return self._sends({"location": {"latitude": latitude, "longitude": longitude}}, chat=chat, reply_to=reply_to)

    def sends_document(
        self, name: str, content: bytes, *, caption: str | None = None, chat: Group | None = None, reply_to: Any = None
    ) -> Json:
        body = document_body(self.world.store(name, content, folder="documents"))
        return self._sends(body | _caption(caption), chat=chat, reply_to=reply_to)

    def sends_photo(
        self, content: bytes = PIXEL, *, caption: str | None = None, chat: Group | None = None, reply_to: Any = None
    ) -> Json:
        body = photo_body(self.world.store("photo.jpg", content, folder="photos"))
        return self._sends(body | _caption(caption), chat=chat, reply_to=reply_to)

    def edits(self, message: Any, text: str) -> Json:
        """Changes an own message; the bot gets `edited_message` if it could read the first version."""
        own = find(self.world, message)
        assert own.sender is self.account, f"{self.name} did not write that message"
        field = "text" if "text" in own.body else "caption"
        found = {f"{'caption_' if field == 'caption' else ''}entities": entities_in(text)}
        own.edits.append(own.words)
        own.body = {name: value for name, value in own.body.items() if "entities" not in name} | {field: text}
        own.body |= found if any(found.values()) else {}
        own.edited_at = self.world.now()
        return self._hands_over("edited_message", own)

    def presses(self, message: Any, label: str = "", *, data: str | None = None) -> Json:
        """Presses a button by its label (exact, or the only one that begins so), or one long gone by its `data`.

        A link to this bot with `?start=` opens the DM and sends `/start payload`, as the client does.
        """
        target = find(self.world, message)
        assert not target.deleted, f"{self.name} cannot press a deleted message: {target.words!r}"
        self._check_present(target.chat)
        button = {"callback_data": data} if data is not None else _button(target, label)
        if "callback_data" not in button:
            return self._follows(button)
        query = Query(str(next(self.world.numbers) + (1 << 60)), self.account, self.world.now())
        self.world.queries[query.id] = query
        press = {"id": query.id, "from": self.account.as_user(), "message": target.as_json()}
        return self.world.updates.put(
            "callback_query", press | {"chat_instance": target.chat.instance(), "data": button["callback_data"]}
        )

    def reacts(self, message: Any, *emoji: str) -> Json:
        """Sets these reactions; the bot hears of it only as an administrator who subscribed."""
        target = find(self.world, message)
        before, after = target.reactions.get(str(self.id), []), list(emoji)
        target.reactions[str(self.id)] = after
        body: Json = {"chat": target.chat.as_json(), "message_id": target.id, "user": self.account.as_user()}
        body |= {"date": int(self.world.now().timestamp())}
        body |= {"old_reaction": [{"type": "emoji", "emoji": one} for one in before]}
        body |= {"new_reaction": [{"type": "emoji", "emoji": one} for one in after]}
        hears = target.chat.private or self.world.bot_in(target.chat).status == "administrator"
        return self.world.updates.put("message_reaction", body) if hears else {"message_reaction": body}

    def blocks_bot(self) -> Json:
        self.account.blocked = True
        return self._bot_becomes("member", "kicked")

    def unblocks_bot(self) -> Json:
        self.account.blocked, self.account.started = False, True
        return self._bot_becomes("kicked", "member")

    def deletes_account(self) -> None:
        """From now on: 403 user is deactivated."""
        self.account.deactivated = True

    def _bot_becomes(self, old: str, new: str) -> Json:
        bot = self.world.bot.as_user()
        states = [{"user": bot, "status": status} | ({"until_date": 0} if status == "kicked" else {}) for status in (old, new)]
        change = {"old_chat_member": states[0], "new_chat_member": states[1], "date": int(self.world.now().timestamp())}
        chat = self.world.chats[self.id].as_json()
        return self.world.updates.put("my_chat_member", {"chat": chat, "from": self.account.as_user()} | change)

    def _sends(self, body: Json, *, chat: Group | None, reply_to: Any, thread: int | None = None) -> Json:
        where = self.world.chats[chat.id if chat else self.id]
        self._check_present(where)
        if where.private:
            assert not self.account.blocked, f"{self.name} blocked the bot and has to unblock it first"
            self.account.started = True
        quoted = find(self.world, reply_to) if reply_to is not None else None
        return self._hands_over("message", self.world.post(where, self.account, body, reply_to=quoted, thread=thread))

    def _check_present(self, chat: Chat) -> None:
        assert not self.account.deactivated, f"{self.name} deleted the account"
        assert chat.migrated_to is None, f"{chat.title} was upgraded: use the new group"
        member = chat.members.get(self.id)
        assert chat.id == self.id or (member is not None and member.present), f"{self.name} is not in {chat.title!r}"

    def _hands_over(self, kind: str, message: Message) -> Json:
        body = message.as_json()
        return self.world.updates.put(kind, body) if reaches_bot(self.world, message) else {kind: body}

    def _follows(self, button: Json) -> Json:
        link = urlsplit(str(button.get("url", "")))
        payload = parse_qs(link.query).get("start", [""])[0]
        own = link.hostname in ("t.me", "telegram.me") and link.path.strip("/").lower() == str(self.world.bot.username).lower()
        assert own, f"{button['text']!r} opens {button.get('url')!r}, which is no business of the bot's"
        return self.says(f"/start {payload}")


def _caption(text: str | None) -> Json:
    if not text:
        return {}
    found = entities_in(text)
    return {"caption": text} | ({"caption_entities": found} if found else {})


def _button(message: Message, label: str) -> Json:
    buttons: list[Json] = [one for row in (message.markup or {}).get("inline_keyboard", []) for one in row]
    matches = [one for one in buttons if one["text"] == label] or [one for one in buttons if one["text"].startswith(label)]
    labels = [one["text"] for one in buttons]
    assert len(matches) == 1, f"{len(matches)} buttons match {label!r} under {message.words[:60]!r}; there are {labels}"
    return matches[0]


def find(world: World, what: Any) -> Message:
    """The stored message meant by a `Seen`, an update, a `callback_query` or a message's JSON."""
    if isinstance(what, Seen):
        return world.chats[what.chat_id].messages[what.id]
    for key in ("message", "edited_message", "callback_query"):
        if key in what:
            return find(world, what[key])
    return world.chats[what["chat"]["id"]].messages[what["message_id"]]
