"""How a digest is split over messages, so that each fits whatever people call themselves and their promises."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.domain.notices.commitments import Promise
from bot.domain.notices.digests import Digest, MemberWeek

PART_UNITS: Final = 3_400  # of the 4,096 that Telegram takes; headings and the line of numbers need the rest
LONGEST_TEXT: Final = 120  # characters of a promise in a digest; the post has all of it
_PROMISE_WORDS: Final = 110  # units of what stands around a promise's own words: dates, progress, lateness
_MEMBER_WORDS: Final = 130  # units of a member's numbers

_SECTIONS: Final = ("kept", "slipped", "ahead", "members")


def split(digest: Digest) -> tuple[Digest, ...]:
    """The parts of a digest, at least one; sections keep their order and may go on in the next part."""
    bins: list[dict[str, list[Promise | MemberWeek]]] = [{}]
    room = PART_UNITS
    for section, line in _lines(digest):
        cost = _units_of(line)
        if cost > room:
            bins.append({})
            room = PART_UNITS
        bins[-1].setdefault(section, []).append(line)
        room -= cost
    empty = dict.fromkeys(_SECTIONS, ())
    parts = [replace(digest, **{**empty, **{name: tuple(lines) for name, lines in one.items()}}) for one in bins]
    last = len(parts) - 1
    return tuple(
        replace(part, part=index, parts=len(parts), unnamed=digest.unnamed if index == last else 0)
        for index, part in enumerate(parts)
    )


def count_lines(digest: Digest) -> int:
    """How many lines a digest, or a part of one, has."""
    return sum(len(getattr(digest, section)) for section in _SECTIONS)


def _lines(digest: Digest) -> Iterator[tuple[str, Promise | MemberWeek]]:
    for section in _SECTIONS:
        for line in getattr(digest, section):
            yield section, line


def _units_of(line: Promise | MemberWeek) -> int:
    """An upper bound of a line's length in UTF-16 units, as platforms count."""
    match line:
        case Promise():
            return _units(line.person) + _units(line.text[:LONGEST_TEXT]) + _PROMISE_WORDS
        case MemberWeek():
            return _units(line.name) + _MEMBER_WORDS


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
