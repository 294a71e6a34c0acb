"""A bell between processes: whoever stored an update rings it, and those who handle them need not wait for their next look."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import postgres
from bot.store.database import Database, is_passing

_CHANNEL: Final = "plan_e"
_PING_SECONDS: Final = 5
_ANSWER_SECONDS: Final = 5
_AGAIN_SECONDS: Final = 1
_RING: Final = text(f"NOTIFY {_CHANNEL}")
_PING: Final = text("SELECT 1")
_log = structlog.get_logger(__name__)


class Bell:
    """PostgreSQL's LISTEN and NOTIFY, beside the transactions: a ring that is lost costs the second until the next look."""

    def __init__(self, database: Database, on_ring: Callable[[], None]) -> None:
        """`on_ring` is called when another process rings, and when some ring may have been missed."""
        self._database = database
        self._on_ring = on_ring
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Ring for the others; many rings in a row are one."""
        self._rung.set()

    async def run(self) -> None:
        """Listen and ring until cancelled."""
        sessions = postgres.sessions(self._database.url, synchronous_commit="off")  # a ring is nothing to keep
        try:
            while True:
                try:
                    async with postgres.connected(sessions) as connection:
                        await self._listen(connection)
                except Exception as error:
                    if not is_passing(error):
                        raise
                    _log.warning("the bell cannot be heard, trying again", error=str(error))
                await asyncio.sleep(_AGAIN_SECONDS)
        finally:
            await sessions.dispose()

    async def _listen(self, connection: AsyncConnection) -> None:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        own = driver.get_server_pid()

        def heard(_driver: object, ringer: int, _channel: str, _payload: object) -> None:
            if ringer != own:
                self._on_ring()

        await driver.add_listener(_CHANNEL, heard)
        self._on_ring()
        while True:
            try:
                async with asyncio.timeout(_PING_SECONDS):
                    await self._rung.wait()
            except TimeoutError:
                pass
            statement = _RING if self._rung.is_set() else _PING
            self._rung.clear()
            async with asyncio.timeout(_ANSWER_SECONDS):
                await connection.execute(statement)
