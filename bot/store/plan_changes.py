"""Changes of a plan as it is written: what differs between two states of it, and the plans a learner keeps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, delete, func, select, update

from bot.domain.plans import Module, Plan, Source
from bot.store.database import Tx, add
from bot.store.schema import checkins, modules, plans, reviews, sources, tracks

_Row = dict[str, Any]


# --- one plan ---------------------------------------------------------------------------------------------------------
async def rewrite(tx: Tx, before: Plan, after: Plan, *, at: datetime) -> None:
    """Make the stored plan `before` into `after`, which carries its ids wherever something stayed itself.

    Only what differs is written. What `after` does not have is deleted, with the reviews about it.
    """
    if before.title != after.title:
        await tx.execute(update(plans).where(plans.c.id == before.id).values(title=after.title))
    track_ids = [track.id or await _add_track(tx, after, number) for number, track in enumerate(after.tracks)]
    placed = {
        track.id: {"plan_id": before.id, "position": number, "title": track.title} for number, track in enumerate(before.tracks)
    }
    wanted = [
        (track.id, {"plan_id": before.id, "position": number, "title": track.title}) for number, track in enumerate(after.tracks)
    ]
    await _update(tx, tracks, placed, wanted)
    module_ids = await _write_modules(tx, before, after, track_ids, at=at)
    await _write_sources(tx, before, after, track_ids, module_ids)
    await _delete(tx, modules, _ids_of_modules(before) - set(module_ids))
    await _delete(tx, tracks, {track.id for track in before.tracks} - set(track_ids))


async def _add_track(tx: Tx, plan: Plan, number: int) -> int:
    return await add(tx, tracks, plan_id=plan.id, position=number, title=plan.tracks[number].title)


async def _write_modules(tx: Tx, before: Plan, after: Plan, track_ids: Sequence[int], *, at: datetime) -> list[int]:
    """Insert and update the modules; return their ids in plan order."""
    known = [track.id or 0 for track in before.tracks]
    stood = {module.id: row for module, row in _module_rows(before, known)}
    wanted = _module_rows(after, track_ids)
    await _update(tx, modules, stood, [(module.id, row) for module, row in wanted])
    fresh = [{**row, "added_at": at} for module, row in wanted if module.id is None]
    if fresh:
        await tx.execute(modules.insert(), fresh)
    rows = await tx.execute(
        select(modules.c.id, modules.c.track_id, modules.c.position)
        .where(modules.c.track_id.in_({row["track_id"] for row in fresh}))
        .order_by(modules.c.id)
    )
    made = {(row.track_id, row.position): row.id for row in rows}  # the newest row of a position, where one is on its way out
    return [module.id or made[row["track_id"], row["position"]] for module, row in wanted]


def _module_rows(plan: Plan, track_ids: Sequence[int]) -> list[tuple[Module, _Row]]:
    return [
        (module, {"track_id": track_id, "position": position, **_module_values(module)})
        for track, track_id in zip(plan.tracks, track_ids, strict=True)
        for position, module in enumerate(track.modules)
    ]


def _module_values(module: Module) -> _Row:
    return {name: getattr(module, name) for name in ("title", "estimate_minutes", "estimate_said", "done_day")}


async def _write_sources(tx: Tx, before: Plan, after: Plan, track_ids: Sequence[int], module_ids: Sequence[int]) -> None:
    known_modules = [module.id or 0 for track in before.tracks for module in track.modules]
    stood = {source.id: row for source, row in _source_rows(before, [track.id or 0 for track in before.tracks], known_modules)}
    wanted = _source_rows(after, track_ids, module_ids)
    await _update(tx, sources, stood, [(source.id, row) for source, row in wanted])
    fresh = [row for source, row in wanted if source.id is None]
    if fresh:
        await tx.execute(sources.insert(), fresh)
    await _delete(tx, sources, stood.keys() - {source.id for source, _ in wanted})


def _source_rows(plan: Plan, track_ids: Sequence[int], module_ids: Sequence[int]) -> list[tuple[Source, _Row]]:
    every_module = [module for track in plan.tracks for module in track.modules]
    owned: list[tuple[str, int, tuple[Source, ...]]] = [
        *(("track_id", track_id, track.sources) for track, track_id in zip(plan.tracks, track_ids, strict=True)),
        *(("module_id", module_id, module.sources) for module, module_id in zip(every_module, module_ids, strict=True)),
    ]
    return [
        (
            source,
            {"track_id": None, "module_id": None, owner: owner_id, "position": position}
            | {"kind": source.kind, "title": source.title, "url": source.url},
        )
        for owner, owner_id, theirs in owned
        for position, source in enumerate(theirs)
    ]


async def _update(tx: Tx, table: Table, stood: dict[int | None, _Row], wanted: Iterable[tuple[int | None, _Row]]) -> None:
    """Write the rows that are not what they were."""
    changed = [{"row": row_id, **row} for row_id, row in wanted if row_id is not None and stood.get(row_id) != row]
    if changed:
        values: dict[str, Any] = {name: bindparam(name) for name in changed[0] if name != "row"}
        await tx.execute(update(table).where(table.c.id == bindparam("row")).values(values), changed)


async def _delete(tx: Tx, table: Table, ids: Iterable[int | None]) -> None:
    gone = [{"row": one} for one in ids if one is not None]
    if gone:
        await tx.execute(delete(table).where(table.c.id == bindparam("row")), gone)


def _ids_of_modules(plan: Plan) -> set[int | None]:
    return {module.id for track in plan.tracks for module in track.modules}


# --- what is about modules --------------------------------------------------------------------------------------------
async def mentions(tx: Tx, module_ids: Sequence[int]) -> tuple[int, int]:
    """How many open reviews and how many check-ins are about these modules."""
    waiting = select(func.count()).where(reviews.c.module_id.in_(module_ids), reviews.c.done_day.is_(None))
    told = select(func.count()).where(checkins.c.module_id.in_(module_ids), checkins.c.undone_at.is_(None))
    return int((await tx.execute(waiting)).scalar_one()), int((await tx.execute(told)).scalar_one())


async def added(tx: Tx, module_ids: Sequence[int]) -> dict[int, datetime]:
    """When modules came into their plan, as far as that was written down."""
    rows = await tx.execute(
        select(modules.c.id, modules.c.added_at).where(modules.c.id.in_(module_ids), modules.c.added_at.is_not(None))
    )
    return {row.id: row.added_at for row in rows}


# --- several plans ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan without what is in it."""

    id: int
    title: str
    active: bool
    done: int
    total: int


async def kept(tx: Tx, learner_id: int) -> list[PlanRow]:
    """A learner's plans: the active one first, then the newest."""
    counts = (
        select(tracks.c.plan_id, func.count(modules.c.id).label("total"), func.count(modules.c.done_day).label("done"))
        .join(modules, modules.c.track_id == tracks.c.id)
        .join(plans, plans.c.id == tracks.c.plan_id)
        .where(plans.c.learner_id == learner_id)
        .group_by(tracks.c.plan_id)
        .subquery()
    )
    rows = await tx.execute(
        select(plans.c.id, plans.c.title, plans.c.active, counts.c.done, counts.c.total)
        .outerjoin(counts, counts.c.plan_id == plans.c.id)
        .where(plans.c.learner_id == learner_id)
        .order_by(plans.c.active.desc(), plans.c.id.desc())
    )
    return [PlanRow(row.id, row.title, row.active, row.done or 0, row.total or 0) for row in rows]


async def add_empty(tx: Tx, learner_id: int, title: str, *, at: datetime) -> int:
    """Write a new plan with nothing in it, in use from now on."""
    await _put_aside(tx, learner_id)
    return await add(tx, plans, learner_id=learner_id, title=title, active=True, created_at=at)


async def activate(tx: Tx, learner_id: int, plan_id: int) -> None:
    """Put a learner's plan to use, in place of the one that was."""
    await _put_aside(tx, learner_id)
    await tx.execute(update(plans).where(plans.c.id == plan_id, plans.c.learner_id == learner_id).values(active=True))


async def drop(tx: Tx, plan_id: int) -> None:
    """Delete a plan with everything in it."""
    await tx.execute(delete(plans).where(plans.c.id == plan_id))


async def _put_aside(tx: Tx, learner_id: int) -> None:
    await tx.execute(update(plans).where(plans.c.learner_id == learner_id, plans.c.active.is_(True)).values(active=False))
