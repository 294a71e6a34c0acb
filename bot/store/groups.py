"""Groups: the chats in which members are public to each other."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from bot.domain.people import DIGEST_WALL, DIGEST_WEEKDAY, HORIZON_DAYS, QUIET_END, QUIET_START, Group
from bot.store.database import Tx, add
from bot.store.prepared import Prepared
from bot.store.schema import commitments, groups, link_moves, memberships, shown, timers

_GROUP = [groups.c[name] for name in Group.__dataclass_fields__]


_IN_CHAT = Prepared(select(*_GROUP).where(groups.c.platform == bindparam("platform"), groups.c.chat == bindparam("chat")))
_IN_TOPIC = Prepared(
    select(*_GROUP).where(
        groups.c.platform == bindparam("platform"), groups.c.topic == bindparam("chat"), groups.c.server.is_not(None)
    )
)
_TO_JOIN = Prepared(select(*_GROUP).where(groups.c.join_code == bindparam("code")))
_BY_ID = Prepared(select(*_GROUP).where(groups.c.id.in_(bindparam("ids", expanding=True))))


async def by_chat(tx: Tx, *, platform: str, chat: str) -> Group | None:
    """The group that lives in a chat; where chats are channels of a server, also the one whose posts go there."""
    for query in (_IN_CHAT, _IN_TOPIC):
        if row := await query.first(tx, platform=platform, chat=chat):
            return Group(*row)
    return None


async def by_join_code(tx: Tx, code: str) -> Group | None:
    """The group a Join link leads to."""
    row = await _TO_JOIN.first(tx, code=code)
    return None if row is None else Group(*row)


async def get(tx: Tx, group_id: int) -> Group:
    """One group; LookupError where there is none."""
    return (await get_many(tx, [group_id]))[group_id]


async def get_many(tx: Tx, ids: list[int]) -> dict[int, Group]:
    """Several groups by id."""
    found = [Group(*row) for row in await _BY_ID.rows(tx, ids=ids)]
    return {group.id: group for group in found}


async def on(tx: Tx, platform: str) -> list[Group]:
    """All groups on a platform, those in which the bot is no longer among them."""
    rows = await tx.execute(select(*_GROUP).where(groups.c.platform == platform))
    return [Group(**row) for row in rows.mappings()]


async def add_group(tx: Tx, *, platform: str, chat: str, title: str, language: str, join_code: str, at: datetime) -> Group:
    """A new group with the settings of PRODUCT.md, of which nothing is known yet but its chat."""
    group_id = await add(
        tx,
        groups,
        platform=platform,
        chat=chat,
        title=title,
        language=language,
        digest_weekday=DIGEST_WEEKDAY,
        digest_wall=DIGEST_WALL,
        horizon_days=HORIZON_DAYS,
        quiet_start=QUIET_START,
        quiet_end=QUIET_END,
        rights={},
        join_code=join_code,
        active=True,
        created_at=at,
    )
    return await get(tx, group_id)


async def change(tx: Tx, group_id: int, **values: Any) -> None:
    """Set columns of a group."""
    await tx.execute(update(groups).where(groups.c.id == group_id).values(**values))


async def merge(tx: Tx, *, keep: int, drop: int) -> None:
    """Move what hangs on the group `drop` to the group `keep`, and delete it; notes about linked members too."""
    present = select(memberships.c.learner_id).where(memberships.c.group_id == keep)
    newcomers = (memberships.c.group_id == drop) & memberships.c.learner_id.not_in(present)
    await tx.execute(update(memberships).where(newcomers).values(group_id=keep))
    await tx.execute(update(commitments).where(commitments.c.group_id == drop).values(group_id=keep))
    notes = (link_moves.c.kind.in_(("member", "away", "kept"))) & (link_moves.c.subject == drop)
    await tx.execute(update(link_moves).where(notes).values(subject=keep))
    await tx.execute(delete(timers).where(timers.c.kind.in_(("digest", "board")), timers.c.subject == drop))
    for name in ("setup", "board"):  # what stands in the new chat; the messages of the old one cannot be edited any more
        await _hand_over(tx, f"{name}:{drop}", to=f"{name}:{keep}")
    await tx.execute(delete(groups).where(groups.c.id == drop))


async def _hand_over(tx: Tx, key: str, *, to: str) -> None:
    """Let a message be the one shown under another key, if there is one."""
    if (await tx.execute(select(shown.c.key).where(shown.c.key == key))).first() is not None:
        await tx.execute(delete(shown).where(shown.c.key == to))
        await tx.execute(update(shown).where(shown.c.key == key).values(key=to))
