"""Coming back: a pause ends before its time, or one without an end does."""

from datetime import date, datetime, timedelta

from bot.domain.calendar import study_day
from bot.domain.checkins import SessionState
from bot.domain.days import Reason
from bot.domain.notices.pauses import BackAgain, PauseEnded
from bot.domain.people import MAIN, Learner
from bot.domain.rest import RAMP_DAYS, Pause, PauseKind
from bot.services import pause_posts, posts, slots
from bot.store import pauses, sessions
from bot.store import slots as slot_rows
from bot.store.database import Tx

_DAY = timedelta(days=1)


async def end(tx: Tx, learner: Learner, pause: Pause, *, at: datetime) -> PauseEnded:
    """End a pause: today counts as a day on which the learner is back; a break of which no day has passed never was."""
    today = study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)
    over = today - _DAY
    if pause.first > over and pause.kind is not PauseKind.AUTO:  # an automatic one is eased however soon they are back
        await pauses.drop(tx, [pause.id])
    else:
        await pauses.change(tx, [pause.id], last=over)
    if pause.covers(today):
        await _open_again(tx, learner, today)
    await pause_posts.follow(tx, pause, at=at)
    now = await pauses.get(tx, pause.id)
    return PauseEnded(
        dropped=pause.first > today, easy=now is not None and now.eases, next_at=await next_card(tx, learner, at=at)
    )


async def _open_again(tx: Tx, learner: Learner, today: date) -> None:
    """Let today's session be asked for again, but not counted: its slot may be hours ago."""
    excused = [
        one.id
        for one in await sessions.of_day(tx, learner_id=learner.id, day=today)
        if one.state is SessionState.EXCUSED and one.reason in {Reason.PAUSE, Reason.SICK}
    ]
    await sessions.change(tx, excused, state=SessionState.PLANNED, reason=Reason.RESTART)


async def come_back(tx: Tx, learner: Learner, *, at: datetime) -> BackAgain | None:
    """End the automatic pause a learner is in; None where there is none."""
    found = await pauses.open_ones(tx, learner.id)
    if not found:
        return None
    for one in found:
        await end(tx, learner, one, at=at)
    return BackAgain(next_at=await next_card(tx, learner, at=at), easy_days=RAMP_DAYS)


async def come_back_studying(tx: Tx, learner: Learner, *, at: datetime) -> None:
    """Whoever checks in is back; it is said once."""
    found = await pauses.open_ones(tx, learner.id)
    back = await come_back(tx, learner, at=at) if found else None
    if back is not None:
        await posts.tell(tx, learner, back, key=f"back:{found[0].id}", at=at)


async def next_card(tx: Tx, learner: Learner, *, at: datetime) -> datetime | None:
    """When a learner's next morning card comes."""
    main = next((slot for slot in await slot_rows.of_learner(tx, learner.id) if slot.kind == MAIN), None)
    return await slots.next_card(tx, learner, main, at=at) if main else None
