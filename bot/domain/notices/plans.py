"""Notices about plans: showing, choosing and importing them, finishing modules."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias


# --- showing ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class News:
    """What has just been done, said above the screen that shows it.

    `kind`: renamed, added, merged, estimated, unestimated, moved, dropped, source-added, source-changed, source-dropped, used,
    made, erased. `text` and `n` are what a sentence about it needs.
    """

    kind: str
    text: str = ""
    n: int = 1


@dataclass(frozen=True, slots=True)
class TrackLine:
    """A track in the overview, with how many of its modules are done."""

    id: int
    title: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A module in a list; `source` is what it is studied from first."""

    id: int
    title: str
    minutes: int | None = None
    done_day: date | None = None
    source: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source of a track."""

    kind: str
    title: str
    url: str | None


@dataclass(frozen=True, slots=True)
class PlanShown:
    """A plan: one page of its tracks, and the next modules of `current`, the track that has the first one not done."""

    title: str
    done: int
    total: int
    tracks: tuple[TrackLine, ...]
    page: int
    pages: int
    current: str | None
    following: tuple[ModuleLine, ...]
    news: News | None = None


@dataclass(frozen=True, slots=True)
class TrackShown:
    """One page of a track's modules, numbered from `first` + 1, and its sources."""

    track: TrackLine
    sources: tuple[SourceLine, ...]
    modules: tuple[ModuleLine, ...]
    page: int
    pages: int
    first: int = 0
    news: News | None = None


@dataclass(frozen=True, slots=True)
class NoPlan:
    """There is no plan yet."""


# --- choosing and importing ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A shipped plan: `key` is what is typed."""

    key: str
    title: str
    summary: str
    modules: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Templates:
    """The plans to choose from. `unknown`: the key that was typed, where there is no such plan."""

    templates: tuple[TemplateLine, ...]
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class TrackSize:
    """A track by its title, number of modules and minutes of their estimates."""

    title: str
    modules: int
    minutes: int


@dataclass(frozen=True, slots=True)
class TemplatePreview:
    """A shipped plan before it is used. `replaces`: the plan it would put aside; `known`: modules of it done already.

    `starting`: it was asked for in /start, where Back leads to.
    """

    key: str
    title: str
    summary: str
    tracks: tuple[TrackSize, ...]
    modules: int
    minutes: int
    replaces: str | None
    known: int
    starting: bool


@dataclass(frozen=True, slots=True)
class FileHint:
    """How to send a plan as a file. `starting`: as above."""

    starting: bool


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A line of a file that was not, or not wholly, understood; `reason` is a Reason of services/plan_draft.py."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportUpdate:
    """What a file would do to the plan in use.

    In its place: `stays` modules stay, `gone_count` go (`gone_done` of them done, the first titles in `gone`) with their open
    reviews, and promises (text, undone modules they lose) cover less; with `blocked` promises it cannot be done. In addition:
    `comes` modules come in, unless that is `too_much`.
    """

    stays: int
    gone: tuple[str, ...]
    gone_count: int
    gone_done: int
    reviews: int
    promises: tuple[tuple[str, int], ...]
    blocked: tuple[str, ...]
    comes: int
    too_much: bool


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """A file as understood, nothing changed yet. `more`: problems beyond those listed; `token` ties the buttons to this file.

    `tracks` are the first of `track_count`; `done` modules are ticked in the file, `known` ones were done before; `update` is
    there where a plan is in use, `replaces` being its title.
    """

    token: str
    title: str
    tracks: tuple[TrackSize, ...]
    track_count: int
    modules: int
    done: int
    problems: tuple[ProblemLine, ...]
    more: int
    replaces: str | None
    known: int
    update: ImportUpdate | None = None


@dataclass(frozen=True, slots=True)
class ImportEmpty:
    """A file in which no module was found; the problems as above."""

    problems: tuple[ProblemLine, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ImportRefused:
    """A file that cannot be read; `code` is a Refusal of services/plan_draft.py, the rest what a sentence about it needs."""

    code: str
    line: int | None = None
    limit: int | None = None
    suffix: str | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class ImportWaits:
    """Words came while a file waits for Apply or Discard."""


@dataclass(frozen=True, slots=True)
class ImportDiscarded:
    """A file was not applied; the plan is as it was."""


@dataclass(frozen=True, slots=True)
class PlanUsed:
    """A plan is in use now; `done` of its modules are. `first` is the next module, in `track`; `aside`: the plan put aside."""

    title: str
    tracks: int
    modules: int
    done: int
    first: str | None
    track: str | None
    aside: str | None


# --- finishing ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ModuleDone:
    """A module is finished, on `day`. `back_from` and `practice_from` are the sources of its reviews, None where there is no
    other; `back_on` and `practice_on` the study days they come on, None where they are settled already.

    `done` of `total` is its track's count; `plan_left` what the whole plan still has.
    """

    module_id: int
    module: str
    track: str
    done: int
    total: int
    plan_left: int
    back_from: str | None
    practice_from: str | None
    day: date
    back_on: date | None
    practice_on: date | None


@dataclass(frozen=True, slots=True)
class ModuleDoneBefore:
    """It was finished before, on `day`; `undo`: that can still be taken back."""

    module_id: int
    module: str
    track: str
    day: date
    undo: bool


@dataclass(frozen=True, slots=True)
class ModuleUndone:
    """A module is not finished after all. `reviews`: it was studied, so it is reviewed all the same."""

    module_id: int
    module: str
    track: str
    done: int
    total: int
    reviews: bool


@dataclass(frozen=True, slots=True)
class DoneChoice:
    """Something that may have been meant by /done."""

    id: int
    title: str
    track: str | None = None


@dataclass(frozen=True, slots=True)
class DoneWhich:
    """What is done? `said` is empty where nothing was named: then the next module is offered."""

    said: str
    modules: tuple[DoneChoice, ...]
    promises: tuple[DoneChoice, ...]


@dataclass(frozen=True, slots=True)
class DoneUnknown:
    """Nothing in the plan and no promise is called so."""

    said: str


@dataclass(frozen=True, slots=True)
class ModuleGone:
    """A module that was pressed or named is in no plan of the learner's any more."""


PlanNotice: TypeAlias = (
    PlanShown
    | TrackShown
    | NoPlan
    | Templates
    | TemplatePreview
    | FileHint
    | ImportPreview
    | ImportEmpty
    | ImportRefused
    | ImportWaits
    | ImportDiscarded
    | PlanUsed
    | ModuleDone
    | ModuleDoneBefore
    | ModuleUndone
    | DoneWhich
    | DoneUnknown
    | ModuleGone
)
