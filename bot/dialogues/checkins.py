"""Dialogues about checkins."""

from collections.abc import Awaitable, Callable

from bot.events import Said
from bot.store.people import Dialogue
from bot.turn import Turn

DIALOGUES: dict[str, Callable[[Turn, Said, Dialogue], Awaitable[None]]] = {}


async def photo_came(turn: Turn, event: Said) -> None:
    """A photo was sent: proof for today's check-in."""
    raise NotImplementedError
