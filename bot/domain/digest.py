"""How lists of people's own words are made to fit: a digest split over messages, a board cut with the rest counted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeVar

from bot.domain.notices.commitments import Promise
from bot.domain.notices.digests import Digest, MemberWeek

PART_UNITS: Final = 3_400  # of the 4,096 that Telegram takes; the title, headings and the closing lines need the rest
LONGEST_TEXT: Final = 120  # characters of a promise in a digest or on a board; the post has all of it
PROMISE_WORDS: Final = 110  # units of what stands around a promise's own words: dates, progress, lateness
MEMBER_WORDS: Final = 160  # units of a member's numbers
_LONGEST_LINE: Final = 2 * 64 + 2 * LONGEST_TEXT + PROMISE_WORDS  # a name has 64 characters of two units at most

Line = Promise | MemberWeek
_T = TypeVar("_T")


def units(text: str) -> int:
    """The length of a text in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def split(digest: Digest) -> tuple[Digest, ...]:
    """The parts of a digest, at least one; sections keep their order and may go on in the next part."""
    numbers = _part_numbers((*digest.kept, *digest.slipped, *digest.ahead, *digest.members))
    parts = numbers[-1] + 1 if numbers else 1
    return tuple(_part(digest, numbers, part=part, parts=parts) for part in range(parts))


def most_parts(weight: int) -> int:
    """An upper bound of the parts that lines of together `weight` units can take: each full part lacks less than a line."""
    return weight // (PART_UNITS - _LONGEST_LINE) + 1 if weight else 0


def count_lines(digest: Digest) -> int:
    """How many lines a digest, or a part of one, has."""
    return sum(len(section) for section in (digest.kept, digest.slipped, digest.ahead, digest.members))


def fit(lines: Sequence[_T], costs: Sequence[int], *, room: int) -> tuple[_T, ...]:
    """The first of the `lines` whose `costs` in units together stay within `room`."""
    for index, cost in enumerate(costs):
        room -= cost
        if room < 0:
            return tuple(lines[:index])
    return tuple(lines)


def promise_units(promise: Promise) -> int:
    """An upper bound of a promise's line."""
    return units(promise.person) + units(promise.text[:LONGEST_TEXT]) + PROMISE_WORDS


def _part_numbers(lines: Sequence[Line]) -> list[int]:
    """In which part each line goes, filled one after the other."""
    numbers, part, room = [], 0, PART_UNITS
    for line in lines:
        cost = promise_units(line) if isinstance(line, Promise) else units(line.name) + MEMBER_WORDS
        if cost > room:
            part, room = part + 1, PART_UNITS
        room -= cost
        numbers.append(part)
    return numbers


def _part(digest: Digest, numbers: Sequence[int], *, part: int, parts: int) -> Digest:
    number = iter(numbers)

    def here(lines: tuple[_T, ...]) -> tuple[_T, ...]:
        return tuple(line for line, where in zip(lines, number, strict=False) if where == part)

    return replace(
        digest,
        part=part,
        parts=parts,
        kept=here(digest.kept),
        slipped=here(digest.slipped),
        ahead=here(digest.ahead),
        members=here(digest.members),
        unnamed=digest.unnamed if part == parts - 1 else 0,
        pictured=digest.pictured if part == 0 else (),
    )
