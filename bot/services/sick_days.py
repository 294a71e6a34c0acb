"""A sick day: at once, today, with a small allowance that is shown."""

from datetime import date, datetime

from bot.domain.calendar import study_day
from bot.domain.checkins import Session, SessionState
from bot.domain.days import Reason, ends_at
from bot.domain.errors import Refused
from bot.domain.notices.general import StaleButton
from bot.domain.notices.pauses import SickDay, SickRefused, SickUndone
from bot.domain.people import Learner
from bot.domain.rest import SICK_DAYS, SICK_WITHIN, PauseKind, next_sick_day, sick_days_left
from bot.services import cards, pause_posts, rest
from bot.store import checkins, pauses, sessions
from bot.store.database import Tx


async def left(tx: Tx, learner: Learner, *, day: date) -> int:
    """How many sick days a learner has on a study day."""
    return sick_days_left(await pauses.sick_days(tx, learner.id, since=day - SICK_WITHIN), day=day)


async def take(tx: Tx, learner: Learner, *, at: datetime) -> SickDay:
    """Make today a sick day: its sessions are excused, whether their slots have come or not.

    Refused, and nothing used up, where none is left, where nothing is asked for today, and where it is answered already.
    """
    day = _today(learner, at=at)
    held = await sessions.of_day(tx, learner_id=learner.id, day=day)
    await _refuse_needless(tx, learner, held, day=day)
    taken = await pauses.sick_days(tx, learner.id, since=day - SICK_WITHIN)
    if not sick_days_left(taken, day=day):
        raise Refused(_refusal("used", learner, day, again=next_sick_day(taken, day=day)))
    made = await pauses.put(tx, learner_id=learner.id, kind=PauseKind.SICK, first=day, last=day, announced=False, at=at)
    open_ones = [one.id for one in held if one.state is SessionState.PLANNED]
    await sessions.change(tx, open_ones, state=SessionState.EXCUSED, reason=Reason.SICK)
    await _follow(tx, learner, day=day, at=at)
    return SickDay(
        pause=made.id,
        learner=learner.id,
        day=day,
        left=sick_days_left([*taken, day], day=day),
        of=SICK_DAYS,
        within=SICK_WITHIN.days,
    )


async def undo(tx: Tx, learner: Learner, pause_id: int, *, at: datetime) -> SickUndone:
    """Take a sick day back while its day lasts. Refused later, and where it is gone or somebody else's."""
    found = await pauses.get(tx, pause_id)
    if found is not None and found.learner_id != learner.id:
        raise Refused(StaleButton(why="other"))
    if found is None or found.kind is not PauseKind.SICK or at >= ends_at(learner, found.first):
        raise Refused(StaleButton(why="over"))
    await pauses.drop(tx, [found.id])
    held = await sessions.of_day(tx, learner_id=learner.id, day=found.first)
    sick = [one for one in held if one.reason == Reason.SICK]
    await sessions.change(tx, [one.id for one in sick if one.state is SessionState.EXCUSED], state=SessionState.PLANNED)
    easy = (await rest.study_days_of(tx, learner.id, since=found.first)).ramp_on(found.first) is not None
    await sessions.change(tx, [one.id for one in sick], reason=Reason.RESTART if easy else None)
    await _follow(tx, learner, day=found.first, at=at)
    return SickUndone(left=await left(tx, learner, day=found.first), of=SICK_DAYS)


async def _refuse_needless(tx: Tx, learner: Learner, held: list[Session], *, day: date) -> None:
    studying = await rest.study_days_of(tx, learner.id, since=day)
    pause = studying.pause_on(day)
    if pause is not None and pause.kind is PauseKind.SICK:
        raise Refused(_refusal("already", learner, day))
    told = not held and bool(await checkins.of_day(tx, learner_id=learner.id, day=day))  # before today had a slot
    if told or any(one.state.answered for one in held):
        raise Refused(_refusal("answered", learner, day))
    nothing = all(one.state is SessionState.EXCUSED for one in held) if held else studying.rests_on(day)
    if nothing or not (held or studying.weekdays):
        raise Refused(_refusal("rest", learner, day))


def _refusal(why: str, learner: Learner, day: date, *, again: date | None = None) -> SickRefused:
    return SickRefused(why=why, learner=learner.id, day=day, of=SICK_DAYS, within=SICK_WITHIN.days, again=again)


async def _follow(tx: Tx, learner: Learner, *, day: date, at: datetime) -> None:
    await cards.refresh(tx, learner, day=day, at=at)
    await pause_posts.show_on_boards(tx, [learner.id], at=at)


def _today(learner: Learner, *, at: datetime) -> date:
    return study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)
