"""Buttons about people."""

from bot.buttons.table import Press

BUTTONS: tuple[Press, ...] = ()
