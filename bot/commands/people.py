"""Commands about people."""

from bot.commands.table import Command

COMMANDS: tuple[Command, ...] = ()
