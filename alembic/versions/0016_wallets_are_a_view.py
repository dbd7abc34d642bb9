"""Make a wallet what the ledger says, not a copy of it, and name accounts only once."""

from alembic import op

revision = "0016_wallets_are_a_view"
down_revision = "0015_tickets_held"
branch_labels = None
depends_on = None

# As in 0014 up to the balances: no copy is written any more, and only a wallet with several
# lines in one statement has them compared one by one.
SETTLE_ENTRIES = """
CREATE OR REPLACE FUNCTION settle_ledger_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    wrong record;
    reversal record;
BEGIN
    -- A transaction gets its entries from the database transaction that wrote it, all
    -- in one statement: after that nothing can be added, whatever was checked when.
    SELECT f.transaction_id AS id, t.id IS NULL AS is_missing INTO wrong
    FROM (SELECT transaction_id, count(*) AS entries FROM fresh GROUP BY transaction_id) f
    LEFT JOIN transactions t ON t.id = f.transaction_id
    WHERE t.id IS NULL
       OR t.written_in <> (pg_current_xact_id()::text)::bigint
       OR f.entries <> (SELECT count(*) FROM ledger_entries e
                        WHERE e.transaction_id = f.transaction_id)
    LIMIT 1;
    IF FOUND AND wrong.is_missing THEN
        RAISE EXCEPTION 'there is no transaction %', wrong.id
            USING ERRCODE = 'foreign_key_violation', TABLE = 'ledger_entries',
                  CONSTRAINT = 'ledger_entry_of_a_transaction';
    ELSIF FOUND THEN
        RAISE EXCEPTION 'transaction % is complete: no entry can be added', wrong.id
            USING ERRCODE = 'restrict_violation', TABLE = 'ledger_entries',
                  CONSTRAINT = 'ledger_transaction_complete';
    END IF;

    -- These are all its entries, so what must be true of all is asked here. At COMMIT it is
    -- too late: who makes the deferred check speak while a statement is writing is never
    -- asked again.
    SELECT transaction_id AS id INTO wrong FROM fresh
    GROUP BY transaction_id, currency HAVING sum(amount_minor) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transaction % does not sum to zero', wrong.id
            USING ERRCODE = 'check_violation', TABLE = 'transactions',
                  CONSTRAINT = 'transaction_balanced';
    END IF;
    -- First what is undone, then what undoes it: whoever reversed a transaction before its
    -- entries were there would not be looked at again.
    SELECT r.reverses_id AS id INTO wrong
    FROM (SELECT DISTINCT transaction_id FROM fresh) f
    JOIN transactions r ON r.reverses_id = f.transaction_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transaction % is reversed already', wrong.id
            USING ERRCODE = 'restrict_violation', TABLE = 'transactions',
                  CONSTRAINT = 'transaction_reversed_afterwards';
    END IF;
    FOR reversal IN
        SELECT t.id, t.reverses_id AS original_id, o.id IS NULL AS is_of_nothing,
               o.reverses_id IS NOT NULL AS is_of_a_reversal
        FROM (SELECT DISTINCT transaction_id FROM fresh) f
        JOIN transactions t ON t.id = f.transaction_id
        LEFT JOIN transactions o ON o.id = t.reverses_id
        WHERE t.reverses_id IS NOT NULL
    LOOP
        IF reversal.is_of_nothing THEN
            RAISE EXCEPTION 'transaction % reverses what is not there', reversal.id
                USING ERRCODE = 'foreign_key_violation', TABLE = 'transactions',
                      CONSTRAINT = 'transaction_reverses_something';
        END IF;
        IF reversal.is_of_a_reversal THEN
            RAISE EXCEPTION 'transaction % reverses a reversal', reversal.id
                USING ERRCODE = 'check_violation', TABLE = 'transactions',
                      CONSTRAINT = 'transaction_reversal_is_final';
        END IF;
        IF EXISTS (
            SELECT FROM ledger_entries WHERE transaction_id IN (reversal.id, reversal.original_id)
            GROUP BY account_id HAVING sum(amount_minor) <> 0
        ) THEN
            RAISE EXCEPTION 'transaction % is not the opposite of what it reverses', reversal.id
                USING ERRCODE = 'check_violation', TABLE = 'transactions',
                      CONSTRAINT = 'transaction_reversal_is_opposite';
        END IF;
    END LOOP;

    -- In the one order, so that nobody waits in a ring. What this transaction has locked
    -- already (xmax is its own) stands in that order.
    PERFORM FROM lock_ledger_accounts(ARRAY(
        SELECT DISTINCT f.account_id FROM fresh f JOIN ledger_accounts a ON a.id = f.account_id
        WHERE a.xmax <> pg_current_xact_id()::xid));

    WITH legs AS (
        SELECT account_id, currency, sum(amount_minor)::bigint AS moved_minor,
               count(*) AS entries, max(balance_after_minor) AS said_minor
        FROM fresh GROUP BY account_id, currency
    ), moved AS (
        UPDATE ledger_accounts a SET balance_minor = a.balance_minor + l.moved_minor
        FROM legs l WHERE a.id = l.account_id AND a.currency = l.currency
        RETURNING a.id, a.kind = 'wallet' AND l.entries > 1 AS has_steps,
            l.said_minor IS NOT DISTINCT FROM
                CASE WHEN a.kind = 'wallet' THEN a.balance_minor END AS is_right
    )
    SELECT (SELECT count(*) FROM legs) - count(*) AS homeless,
           min(id) FILTER (WHERE NOT is_right AND NOT has_steps) AS account_id,
           array_agg(id) FILTER (WHERE has_steps) AS stepped
    INTO wrong FROM moved;
    IF wrong.homeless > 0 THEN
        RAISE EXCEPTION 'an entry is not in the currency of its account'
            USING ERRCODE = 'foreign_key_violation', TABLE = 'ledger_entries',
                  CONSTRAINT = 'ledger_entry_in_currency_of_account';
    END IF;
    IF wrong.account_id IS NULL AND wrong.stepped IS NOT NULL THEN
        -- A wallet with several lines: each says what was there before the later ones.
        SELECT account_id INTO wrong FROM (
            SELECT f.account_id, f.balance_after_minor, a.balance_minor - coalesce(
                sum(f.amount_minor) OVER (PARTITION BY f.account_id ORDER BY f.id DESC
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS expected_minor
            FROM fresh f JOIN ledger_accounts a ON a.id = f.account_id
            WHERE f.account_id = ANY (wrong.stepped)
        ) step WHERE balance_after_minor IS DISTINCT FROM expected_minor LIMIT 1;
    END IF;
    IF wrong.account_id IS NOT NULL THEN
        RAISE EXCEPTION 'balance_after_minor of ledger account % is wrong', wrong.account_id
            USING ERRCODE = 'check_violation', TABLE = 'ledger_entries',
                  CONSTRAINT = 'ledger_entry_balance_after';
    END IF;
    RETURN NULL;
END $$
"""

# A view cannot differ from what it shows.
WALLETS = (
    "DROP TRIGGER ledger_account_opens_wallet ON ledger_accounts",
    "DROP FUNCTION open_wallet()",
    "DROP TABLE wallets",
    """
    CREATE VIEW wallets WITH (security_invoker = true) AS
    SELECT user_id, currency,
           coalesce(sum(balance_minor) FILTER (WHERE kind = 'wallet'), 0)::bigint
               AS balance_minor,
           coalesce(sum(balance_minor) FILTER (WHERE kind = 'hold'), 0)::bigint
               AS pending_withdrawal_minor
    FROM ledger_accounts WHERE user_id IS NOT NULL GROUP BY user_id, currency
    """,
    # By which the view is read. It costs a change of balance nothing: it does not hold it.
    "CREATE INDEX ledger_accounts_by_user ON ledger_accounts (user_id)",
    "REVOKE ALL ON wallets FROM luckychit_app",
    "GRANT SELECT ON wallets TO luckychit_app",
)

# PostgreSQL asks every check of a row again when only its balance changes: hundreds of times
# in a sale. A name never changes (ledger_accounts_keep_their_name), so it is asked once.
KINDS = (
    "'wallet','hold','pot','chit_pot','chit_prize','commission','gst',"
    "'foreman_advance','clearing','house','suspense'"
)
NAMES = (
    *(
        f"ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_account_{name}"
        for name in ("kind", "currency_code", "owner", "person")
    ),
    f"""
    CREATE FUNCTION name_ledger_account() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        wrong text := CASE
            WHEN NEW.kind NOT IN ({KINDS}) THEN 'kind'
            WHEN NEW.currency !~ '^[A-Z]{{3}}$' THEN 'currency_code'
            WHEN NEW.owner = '' THEN 'owner'
            WHEN (NEW.kind IN ('wallet', 'hold')) <> (NEW.user_id IS NOT NULL)
                OR NEW.owner <> NEW.user_id::text THEN 'person'
        END;
    BEGIN
        IF wrong IS NOT NULL THEN
            RAISE EXCEPTION 'a ledger account % / % / % means nothing',
                NEW.kind, NEW.owner, NEW.currency USING ERRCODE = 'check_violation',
                TABLE = 'ledger_accounts', CONSTRAINT = 'ledger_account_' || wrong;
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER ledger_account_is_named BEFORE INSERT ON ledger_accounts
    FOR EACH ROW EXECUTE FUNCTION name_ledger_account()
    """,
    # As a check is: also in a session that puts triggers to sleep.
    "ALTER TABLE ledger_accounts ENABLE ALWAYS TRIGGER ledger_account_is_named",
)

# One index instead of two: a line is found by its account. The number comes from one
# sequence, and nobody can choose it.
ENTRIES = (
    "ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_pkey",
    "DROP INDEX ledger_entries_by_account",
    "ALTER TABLE ledger_entries ADD PRIMARY KEY (account_id, id)",
)


def upgrade() -> None:
    """Apply."""
    for statement in (SETTLE_ENTRIES, *WALLETS, *NAMES, *ENTRIES):
        op.execute(statement)


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
