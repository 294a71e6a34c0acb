"""Notices about groups."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class GroupPlaceholder:
    """To be replaced."""


GroupNotice: TypeAlias = GroupPlaceholder
