"""Deadlines that pass: what a promise's timer does, and the slip when nobody said Done."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.commitments import Commitment, Stage, State
from bot.domain.notices import Notice
from bot.domain.notices.slips import SlipNoted
from bot.domain.people import Consent, Group
from bot.services import alerts, crossings, due_questions, due_warnings, posts, promise_facts, promise_posts
from bot.services.alerts import Slipped
from bot.services.facts import pack
from bot.store import commitments, groups, outbox, people, timers
from bot.store.database import Tx
from bot.store.outbox import Lane
from bot.store.timers import Timer


async def promises_due(tx: Tx, rows: list[Timer], at: datetime) -> None:
    """Timer "promise" (subject: commitment id, data: stage).

    Warnings 7, 3, 1 days ahead; the question at the due instant; the alert two hours later.
    """
    found = await commitments.get_many(tx, [row.subject for row in rows])
    by_stage: dict[Stage, list[Commitment]] = defaultdict(list)
    for row in rows:
        promise = found.get(row.subject)
        if promise is not None and promise.state is State.OPEN:
            by_stage[Stage(row.data["stage"])].append(promise)
    await due_warnings.warn(tx, by_stage[Stage.WARN], at=at)
    await due_questions.ask(tx, by_stage[Stage.ASK], at=at)
    await _judge(tx, by_stage[Stage.ALERT], at=at)


async def schedule(tx: Tx, commitment: Commitment, *, at: datetime) -> None:
    """Set the promise's timers to whatever comes next for it; called whenever its date or state changes."""
    await crossings.watch(tx, commitment, at=at)
    ended = commitment.state is not State.OPEN
    judged = commitment.due_at <= at and commitment.slipped_at is not None
    if ended or judged:
        await timers.drop(tx, kind="promise", subjects=[commitment.id])
    else:
        await timers.put(tx, [due_warnings.next_timer(commitment, at=at)])


async def load_ask(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "ask" {commitment, new?}; None for a `new` one once it is done, moved or ended."""
    return await due_questions.load(tx, facts, at)


async def load_alert(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "alert" {commitment, new?}: named only with consent to alerts; after the finish, the repaired text."""
    return await alerts.load(tx, facts, at)


# --- two hours later --------------------------------------------------------------------------------------------------
async def _judge(tx: Tx, rows: Sequence[Commitment], *, at: datetime) -> None:
    """What was not answered Done has slipped: the group is told where it may be, else the learner alone."""
    if not rows:
        return
    level = await commitments.consents(tx, [row.id for row in rows])
    places = await groups.get_many(tx, sorted({row.group_id for row in rows if row.group_id is not None}))
    told = [row for row in rows if row.group_id and level[row.id] is Consent.ALERT and places[row.group_id].active]
    waiting = await _wait_for_morning(tx, told, places, at=at)
    slipped = [row for row in rows if row.id not in waiting]
    fresh = [row for row in slipped if row.slipped_at is None]
    for due_at in {row.due_at for row in fresh}:
        await commitments.change_many(tx, [row.id for row in fresh if row.due_at == due_at], slipped_at=due_at)
    now = [Slipped(row, places[row.group_id or 0]) for row in told if row.id not in waiting]
    await promise_posts.follow(tx, fresh, at=at)  # first: what is not sent yet needs no edit
    await alerts.raise_alerts(tx, now, at=at)
    named = {one.commitment.id for one in now}
    await _say_slipped(tx, [row for row in slipped if row.id not in named], at=at)


async def _wait_for_morning(tx: Tx, rows: Sequence[Commitment], places: Mapping[int, Group], *, at: datetime) -> set[int]:
    """Put off those whose group is in its quiet hours, and return them: until then Done still counts as in time."""
    ends = {row.id: alerts.quiet_end(places[row.group_id or 0], at) for row in rows}
    waiting = {one: end for one, end in ends.items() if end is not None}
    await timers.put(tx, [Timer("promise", one, end, {"stage": Stage.ALERT}) for one, end in waiting.items()])
    return set(waiting)


async def _say_slipped(tx: Tx, rows: Sequence[Commitment], *, at: datetime) -> None:
    """A private line, where no group is told."""
    told = await promise_facts.tell(tx, rows)
    learners = await people.get_many(tx, sorted({row.learner_id for row in rows}))
    items = []
    for row in rows:
        kind, facts = pack(SlipNoted(told[row.id]))
        key = f"slip:{row.id}:{row.due_at.isoformat()}"
        items.append(posts.live_item(learners[row.learner_id], kind, facts, key=key, lane=Lane.ALERT, due_at=at))
    await outbox.put(tx, items, at=at)
