"""From a request's body to a message: text, embeds, buttons and files, checked and put on it."""

from typing import Any

from . import limits, mentions
from .access import may
from .components import given, rows_of
from .errors import Json, bad, refused
from .message_shapes import event
from .snowflakes import iso
from .state import LOADING, SILENT, SUPPRESS_EMBEDS, Channel, Message, Stored, Upload, User
from .wording import plain
from .world import World

GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 9, 1 << 12


def intent_for(channel: Channel) -> int:
    """The intent without which the gateway says nothing of messages there."""
    return DIRECT_MESSAGES if channel.guild is None else GUILD_MESSAGES


def check_body(fields: Json, files: dict[int, Upload], *, flags: int = limits.FLAGS, of: Message | None = None) -> None:
    """Everything that can be refused before anything is done; `of` is the message to be edited."""
    named = {str(one["id"]) for one in fields.get("attachments") or []}
    strangers = named - {str(one.id) for one in (of.files if of else ())} - {str(one) for one in files}
    if strangers:
        raise bad("attachments", f"no such attachment: {', '.join(sorted(strangers))}", "ATTACHMENT_NOT_FOUND")
    limits.check(fields, flags=flags)
    limits.check_files(files)
    mentions.check(fields.get("allowed_mentions"))
    rows_of(fields.get("components"))


def check_not_empty(fields: Json, *, files: bool) -> None:
    """50006 where nothing would be shown."""
    if not ((fields.get("content") or "").strip() or fields.get("embeds") or fields.get("components") or files):
        raise refused(50006)


def check_rights(world: World, channel: Channel, fields: Json, files: dict[int, Upload]) -> None:
    """50013 for embeds and files the bot may not post there."""
    if channel.guild is None:
        return
    if (fields.get("embeds") and not may(world, channel, "embed_links")) or (files and not may(world, channel, "attach_files")):
        raise refused(50013)


def fill(world: World, message: Message, fields: Json, files: dict[int, Upload]) -> None:
    """Put the body on the message; what it does not name stays as it is."""
    if "content" in fields:
        message.content = (fields["content"] or "").strip()
    if "embeds" in fields:
        message.embeds = [given(one) for one in fields["embeds"] or []]
    if "components" in fields:
        message.components = rows_of(fields["components"])
    if "attachments" in fields or files:
        message.files = _attached(world, message, fields.get("attachments"), files)
    if fields.get("flags") is not None:
        message.flags = (message.flags & ~SUPPRESS_EMBEDS) | (fields["flags"] & SUPPRESS_EMBEDS)
    message.flags &= ~LOADING
    mentions.settle(world, message, fields.get("allowed_mentions"))


def _attached(world: World, message: Message, named: Any, files: dict[int, Upload]) -> list[Stored]:
    """The files that stay (named by id) and those that came now (named by their number)."""
    described = {str(one["id"]): one for one in named or []}
    kept = [one for one in message.files if named is None or str(one.id) in described]
    new = []
    for number, upload in sorted(files.items()):
        about = described.get(str(number), {})
        upload.name = about.get("filename") or upload.name
        new.append(world.store(message.channel, upload, description=about.get("description")))
    return kept + new


def create(
    world: World,
    channel: Channel,
    fields: Json,
    files: dict[int, Upload],
    *,
    kind: int = 0,
    only_for: User | None = None,
    reply_to: Message | None = None,
    interaction: Json | None = None,
) -> Message:
    """A message of the bot's, told to the gateway unless it is ephemeral."""
    message = world.post(channel, world.bot, kind=kind)
    message.only_for, message.interaction, message.reply_to = only_for, interaction, reply_to
    message.flags = (fields.get("flags") or 0) & SILENT
    if reply_to is not None:
        message.quotes = (reply_to.channel.id, reply_to.id)
    fill(world, message, fields, files)
    if channel.is_thread and channel.archived:
        channel.archived = False  # writing opens it again
    if only_for is None:
        world.tell("MESSAGE_CREATE", event(world, message), intent_for(channel))
    return message


def change(world: World, message: Message, fields: Json, files: dict[int, Upload]) -> Message:
    """Edit a message, and remember how it read before; nobody is notified, even where it only now says something."""
    before = "" if message.loading else plain(world, message)
    was_loading, notified = message.loading, message.notified
    fill(world, message, fields, files)
    message.notified = notified
    if before != plain(world, message) and not was_loading:
        message.edits.append(before)
    if not was_loading:
        message.edited_at = world.now()
    if message.only_for is None:
        world.tell("MESSAGE_UPDATE", event(world, message), intent_for(message.channel))
    return message


def remove(world: World, message: Message) -> None:
    """Delete a message, and its pin with it."""
    message.deleted, message.pinned = True, False
    channel = message.channel
    channel.pins = [pin for pin in channel.pins if pin[0] != message.id]
    if message.only_for is None:
        gone = {"id": str(message.id), "channel_id": str(channel.id)}
        world.tell("MESSAGE_DELETE", gone | where(channel), intent_for(channel))


def where(channel: Channel) -> Json:
    """The guild of a channel, as events name it."""
    return {"guild_id": str(channel.guild.id)} if channel.guild else {}


def pins_changed(world: World, channel: Channel) -> None:
    """CHANNEL_PINS_UPDATE."""
    last = iso(channel.pins[-1][1]) if channel.pins else None
    data = {"channel_id": str(channel.id), "last_pin_timestamp": last} | where(channel)
    world.tell("CHANNEL_PINS_UPDATE", data, 1 if channel.guild else DIRECT_MESSAGES)
