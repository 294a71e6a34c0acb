"""Notices about plans: showing, choosing and importing them, finishing modules."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ModuleGone:
    """A module that was pressed or named is in no plan of the learner's any more."""


PlanNotice: TypeAlias = ModuleGone
"""What may be said about plans."""
