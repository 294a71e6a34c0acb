"""A message of the bot as a person sees it at this moment."""

from dataclasses import dataclass
from datetime import datetime

from .errors import Json
from .state import Message, World


@dataclass(frozen=True, slots=True)
class Seen:
    """A snapshot: read the chat again to see later edits. `text` is plain (a caption counts), `html` as the bot wrote it."""

    chat_id: int
    id: int
    text: str
    html: str
    entities: tuple[Json, ...]
    buttons: tuple[tuple[str, ...], ...]
    links: dict[str, str]
    edits: tuple[str, ...]
    pinned: bool
    deleted: bool
    at: datetime
    silent: bool
    photo: bytes | None
    document: tuple[str, bytes] | None
    reply_to: int | None
    thread: int | None
    reactions: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """All buttons in reading order."""
        return tuple(label for row in self.buttons for label in row)


def seen(world: World, message: Message) -> Seen:
    """What of `message` shows in the chat now."""
    rows = (message.markup or {}).get("inline_keyboard", [])
    body = message.body
    photo, document = body.get("photo"), body.get("document")
    return Seen(
        chat_id=message.chat.id,
        id=message.id,
        text=message.words,
        html=message.source,
        entities=tuple(body.get("entities") or body.get("caption_entities") or ()),
        buttons=tuple(tuple(one["text"] for one in row) for row in rows),
        links={one["text"]: one["url"] for row in rows for one in row if one.get("url")},
        edits=tuple(message.edits),
        pinned=message.pinned,
        deleted=message.deleted,
        at=message.at,
        silent=message.silent,
        photo=world.files[photo[-1]["file_id"]].content if photo else None,
        document=(document["file_name"], world.files[document["file_id"]].content) if document else None,
        reply_to=message.reply_to.id if message.reply_to else None,
        thread=message.thread,
        reactions=tuple(message.reactions.get(str(world.bot.id), ())),
    )


def seen_in(world: World, chat_id: int) -> list[Seen]:
    """Every message of the bot in that chat, oldest first, the deleted ones among them and marked."""
    return [seen(world, one) for one in world.chats[chat_id].messages.values() if one.sender is world.bot]
