"""What /plan shows: an overview by pages, a track by pages, the shipped plans, and a plan before it is used."""

from collections.abc import Sequence
from typing import Final, TypeVar

from bot.domain.notices.plans import (
    ModuleLine,
    News,
    NoPlan,
    PlanShown,
    PlanUsed,
    SourceLine,
    TemplateLine,
    TemplatePreview,
    Templates,
    TrackLine,
    TrackShown,
    TrackSize,
)
from bot.domain.plans import Module, Plan, Track, count_plan, count_track, next_module, places, source_for_study
from bot.services import plan_templates
from bot.services.plan_templates import Template

TRACKS_A_PAGE: Final = 6  # with a button each; a phone shows about eight buttons and the text above them
MODULES_A_PAGE: Final = 6
_FOLLOWING: Final = 3

_Any = TypeVar("_Any")


def plan_shown(plan: Plan | None, *, page: int | None = None, news: News | None = None) -> PlanShown | NoPlan:
    """The overview: one page of tracks (by default the page of the present track) and the modules that come next."""
    if plan is None:
        return NoPlan()
    following = next_module(plan)
    current = following.track if following else None
    where = plan.tracks.index(current) // TRACKS_A_PAGE if current in plan.tracks and page is None else page or 0
    tracks, page, pages = page_of(plan.tracks, where, TRACKS_A_PAGE)
    count = count_plan(plan)
    open_modules = [module for module in current.modules if not module.done] if current else []
    return PlanShown(
        title=plan.title,
        done=count.done,
        total=count.total,
        tracks=tuple(map(track_line, tracks)),
        page=page,
        pages=pages,
        current=current.title if current else None,
        following=tuple(module_line(current, module) for module in open_modules[:_FOLLOWING]) if current else (),
        news=news,
    )


def track_shown(plan: Plan | None, track_id: int, *, page: int | None = None, news: News | None = None) -> TrackShown | None:
    """One page of a track, by default the page of its first module not done; None where the plan has no such track."""
    track = next((track for track in plan.tracks if track.id == track_id), None) if plan else None
    if track is None:
        return None
    first = next((index for index, module in enumerate(track.modules) if not module.done), 0)
    modules, page, pages = page_of(track.modules, first // MODULES_A_PAGE if page is None else page, MODULES_A_PAGE)
    return TrackShown(
        track=track_line(track),
        sources=tuple(SourceLine(source.kind, source.title, source.url) for source in track.sources[:6]),
        modules=tuple(module_line(track, module) for module in modules),
        page=page,
        pages=pages,
        first=page * MODULES_A_PAGE,
        news=news,
    )


def templates(*, unknown: str | None = None) -> Templates:
    """The shipped plans to choose from; `unknown` is a key that was typed and is none of them."""
    return Templates(tuple(map(_template_line, plan_templates.templates())), unknown)


def template_preview(one: Template, *, replaces: Plan | None, known: int, starting: bool) -> TemplatePreview:
    """A shipped plan before it is used; `known` of its modules are done already."""
    line = _template_line(one)
    return TemplatePreview(
        key=one.key,
        title=one.title,
        summary=one.summary,
        tracks=sizes(one.plan),
        modules=line.modules,
        minutes=line.minutes,
        replaces=replaces.title if replaces else None,
        known=known,
        starting=starting,
    )


def plan_used(plan: Plan, *, aside: Plan | None) -> PlanUsed:
    """A plan that is in use now."""
    first = next_module(plan)
    count = count_plan(plan)
    return PlanUsed(
        title=plan.title,
        tracks=len(plan.tracks),
        modules=count.total,
        done=count.done,
        first=first.module.title if first else None,
        track=first.track.title if first else None,
        aside=aside.title if aside and aside.title != plan.title else None,
    )


def sizes(plan: Plan) -> tuple[TrackSize, ...]:
    """The tracks of a plan with the numbers and minutes of their modules."""
    return tuple(TrackSize(track.title, len(track.modules), _minutes(track.modules)) for track in plan.tracks)


def track_line(track: Track) -> TrackLine:
    """A track as a line of the overview."""
    count = count_track(track)
    return TrackLine(track.id or 0, track.title, count.done, count.total)


def module_line(track: Track, module: Module) -> ModuleLine:
    """A module as a line, with what it is studied from first; a source that the whole track has is not repeated."""
    source = source_for_study(track, module)
    own = source if source in module.sources else None
    return ModuleLine(
        id=module.id or 0,
        title=module.title,
        minutes=module.estimate_minutes,
        done_day=module.done_day,
        source=own.title if own else None,
        url=own.url if own else None,
    )


def _template_line(one: Template) -> TemplateLine:
    minutes = sum(place.module.estimate_minutes or 0 for place in places(one.plan))
    return TemplateLine(one.key, one.title, one.summary, count_plan(one.plan).total, minutes)


def _minutes(modules: Sequence[Module]) -> int:
    return sum(module.estimate_minutes or 0 for module in modules)


def page_of(items: Sequence[_Any], page: int, size: int) -> tuple[Sequence[_Any], int, int]:
    """One page of `items`, its number, and how many there are; a page that is not there any more becomes the last."""
    pages = max(1, -(-len(items) // size))
    page = min(max(page, 0), pages - 1)
    return items[page * size : (page + 1) * size], page, pages
