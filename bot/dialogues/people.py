"""Dialogues about people."""

from collections.abc import Awaitable, Callable

from bot.events import Said
from bot.store.people import Dialogue
from bot.turn import Turn

DIALOGUES: dict[str, Callable[[Turn, Said, Dialogue], Awaitable[None]]] = {}
