"""Create the tables of the fairness slice."""

revision = "0004_fairness"
down_revision = "0003_wallet"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
