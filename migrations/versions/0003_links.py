"""One person on two platforms: codes, wrong tries, and what moved between learners."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "link_codes",
        sa.Column("learner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_link_codes_learner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("learner_id", name=op.f("pk_link_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_link_codes_code")),
    )
    op.create_table(
        "link_tries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("learner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_link_tries_learner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_tries")),
    )
    op.create_index(op.f("ix_link_tries_learner_id"), "link_tries", ["learner_id"])
    op.create_table(
        "link_moves",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("learner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_link_moves_learner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_moves")),
    )
    op.create_index("ix_link_moves_learner_id_kind", "link_moves", ["learner_id", "kind"])
    with op.batch_alter_table("identities") as batch:
        batch.create_unique_constraint(batch.f("uq_identities_learner_id_platform"), ["learner_id", "platform"])
    with op.batch_alter_table("learners") as batch:
        batch.add_column(sa.Column("linked_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch.add_column(sa.Column("linked_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_index(batch.f("ix_learners_linked_to"), ["linked_to"])
        batch.create_foreign_key(batch.f("fk_learners_linked_to"), "learners", ["linked_to"], ["id"], ondelete="CASCADE")


def downgrade() -> None:
    with op.batch_alter_table("learners") as batch:
        batch.drop_constraint(batch.f("fk_learners_linked_to"), type_="foreignkey")
        batch.drop_index(batch.f("ix_learners_linked_to"))
        batch.drop_column("linked_at")
        batch.drop_column("linked_to")
    with op.batch_alter_table("identities") as batch:
        batch.drop_constraint(batch.f("uq_identities_learner_id_platform"), type_="unique")
    op.drop_index("ix_link_moves_learner_id_kind", table_name="link_moves")
    op.drop_table("link_moves")
    op.drop_index(op.f("ix_link_tries_learner_id"), table_name="link_tries")
    op.drop_table("link_tries")
    op.drop_table("link_codes")
