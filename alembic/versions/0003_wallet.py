"""Create the ledger, and the triggers and grants that keep its invariants.

The app's role may only append transactions and entries. Everything that must follow
from an entry (the balance, the wallet) is written here, by functions that run with
the rights of the schema's owner.
"""

import sqlalchemy as sa

from alembic import op

revision = "0003_wallet"
down_revision = "0002_users"
branch_labels = None
depends_on = None

KINDS = (
    "'wallet','hold','pot','chit_pot','chit_prize','commission','gst',"
    "'foreman_advance','clearing','house','suspense'"
)
NEVER_NEGATIVE = "'wallet','hold','pot','chit_pot','chit_prize'"

# The one place that decides the order of locks. Rows that everybody needs come last,
# so that they are held for the shortest time.
LOCK_ACCOUNTS = """
CREATE FUNCTION lock_ledger_accounts(wanted bigint[]) RETURNS SETOF ledger_accounts
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM ledger_accounts WHERE id = ANY (wanted)
    ORDER BY kind IN ('pot', 'commission', 'gst', 'clearing', 'house', 'suspense'), id
    FOR NO KEY UPDATE
$$
"""

# Once per INSERT statement, however many entries it has. The plans are kept, so they
# must not be those of the empty table of the first day: hence enable_seqscan.
SETTLE_ENTRIES = """
CREATE FUNCTION settle_ledger_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    wrong record;
BEGIN
    -- A transaction gets its entries from the database transaction that wrote it, all
    -- in one statement: after that nothing can be added, whatever was checked when.
    SELECT t.id INTO wrong
    FROM (SELECT transaction_id, count(*) AS entries FROM fresh GROUP BY transaction_id) f
    JOIN transactions t ON t.id = f.transaction_id
    WHERE t.written_in <> (pg_current_xact_id()::text)::bigint
       OR f.entries <> (SELECT count(*) FROM ledger_entries e WHERE e.transaction_id = t.id)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transaction % is complete: no entry can be added', wrong.id
            USING ERRCODE = 'restrict_violation', TABLE = 'ledger_entries',
                  CONSTRAINT = 'ledger_transaction_complete';
    END IF;

    PERFORM FROM lock_ledger_accounts(ARRAY(SELECT DISTINCT account_id FROM fresh));

    SELECT f.account_id INTO wrong
    FROM (
        SELECT account_id, balance_after_minor,
               sum(amount_minor) OVER (PARTITION BY account_id ORDER BY id) AS moved_minor
        FROM fresh
    ) f
    JOIN ledger_accounts a ON a.id = f.account_id
    WHERE f.balance_after_minor IS DISTINCT FROM
          CASE WHEN a.kind = 'wallet' THEN a.balance_minor + f.moved_minor END
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'balance_after_minor of ledger account % is wrong', wrong.account_id
            USING ERRCODE = 'check_violation', TABLE = 'ledger_entries',
                  CONSTRAINT = 'ledger_entry_balance_after';
    END IF;

    WITH moved AS (
        UPDATE ledger_accounts a SET balance_minor = a.balance_minor + f.moved_minor
        FROM (
            SELECT account_id, sum(amount_minor) AS moved_minor FROM fresh GROUP BY account_id
        ) f
        WHERE a.id = f.account_id
        RETURNING a.user_id, a.kind, a.currency, a.balance_minor
    )
    UPDATE wallets w
    SET balance_minor = coalesce(m.wallet_minor, w.balance_minor),
        pending_withdrawal_minor = coalesce(m.hold_minor, w.pending_withdrawal_minor)
    FROM (
        SELECT user_id, currency,
               max(balance_minor) FILTER (WHERE kind = 'wallet') AS wallet_minor,
               max(balance_minor) FILTER (WHERE kind = 'hold') AS hold_minor
        FROM moved WHERE user_id IS NOT NULL GROUP BY user_id, currency
    ) m
    WHERE w.user_id = m.user_id AND w.currency = m.currency;
    RETURN NULL;
END $$
"""

# At COMMIT, once per transaction.
CHECK_TRANSACTION = """
CREATE FUNCTION check_ledger_transaction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET enable_seqscan = off AS $$
BEGIN
    IF (SELECT count(*) FROM ledger_entries WHERE transaction_id = NEW.id) < 2 THEN
        RAISE EXCEPTION 'transaction % has fewer than two entries', NEW.id
            USING ERRCODE = 'check_violation', TABLE = 'transactions',
                  CONSTRAINT = 'transaction_has_entries';
    END IF;
    IF EXISTS (
        SELECT FROM ledger_entries WHERE transaction_id = NEW.id
        GROUP BY currency HAVING sum(amount_minor) <> 0
    ) THEN
        RAISE EXCEPTION 'transaction % does not sum to zero', NEW.id
            USING ERRCODE = 'check_violation', TABLE = 'transactions',
                  CONSTRAINT = 'transaction_balanced';
    END IF;
    IF NEW.reverses_id IS NOT NULL AND EXISTS (
        SELECT FROM transactions WHERE id = NEW.reverses_id AND reverses_id IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'transaction % reverses a reversal', NEW.id
            USING ERRCODE = 'check_violation', TABLE = 'transactions',
                  CONSTRAINT = 'transaction_reversal_is_final';
    END IF;
    IF NEW.reverses_id IS NOT NULL AND EXISTS (
        SELECT FROM ledger_entries WHERE transaction_id IN (NEW.id, NEW.reverses_id)
        GROUP BY account_id HAVING sum(amount_minor) <> 0
    ) THEN
        RAISE EXCEPTION 'transaction % is not the opposite of what it reverses', NEW.id
            USING ERRCODE = 'check_violation', TABLE = 'transactions',
                  CONSTRAINT = 'transaction_reversal_is_opposite';
    END IF;
    RETURN NULL;
END $$
"""

OPEN_WALLET = """
CREATE FUNCTION open_wallet() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO wallets (user_id, currency) VALUES (NEW.user_id, NEW.currency)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$
"""

TRIGGERS = (
    """
    CREATE TRIGGER ledger_entries_settle AFTER INSERT ON ledger_entries
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION settle_ledger_entries()
    """,
    """
    CREATE CONSTRAINT TRIGGER transaction_check AFTER INSERT ON transactions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_ledger_transaction()
    """,
    """
    CREATE TRIGGER ledger_account_opens_wallet AFTER INSERT ON ledger_accounts
    FOR EACH ROW WHEN (NEW.user_id IS NOT NULL) EXECUTE FUNCTION open_wallet()
    """,
    # The app has no right to any of these; the owner is kept from them by mistake.
    """
    CREATE TRIGGER transactions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON transactions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER ledger_accounts_stay BEFORE DELETE OR TRUNCATE
    ON ledger_accounts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER ledger_accounts_keep_their_name
    BEFORE UPDATE OF id, kind, owner, currency, user_id ON ledger_accounts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER wallets_stay BEFORE DELETE OR TRUNCATE
    ON wallets FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
)

GRANTS = (
    "REVOKE INSERT ON ledger_accounts, transactions, ledger_entries, wallets FROM luckychit_app",
    "GRANT INSERT (kind, owner, currency, user_id) ON ledger_accounts TO luckychit_app",
    "GRANT INSERT (id, idempotency_key, kind, reference, user_id, reverses_id, reason, created_at) ON transactions TO luckychit_app",
    "GRANT INSERT (transaction_id, account_id, currency, amount_minor, balance_after_minor) ON ledger_entries TO luckychit_app",
    "REVOKE ALL ON FUNCTION lock_ledger_accounts(bigint[]), settle_ledger_entries(), check_ledger_transaction(), open_wallet() FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION lock_ledger_accounts(bigint[]) TO luckychit_app",
)
FUNCTIONS = (LOCK_ACCOUNTS, SETTLE_ENTRIES, CHECK_TRANSACTION, OPEN_WALLET)


def upgrade() -> None:
    """Apply."""
    _create_accounts()
    _create_transactions()
    _create_entries()
    for statement in (*FUNCTIONS, *TRIGGERS, *GRANTS):
        op.execute(statement)


def _create_accounts() -> None:
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("owner", sa.String(100), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id")),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False, server_default="0"),
        sa.UniqueConstraint("kind", "owner", "currency", name="ledger_account_once"),
        sa.UniqueConstraint("id", "currency", name="ledger_account_currency"),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="ledger_account_kind"),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="ledger_account_currency_code"),
        sa.CheckConstraint("length(owner) > 0", name="ledger_account_owner"),
        sa.CheckConstraint(
            "(kind IN ('wallet','hold')) = (user_id IS NOT NULL)"
            " AND (user_id IS NULL OR owner = user_id::text)",
            name="ledger_account_person",
        ),
        sa.CheckConstraint(
            f"balance_minor >= 0 OR kind NOT IN ({NEVER_NEGATIVE})",
            name="ledger_account_not_overdrawn",
        ),
    )
    op.create_table(
        "wallets",
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("currency", sa.String(3), primary_key=True),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("pending_withdrawal_minor", sa.BigInteger(), nullable=False, server_default="0"),
        sa.CheckConstraint("balance_minor >= 0", name="wallet_not_overdrawn"),
        sa.CheckConstraint("pending_withdrawal_minor >= 0", name="wallet_hold_not_overdrawn"),
    )
    # Room on each page for the next version of a row: balances change all the time.
    op.execute("ALTER TABLE ledger_accounts SET (fillfactor = 70)")
    op.execute("ALTER TABLE wallets SET (fillfactor = 70)")


def _create_transactions() -> None:
    op.create_table(
        "transactions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("idempotency_key", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("reference", sa.String(200), nullable=False, server_default=""),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id")),
        sa.Column("reverses_id", sa.Uuid(), sa.ForeignKey("transactions.id")),
        sa.Column("reason", sa.String(300), nullable=False, server_default=""),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "written_in",
            sa.BigInteger(),
            nullable=False,
            server_default=sa.text("(pg_current_xact_id()::text)::bigint"),
        ),
        sa.UniqueConstraint("idempotency_key", name="transaction_key_once"),
        sa.UniqueConstraint("reverses_id", name="transaction_reversed_once"),
        sa.CheckConstraint("length(idempotency_key) > 0", name="transaction_key_present"),
        sa.CheckConstraint("kind ~ '^[a-z][a-z_]*$'", name="transaction_kind"),
        sa.CheckConstraint("reverses_id <> id", name="transaction_not_own_reversal"),
        sa.CheckConstraint(
            "(reverses_id IS NULL) = (reason = '')", name="transaction_reversal_has_reason"
        ),
        sa.CheckConstraint(
            "(reverses_id IS NOT NULL) = (kind = 'reversal')", name="transaction_reversal_kind"
        ),
    )
    op.create_index("transactions_by_user", "transactions", ["user_id", "created_at"])


def _create_entries() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("transaction_id", sa.Uuid(), sa.ForeignKey("transactions.id"), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("balance_after_minor", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["account_id", "currency"],
            ["ledger_accounts.id", "ledger_accounts.currency"],
            name="ledger_entry_in_currency_of_account",
        ),
        sa.CheckConstraint("amount_minor <> 0", name="ledger_entry_not_zero"),
    )
    op.create_index("ledger_entries_by_account", "ledger_entries", ["account_id", "id"])
    op.create_index("ledger_entries_by_transaction", "ledger_entries", ["transaction_id"])


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
