"""The command that makes one learner of two accounts: /link."""

from bot.commands.table import Command, Option, Where
from bot.domain.notices import Notice
from bot.domain.notices.links import LinkAstray
from bot.services import links
from bot.turn import Turn

_OFF = {"off", "unlink"}


async def link(turn: Turn, words: str) -> None:
    """Give out a code, or show what is linked; with a code look at what it would mean, with "off" at undoing it."""
    said = words.strip()
    if said.casefold() in _OFF:
        await turn.say(await links.ask_unlink(turn.tx, turn.learner))
    elif said:
        await turn.say(await links.look(turn.tx, turn.learner, said, at=turn.at))
    else:
        await turn.say(await links.begin(turn.tx, turn.learner, platform=turn.platform, at=turn.at))


async def void(turn: Turn, words: str) -> Notice | None:
    """A code was typed before others' eyes: it links nobody any more."""
    return LinkAstray() if await links.void(turn.tx, words) else None


COMMANDS: tuple[Command, ...] = (
    Command(
        "link",
        "Be one person on Telegram and Discord",
        link,
        Where.PRIVATE,
        usage="CODE",
        options=(Option("code", "The code you were given on the other one; off takes it apart"),),
        astray=void,
    ),
)
