"""Splitting a promise in two: the first part keeps the date, the second gets another by the rules of a move."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from bot.domain.commitments import (
    MAX_TEXT,
    Commitment,
    Event,
    Happened,
    MoveKind,
    State,
    judge_move,
    moved,
    tidy,
)
from bot.domain.date_options import later_dates
from bot.domain.dates import Parsed, Understood, split_promise
from bot.domain.errors import Refused
from bot.domain.notices.commitments import DateAsked, PromiseTooLong, Purpose
from bot.domain.notices.general import StaleButton
from bot.domain.notices.splits import (
    PromiseSplit,
    SplitAsked,
    SplitCut,
    SplitEnough,
    SplitJudged,
    SplitLoses,
    SplitPart,
    SplitUnclear,
)
from bot.domain.people import Learner
from bot.domain.plans import CountScope, ModulesScope, Plan, Scope, TrackScope
from bot.domain.splits import MOST_PARTS, Part, covered, cut_at, cuts, lost, share
from bot.services import alerts, commitments, drafts, moves, plans, promise_changes, promise_facts
from bot.services.scoping import match_scope
from bot.store import commitments as rows
from bot.store import people
from bot.store.database import Tx
from bot.store.people import Dialogue

DIALOGUE: Final = "split"  # asks for two parts; data: commitment, and once they were typed: first, second (their words)
WORDS: Final = "w"  # in place of a cut's code: the parts are what the dialogue remembers
_BETWEEN: Final = re.compile(r"\s+/\s+|\s*\n\s*")
_MOST_LOST: Final = 5
_COPIED: Final = {Happened.PUBLISHED, Happened.MOVED, Happened.EXTENDED, Happened.SPLIT}


# --- asking -----------------------------------------------------------------------------------------------------------
async def ask(tx: Tx, learner: Learner, commitment_id: int, *, at: datetime) -> SplitAsked:
    """Ask into which two an open promise is to be split. Refused where it is not open, or in enough parts."""
    found = await _splittable(tx, learner, commitment_id)
    plan, done = await _plan(tx, learner), await commitments.progress(tx, found)
    await people.set_dialogue(tx, learner.id, Dialogue(DIALOGUE, "parts", {"commitment": found.id}), at=at)
    offered = tuple(
        SplitCut(cut.code, *(_told(part, plan) for part in _named(found, cut.first, cut.second)))
        for cut in cuts(found.scope, plan, done)
    )
    return SplitAsked(await promise_facts.tell_one(tx, found), offered)


async def cut(tx: Tx, learner: Learner, commitment_id: int, code: str, *, at: datetime) -> DateAsked:
    """Take one of the cuts offered, and ask by when the second part."""
    found = await _splittable(tx, learner, commitment_id)
    await _parts(tx, learner, found, code)
    return await ask_date(tx, learner, found, code, at=at)


async def ask_date(
    tx: Tx,
    learner: Learner,
    found: Commitment,
    code: str,
    *,
    at: datetime,
    parsed: Parsed | None = None,
    said: str | None = None,
) -> DateAsked:
    """Ask by when the second part is to be done; the dialogue remembers the parts meanwhile."""
    state = await people.dialogue(tx, learner.id)
    data = {**(state.data if state is not None and code == WORDS else {}), "code": code}
    later = later_dates(found.due_at, at=at, zone=learner.clock_zone)
    return await drafts.ask_date(
        tx, learner, Purpose.SPLIT, found.id, text=found.text, parsed=parsed, said=said, at=at, options=later, data=data
    )


async def pick(tx: Tx, learner: Learner, commitment_id: int, new_due: datetime, *, at: datetime) -> SplitJudged:
    """Take a date for the second part. Refused where nobody asked for one."""
    state = await people.dialogue(tx, learner.id)
    if state is None or state.data.get("purpose") != Purpose.SPLIT or state.data["subject"] != commitment_id:
        raise Refused(StaleButton(why="over"))
    judged = await judge(tx, learner, commitment_id, new_due, code=state.data["code"], at=at)
    if judged.code != WORDS:
        await people.end_dialogue(tx, learner.id)
    return judged


async def read(tx: Tx, learner: Learner, commitment_id: int, words: str, *, at: datetime) -> SplitJudged | DateAsked:
    """Take two parts as typed: "finish Calculus 1 / finish Calculus 2 by end of July"; without a date, ask for it.

    Refused (SplitUnclear, SplitLoses, PromiseTooLong) where they are not two, or leave out what was promised.
    """
    found = await _splittable(tx, learner, commitment_id)
    said = _BETWEEN.split(words.strip(), maxsplit=1)
    if len(said) < 2:
        raise Refused(SplitUnclear(await promise_facts.tell_one(tx, found)))
    dated = split_promise(said[1], at=at, zone=learner.clock_zone, language=learner.language)
    first, second = tidy(said[0]), tidy(dated.text)
    if not first or not second:
        raise Refused(SplitUnclear(await promise_facts.tell_one(tx, found)))
    if (longest := max(len(first), len(second))) > MAX_TEXT:
        raise Refused(PromiseTooLong(length=longest, limit=MAX_TEXT))
    await _typed(tx, learner, found, first, second)
    data = {"commitment": found.id, "first": first, "second": second}
    await people.set_dialogue(tx, learner.id, Dialogue(DIALOGUE, "parts", data), at=at)
    if isinstance(dated.parsed, Understood) and dated.parsed.instant > at:
        return await judge(tx, learner, found.id, dated.parsed.instant, code=WORDS, at=at)
    return await ask_date(tx, learner, found, WORDS, at=at, parsed=dated.parsed, said=dated.phrase)


async def judge(tx: Tx, learner: Learner, commitment_id: int, new_due: datetime, *, code: str, at: datetime) -> SplitJudged:
    """Say what the split would be. Refused for a date that has passed, and where the parts are gone."""
    found = await _splittable(tx, learner, commitment_id)
    if new_due <= at:
        raise Refused(StaleButton(why="over"))
    parts = await _parts(tx, learner, found, code)
    if code == WORDS:
        data = {"commitment": found.id, "first": parts[0].text, "second": parts[1].text}
        await people.set_dialogue(tx, learner.id, Dialogue(DIALOGUE, "parts", data), at=at)
    plan = await _plan(tx, learner)
    horizon = await moves.horizon(tx, found)
    return SplitJudged(
        promise=await promise_facts.tell_one(tx, found),
        first=_told(parts[0], plan),
        second=_told(parts[1], plan),
        new_due=new_due,
        zone=learner.clock_zone,
        kind=judge_move(found, new_due, at=at, horizon_days=horizon),
        horizon_days=horizon,
        public=await moves.public(tx, found),
        code=code,
    )


# --- doing ------------------------------------------------------------------------------------------------------------
async def split(
    tx: Tx, learner: Learner, commitment_id: int, new_due: datetime, *, kind: str, code: str, source: str, at: datetime
) -> PromiseSplit | SplitJudged:
    """Split a promise as was confirmed; where the rules make something else of it by now, that is said first."""
    judged = await judge(tx, learner, commitment_id, new_due, code=code, at=at)
    if judged.kind != kind:
        return judged
    found = await _splittable(tx, learner, commitment_id)
    parts = await _parts(tx, learner, found, code)
    second = await _store(tx, learner, found, parts, judged, source=source, at=at)
    await people.end_dialogue(tx, learner.id)
    await commitments.after_progress(tx, learner, at=at)  # a part of which nothing is left is kept
    now = await rows.get_many(tx, [found.id, second.id])
    for one in now.values():
        await promise_changes.follow_up(tx, learner, one, at=at)
    if judged.kind is MoveKind.SLIP and now[second.id].state is State.OPEN:
        await alerts.announce_slip(tx, now[second.id], at=at)
    told = await promise_facts.tell(tx, list(now.values()))
    return PromiseSplit(told[found.id], told[second.id], judged.kind, judged.public)


async def _store(
    tx: Tx,
    learner: Learner,
    found: Commitment,
    parts: tuple[Part, Part],
    judged: SplitJudged,
    *,
    source: str,
    at: datetime,
) -> Commitment:
    """Write both parts down. The second was promised when the first was: it has its past, and no new minutes of silence."""
    first, second = parts
    whole = replace(found, text=second.text, scope=second.scope, in_place=False, own_words=None, alerted_at=None)
    later = moved(whole, judged.new_due, kind=judged.kind, zone=learner.clock_zone, at=at)
    made = await rows.add_part(tx, replace(later, part_of=found.part_of or found.id), source=f"split:{found.id}:{source}")
    if made is None:
        raise Refused(StaleButton(why="over"))
    await rows.reword(tx, found.id, text=first.text, scope=first.scope)
    past = (await rows.histories(tx, [found.id]))[found.id]
    events = [(made.id, event) for event in past if event.kind in _COPIED]
    events.append((found.id, Event(Happened.SPLIT, at, {"text": found.text, "part": str(made.id), "to": _iso(made.due_at)})))
    events.append((made.id, Event(Happened.SPLIT, at, {"text": found.text, "part": str(found.id)})))
    if made.due_at != found.due_at:
        facts = {"how": judged.kind, "from": _iso(found.due_at), "to": _iso(made.due_at)}
        events.append((made.id, Event(Happened.MOVED, at, facts)))
    await rows.add_events(tx, events)
    return made


# --- the parts --------------------------------------------------------------------------------------------------------
async def _splittable(tx: Tx, learner: Learner, commitment_id: int) -> Commitment:
    found = await promise_facts.own(tx, learner, commitment_id)
    if found.state is not State.OPEN:
        raise Refused(StaleButton(why="over"))
    root = found.part_of or found.id
    if len((await rows.parts_of(tx, [root]))[root]) + 1 >= MOST_PARTS:
        raise Refused(SplitEnough(most=MOST_PARTS))
    return found


async def _parts(tx: Tx, learner: Learner, found: Commitment, code: str) -> tuple[Part, Part]:
    """The two parts a code means; Refused (StaleButton) where it means none any more."""
    if code != WORDS:
        there = cut_at(found.scope, await _plan(tx, learner), await commitments.progress(tx, found), code)
        if there is None:
            raise Refused(StaleButton(why="over"))
        return _named(found, there.first, there.second)
    state = await people.dialogue(tx, learner.id)
    if state is None or state.data.get("commitment") != found.id or "first" not in state.data:
        raise Refused(StaleButton(why="over"))
    return await _typed(tx, learner, found, state.data["first"], state.data["second"])


async def _typed(tx: Tx, learner: Learner, found: Commitment, first: str, second: str) -> tuple[Part, Part]:
    """Typed parts with what they cover; together they cover all that can be measured of the promise."""
    plan, done = await _plan(tx, learner), await commitments.progress(tx, found)
    one, other = match_scope(plan, first), match_scope(plan, second)
    match found.scope:
        case CountScope() as whole:
            shares = share(whole, one, other, done)
            if shares is None:
                raise Refused(SplitLoses((), done.left, done.unit))
            one, other = shares
        case ModulesScope() | TrackScope() as whole:
            gone = lost(whole, (one, other), plan)
            if gone:
                raise Refused(SplitLoses(tuple(module.title for module in gone[:_MOST_LOST]), len(gone), done.unit))
        case _:
            pass
    return Part(first, one), Part(second, other)


def _named(found: Commitment, first: Scope, second: Scope) -> tuple[Part, Part]:
    return Part(f"{found.text} (1/2)", first), Part(f"{found.text} (2/2)", second)


def _told(part: Part, plan: Plan) -> SplitPart:
    match part.scope:
        case CountScope(unit, count):
            return SplitPart(part.text, (), count, unit)
        case ModulesScope(names=names) | TrackScope(names=names):
            return SplitPart(part.text, names, len(covered(part.scope, plan)), "modules")
        case _:
            return SplitPart(part.text, (), 0, None)


async def _plan(tx: Tx, learner: Learner) -> Plan:
    return await plans.active_plan(tx, learner.id) or Plan(title="")


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
