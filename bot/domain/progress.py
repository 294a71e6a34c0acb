"""Where a learner stands, as plain facts: the burn-up of a plan, the heat map of study days; words and pictures come of them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.pace import Forecast


class DayState(StrEnum):
    """What a study day was: the best of its sessions, else of its check-ins, else why there was nothing."""

    DONE = "done"
    PARTLY = "partly"
    SKIPPED = "skipped"  # an honest "not today"
    MISSED = "missed"  # silence
    EXCUSED = "excused"  # pause, sick, rest, or the bot's own outage
    FREE = "free"  # no slot, and nothing studied
    AHEAD = "ahead"  # planned for today, not answered yet


@dataclass(frozen=True, slots=True)
class HeatDay:
    """One square of the heat map: minutes reported, and how many check-ins they came with (a "not today" is none)."""

    day: date
    minutes: int
    sessions: int
    state: DayState


@dataclass(frozen=True, slots=True)
class Burnup:
    """Modules done of a plan over time.

    `done[i]` are done by the end of `days[i]`; days ascend without gaps, the last is today, and `total` is what the plan has
    now. `promised` are the corners of the promised line, (day, modules done by then) in order of days: where it began, then
    the date of each open promise about modules; empty without one. `forecast` is about the whole plan: None while too little is
    known, and where nothing is left.
    """

    days: tuple[date, ...]
    done: tuple[int, ...]
    total: int
    promised: tuple[tuple[date, int], ...]
    forecast: Forecast | None
