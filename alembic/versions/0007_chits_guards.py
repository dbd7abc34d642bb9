"""Guard the history of the chit circles in the database itself."""

from alembic import op

revision = "0007_chits_guards"
down_revision = "0006_chits"
branch_labels = None
depends_on = None

# What may change after a row is written; everything else is sealed by having no grant.
MAY_CHANGE = {
    "chit_groups": "status, started_at, completed_at",
    "group_members": "client_seed",
    "dues": "paid_minor, advanced_minor, paid_at",
    "receipt_counters": "last_number",
    "monthly_draws": (
        "draw_id, attempt, status, locks_at, held_over_reason, eligible_count, winner_seat_id, "
        "pot_minor, commission_minor, gst_minor, prize_minor, paid_out_minor, drawn_at"
    ),
    "prize_payouts": "confirmed_at",
}
APPEND_ONLY = ("payments", "payment_allocations")
NEVER_EMPTIED = (*APPEND_ONLY, "dues", "monthly_draws", "prize_payouts", "chit_groups")

# A group only moves forward, and its terms hold from the first payment to the last prize.
GROUP_GUARD = """
CREATE FUNCTION guard_chit_group() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sealed chit_groups := NEW;
BEGIN
    sealed.status := OLD.status;
    sealed.started_at := OLD.started_at;
    sealed.completed_at := OLD.completed_at;
    IF OLD.status <> 'forming' AND sealed IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'the terms of a started group are sealed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.status, NEW.status) NOT IN (
        ('forming', 'forming'), ('forming', 'active'), ('active', 'active'),
        ('active', 'completed'), ('completed', 'completed')
    ) THEN
        RAISE EXCEPTION 'a group only moves forward' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER chit_group_is_sealed BEFORE UPDATE ON chit_groups
    FOR EACH ROW EXECUTE FUNCTION guard_chit_group();
"""

# The service locks the group's row and counts; this refuses what forgot to.
SEAT_GUARD = """
CREATE FUNCTION guard_seat() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    seat group_members := COALESCE(NEW, OLD);
    found chit_groups;
BEGIN
    SELECT * INTO found FROM chit_groups WHERE id = seat.group_id;
    IF found.status <> 'forming' THEN
        RAISE EXCEPTION 'seats change only while a group is forming'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF seat.seat_number > found.max_members THEN
        RAISE EXCEPTION 'the group has no such seat' USING ERRCODE = 'check_violation';
    END IF;
    RETURN seat;
END $$;
CREATE TRIGGER seat_while_forming BEFORE INSERT OR DELETE ON group_members
    FOR EACH ROW EXECUTE FUNCTION guard_seat();
"""

# A result stands; what was collected for it may still grow with late payments.
DRAW_GUARD = """
CREATE FUNCTION guard_monthly_draw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'drawn' AND (
        NEW.status, NEW.winner_seat_id, NEW.draw_id, NEW.drawn_at, NEW.instalment, NEW.group_id
    ) IS DISTINCT FROM (
        OLD.status, OLD.winner_seat_id, OLD.draw_id, OLD.drawn_at, OLD.instalment, OLD.group_id
    ) THEN
        RAISE EXCEPTION 'a drawn result stands' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.pot_minor < OLD.pot_minor OR NEW.prize_minor < OLD.prize_minor
       OR NEW.commission_minor < OLD.commission_minor OR NEW.gst_minor < OLD.gst_minor
       OR NEW.paid_out_minor < OLD.paid_out_minor THEN
        RAISE EXCEPTION 'what was collected for a draw only grows'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER monthly_draw_stands BEFORE UPDATE ON monthly_draws
    FOR EACH ROW EXECUTE FUNCTION guard_monthly_draw();
"""

# The winner says "received" once; nothing else of a payout ever changes.
PAYOUT_GUARD = """
CREATE FUNCTION guard_prize_payout() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sealed prize_payouts := NEW;
BEGIN
    sealed.confirmed_at := OLD.confirmed_at;
    IF TG_OP = 'DELETE' OR sealed IS DISTINCT FROM OLD OR OLD.confirmed_at IS NOT NULL THEN
        RAISE EXCEPTION 'a payout is kept as it was written' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER prize_payout_stands BEFORE UPDATE OR DELETE ON prize_payouts
    FOR EACH ROW EXECUTE FUNCTION guard_prize_payout();
"""


def upgrade() -> None:
    """Apply."""
    for guard in (GROUP_GUARD, SEAT_GUARD, DRAW_GUARD, PAYOUT_GUARD):
        op.execute(guard)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_is_history BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    for table in NEVER_EMPTIED:
        op.execute(
            f"CREATE TRIGGER {table}_is_kept BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table, columns in MAY_CHANGE.items():
        op.execute(f"GRANT UPDATE ({columns}) ON {table} TO luckychit_app")
    op.execute("GRANT DELETE ON group_members TO luckychit_app")


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
