"""Notices about commitments."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class CommitmentPlaceholder:
    """To be replaced."""


CommitmentNotice: TypeAlias = CommitmentPlaceholder
