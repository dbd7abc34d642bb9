"""Create the tables of the chits slice."""

revision = "0006_chits"
down_revision = "0005_notify"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
