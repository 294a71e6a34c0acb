"""A process that kills itself at a chosen statement: each boundary between two statements is a moment at which it may die."""

import os
import re
import signal
import sqlite3
from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any, Final

# The count begins where something is at stake: what was said is being stored, or a timer is taken.
FIRST: Final = re.compile(r"(INSERT INTO inbox|(DELETE|UPDATE)\b.*\btimers)\b")
WRITES: Final = ("INSERT", "UPDATE", "DELETE", "BEGIN IMMEDIATE", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")
WRITES_ON_POSTGRES: Final = (*WRITES, "BEGIN ISOLATION LEVEL READ COMMITTED")


def lay(length: int) -> None:
    """Let this process die by SIGKILL before it executes its `length`-th statement that writes, from FIRST on."""
    numbers = count(1)
    burning = False

    def before(statement: str, writes: tuple[str, ...] = WRITES) -> None:
        nonlocal burning
        burning = burning or FIRST.match(statement) is not None
        if burning and statement.startswith(writes) and next(numbers) == length:
            os.kill(os.getpid(), signal.SIGKILL)

    _trace_sqlite(before)
    _trace_asyncpg(lambda statement: before(statement, WRITES_ON_POSTGRES))


def _trace_sqlite(before: Callable[[str], None]) -> None:
    connect = sqlite3.connect

    def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
        made: sqlite3.Connection = connect(*arguments, **options)
        made.set_trace_callback(before)
        return made

    sqlite3.connect = traced  # type: ignore[assignment]


def _trace_asyncpg(before: Callable[[str], None]) -> None:
    """Whatever SQLAlchemy has asyncpg do passes one of three methods; readers are left out, who only roll back."""
    from asyncpg.protocol.protocol import Protocol  # noqa: PLC0415 - after the bot is imported, in the process that is to die

    reading: set[int] = set()  # by connection

    def asked(protocol: Any, statement: str) -> None:
        if statement.startswith("BEGIN"):
            (reading.add if "READ ONLY" in statement else reading.discard)(id(protocol))
        if id(protocol) not in reading:
            before(statement)

    def trace(name: str) -> None:
        original = getattr(Protocol, name)

        def traced(self: Any, *arguments: Any, **options: Any) -> Coroutine[Any, Any, Any]:
            first, *_ = (*arguments, *options.values())  # a statement's text, or one that was prepared
            asked(self, first if isinstance(first, str) else first.query)
            done: Coroutine[Any, Any, Any] = original(self, *arguments, **options)
            return done

        setattr(Protocol, name, traced)

    for name in ("query", "bind_execute", "bind_execute_many"):
        trace(name)
