"""Words of the notices about groups."""

from bot.domain.notices.groups import GroupNotice
from bot.ui.message import Message
from bot.ui.words import Words


def word(notice: GroupNotice, w: Words) -> Message:
    """The message of a notice about groups."""
    raise NotImplementedError
