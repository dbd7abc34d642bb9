"""What the member's pages say, and whom they let in."""

import json
from datetime import timedelta

import pytest

from luckychit.core import clock, errors
from luckychit.core.ids import new_id
from luckychit.domain.chits import queries, service
from luckychit.domain.users.service import SessionView
from luckychit.ui.pages.member_group.texts import read_circle
from luckychit.ui.pages.member_home import state as home
from luckychit.ui.pages.member_lottery.texts import read_lottery
from luckychit.ui.pages.member_payments import state as payments
from luckychit.ui.pages.member_shared.dues import bill_of, due_lines
from luckychit.ui.pages.profile_shared.texts import device_of, program_of
from tests.helpers.circle import a_circle, clock_at
from tests.helpers.people import a_manager, a_member


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield


def bill_for(actor):
    page = queries.member_home(actor=actor, now=clock.now())
    return bill_of(page, ["Meera Manager"], clock.now())


class TestTheBill:
    def test_of_somebody_in_no_circle_is_not_drawn(self):
        assert bill_for(a_member()).kind == "none"

    def test_waits_while_the_circle_fills(self):
        circle = a_circle(2, started=False)
        assert bill_for(circle.members[0]).kind == "waiting"

    def test_names_the_amount_the_day_and_the_taker_before_the_draw(self):
        circle = a_circle(2)
        bill = bill_for(circle.members[0])
        assert (bill.kind, bill.amount) == ("coming", "₹5,000")
        assert bill.words == "by Tue 5 Jan, in 4 days"
        assert bill.whom == "to Meera Manager"

    def test_asks_only_for_what_is_left(self):
        circle = a_circle(2)
        circle.pay(1, 200_000)
        page = queries.member_home(actor=circle.members[0], now=clock.now())
        assert bill_for(circle.members[0]).amount == "₹3,000"
        (line,) = due_lines(page, clock.now())
        assert (line.status, line.detail) == ("part", "Month 1 · seat 1 · ₹2,000 of ₹5,000 paid")

    def test_says_paid_once_the_month_is(self):
        circle = a_circle(2)
        circle.pay(1)
        bill = bill_for(circle.members[0])
        assert (bill.kind, bill.amount) == ("clear", "")
        assert bill.words == "Next: ₹5,000 by Fri 5 Feb."

    def test_does_not_ask_yet_for_a_month_far_away(self):
        circle = a_circle(2)
        circle.pay_all()
        circle.draw_now()
        assert bill_for(circle.members[0]).kind == "clear"
        clock.set_start(clock.now() + timedelta(days=15))
        assert bill_for(circle.members[0]).kind == "coming"

    def test_calls_late_what_missed_its_draw(self):
        circle = a_circle(3)
        circle.pay_all(but=(1,))
        circle.draw_now()
        clock.set_start(clock.now() + timedelta(days=2))
        bill = bill_for(circle.members[0])
        assert (bill.kind, bill.title, bill.amount) == ("late", "Late", "₹5,000")
        assert bill.words == "was due 2 days ago"

    def test_calls_nobody_late_before_the_day_of_a_draw_brought_forward(self):
        circle = a_circle(2)
        circle.pay_all()
        circle.draw_now()
        winner = circle.draws()[0].winner_seat_number
        circle.pay(3 - winner)
        service.conduct_draw(actor=circle.manager, group_id=circle.group_id)
        circle.go_to_lock()
        service.advance_draws()
        assert circle.draws()[1].status == "drawn"
        bill = bill_for(circle.members[winner - 1])
        assert (bill.kind, bill.amount) == ("owed", "₹5,000")
        assert bill.words == "by Fri 5 Feb; the draw is already held"

    def test_is_settled_when_every_month_is_drawn_and_paid(self):
        circle = a_circle(2)
        for _ in range(2):
            circle.pay_all()
            circle.draw_now()
        assert bill_for(circle.members[0]).kind == "done"


class TestHome:
    def test_draws_the_ring_by_seat_with_own_paid_and_won_seats(self):
        circle = a_circle(3)
        circle.pay_all()
        won = circle.draw_now().winner_seat_number
        circle.pay(2 if won != 2 else 3)
        page = home._read(circle.members[0], clock.now())
        (shown,) = page.circles
        assert shown.count == len(shown.ring) == 3
        assert "me" in shown.ring[0].split()
        assert "won" in shown.ring[won - 1].split()
        assert "paid" in shown.ring[(2 if won != 2 else 3) - 1].split()
        assert shown.month == "Month 2 of 3"
        assert shown.next_draw == "Draw 5 Feb 2027, 6:00 pm"

    def test_shows_open_seats_of_a_forming_circle(self):
        circle = a_circle(4, started=False)
        page = home._read(circle.members[0], clock.now())
        assert page.circles[0].next_draw == "Starts when every seat is taken"

    def test_keeps_a_prize_in_sight_until_it_is_handed_over_and_confirmed(self):
        circle = a_circle(2)
        circle.pay_all()
        drawn = circle.draw_now()
        winner = circle.members[drawn.winner_seat_number - 1]
        (prize,) = home._read(winner, clock.now()).prizes
        assert prize.words == "₹9,500 is still to be handed to you."
        handed = circle.payout(drawn)
        (prize,) = home._read(winner, clock.now()).prizes
        assert (prize.words, prize.act) == (
            "₹9,500 was handed to you. Please confirm it.",
            "Confirm it",
        )
        service.confirm_payout(actor=winner, payout_id=handed.payout_id)
        assert home._read(winner, clock.now()).prizes == []

    def test_tells_what_happened_to_this_member_only(self):
        circle = a_circle(2)
        circle.pay(1)
        circle.pay(2)
        page = home._read(circle.members[0], clock.now())
        told = [line.text for line in page.news]
        assert sum("payment of" in line for line in told) == 1
        assert not any("Ravi Member paid" in line for line in told)


class TestLottery:
    def test_says_how_own_seats_stand_and_keeps_the_seal(self):
        circle = a_circle(3)
        member = circle.members[0]
        (draw,) = read_lottery(member, [], clock.now()).present
        assert (draw.kind, draw.running) == ("open", "0 of 3 seats in so far")
        assert draw.seats[0].kind == "out"
        assert len(draw.commit_hash) == 64
        assert draw.lock_hash == ""
        circle.pay(1)
        (draw,) = read_lottery(member, [], clock.now()).present
        assert (draw.seats[0].kind, draw.running) == ("in", "1 of 3 seats in so far")

    def test_between_the_hour_and_the_job_the_list_is_closing(self):
        circle = a_circle(2)
        circle.pay_all()
        circle.go_to_lock()
        (draw,) = read_lottery(circle.members[0], [], clock.now()).present
        assert draw.kind == "closing"

    def test_plays_a_result_only_for_whom_was_waiting(self):
        circle = a_circle(2)
        member = circle.members[0]
        awaited = [one.monthly_draw_id for one in read_lottery(member, [], clock.now()).present]
        circle.pay_all()
        drawn = circle.draw_now()
        assert read_lottery(member, [], clock.now()).arrivals == {}
        (one,) = read_lottery(member, awaited, clock.now()).arrivals.values()
        assert one.bundle == f"/api/draws/{drawn.draw_id}/bundle"
        assert one.is_mine == (drawn.winner_seat_number == 1)
        names = json.loads(one.names)
        assert names[f"{drawn.draw_id}-00001"] == "You"
        assert len(names) == 2

    def test_remembers_both_hashes_of_what_is_over(self):
        circle = a_circle(2)
        circle.pay_all()
        circle.draw_now()
        found = read_lottery(circle.members[0], [], clock.now())
        assert len(found.past[0].lock_hash) == 64
        assert found.present[0].month == "Month 2 of 2"

    def test_a_seat_that_won_is_out_with_thanks(self):
        circle = a_circle(2)
        circle.pay_all()
        won = circle.draw_now().winner_seat_number
        (draw,) = read_lottery(circle.members[won - 1], [], clock.now()).present
        assert draw.seats[0].kind == "won"


class TestOneCircle:
    def test_shows_own_money_and_of_others_only_marks(self):
        circle = a_circle(3)
        circle.pay(1)
        circle.pay(2, 100_000)
        page = read_circle(circle.members[0], circle.group_id, clock.now())
        assert page.seats[0].words == "₹5,000 paid of ₹15,000"
        assert [row.cells[0].state for row in page.grid] == ["paid", "part", "due"]
        assert "₹1,000" not in repr(page)
        assert page.grid[0].name == "1 · You"

    def test_offers_to_confirm_what_was_handed_over(self):
        circle = a_circle(2)
        circle.pay_all()
        drawn = circle.draw_now()
        circle.payout(drawn, 400_000)
        winner = circle.members[drawn.winner_seat_number - 1]
        (won,) = read_circle(winner, circle.group_id, clock.now()).won
        assert (won.prize, won.left) == ("₹9,500", "₹5,500 still to come")
        (handed,) = won.handed
        assert not handed.is_confirmed
        service.confirm_payout(actor=winner, payout_id=handed.payout_id)
        (won,) = read_circle(winner, circle.group_id, clock.now()).won
        assert won.handed[0].confirmed == "You confirmed it on 5 Jan 2027"

    def test_of_strangers_is_not_there(self):
        circle = a_circle(2)
        with pytest.raises(errors.NotFound):
            read_circle(a_member(), circle.group_id, clock.now())

    def test_says_plainly_what_it_costs(self):
        circle = a_circle(4)
        page = read_circle(circle.members[0], circle.group_id, clock.now())
        assert "pays ₹20,000 and wins ₹19,000 once. The ₹1,000" in page.head.plainly


class TestPayments:
    def test_names_the_taker_of_every_running_circle(self):
        manager = a_manager(full_name="Meera Manager")
        circle = a_circle(2, manager=manager)
        _, takers = payments._owed(circle.members[0], clock.now())
        assert [(taker.manager, taker.group) for taker in takers] == [
            ("Meera Manager", "Lakshmi Circle")
        ]

    def test_marks_what_was_taken_back(self):
        circle = a_circle(2)
        paid = circle.pay(1)
        service.reverse_payment(
            actor=circle.manager, key="back", payment_id=paid.payment_id, reason="Wrong seat"
        )
        rows = queries.member_payments(actor=circle.members[0], offset=0, limit=20).items
        lines = [payments._line(row) for row in rows]
        assert {(line.tone, line.remark) for line in lines} == {
            ("reversal", "Taken back: Wrong seat"),
            ("reversed", "Was taken back"),
        }

    @pytest.mark.parametrize(
        ("instalments", "words"),
        [((3,), "month 3"), ((3, 4), "months 3 and 4"), ((3, 4, 5), "months 3 to 5")],
    )
    def test_says_which_months(self, instalments, words):
        assert payments._months(instalments) == words


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17) Version/17 Safari/604", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537 Edg/120", "Edge on Windows"),
        ("", "A browser"),
    ],
)
def test_names_the_browser_in_the_list_of_sessions(user_agent, name):
    assert device_of(user_agent) == name


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [("curl/8.14.1", "A program (curl)"), ("", "A program"), ("Mozilla/5.0 (X11)", "A program")],
)
def test_programs_are_named_apart_from_browsers(user_agent, name):
    now = clock.now()
    held = SessionView(new_id(), "api", "192.0.2.1", user_agent, now, now, is_current=False)
    assert program_of(held) == name
