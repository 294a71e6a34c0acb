"""What processes take of the processor, and what PostgreSQL's sessions do and wait for, while something else is measured."""

import asyncio
import os
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncpg

_EVERY: Final = 0.02  # seconds between looks
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_LOOK: Final = """
    SELECT state, wait_event_type, query FROM pg_stat_activity
    WHERE application_name = 'plan-e' AND state <> 'idle'"""
# What a statement that waits for a lock is after, by a word of it; anything else are learners and groups.
_LOCKS: Final = {"send_limits": "limits", " inbox": "inbox", " outbox": "outbox"}
WAITS: Final = ("parties", "limits", "inbox", "outbox", "disk", "us")


def processor(pids: Iterable[int]) -> float:
    """Seconds of processor time that these processes and their ended children took until now (proc(5), stat)."""
    return sum(sum(map(int, _stat(pid)[11:15])) for pid in pids) / _TICKS


def family(parent: int) -> list[int]:
    """A process and its children that live."""
    children = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit() and _parent(one.name) == parent]
    return [parent, *children]


async def postmaster(address: str) -> int:
    """The first process of a PostgreSQL server on this machine: that of a session is its child."""
    connection = await asyncpg.connect(address)
    try:
        return _parent(await connection.fetchval("SELECT pg_backend_pid()"))
    finally:
        await connection.close()


def _stat(pid: int | str) -> list[str]:
    """From the state on; all noughts where it has ended: then its parent has what it took."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ["0"] * 50


def _parent(pid: int | str) -> int:
    return int(_stat(pid)[1])


@dataclass(slots=True)
class Sessions:
    """How often the bot's sessions were seen at work, and waiting for what; `share` is per look."""

    looks: int = 0
    seen: Counter[str] = field(default_factory=Counter)

    def share(self, what: str) -> float:
        """How many sessions were at it at a time, on average."""
        return self.seen[what] / max(1, self.looks)

    def add(self, state: str, waits: str | None, query: str) -> None:
        """Count one session: waiting for a lock (whose, told by the statement), for the disk, or for us to say what is next."""
        if state.startswith("idle in transaction"):
            self.seen["us"] += 1
        elif waits == "Lock":
            self.seen[next((name for word, name in _LOCKS.items() if word in query), "parties")] += 1
        elif waits in {"IO", "LWLock"}:
            self.seen["disk"] += 1
        else:
            self.seen["works"] += 1


@contextmanager
def watched_sessions(address: str) -> Iterator[Sessions]:
    """Look at the bot's sessions fifty times a second for as long as the block."""
    found, over = Sessions(), threading.Event()
    watch = threading.Thread(target=lambda: asyncio.run(_watch(address, found, over)))
    watch.start()
    try:
        yield found
    finally:
        over.set()
        watch.join()


async def _watch(address: str, found: Sessions, over: threading.Event) -> None:
    connection: Any = await asyncpg.connect(address)
    while not over.is_set():
        for row in await connection.fetch(_LOOK):
            found.add(row["state"] or "", row["wait_event_type"], row["query"])
        found.looks += 1
        await asyncio.sleep(_EVERY)
    await connection.close()
