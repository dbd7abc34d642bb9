"""Create draws and their tickets, and the guards that keep them what they are."""

import sqlalchemy as sa

from alembic import op

revision = "0010_tickets"
down_revision = "0009_wallet_lines"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _create_draws()
    _create_tickets()
    # Every sale writes the draw's row anew: room for its next version on the same page.
    op.execute("ALTER TABLE draws SET (fillfactor = 50)")
    op.execute(
        "GRANT UPDATE (status, proof_id, locks_at, total_entries, prize_pool_minor,"
        " winning_position, winner_id, void_reason, locked_at, closed_at, refund_cursor,"
        " refunded_entries, refunded_at, changed_at) ON draws TO luckychit_app"
    )


def _create_draws() -> None:
    op.create_table(
        "draws",
        sa.Column("draw_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("draw_date", sa.Date(), nullable=True),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("proof_id", sa.String(64), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_bps", sa.Integer(), nullable=False),
        sa.Column("fewest_entries", sa.Integer(), nullable=False),
        sa.Column("most_per_person", sa.Integer(), nullable=False),
        sa.Column("rules_text", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locks_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total_entries", sa.Integer(), nullable=False),
        sa.Column("prize_pool_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("winning_position", sa.Integer(), nullable=True),
        sa.Column("winner_id", sa.Uuid(), nullable=True),
        sa.Column("void_reason", sa.String(200), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refund_cursor", sa.Uuid(), nullable=True),
        sa.Column("refunded_entries", sa.Integer(), nullable=False),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'daily') = (draw_date IS NOT NULL)", name="draw_has_date"),
        sa.CheckConstraint(
            "(status = 'drawn') = (winning_position IS NOT NULL) AND (winning_position IS NULL) = (winner_id IS NULL)",
            name="draw_winner_whole",
        ),
        sa.CheckConstraint("(status = 'void') = (void_reason <> '')", name="draw_void_reason"),
        sa.CheckConstraint(
            "(status IN ('drawn','void')) = (closed_at IS NOT NULL)", name="draw_closed_at"
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="draw_currency_code"),
        sa.CheckConstraint("kind IN ('daily','room')", name="draw_kind"),
        sa.CheckConstraint(
            "proof_id IS NOT NULL OR (status = 'void' AND total_entries = 0)", name="draw_has_proof"
        ),
        sa.CheckConstraint(
            "refunded_entries BETWEEN 0 AND total_entries"
            " AND (status = 'void' OR (refunded_entries = 0 AND refunded_at IS NULL))"
            " AND (refunded_at IS NULL OR refunded_entries = total_entries)",
            name="draw_refunded_when_void",
        ),
        sa.CheckConstraint("status IN ('open','locked','drawn','void')", name="draw_status"),
        sa.CheckConstraint("fee_bps BETWEEN 0 AND 10000", name="draw_fee"),
        sa.CheckConstraint("fewest_entries >= 1", name="draw_fewest"),
        sa.CheckConstraint("most_per_person >= 1", name="draw_most"),
        sa.CheckConstraint("opens_at < locks_at", name="draw_opens_before_lock"),
        sa.CheckConstraint("price_minor > 0", name="draw_price"),
        sa.CheckConstraint(
            "prize_pool_minor = total_entries::bigint * price_minor * (10000 - fee_bps) / 10000",
            name="draw_pool",
        ),
        sa.CheckConstraint("total_entries >= 0", name="draw_count"),
        sa.CheckConstraint("winning_position BETWEEN 1 AND total_entries", name="draw_winner_sold"),
        sa.ForeignKeyConstraint(["proof_id"], ["proofs.draw_id"]),
        sa.ForeignKeyConstraint(["winner_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("draw_id"),
        sa.UniqueConstraint("draw_date", name="draw_once_a_day"),
        sa.UniqueConstraint("proof_id", name="draw_proof_once"),
    )
    op.create_index(
        "draws_at_work",
        "draws",
        ["locks_at"],
        postgresql_where=sa.text("status IN ('open','locked')"),
    )
    op.create_index("draws_ended", "draws", ["closed_at"])
    op.create_index(
        "draws_to_refund",
        "draws",
        ["draw_id"],
        postgresql_where=sa.text("status = 'void' AND refunded_at IS NULL"),
    )


def _create_tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("draw_id", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(80), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("client_seed", sa.String(64), nullable=False),
        sa.Column("issued_ms", sa.BigInteger(), nullable=False),
        sa.Column("total_entries_at_purchase", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(key IS NULL) = (quantity IS NULL)", name="ticket_purchase_whole"),
        sa.CheckConstraint("length(client_seed) BETWEEN 1 AND 64", name="ticket_client_seed"),
        sa.CheckConstraint(
            "octet_length(salt) = 16 AND octet_length(seal) = 32 AND octet_length(leaf) = 32",
            name="ticket_bytes",
        ),
        sa.CheckConstraint("position >= 1", name="ticket_position"),
        sa.CheckConstraint("quantity BETWEEN 1 AND 100", name="ticket_quantity"),
        sa.PrimaryKeyConstraint("draw_id", "position"),
        sa.UniqueConstraint("user_id", "draw_id", "key", name="ticket_key_once"),
    )
    op.create_table(
        "ticket_blocks",
        sa.Column("draw_id", sa.String(40), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("block >= 0", name="ticket_block_place"),
        sa.CheckConstraint("octet_length(root) = 32", name="ticket_block_root"),
        sa.ForeignKeyConstraint(["draw_id"], ["draws.draw_id"]),
        sa.PrimaryKeyConstraint("draw_id", "block"),
    )


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
