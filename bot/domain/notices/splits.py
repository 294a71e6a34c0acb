"""Notices about splitting a promise in two."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.domain.commitments import MoveKind
from bot.domain.notices.commitments import Promise


@dataclass(frozen=True, slots=True)
class SplitPart:
    """One of two parts: its words, what it covers by name, and how much of `unit` (None: only its words tell)."""

    text: str
    covers: tuple[str, ...]
    amount: int
    unit: str | None


@dataclass(frozen=True, slots=True)
class SplitCut:
    """A place where a promise can be cut."""

    code: str
    first: SplitPart
    second: SplitPart


@dataclass(frozen=True, slots=True)
class SplitAsked:
    """Into which two?"""

    promise: Promise
    cuts: tuple[SplitCut, ...]


@dataclass(frozen=True, slots=True)
class SplitUnclear:
    """Words that are not two parts with something between them."""

    promise: Promise


@dataclass(frozen=True, slots=True)
class SplitLoses:
    """Two parts that leave out some of what was promised: these modules, or so much of `unit`."""

    modules: tuple[str, ...]
    amount: int
    unit: str | None


@dataclass(frozen=True, slots=True)
class SplitEnough:
    """It stands in as many parts as there can be."""

    most: int


@dataclass(frozen=True, slots=True)
class SplitJudged:
    """What the rules make of a split before it is confirmed: `first` keeps the date, `second` gets `new_due`.

    `code` is a cut's, or "w" for words that the dialogue remembers; `kind` is what moving the whole to `new_due` would be.
    """

    promise: Promise
    first: SplitPart
    second: SplitPart
    new_due: datetime
    zone: str
    kind: MoveKind
    horizon_days: int
    public: bool
    code: str


@dataclass(frozen=True, slots=True)
class PromiseSplit:
    """It is two now."""

    first: Promise
    second: Promise
    kind: MoveKind
    public: bool


SplitNotice: TypeAlias = SplitAsked | SplitUnclear | SplitLoses | SplitEnough | SplitJudged | PromiseSplit
