"""Study plans as values: sources, modules, tracks, the plan they make, and what a promise may cover in it."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final

# Limits hold for files, dialogues and typed lines alike (issue 2, plan files). Each keeps one thing a person sees small.
MAX_FILE_BYTES: Final = 256 * 1024  # 2,000 modules with long titles and links fit; a larger file is not a study plan
MAX_TRACKS: Final = 100  # more than a screenful of screens; also bounds the queries of /plan
MAX_MODULES: Final = 2_000  # a module a day for five and a half years
MAX_SOURCES: Final = 20  # of one track or one module; a card shows one
MAX_TITLE: Final = 200  # characters; twenty titles fit one Telegram message of 4,096
MAX_URL: Final = 2_000  # characters; the longest address that browsers agree on
MAX_ESTIMATE_MINUTES: Final = 6_000  # 100 hours: whatever is longer is a track
MAX_PLANS: Final = 20  # kept by one learner; a list of four screens


class SourceKind(StrEnum):
    """What a source is for: studied first, read next day, practised a week later (PRODUCT.md, Review)."""

    PRIMARY = "primary"
    SECOND = "second"
    PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class Source:
    """Something to study from: a course, a book, a set of problems. Which row it is stored in does not tell two apart."""

    kind: SourceKind
    title: str
    url: str | None = None
    id: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Module:
    """A piece of a track that is studied in one or a few sessions.

    `done_day` is the study day it was finished on; `ticked` says that it came from a file as done without a day.
    `estimate_said` is what the estimate was counted from, where that is more than a length of time: "12 videos at 25m".
    """

    title: str
    sources: tuple[Source, ...] = ()
    estimate_minutes: int | None = None
    done_day: date | None = None
    id: int | None = None
    ticked: bool = False
    estimate_said: str | None = None

    def __post_init__(self) -> None:
        """Refuse a module that is done in two ways: a day says all that a tick does."""
        if self.ticked and self.done_day is not None:
            raise ValueError("a module with a day done needs no tick")

    @property
    def done(self) -> bool:
        """Whether it is finished, on a known day or not."""
        return self.ticked or self.done_day is not None


@dataclass(frozen=True, slots=True)
class Track:
    """A subject: modules in the order of study, and the sources that hold for all of them."""

    title: str
    modules: tuple[Module, ...] = ()
    sources: tuple[Source, ...] = ()
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A learner's tracks in the order of study."""

    title: str
    tracks: tuple[Track, ...] = ()
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A module together with the track it stands in."""

    track: Track
    module: Module


@dataclass(frozen=True, slots=True)
class Count:
    """How many modules are done, of how many."""

    done: int
    total: int

    @property
    def left(self) -> int:
        """How many are not done."""
        return self.total - self.done


@dataclass(frozen=True, slots=True)
class ReviewSource:
    """What to review from; `different` is whether it is another source than the one first studied (None: no source at all)."""

    source: Source | None
    different: bool


def clean_title(text: str) -> str:
    """Return `text` as a title: one line, single spaces, no control characters or lone surrogates, NFC, not cut."""
    kept = ("" if unicodedata.category(c) in {"Cc", "Cs"} and not c.isspace() else c for c in text)
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def places(plan: Plan) -> Iterator[Place]:
    """Yield every module of `plan` with its track, in plan order."""
    return (Place(track, module) for track in plan.tracks for module in track.modules)


def next_module(plan: Plan) -> Place | None:
    """Return the first module of `plan` that is not done, or None when all are."""
    return next((place for place in places(plan) if not place.module.done), None)


def find_module(plan: Plan, module_id: int) -> Place | None:
    """Return the module stored under `module_id`, or None."""
    return next((place for place in places(plan) if place.module.id == module_id), None)


def count_track(track: Track) -> Count:
    """Count the modules of one track."""
    return Count(done=sum(module.done for module in track.modules), total=len(track.modules))


def count_plan(plan: Plan) -> Count:
    """Count the modules of all tracks."""
    counts = [count_track(track) for track in plan.tracks]
    return Count(done=sum(c.done for c in counts), total=sum(c.total for c in counts))


def date_ticks(plan: Plan, *, day: date) -> Plan:
    """Return `plan` with `day` as the day done of every module that was only ticked (an applied import needs a day)."""

    def dated(module: Module) -> Module:
        return replace(module, ticked=False, done_day=day) if module.ticked else module

    tracks = tuple(replace(track, modules=tuple(map(dated, track.modules))) for track in plan.tracks)
    return replace(plan, tracks=tracks)


def sources_for(track: Track, module: Module) -> tuple[Source, ...]:
    """Return what `module` can be studied from: its own sources before the track's."""
    return module.sources + track.sources


def source_for_study(track: Track, module: Module) -> Source | None:
    """Return the source to study `module` from first: a primary one, else one that is not practice, else any."""
    sources = sources_for(track, module)
    return (
        _first(sources, SourceKind.PRIMARY)
        or next((s for s in sources if s.kind is not SourceKind.PRACTICE), None)
        or next(iter(sources), None)
    )


def source_for_review(track: Track, module: Module, *, step: int) -> ReviewSource:
    """Return what to review `module` from.

    Step 1 (next study day) wants the second source, step 2 (seven days after) practice, and so on by turns; where the wanted
    kind is missing, any other source than the one first studied will do, and where there is none, the first again with
    `different` False (PRODUCT.md, Review).
    """
    studied = source_for_study(track, module)
    others = tuple(source for source in sources_for(track, module) if source != studied)
    wanted = (SourceKind.SECOND, SourceKind.PRIMARY, SourceKind.PRACTICE)
    if step % 2 == 0:
        wanted = (SourceKind.PRACTICE, SourceKind.SECOND, SourceKind.PRIMARY)
    other = next((found for kind in wanted if (found := _first(others, kind))), None)
    return ReviewSource(other or studied, different=other is not None)


def _first(sources: tuple[Source, ...], kind: SourceKind) -> Source | None:
    return next((source for source in sources if source.kind is kind), None)


class CountUnit(StrEnum):
    """What a promise can count; hours are promised as minutes."""

    MODULES = "modules"
    SESSIONS = "sessions"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True)
class ModulesScope:
    """A promise over these modules, by id in plan order; `names` is what the words named (tracks or modules), for the preview."""

    module_ids: tuple[int, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrackScope:
    """A promise over whole tracks, by id in plan order, modules added later included."""

    track_ids: tuple[int, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CountScope:
    """A promise over a number of modules, sessions or minutes, whichever they are; the first `skip` of them count for another."""

    unit: CountUnit
    count: int
    skip: int = 0


@dataclass(frozen=True, slots=True)
class FreeScope:
    """A promise in words only: nothing in the plan tells when it is kept, so its owner does."""


Scope = ModulesScope | TrackScope | CountScope | FreeScope
