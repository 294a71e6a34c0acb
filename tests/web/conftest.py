"""The worlds of tests/sandbox, for a browser to look at."""

from tests.sandbox.conftest import first_days, home

__all__ = ["first_days", "home"]
