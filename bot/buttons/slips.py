"""Buttons about slips."""

from bot.buttons import commitments
from bot.buttons.table import Press, number
from bot.services import alerts, due_questions
from bot.turn import Turn


async def missed(turn: Turn, commitment: str) -> None:
    """It was missed."""
    await turn.show(await due_questions.say_missed(turn.tx, turn.learner, number(commitment), at=turn.at))


async def skip(turn: Turn, commitment: str) -> None:
    """No own words."""
    await turn.show(await due_questions.say_why(turn.tx, turn.learner, number(commitment), "", at=turn.at))


async def help_(turn: Turn, commitment: str) -> None:
    """Somebody of the group offers help."""
    await turn.toast(await alerts.cheer(turn.tx, turn.learner, number(commitment), kind=alerts.HELP, at=turn.at))


async def cheer(turn: Turn, commitment: str) -> None:
    """Somebody of the group cheers."""
    await turn.toast(await alerts.cheer(turn.tx, turn.learner, number(commitment), kind=alerts.CHEER, at=turn.at))


BUTTONS: tuple[Press, ...] = (
    Press("slip.done", commitments.done, arguments=1),
    Press("slip.time", commitments.move, arguments=1),
    Press("slip.missed", missed, arguments=1),
    Press("slip.skip", skip, arguments=1),
    Press("slip.help", help_, arguments=1),
    Press("slip.cheer", cheer, arguments=1),
)
