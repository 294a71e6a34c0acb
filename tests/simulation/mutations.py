"""Defects put into the bot, each of which the simulation must catch: `python -m tests.simulation.mutations` writes the table."""

import sys
from typing import Any, Final

from sqlalchemy import bindparam, case, false, null, select

from bot import courier, inbox
from bot.services import (
    alerts,
    boards,
    commitments,
    days,
    delivery,
    digests,
    promise_facts,
)
from bot.store import outbox, sending
from bot.store.inline import InlineConnection
from bot.store.kept import Kept
from bot.store.outbox import State
from bot.store.schema import outbox as outbox_rows
from tests.simulation.mutations_study import STUDY
from tests.simulation.patching import Change, Mutation, Restated, rewritten

_C = courier.Courier
_BEHIND: Final = """\
async def behind() -> None:
        await asyncio.sleep(1)
        await self._patiently(write)

    asyncio.get_running_loop().create_task(behind())
"""
_HANDLED_LATER: Final = """\
        await inbox.end(tx, [one.id for one, _ in pairs])
    async with self._database.write() as tx:
        await parties.hold_speakers("""
_NAIVE: Final = """\
async with self._database.read() as tx:
            columns = [sending.outbox.c[name] for name in Item.__dataclass_fields__]
            due = {"at": at, "lanes": [*Lane], "acts": [*Act], "limit": limit}
            rows = await tx.execute(sending._ready().with_only_columns(*columns), due)
            found = [sending.item_of((*row[:-1], at + _LEASE)) for row in rows]
        async with self._database.write() as tx:
            taken = {"state": "sending", "owner": self._owner, "lease_until": at + _LEASE}
            which = sending.outbox.c.id.in_([one.id for one in found])
            await tx.execute(sending.outbox.update().where(which).values(**taken))
        return found
        async with self._database.write() as tx:"""


def _unfenced(**values: Any) -> Any:
    """What records an outcome, whoever holds the item now."""
    fence = '            outbox.c.attempt == bindparam("try"),\n            outbox.c.owner == bindparam("by"),\n'
    loose = '            bindparam("try") > 0,\n            bindparam("by") != "",\n'
    made = rewritten(sending._settled, f"{fence}            outbox.c.state.in_(before),\n", loose)(**values)
    return made._build


def _claims(*which: Any, by_lane: bool = True) -> Any:
    """What takes items that are due, most urgent lane first or not."""
    rows = outbox_rows.c
    ready = select(rows.id).where(*which).limit(bindparam("limit"))
    ready = ready.order_by(rows.lane, rows.next_try_at, rows.id) if by_lane else ready.order_by(rows.next_try_at, rows.id)
    return sending._claimed(rows.id.in_(ready))


def _is_there(*which: Any) -> Any:
    """The look whether such an item is there."""
    return select(outbox_rows.c.id).where(*which).limit(1)


MUTATIONS: Final[tuple[Mutation, ...]] = (
    Mutation(
        "confirm before store",
        "an update is confirmed to the platform a second before it is on disk",
        (Change(inbox.Inbox.receive, "await self._patiently(write)\n", _BEHIND),),
    ),
    Mutation(
        "mark before handle",
        "an update is marked as handled in a transaction of its own, before it is",
        (Change(inbox.Inbox._transact, "        await parties.hold_speakers(", _HANDLED_LATER),),
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
            Restated(sending._GOES_ON, lambda _it: _unfenced(state=sending._BECAME, ended_at=None)),
            Restated(sending._DOUBTED, lambda _it: _unfenced(state=sending._BECAME, ended_at=None)),
            Restated(
                sending._ENDED,
                lambda _it: _unfenced(
                    state=case((sending._AGAIN, State.READY), else_=sending._BECAME),
                    ended_at=case((sending._AGAIN, null()), else_=sending._AT),
                ),
            ),
        ),
    ),
    Mutation(
        "lease never ends",
        "what a dead process was sending is never taken up again",
        (Restated(sending._DOUBT, lambda it: it.where(false())),),
    ),
    Mutation(
        "lease means not sent",
        "what a dead process was sending is sent again, as if it surely had not arrived",
        (Restated(sending._DOUBT, lambda it: it.values(state=State.READY)),),
    ),
    Mutation(
        "no window",
        "what has expired is sent all the same",
        (
            Restated(sending._CLAIM, lambda _it: _claims(*sending._DUE, ~sending._BLOCKED)),
            Restated(sending._ANY_DUE, lambda _it: _is_there(*sending._DUE, ~sending._BLOCKED)),
            Restated(sending._EXPIRE, lambda it: it.where(false())),
            Change(days.days_due, "and at - one.due_at <= DROPPED_AFTER", ""),
            Change(_C._act, "min(item.expires_at, (item.lease_until or now) - _TO_SEND)", "(item.lease_until or now) - _TO_SEND"),
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
        (Restated(sending._CLAIM, lambda _it: _claims(*sending._MAY_GO, by_lane=False)),),
    ),
    Mutation(
        "lost line order",
        "in one chat a later message overtakes one that waits",
        (
            Restated(sending._CLAIM, lambda _it: _claims(*sending._DUE, outbox_rows.c.expires_at > sending._NOW)),
            Restated(sending._ANY_DUE, lambda _it: _is_there(*sending._DUE, outbox_rows.c.expires_at > sending._NOW)),
        ),
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
    *STUDY,
)


if __name__ == "__main__":
    from tests.simulation import hunting

    sys.exit(hunting.main(MUTATIONS))
