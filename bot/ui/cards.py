"""Words of the notices about cards."""

from bot.domain.notices.cards import CardNotice
from bot.ui.message import Message
from bot.ui.words import Words


def word(notice: CardNotice, w: Words) -> Message:
    """The message of a notice about cards."""
    raise NotImplementedError
