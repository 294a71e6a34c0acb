"""Questions that take several messages: free text is given to the dialogue a learner is in; its state is a row, not memory."""

from collections.abc import Awaitable, Callable

from bot.dialogues import checkins, commitments, groups, pauses, people, plans, slips
from bot.domain.notices.general import Hint
from bot.events import Said
from bot.store.people import Dialogue, dialogue
from bot.turn import Turn

Answers = Callable[[Turn, Said, Dialogue], Awaitable[None]]

DIALOGUES: dict[str, Answers] = {
    **people.DIALOGUES,
    **plans.DIALOGUES,
    **checkins.DIALOGUES,
    **commitments.DIALOGUES,
    **slips.DIALOGUES,
    **groups.DIALOGUES,
    **pauses.DIALOGUES,
}


async def handle(turn: Turn, event: Said) -> None:
    """Give words, a file or a location to the dialogue; outside of one, a plan file begins an import and words get a hint."""
    state = await dialogue(turn.tx, turn.learner.id)
    if turn.draft is not None and event.file is not None:
        await plans.file_came(turn, event)
    elif state is not None and state.name in DIALOGUES:
        await DIALOGUES[state.name](turn, event, state)
    elif event.photo is not None:
        await checkins.photo_came(turn, event)
    elif turn.group is None:
        await turn.say(Hint())
