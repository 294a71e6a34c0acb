"""PostgreSQL: how its transactions run, and which of its troubles pass (docs/decisions/0018-postgresql.md)."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

from sqlalchemy import URL, NullPool, event
from sqlalchemy.engine.interfaces import ExceptionContext, IsolationLevel
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.store.columns import read_json

_CONNECT_SECONDS: Final = 10
_COMMAND_SECONDS: Final = 20  # longer than any statement of ours takes; beyond it the server is taken to be gone
_TRUSTED_SECONDS: Final = 2.0  # for so long after its last use a connection needs no look whether it lives
_LOOK_SECONDS: Final = 3.0  # the server answers that look by then, or the connections that we have lead nowhere
# A process whose machine vanished or froze holds nothing for long: the server finds out within 11 s that nobody is there, and
# ends a transaction in which nobody has said anything for 15 s.
_SESSION: Final = {
    "application_name": "plan-e",
    "jit": "off",  # a statement about thousands of ids looks dear and is not: compiling it would cost more than running it
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "15s",
}
_PASSING_CLASSES: Final = ("08", "40", "53")  # connection exception, transaction rollback, insufficient resources
_PASSING: Final = {
    "25006",  # read_only_sql_transaction: a standby that is about to be the server
    "25P03",  # idle_in_transaction_session_timeout
    "55P03",  # lock_not_available
    "57P01",  # admin_shutdown
    "57P02",  # crash_shutdown
    "57P03",  # cannot_connect_now
    "57P05",  # idle_session_timeout
}
_NO_ROOM: Final = {"25006", "53100"}  # read_only_sql_transaction, disk_full


class Unreachable(Exception):
    """The server cannot be reached right now, or the way to it broke off."""


def writers(url: URL, *, size: int) -> AsyncEngine:
    """Transactions that write: READ COMMITTED, so that whoever waited for a lock sees what its holder did."""
    return _pooled(url, size=size, isolation_level="READ COMMITTED")


def readers(url: URL, *, size: int) -> AsyncEngine:
    """Transactions that only read, all of it from one moment."""
    return _pooled(url, size=size, isolation_level="REPEATABLE READ").execution_options(postgresql_readonly=True)


def _pooled(url: URL, *, size: int, isolation_level: IsolationLevel) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_use_lifo=True,  # after an outage the first that works is taken again, and those that lead nowhere are left alone
        isolation_level=isolation_level,
        json_deserializer=read_json,
        connect_args=_arguments(),
    )
    event.listen(engine.sync_engine, "checkin", _used)
    event.listen(engine.sync_engine, "checkout", _look)
    event.listen(engine.sync_engine, "close", _close_at_once)
    event.listen(engine.sync_engine, "handle_error", _give_up_the_silent)
    return engine


# A way that was lost (a pulled cable, a firewall that forgot) is silent: nothing ever says that the connections over it are dead.
# They are found by a look when they were idle, and by the time that a statement takes; then none of the pool's is used again.
def _used(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _look(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    if time.monotonic() - record.info.get("used", time.monotonic()) < _TRUSTED_SECONDS:
        return
    try:
        connection.run_async(lambda driver: driver.execute(";", timeout=_LOOK_SECONDS))
    except Exception as error:
        connection.run_async(_abandon)
        raise InvalidatePoolError("the server does not answer") from error


def _close_at_once(connection: Any, _record: Any) -> None:
    """Nothing is open on it any more, and a goodbye would wait for a server that may not be there."""
    connection.run_async(_abandon)


async def _abandon(driver: Any) -> None:
    driver.terminate()


def _give_up_the_silent(context: ExceptionContext) -> None:
    if isinstance(context.original_exception, TimeoutError):
        context.is_disconnect = True


def sessions(url: URL, **settings: str) -> AsyncEngine:
    """Connections that are kept for their session's sake (its locks, what it listens to): each statement by itself, no pool."""
    arguments = _arguments(**settings)
    return create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=arguments)


def _arguments(**settings: str) -> dict[str, Any]:
    return {"timeout": _CONNECT_SECONDS, "command_timeout": _COMMAND_SECONDS, "server_settings": _SESSION | settings}


@asynccontextmanager
async def connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection; Unreachable where there is none to be had, or it breaks off in a block that asks nobody but the database."""
    async with AsyncExitStack() as stack:
        try:
            connection = await stack.enter_async_context(engine.connect())
        except (OSError, PoolTimeout) as error:
            raise Unreachable(str(error) or repr(error)) from error
        except Exception as error:
            if passes(error):
                raise Unreachable(str(error)) from error
            raise
        try:
            yield connection
        except (ConnectionError, TimeoutError) as error:  # of the driver's, which SQLAlchemy leaves as they are
            raise Unreachable(str(error) or repr(error)) from error


def passes(error: BaseException) -> bool:
    """Whether PostgreSQL says that trying again may help: by its SQLSTATE, whoever wraps it."""
    state = _state(error)
    return state is not None and (state in _PASSING or state.startswith(_PASSING_CLASSES))


def says(error: BaseException) -> bool:
    """Whether it is PostgreSQL that complains."""
    return _state(error) is not None


def has_no_room(error: BaseException) -> bool:
    """Whether PostgreSQL takes no writes for a reason that an operator can mend."""
    return _state(error) in _NO_ROOM


def _state(error: BaseException) -> str | None:
    found = getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None)
    return found if isinstance(found, str) else None
