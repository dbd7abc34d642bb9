"""Let the database itself keep draws and their tickets what they are."""

from alembic import op

revision = "0012_ticket_guards"
down_revision = "0011_rooms"
branch_labels = None
depends_on = None

# What may follow what in a log is as before; new is whose list LOCK counts: of a draw that
# sells tickets its row has the number, which is that of the tickets (draw_is_counted).
LOG_GUARD = """
CREATE OR REPLACE FUNCTION proof_log_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last proof_log%ROWTYPE;
    said jsonb := NEW.entry::jsonb;
    previous bytea := decode(repeat('00', 32), 'hex');
BEGIN
    SELECT * INTO last FROM proof_log WHERE draw_id = NEW.draw_id ORDER BY seq DESC LIMIT 1;
    IF FOUND THEN previous := decode(last.hash, 'hex'); END IF;
    IF NEW.seq <> COALESCE(last.seq + 1, 0)
        OR (COALESCE(last.entry_type, '-'), NEW.entry_type) NOT IN (
            ('-', 'COMMIT'), ('COMMIT', 'LOCK'), ('COMMIT', 'VOID'), ('LOCK', 'BEACON'),
            ('LOCK', 'REVEAL'), ('LOCK', 'VOID'), ('BEACON', 'RESULT'), ('REVEAL', 'RESULT'))
    THEN
        RAISE EXCEPTION 'log of %: % (%) cannot follow % (%)', NEW.draw_id, NEW.entry_type,
            NEW.seq, last.entry_type, last.seq USING ERRCODE = 'restrict_violation';
    END IF;
    IF said->>'draw_id' IS DISTINCT FROM NEW.draw_id
        OR said->>'type' IS DISTINCT FROM NEW.entry_type
        OR (said->>'seq')::bigint IS DISTINCT FROM NEW.seq
        OR (said->>'ts')::bigint < COALESCE((last.entry::jsonb->>'ts')::bigint, 0)
        OR NEW.hash <> encode(sha256(
            '\\x4c4344312f6c6f6700'::bytea || int8send(NEW.seq) || previous
            || sha256(convert_to(NEW.entry, 'UTF8'))), 'hex')
    THEN
        RAISE EXCEPTION 'log of %: entry % does not chain', NEW.draw_id, NEW.seq
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.entry_type = 'LOCK' AND (said->'body'->>'n')::bigint <> coalesce(
        (SELECT total_entries FROM draws WHERE proof_id = NEW.draw_id),
        (SELECT count(*) FROM proof_entries WHERE draw_id = NEW.draw_id))
    THEN
        RAISE EXCEPTION 'log of %: LOCK counts other entries', NEW.draw_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

# Once per INSERT statement, however many tickets it has; never the plan of the empty
# table of the first day: hence enable_seqscan.
TICKETS_GUARD = """
CREATE FUNCTION tickets_follow() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    new_ones record;
    d draws%ROWTYPE;
BEGIN
    FOR new_ones IN
        SELECT draw_id, min(position) AS first, max(position) AS last, count(*) AS many,
               min(issued_ms) AS from_ms, max(issued_ms) AS until_ms,
               count(leaf) AS leaves, max(total_entries_at_purchase) AS total
        FROM added GROUP BY draw_id
    LOOP
        SELECT * INTO d FROM draws WHERE draw_id = new_ones.draw_id;
        IF NOT FOUND OR d.status <> 'open'
            OR NOT EXISTS (SELECT FROM proof_log
                WHERE draw_id = d.proof_id AND seq = 0 AND entry_type = 'COMMIT')
            OR EXISTS (SELECT FROM proof_log WHERE draw_id = d.proof_id AND seq > 0)
            OR new_ones.from_ms < extract(epoch FROM d.opens_at) * 1000
            OR new_ones.until_ms >= extract(epoch FROM d.locks_at) * 1000
        THEN
            RAISE EXCEPTION 'draw %: tickets are sold from COMMIT to LOCK, while it is open',
                new_ones.draw_id USING ERRCODE = 'restrict_violation',
                TABLE = 'tickets', CONSTRAINT = 'tickets_of_an_open_draw';
        END IF;
        IF new_ones.last - new_ones.first + 1 <> new_ones.many
            OR new_ones.first <> 1 + coalesce((SELECT max(position) FROM tickets
                WHERE draw_id = d.draw_id AND position < new_ones.first), 0)
            OR new_ones.last <> d.total_entries OR new_ones.total <> d.total_entries
        THEN
            RAISE EXCEPTION 'draw %: positions % to % leave a gap or are not counted',
                d.draw_id, new_ones.first, new_ones.last USING ERRCODE = 'restrict_violation',
                TABLE = 'tickets', CONSTRAINT = 'tickets_without_gap';
        END IF;
        IF new_ones.leaves <> (CASE d.kind WHEN 'daily' THEN new_ones.many ELSE 0 END) THEN
            RAISE EXCEPTION 'draw %: a leaf for each ticket of a day, none for a room',
                d.draw_id USING ERRCODE = 'restrict_violation',
                TABLE = 'tickets', CONSTRAINT = 'tickets_have_leaves';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER tickets_follow AFTER INSERT ON tickets
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION tickets_follow();
"""

BLOCKS_GUARD = """
CREATE FUNCTION ticket_block_is_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM draws WHERE draw_id = NEW.draw_id AND kind = 'daily'
            AND status = 'open' AND total_entries >= (NEW.block + 1) * 1024)
        OR (NEW.block > 0 AND NOT EXISTS (SELECT FROM ticket_blocks
            WHERE draw_id = NEW.draw_id AND block = NEW.block - 1))
    THEN
        RAISE EXCEPTION 'draw %: block % is not full', NEW.draw_id, NEW.block
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ticket_block_is_full BEFORE INSERT ON ticket_blocks
    FOR EACH ROW EXECUTE FUNCTION ticket_block_is_full();
"""

# A draw is born open and announced, or void because nobody announced it.
BIRTH_GUARD = """
CREATE FUNCTION draw_is_announced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.total_entries <> 0 OR NEW.locked_at IS NOT NULL OR NEW.refund_cursor IS NOT NULL
        OR NOT (NEW.status = 'void' AND NEW.kind = 'daily' AND NEW.proof_id IS NULL
                AND NEW.refunded_at IS NOT NULL
            OR NEW.status = 'open' AND NEW.proof_id = NEW.draw_id
                AND EXISTS (SELECT FROM proofs p JOIN proof_log l USING (draw_id)
                    WHERE p.draw_id = NEW.draw_id AND p.status = 'committed' AND l.seq = 0
                    AND (p.kind, p.opens_at, p.locks_at)
                        = (NEW.kind, NEW.opens_at, NEW.locks_at)
                    AND (l.entry::jsonb #> '{body,params}') @> jsonb_build_object(
                        'currency', NEW.currency, 'price', NEW.price_minor,
                        'fee_bps', NEW.fee_bps, 'winners', 1, 'rules_sha256',
                        encode(sha256(convert_to(NEW.rules_text, 'UTF8')), 'hex'))))
    THEN
        RAISE EXCEPTION 'draw % is not the one that was announced', NEW.draw_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draw_is_announced BEFORE INSERT ON draws
    FOR EACH ROW EXECUTE FUNCTION draw_is_announced();
"""

# Every sale passes here, so a sale's own change is let through before anything is looked up.
FORWARD_GUARD = """
CREATE FUNCTION draw_moves_forward() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    body jsonb;
BEGIN
    IF (NEW.draw_id, NEW.kind, NEW.draw_date, NEW.currency, NEW.price_minor, NEW.fee_bps,
            NEW.fewest_entries, NEW.most_per_person, NEW.rules_text, NEW.opens_at)
        IS DISTINCT FROM (OLD.draw_id, OLD.kind, OLD.draw_date, OLD.currency,
            OLD.price_minor, OLD.fee_bps, OLD.fewest_entries, OLD.most_per_person,
            OLD.rules_text, OLD.opens_at)
        OR NEW.changed_at <= OLD.changed_at
    THEN
        RAISE EXCEPTION 'draw %: its terms are sealed', OLD.draw_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'draw_terms_sealed';
    END IF;
    IF NEW.total_entries <> OLD.total_entries
        AND (NEW.total_entries < OLD.total_entries
            OR (OLD.status, NEW.status) <> ('open', 'open'))
    THEN
        RAISE EXCEPTION 'draw %: the count only grows, and only while it is open', OLD.draw_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'draw_count_grows';
    END IF;
    IF (NEW.proof_id, NEW.locks_at) IS DISTINCT FROM (OLD.proof_id, OLD.locks_at)
        AND NOT (OLD.kind = 'room' AND (OLD.status, NEW.status) = ('open', 'open')
            AND OLD.proof_id = OLD.draw_id AND NEW.proof_id = OLD.draw_id || '-2'
            AND EXISTS (SELECT FROM proofs WHERE draw_id = NEW.proof_id AND kind = 'room'
                AND status = 'committed' AND locks_at = NEW.locks_at)
            AND EXISTS (SELECT FROM proof_log
                WHERE draw_id = OLD.proof_id AND entry_type = 'VOID'))
    THEN
        RAISE EXCEPTION 'draw %: its lock is brought forward once, by a new COMMIT',
            OLD.draw_id USING ERRCODE = 'restrict_violation',
            CONSTRAINT = 'draw_announced_again_once';
    END IF;
    IF (NEW.refund_cursor, NEW.refunded_entries, NEW.refunded_at) IS DISTINCT FROM
            (OLD.refund_cursor, OLD.refunded_entries, OLD.refunded_at)
        AND NOT (OLD.status = 'void' AND OLD.refunded_at IS NULL
                AND NEW.refund_cursor > coalesce(OLD.refund_cursor,
                    '00000000-0000-0000-0000-000000000000'::uuid)
                AND NEW.refunded_entries > OLD.refunded_entries
            OR (OLD.status, NEW.status) IN (('open', 'void'), ('locked', 'void'))
                AND NEW.total_entries = 0)
    THEN
        RAISE EXCEPTION 'draw %: money goes back person by person, once', OLD.draw_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'draw_refund_forward';
    END IF;
    IF NEW.status = OLD.status THEN
        IF (NEW.winning_position, NEW.winner_id, NEW.void_reason, NEW.locked_at,
                NEW.closed_at) IS DISTINCT FROM (OLD.winning_position, OLD.winner_id,
                OLD.void_reason, OLD.locked_at, OLD.closed_at)
        THEN
            RAISE EXCEPTION 'draw %: what happened stands', OLD.draw_id
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'draw_history_stands';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.status, NEW.status) NOT IN (('open', 'locked'), ('open', 'void'),
            ('locked', 'drawn'), ('locked', 'void'))
        OR (NEW.status = 'locked') IS DISTINCT FROM
            (NEW.locked_at IS DISTINCT FROM OLD.locked_at)
    THEN
        RAISE EXCEPTION 'draw %: forward only (% to %)', OLD.draw_id, OLD.status, NEW.status
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'draw_forward_only';
    END IF;
    SELECT entry::jsonb -> 'body' INTO body FROM proof_log
        WHERE draw_id = NEW.proof_id AND entry_type = CASE NEW.status
            WHEN 'locked' THEN 'LOCK' WHEN 'drawn' THEN 'RESULT' ELSE 'VOID' END;
    IF NOT FOUND
        OR NEW.status = 'locked' AND (body ->> 'n')::bigint <> NEW.total_entries
        OR NEW.status = 'drawn' AND NOT (
            (body #>> '{winners,0,position}')::bigint = NEW.winning_position - 1
            AND EXISTS (SELECT FROM tickets WHERE draw_id = NEW.draw_id
                AND position = NEW.winning_position AND user_id = NEW.winner_id))
    THEN
        RAISE EXCEPTION 'draw %: the public log does not say so (%)', OLD.draw_id, NEW.status
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'draw_as_in_log';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draw_moves_forward BEFORE UPDATE ON draws
    FOR EACH ROW EXECUTE FUNCTION draw_moves_forward();
"""

# At COMMIT, once per sale: the tickets are there, and so is their money.
COUNT_GUARD = """
CREATE FUNCTION draw_is_counted() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    d draws%ROWTYPE;
    held bigint;
BEGIN
    -- The row as it is at COMMIT, not as it was when the trigger was queued.
    SELECT * INTO d FROM draws WHERE draw_id = NEW.draw_id;
    IF d.total_entries <> coalesce(
        (SELECT max(position) FROM tickets WHERE draw_id = d.draw_id), 0)
    THEN
        RAISE EXCEPTION 'draw %: % tickets are counted and not sold', d.draw_id,
            d.total_entries USING ERRCODE = 'restrict_violation', TABLE = 'draws',
            CONSTRAINT = 'draw_is_counted';
    END IF;
    SELECT balance_minor INTO held FROM ledger_accounts
        WHERE kind = 'pot' AND owner = d.draw_id AND currency = d.currency;
    IF coalesce(held, 0) <> (CASE d.status
        WHEN 'drawn' THEN 0
        WHEN 'void' THEN (d.total_entries - d.refunded_entries)::bigint * d.price_minor
            * (10000 - d.fee_bps) / 10000
        ELSE d.prize_pool_minor END)
    THEN
        RAISE EXCEPTION 'draw %: the pot holds %', d.draw_id, held
            USING ERRCODE = 'restrict_violation', TABLE = 'draws',
            CONSTRAINT = 'draw_pot_is_whole';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER draw_is_counted AFTER UPDATE ON draws
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION draw_is_counted();
"""
GUARDS = (LOG_GUARD, TICKETS_GUARD, BLOCKS_GUARD, BIRTH_GUARD, FORWARD_GUARD, COUNT_GUARD)


def upgrade() -> None:
    """Apply."""
    for guard in GUARDS:
        op.execute(guard)
    for table in ("tickets", "ticket_blocks"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE TRIGGER draws_stay BEFORE DELETE OR TRUNCATE ON draws"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
