"""Words of the notices about commitments."""

from bot.domain.notices.commitments import CommitmentNotice
from bot.ui.message import Message
from bot.ui.words import Words


def word(notice: CommitmentNotice, w: Words) -> Message:
    """The message of a notice about commitments."""
    raise NotImplementedError
