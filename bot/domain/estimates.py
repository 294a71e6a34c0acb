"""How long a module takes: minutes, or a number of pages or videos at so much each, as people write it."""

import re
from dataclasses import dataclass
from math import ceil
from typing import Final

from bot.domain.plans import MAX_ESTIMATE_MINUTES

MAX_LENGTH: Final = 60  # characters looked at; "120 exercises at 12.5 minutes each" has 34
_HOURS: Final = r"hours?|hrs?|h|час(?:а|ов)?|ч"
_MINUTES: Final = r"minutes?|mins?|m|минут[аы]?|мин"
_DURATION: Final = re.compile(
    rf"(?=\d)(?:(?P<hours>\d{{1,3}}(?:[.,]\d{{1,2}})?)\s?(?:{_HOURS})(?![^\W\d_]))?"
    rf"\s?(?:(?P<minutes>\d{{1,5}}(?:[.,]\d{{1,2}})?)\s?(?P<unit>(?:{_MINUTES})(?![^\W\d_]))?)?",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(
    r"(?P<count>\d{1,5})\s+(?P<unit>[^\W\d_]{2,12})(?:\s*(?:at|by|of|à|по|each|,|@|[x×*])\s*(?P<rate>.+))?", re.IGNORECASE
)
_EACH: Final = re.compile(r"\s*(?:each|apiece|a piece|per \w+|кажд\w+)$", re.IGNORECASE)
_PER_HOUR: Final = re.compile(rf"(?P<pace>\d{{1,4}})\s*(?:/|an|per|a|в)\s*(?:{_HOURS})", re.IGNORECASE)
# What is counted, by its first letters: plural, Russian and a missing "s" are the same thing.
_UNITS: Final = {
    "page": "pages",
    "video": "videos",
    "lecture": "lectures",
    "lesson": "lessons",
    "chapter": "chapters",
    "section": "sections",
    "exercise": "exercises",
    "problem": "problems",
    "episode": "episodes",
    "article": "articles",
    "unit": "units",
    "страниц": "pages",
    "видео": "videos",
    "лекци": "lectures",
    "урок": "lessons",
    "глав": "chapters",
    "раздел": "sections",
    "упражнени": "exercises",
    "задач": "problems",
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """Minutes, and what they were counted from where that is more than a length of time: "12 videos at 25m"."""

    minutes: int
    said: str | None = None


@dataclass(frozen=True, slots=True)
class RateMissing:
    """So many of something, but not how long one of them takes."""

    count: int
    unit: str


def read_minutes(text: str, *, bare: bool) -> int | None:
    """Return the minutes in `90m`, `90 min`, `2h`, `1h30`, `1.5h` (`90` only if `bare`), or None if it is no estimate."""
    exact = _read_length(text, bare=bare and text.strip().isdecimal())
    return None if exact is None else _allowed(exact)


def read_estimate(text: str, *, bare: bool) -> Estimate | RateMissing | None:
    """Return what `text` estimates: a length of time, or `12 videos at 25m`, `40 pages at 20 an hour`; None for anything else.

    A number alone is minutes, if `bare`. Written back as `said`, an estimate reads the same.
    """
    text = text.strip()
    if len(text) > MAX_LENGTH:
        return None
    if (minutes := read_minutes(text, bare=bare)) is not None:
        return Estimate(minutes)
    found = _COUNTED.fullmatch(text)
    unit = _unit(found["unit"]) if found else None
    if found is None or unit is None or not (count := int(found["count"])):
        return None
    if not found["rate"]:
        return RateMissing(count, unit)
    rate = _rate(found["rate"])
    minutes = None if rate is None else _allowed(count * rate)
    return Estimate(minutes, f"{count} {unit} at {rate:g}m") if minutes and rate else None


def _rate(text: str) -> float | None:
    """Minutes for one of what is counted, to a hundredth."""
    text = text.strip()
    if pace := _PER_HOUR.fullmatch(text):
        return round(60 / int(pace["pace"]), 2) if int(pace["pace"]) else None
    length = _read_length(_EACH.sub("", text), bare=True)
    return round(length, 2) if length and length < MAX_ESTIMATE_MINUTES else None


def _unit(word: str) -> str | None:
    return next((unit for beginning, unit in _UNITS.items() if word.casefold().startswith(beginning)), None)


def _read_length(text: str, *, bare: bool) -> float | None:
    found = _DURATION.fullmatch(text.strip())
    if found is None or not (bare or found["hours"] or found["unit"]):
        return None
    return _number(found["hours"]) * 60 + _number(found["minutes"])


def _number(digits: str | None) -> float:
    return float((digits or "0").replace(",", "."))


def _allowed(minutes: float) -> int | None:
    whole = ceil(round(minutes, 6))
    return whole if 0 < whole <= MAX_ESTIMATE_MINUTES else None
