"""The Telegram bot itself: hears updates, stores them before confirming, and does what the courier asks."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    InputFile,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError

from bot.clock import Clock
from bot.commands.table import Command
from bot.config import TelegramSettings
from bot.events import Chat, Chosen, Event, Person
from bot.messenger import Gone, NotSent, Target, Uncertain, Unwelcome
from bot.platforms.telegram import render, updates
from bot.platforms.telegram.errors import meaning, seconds
from bot.platforms.telegram.updates import PLATFORM, message_id
from bot.platforms.telegram.wire import AiohttpRequest
from bot.store.inbox import Raw
from bot.ui.message import Among, Message
from bot.ui.words import Words

_POLL_SECONDS: Final = 30  # how long Telegram holds an empty poll
_BATCH: Final = 100  # the most getUpdates gives
_AFTER_A_CONFLICT: Final = 5.0  # seconds: the other process may be on its way out
_WEBHOOK_CHECK_SECONDS: Final = 20
_HEARD_MARGIN: Final = timedelta(seconds=1)  # an update may be on its way through Telegram
_CONNECTIONS: Final = 64  # more than the courier has on their way at once, and room for what is asked beside it
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
_LOCATION_LABEL: Final = "📍"
_PICTURE_NAME: Final = "plan-e.png"
_log = structlog.get_logger(__name__)
T = TypeVar("T")

Receive = Callable[[Sequence[Raw], datetime | None], Awaitable[None]]


class TokenRefused(Unwelcome):
    """Telegram does not know the bot token."""


class Telegram:
    """One bot on Telegram (or any server that speaks the Bot API).

    It is a Reader for the inbox, a Messenger for the courier, and the loop that hears. `receive` stores updates and, given an
    instant, that everything sent before it has been heard; when it returns they are on disk.
    """

    def __init__(self, settings: TelegramSettings, clock: Clock) -> None:
        if settings.token is None:
            raise ValueError("no token is set for Telegram")
        self._settings = settings
        self._clock = clock
        base = settings.api_base_url
        self._sends = AiohttpRequest(base, connections=_CONNECTIONS)
        self._polls = AiohttpRequest(base, connections=1, read=_POLL_SECONDS + 15)
        self._bot = Bot(
            settings.token.get_secret_value(),
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._sends,
            get_updates_request=self._polls,
        )
        self._offset = 0
        self.alive = False

    # --- life ---------------------------------------------------------------------------------------------------------
    platform: Final = PLATFORM

    @property
    def name(self) -> str:
        """The bot's username; known once started."""
        return str(self._bot.username)

    @property
    def bot_id(self) -> str:
        """What the inbox calls this bot."""
        return f"{PLATFORM}:{self._settings.token.get_secret_value().split(':')[0] if self._settings.token else ''}"

    async def start(self) -> None:
        """Find out who the bot is; waits for Telegram while it cannot be reached. Raises TokenRefused."""
        pause = 1.0
        while True:
            try:
                await self._bot.initialize()
            except InvalidToken as error:
                raise TokenRefused("Telegram does not know this bot token; take the one from @BotFather") from error
            except TelegramError as error:
                pause = seconds(error) if isinstance(error, RetryAfter) else pause
                _log.warning("Telegram cannot be reached, trying again", error=repr(error.__cause__ or error), seconds=pause)
                await asyncio.sleep(pause)
                pause = min(30.0, pause * 2)
            else:
                self.alive = True
                return

    async def stop(self) -> None:
        """Close the connections."""
        await self._bot.shutdown()
        for request in (self._sends, self._polls):  # the bot leaves them open where it never got to know itself
            await request.shutdown()

    async def register(self, commands: Iterable[Command], words: Words) -> None:
        """Tell Telegram which commands there are, per scope: private chats, groups, and groups' administrators."""
        table = list(commands)
        private = [one for one in table if one.where.covers(in_group=False)]
        group = [one for one in table if one.where.covers(in_group=True)]
        for scope, members in (
            (BotCommandScopeAllPrivateChats(), private),
            (BotCommandScopeAllGroupChats(), [one for one in group if not one.admins]),
            (BotCommandScopeAllChatAdministrators(), group),
        ):
            try:
                await self._bot.set_my_commands([BotCommand(one.name, words.label(one.summary)) for one in members], scope=scope)
            except TelegramError as error:  # a menu out of date is no reason not to run
                _log.warning("the command menu was not set", error=str(error))

    # --- hearing ------------------------------------------------------------------------------------------------------
    async def hear(self, receive: Receive) -> None:
        """Hear updates until cancelled, by polls or by the webhook, as configured."""
        await (self.poll(receive) if self._settings.mode == "polling" else self.listen(receive))

    async def poll(self, receive: Receive) -> None:
        """Hear updates until cancelled: a batch is confirmed by asking for the next one, after it was stored."""
        await self._leave_webhook()
        pause = 0.0
        while True:
            try:
                await self.poll_once(receive, timeout=_POLL_SECONDS)
                self.alive, pause = True, 0.0
            except Conflict as error:
                self.alive = False
                pause = _AFTER_A_CONFLICT
                await self._settle_conflict(error)
            except RetryAfter as error:
                pause = seconds(error)
            except TelegramError as error:
                self.alive = False
                pause = min(30.0, max(1.0, pause * 2))
                _log.warning("updates cannot be had, trying again", error=repr(error.__cause__ or error), seconds=pause)
            await asyncio.sleep(pause)

    async def poll_once(self, receive: Receive, *, timeout: int = 0) -> int:  # noqa: ASYNC109 - Telegram's, not ours
        """Ask once, store what came, and return how many updates that were."""
        query = urlencode(
            {"offset": self._offset, "limit": _BATCH, "timeout": timeout, "allowed_updates": json.dumps(updates.ALLOWED)}
        )
        asked_at = self._clock.now()
        # Bot.get_updates would build objects only to be taken apart again for storing: what is kept is what Telegram sent.
        answer: Any = self._polls.parse_json_payload(await self._polls.retrieve(f"{self._bot.base_url}/getUpdates?{query}"))
        batch = answer.get("result") if isinstance(answer, dict) else None
        if not isinstance(batch, list) or not all(updates.is_update(one) for one in batch):
            raise TelegramError("an answer of an unknown shape")
        at = self._clock.now()
        # An answer may have been on its way for long, or have lain there while the machine slept: it tells of when it was made,
        # an empty one at the end of the wait, any other perhaps right after the question.
        made_at = asked_at if batch else min(at, asked_at + timedelta(seconds=timeout))
        heard_until = made_at - _HEARD_MARGIN if len(batch) < _BATCH else None
        await receive([updates.raw(one, bot=self.bot_id, received_at=at) for one in batch], heard_until)
        self._offset = max((one["update_id"] + 1 for one in batch), default=self._offset)
        return len(batch)

    async def listen(self, receive: Receive) -> None:
        """Have Telegram bring updates to the configured address, and ask now and then, until cancelled, whether all came.

        Only when none is left there, everything said so far has been heard.
        """
        await self._until_done(self._set_webhook)
        while True:
            asked_at = self._clock.now()
            if await self._until_done(self.waiting) == 0:
                await receive([], asked_at - _HEARD_MARGIN)
            await asyncio.sleep(_WEBHOOK_CHECK_SECONDS)

    async def _until_done(self, work: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                done = await work()
            except TelegramError as error:
                self.alive = False
                pause = seconds(error) if isinstance(error, RetryAfter) else _AFTER_A_CONFLICT
                _log.warning("the webhook cannot be seen to, trying again", error=repr(error.__cause__ or error), seconds=pause)
                await asyncio.sleep(pause)
            else:
                self.alive = True
                return done

    async def _set_webhook(self) -> None:
        secret = self._settings.webhook_secret
        await self._bot.set_webhook(
            self._settings.webhook_url or "",
            allowed_updates=list(updates.ALLOWED),
            secret_token=secret.get_secret_value() if secret else None,
        )

    async def brought(self, update: Any, receive: Receive) -> None:
        """Store an update that Telegram brought; when this returns, it may be told so. ValueError where it is none."""
        if not updates.is_update(update):
            raise ValueError("not an update")
        await receive([updates.raw(update, bot=self.bot_id, received_at=self._clock.now())], None)

    async def waiting(self) -> int:
        """How many updates Telegram still holds for the webhook."""
        return int((await self._bot.get_webhook_info()).pending_update_count)

    async def _settle_conflict(self, error: Conflict) -> None:
        if "webhook" in error.message:
            await self._leave_webhook()
        else:
            _log.error("another process hears this bot's updates; stop one of the two", error=str(error))

    async def _leave_webhook(self) -> None:
        try:
            await self._bot.delete_webhook()
        except TelegramError as error:
            _log.warning("the webhook was not taken off", error=repr(error))

    # --- Reader -------------------------------------------------------------------------------------------------------
    def read(self, raw: dict[str, Any], *, received_at: datetime) -> Event | None:
        """What a stored update says."""
        return updates.read(raw, received_at=received_at, own=self.name)

    async def is_admin(self, chat: Chat, person: Person) -> bool:
        """Whether a person administers a group."""
        try:
            member = await self._bot.get_chat_member(chat.chat, int(person.account))
        except BadRequest:  # Telegram: "user not found", "member not found"
            return False
        return updates.is_admin(member.to_dict())

    async def chosen(self, chat: Chat, among: Among, value: str) -> Chosen | None:
        """Telegram has no lists of its own to choose from."""
        del chat, among, value
        return None

    async def fetch(self, file_id: str) -> bytes:
        """A file's content."""
        file = await self._bot.get_file(file_id)
        return bytes(await file.download_as_bytearray())

    # --- Messenger ----------------------------------------------------------------------------------------------------
    async def send(self, to: Target, message: Message, *, reply_to: str | None, silent: bool, nonce: str) -> str:
        """Send a message; Telegram has no way to recognise one sent twice, so `nonce` goes unused.

        A picture carries the text as its caption. Where the text is too long for one, or has buttons and so may be edited to be,
        the picture follows: the text is the message, and what becomes of the picture does not matter to it.
        """
        del nonce
        message = message.unlisted
        png = message.picture.png if message.picture else None
        captioned = png if not message.rows and render.units(message.plain) <= render.CAPTION_LIMIT else None
        call = partial(
            self._kind_of_call(to, message, captioned),
            parse_mode=ParseMode.HTML,
            reply_markup=render.reply_markup(message, private=to.private, bot_name=self.name, location_label=_LOCATION_LABEL),
            reply_parameters=ReplyParameters(message_id(reply_to), allow_sending_without_reply=True) if reply_to else None,
            message_thread_id=int(to.topic) if to.topic else None,
            disable_notification=silent,
        )
        sent = await _meant(call)
        if png is not None and captioned is None:
            await self._add_picture(to, png)
        return updates.ref(sent.chat.id, sent.message_id)

    def _kind_of_call(self, to: Target, message: Message, captioned: bytes | None) -> Callable[..., Awaitable[Any]]:
        """What sends the message: as a file's caption, as a picture's, or as text alone."""
        if message.file is not None:
            document = InputFile(message.file.content, filename=message.file.name)
            caption = render.html(message.text, limit=render.CAPTION_LIMIT)
            return partial(self._bot.send_document, to.chat, document, caption=caption)
        text = render.html(message.text)
        if captioned is not None:
            return partial(self._bot.send_photo, to.chat, captioned, caption=text, filename=_PICTURE_NAME)
        return partial(self._bot.send_message, to.chat, text, link_preview_options=_NO_PREVIEW)

    async def _add_picture(self, to: Target, png: bytes) -> None:
        topic = int(to.topic) if to.topic else None
        call = partial(
            self._bot.send_photo, to.chat, png, filename=_PICTURE_NAME, message_thread_id=topic, disable_notification=True
        )
        try:
            await _meant(call)
        except (NotSent, Uncertain, Gone) as error:
            _log.warning("a picture did not follow its message", error=str(error))

    async def edit(self, to: Target, ref: str, message: Message) -> None:
        """Change a message in place; under a picture that is its caption."""
        message = message.unlisted
        which = (to.chat, message_id(ref))
        markup = render.keyboard(message.rows, bot_name=self.name)
        try:
            await _meant(
                partial(
                    self._bot.edit_message_text,
                    render.html(message.text),
                    *which,
                    parse_mode=ParseMode.HTML,
                    reply_markup=markup,
                    link_preview_options=_NO_PREVIEW,
                )
            )
        except Gone as error:
            if error.why != "captioned":
                raise
            caption = render.html(message.text, limit=render.CAPTION_LIMIT)
            await _meant(
                partial(self._bot.edit_message_caption, *which, caption=caption, parse_mode=ParseMode.HTML, reply_markup=markup)
            )

    async def toast(self, answer_to: str, text: str) -> None:
        """Answer a tap; without text the button merely stops waiting."""
        await _meant(partial(self._bot.answer_callback_query, answer_to, render.toast(text) or None))

    async def pin(self, to: Target, ref: str) -> None:
        """Pin a message silently."""
        await _meant(partial(self._bot.pin_chat_message, to.chat, message_id(ref), disable_notification=True))

    async def thread(self, to: Target, ref: str, name: str) -> str:
        """Telegram opens no threads under messages."""
        del to, ref, name
        raise Gone("refused", "no threads here")

    async def tag(self, to: Target, account: str, text: str) -> None:
        """Set the tag beside a member's name."""
        if to.private:
            raise Gone("refused", "tags exist in groups only")
        await _meant(partial(self._bot.set_chat_member_tag, to.chat, int(account), render.tag(text) or None))


async def _meant(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call; what goes wrong with it comes out as the courier understands it."""
    try:
        return await call()
    except TelegramError as error:
        raise meaning(error) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:  # a 200 that is no answer to what was asked
        raise Uncertain(f"an answer of an unknown shape: {error!r}") from error
