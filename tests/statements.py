"""Which statements reach the database meanwhile, whichever way they take through the store."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from bot.store.database import Tx
from bot.store.kept import inline_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A statement as the driver was given it, with its values; one that was run for several rows has those of the first."""

    text: str
    values: Sequence[Any]
    rows: int = 1


@contextmanager
def overheard(tx: Tx) -> Iterator[list[Asked]]:
    """What is asked of the database within the block."""
    heard: list[Asked] = []
    inline = inline_of(tx)
    if inline is None:
        with _through_sqlalchemy(tx, heard):
            yield heard
        return
    real = inline._connection
    assert real is not None
    inline._connection = _Overheard(real, heard)  # type: ignore[assignment]
    yield heard
    inline._connection = real


@contextmanager
def _through_sqlalchemy(tx: Tx, heard: list[Asked]) -> Iterator[None]:
    def note(_connection: Any, _cursor: Any, text: str, values: Any, _context: Any, many: bool) -> None:
        heard.append(Asked(text, values[0], len(values)) if many else Asked(text, values))

    event.listen(tx.sync_connection, "before_cursor_execute", note)
    yield
    event.remove(tx.sync_connection, "before_cursor_execute", note)


class _Overheard:
    """A connection, or a cursor of it, that notes what it is asked."""

    def __init__(self, real: sqlite3.Connection | sqlite3.Cursor, heard: list[Asked]) -> None:
        self._real = real
        self._heard = heard

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def cursor(self) -> "_Overheard":
        assert isinstance(self._real, sqlite3.Connection)
        return _Overheard(self._real.cursor(), self._heard)

    def execute(self, text: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        self._heard.append(Asked(text, values))
        return self._real.execute(text, values)

    def executemany(self, text: str, several: Sequence[Sequence[Any]]) -> sqlite3.Cursor:
        self._heard.append(Asked(text, several[0], len(several)))
        return self._real.executemany(text, several)
