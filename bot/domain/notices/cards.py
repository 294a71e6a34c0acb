"""Notices about cards."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class CardPlaceholder:
    """To be replaced."""


CardNotice: TypeAlias = CardPlaceholder
