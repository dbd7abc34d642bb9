import pytest
from sqlalchemy import event

from luckychit.core import clock
from luckychit.core.errors import InvalidInput, NotAllowed
from luckychit.domain.chits import errors, queries, service
from tests.helpers.circle import a_circle, clock_at
from tests.helpers.circles import RUPEE, a_full_group, a_group, a_key, a_running_group, join, pay
from tests.helpers.people import a_manager, a_member, a_mobile, mobile_of
from tests.helpers.races import at_once, of_type, together


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield


def rows(manager, **asked):
    return queries.groups_of_manager(actor=manager, now=clock.now(), **asked)


def names(manager, **asked) -> list[str]:
    return [row.name for row in rows(manager, **asked).items]


def view(manager, group_id):
    return queries.group_of_manager(actor=manager, group_id=group_id, now=clock.now())


class TestGroupsOfManager:
    def test_shows_a_forming_group(self):
        manager = a_manager()
        join(manager, a_group(manager), seats=2)
        (row,) = rows(manager).items
        assert (row.status, row.seats_taken, row.max_members) == ("forming", 2, 5)
        assert (row.instalment, row.next_draw_at, row.expected.amount_minor) == (0, None, 0)
        assert row.needs_attention == "3 seats are free."

    def test_says_when_a_group_can_start(self):
        manager = a_manager()
        a_full_group(manager)
        assert rows(manager).items[0].needs_attention == "Every seat is taken: ready to start."

    def test_shows_the_present_instalment(self):
        circle = a_circle(4)
        circle.pay(1)
        circle.pay(2, 1_000 * RUPEE)
        (row,) = rows(circle.manager).items
        assert (row.status, row.instalment, row.duration_months) == ("active", 1, 4)
        assert row.collected.amount_minor == 6_000 * RUPEE
        assert row.expected.amount_minor == 20_000 * RUPEE
        assert row.next_draw_at == circle.present().locks_at
        assert row.needs_attention == ""

    def test_says_what_is_late(self):
        circle = a_circle(4)
        circle.pay_all(but=(3, 4))
        circle.draw_now()
        (row,) = rows(circle.manager).items
        assert row.instalment == 2
        assert row.needs_attention == "₹10,000 is late from 2 seats."

    def test_says_when_a_prize_waits(self):
        circle = a_circle(4)
        circle.pay_all()
        drawn = circle.draw_now()
        assert rows(circle.manager).items[0].needs_attention == (
            "₹19,000 of prizes is still to be handed over."
        )
        circle.payout(drawn)
        assert rows(circle.manager).items[0].needs_attention == ""

    def test_says_why_a_draw_is_held_over(self):
        circle = a_circle(4)
        circle.go_to_lock()
        service.advance_draws()
        assert rows(circle.manager).items[0].needs_attention.startswith("Draw held over: ")

    def test_are_sorted(self):
        manager = a_manager()
        a_running_group(manager, seats=2, name="bright", draw_day=20)
        a_group(manager, name="Amber")
        a_running_group(manager, seats=3, name="Clear", draw_day=10)
        assert names(manager) == ["Clear", "Amber", "bright"]
        assert names(manager, sort="name") == ["Amber", "bright", "Clear"]
        assert names(manager, sort="next_draw") == ["Clear", "bright", "Amber"]
        clock.set_start(rows(manager, sort="next_draw").items[0].next_draw_at)
        assert names(manager, sort="owed") == ["Clear", "Amber", "bright"]

    def test_are_searched_and_paged(self):
        manager = a_manager()
        for name in ("Lakshmi one", "Lakshmi two", "100 % gold"):
            a_group(manager, name=name)
        assert names(manager, search="LAKSHMI", sort="name") == ["Lakshmi one", "Lakshmi two"]
        assert names(manager, search="%") == ["100 % gold"]
        assert names(manager, search="_") == []
        page = rows(manager, sort="name", offset=1, limit=1)
        assert (page.total, [row.name for row in page.items]) == (3, ["Lakshmi one"])

    def test_are_the_managers_own(self):
        a_group(a_manager())
        assert rows(a_manager()).total == 0

    @pytest.mark.parametrize(
        "wrong", [{"sort": "evil"}, {"sort": {}}, {"search": 5}, {"limit": 0}, {"offset": 1.5}]
    )
    def test_name_the_wrong_field(self, wrong):
        with pytest.raises(InvalidInput) as caught:
            rows(a_manager(), **wrong)
        assert list(caught.value.fields) == list(wrong)

    def test_are_for_managers(self):
        with pytest.raises(NotAllowed):
            rows(a_member())


class TestGroupOfManager:
    def test_shows_the_month_grid(self):
        circle = a_circle(3)
        circle.pay(1, 7_000 * RUPEE)
        circle.pay(2)
        drawn = circle.draw_now()
        seen = view(circle.manager, circle.group_id)
        states = [[cell.state for cell in seat.cells] for seat in seen.seats]
        assert states == [
            ["paid", "part", "ahead"],
            ["paid", "due", "ahead"],
            ["late", "due", "ahead"],
        ]
        won = [
            (seat.seat_number, seat.won_instalment) for seat in seen.seats if seat.won_instalment
        ]
        assert won == [(drawn.winner_seat_number, 1)]
        marked = [
            (seat.seat_number, cell.instalment)
            for seat in seen.seats
            for cell in seat.cells
            if cell.won
        ]
        assert marked == [(drawn.winner_seat_number, 1)]
        assert [seat.owed.amount_minor // RUPEE for seat in seen.seats] == [0, 0, 5_000]
        assert [seat.paid_total.amount_minor // RUPEE for seat in seen.seats] == [7_000, 5_000, 0]

    def test_shows_terms_dues_and_draws(self):
        circle = a_circle(3)
        circle.pay_all(but=(3,))
        circle.draw_now()
        seen = view(circle.manager, circle.group_id)
        assert (seen.prize.amount_minor, seen.commission.amount_minor) == (1_425_000, 75_000)
        assert (seen.draw_time, seen.draw_day) == ("18:00", 5)
        assert [(due.seat_number, due.instalment) for due in seen.dues] == [
            (3, 1),
            (1, 2),
            (2, 2),
            (3, 2),
        ]
        assert [draw.instalment for draw in seen.draws] == [2, 1]
        assert seen.current_draw == seen.draws[0]
        assert seen.draw_advice

    def test_shows_a_forming_group(self):
        manager = a_manager()
        group_id = a_group(manager)
        join(manager, group_id)
        seen = view(manager, group_id)
        assert (seen.seats[0].cells, seen.dues, seen.draws, seen.current_draw) == ((), (), (), None)
        assert not seen.can_draw

    def test_shows_masked_mobile_numbers(self):
        circle = a_circle(2)
        assert mobile_of(circle.members[0]) not in repr(view(circle.manager, circle.group_id))

    def test_takes_as_many_queries_for_20_seats_as_for_2(self, db):
        counts = []
        for seats in (2, 20):
            circle = a_circle(seats)
            circle.pay_all()
            seen: list[str] = []

            def count(_conn, _cursor, statement, *_rest, seen=seen) -> None:
                seen.append(statement)

            event.listen(db.app, "before_cursor_execute", count)
            view(circle.manager, circle.group_id)
            rows(circle.manager)
            event.remove(db.app, "before_cursor_execute", count)
            counts.append(len(seen))
        assert counts[0] == counts[1] <= 25

    def test_hides_the_group_of_another_manager(self):
        group_id = a_group(a_manager())
        for unknown in (group_id, "no id", None, {}):
            with pytest.raises(errors.GroupNotFound):
                view(a_manager(), unknown)


class TestMembersOfManager:
    def members(self, manager, **asked):
        return queries.members_of_manager(actor=manager, now=clock.now(), **asked)

    def test_show_seats_groups_and_what_is_owed(self):
        manager = a_manager()
        first, second = a_group(manager, seats=2, name="B"), a_group(manager, seats=2, name="A")
        ravi = a_member(manager, full_name="Ravi")
        for group_id, seats in ((first, 2), (second, 1)):
            service.add_member(
                actor=manager,
                key=a_key(),
                group_id=group_id,
                full_name="Ravi",
                mobile_number=mobile_of(ravi),
                seats=seats,
            )
        service.start_group(actor=manager, group_id=first)
        pay(manager, first, 1, 1_000)
        clock.set_start(rows(manager, sort="next_draw").items[0].next_draw_at)
        (row,) = self.members(manager).items
        assert (row.full_name, row.mobile_number) == ("Ravi", mobile_of(ravi))
        assert (row.seats, row.groups) == (3, ("A", "B"))
        assert row.owed.amount_minor == 9_000 * RUPEE
        assert not row.has_signed_in

    def test_are_sorted_searched_and_paged(self):
        manager = a_manager()
        people = [a_member(manager, full_name=name) for name in ("Ravi", "asha", "Meena")]
        assert [row.full_name for row in self.members(manager).items] == ["asha", "Meena", "Ravi"]
        newest = self.members(manager, sort="newest", limit=2)
        assert (newest.total, newest.items[0].full_name) == (3, "Meena")
        assert self.members(manager, search="ASH").items[0].user_id == people[1].user_id
        number = mobile_of(people[2])
        assert self.members(manager, search=f"{number[3:8]} {number[8:]}").total == 1
        assert self.members(manager, search="%").total == 0

    def test_are_the_managers_own(self):
        a_member(a_manager())
        assert self.members(a_manager()).total == 0
        with pytest.raises(NotAllowed):
            self.members(a_member())


class TestGroupIds:
    def test_are_of_managed_groups_and_of_own_seats(self):
        circle = a_circle(2)
        assert queries.group_ids_of(actor=circle.manager) == [circle.group_id]
        assert queries.group_ids_of(actor=circle.members[0]) == [circle.group_id]
        assert queries.group_ids_of(actor=a_member()) == []


class TestPastedList:
    def lines(self, manager, group_id, pasted):
        seen = queries.preview_members(actor=manager, group_id=group_id, pasted=pasted)
        return [(line.line_number, line.problem) for line in seen]

    def test_adds_everybody_in_its_order(self):
        manager = a_manager()
        group_id = a_group(manager)
        mobiles = [a_mobile() for _ in range(3)]
        pasted = f"Zoya {mobiles[0]} x2\nAsha, {mobiles[1]}\n\nRavi; {mobiles[2]}; 2"
        assert self.lines(manager, group_id, pasted) == [(1, ""), (2, ""), (4, "")]
        added = service.add_members(actor=manager, key=a_key(), group_id=group_id, pasted=pasted)
        assert [(one.full_name, one.seat_numbers) for one in added] == [
            ("Zoya", (1, 2)),
            ("Asha", (3,)),
            ("Ravi", (4, 5)),
        ]
        assert len({one.one_time_password for one in added}) == 3

    def test_adds_nobody_when_a_line_is_wrong(self):
        manager = a_manager()
        group_id = a_group(manager)
        with pytest.raises(errors.ListHasProblems) as caught:
            service.add_members(
                actor=manager, key=a_key(), group_id=group_id, pasted=f"Asha {a_mobile()}\nRavi"
            )
        assert caught.value.message == (
            "Nobody was added: line 2: There is no mobile number on this line."
        )
        assert view(manager, group_id).row.seats_taken == 0

    def test_says_when_seats_run_out(self):
        manager = a_manager()
        group_id = a_group(manager, seats=3)
        pasted = f"A {a_mobile()} x2\nB {a_mobile()} x2\nC {a_mobile()}"
        assert self.lines(manager, group_id, pasted) == [
            (1, ""),
            (2, "Not enough free seats: 1 left here."),
            (3, ""),
        ]

    def test_takes_a_person_again_only_when_the_seats_are_stated(self):
        manager = a_manager()
        group_id = a_group(manager)
        mobile = a_mobile()
        service.add_members(actor=manager, key=a_key(), group_id=group_id, pasted=f"Asha {mobile}")
        problem = "Already holds a seat here. For one more write x1."
        assert self.lines(manager, group_id, f"Asha {mobile}") == [(1, problem)]
        assert self.lines(manager, group_id, f"Asha {mobile} x1") == [(1, "")]

    def test_says_who_cannot_be_a_member(self):
        manager = a_manager()
        pasted = f"Other {mobile_of(a_manager())}"
        assert self.lines(manager, a_group(manager), pasted) == [
            (1, "This mobile number cannot join as a member.")
        ]

    def test_gives_the_same_seats_without_passwords_when_sent_twice(self):
        manager, key = a_manager(), a_key()
        group_id = a_group(manager)
        pasted = f"Asha {a_mobile()} x2\nRavi {a_mobile()}"
        first, second = (
            service.add_members(actor=manager, key=key, group_id=group_id, pasted=pasted)
            for _ in range(2)
        )
        assert [one.seat_numbers for one in first] == [one.seat_numbers for one in second]
        assert [one.one_time_password for one in second] == [None, None]
        with pytest.raises(errors.KeyReused):
            service.add_members(
                actor=manager, key=key, group_id=group_id, pasted=f"Zoya {a_mobile()}"
            )

    def test_is_judged_again_under_the_lock_when_two_send_it_at_once(self, monkeypatch):
        manager = a_manager()
        group_id = a_group(manager)
        pasted = f"Asha {a_mobile()}\nRavi {a_mobile()}"
        monkeypatch.setattr(service.members, "judged_lines", together(service.members.judged_lines))

        def send():
            return service.add_members(actor=manager, key=a_key(), group_id=group_id, pasted=pasted)

        results = at_once(send, send)
        assert len(of_type(results, errors.ListHasProblems)) == 1
        assert view(manager, group_id).row.seats_taken == 2

    def test_hides_the_group_of_another_manager(self):
        group_id = a_group(a_manager())
        with pytest.raises(errors.GroupNotFound):
            self.lines(a_manager(), group_id, f"Asha {a_mobile()}")
        with pytest.raises(NotAllowed):
            self.lines(a_member(), group_id, f"Asha {a_mobile()}")
