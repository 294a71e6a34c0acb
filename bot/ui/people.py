"""Words of the notices about people."""

from typing import assert_never

from bot.domain.notices.people import PeopleNotice, ZoneFirst, ZoneUnknown
from bot.ui.message import Message
from bot.ui.words import Words


def word(notice: PeopleNotice, w: Words) -> Message:
    """The message of a notice about people."""
    match notice:
        case ZoneFirst():
            return Message(w("A time needs a place. Tell me your city first: /timezone London"))
        case ZoneUnknown():
            return Message(w("I know no city called {said}.", said=notice.said))
        case _:
            assert_never(notice)
