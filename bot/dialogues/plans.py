"""Dialogues about plans: a plan file, shown as understood before it is applied."""

from collections.abc import Awaitable, Callable

from bot.dialogues import checkins
from bot.domain.notices.plans import ImportWaits
from bot.events import Said
from bot.services import imports
from bot.services.imports import IMPORT
from bot.services.plan_draft import PlanFileRefused
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


DIALOGUES: dict[str, Callable[[Turn, Said, Dialogue], Awaitable[None]]] = {IMPORT: waiting}
