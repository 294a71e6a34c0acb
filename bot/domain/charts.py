"""What a picture shows: facts, and beside them the few words that stand in it, which ui has made."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

from bot.domain.progress import Burnup, HeatDay

LONGEST_HEAT: Final = timedelta(weeks=104)  # what is older is left out of a heat map
MOST_LINES: Final = 40  # members in one picture; more would be too small to read on a phone


@dataclass(frozen=True, slots=True)
class BurnupWords:
    """The key of a burn-up, and the short names of the twelve months."""

    done: str
    promised: str
    forecast: str
    months: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BurnupChart:
    """How much was done day by day, what was promised, and where it is heading."""

    title: str
    note: str
    burnup: Burnup
    words: BurnupWords


@dataclass(frozen=True, slots=True)
class HeatWords:
    """The key of a heat map, the short names of the months, and those of the weekdays from Monday on."""

    less: str
    more: str
    missed: str
    excused: str
    months: tuple[str, ...]
    weekdays: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeatChart:
    """Study days in order, the last is today; weeks as columns."""

    title: str
    note: str
    days: tuple[HeatDay, ...]
    words: HeatWords


@dataclass(frozen=True, slots=True)
class ProgressChart:
    """A learner's own picture: the burn-up where there is a plan, the heat map below."""

    burnup: BurnupChart | None
    heat: HeatChart


@dataclass(frozen=True, slots=True)
class Line:
    """One member's week: sessions kept of those planned, minutes in words, promises kept and slipped."""

    name: str
    done: int
    planned: int
    minutes: str
    kept: int
    slipped: int


@dataclass(frozen=True, slots=True)
class GroupWords:
    """The key of a group's picture."""

    session: str
    kept: str
    slipped: str


@dataclass(frozen=True, slots=True)
class GroupChart:
    """A group's week, a line for each member who may be named. `more` tells of those who had no room."""

    title: str
    note: str
    lines: tuple[Line, ...]
    words: GroupWords
    more: str = ""


Chart: TypeAlias = BurnupChart | HeatChart | ProgressChart | GroupChart
