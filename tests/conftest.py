"""What every test stands on: derandomised hypothesis, a database in memory, a PostgreSQL for those who ask."""

from hypothesis import settings

from tests.postgres import postgres, postgres_template, postgres_url
from tests.store_fixtures import database, tx

__all__ = ["database", "postgres", "postgres_template", "postgres_url", "tx"]

settings.register_profile("plan-e", derandomize=True, deadline=None, database=None)
settings.load_profile("plan-e")
