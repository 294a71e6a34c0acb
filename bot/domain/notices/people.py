"""Notices about people: the home that /start makes, zone, slot and what is public where."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ZoneFirst:
    """A slot was asked for before the zone is known."""


@dataclass(frozen=True, slots=True)
class ZoneUnknown:
    """What was said is no place we know. `offset`: it was a UTC offset, which knows nothing of summer time."""

    said: str
    offset: bool = False


PeopleNotice: TypeAlias = ZoneFirst | ZoneUnknown
"""What may be said about people."""
