"""What every test stands on: derandomised hypothesis, a database in memory."""

from hypothesis import settings

from tests.store_fixtures import database, tx

__all__ = ["database", "tx"]

settings.register_profile("plan-e", derandomize=True, deadline=None, database=None)
settings.load_profile("plan-e")
