"""The silence ladder: who has not said a word for days is asked once, and paused before they drown (PRODUCT.md, Slip alert)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from bot.domain.calendar import quiet_until, study_day
from bot.domain.notices import Notice
from bot.domain.notices.pauses import Paused
from bot.domain.people import Learner
from bot.domain.rest import Pause, PauseKind
from bot.services import buddies, pause_posts, posts
from bot.services.pauses import excuse
from bot.store import outbox, pauses, people
from bot.store.database import Tx
from bot.store.outbox import Lane, Outgoing

ASK_AFTER: Final = 2  # study days without a word: the last reminder of the second says so
PAUSE_AFTER: Final = 7


async def heard(tx: Tx, learner: Learner, *, at: datetime) -> None:
    """The learner has said or pressed something, whatever it was: silence is counted from this study day on."""
    day = study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)
    if day > learner.heard_day:
        await people.change(tx, learner.id, heard_day=day)


async def climb(tx: Tx, learners: Mapping[int, Learner], missed: Mapping[int, date], *, at: datetime) -> None:
    """Take the steps that are due for these learners, who have just missed a study day, by their last missed day."""
    if not missed:
        return
    silent = await pauses.silent_days(tx, list(missed))
    await buddies.tell_of_silence(tx, [learners[one] for one in missed if silent.get(one, 0) >= buddies.SILENT_DAYS], at=at)
    gone = {one: day + timedelta(days=1) for one, day in missed.items() if silent.get(one, 0) >= PAUSE_AFTER}
    away = await pauses.not_over(tx, list(gone), since=min(gone.values(), default=date.max))
    firsts = {one: day for one, day in gone.items() if not any(pause.covers(day) for pause in away.get(one, ()))}
    made = await pauses.put_many(tx, firsts, kind=PauseKind.AUTO, last=None, at=at)
    await outbox.put(tx, [_words(learners[one.learner_id], one, at=at) for one in made], at=at)
    await excuse(tx, made)
    await pause_posts.announce(tx, made, at=at)
    await pause_posts.show_on_boards(tx, list(firsts), at=at)


def _words(learner: Learner, pause: Pause, *, at: datetime) -> Outgoing:
    """What the learner is told when their quiet hours end."""
    awake = quiet_until(at, zone=learner.clock_zone, start=learner.quiet_start, end=learner.quiet_end) or at
    facts = {"learner": learner.id, "pause": pause.id}
    return posts.live_item(learner, "paused", facts, key=f"paused:{pause.id}", lane=Lane.ALERT, due_at=awake)


async def load_paused(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "paused" {learner, pause}; None where the learner is back already."""
    del at
    found = await pauses.get(tx, facts["pause"])
    if found is None or found.last is not None:
        return None
    return Paused(learner=found.learner_id, pause=found.id, days=PAUSE_AFTER)
