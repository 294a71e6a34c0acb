"""The dialogue about a break: typed days are the answer to /pause."""

from collections.abc import Awaitable, Callable

from bot.dialogues import checkins
from bot.domain.notices.general import Hint
from bot.events import Said
from bot.services import pauses
from bot.store.people import Dialogue
from bot.turn import Turn


async def days_came(turn: Turn, event: Said, _state: Dialogue) -> None:
    """Take words for what /pause would be given; a photo is proof of study here as well. What is said in a group is not meant."""
    if turn.group is not None:
        return
    if event.photo is not None:
        await checkins.photo_came(turn, event)
    elif not event.words.strip():
        await turn.say(Hint())
    else:
        await turn.say(await pauses.answer(turn.tx, turn.learner, event.words, at=turn.at))


DIALOGUES: dict[str, Callable[[Turn, Said, Dialogue], Awaitable[None]]] = {pauses.DIALOGUE: days_came}
