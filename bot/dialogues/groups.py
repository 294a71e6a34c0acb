"""The one question a group is asked in words: its city, typed as a reply."""

from collections.abc import Awaitable, Callable

from bot.domain.notices.general import Hint
from bot.events import Said
from bot.services import group_setup
from bot.store.people import Dialogue
from bot.turn import Turn


async def zone(turn: Turn, event: Said, state: Dialogue) -> None:
    """A city was typed for the group; elsewhere the words are nobody's answer."""
    if turn.group is None or turn.group.id != state.data["group"]:
        if turn.group is None:
            await turn.say(Hint())
        return
    await turn.say(group_setup.suggest_zone(turn.group.id, event.words))


DIALOGUES: dict[str, Callable[[Turn, Said, Dialogue], Awaitable[None]]] = {group_setup.ZONE_DIALOGUE: zone}
