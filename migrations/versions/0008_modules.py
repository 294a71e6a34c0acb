"""Modules: what an estimate was counted from, pages or videos at so much each, and when the module came in."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("modules") as batch:
        batch.add_column(sa.Column("estimate_said", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("added_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("modules") as batch:
        batch.drop_column("added_at")
        batch.drop_column("estimate_said")
