"""People on two platforms, with plans, promises, groups and days behind them; and what all tables hold of it."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from bot.domain.checkins import Outcome
from bot.domain.commitments import Commitment
from bot.domain.errors import Refused
from bot.domain.people import MAIN, SECOND, Consent, Group, Learner
from bot.domain.plans import CountScope, CountUnit, FreeScope, Module, ModulesScope, Plan, Scope, Source, SourceKind, Track
from bot.services import buddies, drafts, links, meeting, pauses, plans, sessions, sick_days, slots
from bot.services import checkins as logging
from bot.services import commitments as keeping
from bot.services import groups as joining
from bot.services.sessions import today
from bot.store import commitments, groups, people, timers
from bot.store.database import Tx
from bot.store.people import Dialogue
from bot.store.schema import metadata
from bot.timers import HANDLERS
from tests.services.studying import CALCULUS, deliver, utc

MONDAY = utc("2026-05-04 05:00")
STATISTICS = Plan(
    "Numbers",
    (Track("Statistics", (Module("Means"), Module("Tests")), (Source(SourceKind.PRIMARY, "Wasserman"),)),),
)
_WORDS = ("30m", "1h limits", "45m means", "20m yesterday", "notes")
_DAILY = frozenset(range(7))
_NOT_OF_LEARNERS = {"outbox", "shown", "inbox", "link_codes", "link_tries", "link_moves"}


async def person(
    tx: Tx,
    platform: str,
    account: str,
    name: str,
    *,
    at: datetime = MONDAY,
    zone: str | None = "UTC",
    wall: time | None = None,
    plan: Plan | None = None,
    reachable: bool = True,
) -> Learner:
    """Somebody on a platform, met in private unless not `reachable`."""
    made = await meeting.meet_person(
        tx, platform=platform, account=account, name=name, username=name.casefold(), language="en", private=reachable, at=at
    )
    if zone is not None:
        made = await slots.change_zone(tx, made, zone, at=at)
    if wall is not None:
        await slots.set_slot(tx, made, wall=wall, weekdays=_DAILY, at=at)
    if plan is not None:
        await plans.use_plan(tx, made, plan, at=at)
    return made


async def behind(tx: Tx, platform: str, account: str) -> Learner:
    """Whose account it is now."""
    found = await people.by_account(tx, platform=platform, account=account)
    assert found is not None
    return found[0]


async def group(tx: Tx, platform: str = "telegram", chat: str = "-1", *, at: datetime = MONDAY) -> Group:
    """A group in London."""
    made = await meeting.meet_group(tx, platform=platform, chat=chat, title=f"Study {chat}", at=at)
    await groups.change(tx, made.id, zone="Europe/London")
    return await groups.get(tx, made.id)


async def join(tx: Tx, learner: Learner, into: Group, consent: Consent | None, *, at: datetime = MONDAY) -> None:
    """Let somebody be a member."""
    await joining.join(tx, learner, into, at=at)
    if consent is not None:
        await joining.choose_consent(tx, learner, into, consent, at=at)


async def promise(
    tx: Tx,
    learner: Learner,
    text: str,
    *,
    due_at: datetime,
    place: Group | None = None,
    consent: Consent = Consent.ALERT,
    scope: Scope | None = None,
    at: datetime = MONDAY,
) -> Commitment:
    """A published promise."""
    made = await commitments.add_draft(
        tx,
        learner_id=learner.id,
        group_id=place.id if place else None,
        source=f"{learner.id}:{text}:{at}",
        text=text,
        scope=scope or FreeScope(),
        consent=consent if place else Consent.PRIVATE,
        in_place=False,
        due_at=due_at,
        due_wall=due_at.replace(tzinfo=None),
        zone="UTC",
        at=at,
    )
    await drafts.publish(tx, learner, made.id, ref="m1", at=at)
    found = await commitments.get(tx, made.id)
    assert found is not None
    return found


async def link(tx: Tx, giver: Learner, taker: Learner, *, at: datetime, on: tuple[str, str] = ("telegram", "discord")) -> Learner:
    """`giver` asks for a code, `taker` types it and confirms."""
    code = await links.begin(tx, giver, platform=on[0], at=at)
    assert hasattr(code, "code")
    joined, told = await links.confirm(tx, taker, code.code, wanted=0, at=at)
    assert type(told).__name__ == "Links", told
    return joined


async def unlink(tx: Tx, learner: Learner, *, at: datetime, platform: str = "discord") -> None:
    """Undo the latest link, asked for on `platform`."""
    asked = await links.ask_unlink(tx, learner)
    assert hasattr(asked, "learner")
    await links.unlink(tx, learner, asked.learner, platform=platform, at=at)


async def everything(tx: Tx) -> dict[str, list[dict[str, Any]]]:
    """Every row that is about learners: what was said, heard and written down about links is left out."""
    found = {}
    for table in metadata.sorted_tables:
        if table.name not in _NOT_OF_LEARNERS:
            rows = await tx.execute(select(table).order_by(*table.primary_key))
            found[table.name] = [dict(row) for row in rows.mappings()]
    return found


async def passes(tx: Tx, until: datetime) -> list[str]:
    """Let every timer due by `until` have its turn at its time, and what is said arrive; return it as text."""
    heard = []
    while (when := await timers.next_due(tx)) is not None and when <= until:
        while taken := await timers.take(tx, at=when, limit=500):
            for kind in dict.fromkeys(one.kind for one in taken):
                await HANDLERS[kind](tx, [one for one in taken if one.kind == kind], when)
        heard += [message.plain for message in await deliver(tx, at=when)]
    return heard + [message.plain for message in await deliver(tx, at=until)]


# --- lives, made up -------------------------------------------------------------------------------------------------------
async def live(tx: Tx, dice: Random, who: list[Learner], places: list[Group], *, days: int) -> datetime:
    """Let some days pass in which everybody now and then does something; return the instant afterwards."""
    at = MONDAY
    for _ in range(days * 3):
        at += timedelta(hours=8, minutes=dice.randrange(60))
        await passes(tx, at)
        for learner in who:
            try:
                await _act(tx, dice, learner, places, at=at)
            except Refused:
                continue
    return at


async def _act(tx: Tx, dice: Random, learner: Learner, places: list[Group], *, at: datetime) -> None:
    """Something a learner does; now and then nothing comes of it."""
    day, mark = today(learner, at=at), f"{learner.id}:{at.isoformat()}"
    acts: list[Callable[[], Awaitable[object]]] = [
        lambda: sessions.answer(tx, learner, dice.choice(list(Outcome)), day=day, slot=dice.choice([MAIN, MAIN, SECOND]), at=at),
        lambda: logging.log(tx, learner, dice.choice(_WORDS), source=f"w:{mark}", at=at),
        lambda: join(tx, learner, dice.choice(places), dice.choice([None, *Consent]), at=at),
        lambda: joining.leave(tx, learner, dice.choice(places), at=at),
        lambda: _promise(tx, dice, learner, at=at),
        lambda: _finish_module(tx, dice, learner, day=day, at=at),
        lambda: _keep(tx, learner, at=at),
        lambda: plans.use_plan(tx, learner, dice.choice([CALCULUS, STATISTICS]), at=at),
        lambda: slots.set_slot(
            tx, learner, wall=time(dice.randrange(5, 22)), weekdays=_DAILY, at=at, kind=dice.choice([MAIN, SECOND])
        ),
        lambda: people.set_dialogue(tx, learner.id, Dialogue("start", "zone", {"mark": mark}), at=at),
        lambda: _break(tx, dice, learner, day, at=at),
        lambda: sick_days.take(tx, learner, at=at),
        lambda: buddies.invite(tx, learner, at=at),
    ]
    await dice.choices(acts, weights=[4, 3, 1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1])[0]()


async def _break(tx: Tx, dice: Random, learner: Learner, day: date, *, at: datetime) -> None:
    first = day + timedelta(days=dice.randrange(1, 4))
    await pauses.begin(tx, learner, first, first + timedelta(days=dice.randrange(5)), announce=dice.random() < 0.5, at=at)


async def _finish_module(tx: Tx, dice: Random, learner: Learner, *, day: date, at: datetime) -> None:
    plan = await plans.active_plan(tx, learner.id)
    if plan is not None:
        module = dice.choice(plan.tracks[0].modules)
        await plans.finish_module(tx, learner, module.id or 0, day=day, at=at)


async def _keep(tx: Tx, learner: Learner, *, at: datetime) -> None:
    for one in (await commitments.open_of(tx, [learner.id])).get(learner.id, [])[:1]:
        await keeping.finish(tx, learner, one.id, at)


async def _promise(tx: Tx, dice: Random, learner: Learner, *, at: datetime) -> None:
    member = await people.groups_of(tx, learner.id)
    place = (await groups.get(tx, dice.choice(member).group_id)) if member else None
    plan = await plans.active_plan(tx, learner.id)
    scopes: list[Scope] = [FreeScope(), CountScope(CountUnit.SESSIONS, 9), CountScope(CountUnit.MODULES, 2)]
    if plan is not None:
        module = plan.tracks[0].modules[0]
        scopes.append(ModulesScope((module.id or 0,), (module.title,)))
    await promise(
        tx,
        learner,
        f"finish {dice.randrange(99)}",
        due_at=at + timedelta(days=dice.randrange(1, 30)),
        place=place,
        consent=dice.choice(list(Consent)),
        scope=dice.choice(scopes),
        at=at,
    )
