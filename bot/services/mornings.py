"""A morning: the slots that fall due, a batch at a time, with no query per learner."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from bot.domain.calendar import next_slot, study_day
from bot.domain.checkins import Checkin, Session, SessionState
from bot.domain.days import DELAYED_FROM, DROPPED_AFTER, Became, Reason, became, first_step
from bot.domain.notices.cards import Excused
from bot.domain.people import MAIN, SECOND, Learner, Slot
from bot.domain.rest import PauseKind, easy_days_since
from bot.services import posts, rest
from bot.services.card_keys import card_key, card_subject, day_timer
from bot.services.day_room import said_on
from bot.services.facts import pack
from bot.store import checkins, mornings, outbox, people, sessions, slots, timers
from bot.store.database import Tx
from bot.store.mornings import Due
from bot.store.outbox import LEARNER, WINDOW, Lane, Outgoing
from bot.store.sessions import Planned
from bot.store.timers import Timer

_NEW: Final = 0  # the id of a session that the database has not got yet


@dataclass(frozen=True, slots=True, eq=False)
class _Occurrence:
    """A slot that fell due: whose, for which study day, and what follows.

    `everybody` for whom the same is decided; `slot` and `learner` are those of the first, who is alone where a session, a
    check-in or a pause sets them apart from others with the same time and place. `dropped`: too late for a card. `slept`: how
    many in a row, up to this one, were; `slept_at` is when the last of them was due. `pause`: the learner is away, so there was
    no card to be late. `ramp`: an easy day after a long break.
    """

    everybody: Sequence[Due]
    slot: Slot
    learner: Learner
    day: date
    due_at: datetime
    following: datetime | None
    dropped: bool
    slept: int
    slept_at: datetime
    pause: PauseKind | None
    ramp: bool

    @property
    def reachable(self) -> bool:
        """Whether the learners can be written to."""
        return self.everybody[0].reachable

    @property
    def learner_ids(self) -> list[int]:
        """Whose slot it is."""
        return [one.learner_id for one in self.everybody]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database holds about the days of the learners whom something sets apart."""

    sessions: dict[tuple[int, date, str], Session]
    checkins: dict[tuple[int, date], list[Checkin]]


async def slots_due(tx: Tx, rows: list[Timer], at: datetime) -> None:
    """Timer "slot" (subject: slot id): plan the session, queue the card, set the next occurrence and the learner's "day" timer.

    Up to two hours late the card is still sent; later the session is excused, and the learner is told once, however long the
    bot was down (PRODUCT.md, Late after an outage). A session that is there already has had its card. In a pause the session
    is excused without a word, whether the bot was down or not.
    """
    found = await _occurrences(tx, rows, at=at)
    known = await _known(tx, found)
    fresh = [one for one in found if (one.learner.id, one.day, one.slot.kind) not in known.sessions]
    planned = {one: _planned(one, known) for one in fresh}
    await sessions.add_alike(tx, [(session, one.learner_ids) for one, session in planned.items()])
    await sessions.become(tx, _resettled(planned, known))
    cards = [(_card(one), one.learner_ids) for one, session in planned.items() if session.state is SessionState.PLANNED]
    excuses = [(_excuse(one, at=at), one.learner_ids) for one in found if _is_owed_words(one, at=at) and one.reachable]
    await outbox.put_for_each(tx, [*cards, *excuses], at=at)
    asked = [one for one in found if not one.dropped and one.pause is None]
    begun = await timers.find_many(tx, kind="day", subjects=[each for one in asked for each in one.learner_ids])
    await timers.put_alike(tx, [*_next_slots(found, at=at), *_days(asked, known, begun, at=at)])


async def _occurrences(tx: Tx, rows: list[Timer], *, at: datetime) -> list[_Occurrence]:
    """The slots that fell due, in order of time. What follows is worked out once for all who are alike, not once per learner."""
    groups = await _groups(tx, rows)
    theirs = await slots.get_many(tx, [everybody[0].slot_id for _, _, everybody in groups])
    learners = await people.get_many(tx, [slot.learner_id for slot in theirs.values()])
    studying = await rest.study_days(tx, list(learners), since=_earliest(rows)) if groups else {}
    following: dict[Any, datetime | None] = {}
    found = []
    for row, day, everybody in groups:
        slot, learner = theirs[everybody[0].slot_id], learners[everybody[0].learner_id]
        same = (row.due_at, slot.zone, learner.day_ends, slot.wall, slot.weekdays)
        if same not in following:
            following[same] = _following(slot, learner, after=row.due_at)
        pause = studying[learner.id].pause_on(day)
        ramp = studying[learner.id].ramp_on(day) is not None
        dropped = pause is None and at - row.due_at > DROPPED_AFTER
        slept = row.data.get("slept", 0) + (1 if dropped else 0)
        slept_at = row.due_at if dropped else datetime.fromisoformat(row.data.get("slept_at", row.due_at.isoformat()))
        kind = pause.kind if pause else None
        found.append(
            _Occurrence(everybody, slot, learner, day, row.due_at, following[same], dropped, slept, slept_at, kind, ramp)
        )
    return found


async def _groups(tx: Tx, rows: list[Timer]) -> list[tuple[Timer, date, list[Due]]]:
    """Those for whom the same is to be decided, with the timer (of the first) and the study day they have in common."""
    if not rows:
        return []
    since = _earliest(rows)
    slots_now = await mornings.due(tx, [row.subject for row in rows], since=since, eased_since=easy_days_since(since))
    days: dict[Any, date] = {}
    groups: dict[Any, tuple[Timer, date, list[Due]]] = {}
    for row in rows:
        due = slots_now.get(row.subject)
        if due is None:
            continue
        place = (row.due_at, due.zone, due.day_ends)
        day = days.get(place)
        if day is None:
            day = days[place] = study_day(row.due_at, zone=due.zone, day_ends=due.day_ends)
        alike = (row.due_at, *row.data.items(), due.alike, due.learner_id if _is_set_apart(due, day) else None)
        if alike not in groups:
            groups[alike] = (row, day, [])
        groups[alike][2].append(due)
    return list(groups.values())


def _is_set_apart(due: Due, day: date) -> bool:
    """Whether something may be decided for the learner that is not for others with the same time and place."""
    return (
        due.rests
        or (due.session_day is not None and due.session_day >= day)
        or (due.checkin_day is not None and due.checkin_day >= day)
    )


def _earliest(rows: Sequence[Timer]) -> date:
    """A day that is no later than the study day of any of these slots."""
    return min(row.due_at for row in rows).date() - timedelta(days=2)


def _following(slot: Slot, learner: Learner, *, after: datetime) -> datetime | None:
    upcoming = next_slot(after, wall=slot.wall, weekdays=slot.weekdays, zone=slot.zone, day_ends=learner.day_ends)
    return upcoming[1] if upcoming else None


async def _known(tx: Tx, found: Sequence[_Occurrence]) -> _Known:
    ids = [one.learner.id for one in found]
    if not ids:
        return _Known({}, {})
    first, last = min(one.day for one in found), max(one.day for one in found)
    reported: dict[tuple[int, date], list[Checkin]] = defaultdict(list)
    for checkin in await checkins.between(tx, ids, first=first, last=last):
        reported[checkin.learner_id, checkin.day].append(checkin)
    held = await sessions.between(tx, ids, first=first, last=last)
    return _Known(sessions={(one.learner_id, one.day, one.slot): one for one in held}, checkins=reported)


def _planned(one: _Occurrence, known: _Known) -> Planned:
    """The session of an occurrence, answered already where the learner was quicker than the slot."""
    planned = Planned(one.learner.id, one.slot.kind, one.day, one.due_at, reason=_reason(one))
    return replace(planned, state=_outcomes(planned, known)[_NEW].state)


def _resettled(planned: Mapping[_Occurrence, Planned], known: _Known) -> dict[int, Became]:
    """What becomes of the day's other sessions, now that one more shares the check-ins with them."""
    fates = {}
    for session in planned.values():
        for other in _others(session, known):
            fate = _outcomes(session, known)[other.id]
            if fate.state is not other.state and (fate.state.answered or other.state.answered):
                fates[other.id] = fate
    return fates


def _outcomes(planned: Planned, known: _Known) -> dict[int, Became]:
    """What the check-ins of a day make of its sessions, the planned one included, by id."""
    together = sorted([*_others(planned, known), _as_session(planned)], key=lambda one: (one.due_at, one.slot))
    return became(together, known.checkins.get((planned.learner_id, planned.day), []), over=False)


def _others(planned: Planned, known: _Known) -> list[Session]:
    keys = [(planned.learner_id, planned.day, slot) for slot in (MAIN, SECOND)]
    return [known.sessions[key] for key in keys if key in known.sessions]


def _reason(one: _Occurrence) -> Reason | None:
    """Why the session is excused from the start, or will be where nothing is said. A pause goes before what the bot failed at."""
    if one.pause is not None:
        return Reason.SICK if one.pause is PauseKind.SICK else Reason.PAUSE
    if one.dropped:
        return Reason.OUTAGE
    if not one.reachable:
        return Reason.UNREACHABLE
    return Reason.RESTART if one.ramp else None


def _as_session(planned: Planned) -> Session:
    """A session as it will be, before the database has given it an id."""
    return Session(
        id=_NEW,
        learner_id=planned.learner_id,
        slot=planned.slot,
        day=planned.day,
        state=planned.state,
        reason=planned.reason,
        due_at=planned.due_at,
        started_at=None,
        later_until=None,
    )


def _card(one: _Occurrence) -> Outgoing:
    key = card_key(LEARNER, day=one.day, slot=one.slot.kind)
    facts = card_subject(LEARNER, day=one.day, slot=one.slot.kind) | {"due": one.due_at.isoformat()}
    expires_at = one.due_at + DROPPED_AFTER
    return posts.live_item(
        one.learner, "card", facts, key=key, lane=Lane.CARD, due_at=one.due_at, expires_at=expires_at, shows=key
    )


def _is_owed_words(one: _Occurrence, *, at: datetime) -> bool:
    """Whether the bot slept and this is the last occurrence that it slept through, or the first after; a pause waits."""
    awake = not one.dropped and one.pause is None
    return one.slept > 0 and (awake or one.following is None or one.following > at)


def _excuse(one: _Occurrence, *, at: datetime) -> Outgoing:
    kind, facts = pack(Excused(due_at=one.slept_at, missed=one.slept, reason=Reason.OUTAGE))
    key = f"outage:{LEARNER}:{one.day}:{one.slot.kind}"
    return posts.live_item(one.learner, kind, facts, key=key, lane=Lane.CARD, due_at=at, expires_at=at + WINDOW[Lane.ALERT])


def _next_slots(found: Sequence[_Occurrence], *, at: datetime) -> list[tuple[Timer, list[int]]]:
    return [
        (Timer("slot", one.slot.id, one.following, _so_far(one, at=at)), [each.slot_id for each in one.everybody])
        for one in found
        if one.following
    ]


def _so_far(one: _Occurrence, *, at: datetime) -> dict[str, Any]:
    """What the next occurrence has to know of an outage of which the learner has not been told yet."""
    untold = one.slept > 0 and not _is_owed_words(one, at=at)
    return {"slept": one.slept, "slept_at": one.slept_at.isoformat()} if untold else {}


def _days(
    found: Sequence[_Occurrence], known: _Known, begun: Mapping[int, Timer], *, at: datetime
) -> list[tuple[Timer, list[int]]]:
    """The day timers: a main slot's nudge; a second slot sets the day's end where there is no main session to do so.

    After a card that came late the nudge waits its time from the card. A warning that came before the card, in days that have
    `begun`, is counted with it.
    """
    set_by_main = {learner_id for one in found if one.slot.kind == MAIN for learner_id in one.learner_ids}
    wanted = []
    for one in found:
        step = first_step(one.learner, day=one.day, due_at=_came_at(one, at=at), slot=one.slot.kind)
        theirs = one.learner_ids
        if one.slot.kind != MAIN:
            theirs = [each for each in theirs if each not in set_by_main and (each, one.day, MAIN) not in known.sessions]
        by_said: dict[int, list[int]] = defaultdict(list)
        for each in theirs:
            by_said[_said(one, each, known, begun)].append(each)
        wanted += [(day_timer(one.learner.id, day=one.day, step=step, said=said), some) for said, some in by_said.items()]
    return wanted


def _said(one: _Occurrence, learner_id: int, known: _Known, begun: Mapping[int, Timer]) -> int:
    """How many messages the day has had, with this card; one that was there before its slot was moved is counted already."""
    before = said_on(begun.get(learner_id), one.day)
    return before + ((learner_id, one.day, one.slot.kind) not in known.sessions) or 1


def _came_at(one: _Occurrence, *, at: datetime) -> datetime:
    return at if at - one.due_at > DELAYED_FROM else one.due_at
