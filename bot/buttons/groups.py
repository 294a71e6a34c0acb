"""Buttons about groups."""

from bot.buttons.table import Press

BUTTONS: tuple[Press, ...] = ()
