"""The routes of messages: send, edit, delete, read, react."""

from collections import Counter
from datetime import timedelta

from . import shapes
from .access import channel_of, check_may_send, may, message_of, need
from .composing import change, check_body, check_not_empty, check_rights, create, remove, where
from .errors import Json, bad, refused
from .limits import ANY_FLAGS
from .message_shapes import message as shape
from .snowflakes import instant
from .state import DEFAULT, REPLY, SPOKEN, Channel, Message, Request
from .world import World

NONCE_LIFE = timedelta(minutes=3)  # "the past few minutes"
BULK_AGE = timedelta(days=14)
REACTED = {0: 1 << 10, 1: 1 << 13}


def create_message(world: World, request: Request) -> Json:
    fields = request.fields
    check_body(fields, request.files)
    check_not_empty(fields, files=bool(request.files))
    channel = channel_of(world, request)
    check_may_send(world, channel)
    check_rights(world, channel, fields, request.files)
    same = _said_before(world, fields)
    if same is not None:
        return shape(world, same)
    reply_to, kind = _reply(world, channel, fields)
    message = create(world, channel, fields, request.files, kind=kind, reply_to=reply_to)
    if fields.get("nonce") is not None:
        message.nonce = fields["nonce"]
        world.nonces[str(message.nonce)] = message
    return shape(world, message)


def _said_before(world: World, fields: Json) -> Message | None:
    """With `enforce_nonce`: what was sent under this nonce in the past few minutes."""
    if not fields.get("enforce_nonce"):
        return None
    if fields.get("nonce") is None:
        raise bad("nonce", "enforce_nonce needs a nonce", "BASE_TYPE_REQUIRED")
    same = world.nonces.get(str(fields["nonce"]))
    return same if same is not None and world.now() - same.at <= NONCE_LIFE else None


def _reply(world: World, channel: Channel, fields: Json) -> tuple[Message | None, int]:
    reference = fields.get("message_reference")
    if not reference:
        return None, DEFAULT
    if reference.get("type"):
        raise bad("message_reference.type", "forwarding is not known to this fake", "UNKNOWN_TO_THE_FAKE")
    message = channel.messages.get(int(reference["message_id"]))
    if message is not None and not message.deleted and message.only_for is None:
        need(world, channel, *(["read_message_history"] if channel.guild else []))
        return message, REPLY
    if reference.get("fail_if_not_exists") is False:
        return None, DEFAULT
    refusal = bad("message_reference", "Unknown message", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE")
    refusal.defect = message is None
    raise refusal


def update_message(world: World, request: Request) -> Json:
    fields = request.fields
    channel = channel_of(world, request)
    message = message_of(channel, request.id("message_id"))
    check_body(fields, request.files, flags=ANY_FLAGS, of=message)
    if message.author is not world.bot:
        raise refused(50005)
    if message.kind not in SPOKEN:
        raise refused(50021)
    if channel.archived:
        raise refused(50083)
    check_rights(world, channel, fields, request.files)
    after = {"content": message.content, "embeds": message.embeds, "components": message.components} | fields
    check_not_empty(after, files=bool(request.files or fields.get("attachments", message.files)))
    return shape(world, change(world, message, fields, request.files))


def delete_message(world: World, request: Request) -> None:
    channel = channel_of(world, request)
    message = message_of(channel, request.id("message_id"))
    if message.author is not world.bot:
        if channel.guild is None:
            raise refused(50003)
        need(world, channel, "manage_messages")
    if channel.archived:
        raise refused(50083)
    remove(world, message)


def bulk_delete_messages(world: World, request: Request) -> None:
    channel = channel_of(world, request)
    if channel.guild is None:
        raise refused(50003)
    need(world, channel, "manage_messages")
    for number in {int(one) for one in request.fields["messages"]}:
        if world.now() - instant(number) > BULK_AGE:
            raise bad("messages", "A message you tried to delete is too old.", "BULK_DELETE_TOO_OLD")
        if number in channel.messages and not channel.messages[number].deleted:
            remove(world, channel.messages[number])


def get_message(world: World, request: Request) -> Json:
    channel = channel_of(world, request, *_history(world, request))
    return shape(world, message_of(channel, request.id("message_id")))


def _history(world: World, request: Request) -> list[str]:
    channel = world.channels.get(request.id("channel_id"))
    return ["read_message_history"] if channel is not None and channel.guild else []


def list_messages(world: World, request: Request) -> list[Json]:
    channel = channel_of(world, request)
    if channel.guild is not None and not may(world, channel, "read_message_history"):
        return []
    limit = page_size(request, 50, 100)
    there = [one for one in channel.messages.values() if not one.deleted and one.only_for is None]
    if "before" in request.query:
        there = [one for one in there if one.id < int(request.query["before"])]
    if "after" in request.query:
        return [shape(world, one) for one in [one for one in there if one.id > int(request.query["after"])][:limit][::-1]]
    if "around" in request.query:
        there = sorted(there, key=lambda one: abs(one.id - int(request.query["around"])))[:limit]
        return [shape(world, one) for one in sorted(there, key=lambda one: -one.id)]
    return [shape(world, one) for one in there[::-1][:limit]]


def page_size(request: Request, usual: int, most: int) -> int:
    """The `limit` of a listing."""
    given = request.query.get("limit", str(usual))
    if not given.isdecimal() or not 1 <= int(given) <= most:
        raise bad("limit", f"int value should be between 1 and {most}.", "NUMBER_TYPE_MAX")
    return int(given)


def trigger_typing_indicator(world: World, request: Request) -> None:
    check_may_send(world, channel_of(world, request))


def add_my_message_reaction(world: World, request: Request) -> None:
    channel = channel_of(world, request)
    message, emoji = message_of(channel, request.id("message_id")), request.path["emoji_name"]
    if channel.guild is not None:
        need(world, channel, "read_message_history", *([] if emoji in message.reactions else ["add_reactions"]))
    if not emoji or emoji.isascii():
        raise refused(10014)  # a guild's own emoji are not known to this fake
    who = message.reactions.setdefault(emoji, [])
    if world.bot.id not in who:
        who.append(world.bot.id)
        _reaction_told(world, "MESSAGE_REACTION_ADD", message, emoji)


def delete_my_message_reaction(world: World, request: Request) -> None:
    message = message_of(channel_of(world, request), request.id("message_id"))
    emoji = request.path["emoji_name"]
    counted = Counter(message.reactions.get(emoji, []))
    if not counted[world.bot.id]:
        raise refused(10014, defect=False)
    message.reactions[emoji].remove(world.bot.id)
    if not message.reactions[emoji]:
        del message.reactions[emoji]
    _reaction_told(world, "MESSAGE_REACTION_REMOVE", message, emoji)


def _reaction_told(world: World, name: str, message: Message, emoji: str) -> None:
    data: Json = {"user_id": str(world.bot.id), "channel_id": str(message.channel.id), "message_id": str(message.id)}
    data |= {"emoji": {"id": None, "name": emoji}, "burst": False, "type": 0, "message_author_id": str(message.author.id)}
    guild = message.channel.guild
    if guild is not None and name.endswith("ADD"):
        data["member"] = shapes.member(guild.members[world.bot.id])
    world.tell(name, data | where(message.channel), REACTED[0 if guild else 1])
