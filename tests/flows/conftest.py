"""Which database a bot that is a process of its own works on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.outside import Outside, PostgresDatabase, SqliteFile


@pytest.fixture
def outside(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Outside]:
    """The database of a bot that has not run yet: of the engine that the test is given, or a SQLite file."""
    engine = getattr(request, "param", "sqlite")
    if request.config.getoption("--only-engine") not in {None, engine}:
        pytest.skip("for the other engine")
    made: Outside
    made = SqliteFile(tmp_path / "plan-e.db") if engine == "sqlite" else PostgresDatabase(request.getfixturevalue("postgres_url"))
    yield made
    made.close()
