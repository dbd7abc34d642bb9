import pytest

from luckychit.core import clock
from luckychit.core.errors import InvalidInput, NotAllowed, SignInNeeded
from luckychit.domain.chits import errors, queries
from luckychit.domain.users.service import Actor
from tests.helpers.circle import a_circle, clock_at
from tests.helpers.circles import RUPEE, a_running_group, pay, reverse, seat_row
from tests.helpers.people import a_manager, a_member, a_mobile, mobile_of


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield


class TestReceipt:
    def test_says_who_paid_what_for_which_month(self):
        manager = a_manager(full_name="Meera Shah")
        group_id = a_running_group(manager)
        row = pay(manager, group_id, 2, 7_500, method="upi", reference="UTR 42")
        seen = queries.receipt(code=row.receipt_code)
        assert (seen.receipt_number, seen.manager_name) == (1, "Meera Shah")
        assert (seen.payer_name, seen.seat_number) == ("Member 02", 2)
        assert seen.amount.amount_minor == 7_500 * RUPEE
        assert seen.amount_in_words == "seven thousand, five hundred rupees"
        assert [(n, part.amount_minor // RUPEE) for n, part in seen.instalments] == [
            (1, 5_000),
            (2, 2_500),
        ]
        assert (seen.method, seen.reference, seen.time_zone) == ("upi", "UTR 42", "Asia/Kolkata")
        assert (seen.is_reversal, seen.reversed_by_code, seen.reverses_code) == (False, None, None)

    def test_holds_no_mobile_number(self):
        circle = a_circle()
        row = circle.pay(1)
        shown = repr(queries.receipt(code=row.receipt_code))
        assert mobile_of(circle.members[0])[-10:] not in shown
        assert str(circle.members[0].user_id) not in shown

    def test_of_a_reversed_payment_and_its_reversal_name_each_other(self):
        manager = a_manager()
        payment = pay(manager, a_running_group(manager), 1)
        reversal = reverse(manager, payment)
        first = queries.receipt(code=payment.receipt_code)
        second = queries.receipt(code=reversal.receipt_code)
        assert first.reversed_by_code == reversal.receipt_code
        assert second.reverses_code == payment.receipt_code
        assert (second.is_reversal, second.reason) == (True, "The cheque was returned")
        assert second.amount_in_words == "minus five thousand rupees"

    def test_code_may_be_typed_in_small_letters(self):
        manager = a_manager()
        row = pay(manager, a_running_group(manager), 1)
        assert queries.receipt(code=f" {row.receipt_code.lower()} ").receipt_number == 1

    @pytest.mark.parametrize(
        "code", ["", "ABC", "X" * 21, "%", "A' OR 1=1", "ÄÖÜ", "\x00", None, 5, {}, ["A"]]
    )
    def test_is_not_found_by_nonsense(self, code):
        with pytest.raises(errors.ReceiptNotFound):
            queries.receipt(code=code)

    def test_codes_cannot_be_guessed(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        codes = {pay(manager, group_id, 1, 10).receipt_code for _ in range(20)}
        assert len(codes) == 20
        assert all(len(code) == 12 for code in codes)


class TestPaymentsOfManager:
    def test_are_the_managers_own_newest_first(self):
        manager, other = a_manager(), a_manager()
        group_id = a_running_group(manager)
        for seat in (1, 2, 3):
            pay(manager, group_id, seat)
        pay(other, a_running_group(other), 1)
        page = queries.payments_of_manager(actor=manager, offset=1, limit=1)
        assert (page.total, [row.receipt_number for row in page.items]) == (3, [2])

    @pytest.mark.parametrize(
        ("typed", "found"),
        [("member 02", [2]), ("utr", [2]), ("#0003", [3]), ("3", [3]), ("tuesday", [3, 2, 1])]
        + [(typed, []) for typed in ("%", "_", "nobody", "' OR true --")],
    )
    def test_are_searched_by_name_reference_number_and_group(self, typed, found):
        manager = a_manager()
        group_id = a_running_group(manager)
        pay(manager, group_id, 1)
        pay(manager, group_id, 2, reference="UTR 77")
        pay(manager, group_id, 3)
        page = queries.payments_of_manager(actor=manager, search=typed)
        assert ([row.receipt_number for row in page.items], page.total) == (found, len(found))

    def test_mark_what_is_reversed(self):
        manager = a_manager()
        reverse(manager, pay(manager, a_running_group(manager), 1))
        reversal, payment = queries.payments_of_manager(actor=manager).items
        assert (reversal.is_reversal, reversal.is_reversed) == (True, False)
        assert (payment.is_reversal, payment.is_reversed) == (False, True)

    @pytest.mark.parametrize(
        "wrong",
        [{"offset": -1}, {"offset": "0"}, {"limit": 0}, {"limit": 201}, {"limit": True}]
        + [{"search": search} for search in ({}, None, 5, "x" * 101, "\x00")],
    )
    def test_name_the_wrong_field(self, wrong):
        with pytest.raises(InvalidInput) as caught:
            queries.payments_of_manager(actor=a_manager(), **wrong)
        assert list(caught.value.fields) == list(wrong)

    def test_are_for_managers(self):
        with pytest.raises(NotAllowed):
            queries.payments_of_manager(actor=a_member())
        with pytest.raises(SignInNeeded):
            queries.payments_of_manager(actor=None)


class TestMemberPayments:
    def test_are_the_members_own(self):
        circle = a_circle()
        circle.pay(1)
        circle.pay(2)
        page = queries.member_payments(actor=circle.members[1])
        assert (page.total, page.items[0].seat_number) == (1, 2)
        assert queries.member_payments(actor=a_member()).total == 0


class TestTodayTotal:
    def total(self, manager) -> tuple[int, int]:
        money, count = queries.today_total(actor=manager, now=clock.now())
        return money.amount_minor // RUPEE, count

    def test_counts_today_and_takes_reversals_off(self):
        manager = a_manager()
        group_id = a_running_group(manager)
        pay(manager, group_id, 1)
        reverse(manager, pay(manager, group_id, 2, 700))
        assert self.total(manager) == (5_000, 1)

    def test_begins_at_midnight_of_the_group(self):
        circle = a_circle()
        # 04:00 UTC of 1 January is 09:30 in India; 19:00 UTC is already the 2nd.
        circle.pay(1)
        clock.set_start(clock.now().replace(hour=18, minute=0))
        assert self.total(circle.manager) == (5_000, 1)
        clock.set_start(clock.now().replace(hour=19, minute=0))
        assert self.total(circle.manager) == (0, 0)

    def test_of_a_new_manager_is_zero(self):
        assert self.total(a_manager()) == (0, 0)


class TestCollectSheet:
    def rows(self, manager, **asked) -> list[tuple[int, int, int]]:
        page = queries.collect_sheet(actor=manager, now=clock.now(), **asked)
        assert page.total >= len(page.items)
        return [
            (row.seat_number, row.instalment, row.remaining.amount_minor // RUPEE)
            for row in page.items
        ]

    def test_lists_what_this_month_asks_for_and_leaves_out_the_paid(self):
        circle = a_circle(3)
        circle.pay(1)
        circle.pay(2, 2_000 * RUPEE)
        assert self.rows(circle.manager) == [(2, 1, 3_000), (3, 1, 5_000)]

    def test_puts_the_oldest_first_and_says_what_is_late(self):
        circle = a_circle(3)
        circle.pay_all(but=(3,))
        circle.draw_now()
        assert self.rows(circle.manager) == [
            (3, 1, 5_000),
            (1, 2, 5_000),
            (2, 2, 5_000),
            (3, 2, 5_000),
        ]
        page = queries.collect_sheet(actor=circle.manager, now=clock.now())
        assert [row.is_late for row in page.items] == [True, False, False, False]

    def test_lists_the_open_instalment_of_a_draw_brought_forward(self):
        circle = a_circle(3)
        circle.pay_all()
        circle.draw_now()
        assert [row[1] for row in self.rows(circle.manager)] == [2, 2, 2]

    def test_is_searched_and_paged(self):
        circle = a_circle(3)
        assert self.rows(circle.manager, search="member 2") == [(2, 1, 5_000)]
        last_digits = mobile_of(circle.members[2])[-6:]
        assert self.rows(circle.manager, search=last_digits) == [(3, 1, 5_000)]
        assert self.rows(circle.manager, search=a_mobile()) == []
        assert self.rows(circle.manager, offset=1, limit=1) == [(2, 1, 5_000)]

    def test_shows_nothing_of_other_managers(self):
        a_circle(3)
        assert self.rows(a_manager()) == []

    def test_is_for_managers(self):
        circle = a_circle(2)
        member: Actor = circle.members[0]
        with pytest.raises(NotAllowed):
            self.rows(member)
        assert seat_row(circle.group_id, 1).user_id == member.user_id
