"""What every test stands on: derandomised hypothesis."""

from hypothesis import settings

settings.register_profile("plan-e", derandomize=True, deadline=None, database=None)
settings.load_profile("plan-e")
