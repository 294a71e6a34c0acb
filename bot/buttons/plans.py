"""Buttons about plans."""

from bot.buttons.table import Press

BUTTONS: tuple[Press, ...] = ()
