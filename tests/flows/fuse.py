"""A process that kills itself at a chosen statement: each boundary between two statements is a moment at which it may die."""

import os
import re
import signal
import sqlite3
from itertools import count
from typing import Any, Final

# The count begins where something is at stake: what was said is being stored, or a timer is taken.
FIRST: Final = re.compile(r"(INSERT INTO inbox|(DELETE|UPDATE)\b.*\btimers)\b")
WRITES: Final = ("INSERT", "UPDATE", "DELETE", "BEGIN IMMEDIATE", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")


def lay(length: int) -> None:
    """Let this process die by SIGKILL before it executes its `length`-th statement that writes, from FIRST on."""
    connect, numbers = sqlite3.connect, count(1)
    burning = False

    def before(statement: str) -> None:
        nonlocal burning
        burning = burning or FIRST.match(statement) is not None
        if burning and statement.startswith(WRITES) and next(numbers) == length:
            os.kill(os.getpid(), signal.SIGKILL)

    def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
        made: sqlite3.Connection = connect(*arguments, **options)
        made.set_trace_callback(before)
        return made

    sqlite3.connect = traced  # type: ignore[assignment]
