"""The pinned board of a group: who studies today, and what is promised by when."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from bot.domain.calendar import DAY_ENDS, day_end, local, slot_instant, study_day
from bot.domain.checkins import Session, SessionState
from bot.domain.commitments import Commitment
from bot.domain.digest import fit, promise_units, units
from bot.domain.notices import Notice
from bot.domain.notices.groups import Board, BoardMoved, BoardTouched, MemberAway, Studying
from bot.domain.people import Group, Learner, Slot
from bot.domain.rest import Pause, PauseKind
from bot.services import posts, promise_facts, rest
from bot.services.facts import pack
from bot.store import boards, commitments, groups, outbox, people, sessions, slots, timers
from bot.store.database import Tx
from bot.store.outbox import Act, Lane, Outgoing, group_line
from bot.store.timers import Timer

Clocks = Collection[tuple[str, time]]

SLIPS_SHOWN: Final = timedelta(days=30)  # PRODUCT.md, Slip alert: gone from digests, and from the board, after 30 days
_THROTTLE: Final = timedelta(seconds=30)  # PRODUCT.md, Board: edited in place (throttled)
_AFTER_DAY_ENDS: Final = timedelta(minutes=5)  # the sessions of the day before are closed by then
_MOST_PROMISES: Final = 25
_MOST_STUDYING: Final = 40
_PROMISE_ROOM: Final = 2_000  # units; with the room for names and 300 for headings a board stays within 4,096
_STUDYING_ROOM: Final = 1_300
_MOST_AWAY: Final = 12
_AWAY_ROOM: Final = 400
_AWAY_WORDS: Final = 30  # units around a name: until when
_HANDLED: Final = timedelta(minutes=1)  # by then a slot that came has its session
_STUDYING_WORDS: Final = 45  # units around a name: mark, time, city


async def touch(tx: Tx, group_id: int, *, at: datetime) -> None:
    """Let the board follow a change: put it up where it is missing, else edit it in place, at most every 30 seconds.

    Where nobody's study is public there is nothing to put up.
    """
    await _touch_many(tx, await _standing(tx, await groups.get_many(tx, [group_id])), at=at)


async def touch_of(tx: Tx, learner_id: int, *, at: datetime) -> None:
    """Let the boards of all groups that a learner is in follow what they did."""
    await _touch_many(tx, await boards.of_learner(tx, learner_id), at=at)


async def boards_due(tx: Tx, rows: list[Timer], at: datetime) -> None:
    """Timer "board" (subject: group id): for some member a new study day has begun."""
    found = await groups.get_many(tx, [row.subject for row in rows])
    clocks = await boards.clocks(tx, list(found))
    await _touch_many(tx, await _standing(tx, found), at=at)
    await timers.put(tx, [next_day(group, clocks.get(group.id, ()), after=at) for group in found.values()])


async def wind(tx: Tx, group: Group, *, at: datetime) -> None:
    """Set the timer of the next new day, whose clocks may have changed with the members."""
    clocks = (await boards.clocks(tx, [group.id])).get(group.id, ())
    await timers.put(tx, [next_day(group, clocks, after=at)])


def next_day(group: Group, clocks: Clocks = (), *, after: datetime) -> Timer:
    """The timer of a group's next new day: just after the next end of a study day, its own (03:00) or a member's `clocks`."""
    ends = {(group.clock_zone, DAY_ENDS), *clocks}
    before = after - _AFTER_DAY_ENDS
    turns = (
        day_end(study_day(before, zone=zone, day_ends=wall), zone=zone, day_ends=wall) + _AFTER_DAY_ENDS for zone, wall in ends
    )
    return Timer("board", group.id, min(turns))


async def _standing(tx: Tx, places: Mapping[int, Group]) -> list[tuple[Group, datetime | None]]:
    """Groups, each with when its board was last sent or edited."""
    shown = await boards.shown_at(tx, list(places))
    return [(group, shown.get(group.id)) for group in places.values()]


async def _touch_many(tx: Tx, standing: Sequence[tuple[Group, datetime | None]], *, at: datetime) -> None:
    missing = [group.id for group, shown_at in standing if group.active and shown_at is None]
    seen = await boards.clocks(tx, missing) if missing else {}
    for group, shown_at in standing:
        if group.active and shown_at is not None:
            await _refresh(tx, group, at=at, due_at=max(at, shown_at + _THROTTLE))
        elif group.active and group.id in seen:
            await _put_up(tx, group, at=at)


async def _refresh(tx: Tx, group: Group, *, at: datetime, due_at: datetime) -> None:
    facts = {"group": group.id}
    await posts.refresh(tx, group, "board", facts, shows=boards.key(group.id), at=at, lane=Lane.DIGEST, due_at=due_at)


async def _put_up(tx: Tx, group: Group, *, at: datetime) -> None:
    """Send the board and pin it, once a day and place: what failed today is tried again tomorrow."""
    await _put_up_as(tx, group, f"{group.id}:{group.chat}:{group.topic or ''}:{local(at, group.clock_zone).date()}", at=at)


async def _put_up_as(tx: Tx, group: Group, once: str, *, at: datetime) -> None:
    coming = await outbox.coming(tx, line=group_line(group.id), shows=boards.key(group.id), topic=group.topic, at=at)
    if coming is outbox.State.SENDING:  # with what was true before this change
        await _refresh(tx, group, at=at, due_at=at + _THROTTLE)
    if coming is not None:  # under whatever key: two make two boards
        return
    acts = [_act(group, Act.SEND, key=f"board:{once}", at=at)]
    if group.rights.get("pin"):
        acts.append(_act(group, Act.PIN, key=f"pin:{once}", at=at))
    await outbox.put(tx, acts, at=at)


async def pin(tx: Tx, group: Group, *, at: datetime) -> None:
    """Pin the board where it stands: the right to do so has come."""
    await outbox.put_again(tx, _act(group, Act.PIN, key=f"pin:{group.id}", at=at), at=at)


def _act(group: Group, act: Act, *, key: str, at: datetime) -> Outgoing:
    return Outgoing(
        key=key,
        act=act,
        lane=Lane.DIGEST,
        kind="board",
        facts={"group": group.id},
        due_at=at,
        platform=group.platform,
        group_id=group.id,
        topic=group.topic,
        shows=boards.key(group.id),
        silent=True,
    )


async def move(tx: Tx, group: Group, *, source: str, at: datetime) -> None:
    """Put the board up in the topic where posts go now; the old one says so, and names nobody any more.

    That stays pinned where it was: it shows the way.
    """
    shown = await outbox.shown_as(tx, boards.key(group.id))
    if shown is not None:
        channel = group.home if group.server is not None else None
        await _put_beside(tx, group, Act.EDIT, BoardMoved(channel), ref=shown[0], source=source, at=at)
    await put_up_anew(tx, group, source=source, at=at)


async def put_up_anew(tx: Tx, group: Group, *, source: str, at: datetime) -> None:
    """Put the board up where posts go now, whatever stands elsewhere and however often that was today."""
    await outbox.forget_shown(tx, boards.key(group.id))
    if await boards.clocks(tx, [group.id]):
        await _put_up_as(tx, group, f"{group.id}:{source}", at=at)


async def point_out(tx: Tx, group: Group, *, alone: bool, source: str, at: datetime) -> BoardTouched | None:
    """Bring the board up to date and answer beneath it, which shows the way; where none is shown yet, return the answer.

    `alone`: the answer can be for who asked alone; then it is returned, and nobody else is bothered.
    """
    await touch(tx, group.id, at=at)
    empty = not await boards.clocks(tx, [group.id])
    channel = group.home if group.server is not None else None
    answer = BoardTouched(empty=empty, pinned=bool(group.rights.get("pin")), channel=channel)
    shown = await outbox.shown_as(tx, boards.key(group.id))
    if shown is None or empty or alone:
        return answer
    await _put_beside(tx, group, Act.SEND, answer, ref=shown[0], source=source, at=at)
    return None


async def _put_beside(tx: Tx, group: Group, act: Act, notice: Notice, *, ref: str, source: str, at: datetime) -> None:
    """Say something in reply to the message `ref`, or in its place."""
    kind, facts = pack(notice)
    item = Outgoing(
        key=f"board-{act}:{group.id}:{source}",
        act=act,
        lane=Lane.ANSWER,
        kind=kind,
        facts=facts,
        due_at=at,
        platform=group.platform,
        group_id=group.id,
        topic=group.topic,
        ref=ref,
    )
    await outbox.put(tx, [item], at=at)


# --- what it says -----------------------------------------------------------------------------------------------------
async def load_board(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "board" {group}: only what its members let the group see now."""
    group = await groups.get(tx, facts["group"])
    members = await people.members_of(tx, group.id)
    named = [learner for learner, membership in members if membership.consent is not None and membership.consent.public]
    pauses = await rest.pauses_now(tx, named, at=at)
    studying = await _studying(tx, named, pauses, at=at)
    away = [MemberAway(one.name, pauses[one.id].last) for one in named if one.id in pauses and may_tell(pauses[one.id])]
    shown_away = fit(away[:_MOST_AWAY], [units(one.name) + _AWAY_WORDS for one in away], room=_AWAY_ROOM)
    seen = fit(studying[:_MOST_STUDYING], [units(one.name) + _STUDYING_WORDS for one in studying], room=_STUDYING_ROOM)
    rows = await _open_promises(tx, group.id, at=at)
    told = await promise_facts.tell(tx, rows[:_MOST_PROMISES])
    soonest = [told[row.id] for row in rows[:_MOST_PROMISES]]
    promises = fit(soonest, [promise_units(one) for one in soonest], room=_PROMISE_ROOM)
    return Board(
        day=study_day(at, zone=group.clock_zone),
        studying=seen,
        more_studying=len(studying) - len(seen),
        promises=promises,
        more=len(rows) - len(promises),
        unnamed=len(members) - len(named),
        zone=group.clock_zone,
        away=shown_away,
        more_away=len(away) - len(shown_away),
    )


def may_tell(pause: Pause) -> bool:
    """Whether groups may know of a pause: a break that its learner announced, or an automatic one; never a sick day."""
    return pause.announced or pause.kind is PauseKind.AUTO


async def _open_promises(tx: Tx, group_id: int, *, at: datetime) -> list[Commitment]:
    """The open ones, by date; what is a month late is no news any more, and is left to its owner."""
    rows = await commitments.open_in_group(tx, group_id, since=at - SLIPS_SHOWN)
    levels = await commitments.consents(tx, [row.id for row in rows])
    return [row for row in rows if levels[row.id].public]


async def _studying(tx: Tx, learners: list[Learner], pauses: dict[int, Pause], *, at: datetime) -> list[Studying]:
    """Whose slots are today, each on their own study day, in order of time; a session that began keeps its slot's instant.

    Whoever is on a break is left out, unless they studied anyway.
    """
    days = {one.id: study_day(at, zone=one.clock_zone, day_ends=one.day_ends) for one in learners}
    if not days:
        return []
    by_id = {one.id: one for one in learners}
    held = await sessions.between(tx, list(days), first=min(days.values()), last=max(days.values()))
    off = {one for one, pause in pauses.items() if pause.kind is not PauseKind.SICK}
    sick = pauses.keys() - off
    today = [one for one in held if one.day == days[one.learner_id] and (one.learner_id not in off or one.state.answered)]
    begun = {(one.learner_id, one.slot) for one in today}
    ahead = [slot for slot in await slots.of_learners(tx, list(days)) if (slot.learner_id, slot.kind) not in begun]
    found = [_begun(by_id[one.learner_id], one) for one in today]
    coming = [
        _ahead(by_id[slot.learner_id], slot, days[slot.learner_id], sick=slot.learner_id in sick)
        for slot in ahead
        if days[slot.learner_id].weekday() in slot.weekdays and slot.learner_id not in off
    ]
    found += [one for one in coming if one.at > at - _HANDLED]  # who came after today's slot has none today
    return sorted(found, key=lambda one: one.at)


def _begun(learner: Learner, session: Session) -> Studying:
    return Studying(learner.name, session.due_at, learner.clock_zone, session.state)


def _ahead(learner: Learner, slot: Slot, day: date, *, sick: bool) -> Studying:
    due_at = slot_instant(day, wall=slot.wall, zone=slot.zone, day_ends=learner.day_ends)
    return Studying(learner.name, due_at, slot.zone, SessionState.EXCUSED if sick else SessionState.PLANNED)
