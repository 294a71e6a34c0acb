"""Words of the notices about plans."""

from typing import assert_never

from bot.domain.notices.plans import ModuleGone, PlanNotice
from bot.ui.message import Message
from bot.ui.words import Words


def word(notice: PlanNotice, w: Words) -> Message:
    """The message of a notice about plans."""
    match notice:
        case ModuleGone():
            return Message(w("That module is no longer in your plan. /plan shows what is."))
        case _:
            assert_never(notice)
