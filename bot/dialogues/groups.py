"""The one question a group is asked in words: its city, typed as a reply."""

from collections.abc import Awaitable, Callable

from bot.domain.notices.general import Hint
from bot.events import Said
from bot.services import group_setup
from bot.store.people import Dialogue
from bot.turn import Turn


async def zone(turn: Turn, event: Said, state: Dialogue) -> None:
    """A city was typed for the group, in reply to the question; other words, here or elsewhere, are no answer to it."""
    if turn.group is None:
        await turn.say(Hint())
    elif turn.group.id == state.data["group"] and event.words and event.reply_to is not None and event.reply_to == state.message:
        found = group_setup.suggest_zone(turn.group.id, event.words)
        await group_setup.ask_again(turn.tx, turn.group, found, ref=event.reply_to, source=turn.source, at=turn.at)


DIALOGUES: dict[str, Callable[[Turn, Said, Dialogue], Awaitable[None]]] = {group_setup.ZONE_DIALOGUE: zone}
