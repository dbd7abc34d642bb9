"""Remember who has read which news; let a forming group's terms be edited."""

import sqlalchemy as sa

from alembic import op

revision = "0020_news_reads"
down_revision = "0019_safety"
branch_labels = None
depends_on = None

# A trigger seals them once the group has started.
EDITABLE = (
    "name, monthly_installment_minor, max_members, duration_months, total_value_minor, "
    "commission_bps, gst_bps, draw_day, starts_on, draw_time, time_zone, short_collection"
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "news_reads",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("news_id", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["news_id"], ["news.id"]),
        sa.PrimaryKeyConstraint("user_id", "news_id"),
    )
    op.execute(f"GRANT UPDATE ({EDITABLE}) ON chit_groups TO luckychit_app")


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
