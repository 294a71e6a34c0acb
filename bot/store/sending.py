"""The outbox as the courier works through it: claim with a lease, record outcomes, doubt, try again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Select, and_, bindparam, case, exists, or_, select, tuple_, update

from bot.store import parties
from bot.store.database import Tx, insert
from bot.store.outbox import OPEN, Act, Item, Lane, State, is_aside, is_open, private_line
from bot.store.parties import Parties, side_by_side
from bot.store.schema import outbox, shown

# Why an item is held until somebody can be reached in its chat; else it is until its platform is configured.
NOBODY: Final = "nobody can be reached there"


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
    """Take up to `limit` items whose time has come, most urgent lane first; only of `lanes`, only `acts`.

    Per line only the first open item by lane and age may go: what is being sent, uncertain or waiting for a retry keeps the
    rest of the line back. The lease and the attempt number fence off whoever held an item before. Where several processes
    claim, whom an item is about is held meanwhile, so that nobody else claims of the line, or is at what the item will say.
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
    may_go = [is_open(outbox), outbox.c.state == State.READY, outbox.c.next_try_at <= at, outbox.c.expires_at > at, ~blocked]
    if lanes is not None:
        may_go.append(outbox.c.lane.in_(lanes))
    if acts is not None:
        may_go.append(outbox.c.act.in_(acts))
    ready = select(outbox.c.id).where(*may_go).order_by(outbox.c.lane, outbox.c.next_try_at, outbox.c.id).limit(limit)
    # Looked at again once nobody else can change it: each statement of PostgreSQL's sees what was committed before it.
    which = [outbox.c.id.in_(await _free(tx, ready)), *may_go] if side_by_side(tx) else [outbox.c.id.in_(ready)]
    statement = (
        update(outbox)
        .where(*which, outbox.c.state == State.READY)
        .values(state=State.SENDING, owner=owner, lease_until=at + lease, attempt=outbox.c.attempt + 1)
        .returning(*(outbox.c[name] for name in Item.__dataclass_fields__))
    )
    items = _items((await tx.execute(statement)).mappings())
    return sorted(items, key=lambda item: (item.lane, item.due_at, item.id))


async def _free(tx: Tx, ready: Select[int]) -> list[int]:
    """The items that nobody else is claiming and whose parties nobody else holds; these are held until the transaction ends.

    Where all are in others' hands, the first of them is waited for: else a group in which somebody always writes would never
    be written to. Not with the items locked, though, which its holder may want to change. Taps hold nobody: they have no order.
    """
    columns = ready.add_columns(outbox.c.act, outbox.c.learner_id, outbox.c.group_id)
    async with tx.begin_nested() as attempt:
        rows = (await tx.execute(columns.with_for_update(skip_locked=True, of=outbox))).all()
        about = {row.id: Parties() if row.act == Act.TOAST else parties_of(row) for row in rows}
        held = await parties.hold_free(tx, Parties.of(about.values()))
        free = [one for one, who in about.items() if who <= held]
        if free or not about:
            return free
        await attempt.rollback()
    first, who = next(iter(about.items()))
    await parties.hold(tx, who)
    return [first]


def parties_of(row: Any) -> Parties:
    """Whom an item, or a row with its `learner_id` and `group_id`, is about."""
    learners = () if row.learner_id is None else {row.learner_id}
    groups = () if row.group_id is None else {row.group_id}
    return Parties(frozenset(learners), frozenset(groups))


async def hold_lapsing(tx: Tx, *, at: datetime) -> None:
    """Hold whom the items are about that `lapse` and `try_again` are going to change."""
    if not side_by_side(tx):
        return
    over = and_(outbox.c.state == State.READY, outbox.c.expires_at <= at)
    lost = and_(outbox.c.state == State.SENDING, outbox.c.lease_until < at)
    again = and_(outbox.c.state == State.UNCERTAIN, outbox.c.next_try_at <= at)
    query = select(outbox.c.learner_id, outbox.c.group_id).where(is_open(outbox), or_(over, lost, again)).distinct()
    await hold_items(tx, (await tx.execute(query)).all())


async def hold_items(tx: Tx, items: Sequence[Any]) -> None:
    """Hold whom items are about, and the groups of those who are written to in private."""
    who = Parties.of(parties_of(one) for one in items)
    await parties.hold_learners(tx, who.learners, groups_too=who.groups)


async def put_back(tx: Tx, items: Sequence[tuple[Item, datetime]], *, outcome: str) -> None:
    """Let items that were claimed in this transaction wait until the instants given with them."""
    if items:
        statement = (
            update(outbox)
            .where(outbox.c.id == bindparam("item"))
            .values(state=State.READY, outcome=outcome, next_try_at=bindparam("later"), lease_until=None)
        )
        await tx.execute(statement, [{"item": item.id, "later": later} for item, later in items])


async def any_due(tx: Tx, *, at: datetime, lanes: Sequence[Lane] | None = None, acts: Sequence[Act] | None = None) -> bool:
    """Whether anything waits to be sent at `at`, only of `lanes`, only `acts`; a look that takes no lock."""
    waiting = select(outbox.c.id).where(is_open(outbox), outbox.c.state == State.READY, outbox.c.next_try_at <= at)
    if lanes is not None:
        waiting = waiting.where(outbox.c.lane.in_(lanes))
    if acts is not None:
        waiting = waiting.where(outbox.c.act.in_(acts))
    return (await tx.execute(waiting.limit(1))).first() is not None


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
            made=verdict.shown_ref if item.act is Act.SEND else outbox.c.made,
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
    """Close what nobody needs any more, held back or not, and doubt what a dead process was sending.

    Return the items that expired and those whose lease ran out and are uncertain now, for the policy to decide on.
    """
    columns = [outbox.c[name] for name in Item.__dataclass_fields__]
    expired = await tx.execute(
        update(outbox)
        .where(is_open(outbox), outbox.c.state == State.READY, outbox.c.expires_at <= at)
        .values(state=State.EXPIRED, outcome="its window closed", ended_at=at)
        .returning(*columns)
    )
    unheard = await tx.execute(
        update(outbox)
        .where(is_aside(outbox), outbox.c.state == State.HELD, outbox.c.expires_at <= at)
        .values(state=State.EXPIRED, ended_at=at)
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
    return _items([*expired.mappings(), *unheard.mappings()]), doubted


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
    line = private_line(item.learner_id, platform)
    await tx.execute(update(outbox).where(outbox.c.id == item.id).values(platform=platform, line=line, facts=facts))


async def release(tx: Tx, *, platforms: Sequence[str]) -> None:
    """Let go what was held back while these platforms were not configured."""
    await _let_go(tx, outbox.c.outcome != NOBODY, outbox.c.platform.in_(platforms))


async def release_line(tx: Tx, line: str) -> None:
    """Let go what was held back while nobody could be reached in a chat."""
    await _let_go(tx, outbox.c.outcome == NOBODY, outbox.c.line == line)


async def _let_go(tx: Tx, *which: ColumnElement[bool]) -> None:
    held = (is_aside(outbox), outbox.c.state == State.HELD)
    await tx.execute(update(outbox).where(*held, *which).values(state=State.READY, ended_at=None))


def _items(rows: Iterable[RowMapping]) -> list[Item]:
    return [Item(**{**row, "act": Act(row["act"]), "lane": Lane(row["lane"])}) for row in rows]
