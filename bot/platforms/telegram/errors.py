"""What Telegram's refusals and silences mean: certainly not sent, perhaps sent, or never to be sent."""

import re
from typing import Final

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.messenger import Gone, NotSent, Uncertain
from bot.platforms.telegram.wire import NotOut

# Telegram's own words (Bot API errors are told apart by their description only), and what they are to us.
_MEANINGS: Final = (
    ("not_modified", r"message is not modified"),
    ("captioned", r"there is no text in the message to edit"),
    ("message_gone", r"message to (edit|pin|be replied) not found|message can't be edited|MESSAGE_ID_INVALID"),
    ("too_late", r"query is too old|query id is invalid"),
    ("malformed", r"can't parse entities"),
    ("no_rights", r"not enough rights|have no rights|CHAT_ADMIN_REQUIRED|CHAT_\w*FORBIDDEN|CHAT_RESTRICTED|need administrator"),
    ("blocked", r"blocked by the user|user is deactivated|can't initiate conversation|PEER_ID_INVALID|USER_IS_BLOCKED"),
    ("chat_gone", r"chat not found|bot was kicked|bot is not a member|group chat was (deactivated|deleted)|CHANNEL_PRIVATE"),
    ("topic_gone", r"message thread not found|topic.{0,8}(closed|deleted)"),
)
_UNASKED_WAIT: Final = 5.0  # seconds after a 429 that does not say for how long


def meaning(error: TelegramError) -> NotSent | Uncertain | Gone:
    """What `error` says about the thing sent.

    The cause and the status are looked at rather than the class: python-telegram-bot raises NetworkError for a refused
    connection and for a lost answer alike.
    """
    match error:
        case RetryAfter():
            return NotSent("asked to wait", retry_after=seconds(error))
        case ChatMigrated():
            return Gone("moved", successor=str(error.new_chat_id))
        case NetworkError(message=message) if message.startswith("Too Many Requests"):
            return NotSent("asked to wait", retry_after=_UNASKED_WAIT)
        case TelegramError() if isinstance(error.__cause__, TelegramError):  # a status, but not in Telegram's words: a proxy's
            return Uncertain(repr(error))
        case InvalidToken():
            return Gone("refused", error.message)
        case Forbidden() | BadRequest():
            return Gone(_meaning_of(error.message), error.message)
        case NetworkError() if isinstance(error.__cause__, NotOut):
            return NotSent(repr(error.__cause__))
        case _:
            return Uncertain(repr(error.__cause__ or error))


def _meaning_of(description: str) -> str:
    return next((word for word, pattern in _MEANINGS if re.search(pattern, description, re.IGNORECASE)), "refused")


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()
