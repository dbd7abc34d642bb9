"""The SQL of the ledger, and how a batch of hundreds of legs travels to it.

Arrays are sent as PostgreSQL's own text form: the driver would look at each element,
which costs more than all else in a batch.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import text

from luckychit.domain.wallet.rules import Place

# Without a named conflict target both guards are covered: the key and ``reverses_id``.
INSERT_TRANSACTION = text(
    "INSERT INTO transactions (id, idempotency_key, kind, reference, user_id, reverses_id,"
    " reason, created_at) VALUES (:id, :key, :kind, :reference, :user_id, :reverses_id,"
    " :reason, :now) ON CONFLICT DO NOTHING RETURNING id"
)
FIND_TRANSACTION = text(
    "SELECT id, kind, reference, user_id, reverses_id, reason FROM transactions"
    " WHERE idempotency_key = :key"
)
LEGS_OF_TRANSACTION = text(
    "SELECT a.kind, a.owner, e.currency, e.amount_minor, e.reference FROM ledger_entries e"
    " JOIN ledger_accounts a ON a.id = e.account_id WHERE e.transaction_id = :id ORDER BY e.id"
)
FIND_BALANCES = text(
    "SELECT wanted.place, a.balance_minor"
    " FROM unnest(CAST(:kinds AS text[]), CAST(:owners AS text[]), CAST(:currencies AS text[]))"
    " WITH ORDINALITY AS wanted (kind, owner, currency, place)"
    " JOIN ledger_accounts a USING (kind, owner, currency)"
)
# All of them or none: whoever has to make one first must not hold the others meanwhile.
LOCK_ACCOUNTS = text(
    "WITH found AS MATERIALIZED (SELECT wanted.place, a.id"
    " FROM unnest(CAST(:kinds AS text[]), CAST(:owners AS text[]), CAST(:currencies AS text[]))"
    " WITH ORDINALITY AS wanted (kind, owner, currency, place)"
    " JOIN ledger_accounts a USING (kind, owner, currency))"
    " SELECT found.place, locked.id, locked.balance_minor FROM found"
    " JOIN lock_ledger_accounts((SELECT array_agg(id) FROM found"
    " HAVING count(*) = cardinality(CAST(:owners AS text[])))) locked USING (id)"
)
CREATE_ACCOUNTS = text(
    "INSERT INTO ledger_accounts (kind, owner, currency, user_id)"
    " SELECT kind, owner, currency,"
    " CASE WHEN kind IN ('wallet', 'hold') THEN owner::uuid END"
    " FROM unnest(CAST(:kinds AS text[]), CAST(:owners AS text[]), CAST(:currencies AS text[]))"
    " WITH ORDINALITY AS wanted (kind, owner, currency, place)"
    " ORDER BY kind, owner, currency ON CONFLICT DO NOTHING"
)
# The wallets locked, with what they hold; beside them the ids of the accounts of everybody.
OPEN_TILL = text(
    "SELECT kind, owner, id, balance_minor FROM lock_ledger_accounts(ARRAY("
    "SELECT id FROM ledger_accounts WHERE kind = 'wallet'"
    " AND owner = ANY (CAST(:owners AS text[])) AND currency = :currency))"
    " UNION ALL SELECT a.kind, a.owner, a.id, NULL"
    " FROM unnest(CAST(:kinds AS text[]), CAST(:names AS text[])) AS wanted (kind, owner)"
    " JOIN ledger_accounts a ON (a.kind, a.owner, a.currency)"
    " = (wanted.kind, wanted.owner, :currency)"
)
# One statement for all entries: the database refuses a second one for a transaction.
INSERT_ENTRIES = text(
    "INSERT INTO ledger_entries"
    " (transaction_id, account_id, currency, amount_minor, balance_after_minor, reference)"
    " SELECT :transaction_id, account_id, currency, amount_minor, balance_after_minor, reference"
    " FROM unnest(CAST(:accounts AS bigint[]), CAST(:currencies AS text[]),"
    " CAST(:amounts AS bigint[]), CAST(:balances AS bigint[]), CAST(:notes AS text[]))"
    " WITH ORDINALITY AS leg (account_id, currency, amount_minor, balance_after_minor,"
    " reference, place) ORDER BY place"
)
# Both at once: whoever waits for a sale waits for one answer less.
CHARGE = text(
    "WITH opened AS (INSERT INTO transactions (id, idempotency_key, kind, reference, created_at)"
    " VALUES (:id, :key, :kind, :reference, :now))"
    " INSERT INTO ledger_entries"
    " (transaction_id, account_id, currency, amount_minor, balance_after_minor, reference)"
    " SELECT :id, account_id, :currency, amount_minor, balance_after_minor, reference"
    " FROM unnest(CAST(:accounts AS bigint[]), CAST(:amounts AS bigint[]),"
    " CAST(:balances AS bigint[]), CAST(:notes AS text[]))"
    " WITH ORDINALITY AS leg (account_id, amount_minor, balance_after_minor, reference, place)"
    " ORDER BY place"
)
WALLETS_OF = text(
    "SELECT currency, balance_minor, pending_withdrawal_minor FROM wallets"
    " WHERE user_id = :user_id ORDER BY currency"
)
# One account's lines in the order of its index, from where the last page ended.
STATEMENT = text(
    "SELECT e.id, e.transaction_id, t.kind, e.amount_minor, e.balance_after_minor, t.created_at,"
    " said.reference, EXISTS (SELECT FROM transactions r WHERE r.reverses_id = t.id) AS is_reversed"
    " FROM ledger_entries e JOIN transactions t ON t.id = e.transaction_id"
    " CROSS JOIN LATERAL (SELECT coalesce(nullif(e.reference, ''), t.reference) AS reference) said"
    " WHERE e.account_id = (SELECT id FROM ledger_accounts WHERE kind = 'wallet'"
    " AND owner = :owner AND currency = :currency)"
    " AND e.id < coalesce(CAST(:before AS bigint), 9223372036854775807)"
    " AND (CAST(:kinds AS text[]) = '{}' OR t.kind = ANY (CAST(:kinds AS text[])))"
    " AND t.created_at >= coalesce(CAST(:since AS timestamptz), '-infinity')"
    " AND t.created_at < coalesce(CAST(:until AS timestamptz), 'infinity')"
    " AND (strpos(lower(said.reference), lower(:text)) > 0"
    # A purchase of several is one line, "DDL-20261121-00042 to 00044": 00043 is in it.
    " OR (CAST(:number AS bigint) IS NOT NULL"
    " AND strpos(lower(said.reference), lower(:lead)) > 0 AND CAST(:number AS bigint) BETWEEN"
    " CAST(substring(said.reference FROM '([0-9]{1,18}) to [0-9]{1,18}$') AS bigint)"
    " AND CAST(substring(said.reference FROM ' to ([0-9]{1,18})$') AS bigint)))"
    " ORDER BY e.id DESC LIMIT :most"
)


def texts(values: Iterable[str]) -> str:
    """Return ``values`` as a PostgreSQL array of text.

    Source: PostgreSQL 18 manual, 8.15.6 "Array Input and Output Syntax".
    """
    listed = list(values)
    if not listed:
        return "{}"
    # What is to be escaped is rare: looked for once in all of them.
    joined = "".join(listed)
    if '"' in joined or "\\" in joined:
        listed = [value.replace("\\", "\\\\").replace('"', '\\"') for value in listed]
    return '{"' + '","'.join(listed) + '"}'


def numbers(values: Iterable[int | None]) -> str:
    """Return ``values`` as a PostgreSQL array of whole numbers."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def named(places: Sequence[Place]) -> dict[str, str]:
    """Return the values that name ledger accounts in the statements above."""
    return {
        "kinds": texts([key.kind.value for key, _ in places]),
        "owners": texts([key.owner for key, _ in places]),
        "currencies": texts([currency for _, currency in places]),
    }
