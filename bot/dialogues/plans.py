"""Dialogues about plans: a plan file, shown as understood before it is applied; words that a screen asked for."""

from collections.abc import Awaitable, Callable

from bot.dialogues import checkins
from bot.domain.errors import Refused
from bot.domain.notices.general import Hint, StaleButton
from bot.domain.notices.plans import ImportWaits, NoPlan
from bot.events import Said
from bot.services import imports, plan_asking
from bot.services.imports import IMPORT
from bot.services.plan_asking import EDIT
from bot.services.plan_draft import PlanFileRefused
from bot.services.plan_orders import WHICH
from bot.store.people import Dialogue
from bot.turn import Turn


async def file_came(turn: Turn, event: Said) -> None:
    """A plan file was sent: say what was understood, or why it could not be read."""
    match turn.draft:
        case PlanFileRefused() as refused:
            await turn.say(imports.refusal(refused))
        case None:
            return
        case draft:
            await turn.say(await imports.propose(turn.tx, turn.learner, draft, token=event.ref, at=turn.at))


async def waiting(turn: Turn, event: Said, _state: Dialogue) -> None:
    """Words came while a file waits for a button; a photo is proof of study all the same. A group's talk is none of ours."""
    if turn.group is not None:
        return
    await (turn.say(ImportWaits()) if event.photo is None else checkins.photo_came(turn, event))


async def edited(turn: Turn, event: Said, state: Dialogue) -> None:
    """Words that a button asked for: a title, an estimate, modules, a source."""
    if turn.group is not None:
        return
    if event.photo is not None:
        await checkins.photo_came(turn, event)
        return
    try:
        await turn.say(await plan_asking.answer(turn.tx, turn.learner, state, event.words, at=turn.at))
    except Refused as refused:
        if not isinstance(refused.notice, StaleButton | NoPlan):
            raise  # it is asked on
        await plan_asking.leave(turn.tx, turn.learner, at=turn.at)
        await turn.say(refused.notice)


async def which(turn: Turn, event: Said, _state: Dialogue) -> None:
    """Words came where a button was to be pressed: they are a better name, or something else altogether."""
    if turn.group is not None:
        return
    await plan_asking.leave(turn.tx, turn.learner, at=turn.at)
    await (turn.say(Hint()) if event.photo is None else checkins.photo_came(turn, event))


DIALOGUES: dict[str, Callable[[Turn, Said, Dialogue], Awaitable[None]]] = {
    IMPORT: waiting,
    EDIT: edited,
    WHICH: which,
}
