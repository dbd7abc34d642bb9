"""Attacks every invariant of the ledger with bare SQL, with the rights of the app.

Whatever Python does wrong, PostgreSQL must refuse. So nothing here goes through the
operations: each test writes what a bug or an intruder in the app could write.
"""

from itertools import product

import pytest
from psycopg import errors as pg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from luckychit.core.db import transaction
from luckychit.core.errors import InvariantBroken
from luckychit.core.ids import new_id
from luckychit.domain.wallet import accounts, queries
from luckychit.domain.wallet.accounts import NEVER_NEGATIVE, AccountKind
from tests.helpers.ledger import (
    EARLY,
    constraint_of,
    held,
    inr,
    moved,
    paid_in,
    raw_account,
    raw_entries,
    raw_transaction,
    refused,
)
from tests.helpers.people import a_member

TABLES = ("ledger_accounts", "transactions", "ledger_entries")


class TestATransactionBalances:
    @pytest.mark.usefixtures("old_transaction")
    def test_two_entries_that_sum_to_zero_are_accepted(self, app):
        count = app.execute(text("SELECT count(*) FROM ledger_entries")).scalar()
        assert count == 2

    def test_no_entry_is_refused_at_commit(self, app):
        raw_transaction(app)
        with pytest.raises(IntegrityError) as caught:
            app.commit()
        assert constraint_of(caught) == "transaction_has_entries"

    def test_one_entry_is_refused(self, app, pair):
        with pytest.raises(IntegrityError) as caught:
            raw_entries(app, raw_transaction(app), (pair[0], 5))
        assert constraint_of(caught) == "transaction_balanced"

    @pytest.mark.parametrize("amounts", [(5, 5), (5, -4), (1, -1000)])
    def test_a_sum_that_is_not_zero_is_refused(self, app, pair, amounts):
        with pytest.raises(IntegrityError) as caught:
            raw_entries(app, raw_transaction(app), *zip(pair, amounts, strict=True))
        assert constraint_of(caught) == "transaction_balanced"

    def test_currencies_do_not_make_up_for_each_other(self, app):
        rupees, dollars = raw_account(app), raw_account(app, currency="USD")
        with pytest.raises(IntegrityError) as caught:
            app.execute(
                text(
                    "INSERT INTO ledger_entries"
                    " (transaction_id, account_id, currency, amount_minor)"
                    " VALUES (:t, :rupees, 'INR', 5), (:t, :dollars, 'USD', -5)"
                ),
                {"t": raw_transaction(app), "rupees": rupees, "dollars": dollars},
            )
        assert constraint_of(caught) == "transaction_balanced"

    def test_one_bad_transaction_takes_its_good_neighbour_with_it(self, app, pair):
        raw_entries(app, raw_transaction(app), (pair[0], 5), (pair[1], -5))
        with pytest.raises(IntegrityError):
            raw_entries(app, raw_transaction(app), (pair[0], 5), (pair[1], -4))
        app.rollback()
        assert app.execute(text("SELECT count(*) FROM transactions")).scalar() == 0

    def test_two_in_one_statement_do_not_make_up_for_each_other(self, app, pair):
        one, other = raw_transaction(app), raw_transaction(app)
        with pytest.raises(IntegrityError) as caught:
            app.execute(
                text(
                    "INSERT INTO ledger_entries"
                    " (transaction_id, account_id, currency, amount_minor)"
                    " VALUES (:one, :a, 'INR', 5), (:one, :b, 'INR', -4),"
                    " (:other, :a, 'INR', 4), (:other, :b, 'INR', -5)"
                ),
                {"one": one, "other": other, "a": pair[0], "b": pair[1]},
            )
        assert constraint_of(caught) == "transaction_balanced"

    def test_checking_early_does_not_open_a_gap(self, app, pair):
        made = raw_transaction(app)
        raw_entries(app, made, (pair[0], 5), (pair[1], -5))
        app.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        with pytest.raises(IntegrityError) as caught:
            raw_entries(app, made, (pair[0], 7))
        assert constraint_of(caught) == "ledger_transaction_complete"

    @pytest.mark.parametrize("place", [1, 2, 3])
    def test_checking_while_the_entries_are_written_does_not_make_money(self, app, place):
        """The deferred check is made to speak between two lines of one statement."""
        account = accounts.wallet(a_member().user_id)
        paid_in(account, 5)
        wallet_id, cash_id = (
            app.execute(text(f"SELECT id FROM ledger_accounts WHERE kind = '{kind}'")).scalar_one()
            for kind in ("wallet", "clearing")
        )
        made = raw_transaction(app)
        app.exec_driver_sql(EARLY)
        with pytest.raises(IntegrityError) as caught:
            app.execute(
                text(
                    "INSERT INTO ledger_entries (transaction_id, account_id, currency,"
                    " amount_minor, balance_after_minor, reference)"
                    " SELECT :t, account_id, 'INR', amount, after,"
                    " CASE n WHEN :place THEN coalesce(pg_temp.early(), '') ELSE '' END FROM"
                    " (VALUES (1, :wallet, 1, 6), (2, :cash, -1, NULL), (3, :wallet, 1000, 1006))"
                    " v (n, account_id, amount, after)"
                ),
                {"t": made, "wallet": wallet_id, "cash": cash_id, "place": place},
            )
        assert constraint_of(caught) in ("transaction_balanced", "transaction_has_entries")
        app.rollback()
        assert held(account) == 5

    @pytest.mark.usefixtures("db")
    def test_core_db_turns_the_refusal_at_commit_into_a_bug(self):
        with pytest.raises(InvariantBroken) as caught, transaction() as session:
            raw_transaction(session.connection())
        assert caught.value.facts == {
            "constraint": "transaction_has_entries",
            "table": "transactions",
        }


class TestAnEntryIsSound:
    @pytest.mark.parametrize("amount", ["0", "NULL"])
    def test_an_amount_of_nothing_is_refused(self, app, pair, amount):
        made = raw_transaction(app)
        answer = refused(
            app,
            "INSERT INTO ledger_entries (transaction_id, account_id, currency, amount_minor)"
            f" VALUES (:t, :a, 'INR', {amount}), (:t, :b, 'INR', {amount})",
            t=made,
            a=pair[0],
            b=pair[1],
        )
        assert answer in (pg.CheckViolation, pg.NotNullViolation)

    def test_an_amount_beyond_bigint_is_refused(self, app, pair):
        made = raw_transaction(app)
        with pytest.raises(DBAPIError) as caught:
            raw_entries(app, made, (pair[0], 2**63), (pair[1], -(2**63)))
        assert isinstance(caught.value.orig, pg.NumericValueOutOfRange)

    def test_a_balance_beyond_bigint_is_refused(self, app, pair):
        most = 2**63 - 1
        raw_entries(app, raw_transaction(app), (pair[0], most), (pair[1], -most))
        with pytest.raises(DBAPIError) as caught:
            raw_entries(app, raw_transaction(app), (pair[0], 1), (pair[1], -1))
        assert isinstance(caught.value.orig, pg.NumericValueOutOfRange)

    def test_another_currency_than_the_accounts_is_refused(self, app, pair):
        answer = refused(
            app,
            "INSERT INTO ledger_entries (transaction_id, account_id, currency, amount_minor)"
            " VALUES (:t, :a, 'USD', 5), (:t, :b, 'USD', -5)",
            t=raw_transaction(app),
            a=pair[0],
            b=pair[1],
        )
        assert answer is pg.ForeignKeyViolation

    def test_a_reference_beyond_its_length_is_refused(self, app, pair):
        answer = refused(
            app,
            "INSERT INTO ledger_entries"
            " (transaction_id, account_id, currency, amount_minor, reference)"
            " VALUES (:t, :a, 'INR', 5, repeat('x', 201)), (:t, :b, 'INR', -5, '')",
            t=raw_transaction(app),
            a=pair[0],
            b=pair[1],
        )
        assert answer is pg.StringDataRightTruncation

    def test_an_unknown_transaction_is_refused(self, app, pair):
        with pytest.raises(IntegrityError) as caught:
            raw_entries(app, new_id(), (pair[0], 5), (pair[1], -5))
        assert isinstance(caught.value.orig, pg.ForeignKeyViolation)

    def test_an_unknown_account_is_refused(self, app, pair):
        with pytest.raises(IntegrityError) as caught:
            raw_entries(app, raw_transaction(app), (10**12, 5), (pair[1], -5))
        assert isinstance(caught.value.orig, pg.ForeignKeyViolation)

    @pytest.mark.parametrize("wrong", ["NULL", "0", "501", "-500"])
    def test_a_wallet_line_with_another_balance_after_is_refused(self, app, wrong):
        member_id = a_member().user_id
        paid_in(accounts.wallet(member_id), 300)
        wallet_id = app.execute(
            text("SELECT id FROM ledger_accounts WHERE kind = 'wallet'")
        ).scalar_one()
        with pytest.raises(IntegrityError) as caught:
            app.execute(
                text(
                    "INSERT INTO ledger_entries (transaction_id, account_id, currency,"
                    " amount_minor, balance_after_minor)"
                    f" VALUES (:t, :wallet, 'INR', 200, {wrong}), (:t, :house, 'INR', -200, NULL)"
                ),
                {"t": raw_transaction(app), "wallet": wallet_id, "house": raw_account(app)},
            )
        assert constraint_of(caught) == "ledger_entry_balance_after"

    @pytest.mark.parametrize(
        ("said", "is_right"),
        [
            ((500, 450), True),
            ((450, 500), False),
            ((500, 500), False),
            ((450, 450), False),
            ((501, 450), False),
            (("NULL", 450), False),
            ((500, "NULL"), False),
        ],
    )
    def test_several_lines_of_a_wallet_say_what_it_held_after_each(self, app, said, is_right):
        member_id = a_member().user_id
        paid_in(accounts.wallet(member_id), 300)
        wallet_id = app.execute(
            text("SELECT id FROM ledger_accounts WHERE kind = 'wallet'")
        ).scalar_one()
        values = {"t": raw_transaction(app), "wallet": wallet_id, "house": raw_account(app)}
        sql = text(
            "INSERT INTO ledger_entries (transaction_id, account_id, currency,"
            f" amount_minor, balance_after_minor) VALUES (:t, :wallet, 'INR', 200, {said[0]}),"
            f" (:t, :house, 'INR', -150, NULL), (:t, :wallet, 'INR', -50, {said[1]})"
        )
        if is_right:
            app.execute(sql, values)
            app.commit()
            assert queries.audit() == []
            return
        with pytest.raises(IntegrityError) as caught:
            app.execute(sql, values)
        assert constraint_of(caught) == "ledger_entry_balance_after"

    def test_a_balance_after_on_any_other_line_is_refused(self, app, pair):
        with pytest.raises(IntegrityError) as caught:
            app.execute(
                text(
                    "INSERT INTO ledger_entries (transaction_id, account_id, currency,"
                    " amount_minor, balance_after_minor)"
                    " VALUES (:t, :a, 'INR', 2, 2), (:t, :b, 'INR', -2, NULL)"
                ),
                {"t": raw_transaction(app), "a": pair[0], "b": pair[1]},
            )
        assert constraint_of(caught) == "ledger_entry_balance_after"


class TestABalanceCannotGoWrong:
    @pytest.mark.parametrize("kind", sorted(NEVER_NEGATIVE - {"wallet", "hold"}))
    def test_a_pot_or_prize_below_zero_is_refused_at_once(self, app, kind):
        guarded = raw_account(app, kind=kind)
        with pytest.raises(IntegrityError) as caught:
            raw_entries(app, raw_transaction(app), (guarded, -1), (raw_account(app), 1))
        assert constraint_of(caught) == "ledger_account_not_overdrawn"

    @pytest.mark.parametrize("kind", ["wallet", "hold"])
    def test_a_wallet_or_hold_below_zero_is_refused_at_once(self, app, kind):
        member_id = a_member().user_id
        paid_in(getattr(accounts, kind)(member_id), 100)
        account_id = app.execute(
            text("SELECT id FROM ledger_accounts WHERE kind = :kind"), {"kind": kind}
        ).scalar_one()
        after = "-1" if kind == "wallet" else "NULL"
        with pytest.raises(IntegrityError) as caught:
            app.execute(
                text(
                    "INSERT INTO ledger_entries (transaction_id, account_id, currency,"
                    " amount_minor, balance_after_minor)"
                    f" VALUES (:t, :a, 'INR', -101, {after}), (:t, :b, 'INR', 101, NULL)"
                ),
                {"t": raw_transaction(app), "a": account_id, "b": raw_account(app)},
            )
        assert constraint_of(caught) == "ledger_account_not_overdrawn"

    @pytest.mark.parametrize("kind", sorted(set(AccountKind) - NEVER_NEGATIVE))
    def test_every_other_kind_may_be_below_zero(self, app, kind):
        free = raw_account(app, kind=kind)
        raw_entries(app, raw_transaction(app), (free, -1), (raw_account(app), 1))
        app.commit()

    def test_the_app_may_not_write_a_balance(self, app):
        answer = refused(app, "UPDATE ledger_accounts SET balance_minor = 1")
        assert answer is pg.InsufficientPrivilege

    def test_an_account_cannot_be_born_with_money(self, app):
        answer = refused(
            app,
            "INSERT INTO ledger_accounts (kind, owner, currency, balance_minor)"
            " VALUES ('house', 'x', 'INR', 100)",
        )
        assert answer is pg.InsufficientPrivilege

    @pytest.mark.parametrize(
        "attack",
        [
            "UPDATE wallets SET balance_minor = 1",
            "INSERT INTO wallets (user_id, currency) VALUES (gen_random_uuid(), 'INR')",
            "DELETE FROM wallets",
        ],
    )
    @pytest.mark.parametrize("role", ["app", "owner"])
    def test_nobody_may_write_into_what_wallets_show(self, db, role, attack):
        paid_in(accounts.wallet(a_member().user_id), 5)
        with getattr(db, role).connect() as connection:
            assert refused(connection, attack) is pg.ObjectNotInPrerequisiteState

    @pytest.mark.parametrize(
        ("kind", "owner", "currency"),
        [
            ("treasure", "x", "INR"),
            ("house", "", "INR"),
            ("house", "x", "inr"),
            ("house", "x", "IN"),
            ("wallet", "x", "INR"),
        ],
    )
    def test_an_account_that_means_nothing_is_refused(self, app, kind, owner, currency):
        answer = refused(
            app,
            "INSERT INTO ledger_accounts (kind, owner, currency) VALUES (:k, :o, :c)",
            k=kind,
            o=owner,
            c=currency,
        )
        assert answer is pg.CheckViolation

    def test_an_account_that_means_nothing_is_refused_also_while_triggers_sleep(self, db):
        with db.owner.connect() as owner:
            owner.exec_driver_sql("SET LOCAL session_replication_role = replica")
            answer = refused(
                owner,
                "INSERT INTO ledger_accounts (kind, owner, currency) VALUES ('treasure', '', 'x')",
            )
        assert answer is pg.CheckViolation

    def test_a_wallet_that_names_two_people_is_refused(self, app):
        answer = refused(
            app,
            "INSERT INTO ledger_accounts (kind, owner, currency, user_id)"
            " VALUES ('wallet', :one, 'INR', :other)",
            one=str(a_member().user_id),
            other=a_member().user_id,
        )
        assert answer is pg.CheckViolation

    def test_a_second_account_of_one_name_is_refused(self, app):
        sql = "INSERT INTO ledger_accounts (kind, owner, currency) VALUES ('house', 'x', 'INR')"
        app.execute(text(sql))
        assert refused(app, sql) is pg.UniqueViolation


class TestHistoryStands:
    @pytest.mark.usefixtures("old_transaction")
    @pytest.mark.parametrize("table", TABLES)
    @pytest.mark.parametrize("how", ["UPDATE", "DELETE", "TRUNCATE"])
    def test_the_app_may_not_change_it(self, app, table, how):
        answer = refused(app, _change(how, table))
        assert answer is pg.InsufficientPrivilege

    @pytest.mark.parametrize(
        ("table", "how"),
        sorted(product(TABLES, ("UPDATE", "DELETE", "TRUNCATE"))),
    )
    def test_the_owner_is_kept_from_changing_it_by_mistake(self, db, table, how):
        paid_in(accounts.wallet(a_member().user_id), 5)
        with db.owner.connect() as owner:
            answer = refused(owner, _change(how, table))
        assert answer is pg.RestrictViolation

    def test_the_app_may_not_put_the_guards_to_sleep(self, app):
        for attack in (
            "ALTER TABLE ledger_entries DISABLE TRIGGER ALL",
            "DROP TRIGGER ledger_entries_settle ON ledger_entries",
            "SET session_replication_role = replica",
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
            "DROP TABLE ledger_entries CASCADE",
        ):
            assert refused(app, attack) is pg.InsufficientPrivilege

    def test_a_shadow_table_does_not_fool_the_guards(self, app, pair):
        app.execute(text("CREATE TEMP TABLE ledger_entries (LIKE public.ledger_entries)"))
        made = raw_transaction(app)
        rows = [(made, pair[0], "INR", 5), (made, pair[1], "INR", -4)]
        with pytest.raises(IntegrityError) as caught:
            app.exec_driver_sql(
                "INSERT INTO public.ledger_entries"
                " (transaction_id, account_id, currency, amount_minor)"
                " VALUES (%s, %s, %s, %s), (%s, %s, %s, %s)",
                tuple(value for row in rows for value in row),
            )
        assert constraint_of(caught) == "transaction_balanced"
        app.rollback()

    def test_nothing_can_be_added_to_an_old_transaction(self, app, old_transaction, pair):
        with pytest.raises(IntegrityError) as caught:
            raw_entries(app, old_transaction, (pair[0], 5), (pair[1], -5))
        assert isinstance(caught.value.orig, pg.RestrictViolation)
        assert constraint_of(caught) == "ledger_transaction_complete"

    def test_nothing_can_be_added_to_an_old_transaction_that_somehow_is_empty(self, db, app, pair):
        app.commit()
        with db.owner.begin() as owner:
            owner.exec_driver_sql("SET LOCAL session_replication_role = replica")
            old = raw_transaction(owner)
        with pytest.raises(IntegrityError) as caught:
            raw_entries(app, old, (pair[0], 5), (pair[1], -5))
        assert constraint_of(caught) == "ledger_transaction_complete"
        db.empty()

    def test_nothing_can_be_added_by_a_second_statement(self, app, pair):
        made = raw_transaction(app)
        raw_entries(app, made, (pair[0], 5), (pair[1], -5))
        with pytest.raises(IntegrityError) as caught:
            raw_entries(app, made, (pair[0], 5), (pair[1], -5))
        assert constraint_of(caught) == "ledger_transaction_complete"

    def test_the_mark_of_the_writing_transaction_cannot_be_forged(self, app):
        answer = refused(
            app,
            "INSERT INTO transactions (id, idempotency_key, kind, created_at, written_in)"
            " VALUES (:id, 'forged', 'adjustment', now(), 1)",
            id=new_id(),
        )
        assert answer is pg.InsufficientPrivilege

    def test_an_entry_cannot_choose_its_place_in_history(self, app, pair):
        answer = refused(
            app,
            "INSERT INTO ledger_entries (id, transaction_id, account_id, currency, amount_minor)"
            " OVERRIDING SYSTEM VALUE VALUES (1, :t, :a, 'INR', 1)",
            t=raw_transaction(app),
            a=pair[0],
        )
        assert answer is pg.InsufficientPrivilege


class TestAKeyIsUsedOnce:
    @pytest.mark.parametrize("key", ["once", ""])
    def test_a_second_use_or_an_empty_key_is_refused(self, app, key):
        paid_in(accounts.house(), 5, key="once")
        answer = refused(
            app,
            "INSERT INTO transactions (id, idempotency_key, kind, created_at)"
            " VALUES (:id, :key, 'adjustment', now())",
            id=new_id(),
            key=key,
        )
        assert answer is (pg.UniqueViolation if key else pg.CheckViolation)


class TestTheWalletIsAView:
    def test_also_of_an_account_that_is_made_by_the_statement_that_fills_it(self, app):
        """Its id is guessed."""
        member_id, source = a_member().user_id, raw_account(app)
        coming = source + 1
        app.execute(
            text(
                "WITH made AS (INSERT INTO ledger_accounts (kind, owner, currency, user_id)"
                " VALUES ('wallet', CAST(:id AS text), 'INR', CAST(:id AS uuid)))"
                " INSERT INTO ledger_entries"
                " (transaction_id, account_id, currency, amount_minor, balance_after_minor)"
                " VALUES (:t, :coming, 'INR', 500, 500), (:t, :source, 'INR', -500, NULL)"
            ),
            {"id": str(member_id), "t": raw_transaction(app), "coming": coming, "source": source},
        )
        app.commit()
        assert app.execute(text("SELECT balance_minor FROM wallets")).scalar_one() == 500

    def test_it_follows_wallet_and_hold(self, app):
        member_id = a_member().user_id
        paid_in(accounts.wallet(member_id), 500)
        moved((accounts.wallet(member_id), inr(-200)), (accounts.hold(member_id), inr(200)))
        moved((accounts.hold(member_id), inr(-50)), (accounts.clearing("bank"), inr(50)))
        row = app.execute(text("SELECT * FROM wallets")).one()
        assert row == (member_id, "INR", 300, 150)


def _change(how: str, table: str) -> str:
    if how == "UPDATE":
        column = {"ledger_entries": "amount_minor"}.get(table, "kind")
        return f"UPDATE {table} SET {column} = {column}"
    return f"{how} FROM {table}" if how == "DELETE" else f"TRUNCATE {table} CASCADE"
