"""Words that are given to a check-in afterwards, and photos as proof."""

from collections.abc import Awaitable, Callable

from bot.domain.errors import Refused
from bot.domain.notices.checkins import DetailsAsked
from bot.events import Said
from bot.services import checkins
from bot.store import people
from bot.store.people import Dialogue
from bot.turn import Turn


async def details_came(turn: Turn, event: Said, state: Dialogue) -> None:
    """Words were asked for: add them to the check-in, or let them replace what it says. A photo is proof meanwhile, too."""
    if turn.group is not None:
        return
    if event.photo is not None:
        await photo_came(turn, event)
        return
    anew = state.step == "anew"
    try:
        found = await checkins.editable(turn.tx, turn.learner, state.data["checkin"], at=turn.at)
    except Refused as refused:  # said here: raised, it would undo the end of the dialogue as well
        await people.end_dialogue(turn.tx, turn.learner.id)
        await turn.say(refused.notice)
        return
    if not event.words.strip():
        await turn.say(DetailsAsked(day=found.day, anew=anew))
        return
    change = checkins.rewrite if anew else checkins.add_details
    await turn.say(await change(turn.tx, turn.learner, found.id, event.words, at=turn.at))
    await people.end_dialogue(turn.tx, turn.learner.id)


async def photo_came(turn: Turn, event: Said) -> None:
    """A photo was sent in private: proof for today's check-in. In a group it is nobody's business."""
    if turn.group is None and event.photo is not None:
        logged = await checkins.attach_photo(turn.tx, turn.learner, event.photo, event.words, source=turn.source, at=turn.at)
        await turn.say(logged)


DIALOGUES: dict[str, Callable[[Turn, Said, Dialogue], Awaitable[None]]] = {"checkin": details_came}
