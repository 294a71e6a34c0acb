"""The command about buddies: /buddy."""

from bot.commands.table import Command, Option, Where
from bot.services import buddies
from bot.turn import Turn

_OFF = {"off", "end", "stop", "выкл", "стоп"}


async def buddy(turn: Turn, words: str) -> None:
    """Show how things stand; with the code of an invitation look at it, with "off" end it."""
    said = words.strip()
    if said.casefold() in _OFF:
        await turn.say(await buddies.end_own(turn.tx, turn.learner, at=turn.at))
    elif said:
        await turn.say(await buddies.look(turn.tx, turn.learner, said, at=turn.at))
    else:
        await turn.say(await buddies.view(turn.tx, turn.learner, at=turn.at))


COMMANDS: tuple[Command, ...] = (
    Command(
        "buddy",
        "Somebody who hears when you go quiet",
        buddy,
        Where.PRIVATE,
        usage="[code]",
        options=(Option("code", "The code of an invitation you were sent; off ends it"),),
    ),
)
