"""What the sandbox's page is told: the world, its messages as they come and change, its clock, and the answers to taps."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import asdict
from typing import Any, Final

from bot.domain.plans import MAX_FILE_BYTES
from bot.platforms.sandbox.updates import BOT, GROUP, GROUP_TITLE, LEO, NAMES, NORA, YOU
from bot.sandbox.world import World
from bot.store import sandbox
from bot.store.sandbox import Shown

Json = dict[str, Any]
Told = tuple[str, Json]  # a kind of news, and what there is to say

MAX_WORDS: Final = 4096  # characters; as on Telegram
MAX_PHOTO_BYTES: Final = 4 * 1024 * 1024
_FIRST: Final = 300  # messages of a chat that a page is given when it opens
_AT_ONCE: Final = 500
_HEARTBEAT_SECONDS: Final = 15
_CHATS: Final = (YOU, GROUP)


async def watch(world: World, *, code: str, since: int) -> AsyncGenerator[Told]:
    """Tell what a page does not know, then what happens, until the world ends.

    The page knows the world called `code` up to the revision `since`; of another it knows nothing. A "beat" is told where
    nothing happens for a while.
    """
    world.watchers += 1
    try:
        known, told = code, world.chats.toasts[-1].number if world.chats.toasts else 0
        began = False
        while not world.closed:
            changed = world.chats.changed
            if not began or world.row.code != known:
                since = since if world.row.code == known else 0
                began, known = True, world.row.code
                yield "world", _world(world)
            messages = await _news(world, since)
            for message in messages:
                yield "message", _message(message)
                since = max(since, message.revision)
            yield "state", await _state(world)
            for toast in [one for one in world.chats.toasts if one.number > told]:
                told = toast.number
                yield "toast", {"press": toast.press, "text": toast.text}
            while len(messages) < _AT_ONCE and not changed.is_set():
                try:
                    async with asyncio.timeout(_HEARTBEAT_SECONDS):
                        await changed.wait()
                except TimeoutError:
                    yield "beat", {}
    finally:
        world.watchers -= 1


async def _news(world: World, since: int) -> list[Shown]:
    async with world.engine.database.read() as tx:
        if since:
            return await sandbox.changed_since(tx, since, chats=_CHATS, limit=_AT_ONCE)
        return [message for chat in _CHATS for message in await sandbox.recent(tx, chat, limit=_FIRST)]


def _world(world: World) -> Json:
    return {
        "code": world.row.code,
        "bot": {"name": NAMES[BOT], "username": world.chats.name},
        "group": {"title": GROUP_TITLE, "members": [NAMES[who] for who in (YOU, NORA, LEO)]},
        "commands": [asdict(entry) for entry in world.chats.menu],
        "limits": {"words": MAX_WORDS, "file_bytes": MAX_FILE_BYTES, "photo_bytes": MAX_PHOTO_BYTES},
    }


def _message(message: Shown) -> Json:
    kind = message.author if message.author in {BOT, YOU} else "other"
    return {
        "id": message.id,
        "revision": message.revision,
        "chat": "group" if message.chat == GROUP else "private",
        "author": {"name": NAMES[message.author], "kind": kind},
        "file": None,
        "photo": None,
        **message.shows,
        "reply_to": message.reply_to,
        "pinned": message.pinned,
        "silent": message.silent,
        "at": message.at.isoformat(),
        "edited": message.edited_at is not None,
    }


async def _state(world: World) -> Json:
    row = world.row
    return {
        "now": world.clock.now().isoformat(),
        "zone": await world.zone(),
        "moving": world.moving,
        "playing": world.playing,
        "preparing": not row.ready,
        "tour": {"step": row.tour_step, "busy": world.touring, "fresh": await world.is_fresh(), "shows": list(row.tour_shows)},
    }
