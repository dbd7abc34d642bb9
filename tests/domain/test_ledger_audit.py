"""The audit finds what the guards let through, and the models say what the database has.

Each test damages the books the only way that is left: as the owner, with the triggers
asleep, and where a constraint still stands, without it.
"""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.schema import CreateTable
from sqlmodel import SQLModel

from luckychit.domain import tables
from luckychit.domain.wallet import accounts, queries
from luckychit.domain.wallet.audits import AUDITS
from tests.helpers.ledger import constraint_definition, inr, moved, paid_in, reversed_by
from tests.helpers.people import a_member

OURS = {"ledger_accounts", "transactions", "ledger_entries"}
RIGHT_TO_ADD = {
    "INSERT ON transactions": (
        "GRANT INSERT (id, idempotency_key, kind, reference, user_id, reverses_id, reason,"
        " created_at) ON transactions TO luckychit_app"
    ),
    "INSERT ON ledger_entries": (
        "GRANT INSERT (transaction_id, account_id, currency, amount_minor, balance_after_minor,"
        " reference) ON ledger_entries TO luckychit_app"
    ),
}
A_WALLET_LINE = "(SELECT max(id) FROM ledger_entries WHERE balance_after_minor IS NOT NULL)"
AN_ACCOUNT = "(SELECT id FROM ledger_accounts WHERE kind = 'house')"
REVERSAL = "(SELECT id FROM transactions WHERE reverses_id IS NOT NULL)"
ORIGINAL = "(SELECT reverses_id FROM transactions WHERE reverses_id IS NOT NULL)"
COPY = (
    "INSERT INTO transactions (id, idempotency_key, kind, reverses_id, reason, created_at)"
    " SELECT gen_random_uuid(), {key}, 'reversal', {reverses}, 'copy', now()"
)


@pytest.fixture
def books(db):
    """A small healthy ledger: a deposit, a withdrawal on its way, a reversal."""
    member_id = a_member().user_id
    paid_in(accounts.wallet(member_id), 500)
    moved((accounts.wallet(member_id), inr(-200)), (accounts.hold(member_id), inr(200)))
    paid_in(accounts.chit_pot(member_id, 1), 70)
    reversed_by(paid_in(accounts.house(), 30))
    assert queries.audit() == []
    return db


def damage(db, sql: str, *, without: str = "") -> set[str]:
    """Do what no guard would allow; return the codes of what the audit then finds."""
    with db.owner.connect() as owner:
        lifted = _lift(owner, without)
        owner.exec_driver_sql("SET LOCAL session_replication_role = replica")
        owner.exec_driver_sql(sql)
        owner.commit()
    try:
        return {problem.code for problem in queries.audit()}
    finally:
        db.empty()
        with db.owner.begin() as owner:
            if lifted:
                owner.exec_driver_sql(lifted)


def _lift(owner, constraint: str) -> str:
    """Drop a constraint; return the statement that brings it back."""
    if not constraint:
        return ""
    table, definition = constraint_definition(owner, constraint)
    owner.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    return f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {definition}"


DAMAGES = [
    (
        "transaction_unbalanced",
        f"UPDATE ledger_entries SET amount_minor = 77 WHERE account_id = {AN_ACCOUNT}",
        "",
    ),
    ("transaction_incomplete", f"DELETE FROM ledger_entries WHERE id = {A_WALLET_LINE}", ""),
    (
        "entry_zero",
        f"UPDATE ledger_entries SET amount_minor = 0 WHERE id = {A_WALLET_LINE}",
        "ledger_entry_not_zero",
    ),
    (
        "entry_in_other_currency",
        f"UPDATE ledger_entries SET currency = 'USD' WHERE id = {A_WALLET_LINE}",
        "",
    ),
    ("entry_orphaned", f"DELETE FROM transactions WHERE id = {REVERSAL}", ""),
    ("entry_orphaned", f"DELETE FROM ledger_accounts WHERE id = {AN_ACCOUNT}", ""),
    ("balance_drifted", "UPDATE ledger_accounts SET balance_minor = balance_minor + 1", ""),
    (
        "account_overdrawn",
        "UPDATE ledger_accounts SET balance_minor = -1 WHERE kind = 'chit_pot'",
        "ledger_account_not_overdrawn",
    ),
    (
        "balance_after_wrong",
        f"UPDATE ledger_entries SET balance_after_minor = 7 WHERE id = {A_WALLET_LINE}",
        "",
    ),
    (
        "balance_after_wrong",
        "UPDATE ledger_entries SET balance_after_minor = 0 WHERE balance_after_minor IS NULL",
        "",
    ),
    ("account_misnamed", f"UPDATE ledger_accounts SET kind = 'x' WHERE id = {AN_ACCOUNT}", ""),
    ("account_misnamed", f"UPDATE ledger_accounts SET owner = '' WHERE id = {AN_ACCOUNT}", ""),
    ("account_misnamed", "UPDATE ledger_accounts SET currency = 'in'", ""),
    ("account_misnamed", "UPDATE ledger_accounts SET user_id = NULL", ""),
    ("account_misnamed", "UPDATE ledger_accounts SET owner = 'x' WHERE kind = 'hold'", ""),
    (
        "reversal_not_opposite",
        f"UPDATE ledger_entries SET amount_minor = 7 WHERE transaction_id = {REVERSAL}",
        "",
    ),
    ("reversal_reversed", COPY.format(key="'again'", reverses=REVERSAL), ""),
    (
        "reversed_twice",
        COPY.format(key="'again'", reverses=ORIGINAL),
        "transaction_reversed_once",
    ),
    (
        "key_used_twice",
        "UPDATE transactions SET idempotency_key = 'same'",
        "transaction_key_once",
    ),
]


class TestAudit:
    @pytest.mark.parametrize(("code", "sql", "without"), DAMAGES)
    def test_finds(self, books, code, sql, without):
        assert code in damage(books, sql, without=without)

    def test_has_a_test_for_every_code(self):
        assert {code for code, _, _ in DAMAGES} | {"guard_missing", "right_too_wide"} == set(AUDITS)

    @pytest.mark.parametrize(
        ("table", "trigger"),
        [
            ("ledger_entries", "ledger_entries_settle"),
            ("ledger_entries", "ledger_entries_append_only"),
            ("transactions", "transaction_check"),
            ("transactions", "transactions_append_only"),
            ("ledger_accounts", "ledger_account_is_named"),
            ("ledger_accounts", "ledger_accounts_stay"),
            ("ledger_accounts", "ledger_accounts_keep_their_name"),
        ],
    )
    def test_finds_a_guard_that_sleeps(self, db, table, trigger):
        with db.owner.begin() as owner:
            owner.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        try:
            (problem,) = queries.audit()
        finally:
            with db.owner.begin() as owner:
                always = "ALWAYS" if trigger == "ledger_account_is_named" else ""
                owner.exec_driver_sql(f"ALTER TABLE {table} ENABLE {always} TRIGGER {trigger}")
        assert (problem.code, problem.facts) == ("guard_missing", {"guard": trigger})

    @pytest.mark.parametrize(
        "right",
        [
            "UPDATE ON ledger_accounts",
            "UPDATE (balance_minor) ON ledger_accounts",
            "DELETE ON transactions",
            "TRUNCATE ON ledger_entries",
            "INSERT ON transactions",
            "INSERT ON ledger_entries",
        ],
    )
    def test_finds_a_right_that_the_app_should_not_have(self, db, right):
        with db.owner.begin() as owner:
            owner.exec_driver_sql(f"GRANT {right} TO luckychit_app")
        try:
            (problem,) = queries.audit()
        finally:
            with db.owner.begin() as owner:
                owner.exec_driver_sql(f"REVOKE {right} FROM luckychit_app")
                # Taking a right away takes that to each column, too.
                owner.exec_driver_sql(RIGHT_TO_ADD.get(right, "SELECT"))
        assert problem.code == "right_too_wide"

    def test_tells_enough_to_look_the_problem_up(self, books):
        with books.owner.begin() as owner:
            owner.exec_driver_sql("SET LOCAL session_replication_role = replica")
            owner.exec_driver_sql(
                "UPDATE ledger_accounts SET balance_minor = 1 WHERE kind = 'wallet'"
            )
        (problem,) = queries.audit()
        assert problem.facts["kind"] == "wallet"
        assert problem.facts["balance_minor"] == 1
        books.empty()

    @pytest.mark.usefixtures("db")
    def test_reports_a_hundred_of_a_kind_at_most(self, monkeypatch):
        monkeypatch.setitem(AUDITS, "entry_zero", "SELECT generate_series(1, 1000) AS entry_id")
        assert len(queries.audit()) == 100


class TestTheModels:
    def test_need_no_migration(self, db):
        with db.owner.connect() as owner:
            context = MigrationContext.configure(
                owner,
                opts={
                    "compare_type": True,
                    "include_name": lambda name, kind, _: kind != "table" or name in OURS,
                    "include_object": lambda _, name, kind, *__: kind != "table" or name in OURS,
                },
            )
            assert compare_metadata(context, SQLModel.metadata) == []

    def test_have_the_very_constraints_of_the_database(self, db):
        assert tables.wallet_models
        with db.owner.connect() as owner:
            real = _constraints(owner, "public")
            owner.exec_driver_sql("CREATE SCHEMA twin")
            owner.exec_driver_sql("SET LOCAL search_path = twin, public")
            for name in ("ledger_accounts", "transactions", "ledger_entries"):
                owner.execute(CreateTable(SQLModel.metadata.tables[name]))
            twin = _constraints(owner, "twin")
            owner.rollback()
        assert real == twin
        assert len(real) > 20


def _constraints(owner, schema: str) -> set[tuple[str, str, str]]:
    found = owner.execute(
        text(
            "SELECT t.relname, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c"
            " JOIN pg_class t ON t.oid = c.conrelid"
            " WHERE c.connamespace = CAST(:schema AS regnamespace)"
            " AND t.relname = ANY(:ours) AND c.contype <> 't'"
        ),
        {"schema": schema, "ours": list(OURS)},
    )
    return {(table, name, definition.replace("twin.", "")) for table, name, definition in found}
