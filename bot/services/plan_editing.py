"""Editing a plan, a track, a module: add, rename, estimate, move; each answers with the screen it was about."""

from datetime import datetime
from typing import Final

from bot.domain.errors import Refused
from bot.domain.estimates import MAX_LENGTH, Estimate, RateMissing, read_estimate
from bot.domain.notices.plan_edits import CutAsked, EditShown, EstimateUnclear, ModuleShown, MoveShown, TitleEmpty
from bot.domain.notices.plans import News, PlanShown, TrackShown
from bot.domain.people import Learner
from bot.domain.plan_edits import (
    Part,
    Target,
    add_modules,
    add_tracks,
    change_module,
    change_track,
    move_module,
    move_track,
)
from bot.domain.plans import MAX_MODULES, MAX_TITLE, Module, Plan, Source, SourceKind, Track, find_module
from bot.services import plan_cuts, plan_screens, plan_views
from bot.services.plan_changes import change, fit_title, in_use, place_of, title_of
from bot.services.plan_draft import read_url
from bot.services.plan_markdown import MAX_LINE, item_of, read_module
from bot.store.database import Tx

_STEPS: Final = ("up", "down", "first", "last")
_FAR: Final = MAX_MODULES + 1  # beyond any end


# --- adding -----------------------------------------------------------------------------------------------------------
async def add_track(tx: Tx, learner: Learner, words: str, *, at: datetime, index: int | None = None) -> TrackShown:
    """Add a track, at the end unless told, and show it."""
    title, plan = fit_title(words), await in_use(tx, learner)
    at_index = len(plan.tracks) if index is None else index
    after = await change(tx, learner, plan, add_tracks(plan, [Track(title)], index=at_index), at=at)
    return _track_shown(after, after.tracks[at_index].id or 0, news=News("added", title))


async def add_lines(
    tx: Tx, learner: Learner, track_id: int, words: str, *, at: datetime, index: int | None = None
) -> TrackShown | ModuleShown:
    """Add modules to a track, one for each line of `words`, with estimates as in a file; show the module, or the track."""
    plan = await in_use(tx, learner)
    title_of(plan, Target(Part.TRACK, track_id))
    modules = [read_line(line) for line in words.splitlines()[: MAX_MODULES + 1] if line.strip()]
    if not modules:
        raise Refused(TitleEmpty())
    after = await change(tx, learner, plan, add_modules(plan, track_id, modules, index=index), at=at)
    known = {module.id for track in plan.tracks for module in track.modules}
    track = next(track for track in after.tracks if track.id == track_id)
    fresh = [module for module in track.modules if module.id not in known]
    if len(fresh) == 1:
        return plan_screens.module_shown(after, fresh[0].id or 0, news=News("added", fresh[0].title))
    page = track.modules.index(fresh[0]) // plan_views.MODULES_A_PAGE
    return _track_shown(after, track_id, page=page, news=News("added", n=len(fresh)))


def read_line(line: str) -> Module:
    """A module as it is typed: `Limits (90m)`, a list item, or a link. Refused (TitleEmpty) where no title is in it."""
    read = read_module(item_of(line[:MAX_LINE]))
    title = fit_title(read.title)
    url = read_url(read.url or "")
    return Module(
        title=title,
        sources=(Source(SourceKind.PRIMARY, title[:MAX_TITLE], url),) if url else (),
        estimate_minutes=read.estimate.minutes if read.estimate else None,
        estimate_said=read.estimate.said if read.estimate else None,
    )


# --- changing ---------------------------------------------------------------------------------------------------------
async def rename(
    tx: Tx, learner: Learner, target: Target, words: str, *, at: datetime
) -> PlanShown | TrackShown | ModuleShown | EditShown:
    """Give the plan in use, a track or a module another title; everything about it stays."""
    title, plan = fit_title(words), await in_use(tx, learner)
    news = News("renamed", title_of(plan, target))
    match target.part:
        case Part.TRACK:
            after = await change(tx, learner, plan, change_track(plan, target.id, title=title), at=at)
            return plan_screens.edit_shown(after, target, news=news)
        case Part.MODULE:
            after = await change(tx, learner, plan, change_module(plan, target.id, title=title), at=at)
            return plan_screens.module_shown(after, target.id, news=news)
        case _:
            after = await change(tx, learner, plan, _titled(plan, title), at=at)
            return plan_screens.edit_shown(after, target, news=news)


def _titled(plan: Plan, title: str) -> Plan:
    return Plan(title, plan.tracks, plan.id)


async def estimate(tx: Tx, learner: Learner, module_id: int, words: str, *, at: datetime) -> ModuleShown:
    """Say how long a module takes, or with no words that nobody knows. Refused (EstimateUnclear) for what is no length."""
    plan = await in_use(tx, learner)
    place_of(plan, module_id)
    read = read_length(words) if words.strip() else None
    values = {"estimate_minutes": read.minutes if read else None, "estimate_said": read.said if read else None}
    after = await change(tx, learner, plan, change_module(plan, module_id, **values), at=at)
    return plan_screens.module_shown(after, module_id, news=News("estimated" if read else "unestimated"))


def read_length(words: str) -> Estimate:
    """An estimate as it is typed. Refused (EstimateUnclear) for what is none, or lacks how long one of them takes."""
    read = read_estimate(words.strip().strip("()~").strip(), bare=True)
    if isinstance(read, Estimate):
        return read
    said = words.strip()[:MAX_LENGTH]
    raise Refused(EstimateUnclear(said, read.count, read.unit) if isinstance(read, RateMissing) else EstimateUnclear(said))


# --- moving -----------------------------------------------------------------------------------------------------------
async def step(tx: Tx, learner: Learner, target: Target, which: str, *, at: datetime) -> MoveShown:
    """Move a track or module one up or down, or to an end of its line."""
    plan = await in_use(tx, learner)
    shown = plan_screens.move_shown(plan, target)
    index = {"up": shown.number - 2, "down": shown.number, "first": 0, "last": _FAR}.get(which, shown.number - 1)
    if target.part is Part.TRACK:
        moved = move_track(plan, target.id, index=index)
    else:
        moved = move_module(plan, target.id, track_id=place_of(plan, target.id).track.id or 0, index=index)
    after = await change(tx, learner, plan, moved, at=at)
    return plan_screens.move_shown(after, target)


async def move_track_to(tx: Tx, learner: Learner, track_id: int, *, index: int, at: datetime) -> MoveShown:
    """Move a track to a position (from 0) among the others."""
    plan, target = await in_use(tx, learner), Target(Part.TRACK, track_id)
    title_of(plan, target)
    after = await change(tx, learner, plan, move_track(plan, track_id, index=index), at=at)
    return plan_screens.move_shown(after, target, news=News("moved"))


async def move_module_to(
    tx: Tx, learner: Learner, module_id: int, track_id: int, *, at: datetime, index: int | None = None, sure: bool = False
) -> ModuleShown | CutAsked:
    """Move a module into a track, at a position (from 0) or its end. Where promises lose it by that, ask first unless `sure`."""
    plan = await in_use(tx, learner)
    place = place_of(plan, module_id)
    to = title_of(plan, Target(Part.TRACK, track_id))
    moved = move_module(plan, module_id, track_id=track_id, index=index)
    cuts = await plan_cuts.find(tx, learner, plan.tracks, moved.tracks)
    plan_cuts.refuse_empty(cuts)
    promises = await plan_cuts.told(tx, cuts)
    if promises and not sure:
        return CutAsked(module_id, place.module.title, track_id, to, "" if index is None else str(index), promises)
    after = await change(tx, learner, plan, moved, at=at)
    return plan_screens.module_shown(after, module_id, news=News("moved", to if to != place.track.title else ""))


def position_in(plan: Plan, target: Target) -> tuple[int, int]:
    """The track of a module and its position there; for a track its own id and position."""
    if target.part is Part.TRACK:
        return target.id, [track.id for track in plan.tracks].index(target.id)
    place = find_module(plan, target.id) or place_of(plan, target.id)
    return place.track.id or 0, [module.id for module in place.track.modules].index(target.id)


def _track_shown(plan: Plan, track_id: int, *, page: int | None = None, news: News | None = None) -> TrackShown:
    shown = plan_views.track_shown(plan, track_id, page=page, news=news)
    if shown is None:
        raise LookupError("the track just edited is not there")
    return shown
