"""What learners did in a week, for digests and boards."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Final

from bot.domain.checkins import Checkin, Session
from bot.domain.streaks import WeekStats, week
from bot.store import checkins, sessions
from bot.store.database import Tx

_LOOK_BACK: Final = timedelta(days=400)  # a streak is counted over a year and a bit; nobody's table is read whole


async def week_stats(tx: Tx, learner_ids: list[int], *, first: date, last: date) -> dict[int, WeekStats]:
    """The numbers of each learner for the study days from `first` to `last`, both included; consent is the caller's matter."""
    held: dict[int, list[Session]] = defaultdict(list)
    for session in await sessions.between(tx, learner_ids, first=last - _LOOK_BACK, last=last):
        held[session.learner_id].append(session)
    reported: dict[int, list[Checkin]] = defaultdict(list)
    for checkin in await checkins.between(tx, learner_ids, first=first, last=last):
        reported[checkin.learner_id].append(checkin)
    finished = await checkins.modules_finished(tx, learner_ids, first=first, last=last)
    return {one: week(held[one], reported[one], modules=finished.get(one, 0), first=first, last=last) for one in set(learner_ids)}
