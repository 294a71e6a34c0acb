"""What a promise covers: tracks, modules and counts read from its words, or nothing but the words."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from bot.domain.plans import CountScope, CountUnit, FreeScope, Module, ModulesScope, Place, Plan, Scope, Track, TrackScope, places
from bot.services.plan_words import Token, comparable, numbers, tokens

MAX_COUNT: Final = 10_000  # of whatever is counted; more is a slip of the finger
_MAX_WORDS: Final = 80  # a promise has at most 400 characters
_SPELLING: Final = 88.0  # of 100, as in `matching`, a little stricter: a promise is public

_MODULE_WORDS: Final = {"module", "modules", "модуль", "модуля", "модулеи", "модули"}
_OF: Final = {"of", "on", "in", "from", "for", "из", "по"}
_JOINS: Final = {"and", "to", "through", "и", "до"}
_RANGES: Final = {"to", "through", "до"}
_UNITS: Final = {
    **dict.fromkeys(_MODULE_WORDS | {"lessons", "topics"}, (CountUnit.MODULES, 1)),
    **dict.fromkeys(("session", "sessions", "morning", "mornings", "занятие", "занятия", "занятии"), (CountUnit.SESSIONS, 1)),
    **dict.fromkeys(("minute", "minutes", "min", "mins", "m", "минута", "минуты", "минут"), (CountUnit.MINUTES, 1)),
    **dict.fromkeys(("hour", "hours", "h", "час", "часа", "часов"), (CountUnit.MINUTES, 60)),
}
_WORDS: Final = "one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905 - reads as one counts
_ORDINALS: Final = "first second third fourth fifth sixth seventh eighth ninth tenth".split()  # noqa: SIM905 - likewise
_NEXT: Final = {"next", "следующие", "следующии"}

_Titles = dict[int, tuple[list[str], list[Module]]]


@dataclass(slots=True)
class _Found:
    """What the words named so far, in the order of the words."""

    tracks: list[Track]
    modules: list[Module]
    counts: list[CountScope]


def match_scope(plan: Plan, text: str) -> Scope:
    """Read what a promise covers from its words (without the date).

    Whole tracks only: TrackScope. Modules, alone or with tracks: ModulesScope with the ids of all, in plan order. A single
    count (`20 sessions`, `30 hours` as minutes): CountScope. Anything unclear, two counts or a count beside names: FreeScope.
    """
    typed = tokens(text)[:_MAX_WORDS]
    titles = _titles(plan)
    found = _Found([], [], [])
    at = 0
    while at < len(typed):
        at = _read(plan, titles, typed, at, found)
    return _scope(plan, found)


def _read(plan: Plan, titles: _Titles, typed: list[Token], at: int, found: _Found) -> int:
    """Take what begins at token `at` and return where to go on."""
    if part := _part_of_track(plan, typed, at):
        found.modules += part[0]
        return part[1]
    if counted := _count(typed, at):
        found.counts.append(counted)
        return at + 2
    if tracks := _tracks(plan, typed, at):
        found.tracks += tracks[0]
        return tracks[1]
    if module := _module(titles, typed, at):
        found.modules.append(module[0])
        return module[1]
    return at + 1


def _scope(plan: Plan, found: _Found) -> Scope:
    if found.counts:
        alone = len(found.counts) == 1 and not found.tracks and not found.modules
        return found.counts[0] if alone else FreeScope()
    whole = {track.id for track in found.tracks}
    single = {module.id for module in found.modules}
    names = tuple(_names(plan, whole=whole, single=single))
    if not single:
        ids = tuple(track.id for track in plan.tracks if track.id in whole and track.id is not None)
        return TrackScope(ids, names) if ids else FreeScope()
    covered = (place for place in places(plan) if place.track.id in whole or place.module.id in single)
    return ModulesScope(tuple(place.module.id for place in covered if place.module.id is not None), names)


def _names(plan: Plan, *, whole: set[int | None], single: set[int | None]) -> Iterator[str]:
    for track in plan.tracks:
        if track.id in whole:
            yield track.title
        else:
            yield from (module.title for module in track.modules if module.id in single)


def _part_of_track(plan: Plan, typed: list[Token], at: int) -> tuple[list[Module], int] | None:
    """Read `first module on linear algebra`, `first 3 modules of …`, `5 modules of …`, `next 2 modules`, `module 4 of …`."""
    words = [token.word for token in typed[at : at + 3]]
    head = _head(words)
    if head is None:
        return None
    which, used = head
    after = at + used
    if after < len(typed) and typed[after].word in _OF and (tracks := _tracks(plan, typed, after + 1)):
        inside, end = [Place(track, module) for track in tracks[0] for module in track.modules], tracks[1]
    elif words[0] in _NEXT:
        inside, end = list(places(plan)), after
    else:
        return None
    pool = [place.module for place in inside if which.done_too or not place.module.done]
    chosen = pool[which.skip : which.skip + which.take]
    return (chosen, end) if len(chosen) == which.take else None


@dataclass(frozen=True, slots=True)
class _Which:
    """Some modules of a track: `take` of them after the first `skip`."""

    take: int
    skip: int = 0
    done_too: bool = True


def _head(words: list[str]) -> tuple[_Which, int] | None:
    """Read the words before `of`: which modules, and how many words that took."""
    match words:
        case [ordinal, noun, *_] if noun in _MODULE_WORDS and (place := _ordinal(ordinal)):
            return _Which(take=1, skip=place - 1), 2
        case [following, noun, *_] if following in _NEXT and noun in _MODULE_WORDS:
            return _Which(take=1, done_too=False), 2
        case ["first", amount, noun, *_] if noun in _MODULE_WORDS and (take := _amount(amount)):
            return _Which(take=take), 3
        case [following, amount, noun, *_] if following in _NEXT and noun in _MODULE_WORDS and (take := _amount(amount)):
            return _Which(take=take, done_too=False), 3
        case [amount, noun, *_] if noun in _MODULE_WORDS and (take := _amount(amount)):
            return _Which(take=take, done_too=False), 2
        case [noun, number, *_] if noun in _MODULE_WORDS and number.isdecimal() and 0 < int(number) <= MAX_COUNT:
            return _Which(take=1, skip=int(number) - 1), 2
        case _:
            return None


def _count(typed: list[Token], at: int) -> CountScope | None:
    """Read `20 sessions`, `ten modules`, `1.5 hours`."""
    if at + 1 >= len(typed) or not (unit := _UNITS.get(typed[at + 1].word)):
        return None
    word = typed[at].word.replace(",", ".")
    amount = float(word) if word.replace(".", "", 1).isdecimal() else float(_amount(word) or 0)
    count = round(amount * unit[1])
    return CountScope(unit[0], count) if 0 < count <= MAX_COUNT else None


def _tracks(plan: Plan, typed: list[Token], at: int) -> tuple[list[Track], int] | None:
    """Read a track, or several of one series: `Calculus 1-3`, `Calculus 1, 2 and 3`, or `Calculus` for all of them."""
    whole = ((track, at + len(comparable(track.title))) for track in plan.tracks if _spelled(comparable(track.title), typed, at))
    longest = max(whole, key=lambda found: found[1], default=None)
    for stem, series in _series(plan).items():
        end = at + len(stem)
        if _spelled(stem, typed, at) and (longest is None or end >= longest[1] - 1):
            listed, after = _listed(typed, end)
            if listed and set(listed) <= set(series):
                return [series[number] for number in listed], after
            if not listed and longest is None:
                return list(series.values()), end
    return ([longest[0]], longest[1]) if longest else None


def _series(plan: Plan) -> dict[tuple[str, ...], dict[int, Track]]:
    """Return the tracks whose titles differ by a number at the end, by the words before it."""
    series: dict[tuple[str, ...], dict[int, Track]] = {}
    for track in plan.tracks:
        *stem, last = comparable(track.title) or ("",)
        if stem and last.isdecimal():
            series.setdefault(tuple(stem), {})[int(last)] = track
    return series


def _listed(typed: list[Token], at: int) -> tuple[list[int], int]:
    """Read the numbers of `1-3`, `1 to 3` or `1, 2 and 3` from token `at`, and where they end; a counted number ends them."""
    listed: list[int] = []
    end = at
    for index in range(at, len(typed)):
        token = typed[index]
        counted = index + 1 < len(typed) and typed[index + 1].word in _UNITS
        if token.span and token.span[1] - token.span[0] < MAX_COUNT:
            listed += range(token.span[0], token.span[1] + 1)
        elif token.word.isdecimal() and len(token.word) < 5 and not counted:
            reach = listed and typed[index - 1].word in _RANGES
            listed += range(listed[-1] + 1, int(token.word) + 1) if reach else [int(token.word)]
        elif token.word in _JOINS and listed:
            continue
        else:
            break
        end = index + 1
    return listed, end


def _titles(plan: Plan) -> _Titles:
    """Return the modules by the number of words in their titles, longest first, so that each length is compared at once.

    What stands before a colon names a module as well, where it is no other's: `Lesson 1` of `Lesson 1: Getting started`.
    """
    whole = [(comparable(place.module.title), place.module) for place in places(plan)]
    heads = [(comparable(module.title.partition(":")[0]), module) for _, module in whole if ":" in module.title]
    often = Counter(words for words, _ in (*whole, *heads))
    titles: _Titles = {}
    for words, module in (*whole, *((words, module) for words, module in heads if often[words] == 1)):
        named, modules = titles.setdefault(len(words), ([], []))
        named.append(" ".join(words))
        modules.append(module)
    titles.pop(0, None)
    return dict(sorted(titles.items(), reverse=True))


def _module(titles: _Titles, typed: list[Token], at: int) -> tuple[Module, int] | None:
    """Read a whole module title: the longest that fits, of these the best spelled, of these an undone one."""
    for length, (named, modules) in titles.items():
        given = " ".join(token.word for token in typed[at : at + length])
        close = process.extract(given, named, scorer=fuzz.ratio, score_cutoff=_SPELLING, limit=None)
        fits = [(-score, modules[index].done, index) for title, score, index in close if _same(title, given)]
        if fits and at + length <= len(typed):
            return modules[min(fits)[2]], at + length
    return None


def _spelled(title: tuple[str, ...], typed: list[Token], at: int) -> bool:
    """Tell whether `title` stands at token `at`."""
    given = tuple(token.word for token in typed[at : at + len(title)])
    return 0 < len(title) == len(given) and _same(" ".join(title), " ".join(given))


def _same(title: str, given: str) -> bool:
    """Compare words: a slip in the spelling is forgiven, never one in a number or a short word."""
    if title == given:
        return True
    return len(title) > 5 and numbers(title) == numbers(given) and fuzz.ratio(title, given) >= _SPELLING


def _amount(word: str) -> int | None:
    if word in _WORDS:
        return _WORDS.index(word) + 1
    return int(word) if word.isdecimal() and 0 < int(word[:6]) <= MAX_COUNT else None


def _ordinal(word: str) -> int | None:
    return _ORDINALS.index(word) + 1 if word in _ORDINALS else None
