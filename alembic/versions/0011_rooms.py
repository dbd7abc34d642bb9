"""Create rooms and their members."""

import sqlalchemy as sa

from alembic import op

revision = "0011_rooms"
down_revision = "0010_tickets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _create_rooms()
    op.execute("GRANT UPDATE (started_at) ON lobbies TO luckychit_app")
    op.execute("GRANT DELETE ON lobby_members TO luckychit_app")


def _create_rooms() -> None:
    op.create_table(
        "lobbies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("draw_id", sa.String(40), nullable=False),
        sa.Column("max_participants", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("code ~ '^[A-HJ-NP-Z2-9]{6,10}$'", name="lobby_code"),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name="lobby_name"),
        sa.CheckConstraint("max_participants BETWEEN 2 AND 50", name="lobby_participants"),
        sa.CheckConstraint("started_at IS NULL OR started_at < expires_at", name="lobby_started"),
        sa.ForeignKeyConstraint(["draw_id"], ["draws.draw_id"]),
        sa.ForeignKeyConstraint(["host_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code", name="lobby_code_once"),
        sa.UniqueConstraint("draw_id", name="lobby_draw_once"),
        sa.UniqueConstraint("host_id", "key", name="lobby_key_once"),
    )
    op.create_table(
        "lobby_members",
        sa.Column("lobby_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lobby_id"], ["lobbies.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("lobby_id", "user_id"),
    )
    op.create_index("lobbies_of_a_person", "lobby_members", ["user_id", "joined_at"])


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
