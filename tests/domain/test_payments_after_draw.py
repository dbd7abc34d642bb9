"""Money that comes, or goes back, after the instalment's draw: where every rupee lands."""

import pytest

from luckychit.core import clock
from luckychit.domain.chits import errors, queries, service
from luckychit.domain.wallet.queries import audit
from tests.helpers.circle import Circle, a_circle, clock_at, with_setting
from tests.helpers.circles import RUPEE, reverse


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield


def books(circle: Circle):
    view = queries.group_of_manager(actor=circle.manager, group_id=circle.group_id, now=clock.now())
    assert view.books.difference.amount_minor == 0
    assert audit() == []
    return view.books


def a_drawn_circle(policy: str, **changed) -> Circle:
    """20 x 5,000 at 5 %, drawn in month 1 while seats 19 and 20 have not paid."""
    circle = a_circle(20, short_collection=policy, **changed)
    circle.pay_all(but=(19, 20))
    circle.draw_now()
    return circle


def parts(circle: Circle) -> tuple[int, int, int]:
    row = circle.row(1)
    assert row.prize_minor == circle.prize(1)
    return row.pot_minor // RUPEE, row.commission_minor // RUPEE, row.prize_minor // RUPEE


class TestCollected:
    def test_winner_gets_85_500_and_4_750_of_each_late_5_000(self):
        circle = a_drawn_circle("collected")
        assert parts(circle) == (90_000, 4_500, 85_500)
        circle.pay(19)
        assert parts(circle) == (95_000, 4_750, 90_250)
        circle.pay(20)
        assert parts(circle) == (100_000, 5_000, 95_000)
        assert circle.pot(1) == 0
        assert books(circle).prizes.amount_minor == 95_000 * RUPEE

    def test_rest_of_a_late_payment_waits_in_the_next_pot(self):
        circle = a_drawn_circle("collected")
        circle.pay(19, 7_000 * RUPEE)
        assert parts(circle) == (95_000, 4_750, 90_250)
        assert circle.pot(2) == 2_000 * RUPEE
        books(circle)

    def test_tax_grows_with_the_commission(self):
        circle = a_drawn_circle("collected", gst_bps=1_800)
        assert parts(circle) == (90_000, 4_500, 84_690)
        circle.pay(19)
        circle.pay(20)
        assert parts(circle) == (100_000, 5_000, 94_100)
        assert circle.gst() == 900 * RUPEE
        books(circle)

    def test_rupee_by_rupee_ends_like_all_at_once(self):
        circle = a_drawn_circle("collected", gst_bps=1_800)
        for amount in (1, 33, 99_999, 7, 399_960):
            circle.pay(19, amount)
        circle.pay(20)
        assert parts(circle) == (100_000, 5_000, 94_100)
        books(circle)

    def test_reversal_leaves_the_draw_and_charges_the_foreman(self):
        circle = a_circle(20)
        rows = [circle.pay(seat) for seat in range(1, 21)]
        before = circle.draw_now()
        reverse(circle.manager, rows[4])
        assert parts(circle) == (100_000, 5_000, 95_000)
        assert circle.row(1).winner_seat_id is not None
        assert circle.draws()[0].winner_seat_number == before.winner_seat_number
        assert circle.advanced() == 5_000 * RUPEE
        assert circle.dues(5)[0].advanced_minor == 5_000 * RUPEE
        assert books(circle).advanced.amount_minor == 5_000 * RUPEE

    def test_paying_again_repays_the_foreman_and_nobody_else(self):
        circle = a_circle(20)
        rows = [circle.pay(seat) for seat in range(1, 21)]
        circle.draw_now()
        reverse(circle.manager, rows[4])
        circle.pay(5, 3_000 * RUPEE)
        assert circle.advanced() == 2_000 * RUPEE
        circle.pay(5, 2_000 * RUPEE)
        assert (circle.advanced(), circle.dues(5)[0].advanced_minor) == (0, 0)
        assert parts(circle) == (100_000, 5_000, 95_000)
        assert circle.pot(2) == 0
        books(circle)

    def test_reversal_of_late_money_is_the_foremans_too(self):
        circle = a_drawn_circle("collected")
        late = circle.pay(19)
        reverse(circle.manager, late)
        assert parts(circle) == (95_000, 4_750, 90_250)
        assert circle.advanced() == 5_000 * RUPEE
        circle.pay(19)
        assert parts(circle) == (95_000, 4_750, 90_250)
        assert circle.advanced() == 0
        books(circle)


def month_of_two(circle: Circle) -> tuple[int, int]:
    """Play month 1 of two seats; return who has won, and who has not."""
    circle.pay_all()
    drawn = circle.draw_now()
    circle.payout(drawn)
    return drawn.winner_seat_number, 3 - drawn.winner_seat_number


class TestLastPayment:
    @pytest.mark.parametrize("policy", ["collected", "foreman_advances"])
    def test_of_a_winner_who_was_late_completes_the_circle(self, policy):
        circle = a_circle(2, short_collection=policy)
        winner, other = month_of_two(circle)
        circle.pay(other)
        circle.payout(circle.draw_now())
        assert circle.group().status == "active"
        last = circle.pay(winner)
        if policy == "collected":
            assert circle.group().status == "active"
            circle.payout(circle.draws()[1])
        assert circle.group().status == "completed"
        assert circle.money_left() == 0
        books(circle)
        with pytest.raises(errors.GroupNotActive):
            reverse(circle.manager, last)


class TestDrawBroughtForward:
    def test_makes_what_is_unpaid_owed_but_nobody_late_before_the_day(self):
        circle = a_circle(2)
        winner, other = month_of_two(circle)
        circle.pay(other)
        service.conduct_draw(actor=circle.manager, group_id=circle.group_id)
        circle.draw_now()
        seen = queries.group_of_manager(
            actor=circle.manager, group_id=circle.group_id, now=clock.now()
        )
        assert clock.now().month == 1
        assert circle.dues(winner)[1].due_on.month == 2
        seat = seen.seats[winner - 1]
        assert (seat.owed.amount_minor, seat.cells[1].state) == (5_000 * RUPEE, "due")
        (row,) = queries.collect_sheet(actor=circle.manager, now=clock.now()).items
        assert (row.seat_number, row.instalment, row.is_late) == (winner, 2, False)


class TestForemanAdvances:
    def test_winner_gets_95_000_and_the_foreman_is_out_10_000(self):
        circle = a_drawn_circle("foreman_advances")
        assert parts(circle) == (100_000, 5_000, 95_000)
        assert circle.advanced() == 10_000 * RUPEE
        assert books(circle).advanced.amount_minor == 10_000 * RUPEE

    def test_late_money_repays_the_foreman_and_changes_no_prize(self):
        circle = a_drawn_circle("foreman_advances")
        circle.pay(19, 2_000 * RUPEE)
        assert circle.advanced() == 8_000 * RUPEE
        circle.pay(19, 4_000 * RUPEE)
        circle.pay(20)
        assert parts(circle) == (100_000, 5_000, 95_000)
        assert (circle.advanced(), circle.pot(1), circle.pot(2)) == (0, 0, 1_000 * RUPEE)
        books(circle)


class TestWhileTheWinnerIsAwaited:
    def test_a_payment_the_frozen_list_counts_on_is_not_taken_back(self, monkeypatch):
        with with_setting(monkeypatch, BEACON="drand"):
            circle = a_circle(2, instalment_minor=5_000 * RUPEE)
            counted, ahead = circle.pay(1), circle.pay(2, 10_000 * RUPEE)
            circle.go_to_lock()
            assert service.advance_draws() == 1
            for payment in (counted, ahead):
                with pytest.raises(errors.ListIsFrozen):
                    reverse(circle.manager, payment)
            # What is paid ahead concerns no frozen list.
            reverse(circle.manager, circle.pay(1))
        assert (circle.pot(1), circle.present().status) == (10_000 * RUPEE, "locked")
        books(circle)
