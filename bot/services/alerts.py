"""What a group is told of a slip: one message that names one person, edited when the thing is finished."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.calendar import quiet_until
from bot.domain.commitments import Commitment, Event, Happened, MoveKind, Stage, State, alert_allowed_at
from bot.domain.errors import Refused
from bot.domain.notices.general import StaleButton
from bot.domain.notices.slips import Alert, AlertHidden, AlertKind, Cheered, HelpOffered
from bot.domain.people import Consent, Group, Learner
from bot.domain.plans import ModulesScope, TrackScope, places
from bot.services import plans, posts, promise_facts
from bot.services.promise_posts import NEW
from bot.store import commitments, outbox, people, timers
from bot.store import groups as groups_
from bot.store.database import Tx
from bot.store.outbox import Act, Lane, Outgoing
from bot.store.timers import Timer

CHEER: Final = "cheer"
HELP: Final = "help"
_LIMIT_SPAN: Final = timedelta(days=7)  # alerts older than this no longer hold a new one back


# --- sending ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Slipped:
    """A commitment whose alert may go out now, as far as the group is concerned."""

    commitment: Commitment
    group: Group


async def raise_alerts(tx: Tx, slipped: Sequence[Slipped], *, at: datetime) -> None:
    """Put slips before their groups, one message per learner and group.

    PRODUCT.md, Slip alert: at most one alert a day and two a week per learner; more are gathered. Those held back get their
    timer anew, for when the learner may be named again, and go out then in one message.
    """
    learner_ids = sorted({one.commitment.learner_id for one in slipped})
    sent = await commitments.alerts_since(tx, learner_ids, since=at - _LIMIT_SPAN)
    by_place: dict[tuple[int, int], list[Slipped]] = defaultdict(list)
    for one in sorted(slipped, key=lambda one: (one.commitment.due_at, one.commitment.id)):
        by_place[one.commitment.learner_id, one.group.id].append(one)
    held: list[Timer] = []
    going: list[tuple[Group, list[Commitment]]] = []
    for (learner_id, _), several in by_place.items():
        allowed = alert_allowed_at(sent.get(learner_id, []), at=at)
        together = [one.commitment for one in several]
        if allowed > at:
            held += [Timer("promise", one.id, allowed, {"stage": Stage.ALERT}) for one in together]
        else:
            sent.setdefault(learner_id, []).append(at)
            going.append((several[0].group, together))
    await timers.put(tx, held)
    await _send(tx, going, at=at)


async def _send(
    tx: Tx, going: Sequence[tuple[Group, Sequence[Commitment]]], *, at: datetime, due_at: datetime | None = None
) -> None:
    """Queue one alert for each: about the first of the commitments, naming the others; and write it into their histories."""
    keys = await _keys(tx, [together[0].id for _, together in going])
    lines: list[tuple[int, Event]] = []
    items: list[Outgoing] = []
    for group, (main, *others) in going:
        also = ",".join(str(one.id) for one in others)
        lines.append((main.id, Event(Happened.ALERT, at, {"also": also})))
        lines += [(one.id, Event(Happened.GATHERED, at, {"by": str(main.id)})) for one in others]
        items.append(_item(group, main, key=keys[main.id], due_at=due_at or at))
    await commitments.add_events(tx, lines)
    await outbox.put(tx, items, at=at)


def _item(group: Group, commitment: Commitment, *, key: str, due_at: datetime) -> Outgoing:
    return Outgoing(
        key=key,
        act=Act.SEND,
        lane=Lane.ALERT,
        kind="alert",
        facts={"commitment": commitment.id, **NEW},
        due_at=due_at,
        platform=group.platform,
        group_id=group.id,
        topic=group.topic,
        shows=f"alert:{commitment.id}",
    )


async def _keys(tx: Tx, ids: Sequence[int]) -> dict[int, str]:
    """One alert per due date: `alert:{id}:{how often it was moved before}`; a slip by moving belongs to the date given up."""
    return {one: f"alert:{one}:{_moves_before(history)}" for one, history in (await commitments.histories(tx, ids)).items()}


def _moves_before(history: Sequence[Event]) -> int:
    moves = [event for event in history if event.kind == Happened.MOVED]
    given_up = bool(moves) and history[-1] is moves[-1] and moves[-1].facts["how"] == MoveKind.SLIP
    return len(moves) - given_up


async def announce_slip(tx: Tx, commitment: Commitment, *, at: datetime) -> None:
    """Publish a slip that its owner declared: a move or a withdrawal inside the horizon, instead of the alert.

    Where an alert about this date stands already, it is edited; where the learner was named too often lately, the edited post
    is all the group sees.
    """
    level = (await commitments.consents(tx, [commitment.id]))[commitment.id]
    if commitment.group_id is None or level is not Consent.ALERT:
        return
    group = await groups_.get(tx, commitment.group_id)
    sent = (await commitments.alerts_since(tx, [commitment.learner_id], since=at - _LIMIT_SPAN)).get(commitment.learner_id, [])
    key = (await _keys(tx, [commitment.id]))[commitment.id]
    named = await outbox.state_of(tx, key) is not None
    if named or not group.active or alert_allowed_at(sent, at=at) > at:
        return
    await _send(tx, [(group, [commitment])], at=at, due_at=quiet_end(group, at))


def quiet_end(group: Group, at: datetime) -> datetime | None:
    """When the quiet hours of a group around `at` end; None outside of them."""
    return quiet_until(at, zone=group.clock_zone, start=group.quiet_start, end=group.quiet_end)


# --- what it says -----------------------------------------------------------------------------------------------------
async def load(tx: Tx, facts: dict[str, Any], at: datetime) -> Alert | AlertHidden | None:
    """The alert as it stands now; `new`: it was not sent yet, and need not be where the promise was kept meanwhile."""
    found = await commitments.get(tx, facts["commitment"])
    new = bool(facts.get("new"))
    if found is None:
        return None if new else AlertHidden()
    history = (await commitments.histories(tx, [found.id]))[found.id]
    named = await _named(tx, found, history)
    rows = [one for one in named if not new or one.state is not State.DONE]
    if not rows:
        return None if new else AlertHidden()
    return await _alert(tx, rows, at=at)


async def _named(tx: Tx, main: Commitment, history: Sequence[Event]) -> list[Commitment]:
    """The commitment and those gathered with it, as far as the group may be alerted to them now."""
    alerts = [event for event in history if event.kind == Happened.ALERT]
    ids = [int(one) for one in alerts[-1].facts["also"].split(",") if one] if alerts else []
    known = {main.id: main, **await commitments.get_many(tx, ids)}
    level = await commitments.consents(tx, list(known))
    return [one for one in known.values() if level[one.id] is Consent.ALERT and one.group_id == main.group_id]


async def _alert(tx: Tx, rows: Sequence[Commitment], *, at: datetime) -> Alert:
    main = rows[0]
    told = await promise_facts.tell(tx, rows)
    given = await commitments.count_cheers(tx, main.id)
    return Alert(
        kind=_kind(main, at=at),
        promise=told[main.id],
        also=tuple(told[one.id] for one in rows[1:]),
        promised_at=main.published_at or main.created_at,
        moved=len(told[main.id].struck),
        next_step=await _next_step(tx, main) if main.state is State.OPEN else None,
        own_words=main.own_words,
        helpers=given.get(HELP, 0),
        cheers=given.get(CHEER, 0),
    )


def _kind(commitment: Commitment, *, at: datetime) -> AlertKind:
    match commitment.state:
        case State.DONE:
            return AlertKind.DONE
        case State.OPEN:
            return AlertKind.LATE if commitment.due_at <= at else AlertKind.MOVED
        case _:
            return AlertKind.ENDED


async def _next_step(tx: Tx, commitment: Commitment) -> str | None:
    """The title of the first undone module that the promise covers."""
    scope = commitment.scope
    plan = await plans.active_plan(tx, commitment.learner_id)
    if plan is None or not isinstance(scope, ModulesScope | TrackScope):
        return None
    covered = (
        place.module.title
        for place in places(plan)
        if not place.module.done
        and (place.track.id in scope.track_ids if isinstance(scope, TrackScope) else place.module.id in scope.module_ids)
    )
    return next(covered, None)


# --- what the group does with it --------------------------------------------------------------------------------------
async def cheer(tx: Tx, learner: Learner, commitment_id: int, *, kind: str, at: datetime) -> Cheered:
    """Count a cheer or an offer of help under an alert, once per person and never one's own; an offer is told to the author."""
    found = await commitments.get(tx, commitment_id)
    if found is None or found.group_id is None:
        raise Refused(StaleButton(why="over"))
    if found.learner_id == learner.id:
        return Cheered(kind=kind, own=True, repeated=False)
    counted = await commitments.cheer(tx, commitment_id=found.id, learner_id=learner.id, kind=kind, at=at)
    if counted:
        group = await groups_.get(tx, found.group_id)
        await posts.refresh(tx, group, "alert", {"commitment": found.id}, shows=f"alert:{found.id}", at=at)
        if kind == HELP:
            await _offer(tx, learner, found, group.platform, at=at)
    return Cheered(kind=kind, own=False, repeated=not counted)


async def _offer(tx: Tx, helper: Learner, commitment: Commitment, platform: str, *, at: datetime) -> None:
    """Tell the author where the helper can be written to: on the group's own platform, else where cards go."""
    author = await people.get(tx, commitment.learner_id)
    here = (await people.accounts(tx, [author.id], platform=platform)).get(author.id)
    to = replace(author, platform=platform) if here is not None and here.reachable else author
    account = (await people.accounts(tx, [helper.id], platform=to.platform)).get(helper.id)
    notice = HelpOffered(
        helper=helper.name,
        account=account.account if account else "",
        username=account.username if account else None,
        text=commitment.text,
    )
    await posts.tell(tx, to, notice, key=f"help:{commitment.id}:{helper.id}", at=at)
