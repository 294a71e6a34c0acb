"""The routes of pins: the current ones, and those that answered before 2025."""

from .access import channel_of, may, message_of, need
from .composing import intent_for, pins_changed
from .errors import Json, refused
from .message_shapes import event
from .message_shapes import message as shape
from .messages import page_size
from .snowflakes import iso
from .state import PIN_NOTICE, SPOKEN, Channel, Message, Request
from .world import World

MOST = 250


def pin(world: World, request: Request) -> None:
    channel, message = _pinnable(world, request)
    if message.pinned:
        return
    if len(channel.pins) >= MOST:
        raise refused(30003)
    message.pinned = True
    channel.pins.append((message.id, world.now()))
    notice = world.post(channel, world.bot, kind=PIN_NOTICE)
    notice.quotes = (channel.id, message.id)
    world.tell("MESSAGE_CREATE", event(world, notice), intent_for(channel))
    _pins_told(world, message)


def unpin(world: World, request: Request) -> None:
    channel, message = _pinnable(world, request)
    if not message.pinned:
        raise refused(10008)
    message.pinned = False
    channel.pins = [one for one in channel.pins if one[0] != message.id]
    _pins_told(world, message)


def _pins_told(world: World, message: Message) -> None:
    pins_changed(world, message.channel)
    world.tell("MESSAGE_UPDATE", event(world, message), intent_for(message.channel))


def _pinnable(world: World, request: Request) -> tuple[Channel, Message]:
    channel = channel_of(world, request)
    message = message_of(channel, request.id("message_id"))
    if channel.guild is not None:
        need(world, channel, "pin_messages", "read_message_history")
    if message.kind not in SPOKEN:
        raise refused(50021)
    if channel.archived:
        raise refused(50083)
    return channel, message


def list_pins(world: World, request: Request) -> Json:
    channel = channel_of(world, request)
    if channel.guild is not None and not may(world, channel, "read_message_history"):
        return {"items": [], "has_more": False}
    newest = channel.pins[::-1]
    if "before" in request.query:
        newest = [one for one in newest if iso(one[1]) < request.query["before"]]
    limit = page_size(request, 50, 50)
    items = [{"pinned_at": iso(at), "message": shape(world, channel.messages[number])} for number, at in newest[:limit]]
    return {"items": items, "has_more": len(newest) > limit}


def deprecated_list_pins(world: World, request: Request) -> list[Json]:
    channel = channel_of(world, request)
    return [shape(world, channel.messages[number]) for number, _ in channel.pins[::-1][:50]]
