"""Reviews that can be skipped, counted and rated; promises that are parts of one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("learners") as batch:
        batch.add_column(sa.Column("reviews_a_day", sa.Integer(), server_default="3", nullable=False))
        batch.add_column(sa.Column("long_reviews", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("reviews") as batch:
        batch.add_column(sa.Column("skipped", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("rating", sa.Integer(), nullable=True))
    with op.batch_alter_table("commitments") as batch:
        batch.add_column(sa.Column("part_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch.create_index(batch.f("ix_commitments_part_of"), ["part_of"])
        batch.create_foreign_key(batch.f("fk_commitments_part_of"), "commitments", ["part_of"], ["id"], ondelete="SET NULL")


def downgrade() -> None:
    with op.batch_alter_table("commitments") as batch:
        batch.drop_constraint(batch.f("fk_commitments_part_of"), type_="foreignkey")
        batch.drop_index(batch.f("ix_commitments_part_of"))
        batch.drop_column("part_of")
    with op.batch_alter_table("reviews") as batch:
        batch.drop_column("rating")
        batch.drop_column("skipped")
    with op.batch_alter_table("learners") as batch:
        batch.drop_column("long_reviews")
        batch.drop_column("reviews_a_day")
