"""Words of the notices about plans."""

from bot.domain.notices.plans import PlanNotice
from bot.ui.message import Message
from bot.ui.words import Words


def word(notice: PlanNotice, w: Words) -> Message:
    """The message of a notice about plans."""
    raise NotImplementedError
