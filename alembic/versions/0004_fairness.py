"""Create the proofs of draws, and the guards that keep them what they were."""

import sqlalchemy as sa

from alembic import op

revision = "0004_fairness"
down_revision = "0003_wallet"
branch_labels = None
depends_on = None

# What may follow what in a log; a draw whose beacon is known can only end in a result.
LOG_GUARD = """
CREATE FUNCTION proof_log_follows() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF NEW.entry_type = 'LOCK' AND (said->'body'->>'n')::bigint <> (
        SELECT count(*) FROM proof_entries WHERE draw_id = NEW.draw_id)
    THEN
        RAISE EXCEPTION 'log of %: LOCK counts other entries', NEW.draw_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proof_log_follows BEFORE INSERT ON proof_log
    FOR EACH ROW EXECUTE FUNCTION proof_log_follows();
"""

ENTRY_GUARD = """
CREATE FUNCTION proof_entries_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The share lock makes a LOCK wait for this list, and this list for a LOCK.
    PERFORM 1 FROM proofs WHERE draw_id IN (SELECT draw_id FROM added) FOR SHARE;
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT draw_id FROM added) AS a
        LEFT JOIN proofs AS p ON p.draw_id = a.draw_id AND p.status = 'committed'
        LEFT JOIN proof_log AS c ON c.draw_id = a.draw_id AND c.seq = 0
        LEFT JOIN proof_log AS l ON l.draw_id = a.draw_id AND l.seq > 0
        WHERE p.draw_id IS NULL OR c.draw_id IS NULL OR l.draw_id IS NOT NULL)
    THEN
        RAISE EXCEPTION 'entries are only taken by an open draw whose COMMIT is public'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER proof_entries_open AFTER INSERT ON proof_entries
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION proof_entries_open();
"""

STATUS_GUARD = """
CREATE FUNCTION proof_moves_forward() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    needed text := CASE NEW.status WHEN 'locked' THEN 'LOCK' WHEN 'drawn' THEN 'RESULT'
                   WHEN 'void' THEN 'VOID' END;
    said jsonb;
BEGIN
    IF (OLD.status, NEW.status) NOT IN (('committed', 'locked'), ('committed', 'void'),
            ('locked', 'drawn'), ('locked', 'void'))
        OR (NEW.draw_id, NEW.kind, NEW.params, NEW.params_hash, NEW.opens_at, NEW.locks_at,
            NEW.beacon_round, NEW.beacon_at, NEW.committed_at) IS DISTINCT FROM
           (OLD.draw_id, OLD.kind, OLD.params, OLD.params_hash, OLD.opens_at, OLD.locks_at,
            OLD.beacon_round, OLD.beacon_at, OLD.committed_at)
        OR (NEW.status <> 'locked' AND (NEW.n, NEW.root, NEW.locked_at) IS DISTINCT FROM
            (OLD.n, OLD.root, OLD.locked_at))
    THEN
        RAISE EXCEPTION 'proof %: sealed, and forward only (% to %)', OLD.draw_id, OLD.status,
            NEW.status USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT (entry::jsonb)->'body' INTO said FROM proof_log
        WHERE draw_id = NEW.draw_id AND entry_type = needed;
    IF NOT FOUND OR (needed = 'LOCK' AND (said->>'root', (said->>'n')::bigint)
        IS DISTINCT FROM (NEW.root::text, NEW.n))
    THEN
        RAISE EXCEPTION 'proof %: the log does not say %', NEW.draw_id, NEW.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proof_moves_forward BEFORE UPDATE ON proofs
    FOR EACH ROW EXECUTE FUNCTION proof_moves_forward();
"""

BIRTH_GUARD = """
CREATE FUNCTION proof_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM proof_seeds WHERE draw_id = NEW.draw_id)
        OR NOT EXISTS (SELECT 1 FROM proof_log WHERE draw_id = NEW.draw_id AND seq = 0)
        OR NEW.status <> 'committed'
    THEN
        RAISE EXCEPTION 'proof %: seed and COMMIT come with it', NEW.draw_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER proof_is_whole AFTER INSERT ON proofs
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION proof_is_whole();
"""


def upgrade() -> None:
    """Apply."""
    _create_proofs()
    _create_parts()
    for guard in (LOG_GUARD, ENTRY_GUARD, STATUS_GUARD, BIRTH_GUARD):
        op.execute(guard)
    for table, refused in (
        ("proofs", "DELETE"),
        ("proof_seeds", "UPDATE OR DELETE"),
        ("proof_log", "UPDATE OR DELETE"),
        ("proof_entries", "UPDATE OR DELETE"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_stay BEFORE {refused} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute("GRANT UPDATE (status, n, root, locked_at, closed_at) ON proofs TO luckychit_app")


def _create_proofs() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "proofs",
        sa.Column("draw_id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("params", sa.LargeBinary, nullable=False),
        sa.Column("params_hash", sa.String(64), nullable=False),
        sa.Column("opens_at", moment, nullable=False),
        sa.Column("locks_at", moment, nullable=False),
        sa.Column("beacon_round", sa.BigInteger),
        sa.Column("beacon_at", moment),
        sa.Column("n", sa.BigInteger),
        sa.Column("root", sa.String(64)),
        sa.Column("committed_at", moment, nullable=False),
        sa.Column("locked_at", moment),
        sa.Column("closed_at", moment),
        sa.CheckConstraint("kind IN ('daily','monthly','room')", name="proof_kind"),
        sa.CheckConstraint("status IN ('committed','locked','drawn','void')", name="proof_status"),
        sa.CheckConstraint("opens_at < locks_at", name="proof_opens_before_lock"),
        sa.CheckConstraint(
            "(beacon_round IS NULL) = (beacon_at IS NULL)", name="proof_beacon_whole"
        ),
        sa.CheckConstraint("beacon_at > locks_at", name="proof_beacon_after_lock"),
        sa.CheckConstraint(
            "(n IS NULL) = (root IS NULL) AND (n IS NULL) = (locked_at IS NULL)",
            name="proof_lock_whole",
        ),
        sa.CheckConstraint("n >= 0", name="proof_count"),
        sa.CheckConstraint(
            "(status IN ('drawn','void')) = (closed_at IS NOT NULL)", name="proof_closed_at"
        ),
    )
    op.create_index("proofs_finished", "proofs", ["closed_at", "draw_id"])
    op.create_index(
        "proofs_awaiting", "proofs", ["beacon_at"], postgresql_where=sa.text("status = 'locked'")
    )


def _draw_id() -> sa.Column:
    return sa.Column("draw_id", sa.String(64), sa.ForeignKey("proofs.draw_id"), primary_key=True)


def _create_parts() -> None:
    op.create_table(
        "proof_seeds",
        _draw_id(),
        sa.Column("nonce", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "proof_log",
        _draw_id(),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("entry_type", sa.String(10), nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.UniqueConstraint("draw_id", "entry_type", name="one_log_entry_of_a_type"),
        sa.CheckConstraint(
            "entry_type IN ('COMMIT','LOCK','BEACON','REVEAL','RESULT','VOID')",
            name="log_entry_type",
        ),
    )
    op.create_table(
        "proof_entries",
        _draw_id(),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("ticket_id", sa.String(80), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("client_seed", sa.String(64), nullable=False),
        sa.Column("issued_ms", sa.BigInteger, nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.UniqueConstraint("draw_id", "ticket_id", name="ticket_once_per_draw"),
        sa.CheckConstraint("position >= 0", name="proof_entry_position"),
        sa.CheckConstraint("length(client_seed) BETWEEN 1 AND 64", name="proof_entry_client_seed"),
        sa.CheckConstraint("length(salt) = 16", name="proof_entry_salt"),
    )


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
