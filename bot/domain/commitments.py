"""Public promises as values, and the rules that make them hard but fair."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Final

from bot.domain.calendar import local
from bot.domain.people import Consent
from bot.domain.plans import Scope

SILENT: Final = timedelta(minutes=15)  # PRODUCT.md, /commitments: the first 15 minutes change silently,
UNMARKED: Final = timedelta(hours=24)  # the first 24 h without a mark
DRAFT_LIVES: Final = timedelta(hours=24)  # a preview nobody confirmed by then is stale
GRACE: Final = timedelta(hours=2)  # PRODUCT.md, Slip alert: two hours between the question and the alert
WARN_DAYS: Final = (7, 3, 1)  # PRODUCT.md, Before: private warnings 7, 3, 1 days ahead
MAX_TEXT: Final = 300  # characters of a promise; more is a diary, and is refused rather than cut


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

    `first_due_at` is the due instant that reliability is measured against: as first published, or as moved by the rules; a slip
    does not move it. `slipped_at` is the instant it first slipped; `consent` what its author chose for this promise (None until
    chosen); `in_place` whether it was typed in the group, where the preview becomes the post. `part_of` is the promise it was
    split from, in whose post it stands.
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
    part_of: int | None = None


class Happened(StrEnum):
    """The kinds of lines in a commitment's history."""

    PUBLISHED = "published"
    MOVED = "moved"  # facts: how (a MoveKind), from, to
    EXTENDED = "extended"  # the bot was deaf before the due instant; facts: from, to
    MISSED = "missed"  # its owner said so
    ALERT = "alert"  # put before the group; facts: also (ids of the promises named in the same message)
    GATHERED = "gathered"  # named in the alert of another promise; facts: by (its id)
    DONE = "done"  # facts: by (hand or progress)
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"  # facts: how (a MoveKind)
    SPLIT = "split"  # facts: text (before), part (the id of the other part); of the part that keeps the date also to
    CUT = "cut"  # undone modules it covers were taken out of the plan; facts: what (their titles), count


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a commitment's history, which is only ever added to. `facts` depend on `kind`; instants are in ISO format."""

    kind: str
    at: datetime
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scope is done: `unit` is modules, sessions or minutes; None where only the learner can say (free text)."""

    done: int
    total: int
    unit: str | None

    @property
    def left(self) -> int:
        """How much is missing."""
        return max(0, self.total - self.done)

    @property
    def complete(self) -> bool:
        """Whether all of it is done; a scope of nothing never is."""
        return self.unit is not None and 0 < self.total <= self.done


def tidy(text: str) -> str:
    """One line without control and direction-changing characters (Unicode Cc and Cf); what joins emoji stays."""
    kept = "".join(c for c in " ".join(text.split()) if c.isprintable() or c == "\u200d")
    return " ".join(kept.split())


# --- making a promise easier (PRODUCT.md, /commitments and Horizon) ---------------------------------------------------
class MoveKind(StrEnum):
    """What the rules make of a changed date, or of a withdrawal."""

    EARLIER = "earlier"  # immediate, no mark
    SILENT = "silent"  # within 15 minutes of publishing
    UNMARKED = "unmarked"  # within 24 hours
    MARKED = "marked"  # asked for a horizon ahead: takes effect, the old date stays readable
    SLIP = "slip"  # inside the horizon: a published slip

    @property
    def leaves_mark(self) -> bool:
        """Whether the old date stays to be seen, struck through."""
        return self in {MoveKind.MARKED, MoveKind.SLIP}


def judge_move(commitment: Commitment, new_due: datetime, *, at: datetime, horizon_days: int) -> MoveKind:
    """What moving a published promise to `new_due`, asked for at `at`, is under the rules.

    Bounds belong to the kinder side: at 15:00 minutes it is still silent, at exactly the horizon still no slip. Past its due
    instant a promise can only slip.
    """
    if new_due <= commitment.due_at and at < commitment.due_at:
        return MoveKind.EARLIER
    return judge_withdrawal(commitment, at=at, horizon_days=horizon_days)


def moved(commitment: Commitment, new_due: datetime, *, kind: MoveKind, zone: str, at: datetime) -> Commitment:
    """`commitment` moved at `at` as was judged: reliability is measured against the new date, unless the move is a slip."""
    slip = kind is MoveKind.SLIP
    return replace(
        commitment,
        due_at=new_due,
        due_wall=local(new_due, zone),
        zone=zone,
        first_due_at=commitment.first_due_at if slip else new_due,
        slipped_at=(commitment.slipped_at or min(at, commitment.due_at)) if slip else commitment.slipped_at,
    )


def judge_withdrawal(commitment: Commitment, *, at: datetime, horizon_days: int) -> MoveKind:
    """What taking a published promise back at `at` is under the rules: as easy as moving it far away."""
    age = at - (commitment.published_at or at)
    if at >= commitment.due_at:
        return MoveKind.SLIP
    if age <= SILENT:
        return MoveKind.SILENT
    if age <= UNMARKED:
        return MoveKind.UNMARKED
    return MoveKind.MARKED if at + timedelta(days=horizon_days) <= commitment.due_at else MoveKind.SLIP


def struck_dues(history: Sequence[Event]) -> tuple[datetime, ...]:
    """The due instants that were given up with a mark, oldest first: they stay readable, struck through."""
    moves = (event for event in history if event.kind == Happened.MOVED)
    return tuple(datetime.fromisoformat(event.facts["from"]) for event in moves if MoveKind(event.facts["how"]).leaves_mark)


def taken_out(history: Sequence[Event]) -> int:
    """How many undone modules were taken out of what a promise covers."""
    return sum(int(event.facts["count"]) for event in history if event.kind == Happened.CUT)


# --- what comes next for a promise ------------------------------------------------------------------------------------
class Stage(StrEnum):
    """What a promise's timer does when it falls due."""

    WARN = "warn"
    ASK = "ask"
    ALERT = "alert"


def next_stage(due_at: datetime, *, after: datetime) -> tuple[Stage, datetime]:
    """The first warning strictly after `after`, else the question at the due instant."""
    warnings = (due_at - timedelta(days=days) for days in WARN_DAYS)
    ahead = next((instant for instant in warnings if instant > after), None)
    return (Stage.WARN, ahead) if ahead else (Stage.ASK, due_at)


def alert_allowed_at(sent: Sequence[datetime], *, at: datetime) -> datetime:
    """The first instant from `at` on at which a learner may be put before the group again, given the alerts `sent` so far.

    PRODUCT.md, Slip alert: at most one a day and two a week per learner.
    """
    latest = sorted(sent, reverse=True)
    bounds = [at]
    if latest:
        bounds.append(latest[0] + timedelta(days=1))
    if len(latest) > 1:
        bounds.append(latest[1] + timedelta(days=7))
    return max(bounds)


@dataclass(frozen=True, slots=True)
class SafeStep:
    """The smallest thing that keeps a promise safe: `amount` of `unit` by the end of `day`."""

    amount: int
    unit: str
    day: date


def safe_step(
    progress: Progress, *, due_at: datetime, at: datetime, zone: str, studies: Callable[[date], bool] = lambda _day: True
) -> SafeStep | None:
    """What is to be done by the last study day of this week (of the next one from Friday on), or of those before the due instant.

    What is left is spread evenly over the days on which the learner `studies`, rounded up. None where nothing can be counted or
    nothing is left, and once the promise is due.
    """
    if progress.unit is None or not progress.left or at >= due_at:
        return None
    today, last = local(at, zone).date(), local(due_at, zone).date()
    sunday = today + timedelta(days=(6 - today.weekday()) + (7 if today.weekday() >= 4 else 0))
    ahead = [day for number in range((last - today).days + 1) if studies(day := today + timedelta(days=number))]
    if not ahead:
        return SafeStep(progress.left, progress.unit, last)
    soon = [day for day in ahead if day <= sunday] or ahead[:1]
    return SafeStep(ceil(progress.left * len(soon) / len(ahead)), progress.unit, soon[-1])
