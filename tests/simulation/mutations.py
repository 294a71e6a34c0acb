"""Defects put into the bot, each of which the simulation must catch: `python -m tests.simulation.mutations` writes the table."""

import sys
from typing import Any, Final

from sqlalchemy import case, null

from bot import courier, inbox, timers
from bot.domain import calendar
from bot.services import (
    alerts,
    boards,
    checkins,
    commitments,
    days,
    delivery,
    digests,
    due_questions,
    due_warnings,
    mornings,
    promise_facts,
    sessions,
    slips,
)
from bot.store import outbox, schema, sending
from bot.store import timers as timer_rows
from bot.store.inline import InlineConnection
from bot.store.kept import Kept
from bot.store.outbox import State
from tests.simulation.patching import Change, Mutation, Restated, rewritten

_C = courier.Courier


def _claim(old: str, new: str) -> Any:
    """The courier's claim, with other words in what it asks for."""
    return sending._claimed(schema.outbox.c.id.in_(rewritten(sending._ready, old, new)()))


_BEHIND: Final = """\
async def behind() -> None:
        await asyncio.sleep(1)
        await self._patiently(write)

    asyncio.get_running_loop().create_task(behind())
"""
_HANDLED_LATER: Final = """\
    async with self._database.write() as tx:
        await inbox.end(tx, [one.id for one, _ in pairs])
    async with self._database.write() as tx:
        mine ="""
_NAIVE: Final = """\
from bot.store.sending import _FIELDS, _item, outbox as table
        async with self._database.read() as tx:
            due = [table.c.state == "ready", table.c.next_try_at <= at, table.c.expires_at > at]
            columns = [table.c[name] for name in _FIELDS]
            rows = await tx.execute(table.select().with_only_columns(*columns).where(*due).limit(limit))
            found = [_item(tuple(row)) for row in rows]
        async with self._database.write() as tx:
            taken = {"state": "sending", "owner": self._owner, "lease_until": at + _LEASE}
            await tx.execute(table.update().where(table.c.id.in_([one.id for one in found])).values(**taken))
            await self._limits.take_all(tx, found, at=at)
        return found
        async with self._database.write() as tx:"""
_TAKEN_APART: Final = """\
async with database.write() as tx:
            taken = await _take(tx, at=at)
        async with database.write() as tx:
            for kind, rows in groupby(sorted(taken, key=attrgetter("kind")), key=attrgetter("kind")):
                await handlers[kind](tx, list(rows), at)
            return len(taken)
        async with database.write() as tx:"""


def _unfenced(**values: Any) -> Any:
    """What records an outcome, whoever holds the item now."""
    fence = '            outbox.c.attempt == bindparam("try"),\n            outbox.c.owner == bindparam("by"),\n'
    loose = '            bindparam("try") > 0,\n            bindparam("by") != "",\n'
    made = rewritten(sending._settled, f"{fence}            outbox.c.state == State.SENDING,\n", loose)(**values)
    return made._build


MUTATIONS: Final[tuple[Mutation, ...]] = (
    Mutation(
        "confirm before store",
        "an update is confirmed to the platform a second before it is on disk",
        (Change(inbox.Inbox.receive, "await self._patiently(write)\n", _BEHIND),),
    ),
    Mutation(
        "mark before handle",
        "an update is marked as handled in a transaction of its own, before it is",
        (
            Change(
                inbox.Inbox._transact,
                "    async with self._database.write() as tx:\n        mine =",
                _HANDLED_LATER,
            ),
        ),
    ),
    Mutation(
        "mark never",
        "an update that was handled is not marked so",
        (Change(inbox.Inbox._transact, "ends[state].append(one.id)", "pass"),),
    ),
    Mutation(
        "poison without apology",
        "an update that breaks each time is skipped without a word",
        (Change(inbox.Inbox._give_up, "await self._answer(tx, event, Apology(update=one.update), source=source)", "pass"),),
    ),
    Mutation(
        "no BEGIN IMMEDIATE",
        "writers begin no transaction: each statement is one",
        (
            Change(Kept.transaction, "await inline.begin(immediate=writes)", "pass"),
            Change(InlineConnection.run, "not connection.in_transaction", "False"),
            Change(InlineConnection.run_many, "not connection.in_transaction", "False"),
        ),
    ),
    Mutation(
        "naive claim",
        "a courier reads what is due, and takes it afterwards without looking whether another has",
        (Change(_C._take, "async with self._database.write() as tx:", _NAIVE),),
    ),
    Mutation(
        "no fence",
        "a verdict is recorded although the item was given up, or taken by another, meanwhile",
        (
            Restated(sending._GOES_ON, lambda: _unfenced(state=sending._BECAME, ended_at=None)),
            Restated(
                sending._ENDED,
                lambda: _unfenced(
                    state=case((sending._AGAIN, State.READY), else_=sending._BECAME),
                    ended_at=case((sending._AGAIN, null()), else_=sending._AT),
                ),
            ),
        ),
    ),
    Mutation(
        "lease never ends",
        "what a dead process was sending is never taken up again",
        (Change(sending.lapse, "outbox.c.lease_until < at", "outbox.c.lease_until < at - timedelta(days=365)"),),
    ),
    Mutation(
        "lease means not sent",
        "what a dead process was sending is sent again, as if it surely had not arrived",
        (
            Change(
                sending.lapse,
                'values(state=State.UNCERTAIN, outcome="the process that sent it died", lease_until=None)',
                'values(state=State.READY, outcome="the process that sent it died", lease_until=None)',
            ),
        ),
    ),
    Mutation(
        "no window",
        "what has expired is sent all the same",
        (
            Restated(sending._CLAIM, lambda: _claim("            outbox.c.expires_at > _NOW,\n", "")),
            Change(
                sending.lapse,
                "State.READY, outbox.c.expires_at <= at",
                "State.READY, outbox.c.expires_at <= at - timedelta(days=365)",
            ),
            Change(days.days_due, "and at - one.due_at <= DROPPED_AFTER", ""),
            Change(_C._deliver, "now >= item.expires_at", "False"),
        ),
    ),
    Mutation(
        "retry everything",
        "a public message of which nobody knows whether it arrived is sent again",
        (
            Change(
                _C._decide,
                "item.act is Act.SEND and not item.public and item.doubts == 0",
                "item.act is Act.SEND and item.doubts == 0",
            ),
        ),
    ),
    Mutation(
        "retry for ever",
        "a private message is sent again as often as nobody knows whether it arrived",
        (Change(_C._decide, "and not item.public and item.doubts == 0", "and not item.public"),),
    ),
    Mutation(
        "uncertain means lost",
        "a private answer of which nobody knows whether it arrived is given up",
        (Change(_C._decide, "item.act is Act.SEND and not item.public and item.doubts == 0", "False"),),
    ),
    Mutation(
        "uncertain means not sent",
        "what may have arrived is sent again at once, in public too",
        (Change(_C._deliver, "return Verdict(item, State.UNCERTAIN, str(error))", "return self._later(item, str(error))"),),
    ),
    Mutation(
        "429 ignored",
        "a platform's wish for silence is not heeded",
        (
            Change(
                _C._not_sent,
                "    if not error.here:\n        self._limits.block(item.platform, until=until)\n"
                "    return Verdict(item, State.READY, str(error), retry_at=until)",
                "    return self._later(item, str(error))",
            ),
        ),
    ),
    Mutation(
        "lost lane order",
        "what is claimed first is what is oldest, answers wait behind cards",
        (
            Restated(
                sending._CLAIM,
                lambda: _claim("order_by(outbox.c.lane, outbox.c.next_try_at", "order_by(outbox.c.next_try_at"),
            ),
        ),
    ),
    Mutation(
        "lost line order",
        "in one chat a later message overtakes one that waits",
        (Restated(sending._CLAIM, lambda: _claim("            ~_BLOCKED,\n", "")),),
    ),
    Mutation(
        "keys not unique",
        "the same message may be queued as often as somebody wants it said",
        (Change(outbox._row, '"key": item.key', '"key": f"{item.key}@{at.timestamp()}"'),),
    ),
    Mutation(
        "edits as sends",
        "a message that is to be changed is sent anew",
        (
            Change(
                _C._act,
                "await edit(messenger, target, look.ref, message)",
                'await messenger.send(target, message, reply_to=None, silent=True, nonce=f"{item.id}.{item.attempt}")',
            ),
        ),
    ),
    Mutation(
        "blocked but written to",
        "who blocked the bot is written to again and again",
        (
            Change(
                delivery._mark_unreachable,
                "await people.change_identity(tx, platform=item.platform, account=account.account, reachable=False)",
                "pass",
            ),
        ),
    ),
    Mutation(
        "no consent at sending",
        "consent is looked at when a thing is queued, and no more when it is sent",
        (
            Change(boards.load_board, "if membership.consent is not None and membership.consent.public", ""),
            Change(boards._open_promises, "if levels[row.id].public", ""),
            Change(digests.compose, "if membership.consent is not None and membership.consent.public", ""),
            Change(commitments.load_promise, "if level[one.id].public", ""),
            Change(alerts._named, "level[one.id] is Consent.ALERT and ", ""),
        ),
    ),
    Mutation(
        "anybody's promise",
        "whoever presses a promise's button may do with it what its author may",
        (Change(promise_facts.own, "found.learner_id != learner.id", "False"),),
    ),
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
        "a second card",
        "a slot that fell due is given its card although its day has one",
        (
            Change(mornings.slots_due, "if (one.learner.id, one.day, one.slot.kind) not in known.sessions", ""),
            Change(
                mornings._card,
                "key = card_key(LEARNER, day=one.day, slot=one.slot.kind)",
                'key = f"card:{LEARNER}:{one.due_at}"',
            ),
            Change(
                timer_rows.take,
                "delete(timers).where(tuple_(timers.c.kind, timers.c.subject).in_(due)).returning(*_TIMER)",
                "select(*_TIMER).where(tuple_(timers.c.kind, timers.c.subject).in_(due))",
            ),
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
                'return f"warn:{learner.id}:{local(at, learner.clock_zone).date()}"',
                'return f"warn:{learner.id}:{at.isoformat()}"',
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


if __name__ == "__main__":
    from tests.simulation import hunting

    sys.exit(hunting.main(MUTATIONS))
