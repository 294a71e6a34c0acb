"""Alembic's migrations. They never import `bot`: what a table was like then must not change with the code."""
