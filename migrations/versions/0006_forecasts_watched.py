"""Every open promise is looked at: does its forecast fall behind its date?"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_timers = sa.table(
    "timers",
    sa.column("kind", sa.String()),
    sa.column("subject", sa.BigInteger()),
    sa.column("due_at", sa.DateTime(timezone=True)),
    sa.column("data", sa.JSON()),
)
_commitments = sa.table("commitments", sa.column("id", sa.BigInteger()), sa.column("state", sa.String()))


def upgrade() -> None:
    due_now = sa.select(sa.literal("pace"), _commitments.c.id, sa.func.current_timestamp(), sa.literal({}, sa.JSON())).where(
        _commitments.c.state == "open"
    )
    op.execute(_timers.insert().from_select(["kind", "subject", "due_at", "data"], due_now))


def downgrade() -> None:
    op.execute(_timers.delete().where(_timers.c.kind == "pace"))
