"""Two at once: draws and payouts. Goal: one result, whatever the order of the threads.

Method: threads meet at a barrier right after reading what they decide upon. Each race
has a negative control that reads without the row locks and shows the harm, so the
races prove that the locks, and not luck, keep the promise.
"""

from functools import partial

import pytest
from sqlmodel import col, func, select

from luckychit.core.db import reading
from luckychit.core.errors import LuckyChitError
from luckychit.domain.chits import errors, service
from luckychit.domain.chits.models import ChitGroup, MonthlyDraw, PrizePayout
from luckychit.domain.chits.operations import locks
from luckychit.domain.chits.service import access, draws
from luckychit.domain.fairness.errors import AlreadyLocked
from luckychit.domain.notify.models import News
from luckychit.domain.wallet.models import LedgerTransaction
from luckychit.domain.wallet.queries import audit
from tests.helpers import races
from tests.helpers.circle import a_circle, a_key, clock_at

at_once = partial(races.at_once, catching=LuckyChitError)


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield


def refusals(outcomes: list[object]) -> list[LuckyChitError]:
    return [outcome for outcome in outcomes if isinstance(outcome, LuckyChitError)]


def count(model, *conditions) -> int:
    with reading() as session:
        return session.exec(select(func.count()).select_from(model).where(*conditions)).one()


def take_locks_away(monkeypatch: pytest.MonkeyPatch, *, reads: int) -> None:
    """Read group and draw without locking them.

    Args:
        monkeypatch: Of the test.
        reads: At each one's first so many reads of a draw all wait for each other; the
            last of these must be the one upon which the act decides.
    """
    meet = races.meeting(times=reads)

    def group_unlocked(session, group_id):
        return session.get_one(ChitGroup, group_id)

    def present_unlocked(session, group_id):
        found = session.exec(
            select(MonthlyDraw).where(
                MonthlyDraw.group_id == group_id, col(MonthlyDraw.status) != "drawn"
            )
        ).one_or_none()
        meet()
        return found

    def draw_unlocked(session, monthly_draw_id):
        found = session.get_one(MonthlyDraw, monthly_draw_id)
        meet()
        return found

    monkeypatch.setattr(locks, "lock_group", group_unlocked)
    monkeypatch.setattr(access, "lock_group", group_unlocked)
    monkeypatch.setattr(locks, "lock_present_draw", present_unlocked)
    monkeypatch.setattr(locks, "lock_draw", draw_unlocked)


class TestTwoDrawsAtOnce:
    def test_button_and_job_give_one_result(self):
        circle = a_circle(4)
        circle.pay_all()
        circle.go_to_lock()

        def button():
            return service.conduct_draw(actor=circle.manager, group_id=circle.group_id)

        outcomes = at_once(*[button, service.advance_draws] * 4)
        # A button that came after the result is told that the next draw is not yet possible.
        assert all(isinstance(item, errors.DrawNotPossible) for item in refusals(outcomes))
        first, second = circle.draws()
        assert (first.status, second.status) == ("drawn", "open")
        assert count(LedgerTransaction, LedgerTransaction.kind == "chit_draw") == 1
        assert count(News, News.kind == "draw_result") == 1
        assert circle.prize(1) == first.prize.amount_minor == 1_900_000
        assert audit() == []

    def test_two_presses_bring_the_draw_forward_once(self):
        circle = a_circle(4)
        circle.pay_all()
        first = circle.present()
        outcomes = at_once(
            *[lambda: service.conduct_draw(actor=circle.manager, group_id=circle.group_id)] * 6
        )
        assert refusals(outcomes) == []
        assert {draw.draw_id for draw in outcomes} == {first.draw_id + "-2"}

    def test_negative_control_without_the_lock_a_button_breaks_an_invariant(self, monkeypatch):
        circle = a_circle(4)
        circle.pay_all()
        circle.go_to_lock()
        # Each press reads the draw to look what it is for, and again to take the step.
        take_locks_away(monkeypatch, reads=2)
        # One step only: the next one of who was first could wait for the dues of who was
        # second, and who is then run again after a deadlock finds everything done.
        monkeypatch.setattr(draws, "_STEPS", 1)
        outcomes = at_once(
            *[lambda: service.conduct_draw(actor=circle.manager, group_id=circle.group_id)] * 2
        )
        # Both wanted to freeze the same list, and only the public log held them apart.
        assert [type(item) for item in refusals(outcomes)] == [AlreadyLocked]


class TestTwoPayoutsAtOnce:
    @pytest.fixture
    def circle(self):
        circle = a_circle(4)
        circle.pay_all()
        circle.draw_now()
        return circle

    def pay(self, circle, amount_minor=None, key=None):
        drawn = circle.draws()[0]
        return lambda: circle.payout(drawn, amount_minor, key=key or a_key())

    def test_two_clerks_hand_a_prize_over_once(self, circle):
        outcomes = at_once(*[self.pay(circle, 1_900_000) for _ in range(6)])
        assert len(refusals(outcomes)) == 5
        assert all(isinstance(item, errors.PrizeExceeded) for item in refusals(outcomes))
        assert (circle.row(1).paid_out_minor, circle.prize(1)) == (1_900_000, 0)
        assert count(PrizePayout) == 1
        assert audit() == []

    def test_two_halves_at_once_are_both_counted(self, circle):
        outcomes = at_once(*[self.pay(circle, 950_000) for _ in range(2)])
        assert refusals(outcomes) == []
        assert (circle.row(1).paid_out_minor, circle.prize(1)) == (1_900_000, 0)

    def test_a_double_click_gives_one_payout(self, circle):
        outcomes = at_once(*[self.pay(circle, 500_000, key="one click") for _ in range(6)])
        assert refusals(outcomes) == []
        assert len({payout.payout_id for payout in outcomes}) == 1
        assert circle.prize(1) == 1_400_000

    def test_negative_control_without_the_lock_one_half_is_forgotten(self, circle, monkeypatch):
        acts = [self.pay(circle, 950_000) for _ in range(2)]
        take_locks_away(monkeypatch, reads=1)
        outcomes = at_once(*acts)
        assert refusals(outcomes) == []
        # The ledger has handed over everything; the draw's row believes half is left.
        assert (circle.row(1).paid_out_minor, circle.prize(1)) == (950_000, 0)


class TestAButtonForOneInstalment:
    """Every caller means month 1: nobody draws month 2, though it is paid for already."""

    @pytest.fixture
    def paid_ahead(self):
        circle = a_circle(3)
        for seat in (1, 2, 3):
            circle.pay(seat, 2 * circle.instalment_minor)
        circle.go_to_lock()
        return circle

    def press(self, circle, instalment):
        return at_once(
            *[
                lambda: service.conduct_draw(
                    actor=circle.manager, group_id=circle.group_id, instalment=instalment
                )
            ]
            * 4
        )

    def test_gives_one_result_and_leaves_the_next_month_alone(self, paid_ahead):
        outcomes = self.press(paid_ahead, 1) + self.press(paid_ahead, 1)
        assert {row.instalment for row in outcomes} == {1}
        assert {row.status for row in outcomes} == {"drawn"}
        first, second = paid_ahead.draws()
        assert second.locks_at == second.scheduled_at
        assert (first.status, second.status) == ("drawn", "open")

    def test_without_naming_the_month_the_next_is_brought_forward(self, paid_ahead):
        """The negative control: this is what a repeat would do."""
        self.press(paid_ahead, None)
        self.press(paid_ahead, None)
        second = paid_ahead.draws()[1]
        assert second.locks_at < second.scheduled_at
