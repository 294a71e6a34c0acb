"""Commands about commitments."""

from bot.commands.table import Command

COMMANDS: tuple[Command, ...] = ()
