"""Commands about groups."""

from bot.commands.table import Command

COMMANDS: tuple[Command, ...] = ()
