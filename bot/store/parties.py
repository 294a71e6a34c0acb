"""Who a transaction is about: on PostgreSQL it holds these learners and groups until it ends, as on SQLite it holds everything.

Services read, decide and write; two transactions that do so about the same learner or group must not run side by side. A learner
or group is held by a lock on its row (FOR NO KEY UPDATE: rows that refer to it may be written meanwhile). Whoever waits for
several takes learners before groups, each in the order of their ids, so that nobody waits in a circle; who cannot know them
beforehand (two learners who link their accounts) may, and PostgreSQL breaks such a circle, which passes. On SQLite, where
writers come one at a time, nothing here does anything. docs/decisions/0018-postgresql.md says why so.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Table, func, select, text, tuple_

from bot.store.database import Tx
from bot.store.many import among
from bot.store.schema import commitments, groups, identities, learners, memberships, slots

Whom = tuple[int | None, Collection[int]]  # a learner, if it is about one, and groups
Place = tuple[str, str]  # a platform, and what it calls an account or a chat

_OF_GROUPS: Final = ("digest", "board")  # timers whose subject is a group; those of the others belong to a learner
_SHOWN: Final = ("day", "promise")  # those that may change what groups see of their learner
_BY_NAME: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(CAST(:names AS text[])) AS name")


@dataclass(frozen=True, slots=True)
class Parties:
    """Learners and groups by id."""

    learners: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()

    @classmethod
    def of(cls, several: "Iterable[Parties]") -> "Parties":
        """All of several."""
        found = list(several)
        none: frozenset[int] = frozenset()
        return cls(none.union(*(one.learners for one in found)), none.union(*(one.groups for one in found)))

    def __le__(self, other: "Parties") -> bool:
        return self.learners <= other.learners and self.groups <= other.groups

    def include(self, whom: Whom) -> bool:
        """Whether a learner and groups are among these; a morning asks for thousands."""
        learner, theirs = whom
        return (learner is None or learner in self.learners) and self.groups.issuperset(theirs)


@dataclass(frozen=True, slots=True)
class Speakers:
    """Who speaks in a batch of updates, and where."""

    accounts: set[Place] = field(default_factory=set)
    chats: set[Place] = field(default_factory=set)


def side_by_side(tx: Tx) -> bool:
    """Whether writers run side by side at all."""
    return tx.dialect.name == "postgresql"


async def hold(tx: Tx, parties: Parties, *, shown: Collection[int] = ()) -> None:
    """Wait until nobody else holds them; of the learners in `shown` the groups, too, where what becomes of them shows."""
    if side_by_side(tx):
        await _lock(tx, learners, parties.learners)
        theirs = await _groups_of(tx, shown)
        await _lock(tx, groups, parties.groups.union(*theirs.values()))


async def hold_learners(tx: Tx, ids: Collection[int]) -> None:
    """Hold learners, and the groups they are in."""
    await hold(tx, Parties(frozenset(ids)), shown=ids)


async def hold_free(tx: Tx, parties: Parties) -> Parties:
    """Hold those that nobody else holds, without waiting, and return them; who is no more is in nobody's hands."""
    return Parties(await _lock_free(tx, learners, parties.learners), await _lock_free(tx, groups, parties.groups))


async def hold_speakers(tx: Tx, speakers: Speakers) -> None:
    """Hold whoever speaks and the groups they are in, and where they speak. Who is not known yet is held by name."""
    if not side_by_side(tx):
        return
    names = {f"account:{platform}:{account}" for platform, account in speakers.accounts - set(await _accounts(tx, speakers))}
    names |= {f"chat:{platform}:{chat}" for platform, chat in speakers.chats - set(await _chats(tx, speakers))}
    if names:  # two that meet them at once would both make them
        await tx.execute(_BY_NAME, {"names": sorted(names)})
    held: set[int] = set()
    while missing := set((await _accounts(tx, speakers)).values()) - held:  # an account may have changed hands while we waited
        held |= await _lock(tx, learners, missing)
    theirs = await _groups_of(tx, held)
    here = (await _chats(tx, speakers)).values()
    await _lock(tx, groups, {*here, *(group for those in theirs.values() for group in those)})


async def of_timers(tx: Tx, rows: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Whom]:
    """By kind and subject of a timer, whom it is about: nobody where the kind is not known, or its subject is no more."""
    subjects: dict[str, set[int]] = defaultdict(set)
    found: dict[tuple[str, int], Whom] = {}
    for kind, subject in rows:
        subjects[kind].add(subject)
        found[kind, subject] = (None, (subject,) if kind in _OF_GROUPS else ())
    promises = await _owners(tx, commitments, subjects["promise"] | subjects["pace"])
    owners: dict[str, Mapping[int, int]] = {
        "slot": await _owners(tx, slots, subjects["slot"]),
        "day": {one: one for one in subjects["day"]},
        "promise": promises,
        "pace": promises,
    }
    groups_of = await _groups_of(tx, {owners[kind][one] for kind in _SHOWN for one in subjects[kind] if one in owners[kind]})
    for kind, owner_of in owners.items():
        shown = groups_of if kind in _SHOWN else {}
        found.update({(kind, one): (owner_of[one], shown.get(owner_of[one], ())) for one in subjects[kind] & owner_of.keys()})
    return found


# --- rows -------------------------------------------------------------------------------------------------------------
async def _lock(tx: Tx, table: Table, ids: Collection[int], *, wait: bool = True) -> frozenset[int]:
    if not ids:
        return frozenset()
    rows = select(table.c.id).where(among(tx, table.c.id, [*ids])).order_by(table.c.id)
    return frozenset((await tx.execute(rows.with_for_update(key_share=True, skip_locked=not wait))).scalars())


async def _lock_free(tx: Tx, table: Table, ids: frozenset[int]) -> frozenset[int]:
    busy = ids - await _lock(tx, table, ids, wait=False)
    if busy:
        busy &= set((await tx.execute(select(table.c.id).where(among(tx, table.c.id, [*busy])))).scalars())
    return ids - busy


async def _accounts(tx: Tx, speakers: Speakers) -> dict[Place, int]:
    place = tuple_(identities.c.platform, identities.c.account)
    query = select(identities.c.platform, identities.c.account, identities.c.learner_id)
    rows = await tx.execute(query.where(place.in_(speakers.accounts)))
    return {(row.platform, row.account): row.learner_id for row in rows}


async def _chats(tx: Tx, speakers: Speakers) -> dict[Place, int]:
    """The groups that live in these chats, or post there (store/groups.py, by_chat)."""
    if not speakers.chats:
        return {}
    lives = tuple_(groups.c.platform, groups.c.chat).in_(speakers.chats)
    posts = tuple_(groups.c.platform, groups.c.topic).in_(speakers.chats) & groups.c.server.is_not(None)
    columns = (groups.c.platform, groups.c.chat, groups.c.topic, groups.c.id)
    rows = (await tx.execute(select(*columns).where(lives | posts))).all()
    return {(row.platform, row.topic): row.id for row in rows if row.topic} | {(row.platform, row.chat): row.id for row in rows}


async def _groups_of(tx: Tx, ids: Collection[int]) -> dict[int, set[int]]:
    """By learner the groups they are in, and those they left: what they promised there stands there still."""
    found: dict[int, set[int]] = defaultdict(set)
    if ids:
        query = select(memberships.c.learner_id, memberships.c.group_id).where(among(tx, memberships.c.learner_id, [*ids]))
        for row in await tx.execute(query):
            found[row.learner_id].add(row.group_id)
    return found


async def _owners(tx: Tx, table: Table, ids: Collection[int]) -> dict[int, int]:
    if not ids:
        return {}
    rows = await tx.execute(select(table.c.id, table.c.learner_id).where(among(tx, table.c.id, [*ids])))
    return {row.id: row.learner_id for row in rows}


# --- what only one process does at a time -----------------------------------------------------------------------------
async def alone(tx: Tx, name: str) -> bool:
    """Whether nobody else is at this until the transaction ends; asked without waiting."""
    if not side_by_side(tx):
        return True
    return bool((await tx.execute(select(func.pg_try_advisory_xact_lock(func.hashtextextended(name, 0))))).scalar_one())
