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
