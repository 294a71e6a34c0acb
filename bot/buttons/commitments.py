"""Buttons about commitments."""

from bot.buttons.table import Press

BUTTONS: tuple[Press, ...] = ()
