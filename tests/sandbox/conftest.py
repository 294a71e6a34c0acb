"""One world whose first days are played, for every test of the folder to copy."""

import asyncio
from pathlib import Path

import pytest

from tests.sandbox.ground import copied, made_once


@pytest.fixture(scope="session")
def first_days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first-days")
    asyncio.run(made_once(folder))
    return folder


@pytest.fixture
def home(first_days: Path, tmp_path: Path) -> Path:
    """A folder with a world of one's own."""
    return copied(first_days, tmp_path)
