"""Turns: of several processes one at a time does what only one may; when it dies, the next takes over."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import postgres
from bot.store.database import Database, is_passing
from bot.store.postgres import Unreachable

# Whoever has the turn lets go 5 s after the server last answered it; the server gives the turn away when it has heard nothing for
# 10 s, or at once when the connection ends: the next one begins within 12 s, whatever happened, and no two are at it unless the
# server itself went down and came back within 5 s of a cut line. Two that hear for so long do no harm: what both store is one.
_LOOK_SECONDS: Final = 2
_ANSWER_SECONDS: Final = 3
_SILENT: Final = "10s"
_TAKE: Final = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
_PING: Final = text("SELECT 1")
_log = structlog.get_logger(__name__)

Work = Callable[[], Coroutine[Any, Any, None]]


async def in_turn(database: Database, name: str, work: Work, *, on_turn: Callable[[bool], None] = lambda _mine: None) -> None:
    """Do `work` while it is this process' turn to do what is called `name`, until cancelled or until it ends.

    The turn is a lock of a session of its own on PostgreSQL; when that session is lost, `work` is cancelled at once, and begun
    again when the turn has come back. `on_turn` is told when it comes and goes. On SQLite there is nobody to take turns with.
    """
    if database.is_sqlite:
        on_turn(True)
        await work()
        return
    sessions = postgres.sessions(database.url, idle_session_timeout=_SILENT)
    try:
        while True:
            on_turn(False)
            try:
                async with postgres.connected(sessions) as connection:
                    await _wait(connection, name)
                    _log.info("our turn", turn=name)
                    on_turn(True)
                    await _while_held(connection, work)
                    return
            except Exception as error:
                if not _passes(error):
                    raise
                _log.warning("our turn ends: the database cannot be reached", turn=name, error=str(error))
            await asyncio.sleep(_LOOK_SECONDS)
    finally:
        await sessions.dispose()


def _passes(error: BaseException) -> bool:
    """Whether it, or all that a group of tasks broke with, is the database's passing trouble."""
    if isinstance(error, BaseExceptionGroup):
        return all(_passes(one) for one in error.exceptions)
    return is_passing(error)


async def _wait(connection: AsyncConnection, name: str) -> None:
    while not (await connection.execute(_TAKE, {"name": name})).scalar_one():  # noqa: ASYNC110 - the event is in the database
        await asyncio.sleep(_LOOK_SECONDS)


async def _while_held(connection: AsyncConnection, work: Work) -> None:
    """Do the work, and look every few seconds whether the session lives. Unreachable when it does not any more."""
    over = asyncio.Event()
    driver = (await connection.get_raw_connection()).driver_connection
    if driver is not None:
        driver.add_termination_listener(lambda _driver: over.set())
    lost: Exception | None = None
    async with asyncio.TaskGroup() as tasks:
        working = tasks.create_task(work())
        working.add_done_callback(lambda _task: over.set())
        while lost is None and not working.done():
            try:
                async with asyncio.timeout(_LOOK_SECONDS):
                    await over.wait()
                if not working.done():
                    lost = Unreachable("the session ended")
            except TimeoutError:
                lost = await _lost(connection)
        working.cancel()
    if lost is not None:
        await connection.invalidate()  # a server that has vanished is not said goodbye to
        raise lost


async def _lost(connection: AsyncConnection) -> Exception | None:
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            await connection.execute(_PING)
    except Exception as error:
        if isinstance(error, OSError) or is_passing(error):
            return Unreachable(str(error) or repr(error))
        raise
    return None
