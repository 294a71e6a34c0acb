"""Public promises as values, and the rules that make them hard but fair."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.people import Consent
from bot.domain.plans import Scope


class State(StrEnum):
    """Where a commitment is in its life."""

    DRAFT = "draft"  # in preview: nobody but its author knows
    OPEN = "open"
    DONE = "done"
    MISSED = "missed"  # given up after it slipped
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Commitment:
    """A public promise. `due_at` is the instant, `due_wall` what the clock of `zone` shows then, as it was promised.

    `first_due_at` is the due instant as first published; `slipped_at` the instant it first slipped; `consent` what its author
    chose for this promise (None until chosen); `in_place` whether it was typed in the group, where the preview becomes the post.
    """

    id: int
    learner_id: int
    group_id: int | None
    source: str
    text: str
    scope: Scope
    state: State
    consent: Consent | None
    in_place: bool
    due_at: datetime
    due_wall: datetime
    zone: str
    first_due_at: datetime
    created_at: datetime
    published_at: datetime | None
    done_at: datetime | None
    slipped_at: datetime | None
    alerted_at: datetime | None
    own_words: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a commitment's history, which is only ever added to. `facts` depend on `kind`: for "moved", from and to."""

    kind: str
    at: datetime
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scope is done: `unit` is modules, sessions or minutes; None where only the learner can say (free text)."""

    done: int
    total: int
    unit: str | None
