"""Dialogues about commitments."""

from collections.abc import Awaitable, Callable

from bot.domain.notices.commitments import DateAsked
from bot.domain.notices.general import Hint
from bot.events import Said
from bot.services import drafts, promise_dates, splits
from bot.store import outbox
from bot.store.people import Dialogue
from bot.turn import Turn


async def date_came(turn: Turn, event: Said, state: Dialogue) -> None:
    """A date was typed: in private any words, in a group only a reply to the question, for others talk there as well."""
    here = turn.group.id if turn.group else None
    if here != state.data.get("group"):
        if turn.group is None:
            await turn.say(Hint())
        return
    if turn.group is not None and not await _answers_question(turn, event, state):
        return
    found = await promise_dates.read(turn.tx, turn.learner, state, event.words, at=turn.at)
    await turn.say(found, shows=drafts.question_key(turn.learner.id) if isinstance(found, DateAsked) else None)


async def parts_came(turn: Turn, event: Said, state: Dialogue) -> None:
    """The two parts of a promise were typed in private."""
    if turn.group is None:
        await turn.say(await splits.read(turn.tx, turn.learner, int(state.data["commitment"]), event.words, at=turn.at))


async def _answers_question(turn: Turn, event: Said, state: Dialogue) -> bool:
    shown = await outbox.shown_as(turn.tx, drafts.question_key(turn.learner.id))
    return event.reply_to is not None and event.reply_to in {state.message, shown[0] if shown else None}


DIALOGUES: dict[str, Callable[[Turn, Said, Dialogue], Awaitable[None]]] = {
    drafts.DIALOGUE: date_came,
    splits.DIALOGUE: parts_came,
}
