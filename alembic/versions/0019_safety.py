"""Create the limits that people set themselves for depositing and for playing."""

import sqlalchemy as sa

from alembic import op

revision = "0019_safety"
down_revision = "0018_audit_trail"
branch_labels = None
depends_on = None

# A limit is replaced by another line, which tells from when on; nothing is taken back.
STAYS = """
CREATE TRIGGER play_limits_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
ON play_limits FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "play_limits",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("takes_effect_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("kind IN ('deposit','play')", name="play_limits_kind"),
        sa.CheckConstraint("period IN ('day','week','month')", name="play_limits_period"),
        sa.CheckConstraint("amount_minor >= 0", name="play_limits_not_negative"),
        sa.CheckConstraint(
            "takes_effect_at = created_at OR takes_effect_at >= created_at + interval '24 hours'",
            name="play_limits_at_once_or_a_day_later",
        ),
    )
    op.create_index("play_limits_by_user", "play_limits", ["user_id", "kind", "period", "id"])
    op.execute(STAYS)


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
