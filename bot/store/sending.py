"""The outbox as the courier works through it: claim with a lease, record outcomes, doubt, try again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, and_, case, exists, or_, select, tuple_, update

from bot.store.database import Tx, insert
from bot.store.outbox import OPEN, Act, Item, Lane, State, is_open
from bot.store.schema import outbox, shown


async def claim(
    tx: Tx,
    *,
    at: datetime,
    owner: str,
    lease: timedelta,
    limit: int,
    lanes: Sequence[Lane] | None = None,
    acts: Sequence[Act] | None = None,
) -> list[Item]:
    """Take up to `limit` items whose time has come, most urgent lane first, in one statement; only of `lanes`, only `acts`.

    Per line only the first open item by lane and age may go: what is being sent, uncertain or waiting for a retry keeps the
    rest of the line back. The lease and the attempt number fence off whoever held an item before.
    """
    ahead = outbox.alias("ahead")
    goes_before = or_(ahead.c.lane < outbox.c.lane, and_(ahead.c.lane == outbox.c.lane, ahead.c.id < outbox.c.id))
    blocked = exists().where(
        is_open(ahead),
        ahead.c.line == outbox.c.line,
        ahead.c.id != outbox.c.id,
        or_(
            ahead.c.state.in_((State.SENDING, State.UNCERTAIN)),
            and_(ahead.c.state == State.READY, ahead.c.due_at <= at, ahead.c.expires_at > at, goes_before),
        ),
    )
    ready = select(outbox.c.id).where(
        is_open(outbox), outbox.c.state == State.READY, outbox.c.next_try_at <= at, outbox.c.expires_at > at, ~blocked
    )
    if lanes is not None:
        ready = ready.where(outbox.c.lane.in_(lanes))
    if acts is not None:
        ready = ready.where(outbox.c.act.in_(acts))
    ready = ready.order_by(outbox.c.lane, outbox.c.next_try_at, outbox.c.id).limit(limit)
    if tx.dialect.name == "postgresql":
        ready = ready.with_for_update(skip_locked=True, of=outbox)
    statement = (
        update(outbox)
        .where(outbox.c.id.in_(ready), outbox.c.state == State.READY)
        .values(state=State.SENDING, owner=owner, lease_until=at + lease, attempt=outbox.c.attempt + 1)
        .returning(*(outbox.c[name] for name in Item.__dataclass_fields__))
    )
    items = _items((await tx.execute(statement)).mappings())
    return sorted(items, key=lambda item: (item.lane, item.due_at, item.id))


async def any_due(tx: Tx, *, at: datetime) -> bool:
    """Whether anything waits to be sent at `at`; a look that takes no lock."""
    waiting = (is_open(outbox), outbox.c.state == State.READY, outbox.c.next_try_at <= at)
    return (await tx.execute(select(outbox.c.id).where(*waiting).limit(1))).first() is not None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one claimed item; `topic` is the thread that it opened."""

    item: Item
    state: State
    outcome: str
    retry_at: datetime | None = None
    shown_ref: str | None = None
    shown_digest: str | None = None
    topic: str | None = None


async def settle(tx: Tx, verdicts: Sequence[Verdict], *, at: datetime, owner: str) -> list[Verdict]:
    """Record outcomes; one whose lease was lost meanwhile (another attempt has begun) is not recorded. Return those that were."""
    kept = [verdict for verdict in verdicts if await _settle(tx, verdict, at=at, owner=owner)]
    for verdict in kept:
        await _remember_look(tx, verdict, at=at)
    await _doubt_looks(tx, [verdict.item for verdict in kept if verdict.state is State.UNCERTAIN])
    return kept


async def _settle(tx: Tx, verdict: Verdict, *, at: datetime, owner: str) -> bool:
    item = verdict.item
    goes_on = outbox.c.revision != item.revision  # put again while it was being done
    ended = verdict.state not in OPEN
    result = await tx.execute(
        update(outbox)
        .where(
            outbox.c.id == item.id,
            outbox.c.attempt == item.attempt,
            outbox.c.owner == owner,
            outbox.c.state == State.SENDING,
        )
        .values(
            state=case((goes_on, State.READY), else_=verdict.state) if ended else verdict.state,
            outcome=verdict.outcome[:200],
            next_try_at=verdict.retry_at or outbox.c.next_try_at,
            lease_until=None,
            ended_at=case((goes_on, None), else_=at) if ended else None,
        ),
    )
    return result.rowcount == 1


async def _remember_look(tx: Tx, verdict: Verdict, *, at: datetime) -> None:
    item = verdict.item
    if verdict.shown_ref is None:
        return
    look = {"platform": item.platform, "ref": verdict.shown_ref, "digest": verdict.shown_digest or "", "at": at}
    if item.shows is not None:
        statement = insert(tx, shown).values(key=item.shows, **look)
        await tx.execute(statement.on_conflict_do_update(index_elements=["key"], set_=look))
    elif item.act is Act.EDIT:  # an answer put into a message that may be a shown one
        same = (shown.c.platform == item.platform) & (shown.c.ref == verdict.shown_ref)
        await tx.execute(update(shown).where(same).values(digest=look["digest"], at=at))


async def _doubt_looks(tx: Tx, items: Sequence[Item]) -> None:
    """Nobody knows what these messages show now: the next edit is made whatever they showed before."""
    edits = [item for item in items if item.act is Act.EDIT]
    keys = [item.shows for item in edits if item.shows is not None]
    refs = [(item.platform, item.ref) for item in edits if item.ref is not None]
    if edits:
        which = shown.c.key.in_(keys) | tuple_(shown.c.platform, shown.c.ref).in_(refs)
        await tx.execute(update(shown).where(which).values(digest=""))


async def lapse(tx: Tx, *, at: datetime) -> tuple[list[Item], list[Item]]:
    """Close what nobody needs any more, and doubt what a dead process was sending.

    Return the items that expired and those whose lease ran out and are uncertain now, for the policy to decide on.
    """
    columns = [outbox.c[name] for name in Item.__dataclass_fields__]
    expired = await tx.execute(
        update(outbox)
        .where(is_open(outbox), outbox.c.state == State.READY, outbox.c.expires_at <= at)
        .values(state=State.EXPIRED, outcome="its window closed", ended_at=at)
        .returning(*columns)
    )
    doubtful = await tx.execute(
        update(outbox)
        .where(is_open(outbox), outbox.c.state == State.SENDING, outbox.c.lease_until < at)
        .values(state=State.UNCERTAIN, outcome="the process that sent it died", lease_until=None)
        .returning(*columns)
    )
    doubted = _items(doubtful.mappings())
    await _doubt_looks(tx, doubted)
    return _items(expired.mappings()), doubted


async def decide(tx: Tx, item_id: int, *, state: State, outcome: str, at: datetime, retry_at: datetime | None = None) -> None:
    """Decide an uncertain item: ended as `state`, or still uncertain and to be tried again at `retry_at`."""
    await tx.execute(
        update(outbox)
        .where(outbox.c.id == item_id, outbox.c.state == State.UNCERTAIN)
        .values(state=state, outcome=outcome, next_try_at=retry_at or outbox.c.next_try_at, ended_at=None if retry_at else at)
    )


async def try_again(tx: Tx, *, at: datetime) -> None:
    """Make the uncertain items ready whose next try has come; `doubts` counts the tries before it."""
    await tx.execute(
        update(outbox)
        .where(is_open(outbox), outbox.c.state == State.UNCERTAIN, outbox.c.next_try_at <= at)
        .values(state=State.READY, doubts=outbox.c.doubts + 1)
    )


async def drop_topic(tx: Tx, item_id: int) -> None:
    """Let an item go to the chat as a whole: the topic it was meant for is no more."""
    await tx.execute(update(outbox).where(outbox.c.id == item_id).values(topic=None))


async def go_elsewhere(tx: Tx, item: Item, *, platform: str, facts: dict[str, Any]) -> None:
    """Let a private message go to another of its reader's accounts, with these facts."""
    line = f"l:{item.learner_id}:{platform}"
    await tx.execute(update(outbox).where(outbox.c.id == item.id).values(platform=platform, line=line, facts=facts))


async def release(tx: Tx, *, platforms: Sequence[str]) -> None:
    """Let go what was held back while these platforms were not configured."""
    held = (outbox.c.state == State.HELD) & outbox.c.platform.in_(platforms)
    await tx.execute(update(outbox).where(held).values(state=State.READY, ended_at=None))


def _items(rows: Iterable[RowMapping]) -> list[Item]:
    return [Item(**{**row, "act": Act(row["act"]), "lane": Lane(row["lane"])}) for row in rows]
