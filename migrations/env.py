"""How alembic reaches the database: the connection is handed over by bot/store/migrate.py."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write the types of ours as what they are in the database, so that migrations never import `bot`."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


connection = context.config.attributes["connection"]
sqlite = connection.dialect.name == "sqlite"
context.configure(
    connection=connection,
    target_metadata=context.config.attributes["metadata"],
    render_item=render_item,
    render_as_batch=sqlite,
    compare_type=True,
    transactional_ddl=True,  # SQLite can, once its driver leaves transactions alone
)
with context.begin_transaction():
    context.run_migrations()
if sqlite:  # batch mode rebuilds tables, so foreign keys are off meanwhile: with them on, a parent took its children along
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"the migration left rows without their parents: {broken[:5]}")
