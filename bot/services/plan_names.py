"""What of a plan a name means: a track or a module, exactly, almost, or in part; several are a question, never a guess."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from bot.domain.plan_edits import Part, Target
from bot.domain.plans import Plan, Source
from bot.services.matching import MAX_CANDIDATES, SPELLING
from bot.services.plan_words import comparable, numbers, stems

MAX_WORDS: Final = 250  # characters of a name looked up: no title is longer
_QUOTES: Final = "\"'“”«»„‘’"
_NOUNS: Final = {"track": Part.TRACK, "module": Part.MODULE, "трек": Part.TRACK, "модуль": Part.MODULE}


@dataclass(frozen=True, slots=True)
class Named:
    """A part of the plan that may be meant; `track` is the title of the track a module stands in."""

    target: Target
    title: str
    track: str = ""


def find(plan: Plan, said: str, *, only: Part | None = None) -> tuple[Named, ...]:
    """The tracks and modules that `said` may mean: one if it is clear, at most six if not, none if nothing is called so.

    A title as it stands wins over the same words, those over the same in another case, these over a slip in the spelling, and
    that over a part of a title.
    "track X" and "module X" say which is meant; a module may be named with its track before it.
    """
    called, noun = split_noun(said)
    everything = [one for one in _candidates(plan) if only in {None, one.target.part}]
    candidates = [one for one in everything if noun in {None, one.target.part}]
    plainly = [one for one in everything if noun and _is_called(one, _flat(said))]  # `Module 3` may be a name as it stands
    if plainly:
        return tuple(plainly[:MAX_CANDIDATES])
    for fits in (_spelled_out, _same_words, _declined, _misspelled, _partly):
        found = [one for one in candidates if fits(one, called)]
        if found:
            return tuple(found[:MAX_CANDIDATES])
    return ()


def clearly(plan: Plan, said: str, *, only: Part | None = None) -> bool:
    """Whether `said` is the very title of something, or its words: for finding where in a line a name ends."""
    called, noun = split_noun(said)
    candidates = [one for one in _candidates(plan) if only in {None, one.target.part}]
    return any(
        _is_called(one, _flat(said)) or (noun in {None, one.target.part} and _is_called(one, called)) for one in candidates
    )


def find_source(sources: Sequence[Source], said: str) -> tuple[Source, ...]:
    """The sources that `said` may mean, as above; a number counts them from 1."""
    said = said.strip().strip(_QUOTES)
    if said.isascii() and said.isdecimal() and 0 < int(said[:4]) <= len(sources):
        return (sources[int(said[:4]) - 1],)
    for fits in (_spelled_out, _same_words, _misspelled, _partly):
        found = tuple(one for one in sources if fits(Named(Target(Part.SOURCE, one.id or 0), one.title), said))
        if found:
            return found[:MAX_CANDIDATES]
    return ()


def split_noun(said: str) -> tuple[str, Part | None]:
    """A name without quotes and without "track" or "module" before it, and which of these stood there."""
    said = _flat(said)
    first, _, rest = said.partition(" ")
    noun = _NOUNS.get(first.casefold()) if rest else None
    return (rest if noun else said).strip().strip(_QUOTES).strip(), noun


def _candidates(plan: Plan) -> Iterable[Named]:
    for track in plan.tracks:
        yield Named(Target(Part.TRACK, track.id or 0), track.title)
        for module in track.modules:
            yield Named(Target(Part.MODULE, module.id or 0), module.title, track.title)


def _flat(said: str) -> str:
    return " ".join(said[:MAX_WORDS].split())


def _is_called(one: Named, said: str) -> bool:
    return _spelled_out(one, said) or _same_words(one, said)


def _spelled_out(one: Named, said: str) -> bool:
    return one.title.casefold() == said.casefold()


def _same_words(one: Named, said: str) -> bool:
    words, title = comparable(said), comparable(one.title)
    return bool(words) and words in {title, comparable(one.track) + title}


def _declined(one: Named, said: str) -> bool:
    """Whether the words are the title's in another case: `после пределов`, `в алгебру`."""
    words, title = stems(comparable(said)), stems(comparable(one.title))
    return bool(words) and words in {title, stems(comparable(one.track)) + title}


def _misspelled(one: Named, said: str) -> bool:
    phrase, title = " ".join(comparable(said)), " ".join(comparable(one.title))
    return len(phrase) > 4 and numbers(title) == numbers(phrase) and fuzz.ratio(title, phrase) >= SPELLING


def _partly(one: Named, said: str) -> bool:
    """Whether all the words stand in the title, the last perhaps only begun."""
    words, title = comparable(said), comparable(one.title)
    return (
        bool(words)
        and set(words[:-1]) <= set(title)
        and any(word == words[-1] or (len(words[-1]) > 1 and word.startswith(words[-1])) for word in title)
    )
