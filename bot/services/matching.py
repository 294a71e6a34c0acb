"""Matching what a person typed to the modules of a plan: exact before fuzzy, and rather a question than a guess."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from bot.domain.plans import Module, Place, Plan, Track, next_module
from bot.services.plan_words import Token, comparable, numbers, tokens

MAX_CANDIDATES: Final = 6  # buttons a person can take in at a glance
SPELLING: Final = 86.0  # of 100: one slip in a word of six letters passes, two do not
_MARGIN: Final = 4.0  # closer than this, two titles are equally meant
_WITHIN: Final = 12  # words looked at: a module is named at the start of a note, not deep inside it
_FUZZY_STARTS: Final = 3  # a misspelled name is looked for after at most two other words
_COVERED: Final = 0.5  # a single word stands for a title if it is at least half of it
# Words of a note that also stand in titles: alone they name no module.
_GENERIC: Final = frozenset(
    {
        "review",
        "final",
        "exercise",
        "exercises",
        "problem",
        "problems",
        "chapter",
        "lesson",
        "lecture",
        "module",
        "notebook",
        "course",
        "introduction",
        "notes",
        "first",
        "second",
        "next",
        "more",
        "new",
        "practice",
        "reading",
        "test",
        "exam",
        "project",
        "work",
        "theory",
    }
)


@dataclass(frozen=True, slots=True)
class Matched:
    """The module that was meant, its track, and the words that remain as a note."""

    module: Module
    track: Track
    rest: str


@dataclass(frozen=True, slots=True)
class Several:
    """More than one module may be meant: ask. At most six, undone ones first, then in plan order."""

    candidates: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class _Hit:
    """A module found in the tokens from `start` up to `end`."""

    place: Place
    start: int
    end: int
    score: float = 100.0


class _Named(NamedTuple):
    """A module and the words of its title as they are compared."""

    track: Track
    module: Module
    title: tuple[str, ...]

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.track, self.module)


def match_module(plan: Plan, words: str) -> Matched | Several | None:
    """Find the module of `plan` that `words` name at their start or near it; None if they name none.

    An exact title wins over a misspelled one, and that over a part of a title; the longest title wins over one it contains.
    Among equals the next module of the plan is meant, or the only one not done; else it is Several.
    """
    typed = tokens(words)[:_WITHIN]
    named = [_Named(track, module, comparable(module.title)) for track in plan.tracks for module in track.modules]
    for find in (_exact, _misspelled, _partial):
        if hits := _best(find(named, typed)):
            return _decide(plan, hits, words, typed)
    return None


def _decide(plan: Plan, hits: list[_Hit], words: str, typed: list[Token]) -> Matched | Several:
    chosen = _only(hits) or _only([hit for hit in hits if not hit.place.module.done])
    if chosen is None and (following := next_module(plan)):
        chosen = next((hit for hit in hits if hit.place.module is following.module), None)
    if chosen is None:
        undone_first = sorted(hits, key=lambda hit: hit.place.module.done)
        return Several(tuple(hit.place for hit in undone_first[:MAX_CANDIDATES]))
    before, after = words[: typed[chosen.start].start], words[typed[chosen.end - 1].end :]
    return Matched(chosen.place.module, chosen.place.track, _join(before, after))


def _exact(named: list[_Named], typed: list[Token]) -> Iterator[_Hit]:
    """Find whole titles, with their track's name before them or not."""
    runs = {tuple(token.word for token in typed[start:end]): (start, end) for start, end in reversed(list(_runs(typed)))}
    words = {token.word for token in typed}
    for one in named:
        if words.issuperset(one.title):
            for name in (comparable(one.track.title) + one.title, one.title):
                if name in runs:
                    yield _Hit(one.place, *runs[name])
                    break


def _misspelled(named: list[_Named], typed: list[Token]) -> Iterator[_Hit]:
    """Find whole titles with a slip in the spelling."""
    titles = [" ".join(one.title) for one in named]
    for start, end in _runs(typed):
        phrase = " ".join(token.word for token in typed[start:end])
        if start < _FUZZY_STARTS and len(phrase) > 4:
            for title, score, index in process.extract(phrase, titles, scorer=fuzz.ratio, score_cutoff=SPELLING):
                if numbers(title) == numbers(phrase):
                    yield _Hit(named[index].place, start, end, score)


def _partial(named: list[_Named], typed: list[Token]) -> Iterator[_Hit]:
    """Find titles that contain the first words typed, as many of them as any title contains."""
    containing: list[list[_Named]] = []  # by how many of the first words, less one
    left = named
    for token in typed:
        left = [one for one in left if token.word in one.title]
        if not left:
            break
        containing.append(left)
    for end in range(len(containing), 0, -1):
        phrase = [token.word for token in typed[:end]]
        whole = end == len(typed)
        hits = [_Hit(one.place, 0, end) for one in containing[end - 1] if _stands_for(phrase, one.title, whole=whole)]
        if hits:
            yield from hits
            return


def _stands_for(phrase: list[str], title: tuple[str, ...], *, whole: bool) -> bool:
    """Tell whether words of `title` may name it: one word does if nothing else was typed, or if it is most of the title."""
    if _GENERIC.issuperset(phrase):
        return False
    return whole or len(phrase) > 1 or len(phrase[0]) >= _COVERED * len(" ".join(title))


def _best(found: Iterable[_Hit]) -> list[_Hit]:
    """Keep the hits that explain most of the words, or almost as well spelled, one for each module, in plan order."""
    hits = list(found)
    if not hits:
        return []
    reach = max(hit.score + 10 * (hit.end - hit.start) for hit in hits)
    kept: dict[int, _Hit] = {}
    for hit in hits:
        if hit.score + 10 * (hit.end - hit.start) > reach - _MARGIN:
            kept.setdefault(id(hit.place.module), hit)
    return list(kept.values())


def _runs(typed: list[Token]) -> Iterator[tuple[int, int]]:
    """Yield every run of tokens as start and end, in order."""
    return ((start, end) for start in range(len(typed)) for end in range(start + 1, len(typed) + 1))


def _only(hits: list[_Hit]) -> _Hit | None:
    return hits[0] if len(hits) == 1 else None


def _join(before: str, after: str) -> str:
    """Put the words around a name together, without the punctuation that stood between."""
    marks = " ,;:.-–—"
    return " ".join(f"{before} {after.strip(marks)}".split()).strip(marks)
