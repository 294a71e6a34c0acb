"""Pauses and buddies; since when a learner is silent; quiet hours of one's own choosing."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "buddies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("learner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("buddy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["buddy_id"], ["learners.id"], name=op.f("fk_buddies_buddy_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_buddies_learner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buddies")),
        sa.UniqueConstraint("code", name=op.f("uq_buddies_code")),
    )
    op.create_index(op.f("ix_buddies_buddy_id"), "buddies", ["buddy_id"])
    op.create_index(op.f("ix_buddies_learner_id"), "buddies", ["learner_id"])
    op.create_table(
        "pauses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("learner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_pauses_learner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )
    op.create_index("ix_pauses_learner_id_last", "pauses", ["learner_id", "last"])
    with op.batch_alter_table("learners") as batch:
        batch.add_column(sa.Column("quiet_own", sa.Boolean(), nullable=True))
        batch.add_column(sa.Column("heard_day", sa.Date(), nullable=True))
    # Silence is counted from the day of the change on: nobody is paused for what was missed before there were pauses.
    learners = sa.table("learners", sa.column("quiet_own", sa.Boolean()), sa.column("heard_day", sa.Date()))
    op.execute(learners.update().values(quiet_own=sa.false(), heard_day=sa.func.current_date()))
    with op.batch_alter_table("learners") as batch:
        batch.alter_column("quiet_own", existing_type=sa.Boolean(), nullable=False)
        batch.alter_column("heard_day", existing_type=sa.Date(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("learners") as batch:
        batch.drop_column("heard_day")
        batch.drop_column("quiet_own")
    op.drop_index("ix_pauses_learner_id_last", table_name="pauses")
    op.drop_table("pauses")
    op.drop_index(op.f("ix_buddies_learner_id"), table_name="buddies")
    op.drop_index(op.f("ix_buddies_buddy_id"), table_name="buddies")
    op.drop_table("buddies")
