"""A group is completed at the moment nothing is left to do, whatever comes last."""

import pytest
from sqlmodel import select

from luckychit.core.db import reading
from luckychit.core.errors import InvariantBroken
from luckychit.domain.chits import errors, service
from luckychit.domain.notify.models import News
from luckychit.domain.wallet.queries import audit
from tests.helpers.circle import a_circle, clock_at


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield


def to_the_last_draw(circle, *, unpaid: tuple[int, ...] = ()):
    """Play all months but the last draw, with every prize but the last handed over."""
    count = len(circle.members)
    for _ in range(count - 1):
        circle.pay_all()
        circle.payout(circle.draw_now())
    circle.pay_all(but=unpaid)


def is_completed(circle) -> bool:
    return circle.group().status == "completed"


class TestCompletion:
    @pytest.mark.parametrize("policy", ["collected", "foreman_advances"])
    def test_comes_with_the_last_payout(self, policy):
        circle = a_circle(3, short_collection=policy)
        to_the_last_draw(circle)
        last = circle.draw_now()
        assert not is_completed(circle)
        circle.payout(last, 1_000_000)
        assert not is_completed(circle)
        circle.payout(last)
        assert is_completed(circle)
        assert circle.money_left() == 0
        assert circle.commission() == 3 * 75_000
        assert sorted(draw.winner_seat_number for draw in circle.draws()) == [1, 2, 3]
        assert audit() == []
        with reading() as session:
            (told,) = session.exec(select(News).where(News.kind == "group_completed"))
        assert told.group_id == circle.group_id

    def test_comes_with_the_last_payment_that_repays_the_foreman(self):
        circle = a_circle(3, short_collection="foreman_advances")
        to_the_last_draw(circle, unpaid=(1,))
        # Seat 1 may be the one that has not won; then nobody can win before it pays.
        circle.go_to_lock()
        service.advance_draws()
        if circle.present().status != "drawn":
            circle.pay(1)
            circle.payout(circle.draw_now())
        else:
            circle.payout(circle.present())
            assert not is_completed(circle)
            circle.pay(1)
        assert is_completed(circle)
        assert circle.money_left() == 0

    def test_waits_for_the_share_of_the_winner_in_a_late_payment(self):
        circle = a_circle(2)
        circle.pay_all()
        first = circle.draw_now()
        loser = 3 - first.winner_seat_number
        circle.payout(first)
        circle.pay(loser)
        last = circle.draw_now()
        circle.payout(last)
        assert not is_completed(circle)
        circle.pay(first.winner_seat_number)
        assert not is_completed(circle)
        circle.payout(last)
        assert is_completed(circle)
        assert circle.money_left() == 0

    def test_needs_no_commission(self):
        circle = a_circle(2, commission_bps=0)
        to_the_last_draw(circle)
        circle.payout(circle.draw_now())
        assert is_completed(circle)
        assert (circle.money_left(), circle.commission()) == (0, 0)

    def test_is_refused_when_the_ledger_is_not_at_zero(self, db):
        circle = a_circle(2)
        to_the_last_draw(circle)
        last = circle.draw_now()
        with db.owner.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql(
                "UPDATE ledger_accounts SET balance_minor = 1 WHERE kind = 'chit_pot'"
                " AND owner = %s",
                (f"{circle.group_id}:1",),
            )
        with pytest.raises(InvariantBroken):
            circle.payout(last)
        assert not is_completed(circle)

    def test_leaves_nothing_to_draw_pay_or_record(self):
        circle = a_circle(2)
        to_the_last_draw(circle)
        last = circle.draw_now()
        circle.payout(last)
        assert service.advance_draws() == 0
        with pytest.raises(errors.DrawNotPossible):
            service.conduct_draw(actor=circle.manager, group_id=circle.group_id)
        with pytest.raises(errors.PrizeExceeded):
            circle.payout(last)
        with pytest.raises(errors.GroupNotActive):
            circle.pay(1)
