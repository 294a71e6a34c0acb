"""Notices about slips."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class SlipPlaceholder:
    """To be replaced."""


SlipNotice: TypeAlias = SlipPlaceholder
