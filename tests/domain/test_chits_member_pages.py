"""What managers and members see first; nobody sees another's money."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from luckychit.core import clock
from luckychit.core.errors import NotAllowed, SignInNeeded
from luckychit.domain.chits import errors, queries, service
from tests.helpers.circle import BEGINNING, a_circle, clock_at
from tests.helpers.people import a_manager, a_member


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield


@contextmanager
def counted(db):
    """Count the statements of the app."""
    seen = []

    def note(_conn, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(db.app, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.app, "before_cursor_execute", note)


class TestDashboard:
    def test_of_a_new_manager_is_empty_but_whole(self):
        page = queries.dashboard(actor=a_manager(), now=BEGINNING)
        assert (page.active_groups, page.total_members, page.pending) == (0, 0, ())
        assert page.collected_this_month.text() == "₹0"
        assert [bar.month for bar in page.months] == ["Jan 2027"]

    def test_counts_groups_members_and_this_months_money(self):
        circle = a_circle(4, people=3)
        a_circle(2, manager=circle.manager, started=False)
        a_circle(2)
        circle.pay(1)
        circle.pay(2, 200_000)
        page = queries.dashboard(actor=circle.manager, now=clock.now())
        assert (page.active_groups, page.total_members) == (1, 5)
        assert page.collected_this_month.amount_minor == 700_000
        assert page.expected_this_month.amount_minor == 2_000_000
        assert circle.group_id in page.group_ids
        assert len(page.group_ids) == 2

    def test_names_what_waits_for_the_manager(self):
        circle = a_circle(4)
        full = a_circle(2, manager=circle.manager, started=False)
        circle.pay_all(but=(4,))
        drawn = circle.draw_now()
        circle.payout(drawn, 425_000)
        circle.go_to_lock()
        service.advance_draws()
        page = queries.dashboard(actor=circle.manager, now=clock.now())
        texts = [action.text for action in page.pending]
        assert texts[0] == "Lakshmi Circle is full: start it."
        assert page.pending[0].href == f"/manage/groups/{full.group_id}"
        assert texts[1] == f"Hand ₹10,000 to {drawn.winner_name}: month 1 of Lakshmi Circle."
        assert texts[2] == "The draw of month 2 of Lakshmi Circle is held over."
        assert texts[3] == "5 dues are late: ₹25,000 to collect."
        assert len(texts) == 4

    def test_draws_paid_late_and_missing_by_month(self):
        circle = a_circle(4)
        circle.pay_all(but=(3, 4))
        circle.draw_now()
        clock.set_start(clock.now() + timedelta(days=2))
        circle.pay(3)
        wrong = circle.pay(4)
        service.reverse_payment(
            actor=circle.manager, key="back", payment_id=wrong.payment_id, reason="typo"
        )
        circle.pay(1)
        page = queries.dashboard(
            actor=circle.manager, now=circle.present().scheduled_at - timedelta(days=1)
        )
        assert [(b.month, b.paid_minor, b.late_minor, b.missing_minor) for b in page.months] == [
            ("Jan 2027", 1_000_000, 500_000, 500_000),
            ("Feb 2027", 500_000, 0, 1_500_000),
        ]

    def test_never_draws_less_than_nothing_when_a_reversal_opens_another_month(self):
        circle = a_circle(2)
        early = circle.pay(1)
        circle.pay(2)
        circle.draw_now()
        clock.set_start(circle.present().scheduled_at + timedelta(days=2))
        circle.pay(1)
        service.reverse_payment(
            actor=circle.manager, key="back", payment_id=early.payment_id, reason="typo"
        )
        months = queries.dashboard(actor=circle.manager, now=clock.now()).months
        assert [(b.paid_minor, b.late_minor, b.missing_minor) for b in months] == [
            (1_000_000, 0, 0),
            (0, 0, 1_000_000),
        ]

    def test_shows_twelve_months_at_most(self):
        circle = a_circle(14, people=2)
        now = circle.present().scheduled_at + timedelta(days=13 * 31)
        months = queries.dashboard(actor=circle.manager, now=now).months
        assert len(months) == 12
        assert months[-1].month == "Feb 2028"

    def test_is_for_managers(self):
        with pytest.raises(NotAllowed):
            queries.dashboard(actor=a_member(), now=BEGINNING)
        with pytest.raises(SignInNeeded):
            queries.dashboard(actor=None, now=BEGINNING)

    def test_asks_no_more_questions_of_many_groups_than_of_one(self, db):
        circle = a_circle(3)
        circle.pay_all()
        circle.draw_now()
        with counted(db) as of_one:
            queries.dashboard(actor=circle.manager, now=clock.now())
            queries.prizes_of_manager(actor=circle.manager)
        circle.pay_all()
        circle.draw_now()
        for _ in range(2):
            a_circle(2, manager=circle.manager)
        with counted(db) as of_many:
            queries.dashboard(actor=circle.manager, now=clock.now())
            queries.prizes_of_manager(actor=circle.manager)
        assert len(of_many) == len(of_one)


class TestMemberHome:
    def test_of_somebody_without_seats_is_empty(self):
        home = queries.member_home(actor=a_member(), now=BEGINNING)
        assert (home.dues, home.owed, home.next_due, home.groups) == ((), None, None, ())

    def test_shows_what_is_owed_and_what_comes_next(self):
        circle = a_circle(4, people=3)
        member = circle.members[0]  # seats 1 and 2
        home = queries.member_home(actor=member, now=clock.now())
        assert home.owed.amount_minor == 0
        assert (home.next_due.instalment, home.next_due.due_on.isoformat()) == (1, "2027-01-05")
        circle.pay(1)
        circle.pay_all(but=(1, 2))
        circle.draw_now()
        home = queries.member_home(actor=member, now=clock.now())
        assert home.owed.amount_minor == 500_000
        assert [(due.instalment, due.seat_number, due.is_late) for due in home.dues] == [
            (1, 2, True),
            (2, 1, False),
            (2, 2, False),
        ]
        assert home.next_due.instalment == 2
        (group,) = home.groups
        assert (group.seat_numbers, group.instalment, group.draw_status) == ((1, 2), 2, "open")
        assert group.prize.amount_minor == 1_900_000
        assert group.next_draw_at == circle.present().locks_at

    def test_shows_groups_that_run_before_those_that_form(self):
        circle = a_circle(2)
        forming = a_circle(2, manager=circle.manager, started=False)
        home = queries.member_home(actor=forming.members[0], now=BEGINNING)
        assert [group.status for group in home.groups] == ["forming"]
        assert home.groups[0].instalment == 0
        assert home.groups[0].next_draw_at is None

    def test_asks_no_more_questions_of_two_groups_than_of_one(self, db):
        circle = a_circle(2, people=1)
        member = circle.members[0]
        with counted(db) as of_one:
            queries.member_home(actor=member, now=clock.now())
        circle.pay_all()
        circle.draw_now()
        with counted(db) as later:
            queries.member_home(actor=member, now=clock.now())
        assert len(later) == len(of_one)


class TestMemberDraws:
    def test_shows_those_to_come_first_then_the_newest(self):
        circle = a_circle(3)
        for _ in range(2):
            circle.pay_all()
            circle.draw_now()
        rows = queries.member_draws(actor=circle.members[0], now=clock.now())
        assert [(row.instalment, row.status) for row in rows] == [
            (3, "open"),
            (2, "drawn"),
            (1, "drawn"),
        ]
        assert queries.member_draws(actor=a_member(), now=clock.now()) == []


class TestMemberGroup:
    def test_shows_own_money_in_full_and_others_as_marks(self):
        circle = a_circle(3)
        circle.pay(1)
        circle.pay(2, 300_000)
        drawn = circle.draw_now()
        circle.payout(drawn)
        view = queries.member_group(
            actor=circle.members[0], group_id=circle.group_id, now=clock.now()
        )
        (mine,) = view.seats
        assert (mine.seat_number, mine.won_instalment) == (1, 1)
        assert [cell.state for cell in mine.cells] == ["paid", "due", "ahead"]
        assert mine.cells[0].paid_minor == 500_000
        assert [row.seat_number for row in view.others] == [2, 3]
        assert all(row.owed.amount_minor == row.paid_total.amount_minor == 0 for row in view.others)
        assert {cell.paid_minor for row in view.others for cell in row.cells} == {0}
        assert view.others[0].cells[0].state == "late"
        assert "*" in view.others[0].mobile_masked or "•" in view.others[0].mobile_masked
        assert view.current_draw.instalment == 2
        assert [prize.left.amount_minor for prize in view.prizes] == [0]
        assert view.manager_name == circle.manager.full_name

    def test_of_another_does_not_exist(self):
        circle = a_circle(2)
        for actor in (a_member(), circle.manager):
            with pytest.raises(errors.GroupNotFound):
                queries.member_group(actor=actor, group_id=circle.group_id, now=BEGINNING)
        with pytest.raises(errors.GroupNotFound):
            queries.member_group(actor=circle.members[0], group_id="x", now=BEGINNING)

    def test_of_a_forming_group_has_seats_and_no_months(self):
        circle = a_circle(2, started=False)
        view = queries.member_group(
            actor=circle.members[0], group_id=circle.group_id, now=BEGINNING
        )
        assert (view.seats[0].cells, view.draws, view.current_draw) == ((), (), None)


class TestDrawCards:
    def test_reads_a_whole_list_with_two_statements(self, db):
        circle = a_circle(3)
        circle.pay_all()
        ids = [circle.draw_now().draw_id, circle.present().draw_id, "DDL-20270101", ""]
        with counted(db) as seen:
            cards = queries.draw_cards(ids)
        assert len([words for words in seen if words.startswith("SELECT")]) == 2
        assert cards == {name: queries.draw_card(draw_id=name) for name in ids[:2]}

    def test_of_nothing_asks_nothing(self, db):
        with counted(db) as seen:
            assert queries.draw_cards([]) == {}
        assert not [words for words in seen if words.startswith("SELECT")]
