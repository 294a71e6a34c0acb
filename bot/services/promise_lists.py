"""A learner's promises looked over: the list by urgency, one of them, its history."""

from datetime import datetime
from typing import Final

from bot.domain.commitments import Commitment, Event, Happened, State
from bot.domain.errors import Refused
from bot.domain.notices.commitments import HistoryLine, NoSuchNumber, PromiseDetail, PromiseHistory, PromiseList
from bot.domain.notices.general import StaleButton
from bot.domain.people import Learner
from bot.services import promise_facts, rest
from bot.store import commitments, groups
from bot.store.database import Tx

PAGE: Final = 5  # promises of up to 300 characters each: five fill a screen
_LINES: Final = 20  # of a history; a promise moved more often has made its point


async def listed(tx: Tx, learner: Learner, *, page: int, at: datetime) -> PromiseList | PromiseDetail:
    """A page (from 0) of the open promises, the soonest due first; a single promise is shown by itself."""
    found = (await commitments.open_of(tx, [learner.id])).get(learner.id, [])
    if len(found) == 1:
        return await detail(tx, learner, found[0].id, at=at)
    pages = max(1, -(-len(found) // PAGE))
    shown = min(page, pages - 1)
    lines = await promise_facts.lines(tx, found[shown * PAGE : (shown + 1) * PAGE], at=at, outlook=True)
    away = await rest.away_soon(tx, learner, at=at)
    return PromiseList(lines=lines, first=shown * PAGE, page=shown, pages=pages, away=away)


async def numbered(tx: Tx, learner: Learner, number: int) -> Commitment:
    """The open promise with this number in the list; Refused (NoSuchNumber) where there is none."""
    found = (await commitments.open_of(tx, [learner.id])).get(learner.id, [])
    if not 1 <= number <= len(found):
        raise Refused(NoSuchNumber(number, len(found)))
    return found[number - 1]


async def detail(tx: Tx, learner: Learner, commitment_id: int, *, at: datetime) -> PromiseDetail:
    """One promise of the learner's; Refused where it is somebody else's, gone, or a draft still."""
    found = await promise_facts.own(tx, learner, commitment_id)
    if found.state is State.DRAFT:
        raise Refused(StaleButton(why="over"))
    (line,) = await promise_facts.lines(tx, [found], at=at, outlook=True)
    public = found.group_id is not None and (await commitments.consents(tx, [found.id]))[found.id].public
    title = (await groups.get(tx, found.group_id or 0)).title if public else None
    return PromiseDetail(line=line, group=title, away=await rest.away_soon(tx, learner, at=at))


async def history(tx: Tx, learner: Learner, commitment_id: int) -> PromiseHistory:
    """Everything that happened to a promise of the learner's, the latest lines where there are many."""
    found = await promise_facts.own(tx, learner, commitment_id)
    events = (await commitments.histories(tx, [found.id]))[found.id]
    lines = tuple(_line(event) for event in events[-_LINES:])
    return PromiseHistory(promise=await promise_facts.tell_one(tx, found), lines=lines, older=len(events) - len(lines))


def _line(event: Event) -> HistoryLine:
    if event.kind == Happened.SPLIT:
        later = event.facts.get("to")
        now = datetime.fromisoformat(later) if later else None
        return HistoryLine(kind=event.kind, at=event.at, now=now, text=event.facts["text"])
    if event.kind not in {Happened.MOVED, Happened.EXTENDED}:
        return HistoryLine(kind=event.kind, at=event.at, how=event.facts.get("how"))
    was, now = (datetime.fromisoformat(event.facts[name]) for name in ("from", "to"))
    return HistoryLine(kind=event.kind, at=event.at, how=event.facts.get("how"), was=was, now=now)
