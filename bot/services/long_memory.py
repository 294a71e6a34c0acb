"""Long-term memory: when a module is to be seen again, by FSRS; the only place that knows of it.

Nothing is kept but what was rated on which study day: the state is worked out from that anew, so that taking a rating back
leaves no trace. Looked at before it was used (fsrs 6.3): fuzzing is on unless switched off; without learning steps a first
review sets days instead of minutes; a card reads the clock, and sleeps, unless given an id and a due instant; instants must be
UTC itself; an interval is at least one day and at most the given maximum.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import fsrs

from bot.domain.reviews import Rating

LONGEST: Final = 365  # days: what is not seen for a year is no longer studied with this plan
_SCHEDULER: Final = fsrs.Scheduler(learning_steps=(), relearning_steps=(), maximum_interval=LONGEST, enable_fuzzing=False)


def due_again(recalled: Sequence[tuple[date, Rating]]) -> date:
    """The day on which a module is due again after these ratings, oldest first; at least one."""
    card = fsrs.Card(card_id=1, due=_noon(recalled[0][0]))
    for day, rating in recalled:
        card, _ = _SCHEDULER.review_card(card, fsrs.Rating(rating), _noon(day))
    return max(card.due.date(), recalled[-1][0] + timedelta(days=1))


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
