"""Commands about checkins."""

from bot.commands.table import Command

COMMANDS: tuple[Command, ...] = ()
