"""The pinned board of a group: who studies today, and what is promised by when."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from bot.domain.calendar import local, resolve, slot_instant, study_day
from bot.domain.checkins import SessionState
from bot.domain.commitments import Commitment, State
from bot.domain.notices import Notice
from bot.domain.notices.groups import Board, Studying
from bot.domain.people import MAIN, Consent, Group, Learner
from bot.services import posts, promise_facts
from bot.store import commitments, groups, outbox, people, sessions, slots, timers
from bot.store.database import Tx
from bot.store.outbox import Act, Lane, Outgoing
from bot.store.timers import Timer

_THROTTLE: Final = timedelta(seconds=30)  # PRODUCT.md, Board: edited in place (throttled)
_NEW_DAY: Final = time(3, 5)  # just after study days end
_MOST_PROMISES: Final = 12  # of at most 230 units each, on a board of 4,096
_MOST_MEMBERS: Final = 15
_PUBLIC: Final = {Consent.GROUP, Consent.ALERT}


async def touch(tx: Tx, group_id: int, *, at: datetime) -> None:
    """Let the board follow a change: put it up where it is missing, else edit it in place, at most every 30 seconds."""
    group = (await groups.get_many(tx, [group_id])).get(group_id)
    if group is None or not group.active:
        return
    shows, facts = f"board:{group.id}", {"group": group.id}
    shown_at = await outbox.shown_since(tx, shows)
    if shown_at is not None:
        await posts.refresh(tx, group, "board", facts, shows=shows, at=at, lane=Lane.DIGEST, due_at=max(at, shown_at + _THROTTLE))
    elif await _anything_public(tx, group.id):
        await _put_up(tx, group, shows, facts, at=at)


async def _put_up(tx: Tx, group: Group, shows: str, facts: dict[str, Any], *, at: datetime) -> None:
    """Send the board and pin it; what failed today is tried again tomorrow."""
    today = local(at, group.clock_zone).date()
    acts = [
        Outgoing(
            key=f"{key}:{group.id}:{today}",
            act=act,
            lane=Lane.DIGEST,
            kind="board",
            facts=facts,
            due_at=at,
            platform=group.platform,
            group_id=group.id,
            topic=group.topic,
            shows=shows,
            silent=True,
        )
        for act, key in ((Act.SEND, "board"), (Act.PIN, "pin"))
    ]
    await outbox.put(tx, acts, at=at)


async def boards_due(tx: Tx, rows: list[Timer], at: datetime) -> None:
    """Timer "board" (subject: group id): a new day on the board."""
    places = await groups.get_many(tx, [row.subject for row in rows])
    for group in places.values():
        if group.active:
            await touch(tx, group.id, at=at)
            await timers.put(tx, [next_day(group, after=at)])


def next_day(group: Group, *, after: datetime) -> Timer:
    """The timer of a group's next board day, on its own clock."""
    today = local(after, group.clock_zone).date()
    due_at = resolve(datetime.combine(today, _NEW_DAY), group.clock_zone)
    if due_at <= after:
        due_at = resolve(datetime.combine(today + timedelta(days=1), _NEW_DAY), group.clock_zone)
    return Timer("board", group.id, due_at)


async def load_board(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "board" {group}: only what its members let the group see now."""
    group = await groups.get(tx, facts["group"])
    members = await people.members_of(tx, group.id)
    named = [learner for learner, membership in members if membership.consent in _PUBLIC]
    studying = await _studying(tx, named, at=at)
    promises = await _open_promises(tx, group.id)
    told = await promise_facts.tell(tx, promises[:_MOST_PROMISES])
    return Board(
        day=local(at, group.clock_zone).date(),
        studying=tuple(studying[:_MOST_MEMBERS]),
        more_studying=max(0, len(studying) - _MOST_MEMBERS),
        promises=tuple(told[row.id] for row in promises[:_MOST_PROMISES]),
        more=max(0, len(promises) - _MOST_PROMISES),
        unnamed=len(members) - len(named),
    )


async def is_empty(tx: Tx, group_id: int) -> bool:
    """Whether a group has nothing that may be shown."""
    return not await _anything_public(tx, group_id)


async def _anything_public(tx: Tx, group_id: int) -> bool:
    members = await people.members_of(tx, group_id)
    return any(membership.consent in _PUBLIC for _, membership in members)


async def _open_promises(tx: Tx, group_id: int) -> list[Commitment]:
    rows = [row for row in await commitments.of_group(tx, group_id) if row.state is State.OPEN]
    levels = await commitments.consents(tx, [row.id for row in rows])
    return [row for row in rows if levels[row.id].public]


async def _studying(tx: Tx, learners: list[Learner], *, at: datetime) -> list[Studying]:
    """Whose main slot is today, each on their own study day, in order of time."""
    days = {one.id: study_day(at, zone=one.clock_zone, day_ends=one.day_ends) for one in learners}
    if not days:
        return []
    ids = list(days)
    held = {
        (one.learner_id, one.day): one
        for one in await sessions.between(tx, ids, first=min(days.values()), last=max(days.values()))
        if one.slot == MAIN
    }
    own = {slot.learner_id: slot for slot in await slots.of_learners(tx, ids) if slot.kind == MAIN}
    found: list[Studying] = []
    for learner in learners:
        day, slot = days[learner.id], own.get(learner.id)
        session = held.get((learner.id, day))
        if session is not None:
            found.append(Studying(learner.name, session.due_at, learner.clock_zone, session.state))
        elif slot is not None and day.weekday() in slot.weekdays:
            due_at = _due(learner, day, slot.wall, slot.zone)
            found.append(Studying(learner.name, due_at, learner.clock_zone, SessionState.PLANNED))
    return sorted(found, key=lambda one: one.at)


def _due(learner: Learner, day: date, wall: time, zone: str) -> datetime:
    return slot_instant(day, wall=wall, zone=zone, day_ends=learner.day_ends)
