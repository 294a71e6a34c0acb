"""Notices about plans."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class PlanPlaceholder:
    """To be replaced."""


PlanNotice: TypeAlias = PlanPlaceholder
