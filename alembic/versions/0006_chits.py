"""Create the tables of the chit circles."""

import sqlalchemy as sa

from alembic import op

revision = "0006_chits"
down_revision = "0005_notify"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _create_groups()
    _create_draws()
    _create_payments()


def _create_groups() -> None:
    op.create_table(
        "chit_groups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("manager_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("monthly_installment_minor", sa.BigInteger(), nullable=False),
        sa.Column("max_members", sa.Integer(), nullable=False),
        sa.Column("duration_months", sa.Integer(), nullable=False),
        sa.Column("total_value_minor", sa.BigInteger(), nullable=False),
        sa.Column("commission_bps", sa.Integer(), nullable=False),
        sa.Column("gst_bps", sa.Integer(), nullable=False),
        sa.Column("draw_day", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("draw_time", sa.Time(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("short_collection", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("idempotency_key", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "short_collection IN ('collected','foreman_advances')", name="chit_group_short"
        ),
        sa.CheckConstraint("status IN ('forming','active','completed')", name="chit_group_status"),
        sa.CheckConstraint("commission_bps BETWEEN 0 AND 10000", name="chit_group_commission"),
        sa.CheckConstraint("draw_day BETWEEN 1 AND 31", name="chit_group_draw_day"),
        sa.CheckConstraint("duration_months = max_members", name="chit_group_lot_duration"),
        sa.CheckConstraint("gst_bps BETWEEN 0 AND 10000", name="chit_group_gst"),
        sa.CheckConstraint("max_members BETWEEN 2 AND 120", name="chit_group_seats"),
        sa.CheckConstraint("monthly_installment_minor > 0", name="chit_group_instalment_positive"),
        sa.CheckConstraint(
            "total_value_minor = monthly_installment_minor * max_members", name="chit_group_total"
        ),
        sa.ForeignKeyConstraint(["manager_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_index(
        "chit_groups_by_manager", "chit_groups", ["manager_id", "created_at"], unique=False
    )
    op.create_table(
        "receipt_counters",
        sa.Column("manager_id", sa.Uuid(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["manager_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("manager_id"),
    )
    op.create_table(
        "group_members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("seat_number", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("client_seed", sa.String(length=64), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idempotency_key", sa.String(length=80), nullable=False),
        sa.CheckConstraint("length(client_seed) BETWEEN 1 AND 64", name="seat_client_seed"),
        sa.CheckConstraint("seat_number >= 1", name="seat_number_positive"),
        sa.ForeignKeyConstraint(["group_id"], ["chit_groups.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("group_id", "seat_number", name="seat_taken_once"),
    )
    op.create_index("ix_group_members_idempotency_key", "group_members", ["idempotency_key"])
    op.create_index("group_members_by_user", "group_members", ["user_id"], unique=False)
    op.create_table(
        "dues",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("instalment", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("advanced_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(paid_at IS NOT NULL) = (paid_minor = amount_minor)", name="due_paid_at"
        ),
        sa.CheckConstraint(
            "advanced_minor BETWEEN 0 AND amount_minor", name="due_advance_in_range"
        ),
        sa.CheckConstraint("amount_minor > 0", name="due_amount_positive"),
        sa.CheckConstraint("paid_minor BETWEEN 0 AND amount_minor", name="due_never_overpaid"),
        sa.ForeignKeyConstraint(["group_id"], ["chit_groups.id"]),
        sa.ForeignKeyConstraint(["seat_id"], ["group_members.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("seat_id", "instalment", name="due_once_per_instalment"),
    )
    op.create_index("dues_by_group", "dues", ["group_id", "instalment"], unique=False)
    op.create_index(
        "dues_unpaid", "dues", ["due_on"], unique=False, postgresql_where=sa.text("paid_at IS NULL")
    )


def _create_draws() -> None:
    op.create_table(
        "monthly_draws",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("instalment", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.String(length=64), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locks_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_over_reason", sa.String(length=200), nullable=False),
        sa.Column("eligible_count", sa.Integer(), nullable=True),
        sa.Column("winner_seat_id", sa.Uuid(), nullable=True),
        sa.Column("pot_minor", sa.BigInteger(), nullable=False),
        sa.Column("commission_minor", sa.BigInteger(), nullable=False),
        sa.Column("gst_minor", sa.BigInteger(), nullable=False),
        sa.Column("prize_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_out_minor", sa.BigInteger(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'drawn') = (winner_seat_id IS NOT NULL)", name="monthly_draw_winner"
        ),
        sa.CheckConstraint("status IN ('open','locked','drawn')", name="monthly_draw_status"),
        sa.CheckConstraint(
            "pot_minor = commission_minor + gst_minor + prize_minor", name="monthly_draw_adds_up"
        ),
        sa.CheckConstraint(
            "paid_out_minor BETWEEN 0 AND prize_minor", name="monthly_draw_prize_not_exceeded"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["chit_groups.id"]),
        sa.ForeignKeyConstraint(["winner_seat_id"], ["group_members.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("draw_id"),
        sa.UniqueConstraint("group_id", "instalment", name="one_draw_per_instalment"),
        sa.UniqueConstraint("group_id", "winner_seat_id", name="a_seat_wins_once"),
    )
    op.create_index(
        "monthly_draws_pending",
        "monthly_draws",
        ["locks_at"],
        unique=False,
        postgresql_where=sa.text("status <> 'drawn'"),
    )
    op.create_table(
        "prize_payouts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("monthly_draw_id", sa.Uuid(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("deductions_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("idempotency_key", sa.String(length=80), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("deductions_minor >= 0", name="payout_deductions"),
        sa.CheckConstraint("gross_minor - deductions_minor = net_minor", name="payout_adds_up"),
        sa.CheckConstraint("net_minor > 0", name="payout_net_positive"),
        sa.ForeignKeyConstraint(["monthly_draw_id"], ["monthly_draws.id"]),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"]),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_index(
        "ix_prize_payouts_monthly_draw_id", "prize_payouts", ["monthly_draw_id"], unique=False
    )


def _create_payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("manager_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=True),
        sa.Column("provider_payment_id", sa.String(length=100), nullable=True),
        sa.Column("receipt_number", sa.Integer(), nullable=False),
        sa.Column("receipt_code", sa.String(length=20), nullable=False),
        sa.Column("idempotency_key", sa.String(length=80), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(reverses_id IS NULL) = (amount_minor > 0)", name="payment_reversal_is_negative"
        ),
        sa.CheckConstraint("amount_minor <> 0", name="payment_not_zero"),
        sa.CheckConstraint(
            "reverses_id IS NULL OR length(reason) > 0", name="payment_reversal_has_reason"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["chit_groups.id"]),
        sa.ForeignKeyConstraint(["manager_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"]),
        sa.ForeignKeyConstraint(["reverses_id"], ["payments.id"]),
        sa.ForeignKeyConstraint(["seat_id"], ["group_members.id"]),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
        sa.UniqueConstraint("manager_id", "receipt_number", name="receipt_number_once"),
        sa.UniqueConstraint("provider", "provider_payment_id", name="provider_payment_once"),
        sa.UniqueConstraint("receipt_code"),
        sa.UniqueConstraint("reverses_id"),
    )
    op.create_index("payments_by_group", "payments", ["group_id", "received_at"], unique=False)
    op.create_index("payments_by_manager", "payments", ["manager_id", "received_at"], unique=False)
    op.create_index("payments_by_user", "payments", ["user_id", "received_at"], unique=False)
    op.create_table(
        "payment_allocations",
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("due_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name="allocation_not_zero"),
        sa.ForeignKeyConstraint(["due_id"], ["dues.id"]),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"]),
        sa.PrimaryKeyConstraint("payment_id", "due_id"),
    )
    op.create_index(
        "ix_payment_allocations_due_id", "payment_allocations", ["due_id"], unique=False
    )


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
