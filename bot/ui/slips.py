"""Words of the notices about slips."""

from bot.domain.notices.slips import SlipNotice
from bot.ui.message import Message
from bot.ui.words import Words


def word(notice: SlipNotice, w: Words) -> Message:
    """The message of a notice about slips."""
    raise NotImplementedError
