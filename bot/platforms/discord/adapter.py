"""The Discord bot itself: hears, stores, and does what the courier asks."""

import asyncio
import base64
import binascii
import secrets
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import discord
import structlog

from bot.clock import Clock
from bot.commands.completions import complete
from bot.commands.table import Command
from bot.config import DiscordSettings
from bot.domain.notices.general import DoorClosed
from bot.domain.notices.people import PrivatelyAnswered
from bot.domain.plans import MAX_FILE_BYTES
from bot.events import Chat, Chosen, Event, Person
from bot.messenger import Gone, NotSent, Target, Uncertain
from bot.platforms.discord import render, servers, updates
from bot.platforms.discord.answers import Answers
from bot.platforms.discord.errors import AskedToWait, ServerFailed, opened_before
from bot.platforms.discord.gateway import Session, TokenRefused
from bot.platforms.discord.hearing import Hearing, Receive
from bot.platforms.discord.interactions import Asked, Json, focused, suggestions, user_of
from bot.platforms.discord.register import application_commands, digest
from bot.platforms.discord.rollcall import Known
from bot.platforms.discord.updates import PLATFORM
from bot.platforms.discord.wire import Wire
from bot.store import groups, inbox, marks, people
from bot.store.database import Database
from bot.ui import notices
from bot.ui.message import Among, Message
from bot.ui.words import Words

_CDN: Final = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
_THREAD_NAME_LIMIT: Final = 100  # characters
_WEEK_MINUTES: Final = 7 * 24 * 60  # a thread that nobody writes in is put away after it
_KEEP_SESSION_SECONDS: Final = 5.0  # what was heard since is heard once more after a crash, and known again by its key
_log = structlog.get_logger(__name__)


class Discord:
    """One bot on Discord (or any server that speaks its API): a Reader, a Messenger, and the loop that hears."""

    platform: Final = PLATFORM

    def __init__(self, settings: DiscordSettings, clock: Clock, database: Database) -> None:
        if settings.token is None:
            raise ValueError("no token is set for Discord")
        self._settings = settings
        self._token = settings.token.get_secret_value()
        self._clock = clock
        self._database = database
        self._wire = Wire(settings.api_base_url, clock)
        self._answers = Answers(self._wire, self._stored_raw, clock)
        self.hearing = Hearing(self._wire, self._answers, clock, suggest=self._suggest, known=self._known_chats, bot=self.bot_id)
        self._gateway = self.hearing.gateway
        self._doors: dict[str, str] = {}  # private channels by person
        self._salt = ""
        self._session_kept_at = 0.0
        self._session_kept: Session | None = None
        self._session_mark: Json | None = None
        self._started = False

    # --- life ---------------------------------------------------------------------------------------------------------
    @property
    def bot_id(self) -> str:
        """What the inbox calls this bot: a token begins with the bot's id."""
        head = self._token.partition(".")[0]
        try:
            number = base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)).decode()
        except (binascii.Error, UnicodeDecodeError):
            number = ""
        return f"{PLATFORM}:{number if number.isdigit() else head[:20]}"

    @property
    def name(self) -> str:
        """The bot's username; known once started."""
        user = self._wire.client.user
        return user.name if user else ""

    @property
    def alive(self) -> bool:
        """Whether the gateway is connected."""
        return self._started and self._gateway.connected

    async def start(self) -> None:
        """Find out who the bot is; waits for Discord while it cannot be reached. Raises TokenRefused."""
        pause = 1.0
        while True:
            try:
                await self._wire.client.login(self._token)
            except discord.LoginFailure as error:
                raise TokenRefused("Discord does not know this bot token; take the one from the developer portal, Bot") from error
            except (discord.HTTPException, aiohttp.ClientError, OSError, AskedToWait, ServerFailed, ValueError) as error:
                pause = error.seconds if isinstance(error, AskedToWait) else pause
                _log.warning("Discord cannot be reached, trying again", error=repr(error), seconds=pause)
                await self._wire.client.http.forget()
                await asyncio.sleep(pause)
                pause = min(30.0, pause * 2)
            else:
                self._salt = await self._own_salt()
                self._started = True
                return

    async def _own_salt(self) -> str:
        """What makes nonces differ from those of another database: one thrown away a minute ago counted from 1, too."""
        async with self._database.write() as tx:
            kept = await marks.put_first(tx, {"salt": secrets.token_hex(3)}, bot=self.bot_id, name="salt")
            return str(kept["salt"])

    async def stop(self) -> None:
        """Close the connections; the session stays, to be resumed."""
        if self._started:
            await self._keep_session(now=True)
        await self._gateway.close()
        await self._wire.client.close()

    async def register(self, commands: Iterable[Command], words: Words) -> None:
        """Tell Discord which commands there are, if they are others than last time."""
        made = application_commands(commands, words)
        guild = self._settings.test_guild
        now = {"digest": digest(made), "guild": guild, "application": self._wire.client.application_id}
        async with self._database.read() as tx:
            if await marks.get(tx, bot=self.bot_id, name="commands") == now:
                return
        path = "/applications/{application_id}/guilds/{guild_id}/commands" if guild else "/applications/{application_id}/commands"
        place: Json = {"guild_id": guild} if guild else {}
        try:
            await self._wire.call("PUT", path, json=made, application_id=self._wire.client.application_id, **place)
        except (Gone, NotSent, Uncertain) as error:  # commands out of date are no reason not to run
            _log.warning("the commands were not set", error=str(error))
            return
        async with self._database.write() as tx:
            await marks.put(tx, now, bot=self.bot_id, name="commands")

    # --- hearing ------------------------------------------------------------------------------------------------------
    async def hear(self, receive: Receive) -> None:
        """Hear until cancelled, beginning where the last process broke off."""
        async with self._database.read() as tx:
            self._session_mark = kept = await marks.get(tx, bot=self.bot_id, name="session")
        async with self.hearing.at_work(), asyncio.TaskGroup() as loops:
            loops.create_task(self._gateway.hear(Session(**kept) if kept else None))
            loops.create_task(self.hearing.store(receive, self._keep_session))

    async def _keep_session(self, *, now: bool = False) -> None:
        """Write down where to resume: everything up to there is on disk. Not where another process has since: it hears."""
        stored, at = self.hearing.stored, self._clock.monotonic()
        if stored is None or stored == self._session_kept or (not now and at - self._session_kept_at < _KEEP_SESSION_SECONDS):
            return
        async with self._database.write() as tx:
            if await marks.get(tx, bot=self.bot_id, name="session") == self._session_mark:
                self._session_mark = asdict(stored)
                await marks.put(tx, self._session_mark, bot=self.bot_id, name="session")
        self._session_kept, self._session_kept_at = stored, at

    async def _known_chats(self) -> dict[str, Known]:
        """The channels of the groups that were met, with the rights last told; None for those in which the bot is no longer."""
        known: dict[str, Known] = {}
        async with self._database.read() as tx:
            for one in await groups.on(tx, PLATFORM):
                rights = one.rights if one.active else None
                known[one.chat] = Known(one.server, rights, home=one.home == one.chat)
                known[one.home] = Known(one.server, rights)
        return known

    async def _stored_raw(self, update: str) -> Json | None:
        async with self._database.read() as tx:
            return await inbox.raw_of(tx, bot=self.bot_id, update=update)

    async def _suggest(self, interaction: Json) -> Json:
        """Suggestions for the option being filled in."""
        asked = focused(interaction)
        if asked is None:
            return suggestions([])
        option, typed = asked
        async with self._database.read() as tx:
            found = await people.by_account(tx, platform=PLATFORM, account=str(user_of(interaction)["id"]))
            return suggestions(await complete(tx, option.kind, found[0] if found else None, typed, at=self._clock.now()))

    # --- Reader -------------------------------------------------------------------------------------------------------
    def read(self, raw: dict[str, Any], *, received_at: datetime) -> Event | None:
        """What a stored event says."""
        return updates.read(raw, received_at=received_at, own=str(self._wire.client.application_id))

    async def is_admin(self, chat: Chat, person: Person) -> bool:
        """Whether a person administers a group's server; interactions say so themselves, messages do not."""
        return chat.server is not None and await servers.administers(self._wire.client, chat.server, person.account)

    async def chosen(self, chat: Chat, among: Among, value: str) -> Chosen | None:
        """What was chosen from a server's channels or roles."""
        return await servers.find(self._wire.client, chat.server, among, value) if chat.server else None

    async def fetch(self, file_id: str) -> bytes:
        """A file's content, from Discord's own servers only."""
        own = urlsplit(self._settings.api_base_url).hostname
        if urlsplit(file_id).hostname not in _CDN | {own}:
            raise ValueError("not one of Discord's files")
        content: bytes = await self._wire.client.http.get_from_cdn(file_id)
        return content[: MAX_FILE_BYTES + 1]

    # --- Messenger ----------------------------------------------------------------------------------------------------
    async def send(self, to: Target, message: Message, *, reply_to: str | None, silent: bool, nonce: str) -> str:
        """Send a message: as the answer to an interaction while that can be answered, else to its chat."""
        asked = await self._answers.find(reply_to)
        if asked is not None and asked.in_guild and to.private:
            return await self._lead(asked, to, message, nonce=nonce)
        if asked is not None:
            try:
                return await self._answers.give(asked, message)
            except Gone as gone:
                if gone.why != "too_late":
                    raise
            if asked.hidden or message.alone:  # what was for the person alone does not become public for being late
                to = Target(asked.user)
        return await self._post(to, message, reply_to=None if asked else reply_to, silent=silent, nonce=nonce)

    async def edit(self, to: Target, ref: str, message: Message) -> None:
        """Change a message in place."""
        channel, message_id, *pressed = ref.split("/")
        asked = await self._answers.find(f"i{pressed[0]}") if pressed else None
        if pressed and asked is None:
            raise Gone("too_late", "nobody knows the press any more")
        if asked is not None:
            await self._answers.change(asked, message_id, message)
            return
        path = "/channels/{channel_id}/messages/{message_id}"

        async def call(body: Json) -> Any:
            return await self._wire.call("PATCH", path, json=body, channel_id=int(channel), message_id=int(message_id))

        try:
            await self._with_embed(message, call)
        except Gone as gone:
            if gone.why == "chat_gone" and not to.private and channel != to.chat:  # a channel beside the group's own
                raise Gone("message_gone", str(gone)) from gone
            raise

    async def toast(self, answer_to: str, text: str) -> None:
        """Answer a press with a line for the person alone; without text, stop the waiting."""
        asked = await self._answers.find(answer_to)
        if asked is None:
            raise Gone("too_late", "nobody knows the interaction any more")
        await self._answers.whisper(asked, text)

    async def pin(self, to: Target, ref: str) -> None:
        """Pin a message."""
        del to  # the ref names its channel
        channel, message_id, *_ = ref.split("/")
        path = "/channels/{channel_id}/messages/pins/{message_id}"
        await self._wire.call("PUT", path, channel_id=int(channel), message_id=int(message_id))

    async def thread(self, to: Target, ref: str, name: str) -> str:
        """Open a thread under a message. It is called by the message's own number: there cannot be two."""
        del to  # the ref names its channel
        channel, message_id, *_ = ref.split("/")
        path = "/channels/{channel_id}/messages/{message_id}/threads"
        body = {"name": name[:_THREAD_NAME_LIMIT], "auto_archive_duration": _WEEK_MINUTES}
        try:
            await self._wire.call("POST", path, json=body, channel_id=int(channel), message_id=int(message_id))
        except Gone as gone:
            if not opened_before(gone):
                raise
        return message_id

    async def tag(self, to: Target, account: str, text: str) -> None:
        """Discord has no tags beside names."""
        del to, account, text
        raise Gone("refused", "no tags here")

    async def _lead(self, asked: Asked, to: Target, message: Message, *, nonce: str) -> str:
        """Write to a person in private who pressed in a group, and tell them there whether that worked."""
        words = Words(asked.language, "UTC", self._clock.now())
        try:
            ref = await self._post(to, message, reply_to=None, silent=False, nonce=nonce)
        except Gone as gone:
            if gone.why == "blocked":
                await self._mention(asked, notices.word(DoorClosed(), words))
            raise
        await self._mention(asked, notices.word(PrivatelyAnswered(reachable=True), words))
        return ref

    async def _mention(self, asked: Asked, message: Message) -> None:
        try:
            await self._answers.give(asked, message)
        except (Gone, NotSent, Uncertain) as error:
            _log.info("where the answer went was not told", error=str(error))

    async def _post(self, to: Target, message: Message, *, reply_to: str | None, silent: bool, nonce: str) -> str:
        channel = await self._door(to.chat) if to.private else to.topic or to.chat
        extra: Json = {"nonce": f"{self._salt}.{nonce}", "enforce_nonce": True}
        if reply_to is not None:
            place, replied, *_ = reply_to.split("/")
            extra["message_reference"] = {"channel_id": place, "message_id": replied, "fail_if_not_exists": False}

        async def call(body: Json) -> Any:
            flags = body["flags"] | (render.SILENT if silent else 0)
            return await self._wire.call(
                "POST",
                "/channels/{channel_id}/messages",
                json=body | extra | {"flags": flags},
                file=render.file_of(message),
                channel_id=int(channel),
            )

        try:
            made = await self._with_embed(message, call)
        except Gone as gone:
            if to.topic is not None and gone.why in {"chat_gone", "no_rights"}:  # the group has its own channel still
                raise Gone("topic_gone", str(gone)) from gone
            raise
        try:
            return updates.ref(str(made["channel_id"]), str(made["id"]))
        except (KeyError, TypeError) as error:  # a 200 that is no answer to what was asked
            raise Uncertain(f"an answer of an unknown shape: {error!r}") from error

    async def _with_embed(self, message: Message, call: Any) -> Any:
        """Make a call with an embed where the text is long; where the bot may not, with what fits in without."""
        body = render.payload(message)
        try:
            return await call(body)
        except Gone as gone:
            if gone.why != "no_rights" or not body["embeds"]:
                raise
            return await call(render.payload(message, embeds=False))

    async def _door(self, account: str) -> str:
        """The private channel with a person."""
        if account not in self._doors:
            made = await self._wire.call("POST", "/users/@me/channels", json={"recipient_id": account})
            self._doors[account] = str(made["id"])
        return self._doors[account]
