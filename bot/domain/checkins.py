"""Sessions and check-ins as values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class SessionState(StrEnum):
    """What became of one occurrence of a slot (PRODUCT.md, Session)."""

    PLANNED = "planned"
    DONE = "done"
    PARTLY = "partly"
    SKIPPED = "skipped"  # said so: an honest "not today"
    MISSED = "missed"  # silence
    EXCUSED = "excused"  # pause, sick, or the bot's own outage

    @property
    def answered(self) -> bool:
        """Whether the learner has said what became of it."""
        return self in {SessionState.DONE, SessionState.PARTLY, SessionState.SKIPPED}


class Outcome(StrEnum):
    """What a check-in reports."""

    DONE = "done"
    PARTLY = "partly"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Session:
    """One occurrence of a slot on one study day. `reason` says why it is excused."""

    id: int
    learner_id: int
    slot: str
    day: date
    state: SessionState
    reason: str | None
    due_at: datetime
    started_at: datetime | None
    later_until: datetime | None


@dataclass(frozen=True, slots=True)
class Checkin:
    """What a learner reported. `day` is the study day it counts for, `late` whether it was filled in afterwards."""

    id: int
    learner_id: int
    source: str
    day: date
    outcome: Outcome
    minutes: int | None
    module_id: int | None
    note: str
    links: tuple[str, ...]
    photo: str | None
    late: bool
    at: datetime
    edited_at: datetime | None
    undone_at: datetime | None
