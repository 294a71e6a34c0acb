"""Dialogues about slips."""

from collections.abc import Awaitable, Callable

from bot.events import Said
from bot.services import due_questions
from bot.store.people import Dialogue
from bot.turn import Turn


async def words_came(turn: Turn, event: Said, state: Dialogue) -> None:
    """Own words about a slip were typed in private."""
    if turn.group is None:
        commitment_id = state.data["commitment"]
        await turn.say(await due_questions.say_why(turn.tx, turn.learner, commitment_id, event.words, at=turn.at))


DIALOGUES: dict[str, Callable[[Turn, Said, Dialogue], Awaitable[None]]] = {due_questions.DIALOGUE: words_came}
