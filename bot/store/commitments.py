"""Commitments, their history and their cheers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, or_, select, update

from bot.domain.commitments import Commitment, Event, Happened, State
from bot.domain.credit import WINDOW
from bot.domain.people import Consent, narrower
from bot.domain.plans import CountScope, CountUnit, FreeScope, ModulesScope, Scope, TrackScope
from bot.store.database import Tx, insert
from bot.store.prepared import Prepared, Row
from bot.store.schema import cheers, commitment_events, commitments, memberships

_NAMES = [*Commitment.__dataclass_fields__]
_COLUMNS = [commitments.c[name] for name in _NAMES]


# --- a scope as JSON --------------------------------------------------------------------------------------------------
def _scope_to_json(scope: Scope) -> dict[str, Any]:
    match scope:
        case ModulesScope():
            return {"kind": "modules", "ids": list(scope.module_ids), "names": list(scope.names)}
        case TrackScope():
            return {"kind": "tracks", "ids": list(scope.track_ids), "names": list(scope.names)}
        case CountScope():
            return {"kind": "count", "unit": scope.unit, "count": scope.count, "skip": scope.skip}
        case FreeScope():
            return {"kind": "free"}


def _scope_from_json(raw: dict[str, Any]) -> Scope:
    match raw["kind"]:
        case "modules":
            return ModulesScope(tuple(raw["ids"]), tuple(raw["names"]))
        case "tracks":
            return TrackScope(tuple(raw["ids"]), tuple(raw["names"]))
        case "count":
            return CountScope(CountUnit(raw["unit"]), raw["count"], raw.get("skip", 0))
        case _:
            return FreeScope()


def _commitment(row: Mapping[Any, Any]) -> Commitment:
    consent = row["consent"]
    values = {
        **{name: row[name] for name in _NAMES},
        "scope": _scope_from_json(row["scope"]),
        "state": State(row["state"]),
        "consent": None if consent is None else Consent(consent),
    }
    return Commitment(**values)


# --- one or several ---------------------------------------------------------------------------------------------------
async def add_draft(
    tx: Tx,
    *,
    learner_id: int,
    group_id: int | None,
    source: str,
    text: str,
    scope: Scope,
    consent: Consent | None,
    in_place: bool,
    due_at: datetime,
    due_wall: datetime,
    zone: str,
    at: datetime,
) -> Commitment:
    """A promise in preview; the one made before from the same `source`, should it come twice."""
    row = {
        "learner_id": learner_id,
        "group_id": group_id,
        "source": source,
        "text": text,
        "scope": _scope_to_json(scope),
        "state": State.DRAFT,
        "consent": consent,
        "in_place": in_place,
        "due_at": due_at,
        "due_wall": due_wall,
        "zone": zone,
        "first_due_at": due_at,
        "created_at": at,
    }
    await tx.execute(insert(tx, commitments).values(row).on_conflict_do_nothing(index_elements=["source"]))
    found = await tx.execute(select(*_COLUMNS).where(commitments.c.source == source))
    return _commitment(found.mappings().one())


async def get(tx: Tx, commitment_id: int) -> Commitment | None:
    """One commitment, whoever's it is."""
    return (await get_many(tx, [commitment_id])).get(commitment_id)


async def get_many(tx: Tx, ids: Sequence[int]) -> dict[int, Commitment]:
    """Several commitments by id, oldest first."""
    return {one.id: one for one in _read(await _BY_ID.rows(tx, ids=ids))}


_BY_ID = Prepared(select(*_COLUMNS).where(commitments.c.id.in_(bindparam("ids", expanding=True))).order_by(commitments.c.id))


async def add_part(tx: Tx, part: Commitment, *, source: str) -> Commitment | None:
    """A promise as it is in `part` but for its id, split from another; None where it came from `source` before."""
    row = {name: getattr(part, name) for name in Commitment.__dataclass_fields__ if name != "id"}
    row |= {"scope": _scope_to_json(part.scope), "source": source}
    statement = insert(tx, commitments).values(row).on_conflict_do_nothing(index_elements=["source"]).returning(*_COLUMNS)
    found = (await tx.execute(statement)).mappings().one_or_none()
    return None if found is None else _commitment(found)


async def reword(tx: Tx, commitment_id: int, *, text: str, scope: Scope) -> None:
    """Give a commitment other words and another scope."""
    await change(tx, commitment_id, text=text, scope=_scope_to_json(scope))


async def parts_of(tx: Tx, ids: Sequence[int]) -> dict[int, list[Commitment]]:
    """By commitment, those that were split from it, oldest first; empty where there are none."""
    rows = await tx.execute(select(*_COLUMNS).where(commitments.c.part_of.in_(ids)).order_by(commitments.c.id))
    found: dict[int, list[Commitment]] = {one: [] for one in ids}
    for row in rows.mappings():
        found[row["part_of"]].append(_commitment(row))
    return found


async def drop_draft(tx: Tx, commitment_id: int) -> None:
    """Remove a promise that never was one."""
    await tx.execute(delete(commitments).where(commitments.c.id == commitment_id, commitments.c.state == State.DRAFT))


async def change(tx: Tx, commitment_id: int, **values: Any) -> None:
    """Set columns of a commitment."""
    await change_many(tx, [commitment_id], **values)


async def change_many(tx: Tx, ids: Sequence[int], **values: Any) -> None:
    """Set the same columns of several commitments."""
    await tx.execute(update(commitments).where(commitments.c.id.in_(ids)).values(**values))


async def change_scope(tx: Tx, commitment_id: int, scope: Scope) -> None:
    """Set what a commitment covers."""
    await change(tx, commitment_id, scope=_scope_to_json(scope))


async def open_of(tx: Tx, learner_ids: Sequence[int]) -> dict[int, list[Commitment]]:
    """By learner, the open commitments, soonest due first; learners without one are left out."""
    found: dict[int, list[Commitment]] = defaultdict(list)
    for one in _read(await _OPEN_OF.rows(tx, learners=learner_ids)):
        found[one.learner_id].append(one)
    return dict(found)


_OPEN_OF = Prepared(
    select(*_COLUMNS)
    .where(commitments.c.learner_id.in_(bindparam("learners", expanding=True)), commitments.c.state == State.OPEN)
    .order_by(commitments.c.due_at, commitments.c.id)
)


async def in_play(tx: Tx, learner_id: int, *, done_since: datetime) -> list[Commitment]:
    """A learner's open commitments, and those finished at `done_since` or after it; soonest due first."""
    return _read(await _IN_PLAY.rows(tx, learner=learner_id, since=done_since))


_IN_PLAY = Prepared(
    select(*_COLUMNS)
    .where(
        commitments.c.learner_id == bindparam("learner"),
        or_(
            commitments.c.state == State.OPEN,
            and_(commitments.c.state == State.DONE, commitments.c.done_at >= bindparam("since")),
        ),
    )
    .order_by(commitments.c.due_at, commitments.c.id)
)


async def of_member(tx: Tx, *, learner_id: int, group_id: int) -> list[Commitment]:
    """Everything a learner ever promised in a group, drafts left out, soonest due first."""
    return _read(await _OF_MEMBER.rows(tx, learner=learner_id, group=group_id))


async def open_in_group(tx: Tx, group_id: int, *, since: datetime) -> list[Commitment]:
    """A group's open commitments that fall due after `since`, be that in the past or to come; soonest due first.

    Whoever shows them looks at consent (`consents`), as with `of_group`.
    """
    return _read(await _OPEN_IN_GROUP.rows(tx, group=group_id, since=since))


async def of_group(tx: Tx, group_id: int, *, since: datetime) -> list[Commitment]:
    """A group's commitments that are or were due, finished or slipped at `since` or after it; soonest due first."""
    return _read(await _OF_GROUP.rows(tx, group=group_id, since=since))


def _read(rows: Iterable[Row]) -> list[Commitment]:
    return [_commitment(dict(zip(_NAMES, row, strict=True))) for row in rows]


_SHOWN = (
    select(*_COLUMNS)
    .where(commitments.c.group_id == bindparam("group"), commitments.c.state != State.DRAFT)
    .order_by(commitments.c.due_at, commitments.c.id)
)
_RECENT = [column >= bindparam("since") for column in (commitments.c.due_at, commitments.c.done_at, commitments.c.slipped_at)]
_OF_MEMBER = Prepared(_SHOWN.where(commitments.c.learner_id == bindparam("learner")))
_OPEN_IN_GROUP = Prepared(_SHOWN.where(commitments.c.state == State.OPEN, commitments.c.due_at > bindparam("since")))
_OF_GROUP = Prepared(_SHOWN.where(or_(*_RECENT)))


async def consents(tx: Tx, ids: Sequence[int]) -> dict[int, Consent]:
    """How much of each commitment its group may see now: the narrower of its own consent and its owner's in the group.

    Without a group, or once its owner has left it, that is nothing.
    """
    return {one: narrower(_level(own), _level(of_member)) for one, own, of_member in await _CONSENTS.rows(tx, ids=ids)}


_PRESENT = and_(
    memberships.c.learner_id == commitments.c.learner_id,
    memberships.c.group_id == commitments.c.group_id,
    memberships.c.left_at.is_(None),
)
_CONSENTS = Prepared(
    select(commitments.c.id, commitments.c.consent, memberships.c.consent)
    .outerjoin(memberships, _PRESENT)
    .where(commitments.c.id.in_(bindparam("ids", expanding=True)))
)


def _level(value: str | None) -> Consent | None:
    return None if value is None else Consent(value)


async def due_history(tx: Tx, learner_ids: Sequence[int], *, at: datetime) -> dict[int, list[Commitment]]:
    """By learner, the commitments that count for reliability as of `at`: the last 20 at most, the latest due first.

    They are those finished, given up, or slipped and due by the date they are measured against; what was taken back under the
    rules does not count. Feed them to `domain.credit.credit_of`.
    """
    c = commitments.c
    slipped = and_(c.slipped_at.is_not(None), or_(c.state == State.WITHDRAWN, and_(c.state == State.OPEN, c.first_due_at <= at)))
    counts = or_(c.state.in_((State.DONE, State.MISSED)), slipped)
    rank = func.row_number().over(partition_by=c.learner_id, order_by=(c.first_due_at.desc(), c.id.desc())).label("rank")
    ranked = select(*_COLUMNS, rank).where(c.learner_id.in_(learner_ids), c.published_at.is_not(None), counts).subquery()
    rows = await tx.execute(select(ranked).where(ranked.c.rank <= WINDOW).order_by(ranked.c.learner_id, ranked.c.rank))
    found: dict[int, list[Commitment]] = defaultdict(list)
    for row in rows.mappings():
        found[row["learner_id"]].append(_commitment(row))
    return dict(found)


# --- history ----------------------------------------------------------------------------------------------------------
async def add_events(tx: Tx, events: Sequence[tuple[int, Event]]) -> None:
    """Add lines to the history of commitments (by id); nothing is ever taken out of it."""
    if events:
        rows = [{"commitment_id": one, "kind": event.kind, "at": event.at, "facts": event.facts} for one, event in events]
        await tx.execute(commitment_events.insert(), rows)


async def histories(tx: Tx, ids: Sequence[int]) -> dict[int, list[Event]]:
    """By commitment, its history in order; empty where there is none."""
    found: dict[int, list[Event]] = {one: [] for one in ids}
    for commitment_id, kind, at, facts in await _HISTORIES.rows(tx, ids=ids):
        found[commitment_id].append(Event(kind, at, facts))
    return found


_HISTORIES = Prepared(
    select(*(commitment_events.c[name] for name in ("commitment_id", "kind", "at", "facts")))
    .where(commitment_events.c.commitment_id.in_(bindparam("ids", expanding=True)))
    .order_by(commitment_events.c.id)
)


async def closed_by_hand(tx: Tx, ids: Sequence[int]) -> None:
    """Let what closed these commitments count as their owner's word: nothing that is counted reopens them."""
    latest = select(func.max(commitment_events.c.id)).where(commitment_events.c.commitment_id.in_(ids))
    last = latest.group_by(commitment_events.c.commitment_id)
    await tx.execute(update(commitment_events).where(commitment_events.c.id.in_(last)).values(facts={"by": "hand"}))


async def alerts_since(tx: Tx, learner_ids: Sequence[int], *, since: datetime) -> dict[int, list[datetime]]:
    """By learner, when they were put before a group at `since` or after it."""
    rows = await tx.execute(
        select(commitments.c.learner_id, commitment_events.c.at)
        .join(commitments, commitments.c.id == commitment_events.c.commitment_id)
        .where(
            commitments.c.learner_id.in_(learner_ids),
            commitment_events.c.kind == Happened.ALERT,
            commitment_events.c.at >= since,
        )
    )
    found: dict[int, list[datetime]] = defaultdict(list)
    for row in rows:
        found[row.learner_id].append(row.at)
    return dict(found)


# --- cheers -----------------------------------------------------------------------------------------------------------
async def cheer(tx: Tx, *, commitment_id: int, learner_id: int, kind: str, at: datetime) -> bool:
    """Record a cheer or an offer of help; False where that learner gave it before."""
    values = {"commitment_id": commitment_id, "learner_id": learner_id, "kind": kind, "at": at}
    statement = insert(tx, cheers).values(values).on_conflict_do_nothing()
    return (await tx.execute(statement)).rowcount == 1


async def count_cheers(tx: Tx, commitment_id: int) -> dict[str, int]:
    """How many learners gave each kind."""
    rows = await tx.execute(
        select(cheers.c.kind, func.count().label("given")).where(cheers.c.commitment_id == commitment_id).group_by(cheers.c.kind)
    )
    return {row.kind: row.given for row in rows}
