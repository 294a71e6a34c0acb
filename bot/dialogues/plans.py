"""Dialogues about plans."""

from collections.abc import Awaitable, Callable

from bot.events import Said
from bot.store.people import Dialogue
from bot.turn import Turn

DIALOGUES: dict[str, Callable[[Turn, Said, Dialogue], Awaitable[None]]] = {}


async def file_came(turn: Turn, event: Said) -> None:
    """A plan file was sent."""
    raise NotImplementedError
