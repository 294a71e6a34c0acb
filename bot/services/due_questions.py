"""The private question at the due instant, and its answers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.domain.calendar import local
from bot.domain.commitments import GRACE, Commitment, Event, Happened, Stage, State, tidy
from bot.domain.errors import Refused
from bot.domain.notices.general import StaleButton
from bot.domain.notices.slips import DueAsked, DueOver, MissedNoted, OwnWordsNoted, OwnWordsTooLong
from bot.domain.people import Consent, Learner
from bot.services import posts, promise_facts, promise_posts, pulse
from bot.store import commitments, outbox, people, timers
from bot.store.database import Tx
from bot.store.outbox import Lane
from bot.store.people import Dialogue
from bot.store.timers import Timer

DIALOGUE: Final = "slip"  # asks for own words; data: commitment
MAX_WORDS: Final = 400


async def ask(tx: Tx, rows: Sequence[Commitment], *, at: datetime) -> None:
    """Ask in private what became of each; where the bot was deaf before the due instant, that is moved first, once."""
    if not rows:
        return
    ready = [row for row in await _make_up_for_deafness(tx, rows, at=at) if row.due_at <= at]
    learners = await people.get_many(tx, sorted({row.learner_id for row in ready}))
    histories = await commitments.histories(tx, [row.id for row in ready])
    items = [
        posts.live_item(
            learners[row.learner_id],
            "ask",
            {"commitment": row.id, **promise_posts.NEW},
            key=f"ask:{row.id}:{sum(event.kind == Happened.MOVED for event in histories[row.id])}",
            lane=Lane.ALERT,
            due_at=at,
            shows=f"ask:{row.id}",
        )
        for row in ready
    ]
    await outbox.put(tx, items, at=at)
    await timers.put(tx, [Timer("promise", row.id, at + GRACE, {"stage": Stage.ALERT}) for row in ready])


async def _make_up_for_deafness(tx: Tx, rows: Sequence[Commitment], *, at: datetime) -> list[Commitment]:
    """ARCHITECTURE.md, Time: deaf for k minutes in the 12 h before, a deadline moves by k; for each due date once."""
    lost = {due_at: await pulse.deaf_before(tx, due_at) for due_at in {row.due_at for row in rows}}
    deaf = [row for row in rows if lost[row.due_at] > timedelta()]
    histories = await commitments.histories(tx, [row.id for row in deaf])
    longer = {row.id: _extended(row, lost[row.due_at]) for row in deaf if _extension(row, histories[row.id]) is None}
    for row in deaf:
        if (moved := longer.get(row.id)) is not None:
            changed = ("due_at", "due_wall", "first_due_at")
            await commitments.change(tx, row.id, **{name: getattr(moved, name) for name in changed})
            facts = {"from": row.due_at.astimezone(UTC).isoformat(), "to": moved.due_at.astimezone(UTC).isoformat()}
            await commitments.add_events(tx, [(row.id, Event(Happened.EXTENDED, at, facts))])
    await timers.put(tx, [Timer("promise", one.id, one.due_at, {"stage": Stage.ASK}) for one in longer.values()])
    await promise_posts.follow(tx, list(longer.values()), at=at)
    return [longer.get(row.id, row) for row in rows]


def _extended(row: Commitment, lost: timedelta) -> Commitment:
    due_at = row.due_at + lost
    measured = due_at if row.first_due_at == row.due_at else row.first_due_at
    return replace(row, due_at=due_at, due_wall=local(due_at, row.zone), first_due_at=measured)


def _extension(row: Commitment, history: Sequence[Event]) -> timedelta | None:
    """By how much the present due instant was moved because the bot was deaf, None if it was not."""
    for event in reversed(history):
        if event.kind == Happened.EXTENDED and datetime.fromisoformat(event.facts["to"]) == row.due_at:
            return row.due_at - datetime.fromisoformat(event.facts["from"])
    return None


async def load(tx: Tx, facts: dict[str, Any], at: datetime) -> DueAsked | DueOver | None:
    """The question as it stands; None for a `new` one once the promise is done, moved or ended."""
    found = await commitments.get(tx, facts["commitment"])
    if found is None:
        return None
    promise = await promise_facts.tell_one(tx, found)
    if found.state is not State.OPEN or found.due_at > at:
        return None if facts.get("new") else DueOver(promise)
    level = (await commitments.consents(tx, [found.id]))[found.id]
    lost = _extension(found, (await commitments.histories(tx, [found.id]))[found.id]) or timedelta()
    return DueAsked(promise, deaf_minutes=_minutes(lost), alert=level is Consent.ALERT and found.slipped_at is None)


def _minutes(length: timedelta) -> int:
    """Whole minutes, rounded up."""
    return -(-length // timedelta(minutes=1))


# --- the answers ------------------------------------------------------------------------------------------------------
async def say_missed(tx: Tx, learner: Learner, commitment_id: int, *, at: datetime) -> MissedNoted:
    """The learner says that a due promise was missed; own words are asked for. Said twice it is noted once."""
    found = await promise_facts.own(tx, learner, commitment_id)
    if found.state is not State.OPEN or found.due_at > at:
        raise Refused(StaleButton(why="over"))
    history = (await commitments.histories(tx, [found.id]))[found.id]
    if history[-1].kind != Happened.MISSED:
        await commitments.add_events(tx, [(found.id, Event(Happened.MISSED, at, {}))])
    await people.set_dialogue(tx, learner.id, Dialogue(DIALOGUE, "words", {"commitment": found.id}), at=at)
    level = (await commitments.consents(tx, [found.id]))[found.id]
    return MissedNoted(await promise_facts.tell_one(tx, found), alert=level is Consent.ALERT and found.slipped_at is None)


async def say_why(tx: Tx, learner: Learner, commitment_id: int, words: str, *, at: datetime) -> OwnWordsNoted:
    """Keep what the learner has to say about a slip; it stands in the alert."""
    found = await promise_facts.own(tx, learner, commitment_id)
    text = tidy(words)
    if len(text) > MAX_WORDS:
        raise Refused(OwnWordsTooLong(length=len(text), limit=MAX_WORDS))
    await commitments.change(tx, found.id, own_words=text or None)
    await people.end_dialogue(tx, learner.id)
    await promise_posts.follow(tx, [found], at=at)
    return OwnWordsNoted(commitment=found.id, words=text or None)
