"""One person on two platforms: codes, and which of two learners goes on as both."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is read as something else: no 0 O, no 1 I L
CODE_LENGTH: Final = 8  # 8 * 10^11 codes, of which a handful are good at any time
CODE_LIVES: Final = timedelta(minutes=15)
MOST_WRONG: Final = 5  # wrong codes a learner may type ...
WRONG_WITHIN: Final = timedelta(hours=1)  # ... in this time
PLATFORMS: Final = ("telegram", "discord")  # where a code can be typed, as far as people are told


def tidy_code(said: str) -> str:
    """A code as it is stored, however it was typed: in small letters, with a hyphen or blanks in between."""
    return "".join(character for character in said.upper() if character.isalnum())[: CODE_LENGTH * 2]


@dataclass(frozen=True, slots=True)
class History:
    """What there is of a learner, for saying which of two goes on. `id` is smaller for who came first."""

    id: int
    checkins: int
    has_plan: bool
    promises: int


def survivor(first: History, second: History) -> History:
    """The one with more history goes on as both: more check-ins, else the plan, else more promises, else who came first."""
    return max(first, second, key=lambda one: (one.checkins, one.has_plan, one.promises, -one.id))
