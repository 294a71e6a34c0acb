"""Commands about plans."""

from bot.commands.table import Command

COMMANDS: tuple[Command, ...] = ()
