"""Plans with their tracks, modules and sources: written in bulk, read in a handful of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, ScalarSelect, and_, bindparam, delete, exists, or_, select, update

from bot.domain.plans import Module, Place, Plan, Source, SourceKind, Track
from bot.store import reviews
from bot.store.database import Tx, add
from bot.store.prepared import Prepared
from bot.store.schema import modules, plans, sources, tracks


@dataclass(frozen=True, slots=True)
class NextModule:
    """The module a learner studies next, and the track it stands in."""

    id: int
    title: str
    track_id: int
    track_title: str
    estimate_minutes: int | None


def _first_undone_module() -> ScalarSelect[Any]:
    """SQL for the first undone module of the first track of `plans` that has one: looks at a few rows of a plan, not at all."""
    return (
        select(modules.c.id)
        .where(modules.c.track_id == _first_undone_track(), modules.c.done_day.is_(None))
        .order_by(modules.c.position, modules.c.id)
        .limit(1)
        .correlate(plans)
        .scalar_subquery()
    )


def _first_undone_track() -> ScalarSelect[Any]:
    """The first track of a plan that has a module not done."""
    waiting, ahead = modules.alias("waiting"), tracks.alias("ahead")
    return (
        select(ahead.c.id)
        .where(ahead.c.plan_id == plans.c.id)
        .where(exists().where(waiting.c.track_id == ahead.c.id, waiting.c.done_day.is_(None)))
        .order_by(ahead.c.position, ahead.c.id)
        .limit(1)
        .correlate(plans)
        .scalar_subquery()
    )


# --- reading ----------------------------------------------------------------------------------------------------------
async def active(tx: Tx, learner_id: int) -> Plan | None:
    """A learner's active plan with ids, or None."""
    found = await _plans(tx, plans.c.learner_id == learner_id, plans.c.active.is_(True))
    return found[0] if found else None


async def outline(tx: Tx, learner_id: int) -> Plan | None:
    """A learner's active plan with ids but without sources: enough to find a module by its words, at a third of the cost."""
    rows = await _OUTLINE.rows(tx, learner=learner_id)
    if not rows:
        return None
    found: dict[int, tuple[str, list[Module]]] = {}
    for _, _, track_id, track_title, module_id, title, minutes, done_day, said in rows:
        if track_id is not None:
            of_track = found.setdefault(track_id, (track_title, []))[1]
            if module_id is not None:
                of_track.append(Module(title, (), minutes, done_day, module_id, estimate_said=said))
    outlined = tuple(Track(name, tuple(several), id=track_id) for track_id, (name, several) in found.items())
    return Plan(title=rows[0][1], tracks=outlined, id=rows[0][0])


_OUTLINE = Prepared(
    select(
        plans.c.id, plans.c.title, tracks.c.id, tracks.c.title,
        modules.c.id, modules.c.title, modules.c.estimate_minutes, modules.c.done_day, modules.c.estimate_said,
    )
    .outerjoin(tracks, tracks.c.plan_id == plans.c.id)
    .outerjoin(modules, modules.c.track_id == tracks.c.id)
    .where(plans.c.learner_id == bindparam("learner"), plans.c.active.is_(True))
    .order_by(tracks.c.position, tracks.c.id, modules.c.position, modules.c.id)
)  # fmt: skip


async def of_day(tx: Tx, learner_id: int, *, day: date, module_ids: Sequence[int]) -> Plan | None:
    """What a study day's card is about: a learner's active plan with no other tracks than those that it may name.

    They are the track of the next module, those of the modules given, and those with a review that is due by `day` or was
    done on it; each is whole, with its sources.
    """
    row = await _NEXT_TRACK.first(tx, learner=learner_id)
    if row is None:
        return None
    plan_id, title, next_track = row
    named = [*module_ids, *(one.module_id for one in await reviews.of_day(tx, learner_id=learner_id, day=day))]
    theirs = await _TRACKS_OF.rows(tx, plan=plan_id, modules=named) if named else []
    chosen = {track_id for track_id in (next_track, *(track_id for (track_id,) in theirs)) if track_id is not None}
    by_plan = await _tracks(tx, tracks.c.id.in_(sorted(chosen))) if chosen else {}
    return Plan(title=title, tracks=tuple(by_plan.get(plan_id, ())), id=plan_id)


async def module(tx: Tx, learner_id: int, module_id: int) -> Module | None:
    """A module of a learner's active plan, without its sources; None where it is none of it."""
    rows = await tx.execute(
        select(modules)
        .join(tracks, tracks.c.id == modules.c.track_id)
        .join(plans, plans.c.id == tracks.c.plan_id)
        .where(modules.c.id == module_id, plans.c.learner_id == learner_id, plans.c.active.is_(True))
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _module(row, ())


async def of_learner(tx: Tx, learner_id: int) -> list[Plan]:
    """All plans of a learner with ids: the active one first, then those kept aside, newest first."""
    return await _plans(tx, plans.c.learner_id == learner_id)


async def place(tx: Tx, learner_id: int, module_id: int) -> Place | None:
    """A learner's module in its whole track, be the plan active or kept aside; None where the learner has no such module."""
    owned = (
        select(tracks.c.id)
        .join(modules, modules.c.track_id == tracks.c.id)
        .join(plans, plans.c.id == tracks.c.plan_id)
        .where(modules.c.id == module_id, plans.c.learner_id == learner_id)
    )
    track_id = (await tx.execute(owned)).scalar_one_or_none()
    if track_id is None:
        return None
    (track,) = (await _tracks(tx, tracks.c.id == track_id)).popitem()[1]
    return next(Place(track, module) for module in track.modules if module.id == module_id)


async def next_module_ids(tx: Tx, learner_ids: Sequence[int]) -> dict[int, int]:
    """By learner, the first module of the active plan that is not done; learners without one are left out."""
    rows = await _NEXT_IDS.rows(tx, learners=learner_ids)
    return {learner_id: module_id for learner_id, module_id in rows if module_id is not None}


_NEXT_IDS = Prepared(
    select(plans.c.learner_id, _first_undone_module()).where(
        plans.c.learner_id.in_(bindparam("learners", expanding=True)), plans.c.active.is_(True)
    )
)


async def next_module_since(tx: Tx, learner_id: int, *, since: datetime) -> int | None:
    """The module that was next at an instant by what is known of the plan now: the first that was not done by then."""
    row = await _NEXT_SINCE.first(tx, learner=learner_id, since=since)
    return None if row is None else int(row[0])


_NEXT_SINCE = Prepared(
    select(modules.c.id)
    .join(tracks, tracks.c.id == modules.c.track_id)
    .join(plans, plans.c.id == tracks.c.plan_id)
    .where(
        plans.c.learner_id == bindparam("learner"),
        plans.c.active.is_(True),
        or_(modules.c.done_day.is_(None), modules.c.done_at > bindparam("since")),
    )
    .order_by(tracks.c.position, tracks.c.id, modules.c.position, modules.c.id)
    .limit(1)
)


async def get_many_next(tx: Tx, learner_ids: Sequence[int]) -> dict[int, NextModule]:
    """By learner, what `next_module_ids` names, with its title and track."""
    ids = await next_module_ids(tx, learner_ids)
    by_id = {row[0]: NextModule(*row) for row in await _NEXT_MODULES.rows(tx, ids=list(ids.values()))}
    return {learner_id: by_id[module_id] for learner_id, module_id in ids.items()}


_NEXT_MODULES = Prepared(
    select(modules.c.id, modules.c.title, modules.c.track_id, tracks.c.title, modules.c.estimate_minutes)
    .join(tracks, tracks.c.id == modules.c.track_id)
    .where(modules.c.id.in_(bindparam("ids", expanding=True)))
)


# What a day's card is about, asked bit by bit: in one query SQLite looked for the next track once for each track of the plan.
_NEXT_TRACK = Prepared(
    select(plans.c.id, plans.c.title, _first_undone_track()).where(
        plans.c.learner_id == bindparam("learner"), plans.c.active.is_(True)
    )
)
_TRACKS_OF = Prepared(
    select(tracks.c.id)
    .join(modules, modules.c.track_id == tracks.c.id)
    .where(tracks.c.plan_id == bindparam("plan"), modules.c.id.in_(bindparam("modules", expanding=True)))
    .distinct()
)


async def _plans(tx: Tx, *where: ColumnElement[bool]) -> list[Plan]:
    """Plans with everything in them, in four queries whatever their size."""
    rows = (await tx.execute(select(plans).where(*where).order_by(plans.c.active.desc(), plans.c.id.desc()))).all()
    by_plan = await _tracks(tx, tracks.c.plan_id.in_([row.id for row in rows]))
    return [Plan(title=row.title, tracks=tuple(by_plan[row.id]), id=row.id) for row in rows]


async def _tracks(tx: Tx, where: ColumnElement[bool]) -> dict[int, list[Track]]:
    """Tracks by plan, in order, with their modules and sources."""
    chosen = select(tracks.c.id).where(where)
    track_rows = (await tx.execute(select(tracks).where(where).order_by(tracks.c.position, tracks.c.id))).all()
    module_rows = await tx.execute(
        select(modules).where(modules.c.track_id.in_(chosen)).order_by(modules.c.position, modules.c.id)
    )
    of_track, of_module = await _sources(tx, chosen)
    by_track: dict[int, list[Module]] = defaultdict(list)
    for module in module_rows.mappings():
        by_track[module["track_id"]].append(_module(module, of_module[module["id"]]))
    found: dict[int, list[Track]] = defaultdict(list)
    for row in track_rows:
        made = Track(title=row.title, modules=tuple(by_track[row.id]), sources=tuple(of_track[row.id]), id=row.id)
        found[row.plan_id].append(made)
    return found


async def _sources(tx: Tx, chosen: Any) -> tuple[dict[int, list[Source]], dict[int, list[Source]]]:
    """The sources of the chosen tracks, by track, and of their modules, by module."""
    theirs = select(modules.c.id).where(modules.c.track_id.in_(chosen))
    rows = await tx.execute(
        select(sources)
        .where(or_(sources.c.track_id.in_(chosen), sources.c.module_id.in_(theirs)))
        .order_by(sources.c.position, sources.c.id)
    )
    of_track: dict[int, list[Source]] = defaultdict(list)
    of_module: dict[int, list[Source]] = defaultdict(list)
    for row in rows:
        owner = of_module[row.module_id] if row.module_id is not None else of_track[row.track_id]
        owner.append(Source(SourceKind(row.kind), row.title, row.url, row.id))
    return of_track, of_module


def _module(row: RowMapping, own: Iterable[Source]) -> Module:
    return Module(
        title=row["title"],
        sources=tuple(own),
        estimate_minutes=row["estimate_minutes"],
        done_day=row["done_day"],
        id=row["id"],
        estimate_said=row["estimate_said"],
    )


# --- writing ----------------------------------------------------------------------------------------------------------
async def save(tx: Tx, learner_id: int, plan: Plan, *, at: datetime) -> int:
    """Write `plan` as a learner's new active plan and return its id; the one before is kept aside.

    Tracks and modules that carry an id are the learner's own rows from plans before: they move into this plan and keep their
    id, so that reviews, check-ins and promises about them still hold. What of a moved track is not in `plan` stays behind
    under a track of the same name. A module's day done is written without the instant it was done at: nobody knows it.
    """
    await tx.execute(update(plans).where(plans.c.learner_id == learner_id, plans.c.active.is_(True)).values(active=False))
    plan_id = await add(tx, plans, learner_id=learner_id, title=plan.title, active=True, created_at=at)
    await _leave_behind(tx, plan)
    track_ids = await _write_tracks(tx, plan_id, plan)
    module_ids = await _write_modules(tx, plan, track_ids, at=at)
    await _write_sources(tx, plan, track_ids, module_ids)
    await _drop_empty(tx, learner_id)
    return plan_id


async def set_done(tx: Tx, module_id: int, *, day: date, at: datetime) -> None:
    """Mark a module done on a study day; one that is done stays as it is."""
    undone = and_(modules.c.id == module_id, modules.c.done_day.is_(None))
    await tx.execute(update(modules).where(undone).values(done_day=day, done_at=at))


async def unset_done(tx: Tx, module_id: int) -> None:
    """Take a module's done mark away."""
    await tx.execute(update(modules).where(modules.c.id == module_id).values(done_day=None, done_at=None))


async def _leave_behind(tx: Tx, plan: Plan) -> None:
    """Give the modules of moved tracks that `plan` does not have a track of their own in the plan they were in."""
    kept = {module.id for track in plan.tracks for module in track.modules if module.id is not None}
    moving = [track.id for track in plan.tracks if track.id is not None]
    rows = await tx.execute(select(modules.c.id, modules.c.track_id).where(modules.c.track_id.in_(moving)))
    left: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.id not in kept:
            left[row.track_id].append(row.id)
    for track_id, ids in left.items():  # at most MAX_TRACKS, and only where a file dropped modules
        old = (await tx.execute(select(tracks).where(tracks.c.id == track_id))).one()
        stays = await add(tx, tracks, plan_id=old.plan_id, position=old.position, title=old.title)
        await tx.execute(
            update(modules).where(modules.c.id == bindparam("module")).values(track_id=stays), [{"module": one} for one in ids]
        )


async def _write_tracks(tx: Tx, plan_id: int, plan: Plan) -> list[int]:
    """Move and insert the tracks; return their ids in order."""
    placed = [(position, track) for position, track in enumerate(plan.tracks)]
    moved = [
        {"row": track.id, "plan_id": plan_id, "position": position, "title": track.title}
        for position, track in placed
        if track.id is not None
    ]
    fresh = [{"plan_id": plan_id, "position": position, "title": track.title} for position, track in placed if track.id is None]
    if moved:
        names = ("plan_id", "position", "title")
        await tx.execute(
            update(tracks).where(tracks.c.id == bindparam("row")).values({name: bindparam(name) for name in names}), moved
        )
    if fresh:
        await tx.execute(tracks.insert(), fresh)
    rows = await tx.execute(select(tracks.c.id).where(tracks.c.plan_id == plan_id).order_by(tracks.c.position))
    return list(rows.scalars())


async def _write_modules(tx: Tx, plan: Plan, track_ids: Sequence[int], *, at: datetime) -> list[int]:
    """Move and insert the modules; return their ids in plan order."""
    names = ("track_id", "position", "title", "estimate_minutes", "estimate_said", "done_day")
    moved: list[dict[str, Any]] = []
    fresh: list[dict[str, Any]] = []
    for track, track_id in zip(plan.tracks, track_ids, strict=True):
        for position, module in enumerate(track.modules):
            written = (track_id, position, module.title, module.estimate_minutes, module.estimate_said, module.done_day)
            values: dict[str, Any] = dict(zip(names, written, strict=True))
            if module.id is None:
                fresh.append({**values, "added_at": at})
            else:
                moved.append({"row": module.id, **values})
    if moved:
        await tx.execute(
            update(modules).where(modules.c.id == bindparam("row")).values({name: bindparam(name) for name in names}), moved
        )
    if fresh:
        await tx.execute(modules.insert(), fresh)
    rows = await tx.execute(
        select(modules.c.id)
        .join(tracks, tracks.c.id == modules.c.track_id)
        .where(tracks.c.id.in_(track_ids))
        .order_by(tracks.c.position, modules.c.position)
    )
    return list(rows.scalars())


async def _write_sources(tx: Tx, plan: Plan, track_ids: Sequence[int], module_ids: Sequence[int]) -> None:
    """Write the sources of tracks and modules, in the place of those that moved rows had."""
    mine = select(modules.c.id).where(modules.c.track_id.in_(track_ids))
    await tx.execute(delete(sources).where(or_(sources.c.track_id.in_(track_ids), sources.c.module_id.in_(mine))))
    all_modules = [module for track in plan.tracks for module in track.modules]
    owned: list[tuple[str, int, tuple[Source, ...]]] = [
        *(("track_id", track_id, track.sources) for track_id, track in zip(track_ids, plan.tracks, strict=True)),
        *(("module_id", module_id, module.sources) for module_id, module in zip(module_ids, all_modules, strict=True)),
    ]
    rows = [
        {"track_id": None, "module_id": None, owner: owner_id, "position": position, "kind": source.kind, "title": source.title}
        | {"url": source.url}
        for owner, owner_id, theirs in owned
        for position, source in enumerate(theirs)
    ]
    if rows:
        await tx.execute(sources.insert(), rows)


async def _drop_empty(tx: Tx, learner_id: int) -> None:
    """Forget plans kept aside in which no module is left."""
    holds = exists().where(tracks.c.plan_id == plans.c.id, modules.c.track_id == tracks.c.id)
    await tx.execute(delete(plans).where(plans.c.learner_id == learner_id, plans.c.active.is_(False), ~holds))
