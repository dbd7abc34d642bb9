"""The SQL that the ticket sale is measured against."""

from luckychit.domain.safety.operations import buyers
from luckychit.domain.tickets.operations import looking, sale
from luckychit.domain.wallet import statements

DATABASE = "sales"
ADD_PERSON = (
    "INSERT INTO users (id, role, full_name, mobile_number, password_hash,"
    " must_change_password, password_changed_at, birth_date, created_at)"
    " VALUES (:id, 'member', 'Buyer', :mobile, '', false, :now, '1990-05-07', :now)"
)

# Tables as bare as can be, with what the six statements need and nothing that guards them.
PLAN_TABLES = """
CREATE TABLE plan_wallets AS
    SELECT user_id, balance_minor AS balance FROM wallets;
ALTER TABLE plan_wallets ADD PRIMARY KEY (user_id);
ALTER TABLE plan_wallets SET (fillfactor = 70);
CREATE TABLE plan_draws (id int PRIMARY KEY, total_entries int, prize_pool bigint)
    WITH (fillfactor = 50);
INSERT INTO plan_draws VALUES (1, 0, 0);
CREATE TABLE plan_tickets (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), draw_id int,
    user_id uuid, position int, ticket_hash text, created_at timestamptz DEFAULT now());
CREATE INDEX ON plan_tickets (draw_id, position);
CREATE INDEX ON plan_tickets (user_id);
CREATE TABLE plan_transactions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid,
    type text, amount bigint, created_at timestamptz DEFAULT now());
CREATE INDEX ON plan_transactions (user_id);
CREATE TABLE bench_players AS
    SELECT row_number() OVER (ORDER BY user_id)::int AS n, user_id FROM wallets;
ALTER TABLE bench_players ADD PRIMARY KEY (n);
INSERT INTO ledger_accounts (kind, owner, currency) VALUES ('house', 'main', 'USD')
    ON CONFLICT DO NOTHING;
INSERT INTO ledger_accounts (kind, owner, currency) SELECT 'pot', draw_id, 'USD' FROM draws
    ON CONFLICT DO NOTHING;
GRANT ALL ON plan_wallets, plan_draws, plan_tickets, plan_transactions TO luckychit_app;
"""

# Taken as they are written down: a count is read, and later made one more.
SIX_LINES = (
    "SELECT balance FROM plan_wallets WHERE user_id = :user_id FOR UPDATE",
    "UPDATE plan_wallets SET balance = balance - 100 WHERE user_id = :user_id",
    "SELECT total_entries FROM plan_draws WHERE id = 1",
    """
    INSERT INTO plan_tickets (draw_id, user_id, position, ticket_hash)
        SELECT 1, CAST(:user_id AS uuid), total_entries + 1,
            encode(sha256(random()::text::bytea), 'hex')
        FROM plan_draws WHERE id = 1
    """,
    """
    INSERT INTO plan_transactions (user_id, type, amount)
        VALUES (:user_id, 'ticket_purchase', -100)
    """,
    """
    UPDATE plan_draws SET prize_pool = prize_pool + 95, total_entries = total_entries + 1
        WHERE id = 1
    """,
)
SIX = "\n".join(
    (
        r"\set n random(1, 2000)",
        r"SELECT user_id FROM bench_players WHERE n = :n \gset",
        "BEGIN;",
        *(f"{line};" for line in SIX_LINES),
        "COMMIT;",
    )
)

# Stands in for Python: whose turn it is, and bytes of the right width.
_MAKE_UP = r"""
\set n random(1, 1900)
SELECT array_agg(user_id)::text AS user_ids, array_agg(gen_random_uuid())::text AS keys,
    array_agg(1)::text AS quantities, array_agg('a phrase'::text)::text AS client_seeds,
    array_agg(user_id)::text AS owners, '{pot,house}' AS kinds,
    ARRAY['@draw', 'main']::text AS names, '@draw' AS draw_id,
    '\x' || repeat('ab', 1600) AS salts, '\x' || repeat('cd', 3200) AS seals,
    '\x' || repeat('ef', 3200) AS leaves, gen_random_uuid() AS id, now() AS now,
    (extract(epoch FROM now()) * 1000)::bigint AS issued_ms, 'USD' AS currency,
    100 AS count FROM bench_players WHERE n >= :n AND n < :n + 100 \gset
"""
_PLACES = r"""
SELECT :total_entries - 99 AS first, array_agg(place)::text AS totals,
    array_agg(:total_entries / 100)::text AS held_counts
    FROM generate_series(:total_entries - 99, :total_entries) place \gset
SELECT array_agg(id)::text AS accounts, array_agg(paid)::text AS amounts,
    array_agg(balance)::text AS balances,
    array_agg('DDL-20260101-00001'::text)::text AS notes
    FROM (SELECT id,
        CASE kind WHEN 'wallet' THEN -100 WHEN 'pot' THEN 9500 ELSE 500 END AS paid,
        CASE kind WHEN 'wallet' THEN balance_minor - 100 END AS balance
        FROM ledger_accounts WHERE currency = 'USD'
        AND ((kind = 'wallet' AND owner = ANY (CAST(:owners AS text[])))
        OR (kind, owner) IN (('pot', :draw_id), ('house', 'main'))) ORDER BY id) leg \gset
"""


def batch(draw_id: str) -> str:
    """Return a pgbench script that sells 100 tickets by the very statements of a sale."""
    charge = statements.CHARGE.text
    for name, value in (
        (":key", "'sale:' || CAST(:id AS text)"),
        (":kind", "'ticket_purchase'"),
        (":reference", ":draw_id"),
        # pgbench sends text, and a list after SELECT says nothing of its types.
        ("SELECT :id", "SELECT CAST(:id AS uuid)"),
    ):
        assert name in charge, name
        charge = charge.replace(name, value, 1)
    return "\n".join(
        (
            _MAKE_UP.replace("@draw", draw_id),
            "BEGIN;",
            f"{looking._TERMS.text};",  # noqa: SLF001 - the very statements are measured
            f"{statements.OPEN_TILL.text};",
            f"{looking._BUYERS.text};",  # noqa: SLF001
            f"{buyers._BUYERS.text};",  # noqa: SLF001
            rf"{sale._ADVANCE.text} \gset",  # noqa: SLF001
            _PLACES,
            f"{charge};",
            f"{sale._INSERT_TICKETS.text};",  # noqa: SLF001
            "COMMIT;",
        )
    )
