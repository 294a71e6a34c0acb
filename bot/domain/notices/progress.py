"""Notices about progress: where a learner stands, and a promise whose forecast has fallen behind its date."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from bot.domain.commitments import MoveKind
from bot.domain.notices.commitments import PromiseLine
from bot.domain.pace import Forecast, Outlook
from bot.domain.progress import Burnup, HeatDay


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """The plan as it stands: `forecast` is about all of it, `tracks` those with anything left: (title, done, total).

    `more` tracks with something left are not named.
    """

    title: str
    done: int
    total: int
    forecast: Forecast | None
    tracks: tuple[tuple[str, int, int], ...]
    more: int


@dataclass(frozen=True, slots=True)
class LineStanding:
    """The promised line: by `day`, `target` modules of the plan are done if every promise until then is kept; today `due_now`."""

    day: date
    target: int
    due_now: int


@dataclass(frozen=True, slots=True)
class PromiseStanding:
    """An open promise in a line: `outlook` is None where it cannot be measured."""

    text: str
    due_at: datetime
    zone: str
    outlook: Outlook | None


@dataclass(frozen=True, slots=True)
class WeekPace:
    """What a week has brought of late, on average; None before seven study days."""

    modules: float
    sessions: float
    minutes: float


@dataclass(frozen=True, slots=True)
class ProgressShown:
    """Where a learner stands. `heat` is whole weeks from Monday, the last one up to today.

    `days`, `minutes`: of all time. `week_minutes`: since Monday. `due`: promises that count for `reliability`, which is None
    before the fifth. `rest`: days of `heat` on which nothing was asked for. `promises`: the open ones, soonest due first, of
    which `more_promises` are not shown. `burnup` and `pictured` are what its picture shows: hundreds of days, so that they are
    looked up when it is sent rather than stored with the rest.
    """

    plan: PlanStanding | None
    line: LineStanding | None
    pace: WeekPace | None
    promises: tuple[PromiseStanding, ...]
    more_promises: int
    heat: tuple[HeatDay, ...]
    days: int
    minutes: int
    week_minutes: int
    streak: int
    rest: int
    reliability: float | None
    due: int
    burnup: Burnup | None = None
    pictured: tuple[HeatDay, ...] = ()

    @property
    def begun(self) -> bool:
        """Whether there is anything to draw."""
        return self.days > 0 or (self.plan is not None and self.plan.done > 0)


@dataclass(frozen=True, slots=True)
class ForecastCrossed:
    """The forecast of a promise has fallen behind its date. `move`: what moving it would be right now."""

    line: PromiseLine
    move: MoveKind
    horizon_days: int


ProgressNotice: TypeAlias = ProgressShown | ForecastCrossed
