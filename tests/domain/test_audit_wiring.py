"""What each use-case leaves in the trail: once, with who, about whom, and how much.

A use-case that is refused or repeated leaves nothing; a purchase never does.
"""

import re

import pytest

from luckychit.core import clock
from luckychit.core.errors import LuckyChitError
from luckychit.core.settings import settings
from luckychit.domain.audit import words
from luckychit.domain.audit.views import TrailEntry
from luckychit.domain.chits import service as chits
from luckychit.domain.fairness import service as fairness
from luckychit.domain.lottery import service as lottery
from luckychit.domain.rooms import service as rooms
from luckychit.domain.safety import service as safety
from luckychit.domain.users import service as users
from luckychit.domain.wallet import service as wallet
from tests.helpers import lottery as daily
from tests.helpers import people
from tests.helpers.bundles import ROUND, SIGNATURE
from tests.helpers.circle import a_circle, clock_at
from tests.helpers.draws import a_draw_of_2023, waiting_for_drand
from tests.helpers.people import a_manager, a_member, an_admin, mobile_of, with_password
from tests.helpers.rooms import a_player, a_room, a_started_room
from tests.helpers.trail import actions, trail

WHOLE_NUMBER = re.compile(r"\+\d{11}")


@pytest.fixture(autouse=True)
def _every_entry_reads_well(db):
    assert db
    yield
    for entry in trail():
        said = words.sentence(entry)
        assert "\N{EN DASH}" not in said, (said, entry.facts)
        assert entry.action in words.SENTENCES
        assert not WHOLE_NUMBER.search(str(entry.facts)), entry.facts


def only(action: str) -> TrailEntry:
    (entry,) = trail(action=action)
    return entry


class TestAccounts:
    def test_people_are_added_by_somebody(self):
        admin = an_admin()
        users.create_admin(full_name="Ada Root", username="ada", password="a quiet river at dawn")
        made = users.create_manager(
            actor=admin, full_name="Mina Rao", mobile_number="9876543210", email=None
        )
        manager = a_manager()
        fresh = users.create_member(
            actor=manager, full_name="New Person", mobile_number="9876543211"
        )
        users.create_member(actor=a_manager(), full_name="x", mobile_number="9876543211")
        by_system = only("users.admin_created")
        assert (by_system.actor_id, by_system.actor_role) == (None, "system")
        by_admin = only("users.manager_created")
        assert (by_admin.actor_id, by_admin.owner_id) == (admin.user_id, made.user_id)
        assert by_admin.facts["mobile"].endswith("10")
        assert "9876543" not in by_admin.facts["mobile"]
        created = only("users.member_created")
        assert (created.owner_id, created.manager_id) == (fresh.user_id, manager.user_id)
        assert only("users.member_linked").owner_id == fresh.user_id

    def test_sign_in_and_out_once_each_and_no_failure(self):
        member = with_password(a_member())
        login = mobile_of(member)
        with pytest.raises(LuckyChitError):
            people.sign_in(login, "wrong password")
        with pytest.raises(LuckyChitError):
            people.sign_in("9812312312", "wrong password")
        assert trail() == []
        token = people.sign_in(login).token
        users.sign_out(token=token)
        users.sign_out(token=token)
        users.sign_out(token="unknown")
        assert actions() == ["users.signed_in", "users.signed_out"]
        assert {entry.owner_id for entry in trail()} == {member.user_id}

    def test_passwords(self):
        manager = a_manager()
        fresh = users.create_member(actor=manager, full_name="New", mobile_number="9876543211")
        users.renew_one_time_password(actor=manager, user_id=fresh.user_id)
        renewed = only("users.one_time_password_renewed")
        assert (renewed.owner_id, renewed.manager_id) == (fresh.user_id, manager.user_id)
        member = with_password(a_member())
        signed_in = people.sign_in(mobile_of(member)).actor
        users.change_password(
            actor=signed_in,
            current_password=people.PASSWORD,
            new_password="another river at dusk",
        )
        changed = only("users.password_changed")
        assert changed.actor_id == changed.owner_id == member.user_id
        assert "river" not in str([entry.facts for entry in trail()])

    def test_closing_opening_and_other_devices_only_when_something_changes(self):
        admin, member = an_admin(), with_password(a_member())
        first, second = (people.sign_in(mobile_of(member)) for _ in range(2))
        for _ in range(2):
            users.revoke_session(actor=second.actor, session_id=first.actor.session_id)
        for _ in range(2):
            users.deactivate(actor=admin, user_id=member.user_id)
        for _ in range(2):
            users.reactivate(actor=admin, user_id=member.user_id)
        assert actions(but=("users.signed_in",)) == [
            "users.session_revoked",
            "users.deactivated",
            "users.reactivated",
        ]


class TestCircles:
    @pytest.fixture(autouse=True)
    def _beginning(self):
        with clock_at():
            yield

    def test_a_circle_from_its_first_to_its_last_day(self):
        circle = a_circle(2, instalment_minor=10_000)
        for _ in range(2):
            circle.pay_all()
            draw = circle.draw_now()
            handed = circle.payout(draw)
        winner = next(m for m in circle.members if m.user_id == circle_winner(circle))
        chits.confirm_payout(actor=winner, payout_id=handed.payout_id)
        said = actions(action="chits.")
        assert [said.count(action) for action in (
            "chits.group_created",
            "chits.member_seated",
            "chits.group_started",
            "chits.payment_recorded",
            "chits.draw_locked",
            "chits.draw_drawn",
            "chits.payout_recorded",
            "chits.payout_confirmed",
            "chits.group_completed",
        )] == [1, 2, 1, 4, 2, 2, 2, 1, 1]  # fmt: skip
        assert {entry.manager_id for entry in trail(action="chits.")} == {circle.manager.user_id}
        drawn = trail(action="chits.draw_drawn")[0]
        assert (drawn.actor_role, drawn.facts["prize_minor"]) == ("system", 19_000)

    def test_a_payment_and_its_reversal_tell_the_facts_once(self):
        circle = a_circle(2)
        for _ in range(2):
            paid = circle.pay(1, key="again")
        reverse = {"actor": circle.manager, "key": "back", "payment_id": paid.payment_id}
        for _ in range(2):
            chits.reverse_payment(**reverse, reason="Typed twice")
        with pytest.raises(LuckyChitError):
            circle.pay(1, 10**12)
        one = only("chits.payment_recorded")
        assert one.owner_id == circle.members[0].user_id
        assert one.facts["amount_minor"] == 500_000
        assert (one.facts["seat_number"], one.facts["receipt_number"]) == (1, 1)
        back = only("chits.payment_reversed")
        assert (back.facts["amount_minor"], back.facts["reason"]) == (500_000, "Typed twice")

    def test_seats_phrases_and_the_managers_button(self):
        circle = a_circle(3, started=False)
        chits.remove_seat(actor=circle.manager, group_id=circle.group_id, seat_number=3)
        removed = only("chits.seat_removed")
        assert removed.owner_id == circle.members[2].user_id
        running = a_circle(2)
        running.pay_all()
        member = running.members[0]
        chits.set_client_seed(actor=member, seat_id=running.seats[0], phrase="a secret phrase")
        phrase = only("chits.client_seed_set")
        assert phrase.actor_id == member.user_id
        assert "secret" not in str(phrase.facts)
        chits.conduct_draw(actor=running.manager, group_id=running.group_id)
        assert only("chits.draw_brought_forward").actor_id == running.manager.user_id
        running.go_to_lock()
        chits.conduct_draw(actor=running.manager, group_id=running.group_id)
        assert only("chits.draw_conducted").actor_id == running.manager.user_id
        assert only("chits.draw_drawn").actor_id is None

    def test_a_draw_nobody_can_win_is_held_over(self):
        circle = a_circle(2)
        circle.go_to_lock()
        chits.advance_draws()
        assert only("chits.draw_held_over").facts["month"] == 1

    def test_a_group_asked_for_twice_is_made_once(self):
        manager = a_manager()
        circle = a_circle(2, manager=manager)
        chits.start_group(actor=manager, group_id=circle.group_id)
        assert actions(action="chits.group_") == ["chits.group_created", "chits.group_started"]


def circle_winner(circle):
    row = circle.row(2)
    return circle.members[circle.seats.index(row.winner_seat_id)].user_id


class TestGames:
    def test_a_room(self):
        with clock_at():
            room = a_started_room()
            room.start()
            room.go_to_lock()
            room.execute()
            room.execute()
            assert actions(action="rooms.") == [
                "rooms.created",
                "rooms.joined",
                "rooms.joined",
                "rooms.started",
                "rooms.executed",
                "rooms.locked",
                "rooms.drawn",
            ]
            assert only("rooms.drawn").owner_id == room.draw().winner_id

    def test_a_room_called_off_and_left(self):
        with clock_at():
            room = a_room(guests=1)
            rooms.leave(actor=room.guests[0], code=room.code)
            room.cancel()
            room.cancel()
            assert actions(action="rooms.")[2:] == ["rooms.left", "rooms.cancelled", "rooms.voided"]

    def test_the_daily_draw_by_the_system_and_no_purchase(self):
        with clock_at(daily.MORNING):
            lottery.advance()
            buyers = [daily.a_player() for _ in range(2)]
            before = actions()
            for buyer in buyers:
                daily.buy(buyer, 3)
            assert actions() == before == ["lottery.day_opened"]
            clock.set_start(daily.MORNING + daily.DAY)
            lottery.advance()
            clock.set_start(daily.MORNING + 4 * daily.DAY)
            lottery.advance()
            said = actions()
        assert said[:4] == [
            "lottery.day_opened",
            "lottery.day_locked",
            "lottery.day_opened",
            "lottery.day_drawn",
        ]
        assert said.count("lottery.day_voided") == 1  # nobody bought on the second day
        assert said.count("lottery.day_skipped") == 2
        assert {entry.actor_role for entry in trail()} == {"system"}

    def test_play_credit_and_breaks_once(self):
        member = a_player(minor=0)
        for _ in range(2):
            wallet.add_play_credit(actor=member, key="one click", amount_minor=500)
        added = only("wallet.play_credit_added")
        assert (added.owner_id, added.facts["amount_minor"]) == (member.user_id, 500)
        assert added.facts["currency"] == settings().games_currency
        safety.exclude_self(actor=member, days=7)
        safety.exclude_self(actor=member, days=1)
        assert only("safety.break_taken").facts["days"] == 7

    def test_a_beacon_tells_whether_a_stranger_brought_it(self):
        with waiting_for_drand():
            a_draw_of_2023()
            for _ in range(2):
                fairness.post_beacon(
                    draw_id="DDL-20230915", round_number=ROUND, signature=SIGNATURE
                )
        brought = only("fairness.beacon_posted")
        assert (brought.actor_role, brought.facts["round"]) == ("nobody", ROUND)
