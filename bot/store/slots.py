"""Study slots."""

from datetime import time

from sqlalchemy import bindparam, delete, select, update

from bot.domain.people import Slot
from bot.store.database import Tx, insert
from bot.store.prepared import Prepared
from bot.store.schema import slots

_SLOT = [slots.c[name] for name in Slot.__dataclass_fields__]


async def of_learner(tx: Tx, learner_id: int) -> list[Slot]:
    """A learner's slots, the main one first."""
    return [Slot(*row) for row in await _OF_LEARNER.rows(tx, learner=learner_id)]


_OF_LEARNER = Prepared(select(*_SLOT).where(slots.c.learner_id == bindparam("learner")).order_by(slots.c.kind))


async def get_many(tx: Tx, ids: list[int]) -> dict[int, Slot]:
    """Several slots by id."""
    return {row[0]: Slot(*row) for row in await _GET.rows(tx, ids=ids)}


_GET = Prepared(select(*_SLOT).where(slots.c.id.in_(bindparam("ids", expanding=True))))


async def set_slot(tx: Tx, *, learner_id: int, kind: str, wall: time, weekdays: frozenset[int], zone: str) -> Slot:
    """Set a learner's slot of a kind; the one before keeps its id."""
    values = {"wall": wall, "weekdays": weekdays, "zone": zone}
    statement = insert(tx, slots).values(learner_id=learner_id, kind=kind, **values)
    changed = statement.on_conflict_do_update(index_elements=["learner_id", "kind"], set_=values)
    row = (await tx.execute(changed.returning(*_SLOT))).mappings().one()
    return Slot(**row)


async def set_zone(tx: Tx, *, learner_id: int, zone: str) -> None:
    """Move all slots of a learner to another zone."""
    await tx.execute(update(slots).where(slots.c.learner_id == learner_id).values(zone=zone))


async def drop(tx: Tx, *, learner_id: int, kind: str) -> None:
    """Remove a slot."""
    await tx.execute(delete(slots).where(slots.c.learner_id == learner_id, slots.c.kind == kind))


async def of_learners(tx: Tx, learner_ids: list[int]) -> list[Slot]:
    """The slots of several learners."""
    return [Slot(*row) for row in await _OF_LEARNERS.rows(tx, learners=[*learner_ids])]


_OF_LEARNERS = Prepared(
    select(*_SLOT).where(slots.c.learner_id.in_(bindparam("learners", expanding=True))).order_by(slots.c.learner_id, slots.c.kind)
)
