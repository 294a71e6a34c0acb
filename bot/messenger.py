"""The port to a chat program: what the courier needs of one, and how a message is shown at its best or at least at all."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar

import structlog

from bot.domain.charts import Chart
from bot.ui.message import Message

_NO_PICTURE: Final = ("refused", "no_rights")  # perhaps for its picture's sake
_log = structlog.get_logger(__name__)
T = TypeVar("T")

Draw = Callable[[Chart], Awaitable[bytes | None]]


@dataclass(frozen=True, slots=True)
class Target:
    """A chat, and the topic in it where there is one."""

    chat: str
    topic: str | None = None
    private: bool = True


class Unwelcome(Exception):
    """A platform refuses the bot for good (its token, its rights): for the operator to mend, in plain words."""


class NotSent(Exception):
    """Certainly not sent: no connection, or the platform asked to wait `retry_after` seconds.

    Then nobody may send; where only this chat is to wait, `here`.
    """

    def __init__(self, why: str, *, retry_after: float | None = None, here: bool = False) -> None:
        super().__init__(why)
        self.retry_after = retry_after
        self.here = here


class Uncertain(Exception):
    """The platform did not tell whether it arrived."""


class Gone(Exception):
    """It will not arrive as it is.

    `why`: blocked, chat_gone, topic_gone, no_rights, message_gone, not_modified, malformed, too_late, refused, or moved, where
    the chat goes on as `successor`.
    """

    def __init__(self, why: str, detail: str = "", *, successor: str | None = None) -> None:
        super().__init__(f"{why}: {detail}" if detail else why)
        self.why = why
        self.successor = successor


class Messenger(Protocol):
    """What the courier needs of a platform. Each method raises NotSent, Uncertain or Gone."""

    async def send(self, to: Target, message: Message, *, reply_to: str | None, silent: bool, nonce: str) -> str:
        """Show a new message, with its picture where that is drawn; return its ref."""

    async def edit(self, to: Target, ref: str, message: Message) -> None:
        """Change a message shown before."""

    async def toast(self, answer_to: str, text: str) -> None:
        """Answer a tap."""

    async def pin(self, to: Target, ref: str) -> None:
        """Pin a message without a notification."""

    async def thread(self, to: Target, ref: str, name: str) -> str:
        """Open a thread under a message and return the topic that it is; the one there is, where it has one already."""

    async def tag(self, to: Target, account: str, text: str) -> None:
        """Set the tag beside a member's name; empty takes it away."""


# --- pictures ---------------------------------------------------------------------------------------------------------
async def undrawn(_chart: Chart) -> None:
    """Where nobody draws, messages go without pictures."""


async def drawn(message: Message, draw: Draw) -> Message:
    """The message with its picture drawn; without one where that does not work out."""
    if message.picture is None:
        return message
    try:
        png = await draw(message.picture.chart)
    except Exception:  # noqa: BLE001 - no picture is worth a message
        _log.exception("drawing broke")
        png = None
    return replace(message, picture=replace(message.picture, png=png) if png else None)


# --- showing ----------------------------------------------------------------------------------------------------------
async def send_at_best(send: Callable[[Message], Awaitable[T]], message: Message) -> T:
    """Send a message; where it is refused, perhaps for its picture's sake, send it without."""
    try:
        return await _marked_or_plain(send, message)
    except Gone as error:
        if message.picture is None or error.why not in _NO_PICTURE:
            raise
        _log.warning("a picture was refused; its message goes without", error=str(error))
        return await _marked_or_plain(send, message.unpictured)


async def edit(messenger: Messenger, to: Target, ref: str, message: Message) -> None:
    """Change a message shown before; that it shows this already is as good."""

    async def change(shown: Message) -> None:
        try:
            await messenger.edit(to, ref, shown)
        except Gone as error:
            if error.why != "not_modified":  # it shows what it should, whoever brought it there
                raise

    await _marked_or_plain(change, message)


async def _marked_or_plain(show: Callable[[Message], Awaitable[T]], message: Message) -> T:
    """Show a message; where the platform chokes on its marks (a defect of ours) show it without them rather than not at all."""
    try:
        return await show(message)
    except Gone as error:
        if error.why != "malformed":
            raise
        _log.exception("a message was marked up wrongly; it goes without marks", text=message.plain[:80])
        return await show(message.unmarked)
