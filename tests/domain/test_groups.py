from datetime import UTC, date, datetime, time

import pytest
from sqlmodel import col, func, select

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.core.errors import InvalidInput, NotAllowed, SignInNeeded
from luckychit.core.ids import new_id
from luckychit.domain.chits import errors, queries, service
from luckychit.domain.chits.models import Due, GroupMember, MonthlyDraw
from luckychit.domain.users.errors import NotAMember
from tests.helpers.circle import clock_at
from tests.helpers.circles import (
    RUPEE,
    a_full_group,
    a_group,
    a_key,
    a_running_group,
    dues_of,
    group_row,
    join,
    pay,
    terms,
)
from tests.helpers.people import a_manager, a_member, a_mobile, an_admin, mobile_of
from tests.helpers.races import at_once, of_type, together, unlocked_group

pytestmark = pytest.mark.usefixtures("db")


def seats_taken(group_id) -> int:
    with reading() as session:
        return session.exec(
            select(func.count()).select_from(GroupMember).where(GroupMember.group_id == group_id)
        ).one()


def preview(**changed):
    asked = terms(max_members=20, gst_bps=0, currency="INR") | changed
    del asked["name"]
    return queries.preview_terms(**asked)


class TestPreviewTerms:
    def test_shows_what_follows_for_20_times_5000_at_5_percent(self):
        view = preview(draw_day=31)
        assert view.total_value.amount_minor == 100_000 * RUPEE
        assert view.commission.amount_minor == 5_000 * RUPEE
        assert view.prize.amount_minor == 95_000 * RUPEE
        assert view.net_cost_per_seat.amount_minor == 5_000 * RUPEE
        assert view.first_draw_at == datetime(2027, 1, 31, 12, 30, tzinfo=UTC)
        assert view.last_draw_at.astimezone().date() == date(2028, 8, 31)

    def test_shows_tax(self):
        view = preview(gst_bps=1_800)
        assert (view.gst.amount_minor, view.prize.amount_minor) == (900 * RUPEE, 94_100 * RUPEE)
        assert view.net_cost_per_seat.amount_minor == 5_900 * RUPEE

    def test_refuses_what_creation_refuses(self):
        with pytest.raises(errors.CommissionAboveCap):
            preview(commission_bps=701)
        with pytest.raises(InvalidInput):
            preview(max_members="20")


class TestCreateGroup:
    def test_keeps_the_terms(self):
        group = group_row(a_group(a_manager(), seats=20, starts_on=date(2027, 1, 17)))
        assert group.total_value_minor == 100_000 * RUPEE
        assert (group.duration_months, group.status) == (20, "forming")
        assert (group.starts_on, group.draw_time) == (date(2027, 1, 1), time(18, 0))

    def test_takes_a_total_and_duration_that_fit(self):
        a_group(a_manager(), total_value_minor=25_000 * RUPEE, duration_months=5)

    @pytest.mark.parametrize(
        ("given", "refusal"),
        [
            ({"total_value_minor": 100_000 * RUPEE}, errors.TotalDoesNotAddUp),
            ({"duration_months": 24}, errors.DurationDoesNotFit),
            ({"commission_bps": 701}, errors.CommissionAboveCap),
            ({"name": ""}, InvalidInput),
            ({"name": {"$ne": 1}}, InvalidInput),
            ({"name": "x" * 101}, InvalidInput),
            ({"name": "nul\x00"}, InvalidInput),
            ({"monthly_installment_minor": float("nan")}, InvalidInput),
            ({"key": ""}, InvalidInput),
            ({"key": "x" * 81}, InvalidInput),
            ({"key": 7}, InvalidInput),
        ],
    )
    def test_refuses_what_cannot_be_agreed(self, given, refusal):
        manager = a_manager()
        with pytest.raises(refusal):
            service.create_group(actor=manager, **({"key": a_key()} | terms() | given))
        assert queries.groups_of_manager(actor=manager, now=clock.now()).total == 0

    def test_names_every_wrong_field_at_once(self):
        with pytest.raises(InvalidInput) as caught:
            service.create_group(actor=a_manager(), key=a_key(), **terms(name="", draw_day=0))
        assert set(caught.value.fields) == {"name", "draw_day"}

    def test_makes_one_group_when_called_twice_with_a_key(self):
        manager, key = a_manager(), a_key()
        first, second = (service.create_group(actor=manager, key=key, **terms()) for _ in range(2))
        assert first == second

    def test_makes_one_group_when_called_by_eight_at_once(self):
        manager, key = a_manager(), a_key()
        ids = at_once(
            *[lambda: service.create_group(actor=manager, key=key, **terms()) for _ in range(8)]
        )
        assert len(set(ids)) == 1

    def test_refuses_a_key_of_another_request_or_manager(self):
        key, manager = a_key(), a_manager()
        service.create_group(actor=manager, key=key, **terms())
        with pytest.raises(errors.KeyReused):
            service.create_group(actor=manager, key=key, **terms(name="Other"))
        with pytest.raises(errors.KeyReused):
            service.create_group(actor=a_manager(), key=key, **terms())

    def test_is_for_managers(self):
        for actor in (a_member(), an_admin()):
            with pytest.raises(NotAllowed):
                a_group(actor)
        with pytest.raises(SignInNeeded):
            a_group(None)


class TestAddMember:
    def test_gives_the_lowest_free_seat_and_a_password_to_a_new_person(self):
        manager = a_manager()
        group_id = a_group(manager)
        added = join(manager, group_id, name="Asha Rao")
        assert (added.full_name, added.seat_numbers) == ("Asha Rao", (1,))
        assert len(added.one_time_password or "") >= 12

    def test_gives_several_seats_to_one_person(self):
        manager = a_manager()
        group_id = a_group(manager, seats=20)
        assert join(manager, group_id, seats=2).seat_numbers == (1, 2)
        assert seats_taken(group_id) == 2

    def test_knows_a_person_who_exists_and_keeps_name_and_password(self):
        manager = a_manager()
        group_id = a_group(manager)
        member = a_member(manager, full_name="Ravi Kumar")
        for expected in ((1,), (2,)):
            added = service.add_member(
                actor=manager,
                key=a_key(),
                group_id=group_id,
                full_name="R. Kumar",
                mobile_number=mobile_of(member),
            )
            assert (added.user_id, added.full_name) == (member.user_id, "Ravi Kumar")
            assert (added.one_time_password, added.seat_numbers) == (None, expected)

    def test_shows_the_password_once_when_called_twice_with_a_key(self):
        manager, key = a_manager(), a_key()
        asked = {
            "group_id": a_group(manager),
            "full_name": "Asha Rao",
            "mobile_number": a_mobile(),
            "seats": 2,
        }
        first, second = (service.add_member(actor=manager, key=key, **asked) for _ in range(2))
        assert first.one_time_password
        assert second.one_time_password is None
        assert first.seat_numbers == second.seat_numbers == (1, 2)
        with pytest.raises(errors.KeyReused):
            service.add_member(actor=manager, key=key, **asked | {"seats": 1})
        with pytest.raises(errors.KeyReused):
            service.add_member(actor=manager, key=key, **asked | {"group_id": a_group(manager)})

    def test_refuses_more_seats_than_are_free(self):
        manager = a_manager()
        group_id = a_group(manager, seats=3)
        join(manager, group_id, seats=2)
        with pytest.raises(errors.GroupFull) as caught:
            join(manager, group_id, seats=2)
        assert caught.value.message == "Not enough free seats: 1 left, 2 wanted."
        assert seats_taken(group_id) == 2

    def test_refuses_once_the_group_has_started(self):
        manager = a_manager()
        with pytest.raises(errors.GroupNotForming):
            join(manager, a_running_group(manager))

    def test_refuses_an_organiser(self):
        manager = a_manager()
        with pytest.raises(NotAMember):
            service.add_member(
                actor=manager,
                key=a_key(),
                group_id=a_group(manager),
                full_name="Other",
                mobile_number=mobile_of(a_manager()),
            )

    @pytest.mark.parametrize(
        "wrong",
        [{"full_name": {}}, {"full_name": ""}, {"mobile_number": "12345"}, {"mobile_number": 98}]
        + [{"seats": seats} for seats in (0, 121, True, 1.0, "1", None, 10**30)],
    )
    def test_names_the_wrong_field(self, wrong):
        manager = a_manager()
        asked = {"full_name": "Asha", "mobile_number": a_mobile(), "seats": 1} | wrong
        with pytest.raises(InvalidInput) as caught:
            service.add_member(actor=manager, key=a_key(), group_id=a_group(manager), **asked)
        assert list(caught.value.fields) == list(wrong)

    def test_hides_the_group_of_another_manager(self):
        group_id = a_group(a_manager())
        for unknown in (group_id, new_id(), "not an id", {}, None):
            with pytest.raises(errors.GroupNotFound):
                join(a_manager(), unknown)

    def test_is_for_managers(self):
        manager = a_manager()
        with pytest.raises(NotAllowed):
            join(a_member(manager), a_group(manager))


class TestLastSeat:
    """Two fill the last seat at once; then again without the lock, to see it matter."""

    def race(self, manager, group_id):
        return at_once(*[lambda: join(manager, group_id) for _ in range(2)])

    def test_goes_to_one_and_the_other_is_told(self):
        manager = a_manager()
        group_id = a_group(manager, seats=4)
        join(manager, group_id, seats=3)
        results = self.race(manager, group_id)
        assert len(of_type(results, errors.GroupFull)) == 1
        assert seats_taken(group_id) == 4

    def test_without_the_lock_both_see_it_free(self, monkeypatch):
        manager = a_manager()
        group_id = a_group(manager, seats=4)
        join(manager, group_id, seats=3)
        seats = service.members.seat_operations
        monkeypatch.setattr(service.members, "lock_own_group", unlocked_group)
        monkeypatch.setattr(seats, "free_seat_numbers", together(seats.free_seat_numbers))
        results = self.race(manager, group_id)
        assert not of_type(results, errors.GroupFull)
        assert "seat_taken_once" in str(of_type(results, Exception))
        assert seats_taken(group_id) == 4


class TestRemoveSeat:
    def test_frees_the_number_for_the_next(self):
        manager = a_manager()
        group_id = a_group(manager)
        join(manager, group_id, seats=3)
        service.remove_seat(actor=manager, group_id=group_id, seat_number=2)
        assert join(manager, group_id).seat_numbers == (2,)

    def test_refuses_a_free_seat_a_started_group_and_nonsense(self):
        manager = a_manager()
        with pytest.raises(errors.SeatNotFound):
            service.remove_seat(actor=manager, group_id=a_group(manager), seat_number=1)
        with pytest.raises(errors.GroupNotForming):
            service.remove_seat(actor=manager, group_id=a_running_group(manager), seat_number=1)
        for nonsense in ("1", True, 0, None, {}):
            with pytest.raises(InvalidInput):
                service.remove_seat(actor=manager, group_id=a_group(manager), seat_number=nonsense)

    def test_hides_the_group_of_another_manager(self):
        with pytest.raises(errors.GroupNotFound):
            service.remove_seat(actor=a_manager(), group_id=a_group(a_manager()), seat_number=1)


class TestStartGroup:
    def test_refuses_19_of_20(self):
        manager = a_manager()
        group_id = a_group(manager, seats=20)
        join(manager, group_id, seats=19)
        with pytest.raises(errors.SeatsStillFree) as caught:
            service.start_group(actor=manager, group_id=group_id)
        assert "19 of 20" in caught.value.message
        assert group_row(group_id).status == "forming"

    def test_makes_one_due_per_seat_and_month_from_the_anchor(self):
        with clock_at():
            manager = a_manager()
            group_id = a_running_group(manager, seats=3, draw_day=31)
            dues = dues_of(group_id, 2)
        assert [due.due_on for due in dues] == [
            date(2027, 1, 31),
            date(2027, 2, 28),
            date(2027, 3, 31),
        ]
        assert {due.amount_minor for due in dues} == {5_000 * RUPEE}

    def test_opens_the_first_draw(self):
        group_id = a_running_group(a_manager())
        with reading() as session:
            draw = session.exec(select(MonthlyDraw).where(MonthlyDraw.group_id == group_id)).one()
        assert (draw.instalment, draw.status) == (1, "open")

    def test_does_it_once_when_pressed_by_four_at_once(self):
        manager = a_manager()
        group_id = a_full_group(manager, seats=3)
        results = at_once(
            *[lambda: service.start_group(actor=manager, group_id=group_id) for _ in range(4)]
        )
        assert results == [None] * 4
        with reading() as session:
            made = session.exec(select(func.count()).select_from(Due)).one()
            opened = session.exec(select(func.count()).select_from(MonthlyDraw)).one()
        assert (made, opened) == (9, 1)

    def test_hides_the_group_of_another_manager(self):
        with pytest.raises(errors.GroupNotFound):
            service.start_group(actor=a_manager(), group_id=a_full_group(a_manager()))

    def test_makes_a_person_with_two_of_20_seats_owe_10_000_a_month(self):
        manager = a_manager()
        group_id = a_group(manager, seats=20)
        two = join(manager, group_id, seats=2)
        join(manager, group_id, seats=18)
        service.start_group(actor=manager, group_id=group_id)
        with reading() as session:
            owed = session.exec(
                select(func.sum(Due.amount_minor))
                .join(GroupMember, col(GroupMember.id) == col(Due.seat_id))
                .where(GroupMember.user_id == two.user_id, Due.instalment == 1)
            ).one()
        assert owed == 10_000 * RUPEE
        assert pay(manager, group_id, two.seat_numbers[1]).full_name == two.full_name
