"""SQLite connections that stay open, and whose transactions begin and end without SQLAlchemy between.

To fetch a connection, begin, commit and put it back takes SQLAlchemy 0.3 ms of processor time, ten times as long as a statement
(docs/decisions/0021-prepared-statements.md).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.inline import InlineConnection


class Kept:
    """The connections of an engine, at most `size` of them; whoever finds all in use waits."""

    def __init__(self, engine: AsyncEngine, *, size: int) -> None:
        self._engine = engine
        self._idle: list[AsyncConnection] = []
        self._room = asyncio.Semaphore(size)

    @asynccontextmanager
    async def transaction(self, *, writes: bool) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes, and commits at its end; or one that reads, and of which nothing is kept.

        Where an error leaves it, the connection is closed: SQLAlchemy takes back what was written.
        """
        async with self._room:
            connection = self._idle.pop() if self._idle else await self._engine.connect()
            try:
                inline = _inline(connection)
                await inline.begin(immediate=writes)
                yield connection
                if writes:
                    await inline.keep()
                else:
                    await inline.rollback()
            except BaseException:
                await connection.close()
                raise
            self._idle.append(connection)

    async def close(self) -> None:
        """Close those that nobody uses."""
        while self._idle:
            await self._idle.pop().close()
        await self._engine.dispose()


def _inline(connection: AsyncConnection) -> InlineConnection:
    found = inline_of(connection)
    if found is None:
        raise TypeError("only connections that run statements where they are asked for are kept")
    return found


def inline_of(connection: AsyncConnection) -> InlineConnection | None:
    """The connection that runs statements where they are asked for; None on PostgreSQL, where they go through SQLAlchemy."""
    found = connection.sync_connection.connection.driver_connection if connection.sync_connection else None
    return found if isinstance(found, InlineConnection) else None
