"""The sandbox as a platform: what the bot says there is written down, and whoever looks on is told that something changed."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.clock import Clock
from bot.commands.table import Command
from bot.events import Chat, Chosen, Event, Person
from bot.messenger import Gone, Target
from bot.platforms.sandbox import render, updates
from bot.platforms.sandbox.updates import ADMINS, BOT, BOT_ID, PLATFORM
from bot.store import sandbox
from bot.store.database import Database
from bot.store.inbox import Raw
from bot.ui.message import Among, Message
from bot.ui.words import Words

_TOASTS_KEPT: Final = 100  # answers to taps are shown within a moment or never
_HEAR_SECONDS: Final = 1


@dataclass(frozen=True, slots=True)
class Toast:
    """The answer to a tap, `number` counting them up."""

    number: int
    press: str
    text: str


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A command as the page's menu lists it."""

    name: str
    usage: str
    summary: str
    private: bool
    group: bool
    admins: bool


class Sandbox:
    """The chat program of the sandbox: a Reader for the inbox and a Messenger for the courier, on the sandbox's database.

    Nothing said here can be lost on the way: it is in the inbox in the transaction that writes it down.
    """

    platform: Final = PLATFORM
    bot_id: Final = BOT_ID
    name: Final = "plan_e"
    alive: Final = True

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._changed = asyncio.Event()
        self._told = 0
        self.toasts: deque[Toast] = deque(maxlen=_TOASTS_KEPT)
        self.menu: tuple[MenuEntry, ...] = ()

    # --- looking on ---------------------------------------------------------------------------------------------------
    @property
    def changed(self) -> asyncio.Event:
        """Set at the next change; take it before you look, then wait for it."""
        return self._changed

    def ring(self) -> None:
        """Tell whoever looks on that something changed."""
        self._changed.set()
        self._changed = asyncio.Event()

    # --- Platform -----------------------------------------------------------------------------------------------------
    async def start(self) -> None:
        """Nothing to get ready: the chats are in the bot's own database."""

    async def stop(self) -> None:
        """Let go of whoever looks on."""
        self.ring()

    async def register(self, commands: Iterable[Command], words: Words) -> None:
        """Keep the command menu."""
        self.menu = tuple(
            MenuEntry(
                name=one.name,
                usage=one.usage,
                summary=words.label(one.summary),
                private=one.where.covers(in_group=False),
                group=one.where.covers(in_group=True),
                admins=one.admins,
            )
            for one in commands
        )

    async def hear(self, receive: Callable[[Sequence[Raw], datetime | None], Awaitable[None]]) -> None:
        """Say again and again that everything said so far has been heard: it is stored as it is said."""
        while True:
            await receive([], self._clock.now())
            await asyncio.sleep(_HEAR_SECONDS)

    # --- Reader -------------------------------------------------------------------------------------------------------
    def read(self, raw: dict[str, Any], *, received_at: datetime) -> Event | None:
        """What a stored update says."""
        return updates.read(raw, received_at=received_at)

    async def is_admin(self, chat: Chat, person: Person) -> bool:
        """Whether a person administers the group."""
        return not chat.private and person.account in ADMINS

    async def chosen(self, chat: Chat, among: Among, value: str) -> Chosen | None:
        """There are no lists of its own to choose from."""
        del chat, among, value
        return None

    async def fetch(self, file_id: str) -> bytes:
        """A file's content."""
        async with self._database.read() as tx:
            found = await sandbox.file(tx, file_id)
        if found is None:
            raise LookupError(f"no file {file_id}")
        return found[1]

    # --- Messenger ----------------------------------------------------------------------------------------------------
    async def send(self, to: Target, message: Message, *, reply_to: str | None, silent: bool, nonce: str) -> str:
        """Write a message down. The nonce is its name: come twice, it is there once."""
        ref = f"{BOT}:{nonce}"
        png = message.picture.png if message.picture else None
        async with self._database.write() as tx:
            if message.file is not None:
                file = message.file
                await sandbox.keep_file(tx, file_id=render.file_id(file.content), name=file.name, content=file.content)
            if png is not None:
                await sandbox.keep_file(tx, file_id=render.file_id(png), name="picture", content=png)
            await sandbox.add(
                tx,
                ref=ref,
                chat=to.chat,
                author=BOT,
                shows=render.shown(message),
                reply_to=reply_to,
                silent=silent,
                at=self._clock.now(),
            )
        self.ring()
        return ref

    async def edit(self, to: Target, ref: str, message: Message) -> None:
        """Change a message in place."""
        await self._change(to, ref, shows=render.shown(message), edited_at=self._clock.now())

    async def toast(self, answer_to: str, text: str) -> None:
        """Answer a tap; nobody keeps that."""
        self._told += 1
        self.toasts.append(Toast(self._told, answer_to, text))
        self.ring()

    async def pin(self, to: Target, ref: str) -> None:
        """Pin a message."""
        await self._change(to, ref, pinned=True)

    async def thread(self, to: Target, ref: str, name: str) -> str:
        """Refuse: this chat program has no threads."""
        del to, ref, name
        raise Gone("refused", "there are no threads here")

    async def tag(self, to: Target, account: str, text: str) -> None:
        """Refuse: this chat program has no tags beside names."""
        del to, account, text
        raise Gone("refused", "there are no tags here")

    async def _change(self, to: Target, ref: str, **values: Any) -> None:
        async with self._database.write() as tx:
            changed = await sandbox.change(tx, ref, chat=to.chat, **values)
        if not changed:
            raise Gone("message_gone")
        self.ring()
