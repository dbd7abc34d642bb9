"""Let the database itself refuse what only a cheat or a bug would write about a draw."""

from alembic import op

revision = "0008_result_guards"
down_revision = "0007_chits_guards"
branch_labels = None
depends_on = None

# The winner is the one whom the public log names, and nobody else.
WINNER_GUARD = """
CREATE FUNCTION guard_winner() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    picked text;
    seat integer;
BEGIN
    SELECT entry::jsonb #>> '{body,winners,0,ticket_id}' INTO picked FROM proof_log
        WHERE draw_id = NEW.draw_id AND entry_type = 'RESULT';
    SELECT seat_number INTO seat FROM group_members
        WHERE id = NEW.winner_seat_id AND group_id = NEW.group_id;
    IF (picked = NEW.draw_id || '-' || lpad(seat::text, 5, '0')) IS NOT TRUE THEN
        RAISE EXCEPTION 'the public log of % does not name this winner', NEW.draw_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER monthly_draw_winner_is_proved
    BEFORE INSERT OR UPDATE OF status, winner_seat_id, draw_id ON monthly_draws
    FOR EACH ROW WHEN (NEW.status = 'drawn') EXECUTE FUNCTION guard_winner();
"""

# Once a list is frozen, only a round that has not come for a day ends the draw without a
# result: else whoever sees the outcome first could draw again until it suits.
VOID_GUARD = """
CREATE FUNCTION guard_void() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    born timestamptz;
BEGIN
    SELECT beacon_at INTO born FROM proofs WHERE draw_id = NEW.draw_id;
    IF EXISTS (SELECT FROM proof_log WHERE draw_id = NEW.draw_id AND entry_type = 'LOCK')
        AND ((NEW.entry::jsonb ->> 'ts')::bigint
             >= extract(epoch FROM born) * 1000 + 86400000) IS NOT TRUE
    THEN
        RAISE EXCEPTION 'log of %: a closed list waits a day for its round', NEW.draw_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proof_log_void_in_time BEFORE INSERT ON proof_log
    FOR EACH ROW WHEN (NEW.entry_type = 'VOID') EXECUTE FUNCTION guard_void();
"""

# What a due has received is what payments gave it, and a moment is not put back later.
DUE_GUARD = """
CREATE FUNCTION guard_due_moment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'when a due was paid changes only with what was paid'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER due_moment_stands BEFORE UPDATE OF paid_at ON dues
    FOR EACH ROW WHEN (OLD.paid_at <> NEW.paid_at AND OLD.paid_minor = NEW.paid_minor)
    EXECUTE FUNCTION guard_due_moment();

CREATE FUNCTION guard_due_payments() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given bigint;
    held bigint;
BEGIN
    SELECT coalesce(sum(amount_minor), 0) INTO given FROM payment_allocations
        WHERE due_id = NEW.id;
    -- The row as it is at COMMIT, not as it was when the trigger was queued.
    SELECT paid_minor INTO held FROM dues WHERE id = NEW.id;
    IF given <> held THEN
        RAISE EXCEPTION 'due %: payments gave % and not %', NEW.id, given, held
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER due_is_paid_by_payments AFTER UPDATE OF paid_minor ON dues
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_due_payments();
"""

# A group is completed when every month is drawn and paid, and none of its money is left.
COMPLETION_GUARD = """
CREATE FUNCTION guard_completion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM dues WHERE group_id = NEW.id AND paid_at IS NULL)
        OR (SELECT count(*) FROM monthly_draws WHERE group_id = NEW.id
            AND status = 'drawn' AND paid_out_minor = prize_minor) <> NEW.duration_months
        OR EXISTS (SELECT FROM ledger_accounts
            WHERE kind IN ('chit_pot', 'chit_prize', 'foreman_advance') AND balance_minor <> 0
            AND split_part(owner, ':', 1) = NEW.id::text)
    THEN
        RAISE EXCEPTION 'group % is not at its end', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER chit_group_ends_at_zero BEFORE UPDATE OF status ON chit_groups
    FOR EACH ROW WHEN (NEW.status = 'completed' AND OLD.status = 'active')
    EXECUTE FUNCTION guard_completion();
"""


def upgrade() -> None:
    """Apply."""
    for guard in (WINNER_GUARD, VOID_GUARD, DUE_GUARD, COMPLETION_GUARD):
        op.execute(guard)


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
