"""What the boards of many groups need to know, in one query each."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import bindparam, select

from bot.domain.people import FALLBACK_ZONE, Consent
from bot.store.database import Tx
from bot.store.prepared import Prepared
from bot.store.schema import learners, memberships, shown

PUBLIC = tuple(level for level in Consent if level.public)


def key(group_id: int) -> str:
    """The key under which a group's board is shown."""
    return f"board:{group_id}"


async def shown_at(tx: Tx, group_ids: Sequence[int]) -> dict[int, datetime]:
    """By group, when its board was last sent or edited; groups without one are left out."""
    keys = {key(group_id): group_id for group_id in group_ids}
    return {keys[shown_key]: at for shown_key, at in await _SHOWN_AT.rows(tx, keys=[*keys])}


_SHOWN_AT = Prepared(select(shown.c.key, shown.c.at).where(shown.c.key.in_(bindparam("keys", expanding=True))))


async def clocks(tx: Tx, group_ids: Sequence[int]) -> dict[int, set[tuple[str, time]]]:
    """By group, the clocks its visible members live by: zone and end of the study day. Groups without such are left out."""
    found: dict[int, set[tuple[str, time]]] = defaultdict(set)
    for group_id, zone, day_ends in await _CLOCKS.rows(tx, groups=group_ids):
        found[group_id].add((zone or FALLBACK_ZONE, day_ends))
    return dict(found)


_CLOCKS = Prepared(
    select(memberships.c.group_id, learners.c.zone, learners.c.day_ends)
    .join(learners, learners.c.id == memberships.c.learner_id)
    .where(
        memberships.c.group_id.in_(bindparam("groups", expanding=True)),
        memberships.c.left_at.is_(None),
        memberships.c.consent.in_(PUBLIC),
    )
    .distinct()
)
