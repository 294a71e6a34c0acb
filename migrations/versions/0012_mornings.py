"""Mornings: timers, and the modules of a plan, are found in the order in which they are wanted."""

from collections.abc import Sequence

from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.drop_index(op.f("ix_timers_due_at"), "timers")
    op.create_index(op.f("ix_timers_due_at"), "timers", ["due_at", "kind", "subject"])
    op.drop_index(op.f("ix_tracks_plan_id"), "tracks")
    op.create_index(op.f("ix_tracks_plan_id_position_id"), "tracks", ["plan_id", "position", "id"])
    op.drop_index(op.f("ix_modules_track_id"), "modules")
    op.create_index(op.f("ix_modules_track_id_position_id"), "modules", ["track_id", "position", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_modules_track_id_position_id"), "modules")
    op.create_index(op.f("ix_modules_track_id"), "modules", ["track_id"])
    op.drop_index(op.f("ix_tracks_plan_id_position_id"), "tracks")
    op.create_index(op.f("ix_tracks_plan_id"), "tracks", ["plan_id"])
    op.drop_index(op.f("ix_timers_due_at"), "timers")
    op.create_index(op.f("ix_timers_due_at"), "timers", ["due_at"])
