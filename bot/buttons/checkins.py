"""Buttons about checkins."""

from bot.buttons.table import Press

BUTTONS: tuple[Press, ...] = ()
