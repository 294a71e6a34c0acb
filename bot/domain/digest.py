"""How a digest is split over messages, so that each fits whatever people call themselves and their promises."""

from dataclasses import replace
from typing import Final

from bot.domain.notices.commitments import Promise
from bot.domain.notices.digests import Digest, MemberWeek

PART_UNITS: Final = 3_400  # of the 4,096 that Telegram takes; headings and the line of numbers need the rest
LONGEST_TEXT: Final = 120  # characters of a promise in a digest; the post has all of it
_PROMISE_WORDS: Final = 110  # units of what stands around a promise's own words: dates, progress, lateness
_MEMBER_WORDS: Final = 130  # units of a member's numbers


def split(digest: Digest) -> tuple[Digest, ...]:
    """The parts of a digest, at least one; sections keep their order and may go on in the next part."""
    bins: list[list[Promise | MemberWeek]] = [[]]
    room = PART_UNITS
    for line in _lines(digest):
        cost = _units_of(line)
        if cost > room:
            bins.append([])
            room = PART_UNITS
        bins[-1].append(line)
        room -= cost
    return tuple(_part(digest, {id(line) for line in lines}, part=part, parts=len(bins)) for part, lines in enumerate(bins))


def _part(digest: Digest, chosen: set[int], *, part: int, parts: int) -> Digest:
    """The digest with only the lines whose identity is in `chosen`."""
    return replace(
        digest,
        part=part,
        parts=parts,
        kept=tuple(line for line in digest.kept if id(line) in chosen),
        slipped=tuple(line for line in digest.slipped if id(line) in chosen),
        ahead=tuple(line for line in digest.ahead if id(line) in chosen),
        members=tuple(line for line in digest.members if id(line) in chosen),
        unnamed=digest.unnamed if part == parts - 1 else 0,
    )


def count_lines(digest: Digest) -> int:
    """How many lines a digest, or a part of one, has."""
    return len(_lines(digest))


def _lines(digest: Digest) -> tuple[Promise | MemberWeek, ...]:
    return (*digest.kept, *digest.slipped, *digest.ahead, *digest.members)


def _units_of(line: Promise | MemberWeek) -> int:
    """An upper bound of a line's length in UTF-16 units, as platforms count."""
    match line:
        case Promise():
            return _units(line.person) + _units(line.text[:LONGEST_TEXT]) + _PROMISE_WORDS
        case MemberWeek():
            return _units(line.name) + _MEMBER_WORDS


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
