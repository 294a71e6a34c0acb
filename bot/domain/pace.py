"""Forecasts: when work will be done, by the learner's own last weeks."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Forecast:
    """When something will be done: 10 % say before `earliest`, half before `likely`, 90 % before `latest` (an 80 % range)."""

    earliest: date
    likely: date
    latest: date
