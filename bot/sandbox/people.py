"""What people do in the sandbox's chats: they write, press and send, and it is in the inbox before anybody is told so."""

from collections.abc import Awaitable, Callable
from typing import Final

from bot.engine import Engine
from bot.platforms.sandbox import render, updates
from bot.platforms.sandbox.adapter import Sandbox
from bot.platforms.sandbox.updates import Sent
from bot.store import sandbox
from bot.store.database import Tx
from bot.store.inbox import Raw
from bot.store.sandbox import Shown

_LOOKED_AT: Final = 60  # a person scrolls so far back for a button


class People:
    """Everybody who can do something in the sandbox. `act` names an act: the same one twice is done once."""

    def __init__(self, engine: Engine, chats: Sandbox) -> None:
        self._engine = engine
        self._chats = chats

    async def say(self, who: str, chat: str, words: str, *, act: str, reply_to: str | None = None) -> None:
        """Write to a chat: the group, or one's own with the bot."""
        await self.send(who, chat, Sent(words), act=act, reply_to=reply_to)

    async def send(
        self, who: str, chat: str, sent: Sent, *, act: str, reply_to: str | None = None, content: bytes | None = None
    ) -> None:
        """Send words and what comes with them; `content` is that of the file or photo."""
        at = self._engine.clock.now()
        shows = render.typed(
            sent.words,
            file=render.placed(sent.file) if sent.file else None,
            photo={"url": f"{render.FILES}/{sent.photo}"} if sent.photo else None,
        )

        async def write(tx: Tx) -> None:
            await sandbox.add(tx, ref=act, chat=chat, author=who, shows=shows, reply_to=reply_to, silent=True, at=at)
            if content is not None:
                name = str(sent.file["name"]) if sent.file else "photo"
                await sandbox.keep_file(tx, file_id=str((sent.file or {"id": sent.photo})["id"]), name=name, content=content)

        await self._receive(updates.said(who, chat, sent, ref=act, reply_to=reply_to, at=at), write)

    async def press(self, who: str, message: Shown, data: str, *, act: str) -> None:
        """Press a button of a message."""
        at = self._engine.clock.now()
        await self._receive(updates.pressed(who, message.chat, ref=message.ref, data=data, press=act, at=at))

    async def press_newest(self, who: str, chat: str, wanted: Callable[[str], bool], *, act: str) -> str | None:
        """Press the newest button in a chat whose data is wanted; return the ref of its message, None where there is none."""
        async with self._engine.database.read() as tx:
            seen = await sandbox.newest(tx, chat, limit=_LOOKED_AT)
        found = next(((message, data) for message in seen for data in message.presses if wanted(data)), None)
        if found is None:
            return None
        await self.press(who, *found, act=act)
        return found[0].ref

    async def add_bot(self, who: str, *, act: str) -> None:
        """Add the bot to the group."""
        await self._receive(updates.added(who, update=act, at=self._engine.clock.now()))

    async def _receive(self, raw: Raw, write: Callable[[Tx], Awaitable[None]] | None = None) -> None:
        await self._engine.inbox.receive([raw], heard=write)
        self._chats.ring()
