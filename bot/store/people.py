"""Learners and their identities on platforms, memberships, and the state of a dialogue."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, delete, select, update

from bot.domain.people import DAY_ENDS, QUIET_END, QUIET_START, Consent, Learner, Membership
from bot.store.database import Tx, add, insert
from bot.store.prepared import Prepared
from bot.store.schema import dialogues, identities, learners, memberships

_LEARNER = [learners.c[name] for name in Learner.__dataclass_fields__]


def _learner(row: RowMapping) -> Learner:
    return Learner(**{name: row[name] for name in Learner.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class Account:
    """Where a learner can be written to on one platform."""

    account: str
    username: str | None
    reachable: bool


async def by_account(tx: Tx, *, platform: str, account: str) -> tuple[Learner, Account] | None:
    """The learner behind an account, and the account."""
    row = await _BY_ACCOUNT.first(tx, platform=platform, account=account)
    return None if row is None else (Learner(*row[: len(_LEARNER)]), Account(account, *row[len(_LEARNER) :]))


_BY_ACCOUNT = Prepared(
    select(*_LEARNER, identities.c.username, identities.c.reachable)
    .join(identities, identities.c.learner_id == learners.c.id)
    .where(identities.c.platform == bindparam("platform"), identities.c.account == bindparam("account"))
)


async def add_learner(
    tx: Tx, *, platform: str, account: str, name: str, username: str | None, language: str, at: datetime
) -> Learner:
    """A new learner with one identity, of whom nothing is known yet but a name."""
    learner_id = await add(
        tx,
        learners,
        name=name,
        language=language,
        day_ends=DAY_ENDS,
        quiet_start=QUIET_START,
        quiet_end=QUIET_END,
        quiet_own=False,
        heard_day=at.date(),
        platform=platform,
        onboarded=False,
        created_at=at,
    )
    await add(tx, identities, learner_id=learner_id, platform=platform, account=account, username=username, reachable=False)
    return await get(tx, learner_id)


async def get(tx: Tx, learner_id: int) -> Learner:
    """One learner; LookupError where there is none."""
    return (await get_many(tx, [learner_id]))[learner_id]


async def get_many(tx: Tx, ids: list[int]) -> dict[int, Learner]:
    """Several learners by id."""
    found = [Learner(*row) for row in await _BY_ID.rows(tx, ids=ids)]
    return {learner.id: learner for learner in found}


_BY_ID = Prepared(select(*_LEARNER).where(learners.c.id.in_(bindparam("ids", expanding=True))))


async def change(tx: Tx, learner_id: int, **values: Any) -> None:
    """Set columns of a learner."""
    await tx.execute(update(learners).where(learners.c.id == learner_id).values(**values))


async def change_identity(tx: Tx, *, platform: str, account: str, **values: Any) -> None:
    """Set columns of an identity."""
    await tx.execute(
        update(identities).where(identities.c.platform == platform, identities.c.account == account).values(**values)
    )


async def accounts(tx: Tx, learner_ids: list[int], *, platform: str) -> dict[int, Account]:
    """The learners' accounts on a platform."""
    rows = await tx.execute(select(identities).where(identities.c.learner_id.in_(learner_ids), identities.c.platform == platform))
    return {row.learner_id: Account(row.account, row.username, row.reachable) for row in rows}


async def accounts_of(tx: Tx, learner_id: int) -> dict[str, Account]:
    """A learner's accounts by platform, the oldest first."""
    rows = await tx.execute(select(identities).where(identities.c.learner_id == learner_id).order_by(identities.c.id))
    return {row.platform: Account(row.account, row.username, row.reachable) for row in rows}


async def reachable(tx: Tx, learner_ids: list[int]) -> set[int]:
    """Those who can be written to, be it on one platform alone."""
    query = select(identities.c.learner_id).where(identities.c.learner_id.in_(learner_ids), identities.c.reachable).distinct()
    return set((await tx.execute(query)).scalars())


@dataclass(frozen=True, slots=True)
class Reach:
    """An account of a learner's, and how they are spoken to."""

    platform: str
    account: str
    reachable: bool
    language: str
    zone: str | None


async def reach(tx: Tx, learner_id: int) -> list[Reach]:
    """A learner's accounts; of one who was linked to another (PRODUCT.md, Learner), those of the learner they are one with."""
    rows = await _REACH.rows(tx, learner=learner_id)
    if rows:
        return [Reach(*row) for row in rows]
    into = (await tx.execute(select(learners.c.linked_to).where(learners.c.id == learner_id))).scalar_one_or_none()
    return [] if into is None else await reach(tx, into)


_REACH = Prepared(
    select(identities.c.platform, identities.c.account, identities.c.reachable, learners.c.language, learners.c.zone)
    .join(learners, learners.c.id == identities.c.learner_id)
    .where(identities.c.learner_id == bindparam("learner"))
    .order_by(identities.c.id)
)


# --- memberships ------------------------------------------------------------------------------------------------------
_PRESENT = (memberships.c.learner_id == bindparam("learner"), memberships.c.left_at.is_(None))
_MEMBER = (memberships.c.learner_id, memberships.c.group_id, memberships.c.consent)
_MEMBERSHIP = Prepared(select(*_MEMBER).where(*_PRESENT, memberships.c.group_id == bindparam("group")))
_GROUPS_OF = Prepared(select(*_MEMBER).where(*_PRESENT).order_by(memberships.c.joined_at, memberships.c.group_id))


def _membership(learner_id: int, group_id: int, consent: str | None) -> Membership:
    return Membership(learner_id, group_id, None if consent is None else Consent(consent))


async def membership(tx: Tx, *, learner_id: int, group_id: int) -> Membership | None:
    """A learner's present membership of a group."""
    row = await _MEMBERSHIP.first(tx, learner=learner_id, group=group_id)
    return None if row is None else _membership(*row)


async def groups_of(tx: Tx, learner_id: int) -> list[Membership]:
    """A learner's present memberships, oldest first."""
    return [_membership(*row) for row in await _GROUPS_OF.rows(tx, learner=learner_id)]


async def members_of(tx: Tx, group_id: int) -> list[tuple[Learner, Membership]]:
    """A group's present members in the order they joined."""
    rows = await _MEMBERS.rows(tx, group=group_id)
    return [(Learner(*row[: len(_LEARNER)]), _membership(*row[len(_LEARNER) :])) for row in rows]


_MEMBERS = Prepared(
    select(*_LEARNER, *_MEMBER)
    .join(memberships, memberships.c.learner_id == learners.c.id)
    .where(memberships.c.group_id == bindparam("group"), memberships.c.left_at.is_(None))
    .order_by(memberships.c.joined_at, learners.c.id)
)


async def join(tx: Tx, *, learner_id: int, group_id: int, at: datetime) -> None:
    """Make a learner a member (again); a consent chosen before does not come back by itself."""
    statement = insert(tx, memberships).values(learner_id=learner_id, group_id=group_id, consent=None, joined_at=at, left_at=None)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["learner_id", "group_id"],
            set_={"joined_at": at, "left_at": None, "consent": None},
            where=memberships.c.left_at.is_not(None),
        )
    )


async def leave(tx: Tx, *, learner_id: int, group_id: int, at: datetime) -> None:
    """End a membership."""
    await tx.execute(
        update(memberships)
        .where(memberships.c.learner_id == learner_id, memberships.c.group_id == group_id, memberships.c.left_at.is_(None))
        .values(left_at=at)
    )


async def set_consent(tx: Tx, *, learner_id: int, group_id: int, consent: Consent) -> None:
    """Choose how much the group sees."""
    await tx.execute(
        update(memberships)
        .where(memberships.c.learner_id == learner_id, memberships.c.group_id == group_id)
        .values(consent=consent)
    )


# --- dialogues --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Dialogue:
    """Where a dialogue with a learner stands: `message` is the bot's message that asks, where there is one to edit."""

    name: str
    step: str
    data: dict[str, Any]
    message: str | None = None


async def dialogue(tx: Tx, learner_id: int) -> Dialogue | None:
    """The dialogue a learner is in."""
    row = (await tx.execute(select(dialogues).where(dialogues.c.learner_id == learner_id))).one_or_none()
    return None if row is None else Dialogue(row.name, row.step, row.data, row.message)


async def set_dialogue(tx: Tx, learner_id: int, state: Dialogue, *, at: datetime) -> None:
    """Begin a dialogue or go on in it; a learner is in one at a time."""
    values = {"name": state.name, "step": state.step, "data": state.data, "message": state.message, "updated_at": at}
    statement = insert(tx, dialogues).values(learner_id=learner_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["learner_id"], set_=values))


async def end_dialogue(tx: Tx, learner_id: int) -> None:
    """Leave the dialogue."""
    await tx.execute(delete(dialogues).where(dialogues.c.learner_id == learner_id))
