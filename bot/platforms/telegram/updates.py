"""Telegram's raw updates: who sent one and when, and what it says as an event."""

from datetime import UTC, datetime
from typing import Any, Final

from bot import buttons
from bot.events import BotMoved, Chat, ChatMoved, Event, File, MemberLeft, Person, Pressed, Reach, Said
from bot.store.inbox import Raw

PLATFORM: Final = "telegram"
ALLOWED: Final = ("message", "callback_query", "my_chat_member", "chat_member")
_MEMBERS: Final = {"member", "administrator", "creator", "restricted"}
_ADMINS: Final = {"administrator", "creator"}

Json = dict[str, Any]


def raw(update: Json, *, bot: str, received_at: datetime) -> Raw:
    """An update as the inbox keeps it. Its line is the person, who is answered in order; a chat where nobody is named."""
    try:
        line, sent_at = _whose(update), _sent(update) or received_at
    except (AttributeError, TypeError, ValueError, OverflowError):  # a shape unheard of is kept all the same
        line, sent_at = 0, received_at
    owner = f"{PLATFORM}:{line}"[:64]
    return Raw(bot=bot, update=str(update["update_id"]), line=owner, sent_at=min(sent_at, received_at), raw=update)


def is_update(value: Any) -> bool:
    """Whether what came from outside is an update at all."""
    return isinstance(value, dict) and isinstance(value.get("update_id"), int)


def ref(chat: int, message: int) -> str:
    """A message as the bot names it: Telegram counts messages anew in every group, so the number alone names several."""
    return f"{chat}/{message}"


def message_id(ref: str) -> int:
    """Telegram's number of the message in its chat."""
    return int(ref.rpartition("/")[2])


def _body(update: Json) -> Json:
    return next((update[key] for key in ALLOWED if key in update), {})


def _whose(update: Json) -> int:
    body = _body(update)
    chat = body.get("chat") or (body.get("message") or {}).get("chat") or {}
    return int((body.get("from") or {}).get("id") or chat.get("id") or 0)


def _sent(update: Json) -> datetime | None:
    stamp = _body(update).get("date")
    return None if stamp is None else datetime.fromtimestamp(stamp, UTC)


def read(update: Json, *, received_at: datetime, own: str = "") -> Event | None:
    """What an update says; None where it is nothing to us. KeyError, TypeError or ValueError for a shape unheard of.

    `own` is the username of this bot.
    """
    match update:
        case {"message": message}:
            return _message(message, received_at=received_at, own=own)
        case {"callback_query": press}:
            return _press(press, received_at=received_at)
        case {"my_chat_member": moved}:
            return _bot_moved(moved)
        case {"chat_member": moved}:
            return _member_moved(moved)
        case _:
            return None


def rights(member: Json) -> dict[str, bool]:
    """What a member may do in a group, in words of ours: post, pin, tag, and whether it administers the group."""
    status = member.get("status")
    admin = status in _ADMINS
    pin = bool(member.get("can_pin_messages", status == "creator"))
    return {
        "admin": admin,
        "post": admin or bool(member.get("can_send_messages", status == "member")),
        "pin": pin and status in _MEMBERS,
        "tag": admin and bool(member.get("can_manage_tags", pin)),
    }


def is_admin(member: Json) -> bool:
    """Whether a member administers the group."""
    return member.get("status") in _ADMINS


def _message(message: Json, *, received_at: datetime, own: str) -> Event | None:
    at = min(_at(message), received_at)  # a clock behind Telegram's does not make answers wait
    if "migrate_to_chat_id" in message:
        return ChatMoved(_chat(message), at, str(message["migrate_to_chat_id"]))
    if "left_chat_member" in message and not message["left_chat_member"].get("is_bot"):
        return MemberLeft(_person(message["left_chat_member"]), _chat(message), at)
    sender = message.get("from")
    if sender is None or sender.get("is_bot") or "sender_chat" in message or message["chat"]["type"] == "channel":
        return None  # channels, their posts forwarded to a group, anonymous administrators: nobody whose promise it could be
    replied = message.get("reply_to_message")
    said = Said(
        person=_person(sender),
        chat=_chat(message),
        at=at,
        ref=_ref(message),
        words=_clean(message.get("text") or message.get("caption") or ""),
        reply_to=_ref(replied) if replied else None,
        to_bot=bool(own and replied and replied.get("from", {}).get("username") == own),
        file=_file(message.get("document")),
        photo=message["photo"][-1]["file_id"] if message.get("photo") else None,
        location=(message["location"]["latitude"], message["location"]["longitude"]) if "location" in message else None,
    )
    return said if said.words or said.file or said.photo or said.location else None


def _press(press: Json, *, received_at: datetime) -> Event | None:
    message = press.get("message")
    if message is None:
        return None  # under an inline message: we send none
    return Pressed(
        person=_person(press["from"]),
        chat=_chat(message),
        at=received_at,
        ref=_ref(message),
        action=buttons.decode(press.get("data", "")),
        answer_to=press["id"],
    )


def _bot_moved(moved: Json) -> Event:
    old, new, chat = moved["old_chat_member"], moved["new_chat_member"], _chat(moved)
    person, at = _person(moved["from"]), _at(moved)
    present = _present(new)
    if chat.private:
        return Reach(person, chat, at, reachable=present)
    return BotMoved(person, chat, at, present=present, newly=present and not _present(old), rights=rights(new))


def _member_moved(moved: Json) -> Event | None:
    member = moved["new_chat_member"]
    if _present(member) or member["user"].get("is_bot"):
        return None
    return MemberLeft(_person(member["user"]), _chat(moved), _at(moved))


def _present(member: Json) -> bool:
    status = member["status"]
    return status in _MEMBERS and (status != "restricted" or bool(member.get("is_member", True)))


def _ref(message: Json) -> str:
    return ref(message["chat"]["id"], message["message_id"])


def _clean(text: str) -> str:
    """Text without what no database takes: halves of characters and NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _at(body: Json) -> datetime:
    return datetime.fromtimestamp(body["date"], UTC)


def _person(user: Json) -> Person:
    name = " ".join(part for part in (user.get("first_name"), user.get("last_name")) if part)
    language = str(user.get("language_code") or "en").split("-")[0]
    return Person(PLATFORM, str(user["id"]), name or user.get("username") or "?", user.get("username"), language)


def _chat(body: Json) -> Chat:
    chat = body["chat"]
    topic = str(body["message_thread_id"]) if body.get("is_topic_message") and "message_thread_id" in body else None
    return Chat(PLATFORM, str(chat["id"]), chat["type"] == "private", chat.get("title", ""), topic)


def _file(document: Json | None) -> File | None:
    if document is None:
        return None
    return File(document["file_id"], document.get("file_name") or "file", int(document.get("file_size") or 0))
