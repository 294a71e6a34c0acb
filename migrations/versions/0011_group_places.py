"""Groups: the server a channel belongs to, a role that may change the settings, and where digests go."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("groups") as batch:
        batch.add_column(sa.Column("server", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("admin_role", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("digest_topic", sa.String(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("groups") as batch:
        batch.drop_column("digest_topic")
        batch.drop_column("admin_role")
        batch.drop_column("server")
