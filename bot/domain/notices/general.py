"""What may be said at any place: hints, apologies, refusals that belong to no noun."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Apology:
    """Something broke while handling what the person asked; nothing was changed. `update` finds it in the log."""

    update: str


@dataclass(frozen=True, slots=True)
class Hint:
    """Free text outside a dialogue: what one can do instead."""


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    """A command that does not exist; `nearest` is one that does, where one is near."""

    name: str
    nearest: str | None


@dataclass(frozen=True, slots=True)
class ElsewhereOnly:
    """A command typed where it does not work. `private`: it works in a private chat, else in a group."""

    name: str
    private: bool


@dataclass(frozen=True, slots=True)
class AdminsOnly:
    """What was asked is for the group's administrators."""


@dataclass(frozen=True, slots=True)
class StaleButton:
    """A button without effect; `why`: gone (of an older version), over (its moment has passed), other (somebody else's)."""

    why: str


@dataclass(frozen=True, slots=True)
class LookUpFailed:
    """The platform did not answer a question that had to be asked first."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A tap was heard and needs no words."""


@dataclass(frozen=True, slots=True)
class NotYourWords:
    """A message of somebody else's was to be taken for one's own words."""


@dataclass(frozen=True, slots=True)
class PressedInVain:
    """Something was pressed or called while the bot could not hear it."""


@dataclass(frozen=True, slots=True)
class DoorClosed:
    """The person lets nobody of this server write to them in private."""


@dataclass(frozen=True, slots=True)
class Help:
    """The commands on one screen. `commands`: (name, usage, summary), in the order of the table."""

    commands: tuple[tuple[str, str, str], ...]
    in_group: bool


GeneralNotice: TypeAlias = (
    Apology
    | Hint
    | UnknownCommand
    | ElsewhereOnly
    | AdminsOnly
    | StaleButton
    | LookUpFailed
    | Noted
    | NotYourWords
    | PressedInVain
    | DoorClosed
    | Help
)
