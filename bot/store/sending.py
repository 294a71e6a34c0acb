"""The outbox as the courier works through it: claim with a lease, record outcomes, doubt, try again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    null,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from bot.store import parties
from bot.store.database import Tx, insert_for
from bot.store.outbox import ITEM, OPEN, Act, Item, Lane, State, is_aside, is_open, item_of, private_line
from bot.store.parties import Parties, side_by_side
from bot.store.prepared import Prepared
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
    which = {
        "at": at,
        "lanes": [*(Lane if lanes is None else lanes)],
        "acts": [*(Act if acts is None else acts)],
    }
    claim = {"by": owner, "until": at + lease}
    if side_by_side(tx):  # looked at again once nobody else can change it: each statement sees what was committed before it
        rows = await _CLAIM_FREE.rows(tx, ids=await _free(tx, {**which, "limit": limit}), **which, **claim)
    else:
        rows = await _CLAIM.rows(tx, **which, limit=limit, **claim)
    return sorted(map(item_of, rows), key=lambda item: (item.lane, item.due_at, item.id))


_NOW = bindparam("at", type_=outbox.c.due_at.type)
_AHEAD = outbox.alias("ahead")
_GOES_BEFORE = or_(_AHEAD.c.lane < outbox.c.lane, and_(_AHEAD.c.lane == outbox.c.lane, _AHEAD.c.id < outbox.c.id))
_BLOCKED = exists().where(
    is_open(_AHEAD),
    _AHEAD.c.line == outbox.c.line,
    _AHEAD.c.id != outbox.c.id,
    or_(
        _AHEAD.c.state.in_((State.SENDING, State.UNCERTAIN)),
        and_(_AHEAD.c.state == State.READY, _AHEAD.c.due_at <= _NOW, _AHEAD.c.expires_at > _NOW, _GOES_BEFORE),
    ),
)
_DUE = (
    is_open(outbox),
    outbox.c.state == State.READY,
    outbox.c.next_try_at <= _NOW,
    outbox.c.lane.in_(bindparam("lanes", expanding=True)),
    outbox.c.act.in_(bindparam("acts", expanding=True)),
)
_MAY_GO = (*_DUE, outbox.c.expires_at > _NOW, ~_BLOCKED)


def _ready() -> Select[int]:
    return (
        select(outbox.c.id).where(*_MAY_GO).order_by(outbox.c.lane, outbox.c.next_try_at, outbox.c.id).limit(bindparam("limit"))
    )


_ANY_DUE = Prepared(select(outbox.c.id).where(*_MAY_GO).limit(1))


def _claimed(*which: ColumnElement[bool]) -> ReturningUpdate[Any]:
    return (
        update(outbox)
        .where(*which, outbox.c.state == State.READY)
        .values(state=State.SENDING, owner=bindparam("by"), lease_until=bindparam("until"), attempt=outbox.c.attempt + 1)
        .returning(*ITEM)
    )


_CLAIM = Prepared(_claimed(outbox.c.id.in_(_ready())))
_CLAIM_FREE = Prepared(_claimed(outbox.c.id.in_(bindparam("ids", expanding=True)), *_MAY_GO))


async def _free(tx: Tx, values: Mapping[str, Any]) -> list[int]:
    """The items that nobody else is claiming and whose parties nobody else holds; these are held until the transaction ends.

    Where all are in others' hands, the first of them is waited for: else a group in which somebody always writes would never
    be written to. Not with the items locked, though, which its holder may want to change. Taps hold nobody: they have no order.
    """
    columns = _ready().add_columns(outbox.c.act, outbox.c.learner_id, outbox.c.group_id)
    async with tx.begin_nested() as attempt:
        rows = (await tx.execute(columns.with_for_update(skip_locked=True, of=outbox), dict(values))).all()
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
    who = Parties.of(map(parties_of, (await tx.execute(query)).all()))
    await parties.hold(tx, who, shown=who.learners)


async def hold_settled(tx: Tx, verdicts: "Sequence[Verdict]") -> None:
    """Hold whom the items are about, and the groups of those who were not reached, where what follows may show.

    Taps hold nobody.
    """
    about = [(verdict, parties_of(verdict.item)) for verdict in verdicts if verdict.item.act is not Act.TOAST]
    missed = Parties.of(who for verdict, who in about if verdict.state is not State.SENT)
    await parties.hold(tx, Parties.of(who for _, who in about), shown=missed.learners)


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
    lanes, acts = [*(Lane if lanes is None else lanes)], [*(Act if acts is None else acts)]
    return await _ANY_DUE.value(tx, at=at, lanes=lanes, acts=acts) is not None


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
    """Record outcomes, and return those that were; one is not where another attempt has begun, or the item was given up.

    Where only the lease ran out meanwhile, and the item is doubted but nobody else's yet, a certain outcome ends the doubt.
    """
    kept = [verdict for verdict in verdicts if await _settle(tx, verdict, at=at, owner=owner)]
    for verdict in kept:
        await _remember_look(tx, verdict, at=at)
    await _doubt_looks(tx, [verdict.item for verdict in kept if verdict.state is State.UNCERTAIN])
    return kept


async def _settle(tx: Tx, verdict: Verdict, *, at: datetime, owner: str) -> bool:
    item = verdict.item
    which = {"item": item.id, "try": item.attempt, "by": owner}
    made = verdict.shown_ref if item.act is Act.SEND else None
    became = {"became": verdict.state, "told": verdict.outcome[:200], "again_at": verdict.retry_at, "as": made}
    if verdict.state is State.UNCERTAIN:
        return await _DOUBTED.change(tx, **which, **became) == 1
    if verdict.state in OPEN:
        return await _GOES_ON.change(tx, **which, **became) == 1
    return await _ENDED.change(tx, **which, **became, seen=item.revision, at=at) == 1


def _settled(*, certain: bool = True, **values: Any) -> Prepared:
    """Sets these columns, besides those that every outcome sets, where nobody has claimed the item since."""
    before = (State.SENDING, State.UNCERTAIN) if certain else (State.SENDING,)
    return Prepared(
        update(outbox)
        .where(
            outbox.c.id == bindparam("item"),
            outbox.c.attempt == bindparam("try"),
            outbox.c.owner == bindparam("by"),
            outbox.c.state.in_(before),
        )
        .values(
            outcome=bindparam("told"),
            next_try_at=func.coalesce(bindparam("again_at", type_=outbox.c.next_try_at.type), outbox.c.next_try_at),
            made=func.coalesce(bindparam("as", type_=outbox.c.made.type), outbox.c.made),
            lease_until=None,
            **values,
        )
    )


_AGAIN = outbox.c.revision != bindparam("seen")  # put again while it was being done
_BECAME, _AT = bindparam("became", type_=outbox.c.state.type), bindparam("at", type_=outbox.c.ended_at.type)
_GOES_ON = _settled(state=_BECAME, ended_at=None)
_DOUBTED = _settled(certain=False, state=_BECAME, ended_at=None)
_ENDED = _settled(state=case((_AGAIN, State.READY), else_=_BECAME), ended_at=case((_AGAIN, null()), else_=_AT))


async def _remember_look(tx: Tx, verdict: Verdict, *, at: datetime) -> None:
    item = verdict.item
    if verdict.shown_ref is None:
        return
    look = {"platform": item.platform, "ref": verdict.shown_ref, "digest": verdict.shown_digest or "", "at": at}
    if item.shows is not None:
        await _SHOWN.change(tx, key=item.shows, **look)
    elif item.act is Act.EDIT:  # an answer put into a message that may be a shown one
        await _LOOKS.change(tx, on=item.platform, there=verdict.shown_ref, looks=look["digest"], now=at)


def _shown(dialect: str) -> Insert:
    statement = insert_for(dialect, shown)
    fresh = {name: statement.excluded[name] for name in ("platform", "ref", "digest", "at")}
    return statement.on_conflict_do_update(index_elements=["key"], set_=fresh)


_SHOWN = Prepared(_shown, columns=["key", "platform", "ref", "digest", "at"])
_LOOKS = Prepared(
    update(shown)
    .where(shown.c.platform == bindparam("on"), shown.c.ref == bindparam("there"))
    .values(digest=bindparam("looks"), at=bindparam("now"))
)


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
    expired = [*await _EXPIRE.rows(tx, at=at), *await _EXPIRE_ASIDE.rows(tx, at=at)]
    doubted = [item_of(row) for row in await _DOUBT.rows(tx, at=at)]
    await _doubt_looks(tx, doubted)
    return [item_of(row) for row in expired], doubted


_EXPIRE = Prepared(
    update(outbox)
    .where(is_open(outbox), outbox.c.state == State.READY, outbox.c.expires_at <= _NOW)
    .values(state=State.EXPIRED, outcome="its window closed", ended_at=_NOW)
    .returning(*ITEM)
)
_EXPIRE_ASIDE = Prepared(
    update(outbox)
    .where(is_aside(outbox), outbox.c.state == State.HELD, outbox.c.expires_at <= _NOW)
    .values(state=State.EXPIRED, ended_at=_NOW)
    .returning(*ITEM)
)
_DOUBT = Prepared(
    update(outbox)
    .where(is_open(outbox), outbox.c.state == State.SENDING, outbox.c.lease_until < _NOW)
    .values(state=State.UNCERTAIN, outcome="the process that sent it died", lease_until=None)
    .returning(*ITEM)
)


async def decide(tx: Tx, item_id: int, *, state: State, outcome: str, at: datetime, retry_at: datetime | None = None) -> None:
    """Decide an uncertain item: ended as `state`, or still uncertain and to be tried again at `retry_at`."""
    ends = None if retry_at else at
    await _DECIDE.change(tx, item=item_id, became=state, told=outcome, again_at=retry_at, ends=ends)


_DECIDE = Prepared(
    update(outbox)
    .where(outbox.c.id == bindparam("item"), outbox.c.state == State.UNCERTAIN)
    .values(
        state=_BECAME,
        outcome=bindparam("told"),
        next_try_at=func.coalesce(bindparam("again_at", type_=outbox.c.next_try_at.type), outbox.c.next_try_at),
        ended_at=bindparam("ends"),
    )
)


async def try_again(tx: Tx, *, at: datetime) -> None:
    """Make the uncertain items ready whose next try has come; `doubts` counts the tries before it."""
    await _TRY_AGAIN.change(tx, at=at)


_TRY_AGAIN = Prepared(
    update(outbox)
    .where(is_open(outbox), outbox.c.state == State.UNCERTAIN, outbox.c.next_try_at <= _NOW)
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
    await _RELEASE.change(tx, platforms=platforms)


async def release_line(tx: Tx, line: str) -> None:
    """Let go what was held back while nobody could be reached in a chat."""
    await _RELEASE_LINE.change(tx, chat=line)


_LET_GO = update(outbox).where(is_aside(outbox), outbox.c.state == State.HELD).values(state=State.READY, ended_at=None)
_RELEASE = Prepared(_LET_GO.where(outbox.c.outcome != NOBODY, outbox.c.platform.in_(bindparam("platforms", expanding=True))))
_RELEASE_LINE = Prepared(_LET_GO.where(outbox.c.outcome == NOBODY, outbox.c.line == bindparam("chat")))
