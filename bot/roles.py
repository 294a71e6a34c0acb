"""What one process of several does (`plan-e run --role`)."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """A part of the work. Every process answers /healthz and /metrics besides."""

    RECEIVE = "receive"  # hears the platforms and stores what comes; of several one hears, and the others stand by
    WORK = "work"  # handles what was stored, fires timers, delivers
    WEB = "web"  # serves pages, and takes what Telegram brings to the webhook


ALL: Final = frozenset(Role)


def read_roles(said: Iterable[str]) -> frozenset[Role]:
    """Roles as they are given on the command line, "receive,work" or one by one; "all", or nothing, is all of them.

    ValueError with a plain sentence where one is not known.
    """
    found: set[Role] = set()
    for name in (part.strip() for one in said for part in one.split(",")):
        if name == "all":
            found |= ALL
        elif name in set(Role):
            found.add(Role(name))
        else:
            raise ValueError(f"--role {name!r}: there are all, {', '.join(Role)}")
    return frozenset(found) or ALL
