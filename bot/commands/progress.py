"""The command that tells where one stands: /progress."""

from bot.commands.table import Command, Where
from bot.services import progress
from bot.turn import Turn


async def progress_(turn: Turn, _words: str) -> None:
    """Tell where one stands."""
    await turn.say(await progress.shown(turn.tx, turn.learner, at=turn.at))


COMMANDS: tuple[Command, ...] = (Command("progress", "Where you stand: pace, forecast, study days", progress_, Where.PRIVATE),)
