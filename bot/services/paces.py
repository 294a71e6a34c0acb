"""What learners' last weeks brought, as forecasts want it: looked up for many at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.calendar import study_day
from bot.domain.checkins import SessionState
from bot.domain.pace import WINDOW, LastWeeks, StudiedDay
from bot.domain.people import Learner
from bot.domain.rest import Pause
from bot.store import paces, pauses
from bot.store.database import Tx
from bot.store.paces import Finished

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Past:
    """A learner's last weeks, up to the first study day that is still ahead: today, or tomorrow once something was done today.

    `usual` is the mean estimate of the active plan's modules in minutes, None where there are none.
    """

    today: date
    weeks: LastWeeks
    usual: float | None

    def load(self, estimate_minutes: int | None) -> float:
        """What a module weighs, in average modules."""
        return _load(estimate_minutes, self.usual)


async def past(tx: Tx, learners: Sequence[Learner], *, at: datetime) -> dict[int, Past]:
    """By learner, the last weeks as of `at`, and the days ahead on which they are away: five queries, however many there are."""
    if not learners:
        return {}
    today = {one.id: study_day(at, zone=one.clock_zone, day_ends=one.day_ends) for one in learners}
    first, last, ids = min(today.values()) - WINDOW, max(today.values()), sorted(today)
    usual = await paces.usual_estimates(tx, ids)
    reported: dict[int, dict[date, tuple[int, int]]] = defaultdict(dict)
    for one in await paces.day_sums(tx, ids, first=first, last=last):
        reported[one.learner_id][one.day] = (one.sessions, one.minutes)
    finished: dict[int, dict[date, list[Finished]]] = defaultdict(lambda: defaultdict(list))
    for module in await paces.finished(tx, ids, first=first, last=last):
        finished[module.learner_id][module.day].append(module)
    excused: dict[int, set[date]] = defaultdict(set)
    for session in await paces.held(tx, ids, first=first, last=last):
        if session.state is SessionState.EXCUSED:
            excused[session.learner_id].add(session.day)
    breaks = await pauses.not_over(tx, ids, since=min(today.values()))
    return {
        one: _past(
            one, today[one], reported[one], finished[one], excused[one], off=_off(breaks.get(one, ())), usual=usual.get(one)
        )
        for one in ids
    }


def _off(breaks: Sequence[Pause]) -> set[date]:
    """The days of breaks whose end is known; nobody can reckon with the others."""
    return {one.first + n * _DAY for one in breaks if one.last is not None for n in range((one.last - one.first).days + 1)}


def _past(
    learner_id: int,
    today: date,
    reported: dict[date, tuple[int, int]],
    finished: dict[date, list[Finished]],
    excused: set[date],
    *,
    off: set[date],
    usual: float | None,
) -> Past:
    days = []
    for day in sorted({*reported, *finished, *excused}):
        sessions, minutes = reported.get(day, (0, 0))
        done = finished.get(day, [])
        load = sum(_load(one.estimate_minutes, usual) for one in done)
        days.append(StudiedDay(day, sessions, minutes, len(done), load, excused=day in excused))
    while days and days[0].excused and not days[0].studied:  # before anything was done nothing can be excused
        days.pop(0)
    worked = any(one.day == today and one.studied for one in days)
    return Past(today, LastWeeks(days, from_day=today + _DAY if worked else today, seed=learner_id, off=off), usual)


def _load(estimate_minutes: int | None, usual: float | None) -> float:
    return estimate_minutes / usual if estimate_minutes is not None and usual else 1.0
