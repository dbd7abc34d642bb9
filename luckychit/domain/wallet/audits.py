"""One query per invariant of the ledger: each returns what breaks it, so nothing."""

AUDITS: dict[str, str] = {
    "transaction_unbalanced": """
        SELECT transaction_id, currency, sum(amount_minor) AS sum_minor
        FROM ledger_entries GROUP BY transaction_id, currency HAVING sum(amount_minor) <> 0
    """,
    "transaction_incomplete": """
        SELECT t.id AS transaction_id, count(e.id) AS entries
        FROM transactions t LEFT JOIN ledger_entries e ON e.transaction_id = t.id
        GROUP BY t.id HAVING count(e.id) < 2
    """,
    "entry_zero": "SELECT id AS entry_id FROM ledger_entries WHERE amount_minor = 0",
    "entry_in_other_currency": """
        SELECT e.id AS entry_id, e.currency, a.currency AS account_currency
        FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
        WHERE e.currency <> a.currency
    """,
    "entry_orphaned": """
        SELECT e.id AS entry_id, e.transaction_id, e.account_id
        FROM ledger_entries e
        LEFT JOIN transactions t ON t.id = e.transaction_id
        LEFT JOIN ledger_accounts a ON a.id = e.account_id
        WHERE t.id IS NULL OR a.id IS NULL
    """,
    "balance_drifted": """
        SELECT a.id AS account_id, a.kind, a.owner, a.currency, a.balance_minor,
               coalesce(e.sum_minor, 0) AS sum_minor
        FROM ledger_accounts a
        LEFT JOIN (
            SELECT account_id, sum(amount_minor) AS sum_minor
            FROM ledger_entries GROUP BY account_id
        ) e ON e.account_id = a.id
        WHERE a.balance_minor <> coalesce(e.sum_minor, 0)
    """,
    "account_overdrawn": """
        SELECT id AS account_id, kind, owner, currency, balance_minor FROM ledger_accounts
        WHERE balance_minor < 0 AND kind IN ('wallet', 'hold', 'pot', 'chit_pot', 'chit_prize')
    """,
    "balance_after_wrong": """
        SELECT entry_id, account_id, balance_after_minor, expected_minor FROM (
            SELECT e.id AS entry_id, e.account_id, e.balance_after_minor,
                   CASE WHEN a.kind = 'wallet' THEN
                       sum(e.amount_minor) OVER (PARTITION BY e.account_id ORDER BY e.id)
                   END AS expected_minor
            FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
        ) line
        WHERE balance_after_minor IS DISTINCT FROM expected_minor
    """,
    "account_misnamed": """
        SELECT id AS account_id, kind, owner, currency, user_id FROM ledger_accounts
        WHERE kind NOT IN (
                'wallet', 'hold', 'pot', 'chit_pot', 'chit_prize', 'commission', 'gst',
                'foreman_advance', 'clearing', 'house', 'suspense')
           OR currency !~ '^[A-Z]{3}$' OR owner = ''
           OR (kind IN ('wallet', 'hold')) <> (user_id IS NOT NULL)
           OR owner <> user_id::text
    """,
    "reversal_not_opposite": """
        SELECT r.id AS transaction_id, r.reverses_id, e.account_id, sum(e.amount_minor) AS sum_minor
        FROM transactions r
        JOIN ledger_entries e ON e.transaction_id IN (r.id, r.reverses_id)
        WHERE r.reverses_id IS NOT NULL
        GROUP BY r.id, r.reverses_id, e.account_id HAVING sum(e.amount_minor) <> 0
    """,
    "reversal_reversed": """
        SELECT r.id AS transaction_id, r.reverses_id
        FROM transactions r JOIN transactions t ON t.id = r.reverses_id
        WHERE t.reverses_id IS NOT NULL
    """,
    "reversed_twice": """
        SELECT reverses_id, count(*) AS reversals FROM transactions
        WHERE reverses_id IS NOT NULL GROUP BY reverses_id HAVING count(*) > 1
    """,
    "key_used_twice": """
        SELECT idempotency_key, count(*) AS transactions FROM transactions
        GROUP BY idempotency_key HAVING count(*) > 1
    """,
    # The next two ask whether the guards still stand: what they guard cannot be seen
    # in the rows once it has happened.
    "guard_missing": """
        SELECT wanted.guard
        FROM (VALUES
            ('ledger_entries_settle'), ('transaction_check'), ('ledger_account_is_named'),
            ('transactions_append_only'), ('ledger_entries_append_only'),
            ('ledger_accounts_stay'), ('ledger_accounts_keep_their_name')
        ) AS wanted (guard)
        LEFT JOIN pg_trigger t
            ON t.tgname = wanted.guard AND t.tgenabled IN ('O', 'A') AND NOT t.tgisinternal
        WHERE t.oid IS NULL
    """,
    "right_too_wide": """
        SELECT table_name, privilege
        FROM unnest(ARRAY['ledger_accounts', 'transactions', 'ledger_entries'])
            AS table_name,
            unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'INSERT']) AS privilege
        WHERE has_table_privilege('luckychit_app', table_name, privilege)
           OR (privilege = 'UPDATE'
               AND has_any_column_privilege('luckychit_app', table_name, privilege))
    """,
}
