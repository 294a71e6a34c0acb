"""What a command is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

from bot.domain.notices import Notice
from bot.turn import Turn


class Where(Enum):
    """Where a command works."""

    PRIVATE = "private"
    GROUP = "group"
    BOTH = "both"

    def covers(self, *, in_group: bool) -> bool:
        """Whether it works in a group, or in private."""
        return self is Where.BOTH or (self is Where.GROUP) == in_group


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `summary` is a sentence of the catalogue, at most 100 characters (Discord's limit); `usage` its arguments.

    `does` is given the turn and the words after the command. `admins`: only for administrators of the group, who are looked
    up on the platform before the transaction. `astray` is done, and may have something to say, where it is typed in a
    place in which it does not work.
    """

    name: str
    summary: str
    does: Callable[[Turn, str], Awaitable[None]]
    where: Where
    usage: str = ""
    admins: bool = False
    astray: Callable[[Turn, str], Awaitable[Notice | None]] | None = None
