"""Create the tables of the users slice."""

revision = "0002_users"
down_revision = "0001_roles"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
