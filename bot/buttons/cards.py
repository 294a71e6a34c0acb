"""Buttons about cards."""

from bot.buttons.table import Press

BUTTONS: tuple[Press, ...] = ()
