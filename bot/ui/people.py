"""Words of the notices about people."""

from bot.domain.notices.people import PeopleNotice
from bot.ui.message import Message
from bot.ui.words import Words


def word(notice: PeopleNotice, w: Words) -> Message:
    """The message of a notice about people."""
    raise NotImplementedError
