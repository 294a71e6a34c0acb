"""The buttons under a check-in."""

from bot.buttons.table import Press, number
from bot.domain.errors import Refused
from bot.domain.notices.cards import ModuleFinished
from bot.domain.notices.checkins import DetailsAsked, DetailsLeft
from bot.domain.notices.general import StaleButton
from bot.domain.people import MAIN, SECOND
from bot.services import checkins, plans, reviews
from bot.services.card_keys import card_key
from bot.store import outbox, people
from bot.store.people import Dialogue
from bot.turn import Turn

DIALOGUE = "checkin"
ADD = "add"
ANEW = "anew"


async def undo(turn: Turn, checkin: str) -> None:
    """Take a check-in back."""
    taken = await checkins.undo(turn.tx, turn.learner, number(checkin), at=turn.at)
    shown = await outbox.shown_by(turn.tx, platform=turn.platform, ref=turn.event.ref) or ""
    if shown not in {card_key(turn.learner.id, day=taken.day, slot=slot) for slot in (MAIN, SECOND)}:
        await turn.show(taken)


async def add(turn: Turn, checkin: str) -> None:
    """Ask for words to add."""
    await _ask(turn, checkin, ADD)


async def edit(turn: Turn, checkin: str) -> None:
    """Ask for the line anew."""
    await _ask(turn, checkin, ANEW)


async def cancel(turn: Turn) -> None:
    """Leave the question."""
    state = await people.dialogue(turn.tx, turn.learner.id)
    if state is None or state.name != DIALOGUE:
        raise Refused(StaleButton(why="over"))
    await people.end_dialogue(turn.tx, turn.learner.id)
    await turn.show(DetailsLeft())


async def module(turn: Turn, checkin: str, module: str) -> None:
    """Say which module was meant."""
    await turn.show(await checkins.pick_module(turn.tx, turn.learner, number(checkin), number(module), at=turn.at))


async def finish(turn: Turn, checkin: str) -> None:
    """Mark the module of a check-in as finished."""
    found = await checkins.editable(turn.tx, turn.learner, number(checkin), at=turn.at)
    if found.module_id is None:
        raise Refused(StaleButton(why="over"))
    place = await plans.finish_module(turn.tx, turn.learner, found.module_id, day=found.day, at=turn.at)
    coming = await reviews.coming(turn.tx, turn.learner, found.module_id, after=found.day)
    back_on = coming[0][1] if coming else None
    await turn.toast(ModuleFinished(title=place.module.title, undone=False, day=found.day, back_on=back_on))
    await turn.show(await checkins.describe(turn.tx, turn.learner, found, at=turn.at))


async def unfinish(turn: Turn, checkin: str) -> None:
    """Take that back."""
    found = await checkins.editable(turn.tx, turn.learner, number(checkin), at=turn.at)
    if found.module_id is None:
        raise Refused(StaleButton(why="over"))
    place = await plans.unfinish_module(turn.tx, turn.learner, found.module_id, at=turn.at)
    await turn.toast(ModuleFinished(title=place.module.title, undone=True, day=found.day))
    await turn.show(await checkins.describe(turn.tx, turn.learner, found, at=turn.at))


async def reviewed(turn: Turn, checkin: str, review: str) -> None:
    """It was the review that is due."""
    told = await checkins.review(turn.tx, turn.learner, number(checkin), number(review), at=turn.at, was=True)
    await turn.show(told)


async def unreviewed(turn: Turn, checkin: str, review: str) -> None:
    """It was not."""
    told = await checkins.review(turn.tx, turn.learner, number(checkin), number(review), at=turn.at, was=False)
    await turn.show(told)


async def _ask(turn: Turn, checkin: str, step: str) -> None:
    found = await checkins.editable(turn.tx, turn.learner, number(checkin), at=turn.at)
    state = Dialogue(DIALOGUE, step, {"checkin": found.id})
    await people.set_dialogue(turn.tx, turn.learner.id, state, at=turn.at)
    await turn.tell(DetailsAsked(day=found.day, anew=step == ANEW))


BUTTONS: tuple[Press, ...] = (
    Press("checkin.undo", undo, arguments=1),
    Press("checkin.add", add, arguments=1),
    Press("checkin.edit", edit, arguments=1),
    Press("checkin.cancel", cancel),
    Press("checkin.module", module, arguments=2),
    Press("checkin.finish", finish, arguments=1),
    Press("checkin.unfinish", unfinish, arguments=1),
    Press("checkin.reviewed", reviewed, arguments=2),
    Press("checkin.unreviewed", unreviewed, arguments=2),
)
