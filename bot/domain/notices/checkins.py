"""Notices about checkins."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class CheckinPlaceholder:
    """To be replaced."""


CheckinNotice: TypeAlias = CheckinPlaceholder
