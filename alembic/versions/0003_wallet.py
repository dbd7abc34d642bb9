"""Create the tables of the wallet slice."""

revision = "0003_wallet"
down_revision = "0002_users"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
