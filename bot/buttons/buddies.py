"""Buttons about buddies."""

from bot.buttons.table import Press, number
from bot.domain.notices.pauses import PauseLeft
from bot.services import buddies
from bot.turn import Turn


async def invite(turn: Turn) -> None:
    """Make an invitation, in a message of its own: it is to be forwarded."""
    await turn.say(await buddies.invite(turn.tx, turn.learner, at=turn.at))


async def accept(turn: Turn, code: str) -> None:
    """They would."""
    await turn.show(await buddies.accept(turn.tx, turn.learner, code, at=turn.at))


async def confirm(turn: Turn, row: str) -> None:
    """The one who asked says yes."""
    await turn.show(await buddies.confirm(turn.tx, turn.learner, number(row), at=turn.at))


async def end(turn: Turn, row: str) -> None:
    """Either side ends it, or says no."""
    await turn.show(await buddies.end(turn.tx, turn.learner, number(row), at=turn.at))


async def leave(turn: Turn) -> None:
    """They would rather not; the one who asked is not told."""
    await turn.show(PauseLeft())


BUTTONS: tuple[Press, ...] = (
    Press("buddy.invite", invite),
    Press("buddy.accept", accept, arguments=1),
    Press("buddy.confirm", confirm, arguments=1),
    Press("buddy.end", end, arguments=1),
    Press("buddy.leave", leave),
)
