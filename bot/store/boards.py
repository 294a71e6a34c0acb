"""What the boards of many groups need to know, in one query each."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import String, bindparam, cast, select

from bot.domain.people import FALLBACK_ZONE, Consent, Group
from bot.store.database import Tx
from bot.store.prepared import Prepared
from bot.store.schema import groups, learners, memberships, shown

PUBLIC = tuple(level for level in Consent if level.public)


def key(group_id: int) -> str:
    """The key under which a group's board is shown."""
    return f"board:{group_id}"


async def shown_at(tx: Tx, group_ids: Sequence[int]) -> dict[int, datetime]:
    """By group, when its board was last sent or edited; groups without one are left out."""
    keys = {key(group_id): group_id for group_id in group_ids}
    return {keys[shown_key]: at for shown_key, at in await _SHOWN_AT.rows(tx, keys=[*keys])}


_SHOWN_AT = Prepared(select(shown.c.key, shown.c.at).where(shown.c.key.in_(bindparam("keys", expanding=True))))


async def of_learner(tx: Tx, learner_id: int) -> list[tuple[Group, datetime | None]]:
    """The groups a learner is in, the oldest membership first, each with when its board was last sent or edited."""
    return [(Group(*group), at) for *group, at in await _OF_LEARNER.rows(tx, learner=learner_id)]


_OF_LEARNER = Prepared(
    select(*(groups.c[name] for name in Group.__dataclass_fields__), shown.c.at)
    .join(memberships, memberships.c.group_id == groups.c.id)
    .outerjoin(shown, shown.c.key == "board:" + cast(groups.c.id, String))
    .where(memberships.c.learner_id == bindparam("learner"), memberships.c.left_at.is_(None))
    .order_by(memberships.c.joined_at, memberships.c.group_id)
)


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
