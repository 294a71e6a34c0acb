"""Notices about people."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class PeoplePlaceholder:
    """To be replaced."""


PeopleNotice: TypeAlias = PeoplePlaceholder
