"""What can go wrong between a bot and any server: the kinds of trouble that both fakes know."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lost:
    """Performed, but the connection is dropped before the answer."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Not performed, the connection is dropped."""


@dataclass(frozen=True, slots=True)
class Hang:
    """Performed, and the answer never comes (until the server closes)."""


@dataclass(frozen=True, slots=True)
class Garbage:
    """Performed, and answered 200 with a page of HTML."""


@dataclass(frozen=True, slots=True)
class Status:
    """Answered with this HTTP status and a body that is no JSON; `performed` says whether it happened all the same."""

    code: int
    performed: bool = False
