"""What a command is, and what can be filled in after it."""

from collections.abc import Awaitable, Callable, Mapping
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


class Kind(Enum):
    """What is filled in; for all but TEXT and FILE there are suggestions (`bot/commands/completions.py`)."""

    TEXT = "text"
    FILE = "file"
    DATE = "date"
    MODULE = "module"
    OPEN = "open"  # a module or a promise that is not done yet
    PLACE = "place"
    SPAN = "span"  # days from one to another
    TEMPLATE = "template"
    TRACK = "track"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to fill in, where a platform has fields for it; elsewhere it is typed as `usage` shows.

    `summary` is a sentence of the catalogue, at most 100 characters. `shape` is how the value stands among the words that the
    command is given; a file is none of the words.
    """

    name: str
    summary: str
    kind: Kind = Kind.TEXT
    shape: str = "{}"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `summary` is a sentence of the catalogue, at most 100 characters (Discord's limit); `usage` its arguments.

    `does` is given the turn and the words after the command. `admins`: only for administrators of the group, who are looked
    up on the platform before the transaction. `astray` is done, and may have something to say, where it is typed in a
    place in which it does not work. `options` are the fields that make up the words, `public` whether its answer is for
    everybody in the group, `menu` its name in the menu of a message of one's own, whose text are the words: all three for
    platforms that have such a thing.
    """

    name: str
    summary: str
    does: Callable[[Turn, str], Awaitable[None]]
    where: Where
    usage: str = ""
    admins: bool = False
    astray: Callable[[Turn, str], Awaitable[Notice | None]] | None = None
    options: tuple[Option, ...] = ()
    public: bool = False
    menu: str = ""

    def words(self, values: Mapping[str, str]) -> str:
        """The words after the command that filled-in options amount to, in the order of the table."""
        filled = [(one, values.get(one.name, "").strip()) for one in self.options if one.kind is not Kind.FILE]
        return " ".join(_shaped(one.shape, value) for one, value in filled if value)


def _shaped(shape: str, value: str) -> str:
    """The value among the words; what stands before it is not said twice where it was typed along ("by friday")."""
    before = shape.partition("{}")[0]
    repeated = bool(before) and value[: len(before)].casefold() == before.casefold()
    return shape.format(value[len(before) :].strip() if repeated else value)
