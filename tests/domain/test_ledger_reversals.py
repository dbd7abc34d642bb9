"""Attacks what a reversal may be, with bare SQL and the rights of the app."""

import pytest
from psycopg import errors as pg
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from luckychit.core.ids import new_id
from luckychit.domain.wallet import accounts
from tests.helpers.ledger import (
    EARLY,
    constraint_of,
    paid_in,
    raw_account,
    raw_entries,
    raw_transaction,
    refused,
    reversed_by,
)


class TestAReversalIsTheOpposite:
    def test_the_exact_opposite_is_accepted(self, app, old_transaction, pair):
        made = raw_transaction(app, reverses=old_transaction)
        raw_entries(app, made, (pair[0], 5), (pair[1], -5))
        app.commit()

    @pytest.mark.parametrize("amount", [4, -5, 10])
    def test_any_other_amount_is_refused(self, app, old_transaction, pair, amount):
        made = raw_transaction(app, reverses=old_transaction)
        with pytest.raises(IntegrityError) as caught:
            raw_entries(app, made, (pair[0], amount), (pair[1], -amount))
        assert constraint_of(caught) == "transaction_reversal_is_opposite"

    def test_another_account_is_refused(self, app, old_transaction, pair):
        made = raw_transaction(app, reverses=old_transaction)
        with pytest.raises(IntegrityError) as caught:
            raw_entries(app, made, (pair[0], 5), (raw_account(app), -5))
        assert constraint_of(caught) == "transaction_reversal_is_opposite"

    def test_a_second_reversal_is_refused(self, app):
        original = paid_in(accounts.house(), 5)
        reversed_by(original)
        with pytest.raises(IntegrityError) as caught:
            raw_transaction(app, reverses=original)
        assert constraint_of(caught) == "transaction_reversed_once"

    def test_a_reversal_of_a_reversal_is_refused(self, app, old_transaction, pair):
        reversal = raw_transaction(app, reverses=old_transaction)
        raw_entries(app, reversal, (pair[0], 5), (pair[1], -5))
        app.commit()
        again = raw_transaction(app, reverses=reversal)
        with pytest.raises(IntegrityError) as caught:
            raw_entries(app, again, (pair[0], -5), (pair[1], 5))
        assert constraint_of(caught) == "transaction_reversal_is_final"

    @pytest.mark.parametrize(
        ("kind", "reason", "is_reversal"),
        [("reversal", "", True), ("adjustment", "why", True), ("reversal", "why", False)],
    )
    def test_a_reversal_says_so_and_says_why(self, app, old_transaction, kind, reason, is_reversal):
        answer = refused(
            app,
            "INSERT INTO transactions (id, idempotency_key, kind, reverses_id, reason, created_at)"
            " VALUES (:id, 'k', :kind, :reverses, :reason, now())",
            id=new_id(),
            kind=kind,
            reverses=old_transaction if is_reversal else None,
            reason=reason,
        )
        assert answer is pg.CheckViolation

    def test_checking_while_its_entries_are_written_does_not_add_to_it(
        self, app, old_transaction, pair
    ):
        made = raw_transaction(app, reverses=old_transaction)
        app.exec_driver_sql(EARLY)
        with pytest.raises(IntegrityError) as caught:
            app.execute(
                text(
                    "INSERT INTO ledger_entries"
                    " (transaction_id, account_id, currency, amount_minor, reference)"
                    " SELECT :t, account_id, 'INR', amount,"
                    " CASE n WHEN 3 THEN coalesce(pg_temp.early(), '') ELSE '' END"
                    " FROM (VALUES (1, :a, 5), (2, :b, -5), (3, :a, 900), (4, :b, -900))"
                    " v (n, account_id, amount)"
                ),
                {"t": made, "a": pair[0], "b": pair[1]},
            )
        assert constraint_of(caught) == "transaction_reversal_is_opposite"


class TestItIsUndoneAfterItWasDone:
    def test_a_reversal_whose_original_has_no_entries_yet_closes_it(self, app, pair):
        original = raw_transaction(app)
        reversal = raw_transaction(app, reverses=original)
        raw_entries(app, reversal, (pair[0], 5), (pair[0], -5))
        with pytest.raises(IntegrityError) as caught:
            raw_entries(app, original, (pair[0], -700), (pair[1], 700))
        assert constraint_of(caught) == "transaction_reversed_afterwards"

    def test_a_reversal_of_what_is_not_there_yet_is_refused(self, app, old_transaction, pair):
        """Both rows come from one statement, and the entries from a function between them."""
        original, reversal = new_id(), new_id()
        app.exec_driver_sql(
            f"""
            CREATE FUNCTION pg_temp.between() RETURNS text LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO ledger_entries (transaction_id, account_id, currency, amount_minor)
                VALUES ('{reversal}', {pair[0]}, 'INR', 900),
                       ('{reversal}', {pair[1]}, 'INR', -900);
                RETURN 'second';
            END $$
            """
        )
        with pytest.raises(IntegrityError) as caught:
            app.execute(
                text(
                    "INSERT INTO transactions"
                    " (id, idempotency_key, kind, reverses_id, reason, created_at)"
                    " SELECT id, CASE n WHEN 2 THEN pg_temp.between() ELSE 'first' END,"
                    " 'reversal', reverses_id, 'x', now() FROM (VALUES"
                    " (1, CAST(:r AS uuid), CAST(:o AS uuid)),"
                    " (2, CAST(:o AS uuid), CAST(:old AS uuid))) v (n, id, reverses_id)"
                ),
                {"r": reversal, "o": original, "old": old_transaction},
            )
        assert constraint_of(caught) == "transaction_reverses_something"

    def test_a_reversal_of_what_another_session_has_not_committed_is_refused(self, db, app, pair):
        """Row and entries in one statement: the entries are looked at before the row's key."""
        app.commit()
        original, reversal = raw_transaction(app), new_id()
        raw_entries(app, original, (pair[0], -700), (pair[1], 700))
        with db.app.connect() as other, pytest.raises(IntegrityError) as caught:
            other.exec_driver_sql(
                "WITH made AS (INSERT INTO transactions"
                " (id, idempotency_key, kind, reverses_id, reason, created_at)"
                f" VALUES ('{reversal}', 'r', 'reversal', '{original}', 'x', now()))"
                " INSERT INTO ledger_entries (transaction_id, account_id, currency, amount_minor)"
                f" VALUES ('{reversal}', {pair[0]}, 'INR', 900),"
                f" ('{reversal}', {pair[1]}, 'INR', -900)"
            )
        assert constraint_of(caught) == "transaction_reverses_something"
        app.commit()
