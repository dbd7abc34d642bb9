"""Let the guards of the ledger look at all entries of a transaction together, and once."""

from alembic import op

revision = "0014_settle_in_one_pass"
down_revision = "0013_guards_see_only_public"
branch_labels = None
depends_on = None

# A foreign key asks once for each row, which was a fifth of all that a sale costs the
# database. The function below asks the same for a whole statement: it refuses an entry
# whose transaction is not there, and one that is not in the currency of its account. The
# other half of the keys, that nothing which is named may go, was and is held by
# refuse_change: no transaction and no account is ever deleted or renamed.
KEYS = (
    "ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_transaction_id_fkey",
    "ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entry_in_currency_of_account",
    "ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_account_currency",
)

# Once per INSERT statement, however many entries it has. The plans are kept, so they must
# not be those of the empty tables of the first day: hence the settings.
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
        SELECT account_id, currency, sum(amount_minor) AS moved_minor,
               array_agg(amount_minor ORDER BY id) AS amounts,
               array_agg(balance_after_minor ORDER BY id) AS said
        FROM fresh GROUP BY account_id, currency
    ), moved AS (
        UPDATE ledger_accounts a SET balance_minor = a.balance_minor + l.moved_minor
        FROM legs l WHERE a.id = l.account_id AND a.currency = l.currency
        RETURNING WITH (OLD AS was, NEW AS is_now) a.id, a.user_id, a.kind, a.currency,
            was.balance_minor AS before_minor, is_now.balance_minor, l.amounts, l.said
    ), shown AS (
        UPDATE wallets w
        SET balance_minor = coalesce(m.wallet_minor, w.balance_minor),
            pending_withdrawal_minor = coalesce(m.hold_minor, w.pending_withdrawal_minor)
        FROM (
            SELECT user_id, currency,
                   max(balance_minor) FILTER (WHERE kind = 'wallet') AS wallet_minor,
                   max(balance_minor) FILTER (WHERE kind = 'hold') AS hold_minor
            FROM moved WHERE user_id IS NOT NULL GROUP BY user_id, currency
        ) m
        WHERE w.user_id = m.user_id AND w.currency = m.currency
    )
    SELECT (SELECT count(*) FROM legs) - count(*) AS homeless,
           min(id) FILTER (WHERE said::numeric[] IS DISTINCT FROM CASE
               WHEN kind <> 'wallet' THEN array_fill(NULL::numeric, ARRAY[cardinality(said)])
               WHEN cardinality(said) = 1 THEN ARRAY[balance_minor::numeric]
               ELSE ARRAY(SELECT before_minor + sum(step) OVER (ORDER BY place)
                    FROM unnest(amounts) WITH ORDINALITY AS each (step, place) ORDER BY place)
               END) AS account_id
    INTO wrong FROM moved;
    IF wrong.homeless > 0 THEN
        RAISE EXCEPTION 'an entry is not in the currency of its account'
            USING ERRCODE = 'foreign_key_violation', TABLE = 'ledger_entries',
                  CONSTRAINT = 'ledger_entry_in_currency_of_account';
    END IF;
    IF wrong.account_id IS NOT NULL THEN
        RAISE EXCEPTION 'balance_after_minor of ledger account % is wrong', wrong.account_id
            USING ERRCODE = 'check_violation', TABLE = 'ledger_entries',
                  CONSTRAINT = 'ledger_entry_balance_after';
    END IF;
    RETURN NULL;
END $$
"""

# At COMMIT, once per transaction. What its entries must be was asked when they were written.
CHECK_TRANSACTION = """
CREATE OR REPLACE FUNCTION check_ledger_transaction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET enable_seqscan = off AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_entries WHERE transaction_id = NEW.id) THEN
        RAISE EXCEPTION 'transaction % has no entries', NEW.id
            USING ERRCODE = 'check_violation', TABLE = 'transactions',
                  CONSTRAINT = 'transaction_has_entries';
    END IF;
    RETURN NULL;
END $$
"""


# Before the account is there, so that no entry can come before the wallet that shows it.
OPEN_WALLET = (
    "DROP TRIGGER ledger_account_opens_wallet ON ledger_accounts",
    """
    CREATE OR REPLACE FUNCTION open_wallet() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        INSERT INTO wallets (user_id, currency) VALUES (NEW.user_id, NEW.currency)
        ON CONFLICT DO NOTHING;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER ledger_account_opens_wallet BEFORE INSERT ON ledger_accounts
    FOR EACH ROW WHEN (NEW.user_id IS NOT NULL) EXECUTE FUNCTION open_wallet()
    """,
)


def upgrade() -> None:
    """Apply."""
    for statement in (SETTLE_ENTRIES, CHECK_TRANSACTION, *OPEN_WALLET, *KEYS):
        op.execute(statement)


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
