"""Buttons about slips."""

from bot.buttons.table import Press

BUTTONS: tuple[Press, ...] = ()
