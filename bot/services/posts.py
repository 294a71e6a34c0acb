"""Putting things into the outbox: a notice as it stands, or a live one that is looked up when it is sent."""

from datetime import datetime, timedelta
from typing import Any

from bot.domain.notices import Notice
from bot.domain.people import Group, Learner
from bot.services.facts import pack
from bot.store import outbox
from bot.store.database import Tx
from bot.store.outbox import Act, Lane, Outgoing


async def tell(
    tx: Tx,
    learner: Learner,
    notice: Notice,
    *,
    key: str,
    at: datetime,
    lane: Lane = Lane.ANSWER,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    shows: str | None = None,
    silent: bool = False,
) -> None:
    """Say `notice` to a learner in private, once per `key`: on the platform they prefer, or where they can be reached."""
    kind, facts = pack(notice)
    item = live_item(
        learner, kind, facts, key=key, lane=lane, due_at=due_at or at, expires_at=expires_at, shows=shows, silent=silent
    )
    await outbox.put(tx, [item], at=at)


def live_item(
    learner: Learner,
    kind: str,
    facts: dict[str, Any],
    *,
    key: str,
    lane: Lane,
    due_at: datetime,
    expires_at: datetime | None = None,
    shows: str | None = None,
    silent: bool = False,
) -> Outgoing:
    """A private message of a `kind` that is looked up when it is sent; for putting many at once."""
    return Outgoing(
        key=key,
        act=Act.SEND,
        lane=lane,
        kind=kind,
        facts=facts,
        due_at=due_at,
        platform=learner.platform,
        learner_id=learner.id,
        shows=shows,
        silent=silent,
        expires_at=expires_at,
    )


async def tell_live(
    tx: Tx,
    learner: Learner,
    kind: str,
    facts: dict[str, Any],
    *,
    key: str,
    at: datetime,
    lane: Lane = Lane.ANSWER,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    shows: str | None = None,
) -> None:
    """Say something live to a learner in private, once per `key`; `kind` names its loader in `live.py`."""
    item = live_item(learner, kind, facts, key=key, lane=lane, due_at=due_at or at, expires_at=expires_at, shows=shows)
    await outbox.put(tx, [item], at=at)


async def post(
    tx: Tx,
    group: Group,
    kind: str,
    facts: dict[str, Any],
    *,
    key: str,
    at: datetime,
    lane: Lane,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    shows: str | None = None,
    silent: bool = False,
) -> None:
    """Post something live to a group, once per `key`; `kind` names its loader in `live.py`."""
    item = Outgoing(
        key=key,
        act=Act.SEND,
        lane=lane,
        kind=kind,
        facts=facts,
        due_at=due_at or at,
        platform=group.platform,
        group_id=group.id,
        topic=group.topic,
        shows=shows,
        silent=silent,
        expires_at=expires_at,
    )
    await outbox.put(tx, [item], at=at)


async def refresh(
    tx: Tx,
    to: Learner | Group,
    kind: str,
    facts: dict[str, Any],
    *,
    shows: str,
    at: datetime,
    lane: Lane = Lane.ANSWER,
    due_at: datetime | None = None,
) -> None:
    """Bring a message that is shown up to date: however often this is asked before it is done, it is done once."""
    when = due_at or at
    item = Outgoing(
        key=f"edit:{shows}",
        act=Act.EDIT,
        lane=lane,
        kind=kind,
        facts=facts,
        due_at=when,
        platform=to.platform,
        learner_id=to.id if isinstance(to, Learner) else None,
        group_id=to.id if isinstance(to, Group) else None,
        shows=shows,
        expires_at=when + timedelta(days=2),
    )
    await outbox.put_again(tx, item, at=at)
