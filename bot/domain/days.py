"""The course of a study day: what its check-ins make of its sessions, and when a learner hears from the bot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from math import ceil
from typing import Final

from bot.domain.calendar import day_end, local, quiet_until, resolve
from bot.domain.checkins import Checkin, Outcome, Session, SessionState
from bot.domain.people import MAIN, SECOND, Learner

NUDGE_AFTER: Final = timedelta(minutes=45)  # PRODUCT.md, Reminders and time
EVENING: Final = time(20)  # one reminder in the evening ...
EVENING_AFTER_SLOTS_BEFORE: Final = time(18)  # ... unless the slot itself was in the evening
MOST_SAID: Final = 3  # PRODUCT.md, Principles, 5: at most three private messages a day about studying
DROPPED_AFTER: Final = timedelta(hours=2)  # PRODUCT.md, Late after an outage: later than this nothing is sent
DELAYED_FROM: Final = timedelta(minutes=5)  # a card later than this says so
UNDO_WITHIN: Final = timedelta(minutes=10)  # PRODUCT.md, /checkin
MOST_COUNTED: Final = 240  # minutes between Start and Done that are believed; whoever forgot to stop corrects them
DEAF_EXCUSES: Final = timedelta(minutes=30)  # so long unheard before a day's end, silence is no fault of the learner's
_APART: Final = timedelta(hours=1)  # reminders closer together than this are one too many

_WORTH: Final = {SessionState.SKIPPED: 1, SessionState.PARTLY: 2, SessionState.DONE: 3}


class Reason(StrEnum):
    """Why a session is excused."""

    OUTAGE = "outage"  # the bot was down at the slot, or deaf before the day's end
    UNREACHABLE = "unreachable"  # the bot may not write to the learner
    UNDELIVERED = "undelivered"  # the card did not arrive
    LINKED = "linked"  # spent as one with another learner, whose cards came instead
    OPTIONAL = "optional"  # a second slot is no must (PRODUCT.md, Study slot)
    PAUSE = "pause"  # a break, announced ahead, or an automatic one
    SICK = "sick"  # a sick day
    RESTART = "restart"  # an easy day after a long break: excused where nothing was said, and waiting until then


class Stage(StrEnum):
    """What a day's timer is set for."""

    NUDGE = "nudge"
    LATER = "later"  # asked for with Later
    EVENING = "evening"
    CLOSE = "close"


class Later(StrEnum):
    """What Later offers."""

    SOON = "30"
    WORK = "work"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next in a study day, and when."""

    stage: Stage
    at: datetime


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a session, and why if it is excused."""

    state: SessionState
    reason: str | None


def tap_source(learner_id: int, *, day: date, slot: str) -> str:
    """The source of the check-in that a card's buttons make: one per learner, day and slot, so that a tap twice is once."""
    return f"tap:{learner_id}:{day}:{slot}"


def became(sessions: Sequence[Session], checkins: Sequence[Checkin], *, over: bool) -> dict[int, Became]:
    """What the check-ins of one study day make of its sessions, by session id; both in order of time, of one learner.

    A tap speaks for its own session alone, be it there already or not. Every other check-in goes to the first session that is
    still open, so that two sittings serve a second slot as well (PRODUCT.md, /checkin). `over`: the day has ended, and silence
    is an answer.
    """
    reported = _reported(sessions, checkins)
    return {session.id: _became(session, reported.get(session.slot), over=over) for session in sessions}


def _reported(sessions: Sequence[Session], checkins: Sequence[Checkin]) -> dict[str, SessionState]:
    days = {(one.learner_id, one.day) for one in checkins}
    slot_of = {tap_source(learner_id, day=day, slot=slot): slot for learner_id, day in days for slot in (MAIN, SECOND)}
    taps = {slot_of[one.source]: SessionState(one.outcome) for one in checkins if one.source in slot_of}
    for checkin in checkins:
        slot = _open_slot(sessions, taps)
        if checkin.source not in slot_of and slot is not None:
            taps[slot] = max(taps.get(slot, SessionState.SKIPPED), SessionState(checkin.outcome), key=_WORTH.__getitem__)
    return taps


def _open_slot(sessions: Sequence[Session], reported: dict[str, SessionState]) -> str | None:
    """The slot a check-in counts for: the first without one (or with "not today"), else the first done in part."""
    for wanted in (0, 1), (2,):
        for session in sessions:
            if _WORTH.get(reported.get(session.slot, SessionState.PLANNED), 0) in wanted:
                return session.slot
    return None


def _became(session: Session, reported: SessionState | None, *, over: bool) -> Became:
    if reported is not None:
        return Became(reported, session.reason)
    if session.reason == Reason.RESTART and not over:
        return Became(SessionState.PLANNED, session.reason)
    if session.reason is not None:
        return Became(SessionState.EXCUSED, session.reason)
    if over and session.slot == SECOND:
        return Became(SessionState.EXCUSED, Reason.OPTIONAL)
    return Became(SessionState.MISSED if over else SessionState.PLANNED, None)


def best(checkins: Sequence[Checkin]) -> Outcome | None:
    """The best outcome among check-ins: what became of a day without a session."""
    return max((one.outcome for one in checkins), key=lambda outcome: _WORTH[SessionState(outcome)], default=None)


# --- when what is said ------------------------------------------------------------------------------------------------
def ends_at(learner: Learner, day: date) -> datetime:
    """The instant at which the learner's study day `day` is over."""
    return day_end(day, zone=learner.clock_zone, day_ends=learner.day_ends)


def first_step(learner: Learner, *, day: date, due_at: datetime, slot: str = MAIN) -> Step:
    """What follows the card of a slot that was due at `due_at`: the nudge, or only the day's end.

    In quiet hours of the learner's own choosing the nudge waits for their end. Those everybody begins with do not hold it
    back: whoever has a slot then is up.
    """
    nudge = due_at + NUDGE_AFTER
    if learner.quiet_own:
        nudge = _quiet_until(learner, nudge) or nudge
    close = ends_at(learner, day)
    return Step(Stage.NUDGE, nudge) if slot == MAIN and nudge < close else Step(Stage.CLOSE, close)


def step_after(learner: Learner, *, day: date, due_at: datetime, after: datetime, said: int, second: bool) -> Step:
    """What follows a reminder given at `after`: one in the evening, or the day's end.

    `said`: how many messages there were today, the card included. `second`: the day has a second slot, whose card is the
    evening's message. In quiet hours the evening's waits for their end, if that is still in the evening.
    """
    evening = resolve(datetime.combine(day, EVENING), learner.clock_zone)
    early = local(due_at, learner.clock_zone).time() < EVENING_AFTER_SLOTS_BEFORE
    quiet = _quiet_until(learner, evening)
    late = quiet is not None and local(quiet, learner.clock_zone).date() != day
    evening = quiet or evening
    close = ends_at(learner, day)
    wanted = early and not second and not late and said < MOST_SAID
    return Step(Stage.EVENING, evening) if wanted and after + _APART <= evening < close else Step(Stage.CLOSE, close)


def _quiet_until(learner: Learner, at: datetime) -> datetime | None:
    return quiet_until(at, zone=learner.clock_zone, start=learner.quiet_start, end=learner.quiet_end)


def later_choices(learner: Learner, *, day: date, at: datetime) -> list[tuple[Later, datetime]]:
    """What Later offers at the instant `at`: in 30 minutes, after work (18:00), tonight (20:00, or 21:00 when that is near)."""
    soon = (at + timedelta(minutes=30)).replace(second=0, microsecond=0)
    walls = ((Later.WORK, time(18)), (Later.NIGHT, time(20)), (Later.NIGHT, time(21)))
    choices = {Later.SOON: soon}
    for choice, wall in walls:
        instant = resolve(datetime.combine(day, wall), learner.clock_zone)
        if instant >= at + timedelta(minutes=30):
            choices.setdefault(choice, instant)
    return [(choice, instant) for choice, instant in choices.items() if instant < ends_at(learner, day)]


def minutes_between(started_at: datetime, at: datetime) -> int:
    """Whole minutes studied from Start until `at`: at least one, at most MOST_COUNTED."""
    return min(MOST_COUNTED, max(1, int((at - started_at).total_seconds()) // 60))


def pace(left: int, *, days: int) -> int:
    """How many of `left` a week it takes to be done in `days` days, rounded up; the last week takes all."""
    return left if days <= 7 else ceil(left * 7 / days)
