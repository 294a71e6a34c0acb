"""Notices about editing plans: the screens, the questions, what goes with a drop, and several plans kept."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from bot.domain.notices.plans import News, SourceLine


# --- screens ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ModuleShown:
    """One module: where it stands, how long it takes (`said`: counted from what), its own sources, or else its track's.

    `number` of `total` in its track; `page` of the track on which it is listed.
    """

    id: int
    title: str
    track_id: int
    track: str
    number: int
    total: int
    page: int
    minutes: int | None
    said: str | None
    done_day: date | None
    sources: tuple[SourceLine, ...]
    own: int
    news: News | None = None


@dataclass(frozen=True, slots=True)
class EditShown:
    """What can be done to a plan or a track (`part`) besides looking at it."""

    part: str
    id: int
    title: str
    done: int
    total: int
    sources: int
    alone: bool
    news: News | None = None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A track or module beside the one that is moved; `number` from 1."""

    number: int
    title: str
    here: bool


@dataclass(frozen=True, slots=True)
class MoveShown:
    """A track or module (`part`) among its neighbours; `track` is where a module stands, `elsewhere`: it can leave that."""

    part: str
    id: int
    title: str
    number: int
    total: int
    around: tuple[Neighbour, ...]
    track: str | None
    elsewhere: bool
    news: News | None = None


@dataclass(frozen=True, slots=True)
class MoveWhere:
    """To which track a module is to move; a page of (id, title)."""

    id: int
    title: str
    tracks: tuple[tuple[int, str], ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class SourcesShown:
    """A page of the sources of a track or module (`part`), numbered from `first` + 1, with their ids."""

    part: str
    id: int
    title: str
    sources: tuple[tuple[int, SourceLine], ...]
    first: int
    page: int
    pages: int
    news: News | None = None


@dataclass(frozen=True, slots=True)
class SourceShown:
    """One source of a track or module (`part`, `owner_id`)."""

    id: int
    source: SourceLine
    part: str
    owner_id: int
    owner: str
    first: bool
    news: News | None = None


# --- questions --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class EditAsked:
    """Words are asked for; `what`: rename, modules, track, estimate, source, source-title, source-url, plan, plan-title."""

    what: str
    part: str
    id: int
    title: str


@dataclass(frozen=True, slots=True)
class EditLeft:
    """A question was left; nothing changed."""


@dataclass(frozen=True, slots=True)
class EditWhich:
    """Several parts of the plan may be meant by `said`: (part, id, title, track)."""

    said: str
    choices: tuple[tuple[str, int, str, str], ...]


@dataclass(frozen=True, slots=True)
class PromiseCut:
    """A promise that loses `taken` undone modules and covers `left` then; `public`: its post says so.

    `closes`: all that is left is done, so it is kept by that.
    """

    id: int
    text: str
    taken: int
    left: int
    public: bool
    closes: bool


@dataclass(frozen=True, slots=True)
class Loss:
    """What goes with modules that are dropped: how many, how many of them done, their open reviews, what promises lose.

    `checkins` keep their minutes and notes, but no longer say what they were about.
    """

    modules: int
    done: int
    reviews: int
    checkins: int
    promises: tuple[PromiseCut, ...]


@dataclass(frozen=True, slots=True)
class DropAsked:
    """Drop a track, module, source or plan (`part`)? `track` is where it stands."""

    part: str
    id: int
    title: str
    track: str | None
    loss: Loss
    active: bool = False


@dataclass(frozen=True, slots=True)
class DropRefused:
    """Nothing would be left of these promises (id, text): that is not a smaller promise but none."""

    promises: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class CutAsked:
    """A module is to leave a track that promises cover."""

    id: int
    title: str
    track_id: int
    track: str
    place: str
    promises: tuple[PromiseCut, ...]


# --- refusals ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class NameUnknown:
    """Nothing in the plan is called so; `part`: only such was looked for."""

    said: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class EditUsage:
    """How a change is typed; `verb` names which, empty for all."""

    verb: str


@dataclass(frozen=True, slots=True)
class PlanFull:
    """The plan would exceed a limit; `what`: tracks, modules, sources, plans."""

    what: str
    limit: int


@dataclass(frozen=True, slots=True)
class TitleEmpty:
    """A title without a letter in it."""


@dataclass(frozen=True, slots=True)
class EstimateUnclear:
    """No length of time; `unit`: so many of them were named without how long one takes."""

    said: str
    count: int = 0
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class UrlUnclear:
    """No web address."""

    said: str


# --- several plans ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan that is kept."""

    id: int
    title: str
    active: bool
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class PlanList:
    """A page of the plans a learner keeps."""

    plans: tuple[PlanLine, ...]
    page: int
    pages: int
    news: News | None = None


@dataclass(frozen=True, slots=True)
class PlanAside:
    """A plan that is kept aside, and its first tracks (title, done, total) of `track_count`."""

    plan: PlanLine
    tracks: tuple[tuple[str, int, int], ...]
    track_count: int


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """In which format is the plan to be sent?"""

    title: str
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class ExportComes:
    """The file is on its way."""

    title: str


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A plan as a file."""

    title: str
    modules: int
    name: str
    content: str


PlanEditNotice: TypeAlias = (
    ModuleShown
    | EditShown
    | MoveShown
    | MoveWhere
    | SourcesShown
    | SourceShown
    | EditAsked
    | EditLeft
    | EditWhich
    | DropAsked
    | DropRefused
    | CutAsked
    | NameUnknown
    | EditUsage
    | PlanFull
    | TitleEmpty
    | EstimateUnclear
    | UrlUnclear
    | PlanList
    | PlanAside
    | ExportChoice
    | ExportComes
    | ExportFile
)
