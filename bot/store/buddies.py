"""Buddies: who asked whom to look after them, and whether both said yes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from bot.store.database import Tx, add
from bot.store.schema import buddies


@dataclass(frozen=True, slots=True)
class Buddy:
    """`learner_id` asked by the link with `code`; `buddy_id` said yes; since `confirmed_at` it holds."""

    id: int
    learner_id: int
    buddy_id: int | None
    code: str
    created_at: datetime
    confirmed_at: datetime | None


_BUDDY = [buddies.c[name] for name in Buddy.__dataclass_fields__]


async def _all(tx: Tx, *where: ColumnElement[bool]) -> list[Buddy]:
    rows = await tx.execute(select(*_BUDDY).where(*where).order_by(buddies.c.id))
    return [Buddy(**row) for row in rows.mappings()]


async def ask(tx: Tx, learner_id: int, *, code: str, at: datetime) -> None:
    """A learner asks for a buddy by a link."""
    await add(tx, buddies, learner_id=learner_id, buddy_id=None, code=code, created_at=at, confirmed_at=None)


async def get(tx: Tx, buddy_id: int) -> Buddy | None:
    """One of these rows."""
    found = await _all(tx, buddies.c.id == buddy_id)
    return found[0] if found else None


async def by_code(tx: Tx, code: str) -> Buddy | None:
    """What a link leads to."""
    found = await _all(tx, buddies.c.code == code)
    return found[0] if found else None


async def asked_by(tx: Tx, learner_id: int) -> list[Buddy]:
    """What a learner asked for, confirmed or not."""
    return await _all(tx, buddies.c.learner_id == learner_id)


async def looked_after_by(tx: Tx, learner_id: int) -> list[Buddy]:
    """For whom a learner is the buddy, both having said yes."""
    return await _all(tx, buddies.c.buddy_id == learner_id, buddies.c.confirmed_at.is_not(None))


async def confirmed(tx: Tx, learner_ids: Sequence[int]) -> list[Buddy]:
    """The buddies of several learners, both having said yes."""
    return await _all(tx, buddies.c.learner_id.in_(learner_ids), buddies.c.confirmed_at.is_not(None))


async def change(tx: Tx, row_id: int, **values: Any) -> None:
    """Set columns of a row."""
    await tx.execute(update(buddies).where(buddies.c.id == row_id).values(**values))


async def drop(tx: Tx, ids: Sequence[int]) -> None:
    """Take rows out of the world."""
    await tx.execute(delete(buddies).where(buddies.c.id.in_(ids)))


async def forget_old(tx: Tx, *, before: datetime) -> None:
    """Delete what was asked before and never came to anything."""
    await tx.execute(delete(buddies).where(buddies.c.created_at < before, buddies.c.confirmed_at.is_(None)))
