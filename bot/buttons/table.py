"""What a button is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.turn import Turn
from bot.ui.message import Among


@dataclass(frozen=True, slots=True)
class Press:
    """One kind of button: `does` is given the turn and `arguments` strings.

    `admins`: only for administrators of the group, who are looked up on the platform before the transaction. `needs`: what a
    platform must be able to do for it ("location": let a person share one); others do not show it. `among`: its last argument
    was chosen from a list of the platform's own, and is looked up there before the transaction, unless it is empty.
    """

    name: str
    does: Callable[..., Awaitable[Any]]
    arguments: int = 0
    admins: bool = False
    needs: str = ""
    among: Among | None = None


def number(text: str) -> int:
    """An id carried by a button; 0, which no row has, where it is not one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


async def ignore(_turn: Turn) -> None:
    """A button that only says something."""
