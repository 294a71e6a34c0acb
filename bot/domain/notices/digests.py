"""The weekly digest as facts."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from bot.domain.notices.commitments import Promise


@dataclass(frozen=True, slots=True)
class MemberWeek:
    """One member's week: sessions done of planned, minutes, modules finished, streak in study days, reliability from 0 to 1.

    `kept` and `slipped` count the promises that the digest tells of as such.
    `away`: they are on a break that the group may know of, until `away_until` where that is known.
    """

    name: str
    done: int
    planned: int
    minutes: int
    modules: int
    streak: int
    reliability: float | None
    kept: int = 0
    slipped: int = 0
    away: bool = False
    away_until: date | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """What a group reads once a week: outcome first. One part of it, where it takes several messages.

    `weeks` is more than 1 where an earlier digest could not be sent. `unnamed` members study in private; `more` lines were left
    out. `preview`: shown to an administrator before its time. `pictured`: whose week is drawn, in the part that has the picture.
    """

    first: date
    last: date
    weeks: int
    part: int
    parts: int
    kept: tuple[Promise, ...]
    slipped: tuple[Promise, ...]
    ahead: tuple[Promise, ...]
    members: tuple[MemberWeek, ...]
    unnamed: int
    more: int = 0
    preview: bool = False
    pictured: tuple[MemberWeek, ...] = ()

    @property
    def is_quiet(self) -> bool:
        """Whether nothing was kept, slipped or promised, and nobody studied."""
        studied = any(one.done or one.minutes or one.modules for one in self.members)
        return not (studied or self.kept or self.slipped or self.ahead)


@dataclass(frozen=True, slots=True)
class DigestHead:
    """What stands in the channel where the digest itself is in a thread under it: how many promises were kept, how many slipped.

    `weeks` is more than 1 where an earlier digest could not be sent.
    """

    first: date
    last: date
    weeks: int
    kept: int
    slipped: int


DigestNotice: TypeAlias = Digest | DigestHead
