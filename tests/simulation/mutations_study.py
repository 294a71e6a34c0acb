"""Defects of time, promises and what is shown, for `mutations.py`."""

from typing import Final

from bot import timers
from bot.domain import calendar
from bot.services import (
    alerts,
    checkins,
    days,
    digests,
    due_questions,
    due_warnings,
    mornings,
    sessions,
    slips,
)
from tests.simulation.patching import Change, Mutation

_TAKEN_APART: Final = """\
async with database.write() as tx:
            taken = await _take(tx, at=at)
        async with database.write() as tx:
            for kind, rows in groupby(sorted(taken, key=attrgetter("kind")), key=attrgetter("kind")):
                await handlers[kind](tx, list(rows), at)
            return len(taken)
        async with database.write() as tx:"""

STUDY: Final[tuple[Mutation, ...]] = (
    # --- time ---
    Mutation(
        "UTC slots",
        "a slot is taken for a time in UTC",
        (
            Change(
                calendar.slot_instant,
                "return resolve(datetime.combine(_date_of_slot(day, wall, day_ends), wall), zone)",
                "return datetime.combine(_date_of_slot(day, wall, day_ends), wall, UTC)",
            ),
        ),
    ),
    Mutation(
        "second fold",
        "a slot that the clock shows twice comes at its second time",
        (
            Change(
                calendar.resolve,
                "if before.astimezone(tz).replace(tzinfo=None) == wall:\n        return before",
                "if before.astimezone(tz).replace(tzinfo=None) == wall:\n"
                "        return wall.replace(tzinfo=tz, fold=1).astimezone(UTC)",
            ),
        ),
    ),
    Mutation(
        "gap backwards",
        "a slot that the clock leaves out comes before the gap",
        (
            Change(
                calendar.resolve,
                "return _end_of_gap(wall.replace(tzinfo=tz, fold=1).astimezone(UTC), before, tz)",
                "return wall.replace(tzinfo=tz, fold=1).astimezone(UTC)",
            ),
        ),
    ),
    Mutation(
        "day ends at midnight",
        "a study day ends at midnight instead of three in the morning",
        (Change(calendar.day_end, "datetime.combine(day + _DAY, day_ends)", "datetime.combine(day + _DAY, _MIDNIGHT)"),),
    ),
    Mutation(
        "digest by UTC",
        "a digest's Sunday evening is that of Greenwich",
        (Change(digests.next_digest, "zone=group.clock_zone", 'zone="UTC"'),),
    ),
    Mutation(
        "cards by the slot alone",
        "a card that fell due during an outage is sent however late it is",
        (
            Change(mornings._occurrences, "dropped = pause is None and at - row.due_at > DROPPED_AFTER", "dropped = False"),
            Change(mornings._card, "expires_at = one.due_at + DROPPED_AFTER", "expires_at = one.due_at + 12 * DROPPED_AFTER"),
        ),
    ),
    Mutation(
        "timers taken apart",
        "timers are taken in one transaction and set anew in another",
        (Change(timers.tick, "async with database.write() as tx:", _TAKEN_APART),),
    ),
    # --- promises ---
    Mutation(
        "no barrier",
        "a deadline is judged although not all that was said before it has been heard",
        (Change(timers._take, "judging=JUDGING", "judging=()"),),
    ),
    Mutation(
        "deafness not made up for",
        "a deadline does not move by the time for which the bot was deaf",
        (
            Change(
                due_questions._make_up_for_deafness,
                "lost = {due_at: await pulse.deaf_before(tx, due_at) for due_at in {row.due_at for row in rows}}",
                "lost = {row.due_at: timedelta() for row in rows}",
            ),
        ),
    ),
    Mutation(
        "no grace",
        "the group is told at the due instant, not two hours later",
        (Change(due_questions.ask, "at + GRACE", "at"),),
    ),
    Mutation(
        "alerts by night",
        "the group's quiet hours are not minded",
        (Change(slips._wait_for_morning, "return set(waiting)", "return set()"),),
    ),
    Mutation(
        "alerts for ever",
        "a promise that was kept is judged like one that was not",
        (
            Change(slips.promises_due, "and promise.state is State.OPEN", ""),
            Change(slips.schedule, "ended = commitment.state is not State.OPEN", "ended = False"),
            Change(alerts.load, "if not new or one.state is not State.DONE", ""),
            Change(alerts._kind, "case State.DONE:", "case State.DRAFT:"),
        ),
    ),
    Mutation(
        "alerts never",
        "a slip is noted, and nobody is told",
        (Change(alerts.raise_alerts, "await _send(tx, going, at=at)", "pass"),),
    ),
    Mutation(
        "warned without end",
        "each promise has a warning of its own each day",
        (
            Change(
                due_warnings._key,
                "{local(at, learner.clock_zone).date()}",
                "{at.isoformat()}",
            ),
        ),
    ),
    # --- what is shown ---
    Mutation(
        "undo alone",
        "a check-in is taken back, and card, session and board are left as they were",
        (Change(checkins.undo, "await follow(tx, learner, day=found.day, modules=[found.module_id], at=at)", "[]"),),
    ),
    Mutation(
        "taps not shown",
        "a tap is written down, and the card goes on asking",
        (
            Change(
                sessions.answer,
                "await follow(tx, learner, day=day, modules=(made.module_id, standing.module_id if standing else None), at=at)",
                "pass",
            ),
        ),
    ),
    Mutation(
        "reminded without end",
        "who has answered is reminded all the same",
        (
            Change(days.days_due, "if one.waiting is not None and", "if"),
            Change(days.load_nudge, "session.state is not SessionState.PLANNED or ", ""),
        ),
    ),
)
