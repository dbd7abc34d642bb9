"""Give wallet lines a reference of their own, and people a way to take a break."""

import sqlalchemy as sa

from alembic import op

revision = "0009_wallet_lines"
down_revision = "0008_result_guards"
branch_labels = None
depends_on = None

# A break can be added and made longer by another one; nobody can end it early.
STAYS = """
CREATE TRIGGER self_exclusions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
ON self_exclusions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""

# An entry is joined to its account by the account's key. Planned for some thousand
# accounts, the kept plans read all of them instead, once for each sale.
SETTLE_BY_KEY = (
    "ALTER FUNCTION settle_ledger_entries() SET enable_hashjoin = off",
    "ALTER FUNCTION settle_ledger_entries() SET enable_mergejoin = off",
)


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "ledger_entries",
        sa.Column("reference", sa.String(200), nullable=False, server_default=""),
    )
    op.execute("GRANT INSERT (reference) ON ledger_entries TO luckychit_app")
    op.create_table(
        "self_exclusions",
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("until", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until > created_at", name="self_exclusion_lasts"),
    )
    for statement in (STAYS, *SETTLE_BY_KEY):
        op.execute(statement)


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
