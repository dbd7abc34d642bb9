"""Double clicks and busy evenings: real threads, real PostgreSQL.

Each guard is also taken away: the same scene must then go wrong, or it proves nothing.
"""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from luckychit.core.db import reading
from luckychit.domain.chits import errors, service
from luckychit.domain.chits.models import Payment, ReceiptCounter
from luckychit.domain.chits.operations import payments as payment_operations
from luckychit.domain.chits.queries.views import PaymentRow
from luckychit.domain.wallet.queries import audit
from tests.helpers.circle import clock_at
from tests.helpers.circles import a_key, a_running_group, paid_of, pay, reverse
from tests.helpers.people import a_manager
from tests.helpers.races import at_once, of_type, together, unlocked_group


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield


def numbers_of(manager) -> list[int]:
    with reading() as session:
        return list(
            session.exec(
                select(Payment.receipt_number)
                .where(Payment.manager_id == manager.user_id)
                .order_by(col(Payment.receipt_number))
            )
        )


def careless_number(session, manager_id) -> int:
    """Take a receipt number as one would without the counter's lock."""
    used = session.execute(
        text("SELECT coalesce(max(receipt_number), 0) FROM payments WHERE manager_id = :id"),
        {"id": manager_id},
    ).scalar_one()
    return used + 1


class TestDoubleClick:
    def test_gives_one_payment_and_everybody_its_receipt(self):
        manager, key = a_manager(), a_key()
        group_id = a_running_group(manager)
        rows = at_once(*[lambda: pay(manager, group_id, 1, key=key) for _ in range(8)])
        assert {row.payment_id for row in of_type(rows, PaymentRow)} == {rows[0].payment_id}
        assert len(of_type(rows, PaymentRow)) == 8
        assert paid_of(group_id, 1)[:2] == [5_000, 0]

    def test_without_the_lock_the_second_click_is_an_error(self, monkeypatch):
        manager, key = a_manager(), a_key()
        group_id = a_running_group(manager)
        monkeypatch.setattr(service.payments, "lock_own_group", unlocked_group)
        known = payment_operations.payment_with
        monkeypatch.setattr(payment_operations, "payment_with", together(known))
        rows = at_once(*[lambda: pay(manager, group_id, 1, key=key) for _ in range(2)])
        assert len(of_type(rows, PaymentRow)) == 1
        assert len(of_type(rows, IntegrityError)) == 1
        assert paid_of(group_id, 1)[:2] == [5_000, 0]

    def test_of_two_clerks_never_overpays_a_seat(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        rows = at_once(*[lambda: pay(manager, group_id, 1, 20_000) for _ in range(2)])
        assert len(of_type(rows, errors.Overpaid)) == 1
        assert sum(paid_of(group_id, 1)) == 20_000

    def test_of_two_reversals_gives_one(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        payment = pay(manager, group_id, 1)
        pay(manager, group_id, 1)
        rows = at_once(*[lambda: reverse(manager, payment) for _ in range(4)])
        assert len(of_type(rows, PaymentRow)) == 1
        assert len(of_type(rows, errors.AlreadyReversed)) == 3
        assert paid_of(group_id, 1)[:2] == [5_000, 0]
        assert audit() == []

    def test_of_a_reversal_gives_one_receipt_to_all(self):
        manager, key = a_manager(), a_key()
        payment = pay(manager, a_running_group(manager), 1)
        rows = at_once(*[lambda: reverse(manager, payment, key=key) for _ in range(4)])
        assert {row.payment_id for row in rows} == {rows[0].payment_id}

    def test_of_a_reversal_without_the_lock_is_an_error(self, monkeypatch):
        manager = a_manager()
        group_id = a_running_group(manager)
        payment = pay(manager, group_id, 1)
        pay(manager, group_id, 1)
        monkeypatch.setattr(service.payments, "lock_own_group", unlocked_group)
        check = service.payments._refuse_unless_reversible
        monkeypatch.setattr(service.payments, "_refuse_unless_reversible", together(check))
        rows = at_once(*[lambda: reverse(manager, payment) for _ in range(2)])
        assert len(of_type(rows, PaymentRow)) == 1
        assert not of_type(rows, errors.AlreadyReversed)
        assert len(of_type(rows, IntegrityError)) == 1


class TestReceiptNumbersOfABusyEvening:
    def clerks(self, manager, groups):
        return [
            lambda group_id=group_id, seat=seat: pay(manager, group_id, seat, 10)
            for group_id in groups
            for seat in (1, 2, 3, 4)
        ]

    def test_have_no_gap_and_no_double(self):
        manager = a_manager()
        groups = [a_running_group(manager, seats=4) for _ in range(4)]
        rows = at_once(*self.clerks(manager, groups))
        assert sorted(row.receipt_number for row in rows) == list(range(1, 17))
        assert audit() == []

    def test_have_no_gap_when_some_are_refused(self):
        manager = a_manager()
        groups = [a_running_group(manager, seats=4) for _ in range(3)]
        too_much = [lambda: pay(manager, groups[0], 1, 20_001) for _ in range(4)]
        at_once(*self.clerks(manager, groups), *too_much)
        assert numbers_of(manager) == list(range(1, 13))

    def test_without_the_counter_two_payments_want_the_same(self, monkeypatch):
        manager = a_manager()
        groups = [a_running_group(manager, seats=4) for _ in range(2)]
        monkeypatch.setattr(payment_operations, "next_receipt_number", together(careless_number))
        rows = at_once(*[lambda group_id=g: pay(manager, group_id, 1, 10) for g in groups])
        assert "receipt_number_once" in str(of_type(rows, IntegrityError))
        assert numbers_of(manager) == [1]

    def test_counter_agrees_with_the_payments(self):
        manager = a_manager()
        at_once(*self.clerks(manager, [a_running_group(manager, seats=4)]))
        with reading() as session:
            assert session.get_one(ReceiptCounter, manager.user_id).last_number == 4
