"""What moved from one learner to another when accounts were linked: written down row by row, so that it can move back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, Table, delete, exists, func, or_, select, update

from bot.domain.checkins import SessionState
from bot.domain.people import Consent
from bot.domain.rest import PauseKind
from bot.store.database import Tx
from bot.store.schema import (
    buddies,
    checkins,
    commitments,
    identities,
    learners,
    link_moves,
    memberships,
    modules,
    pauses,
    plans,
    reviews,
    sessions,
    tracks,
)

# Kinds of notes whose subject is a row that changed its owner.
_TABLES: Final[Mapping[str, Table]] = {
    "identity": identities,
    "checkin": checkins,
    "promise": commitments,
    "session": sessions,
    "plan": plans,
    "pause": pauses,
    "buddy": buddies,
    "ward": buddies,
}
_OWNERS: Final[Mapping[str, str]] = {"ward": "buddy_id"}  # where the owner's column has another name


# --- notes ------------------------------------------------------------------------------------------------------------
async def note(tx: Tx, dormant: int, kind: str, before: Mapping[int, dict[str, Any]]) -> None:
    """Write down what is to be put back for a learner, by the id of the row it is about."""
    rows = [{"learner_id": dormant, "kind": kind, "subject": subject, "before": was} for subject, was in before.items()]
    if rows:
        await tx.execute(link_moves.insert(), rows)


async def noted(tx: Tx, dormant: int, kind: str) -> dict[int, dict[str, Any]]:
    """What was written down, by the id of the row."""
    rows = await tx.execute(_subjects(dormant, kind).add_columns(link_moves.c.before).order_by(link_moves.c.id))
    return {row.subject: row.before for row in rows}


async def forget(tx: Tx, dormant: int) -> None:
    """Delete a learner's notes: all of it has been put back."""
    await tx.execute(delete(link_moves).where(link_moves.c.learner_id == dormant))


def _subjects(dormant: int, kind: str) -> Select[Any]:
    return select(link_moves.c.subject).where(link_moves.c.learner_id == dormant, link_moves.c.kind == kind)


# --- rows that change their owner -------------------------------------------------------------------------------------
async def note_all(tx: Tx, dormant: int, kind: str) -> None:
    """Note every row of a kind that is a learner's."""
    table, owner = _TABLES[kind], _OWNERS.get(kind, "learner_id")
    found = (await tx.execute(select(table.c.id).where(table.c[owner] == dormant).order_by(table.c.id))).scalars()
    await note(tx, dormant, kind, {one: {} for one in found})


async def give(tx: Tx, dormant: int, kind: str, *, owner: int, to: int) -> None:
    """Give the rows that were noted for `dormant`, as far as they are `owner`'s, to another learner."""
    table, column = _TABLES[kind], _OWNERS.get(kind, "learner_id")
    theirs = table.c.id.in_(_subjects(dormant, kind)) & (table.c[column] == owner)
    await tx.execute(update(table).where(theirs).values({column: to}))


async def reviews_follow_plans(tx: Tx, owner: int) -> None:
    """Let the reviews of all modules in a learner's plans be that learner's."""
    theirs = (
        select(modules.c.id)
        .join(tracks, tracks.c.id == modules.c.track_id)
        .join(plans, plans.c.id == tracks.c.plan_id)
        .where(plans.c.learner_id == owner)
    )
    await tx.execute(
        update(reviews).where(reviews.c.module_id.in_(theirs), reviews.c.learner_id != owner).values(learner_id=owner)
    )


async def days(tx: Tx, dormant: int) -> set[date]:
    """The study days of the check-ins that were noted."""
    query = select(checkins.c.day).where(checkins.c.id.in_(_subjects(dormant, "checkin"))).distinct()
    return set((await tx.execute(query)).scalars())


async def touched(tx: Tx, dormant: int, *, beside: int) -> set[date]:
    """The study days on which either learner has checked in, or changed a check-in, since they were linked."""
    since = select(learners.c.linked_at).where(learners.c.id == dormant).scalar_subquery()
    theirs = checkins.c.learner_id.in_((dormant, beside))
    changed = or_(*(column > since for column in (checkins.c.at, checkins.c.edited_at, checkins.c.undone_at)))
    return set((await tx.execute(select(checkins.c.day).where(theirs, changed).distinct())).scalars())


async def kept_alone(tx: Tx, dormant: int, *, beside: int) -> list[int]:
    """The sessions that a learner kept, in whole or in part, where `beside` has none of that day and slot."""
    theirs = sessions.alias()
    taken = exists().where(theirs.c.learner_id == beside, theirs.c.day == sessions.c.day, theirs.c.slot == sessions.c.slot)
    kept = sessions.c.state.in_((SessionState.DONE, SessionState.PARTLY))
    rows = await tx.execute(select(sessions.c.id).where(sessions.c.learner_id == dormant, kept, ~taken).order_by(sessions.c.id))
    return list(rows.scalars())


async def chosen_pauses(tx: Tx, learner_id: int) -> list[int]:
    """The pauses that a learner chose: breaks and sick days, not those that the bot set."""
    theirs = (pauses.c.learner_id == learner_id, pauses.c.kind != PauseKind.AUTO)
    return list((await tx.execute(select(pauses.c.id).where(*theirs).order_by(pauses.c.id))).scalars())


async def platforms(tx: Tx, dormant: int) -> tuple[str, ...]:
    """The platforms of the accounts that were noted."""
    query = select(identities.c.platform).where(identities.c.id.in_(_subjects(dormant, "identity"))).order_by(identities.c.id)
    return tuple((await tx.execute(query)).scalars())


# --- plans ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan without what is in it."""

    id: int
    title: str
    active: bool
    modules: int


async def plans_of(tx: Tx, learner_id: int) -> dict[int, PlanRow]:
    """A learner's plans, by id."""
    query = (
        select(plans.c.id, plans.c.title, plans.c.active, func.count(modules.c.id))
        .outerjoin(tracks, tracks.c.plan_id == plans.c.id)
        .outerjoin(modules, modules.c.track_id == tracks.c.id)
        .where(plans.c.learner_id == learner_id)
        .group_by(plans.c.id, plans.c.title, plans.c.active)
        .order_by(plans.c.id)
    )
    return {row[0]: PlanRow(*row) for row in await tx.execute(query)}


async def set_active(tx: Tx, ids: Iterable[int], *, active: bool) -> None:
    """Put plans to use, or aside."""
    await tx.execute(update(plans).where(plans.c.id.in_(list(ids))).values(active=active))


# --- memberships ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class MemberRow:
    """A learner in a group, present or not."""

    learner_id: int
    group_id: int
    consent: Consent | None
    joined_at: datetime
    left_at: datetime | None


async def memberships_of(tx: Tx, learner_id: int) -> dict[int, MemberRow]:
    """Every group a learner is or was in, by group."""
    rows = await tx.execute(select(memberships).where(memberships.c.learner_id == learner_id).order_by(memberships.c.group_id))
    return {row.group_id: _member(row) for row in rows}


def _member(row: Any) -> MemberRow:
    consent = None if row.consent is None else Consent(row.consent)
    return MemberRow(row.learner_id, row.group_id, consent, row.joined_at, row.left_at)


async def write_membership(tx: Tx, row: MemberRow) -> None:
    """Write a membership that is there as `row` has it."""
    place = (memberships.c.learner_id == row.learner_id) & (memberships.c.group_id == row.group_id)
    values = {"consent": row.consent, "joined_at": row.joined_at, "left_at": row.left_at}
    await tx.execute(update(memberships).where(place).values(**values))


async def give_memberships(tx: Tx, group_ids: Iterable[int], *, owner: int, to: int) -> None:
    """Give memberships to a learner who has none in these groups."""
    theirs = (memberships.c.learner_id == owner) & memberships.c.group_id.in_(list(group_ids))
    await tx.execute(update(memberships).where(theirs).values(learner_id=to))


async def promised(tx: Tx, *, learner_id: int, group_id: int) -> dict[int, Consent]:
    """How much a group may see of each of a learner's promises there, drafts included, as far as that was chosen."""
    theirs = (commitments.c.learner_id == learner_id, commitments.c.group_id == group_id, commitments.c.consent.is_not(None))
    rows = await tx.execute(select(commitments.c.id, commitments.c.consent).where(*theirs))
    return {row.id: Consent(row.consent) for row in rows}


async def restore_consent(tx: Tx, commitment_id: int, *, was: Consent, set_to: Consent) -> None:
    """Give a promise back how much was seen of it, unless that was chosen anew since."""
    same = (commitments.c.id == commitment_id) & (commitments.c.consent == set_to)
    await tx.execute(update(commitments).where(same).values(consent=was))
