"""What every test stands on: derandomised hypothesis, a database in memory, a PostgreSQL for those who ask."""

import pytest
from hypothesis import settings

from tests.postgres import clean_postgres_url, empty_postgres_url, postgres, postgres_template, postgres_url, postgres_used
from tests.store_fixtures import database, database_url, pytest_addoption, pytest_generate_tests, tx

__all__ = [
    "clean_postgres_url",
    "database",
    "database_url",
    "empty_postgres_url",
    "postgres",
    "postgres_template",
    "postgres_url",
    "postgres_used",
    "pytest_addoption",
    "pytest_generate_tests",
    "tx",
]

settings.register_profile("plan-e", derandomize=True, deadline=None, database=None)
settings.load_profile("plan-e")

_FIRST = ("tests/simulation/test_worlds", "tests/simulation/", "tests/flows/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first: what is left at the end is short, and several workers end at the same time."""
    items.sort(key=lambda item: next((n for n, begin in enumerate(_FIRST) if item.nodeid.startswith(begin)), len(_FIRST)))
