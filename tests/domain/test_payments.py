from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import func, select

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.core.errors import InvalidInput, NotAllowed
from luckychit.core.ids import new_id
from luckychit.domain.chits import errors, queries, service
from luckychit.domain.chits.models import Payment
from luckychit.domain.notify.models import News
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import queries as ledger
from tests.helpers.circle import BEGINNING, clock_at
from tests.helpers.circles import (
    RUPEE,
    a_full_group,
    a_key,
    a_running_group,
    dues_of,
    paid_of,
    pay,
    reverse,
    seat_row,
)
from tests.helpers.people import a_manager, a_member


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield


def pot(group_id, instalment: int) -> int:
    held = ledger.balance_of(accounts.chit_pot(group_id, instalment), "INR")
    return held.amount_minor // RUPEE


def payments() -> int:
    with reading() as session:
        return session.exec(select(func.count()).select_from(Payment)).one()


class TestRecordPayment:
    def test_fills_the_due_and_says_so(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        row = pay(manager, group_id, 2, 5_000, method="upi", reference="UTR 42")
        assert (row.amount.amount_minor, row.seat_number) == (5_000 * RUPEE, 2)
        assert (row.method, row.reference, row.instalments) == ("upi", "UTR 42", (1,))
        assert (row.is_reversal, row.is_reversed, row.receipt_number) == (False, False, 1)
        assert paid_of(group_id, 2) == [5_000, 0, 0, 0, 0]
        assert (pot(group_id, 1), payments()) == (5_000, 1)

    def test_4999_of_5000_is_not_paid(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        pay(manager, group_id, 1, 4_999)
        assert dues_of(group_id, 1)[0].paid_at is None
        pay(manager, group_id, 1, 1)
        assert dues_of(group_id, 1)[0].paid_at is not None

    def test_2000_and_3500_pay_one_month_and_500_of_the_next(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        pay(manager, group_id, 1, 2_000)
        row = pay(manager, group_id, 1, 3_500)
        assert paid_of(group_id, 1) == [5_000, 500, 0, 0, 0]
        assert row.instalments == (1, 2)
        assert (pot(group_id, 1), pot(group_id, 2)) == (5_000, 500)

    def test_whole_term_in_advance(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        assert pay(manager, group_id, 1, 25_000).instalments == (1, 2, 3, 4, 5)
        assert paid_of(group_id, 1) == [5_000] * 5

    def test_late_money_fills_the_oldest_month_first(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        clock.set_start(datetime(2027, 3, 20, tzinfo=UTC))
        pay(manager, group_id, 1, 7_000)
        assert paid_of(group_id, 1) == [5_000, 2_000, 0, 0, 0]

    def test_more_than_is_owed_is_refused_and_nothing_written(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        pay(manager, group_id, 1, 20_000)
        with pytest.raises(errors.Overpaid) as caught:
            pay(manager, group_id, 1, 5_001)
        assert caught.value.message == "That is more than this seat still owes: ₹5,000."
        assert payments() == 1
        assert pay(manager, group_id, 1, 5_000).receipt_number == 2

    def test_counts_from_the_moment_of_recording_not_of_receiving(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        clock.set_start(BEGINNING + timedelta(days=2))
        row = pay(manager, group_id, 1, received_at=BEGINNING + timedelta(days=1))
        paid_at = dues_of(group_id, 1)[0].paid_at
        assert row.received_at == BEGINNING + timedelta(days=1)
        assert paid_at is not None
        assert paid_at >= BEGINNING + timedelta(days=2)

    def test_may_have_arrived_on_the_day_of_the_start_but_not_before(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        pay(manager, group_id, 1, 1, received_at=BEGINNING - timedelta(hours=2))
        for wrong in (BEGINNING - timedelta(days=1), BEGINNING + timedelta(minutes=5)):
            with pytest.raises(InvalidInput) as caught:
                pay(manager, group_id, 1, 1, received_at=wrong)
            assert list(caught.value.fields) == ["received_at"]

    def test_is_refused_before_the_start(self):
        manager = a_manager()
        with pytest.raises(errors.GroupNotActive):
            pay(manager, a_full_group(manager), 1)

    def test_tells_the_payer(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        row = pay(manager, group_id, 3)
        with reading() as session:
            told = session.exec(select(News).where(News.kind == "payment_received")).one()
        assert told.user_id == seat_row(group_id, 3).user_id
        assert (told.manager_id, told.group_id) == (manager.user_id, group_id)
        assert told.facts == {
            "name": "Member 03",
            "seat": 3,
            "amount_minor": 5_000 * RUPEE,
            "currency": "INR",
            "receipt_code": row.receipt_code,
            "group": "Tuesday circle",
        }

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            *[("amount_minor", value) for value in (0, -1, True, 5e5, "500000", None, {}, 10**30)],
            *[("seat_number", value) for value in (0, True, "1", None, 121, [])],
            *[("method", value) for value in ("cheque", "razorpay", "", None, {}, 1)],
            *[("reference", value) for value in ("x" * 101, "a\x00b", None, {}, 5)],
            *[("received_at", value) for value in ("2027-01-01", datetime(2027, 1, 1), 0)],
            *[("key", value) for value in ("", None, 7, "x" * 81, "ключ")],
        ],
    )
    def test_names_the_field_that_has_a_wrong_shape(self, field, value):
        manager = a_manager()
        asked = {
            "key": a_key(),
            "group_id": a_running_group(manager),
            "seat_number": 1,
            "amount_minor": 5_000 * RUPEE,
            "method": "cash",
        }
        with pytest.raises(InvalidInput) as caught:
            service.record_payment(actor=manager, **asked | {field: value})
        assert list(caught.value.fields) == [field]
        assert payments() == 0

    def test_knows_only_seats_of_the_group(self):
        manager = a_manager()
        with pytest.raises(errors.SeatNotFound):
            pay(manager, a_running_group(manager), 6)

    def test_hides_the_group_of_another_manager(self):
        group_id = a_running_group(a_manager())
        with pytest.raises(errors.GroupNotFound):
            pay(a_manager(), group_id, 1)
        with pytest.raises(errors.GroupNotFound):
            service.record_payment(
                actor=a_manager(),
                key=a_key(),
                group_id={"id": 1},
                seat_number=1,
                amount_minor=1,
                method="cash",
            )

    def test_is_for_managers(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        with pytest.raises(NotAllowed):
            pay(a_member(manager), group_id, 1)


class TestKeyOfAPayment:
    def test_gives_the_first_receipt_again(self):
        manager, key = a_manager(), a_key()
        group_id = a_running_group(manager)
        first, second = (pay(manager, group_id, 1, key=key) for _ in range(2))
        assert first == second
        assert (payments(), paid_of(group_id, 1)[:2]) == (1, [5_000, 0])

    def test_gives_it_even_when_the_group_has_moved_on(self):
        manager, key = a_manager(), a_key()
        group_id = a_running_group(manager, seats=2)
        first = pay(manager, group_id, 1, 10_000, key=key)
        reverse(manager, first)
        again = pay(manager, group_id, 1, 10_000, key=key)
        assert (again.payment_id, again.is_reversed) == (first.payment_id, True)

    @pytest.mark.parametrize("other", [{"seat": 2}, {"rupees": 4_000}, {"method": "upi"}])
    def test_is_refused_for_another_request(self, other):
        manager, key = a_manager(), a_key()
        group_id = a_running_group(manager)
        pay(manager, group_id, 1, 5_000, key=key)
        asked = {"seat": 1, "rupees": 5_000, "method": "cash"} | other
        with pytest.raises(errors.KeyReused):
            pay(manager, group_id, key=key, **asked)

    def test_is_refused_for_another_group_reference_or_moment(self):
        manager, key = a_manager(), a_key()
        group_id = a_running_group(manager)
        pay(manager, group_id, 1, key=key)
        with pytest.raises(errors.KeyReused):
            pay(manager, a_running_group(manager), 1, key=key)
        with pytest.raises(errors.KeyReused):
            pay(manager, group_id, 1, key=key, reference="other")
        with pytest.raises(errors.KeyReused):
            pay(manager, group_id, 1, key=key, received_at=BEGINNING)


class TestReversePayment:
    def test_is_the_opposite_with_its_own_receipt(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        payment = pay(manager, group_id, 1, 7_500, method="bank", reference="cheque 7")
        row = reverse(manager, payment)
        assert (row.amount.amount_minor, row.receipt_number) == (-7_500 * RUPEE, 2)
        assert (row.is_reversal, row.method, row.reference) == (True, "bank", "cheque 7")
        assert row.reason == "The cheque was returned"
        assert paid_of(group_id, 1) == [0] * 5
        assert dues_of(group_id, 1)[0].paid_at is None
        assert (pot(group_id, 1), pot(group_id, 2)) == (0, 0)
        assert ledger.audit() == []

    def test_opens_the_newest_paid_dues_so_that_the_oldest_stay_paid(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        january = pay(manager, group_id, 1, 5_000)
        pay(manager, group_id, 1, 8_000)
        row = reverse(manager, january)
        assert row.instalments == (2, 3)
        assert paid_of(group_id, 1) == [5_000, 3_000, 0, 0, 0]
        assert (pot(group_id, 1), pot(group_id, 2), pot(group_id, 3)) == (5_000, 3_000, 0)

    def test_may_be_followed_by_the_right_payment(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        reverse(manager, pay(manager, group_id, 1, 500))
        assert pay(manager, group_id, 1, 5_000).receipt_number == 3
        assert paid_of(group_id, 1)[0] == 5_000

    def test_happens_once(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        payment = pay(manager, group_id, 1)
        reversal = reverse(manager, payment)
        with pytest.raises(errors.AlreadyReversed):
            reverse(manager, payment)
        with pytest.raises(errors.ReversalOfReversal):
            reverse(manager, reversal)
        assert payments() == 2

    def test_gives_the_first_receipt_again_with_its_key(self):
        manager, key = a_manager(), a_key()
        group_id = a_running_group(manager)
        payment = pay(manager, group_id, 1)
        assert reverse(manager, payment, key=key) == reverse(manager, payment, key=key)
        with pytest.raises(errors.KeyReused):
            reverse(manager, pay(manager, group_id, 2), key=key)

    def test_key_of_a_payment_is_no_key_of_a_reversal(self):
        manager, key = a_manager(), a_key()
        group_id = a_running_group(manager)
        payment = pay(manager, group_id, 1, key=key)
        with pytest.raises(errors.KeyReused):
            reverse(manager, payment, key=key)
        reversal_key = a_key()
        reverse(manager, payment, key=reversal_key)
        with pytest.raises(errors.KeyReused):
            pay(manager, group_id, 1, key=reversal_key)

    @pytest.mark.parametrize("reason", ["", "  ", None, {}, 5, "x" * 301, "a\x00"])
    def test_needs_a_reason(self, reason):
        manager = a_manager()
        payment = pay(manager, a_running_group(manager), 1)
        with pytest.raises(InvalidInput) as caught:
            service.reverse_payment(
                actor=manager, key=a_key(), payment_id=payment.payment_id, reason=reason
            )
        assert list(caught.value.fields) == ["reason"]

    def test_hides_payments_of_another_manager_and_unknown_ones(self):
        manager = a_manager()
        payment = pay(manager, a_running_group(manager), 1)
        with pytest.raises(errors.PaymentNotFound):
            reverse(a_manager(), payment)
        for unknown in (new_id(), "no id", None, {}, 3):
            with pytest.raises(errors.PaymentNotFound):
                service.reverse_payment(
                    actor=manager, key=a_key(), payment_id=unknown, reason="wrong"
                )

    def test_is_for_managers(self):
        manager = a_manager()
        payment = pay(manager, a_running_group(manager), 1)
        with pytest.raises(NotAllowed):
            reverse(a_member(manager), payment)

    def test_tells_the_payer_why(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        row = reverse(manager, pay(manager, group_id, 1))
        with reading() as session:
            told = session.exec(select(News).where(News.kind == "payment_reversed")).one()
        assert told.user_id == seat_row(group_id, 1).user_id
        assert told.facts["reason"] == "The cheque was returned"
        assert told.facts["amount_minor"] == 5_000 * RUPEE
        assert told.facts["receipt_code"] == row.receipt_code


class TestReceiptNumbers:
    def test_count_up_without_gaps_over_all_groups_of_a_manager(self):
        manager, other = a_manager(), a_manager()
        groups = [a_running_group(manager), a_running_group(manager)]
        foreign = a_running_group(other)
        numbers = [pay(manager, groups[place % 2], 1, 10).receipt_number for place in range(6)]
        assert numbers == [1, 2, 3, 4, 5, 6]
        assert pay(other, foreign, 1).receipt_number == 1

    def test_refused_payment_uses_none(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        with pytest.raises(errors.Overpaid):
            pay(manager, group_id, 1, 25_001)
        assert pay(manager, group_id, 1).receipt_number == 1


class TestBooks:
    def test_show_what_came_in_and_that_nothing_is_missing(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        pay(manager, group_id, 1, 7_500)
        reverse(manager, pay(manager, group_id, 2, 1_000))
        books = queries.group_of_manager(actor=manager, group_id=group_id, now=clock.now()).books
        assert books.received.amount_minor == books.held.amount_minor == 7_500 * RUPEE
        assert (books.difference.amount_minor, books.advanced.amount_minor) == (0, 0)
