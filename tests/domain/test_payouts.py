"""Handing prizes over, and confirming that they came."""

from datetime import timedelta

import pytest
from sqlmodel import select

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.core.errors import InvalidInput, NotAllowed, SignInNeeded
from luckychit.domain.chits import errors, queries, service
from luckychit.domain.notify.models import News
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet.queries import audit
from tests.helpers.circle import a_circle, a_key, clock_at
from tests.helpers.people import a_manager, a_member


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield


@pytest.fixture
def circle():
    return a_circle(4)


@pytest.fixture
def drawn(circle):
    """The first draw: a pot of 20,000, a prize of 19,000."""
    circle.pay_all()
    return circle.draw_now()


def winner_of(circle, drawn):
    return circle.members[drawn.winner_seat_number - 1]


class TestRecordPayout:
    def test_hands_over_all_that_is_left_when_no_amount_is_given(self, circle, drawn):
        payout = circle.payout(drawn)
        assert payout.net.amount_minor == 1_900_000
        assert payout.deductions.amount_minor == 100_000
        assert payout.gross.amount_minor == 2_000_000
        assert circle.prize(1) == 0
        upi = accounts.clearing(f"upi:{circle.manager.user_id}")
        assert circle.held(upi) == 1_900_000
        assert circle.row(1).paid_out_minor == 1_900_000
        assert audit() == []

    def test_in_parts_shows_exactly_the_deductions_of_the_pot(self, circle, drawn):
        parts = [circle.payout(drawn, amount) for amount in (1, 700_001, 333, 1_199_665)]
        assert sum(part.net.amount_minor for part in parts) == 1_900_000
        assert sum(part.deductions.amount_minor for part in parts) == 100_000
        assert circle.prize(1) == 0

    def test_refuses_more_than_is_left(self, circle, drawn):
        circle.payout(drawn, 1_000_000)
        with pytest.raises(errors.PrizeExceeded) as refusal:
            circle.payout(drawn, 900_001)
        assert "₹9,000" in refusal.value.message
        circle.payout(drawn, 900_000)
        with pytest.raises(errors.PrizeExceeded):
            circle.payout(drawn)
        assert circle.prize(1) == 0

    def test_grows_with_late_money(self, circle):
        circle.pay_all(but=(4,))
        drawn = circle.draw_now()
        circle.payout(drawn)
        circle.pay(4)
        assert circle.payout(drawn).net.amount_minor == 475_000
        (row,) = queries.prizes_of_manager(actor=circle.manager, offset=0, limit=20).items
        assert row.left.amount_minor == 0
        assert [payout.net.amount_minor for payout in row.payouts] == [1_425_000, 475_000]
        assert sum(payout.gross.amount_minor for payout in row.payouts) == 2_000_000

    def test_of_the_same_key_happens_once(self, circle, drawn):
        first = circle.payout(drawn, 500_000, key="double click")
        again = circle.payout(drawn, 500_000, key="double click")
        assert again == first
        assert circle.prize(1) == 1_400_000

    def test_refuses_a_key_that_named_another_request(self, circle, drawn):
        circle.payout(drawn, 500_000, key="one")
        with pytest.raises(errors.KeyReused):
            circle.payout(drawn, 400_000, key="one")

    @pytest.mark.parametrize("amount", [0, -1, 1.5, "100", True, 2**63])
    def test_refuses_what_is_no_amount(self, circle, drawn, amount):
        with pytest.raises((InvalidInput, errors.PrizeExceeded)):
            circle.payout(drawn, amount)
        assert circle.prize(1) == 1_900_000

    def test_refuses_a_day_before_the_draw_or_in_the_future(self, circle, drawn):
        for paid_at in (drawn.drawn_at - timedelta(days=1), clock.now() + timedelta(hours=1)):
            with pytest.raises(InvalidInput):
                service.record_payout(
                    actor=circle.manager,
                    key=a_key(),
                    monthly_draw_id=drawn.monthly_draw_id,
                    method="cash",
                    paid_at=paid_at,
                )

    @pytest.mark.parametrize("bad", [{"method": "gold"}, {"reference": "x" * 101}, {"key": ""}])
    def test_refuses_fields_of_a_wrong_shape(self, circle, drawn, bad):
        asked = {"key": a_key(), "method": "cash"} | bad
        with pytest.raises(InvalidInput):
            service.record_payout(
                actor=circle.manager, monthly_draw_id=drawn.monthly_draw_id, **asked
            )

    def test_refuses_a_draw_without_a_winner(self, circle):
        with pytest.raises(errors.DrawNotFound):
            circle.payout(circle.present())

    def test_is_the_groups_managers_alone(self, circle, drawn):
        asked = {"key": a_key(), "monthly_draw_id": drawn.monthly_draw_id, "method": "cash"}
        with pytest.raises(errors.DrawNotFound):
            service.record_payout(actor=a_manager(), **asked)
        with pytest.raises(NotAllowed):
            service.record_payout(actor=winner_of(circle, drawn), **asked)
        with pytest.raises(SignInNeeded):
            service.record_payout(actor=None, **asked)
        with pytest.raises(errors.DrawNotFound):
            service.record_payout(actor=circle.manager, **(asked | {"monthly_draw_id": "7"}))


class TestConfirmPayout:
    def test_is_noted_once_and_told(self, circle, drawn):
        payout = circle.payout(drawn)
        winner = winner_of(circle, drawn)
        service.confirm_payout(actor=winner, payout_id=payout.payout_id)
        (row,) = queries.prizes_of_manager(actor=circle.manager).items
        assert row.payouts[0].confirmed_at is not None
        with pytest.raises(errors.AlreadyConfirmed):
            service.confirm_payout(actor=winner, payout_id=payout.payout_id)
        with reading() as session:
            told = session.exec(select(News).where(News.kind == "payout_confirmed")).all()
        assert [item.user_id for item in told] == [winner.user_id]

    def test_is_the_winners_alone(self, circle, drawn):
        payout = circle.payout(drawn)
        others = [m for m in circle.members if m != winner_of(circle, drawn)]
        for actor in (others[0], a_member(), a_manager()):
            with pytest.raises(errors.PayoutNotFound):
                service.confirm_payout(actor=actor, payout_id=payout.payout_id)
        with pytest.raises(NotAllowed):
            service.confirm_payout(actor=circle.manager, payout_id=payout.payout_id)
        with pytest.raises(errors.PayoutNotFound):
            service.confirm_payout(actor=others[0], payout_id="nonsense")


class TestPrizesOfManager:
    def test_shows_those_to_pay_first_and_only_the_managers_own(self, circle, drawn):
        circle.payout(drawn)
        circle.pay_all()
        second = circle.draw_now()
        page = queries.prizes_of_manager(actor=circle.manager)
        assert page.total == 2
        assert [row.draw.instalment for row in page.items] == [2, 1]
        assert page.items[0].left == second.prize
        assert queries.prizes_of_manager(actor=a_manager()).total == 0
        assert len(queries.prizes_of_manager(actor=circle.manager, offset=1, limit=1).items) == 1
        with pytest.raises(InvalidInput):
            queries.prizes_of_manager(actor=circle.manager, limit=0)
