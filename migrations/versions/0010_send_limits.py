"""Send limits that several processes share; which message an item of the outbox became, and which are set aside."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "send_limits",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_send_limits")),
    )
    op.add_column("outbox", sa.Column("made", sa.String(length=64), nullable=True))  # no rebuilding: the table may be large
    for name, columns, where in (
        ("ix_outbox_made", ["line", "ended_at"], sa.text("made IS NOT NULL")),
        ("ix_outbox_aside", ["line"], sa.text("state IN ('abandoned', 'held')")),
    ):
        op.create_index(name, "outbox", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name in ("ix_outbox_aside", "ix_outbox_made"):
        op.drop_index(name, table_name="outbox")
    op.drop_column("outbox", "made")
    op.drop_table("send_limits")
