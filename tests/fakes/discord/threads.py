"""The routes of channels, threads and forum posts."""

from typing import Any

from . import shapes
from .access import channel_of, guild_of, may, message_of, need
from .composing import check_body, check_not_empty, create
from .errors import Json, bad, refused
from .message_shapes import message as message_shape
from .snowflakes import iso
from .state import DM, FORUM, NEWS, PRIVATE_THREAD, PUBLIC_THREAD, TEXT, THREAD_CREATED, Channel, Request
from .world import World

ARCHIVES_AFTER = (60, 1440, 4320, 10080)
GUILDS = 1 << 0


def get_channel(world: World, request: Request) -> Json:
    return shapes.channel(channel_of(world, request), me=world.bot.id)


def update_channel(world: World, request: Request) -> Json:
    """Rename a channel; of a thread also archive, lock, tag."""
    channel, fields = channel_of(world, request), request.fields
    if channel.guild is None:
        raise refused(50024)
    if channel.is_thread:
        _change_thread(world, channel, fields)
    else:
        need(world, channel, "manage_channels")
        channel.topic = fields.get("topic", channel.topic)
    channel.name = fields.get("name", channel.name)
    shown = shapes.channel(channel, me=world.bot.id)
    world.tell("THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE", shown, GUILDS)
    return shown


def _change_thread(world: World, thread: Channel, fields: Json) -> None:
    only_opens = set(fields) <= {"archived"} and fields.get("archived") is False and not thread.locked
    mine = thread.owner_id == world.bot.id and not thread.locked and "locked" not in fields
    if not (only_opens or mine):
        need(world, thread, "manage_threads")
    if thread.archived and fields.get("archived") is not False:
        raise refused(50083)
    if "archived" in fields:
        thread.archived, thread.archived_at = bool(fields["archived"]), world.now()
    thread.locked = bool(fields.get("locked", thread.locked))
    thread.archives_after = fields.get("auto_archive_duration", thread.archives_after)
    if "applied_tags" in fields and thread.parent is not None:
        thread.applied_tags = _tags(thread.parent, fields["applied_tags"])


def delete_channel(world: World, request: Request) -> Json:
    channel = channel_of(world, request)
    if channel.kind == DM:
        return shapes.channel(channel)
    need(world, channel, "manage_threads" if channel.is_thread else "manage_channels")
    channel.deleted = True
    shown = shapes.channel(channel)
    world.tell("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", shown, GUILDS)
    return shown


def create_thread_from_message(world: World, request: Request) -> Json:
    channel = _parent(world, request, "create_public_threads")
    message = message_of(channel, request.id("message_id"))
    if message.thread is not None:
        raise refused(160004, defect=not message.unsure)
    thread = _open(world, channel, request.fields, PUBLIC_THREAD, number=message.id)
    message.thread = thread
    return _told(world, thread)


def create_thread(world: World, request: Request) -> Json:
    """Without a message, or in a forum with its first one."""
    channel = world.channels.get(request.id("channel_id"))
    if channel is not None and channel.kind == FORUM:
        return _create_post(world, request)
    kind = request.fields.get("type", PRIVATE_THREAD)
    channel = _parent(world, request, "create_private_threads" if kind == PRIVATE_THREAD else "create_public_threads")
    thread = _open(world, channel, request.fields, kind)
    if kind == PUBLIC_THREAD:
        notice = world.post(channel, world.bot, thread.name, kind=THREAD_CREATED)
        notice.quotes = (thread.id, 0)
    return _told(world, thread)


def _create_post(world: World, request: Request) -> Json:
    forum, fields = channel_of(world, request, "send_messages"), request.fields
    first = fields.get("message") or {}
    check_body(first, request.files)
    check_not_empty(first, files=bool(request.files))
    tags = _tags(forum, fields.get("applied_tags"))
    if forum.needs_tag and not tags:
        raise refused(40067)
    thread = _open(world, forum, fields, PUBLIC_THREAD)
    thread.applied_tags = tags
    shown = _told(world, thread)
    message = create(world, thread, first, request.files)
    del thread.messages[message.id]
    message.id = thread.id  # a post's first message has the post's id
    thread.messages[message.id] = world.messages[message.id] = message
    return shown | {"message": message_shape(world, message)}


def _tags(forum: Channel, given: Any) -> list[int]:
    known = {str(one["id"]) for one in forum.tags}
    wanted = [str(one) for one in given or []]
    if len(wanted) > 5:
        raise bad("applied_tags", "Must be 5 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    if not set(wanted) <= known:
        raise refused(10087)
    return [int(one) for one in wanted]


def _parent(world: World, request: Request, right: str) -> Channel:
    channel = channel_of(world, request)
    if channel.kind not in (TEXT, NEWS):
        raise refused(50024)
    need(world, channel, right)
    return channel


def _open(world: World, channel: Channel, fields: Json, kind: int, *, number: int | None = None) -> Channel:
    name, after = fields.get("name") or "", fields.get("auto_archive_duration") or 1440
    if not 1 <= len(name) <= 100:
        raise bad("name", "Must be between 1 and 100 in length.", "BASE_TYPE_BAD_LENGTH")
    if after not in ARCHIVES_AFTER:
        raise bad("auto_archive_duration", f"Value must be one of {ARCHIVES_AFTER}.", "BASE_TYPE_CHOICES")
    assert channel.guild is not None
    thread = world.new_channel(channel.guild, name, kind=kind, parent=channel)
    if number is not None:
        del world.channels[thread.id], channel.guild.channels[thread.id]
        thread.id = number  # a thread has the id of the message it began with
        world.channels[number] = channel.guild.channels[number] = thread
    thread.owner_id, thread.archives_after = world.bot.id, after
    thread.joined[world.bot.id] = world.now()
    return thread


def _told(world: World, thread: Channel) -> Json:
    shown = shapes.channel(thread, me=world.bot.id)
    world.tell("THREAD_CREATE", shown | {"newly_created": True}, GUILDS)
    return shown


def list_public_archived_threads(world: World, request: Request) -> Json:
    return _archived(world, request, PUBLIC_THREAD)


def list_private_archived_threads(world: World, request: Request) -> Json:
    need(world, channel_of(world, request), "manage_threads")
    return _archived(world, request, PRIVATE_THREAD)


def _archived(world: World, request: Request, kind: int) -> Json:
    channel = channel_of(world, request, "read_message_history")
    guild = channel.guild
    there = [one for one in (guild.channels.values() if guild else ()) if one.parent is channel and one.kind == kind]
    there = [one for one in there if one.archived and not one.deleted]
    there.sort(key=lambda one: iso(one.archived_at or world.now()), reverse=True)
    limit = int(request.query.get("limit", "50"))
    return _listed(world, there[:limit]) | {"has_more": len(there) > limit}


def get_active_guild_threads(world: World, request: Request) -> Json:
    guild = guild_of(world, request)
    there = [one for one in guild.channels.values() if one.is_thread and not one.archived and not one.deleted]
    return _listed(world, [one for one in there if may(world, one, "view_channel")]) | {"has_more": False}


def _listed(world: World, threads: list[Channel]) -> Json:
    members = [shapes.thread_member(one, world.bot.id) for one in threads if world.bot.id in one.joined]
    return {"threads": [shapes.channel(one, me=world.bot.id) for one in threads], "members": members}


def join_thread(world: World, request: Request) -> None:
    thread = _thread(world, request)
    if world.bot.id not in thread.joined:
        thread.joined[world.bot.id] = world.now()
        world.tell("THREAD_MEMBER_UPDATE", shapes.thread_member(thread, world.bot.id) | _guild_of(thread), GUILDS)


def leave_thread(world: World, request: Request) -> None:
    _thread(world, request).joined.pop(world.bot.id, None)


def add_thread_member(world: World, request: Request) -> None:
    thread = _thread(world, request)
    if thread.guild is None or request.id("user_id") not in thread.guild.members:
        raise refused(10007)
    thread.joined.setdefault(request.id("user_id"), world.now())


def _thread(world: World, request: Request) -> Channel:
    thread = channel_of(world, request)
    if not thread.is_thread:
        raise refused(50024)
    if thread.archived:
        raise refused(50083)
    return thread


def _guild_of(channel: Channel) -> Json:
    return {"guild_id": str(channel.guild.id)} if channel.guild else {}
