"""Monthly draws: on their date, brought forward, held over, tried again."""

import json
from datetime import timedelta

import pytest
from sqlmodel import select

from luckychit.core import clock
from luckychit.core.db import reading, transaction
from luckychit.core.errors import InvalidInput, NotAllowed
from luckychit.domain.chits import errors, queries, service
from luckychit.domain.chits.models import GroupMember
from luckychit.domain.chits.operations.draws import eligible_seats
from luckychit.domain.chits.queries.draws import draw_advice
from luckychit.domain.fairness import operations as fairness
from luckychit.domain.fairness import queries as proofs
from luckychit.domain.notify.models import News
from luckychit.domain.wallet.queries import audit
from tests.helpers.circle import a_circle, clock_at, with_setting
from tests.helpers.people import a_manager, a_member

SIGNATURE = "ab" * 48


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield


def news(kind: str) -> list[News]:
    with reading() as session:
        return list(session.exec(select(News).where(News.kind == kind)))


def tickets(draw_id: str) -> list[str]:
    return [ticket["ticket_id"] for ticket in json.loads(proofs.bundle(draw_id))["tickets"]]


def log_types(draw_id: str) -> list[str]:
    return [entry.type for entry in proofs.log(draw_id)]


class TestADrawOnItsDate:
    def test_gives_95_000_of_20_seats_at_5_000_every_month(self):
        circle = a_circle(20)
        for month in (1, 2):
            circle.pay_all()
            drawn = circle.draw_now()
            assert drawn.prize.amount_minor == 9_500_000
            assert drawn.commission.amount_minor == 500_000
            assert (circle.pot(month), circle.prize(month)) == (0, 9_500_000)
            assert drawn.eligible_count == 21 - month
        assert circle.commission() == 1_000_000
        assert audit() == []

    @pytest.mark.parametrize(
        ("bps", "commission", "gst", "prize"),
        [(500, 500_000, 90_000, 9_410_000), (700, 700_000, 126_000, 9_174_000)],
    )
    def test_takes_the_tax_on_the_commission_when_it_is_on(self, bps, commission, gst, prize):
        circle = a_circle(20, commission_bps=bps, gst_bps=1800)
        circle.pay_all()
        drawn = circle.draw_now()
        assert drawn.commission.amount_minor == commission == circle.commission()
        assert drawn.gst.amount_minor == gst == circle.gst()
        assert drawn.prize.amount_minor == prize == circle.prize(1)

    def test_waits_for_its_moment(self):
        circle = a_circle(3)
        circle.pay_all()
        clock.set_start(circle.present().locks_at - timedelta(seconds=2))
        assert service.advance_draws() == 0
        assert circle.present().status == "open"

    def test_lists_paid_seats_that_have_not_won_by_seat_number(self):
        circle = a_circle(5, people=3)
        circle.pay_all()
        first = circle.draw_now()
        circle.pay_all(but=(3,))
        second = circle.draw_now()
        wanted = [n for n in (1, 2, 4, 5) if n != first.winner_seat_number]
        assert tickets(second.draw_id) == [f"{second.draw_id}-{n:05d}" for n in wanted]
        assert second.winner_seat_number in wanted
        assert second.pot.amount_minor == 4 * 500_000

    def test_leaves_out_who_paid_after_the_cut_off(self):
        circle = a_circle(3)
        circle.pay(1)
        clock.set_start(circle.present().locks_at + timedelta(minutes=1))
        circle.pay(2)
        service.advance_draws()
        drawn = circle.draws()[0]
        assert (drawn.winner_seat_number, drawn.eligible_count) == (1, 1)
        assert drawn.pot.amount_minor == 2 * 500_000

    def test_leaves_out_4_999_of_5_000_and_counts_2_000_and_3_500_as_paid(self):
        circle = a_circle(3)
        circle.pay(1, 499_900)
        circle.pay(2, 200_000)
        circle.pay(2, 350_000)
        drawn = circle.draw_now()
        assert (drawn.winner_seat_number, drawn.eligible_count) == (2, 1)
        assert circle.dues(2)[1].paid_minor == 50_000

    def test_opens_the_next_instalment_with_its_commitment_at_once(self):
        circle = a_circle(3)
        circle.pay_all()
        drawn = circle.draw_now()
        following = circle.present()
        assert (following.instalment, following.status) == (2, "open")
        assert following.scheduled_at == drawn.scheduled_at + timedelta(days=31)
        assert log_types(following.draw_id) == ["COMMIT"]
        assert log_types(drawn.draw_id) == ["COMMIT", "LOCK", "REVEAL", "RESULT"]
        assert proofs.proof(following.draw_id).opens_at > drawn.drawn_at

    def test_tells_everybody_the_result_and_the_winner_the_prize(self):
        circle = a_circle(3)
        circle.pay_all()
        drawn = circle.draw_now()
        (result,) = news("draw_result")
        (won,) = news("prize_won")
        assert result.user_id is None
        assert result.facts["seat"] == drawn.winner_seat_number
        assert won.user_id == circle.members[drawn.winner_seat_number - 1].user_id
        assert won.facts["prize_minor"] == drawn.prize.amount_minor
        assert len(news("draw_locked")) == 1

    def test_proof_holds_no_name_and_no_number(self):
        circle = a_circle(3)
        circle.pay_all()
        text = proofs.bundle(circle.draw_now().draw_id).decode()
        assert "Member" not in text
        assert "+91" not in text
        assert "Lakshmi" not in text

    def test_catches_up_after_days_of_silence(self):
        circle = a_circle(3)
        circle.pay_all()
        circle.go_to_lock(timedelta(days=3))
        assert service.advance_draws() == 2
        assert service.advance_draws() == 0
        assert circle.draws()[0].status == "drawn"

    def test_goes_on_with_other_groups_when_one_is_in_trouble(self, db):
        broken, whole = a_circle(2), a_circle(2)
        for circle in (broken, whole):
            circle.pay_all()
        with db.owner.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql(
                "UPDATE dues SET paid_minor = 1, paid_at = NULL WHERE seat_id = %s",
                (broken.seats[0],),
            )
        whole.go_to_lock()
        service.advance_draws()
        assert whole.draws()[0].status == "drawn"
        assert broken.draws()[0].status == "locked"

    def test_lets_a_busy_group_wait_for_the_next_second(self, db):
        circle = a_circle(2)
        circle.pay_all()
        circle.go_to_lock()
        with db.owner.begin() as connection:
            connection.exec_driver_sql(
                "SELECT 1 FROM chit_groups WHERE id = %s FOR UPDATE", (circle.group_id,)
            )
            assert service.advance_draws() == 0
        assert service.advance_draws() == 2


class TestShortCollection:
    def test_collected_gives_85_500_and_4_750_for_each_late_5_000(self):
        circle = a_circle(20)
        circle.pay_all(but=(19, 20))
        drawn = circle.draw_now()
        assert drawn.prize.amount_minor == 8_550_000
        circle.pay(19)
        assert circle.row(1).prize_minor == 9_025_000 == circle.prize(1)
        circle.pay(20)
        assert circle.row(1).prize_minor == 9_500_000 == circle.prize(1)
        assert circle.commission() == 500_000
        assert circle.pot(1) == 0
        assert audit() == []

    def test_foreman_advances_gives_95_000_and_lends_10_000_until_it_comes(self):
        circle = a_circle(20, short_collection="foreman_advances")
        circle.pay_all(but=(19, 20))
        drawn = circle.draw_now()
        assert drawn.prize.amount_minor == 9_500_000
        assert drawn.eligible_count == 18
        assert circle.advanced() == 1_000_000
        circle.pay(19)
        assert circle.advanced() == 500_000
        circle.pay(20)
        assert (circle.advanced(), circle.prize(1)) == (0, 9_500_000)
        assert audit() == []

    def test_a_payment_taken_back_after_the_draw_falls_on_the_foreman(self):
        circle = a_circle(3)
        payment = circle.pay(1)
        circle.pay(2)
        circle.pay(3)
        drawn = circle.draw_now()
        service.reverse_payment(
            actor=circle.manager, key="back", payment_id=payment.payment_id, reason="bad note"
        )
        assert circle.advanced() == 500_000
        assert circle.row(1).prize_minor == drawn.prize.amount_minor
        circle.pay(1)
        assert circle.advanced() == 0


class TestTheButton:
    def test_brings_the_draw_forward_when_everybody_has_paid(self):
        circle = a_circle(3)
        circle.pay_all()
        first = circle.present()
        called = service.conduct_draw(actor=circle.manager, group_id=circle.group_id)
        assert called.draw_id == first.draw_id + "-2"
        wait = called.locks_at - clock.now()
        assert timedelta(seconds=4) < wait <= timedelta(seconds=6)
        assert called.scheduled_at == first.scheduled_at
        assert log_types(first.draw_id) == ["COMMIT", "VOID"]
        assert [item.facts["locks_at_ms"] for item in news("draw_called")] == [
            clock.to_ms(called.locks_at)
        ]
        again = service.conduct_draw(actor=circle.manager, group_id=circle.group_id)
        assert again.draw_id == called.draw_id
        assert service.advance_draws() == 0
        assert circle.draw_now().draw_id == called.draw_id

    def test_counts_winners_of_earlier_months_out_of_everybody(self):
        circle = a_circle(3)
        circle.pay_all()
        first = circle.draw_now()
        circle.pay_all(but=(first.winner_seat_number,))
        called = service.conduct_draw(actor=circle.manager, group_id=circle.group_id)
        assert called.draw_id.endswith("-2")

    def test_refuses_before_the_date_while_somebody_who_can_win_has_not_paid(self):
        circle = a_circle(3)
        circle.pay_all(but=(2,))
        with pytest.raises(errors.DrawNotPossible) as refusal:
            service.conduct_draw(actor=circle.manager, group_id=circle.group_id)
        assert "5 Jan 2027 at 6:00 pm" in refusal.value.message
        assert "2 of 3 have" in refusal.value.message

    def test_refuses_when_nobody_could_win(self):
        circle = a_circle(3)
        with pytest.raises(errors.DrawNotPossible):
            service.conduct_draw(actor=circle.manager, group_id=circle.group_id)

    def test_draws_at_once_at_its_moment(self):
        circle = a_circle(3)
        circle.pay(1)
        circle.go_to_lock()
        drawn = service.conduct_draw(actor=circle.manager, group_id=str(circle.group_id))
        assert (drawn.status, drawn.winner_seat_number) == ("drawn", 1)
        assert drawn.winner_name == "Member 1"
        assert service.advance_draws() == 0

    def test_refuses_a_group_that_is_forming_or_done(self):
        circle = a_circle(2, started=False)
        with pytest.raises(errors.DrawNotPossible):
            service.conduct_draw(actor=circle.manager, group_id=circle.group_id)

    def test_is_the_groups_managers_alone(self):
        circle = a_circle(2)
        with pytest.raises(errors.GroupNotFound):
            service.conduct_draw(actor=a_manager(), group_id=circle.group_id)
        with pytest.raises(NotAllowed):
            service.conduct_draw(actor=circle.members[0], group_id=circle.group_id)
        with pytest.raises(errors.GroupNotFound):
            service.conduct_draw(actor=circle.manager, group_id="nonsense")

    def test_says_on_the_screen_what_it_will_do(self):
        circle = a_circle(3)

        def advice():
            with reading() as session:
                return draw_advice(session, circle.group(), clock.now())

        assert advice() == (False, "No seat that can still win has paid this instalment.")
        circle.pay(1)
        assert advice()[0] is False
        circle.pay(2)
        circle.pay(3)
        assert advice()[0] is True
        service.conduct_draw(actor=circle.manager, group_id=circle.group_id)
        assert advice()[0] is False
        circle.go_to_lock()
        assert advice()[0] is True


class TestADrawHeldOver:
    def test_is_void_with_its_reason_and_tried_again_a_day_later(self):
        circle = a_circle(3)
        first = circle.present()
        circle.go_to_lock()
        assert service.advance_draws() == 1
        held = circle.present()
        assert (held.status, held.draw_id) == ("open", first.draw_id + "-2")
        assert held.locks_at == first.locks_at + timedelta(days=1)
        assert held.scheduled_at == first.scheduled_at
        assert "paid" in held.held_over_reason
        assert log_types(first.draw_id) == ["COMMIT", "VOID"]
        assert "nobody eligible" in proofs.log(first.draw_id)[-1].entry
        assert len(news("draw_held_over")) == 1
        circle.pay(2)
        drawn = circle.draw_now()
        assert (drawn.winner_seat_number, drawn.held_over_reason) == (2, "")
        assert drawn.draw_id == first.draw_id + "-2"

    def test_may_be_called_by_the_manager_as_soon_as_one_seat_has_paid(self):
        circle = a_circle(3)
        circle.go_to_lock()
        service.advance_draws()
        circle.pay(3)
        called = service.conduct_draw(actor=circle.manager, group_id=circle.group_id)
        assert called.draw_id.endswith("-3")
        assert circle.draw_now().winner_seat_number == 3

    def test_skips_to_the_next_evening_after_a_week_of_silence(self):
        circle = a_circle(2)
        first = circle.present()
        circle.go_to_lock(timedelta(days=7, hours=1))
        service.advance_draws()
        assert circle.present().locks_at == first.locks_at + timedelta(days=8)

    def test_reverses_do_not_count_as_paid(self):
        circle = a_circle(2)
        payment = circle.pay(1)
        service.reverse_payment(
            actor=circle.manager, key="back", payment_id=payment.payment_id, reason="typo"
        )
        circle.go_to_lock()
        service.advance_draws()
        assert circle.present().held_over_reason

    def test_is_tried_again_when_its_sealed_seed_does_not_open_any_more(self, monkeypatch):
        circle = a_circle(2)
        circle.pay_all()
        with with_setting(monkeypatch, TICKET_SEAL_SECRET="another-0123456789-abcdefghijkl"):
            circle.go_to_lock()
            assert service.advance_draws() >= 1
            again = circle.present()
            assert (again.status, again.draw_id[-2:]) == ("open", "-2")
            assert "sealed number" in again.held_over_reason
            service.conduct_draw(actor=circle.manager, group_id=circle.group_id)
            assert circle.draw_now().winner_seat_number in (1, 2)


class TestWithPublicRandomness:
    @pytest.fixture(autouse=True)
    def _drand(self, monkeypatch):
        with with_setting(monkeypatch, BEACON="drand"):
            yield

    def post_beacon(self, draw_id: str) -> None:
        proof = proofs.proof(draw_id)
        with transaction() as session:
            fairness.append_beacon(
                session,
                draw_id=draw_id,
                round_number=proof.beacon_round,
                signature=SIGNATURE,
                now=clock.now(),
            )

    def test_waits_locked_until_the_number_is_born_and_posted(self):
        circle = a_circle(3)
        circle.pay_all()
        circle.go_to_lock()
        assert service.advance_draws() == 1
        locked = circle.present()
        assert (locked.status, locked.eligible_count, locked.is_weak) == ("locked", 3, False)
        assert locked.beacon_at >= locked.locks_at + timedelta(seconds=60)
        pressed = service.conduct_draw(actor=circle.manager, group_id=circle.group_id)
        assert pressed.status == "locked"
        clock.set_start(locked.beacon_at + timedelta(seconds=5))
        assert service.advance_draws() == 0
        self.post_beacon(locked.draw_id)
        assert service.advance_draws() == 1
        assert circle.draws()[0].status == "drawn"
        assert log_types(locked.draw_id) == ["COMMIT", "LOCK", "BEACON", "RESULT"]

    def test_is_void_and_tried_again_when_the_lock_comes_too_late(self):
        circle = a_circle(3)
        circle.pay_all()
        first = circle.present()
        clock.set_start(first.beacon_at + timedelta(minutes=5))
        service.advance_draws()
        again = circle.present()
        assert (again.status, again.draw_id) == ("open", first.draw_id + "-2")
        assert log_types(first.draw_id) == ["COMMIT", "VOID"]
        assert timedelta(0) < again.locks_at - clock.now() <= timedelta(seconds=61)
        circle.go_to_lock()
        service.advance_draws()
        assert circle.present().status == "locked"

    def test_is_void_and_tried_again_when_no_number_comes_for_a_day(self):
        circle = a_circle(3)
        circle.pay_all()
        circle.go_to_lock()
        service.advance_draws()
        locked = circle.present()
        clock.set_start(locked.beacon_at + timedelta(hours=23, minutes=59))
        assert service.advance_draws() == 0
        clock.set_start(locked.beacon_at + timedelta(hours=24, seconds=1))
        assert service.advance_draws() == 1
        again = circle.present()
        assert (again.status, again.eligible_count) == ("open", None)
        assert again.held_over_reason
        assert log_types(locked.draw_id) == ["COMMIT", "LOCK", "VOID"]


class TestThePhrase:
    def phrase(self, circle, seat=1) -> str:
        with reading() as session:
            return session.get_one(GroupMember, circle.seats[seat - 1]).client_seed

    def test_is_the_members_to_change_until_the_lock_and_goes_into_the_proof(self):
        circle = a_circle(2)
        circle.pay_all()
        member = circle.members[0]
        service.set_client_seed(actor=member, seat_id=circle.seats[0], phrase="Ma's 7 #!~")
        clock.set_start(circle.present().locks_at + timedelta(seconds=1))
        with pytest.raises(errors.PhraseIsFixed):
            service.set_client_seed(actor=member, seat_id=circle.seats[0], phrase="too late")
        service.advance_draws()
        bundle = json.loads(proofs.bundle(circle.draws()[0].draw_id))
        assert bundle["tickets"][0]["client_seed"] == "Ma's 7 #!~"
        service.set_client_seed(actor=member, seat_id=circle.seats[0], phrase="next month")
        assert self.phrase(circle) == "next month"

    @pytest.mark.parametrize(
        "bad", ["", "   ", "x" * 65, 'a"b', "a\\b", "नमस्ते", "line\nbreak", None, 7]
    )
    def test_refuses_what_cannot_stand_in_a_proof(self, bad):
        circle = a_circle(2)
        with pytest.raises(InvalidInput):
            service.set_client_seed(actor=circle.members[0], seat_id=circle.seats[0], phrase=bad)

    def test_of_anothers_seat_does_not_exist(self):
        circle = a_circle(2)
        for actor in (circle.members[1], circle.manager, a_member()):
            with pytest.raises(errors.SeatNotFound):
                service.set_client_seed(actor=actor, seat_id=circle.seats[0], phrase="mine")
        with pytest.raises(errors.SeatNotFound):
            service.set_client_seed(actor=circle.members[0], seat_id="?", phrase="mine")


class TestDrawCard:
    def test_tells_strangers_no_names_and_members_the_winner(self):
        circle = a_circle(3)
        circle.pay_all()
        drawn = circle.draw_now()
        public = queries.draw_card(draw_id=drawn.draw_id)
        assert public.winner_seat_number == drawn.winner_seat_number
        assert public.prize == drawn.prize
        assert (public.group_id, public.group_name, public.winner_name) == (None, None, None)
        stranger = queries.draw_card(draw_id=drawn.draw_id, actor=a_member())
        assert stranger == public
        for insider in (circle.members[0], circle.manager):
            card = queries.draw_card(draw_id=drawn.draw_id, actor=insider)
            assert (card.group_id, card.winner_name) == (circle.group_id, drawn.winner_name)

    def test_of_a_voided_attempt_names_its_successor(self):
        circle = a_circle(2)
        first = circle.present()
        circle.go_to_lock()
        service.advance_draws()
        card = queries.draw_card(draw_id=first.draw_id)
        assert card.current_draw_id == first.draw_id + "-2"
        assert card.prize is None

    @pytest.mark.parametrize("unknown", ["", "CHIT-00000000-202701", "DDL-20270101", None, 5])
    def test_of_no_draw_of_ours_is_not_found(self, unknown):
        with pytest.raises(errors.DrawNotFound):
            queries.draw_card(draw_id=unknown)

    def test_is_not_found_for_an_attempt_that_never_was(self):
        with pytest.raises(errors.DrawNotFound):
            queries.draw_card(draw_id=a_circle(2).present().draw_id + "-9")


def test_eligible_seats_are_those_of_the_list(db):
    circle = a_circle(4)
    circle.pay_all(but=(2,))
    with transaction() as session:
        found = eligible_seats(session, circle.row(1))
    assert [seat.seat_number for seat, _ in found] == [1, 3, 4]
