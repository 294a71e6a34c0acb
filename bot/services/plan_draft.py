"""What reading a plan file yields: a draft with its problems by line, within the limits that hold for every format."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from bot.domain.estimates import Estimate, read_estimate
from bot.domain.plans import (
    MAX_MODULES,
    MAX_SOURCES,
    MAX_TITLE,
    MAX_TRACKS,
    MAX_URL,
    Module,
    Plan,
    Source,
    SourceKind,
    Track,
    clean_title,
)

MAX_PROBLEMS: Final = 100  # listed one by one; a person mends a few lines at a time, the rest is only counted
_EXCERPT: Final = 80  # characters of a line shown back, enough to find it by eye

_URL: Final = re.compile(r"https?://[^\s<>\x00-\x1f\x7f-\x9f\ud800-\udfff]+", re.IGNORECASE)
_KINDS: Final = {
    "primary": SourceKind.PRIMARY,
    "second": SourceKind.SECOND,
    "secondary": SourceKind.SECOND,
    "practice": SourceKind.PRACTICE,
    "practise": SourceKind.PRACTICE,
    "основной": SourceKind.PRIMARY,
    "второй": SourceKind.SECOND,
    "практика": SourceKind.PRACTICE,
}
_YES: Final = {"true", "yes", "x", "done", "1", "✓", "✔", "✅", "да"}
_NO: Final = {"false", "no", "", "0", "нет"}
_BY_POSITION: Final = (SourceKind.PRIMARY, SourceKind.SECOND, SourceKind.PRACTICE)


class Reason(StrEnum):
    """Why a line, or a part of it, is not in the draft."""

    NOT_UNDERSTOOD = "not_understood"
    EMPTY_TITLE = "empty_title"
    TITLE_CUT = "title_cut"
    HEADING_TOO_DEEP = "heading_too_deep"
    NESTED = "nested"
    SOURCE_WITHOUT_TRACK = "source_without_track"
    UNKNOWN_KEY = "unknown_key"
    DUPLICATE_KEY = "duplicate_key"
    WRONG_SHAPE = "wrong_shape"
    BAD_URL = "bad_url"
    BAD_ESTIMATE = "bad_estimate"
    BAD_DAY = "bad_day"
    BAD_KIND = "bad_kind"
    TOO_MANY_TRACKS = "too_many_tracks"
    TOO_MANY_MODULES = "too_many_modules"
    TOO_MANY_SOURCES = "too_many_sources"


class Refusal(StrEnum):
    """Why a file as a whole cannot be read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_FORMAT = "unknown_format"
    ENCODING = "encoding"
    BINARY = "binary"
    SYNTAX = "syntax"
    ALIASES = "aliases"
    TOO_DEEP = "too_deep"
    TOO_SLOW = "too_slow"
    TOO_COMPLEX = "too_complex"


class PlanFileRefused(Exception):
    """A file that yields no draft. `details` hold what a sentence about it needs: `line`, `limit`, `suffix`, `format`."""

    def __init__(self, code: Refusal, **details: int | str) -> None:
        super().__init__(code.value, details)
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True)
class Problem:
    """A line (from 1) that is not, or not wholly, in the draft; `text` is its beginning."""

    line: int
    text: str
    reason_code: Reason


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan as understood from a file. `unlisted` counts the problems beyond the first hundred."""

    plan: Plan
    problems: tuple[Problem, ...] = ()
    unlisted: int = 0


@dataclass(slots=True)
class _OpenModule:
    title: str = ""
    estimate: Estimate | None = None
    done_day: date | None = None
    ticked: bool = False
    sources: list[Source] = field(default_factory=list)

    def close(self) -> Module:
        return Module(
            title=self.title,
            sources=tuple(self.sources),
            estimate_minutes=self.estimate.minutes if self.estimate else None,
            done_day=self.done_day,
            ticked=self.ticked and self.done_day is None,
            estimate_said=self.estimate.said if self.estimate else None,
        )


@dataclass(slots=True)
class _OpenTrack:
    title: str = ""
    sources: list[Source] = field(default_factory=list)
    modules: list[_OpenModule] = field(default_factory=list)

    def close(self) -> Track:
        return Track(title=self.title, modules=tuple(m.close() for m in self.modules), sources=tuple(self.sources))


@dataclass(slots=True)
class Drafting:
    """A draft in the making: formats add what they find in file order, the limits and the problems are kept here.

    `fallback` is the title of a plan that has none. What exceeds a limit is added to a track or module that stands outside
    the plan, so that its details vanish with it.
    """

    fallback: str
    title: str = ""
    _tracks: list[_OpenTrack] = field(default_factory=list)
    _track: _OpenTrack | None = None
    _module: _OpenModule | None = None
    _modules: int = 0
    _problems: list[Problem] = field(default_factory=list)
    _unlisted: int = 0
    _told: set[Reason] = field(default_factory=set)

    @property
    def has_tracks(self) -> bool:
        """Whether a track was opened."""
        return self._track is not None

    def report(self, line: int, text: str, reason: Reason) -> None:
        """Note a problem; an exceeded limit is told once."""
        if reason.value.startswith("too_many"):
            if reason in self._told:
                return
            self._told.add(reason)
        if len(self._problems) < MAX_PROBLEMS:
            self._problems.append(Problem(line, clean_title(text[: _EXCERPT * 2])[:_EXCERPT], reason))
        else:
            self._unlisted += 1

    def name_plan(self, line: int, text: str) -> None:
        """Take `text` as the plan's title."""
        self.title = self._title(line, text) or self.title

    def open_track(self, line: int, text: str) -> None:
        """Begin a track; what follows belongs to it."""
        if title := self._title(line, text):
            self._begin_track(line, title)

    def add_module(
        self, line: int, text: str, *, estimate: Estimate | None = None, done_day: date | None = None, ticked: bool = False
    ) -> bool:
        """Add a module to the open track (opening one named like the plan where there is none); False if it has no title."""
        title = self._title(line, text)
        if not title:
            return False
        track = self._track or self._begin_track(line, self._plan_title())
        self._module = _OpenModule(title, estimate, done_day, ticked)
        if self._modules >= MAX_MODULES:
            self.report(line, text, Reason.TOO_MANY_MODULES)
        else:
            track.modules.append(self._module)
            self._modules += 1
        return True

    def add_source(self, line: int, text: str, *, kind: SourceKind | None, url: str | None = None, of_module: bool) -> None:
        """Add a source to the open track or module; without a kind its position tells: primary, second, then practice."""
        owner = self._module if of_module else self._track
        if owner is None:
            self.report(line, text, Reason.SOURCE_WITHOUT_TRACK)
        elif len(owner.sources) >= MAX_SOURCES:
            self.report(line, text, Reason.TOO_MANY_SOURCES)
        elif title := self._title(line, text):
            owner.sources.append(Source(kind or _BY_POSITION[min(len(owner.sources), 2)], title, url))

    def finish(self) -> Draft:
        """Return the draft."""
        plan = Plan(title=self._plan_title(), tracks=tuple(track.close() for track in self._tracks))
        return Draft(plan, tuple(self._problems), self._unlisted)

    def _plan_title(self) -> str:
        return self.title or clean_title(self.fallback)[:MAX_TITLE].rstrip() or "Plan"

    def _begin_track(self, line: int, title: str) -> _OpenTrack:
        track = self._track = _OpenTrack(title)
        self._module = None
        if len(self._tracks) < MAX_TRACKS:
            self._tracks.append(track)
        else:
            self.report(line, title, Reason.TOO_MANY_TRACKS)
        return track

    def _title(self, line: int, text: str) -> str:
        title = clean_title(text)
        if not title:
            self.report(line, text, Reason.EMPTY_TITLE)
        if len(title) > MAX_TITLE:
            self.report(line, text, Reason.TITLE_CUT)
            title = title[:MAX_TITLE].rstrip()
        return title


def read_kind(text: str) -> SourceKind | None:
    """Return the kind of source that `text` names (primary, second, practice; Russian too), or None."""
    return _KINDS.get(text.strip().lower())


def read_url(text: str) -> str | None:
    """Return `text` if it is a web address we would show as a link, else None."""
    text = text.strip()
    return text if len(text) <= MAX_URL and _URL.fullmatch(text) else None


def read_given_estimate(text: str) -> Estimate | None:
    """Return the estimate that stands in a field of its own, where a number alone is minutes, or None if it is none."""
    found = read_estimate(text, bare=True)
    return found if isinstance(found, Estimate) else None


def write_estimate(module: Module) -> int | str | None:
    """Return a module's estimate as `read_given_estimate` reads it: minutes, or what they were counted from."""
    return module.estimate_said or module.estimate_minutes


def read_done(text: str) -> tuple[date | None, bool] | None:
    """Return the day done, if `text` gives one, and whether it says done at all; None where it says neither yes nor no."""
    text = text.strip().lower()
    if text in _NO:
        return None, False
    day = read_day(text)
    return (day, True) if day or text in _YES else None


def read_day(text: str) -> date | None:
    """Return the date in `2026-05-01`, or None."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
