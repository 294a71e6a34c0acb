"""Credit for promises: late is better than never, sooner better than later; and the reliability it adds up to."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import exp, log
from typing import Final

from bot.domain.commitments import Commitment, State

# PRODUCT.md, Late credit: 1 on time, .999 an hour late, .99 a day, .9 a week, .5 thirty days, .1 a year.
ANCHORS: Final = (
    (timedelta(0), 1.0),
    (timedelta(hours=1), 0.999),
    (timedelta(days=1), 0.99),
    (timedelta(days=7), 0.9),
    (timedelta(days=30), 0.5),
    (timedelta(days=365), 0.1),
)
SHOWN_FROM: Final = 5  # PRODUCT.md, Reliability: mean of the last 20 due commitments, shown from the 5th on
WINDOW: Final = 20


def late_credit(late: timedelta) -> float:
    """Return the credit of something finished `late`: 1 if not late at all, else strictly falling towards 0.

    Between two anchors it falls by a constant share per unit of time; after the last one it goes on falling at its rate.
    """
    if late <= timedelta(0):
        return 1.0
    spans = list(pairwise(ANCHORS))
    (start, high), (end, low) = next((span for span in spans if late <= span[1][0]), spans[-1])
    return exp(log(high) + (log(low) - log(high)) * ((late - start) / (end - start)))


def credit_of(commitment: Commitment, *, at: datetime) -> float | None:
    """Return the credit of one promise as of `at`; None while it is not due, or when it was taken back by the rules.

    Finished before it slipped is on time: the two hours after the due instant are for answering the question. Undone after a
    slip, given up or withdrawn inside the horizon is 0.
    """
    slipped = commitment.slipped_at is not None
    match commitment.state:
        case State.DONE:
            return late_credit(lateness(commitment))
        case State.MISSED:
            return 0.0
        case State.WITHDRAWN if slipped:
            return 0.0
        case State.OPEN if slipped and at >= commitment.first_due_at:
            return 0.0
        case _:
            return None


def lateness(commitment: Commitment) -> timedelta:
    """Return how late a promise was finished; zero if in time, if it never slipped, or if it is not finished."""
    if commitment.slipped_at is None or commitment.done_at is None:
        return timedelta(0)
    return max(timedelta(0), commitment.done_at - commitment.first_due_at)


def reliability(credits_: Sequence[float]) -> float | None:
    """Return the mean of the latest 20 credits (latest first), or None while there are fewer than five."""
    latest = credits_[:WINDOW]
    return sum(latest) / len(latest) if len(latest) >= SHOWN_FROM else None
