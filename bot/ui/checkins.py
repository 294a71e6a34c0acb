"""Words of the notices about checkins."""

from bot.domain.notices.checkins import CheckinNotice
from bot.ui.message import Message
from bot.ui.words import Words


def word(notice: CheckinNotice, w: Words) -> Message:
    """The message of a notice about checkins."""
    raise NotImplementedError
