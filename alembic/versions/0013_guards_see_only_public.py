"""Let every guard look at the product's own tables, whatever a connection calls its own."""

from alembic import op

revision = "0013_guards_see_only_public"
down_revision = "0012_ticket_guards"
branch_labels = None
depends_on = None

# A temporary table hides one of the same name from a function without a search path: with a
# proof_log of its own, the app could show a guard whatever log it wants to see.
GUARDS = (
    "draw_is_announced",
    "draw_moves_forward",
    "guard_chit_group",
    "guard_completion",
    "guard_due_moment",
    "guard_due_payments",
    "guard_lobby",
    "guard_lobby_host",
    "guard_lobby_leaving",
    "guard_lobby_place",
    "guard_lobby_start",
    "guard_monthly_draw",
    "guard_prize_payout",
    "guard_room_ticket",
    "guard_seat",
    "guard_void",
    "guard_winner",
    "proof_entries_open",
    "proof_is_whole",
    "proof_log_follows",
    "proof_moves_forward",
    "refuse_change",
    "ticket_block_is_full",
)


def upgrade() -> None:
    """Apply."""
    for guard in GUARDS:
        op.execute(f"ALTER FUNCTION {guard}() SET search_path = public, pg_temp")


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
