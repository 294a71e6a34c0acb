"""Answers to "by when?": picked or typed, for a new promise, a draft, a move, or a part."""

from datetime import datetime

from bot.domain.dates import Understood, parse_deadline
from bot.domain.errors import Refused
from bot.domain.notices.commitments import DateAsked, MoveJudged, Preview, Purpose
from bot.domain.notices.general import StaleButton
from bot.domain.notices.splits import SplitJudged
from bot.domain.people import Learner
from bot.services import drafts, moves, promise_facts, splits
from bot.store import groups, people
from bot.store.database import Tx
from bot.store.people import Dialogue


async def pick(
    tx: Tx, learner: Learner, purpose: Purpose, subject: int, due_at: datetime, *, at: datetime
) -> Preview | MoveJudged | SplitJudged:
    """Take a date for what it was asked for.

    `subject` is the learner's own id for a new promise, whose words the dialogue remembers, else the promise's.
    """
    state = await people.dialogue(tx, learner.id)
    if purpose is Purpose.NEW and subject != learner.id:
        raise Refused(StaleButton(why="other"))
    if due_at <= at:
        raise Refused(StaleButton(why="over"))
    if purpose is Purpose.SPLIT:
        return await splits.pick(tx, learner, subject, due_at, at=at)
    if state is not None and state.name == drafts.DIALOGUE:
        await people.end_dialogue(tx, learner.id)
    match purpose:
        case Purpose.NEW:
            return await _make(tx, learner, state, due_at, at=at)
        case Purpose.DRAFT:
            return await drafts.change_date(tx, learner, subject, due_at, at=at)
        case Purpose.MOVE:
            return await moves.judge(tx, learner, subject, due_at, at=at)


async def _make(tx: Tx, learner: Learner, state: Dialogue | None, due_at: datetime, *, at: datetime) -> Preview:
    if state is None or state.name != drafts.DIALOGUE or state.data["purpose"] != Purpose.NEW:
        raise Refused(StaleButton(why="over"))
    group = await groups.get(tx, state.data["group"]) if state.data["group"] else None
    return await drafts.make(tx, learner, state.data["text"], due_at, group=group, source=state.data["source"], at=at)


async def read(
    tx: Tx, learner: Learner, state: Dialogue, words: str, *, at: datetime
) -> Preview | MoveJudged | SplitJudged | DateAsked:
    """Read a typed date for what the dialogue asks; ask again where it is none."""
    purpose, subject = Purpose(state.data["purpose"]), int(state.data["subject"])
    parsed = parse_deadline(words, at=at, zone=learner.clock_zone, language=learner.language)
    same = purpose is Purpose.MOVE and isinstance(parsed, Understood) and await _has(tx, learner, subject, parsed.instant)
    if isinstance(parsed, Understood) and not same:
        return await pick(tx, learner, purpose, subject, parsed.instant, at=at)
    if purpose is Purpose.MOVE:
        return await moves.ask(tx, learner, subject, at=at, parsed=parsed, said=words)
    if purpose is Purpose.SPLIT:
        found = await promise_facts.own(tx, learner, subject)
        return await splits.ask_date(tx, learner, found, state.data["code"], at=at, parsed=parsed, said=words)
    text, data = state.data["text"], state.data
    return await drafts.ask_date(tx, learner, purpose, subject, text=text, parsed=parsed, said=words, at=at, data=data)


async def _has(tx: Tx, learner: Learner, commitment_id: int, due_at: datetime) -> bool:
    """Whether the promise is due at that instant already."""
    return (await promise_facts.own(tx, learner, commitment_id)).due_at == due_at
