"""Midnight, missed days, results and money back: what time does to the daily draw."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy.exc import OperationalError

from luckychit.core import clock
from luckychit.domain.fairness import queries as proofs
from luckychit.domain.fairness.lcd1.verifier import verify
from luckychit.domain.fairness.rules import BEACON_PATIENCE
from luckychit.domain.lottery import rules, service
from luckychit.domain.lottery.service import calendar
from luckychit.domain.tickets import errors, queries
from luckychit.domain.tickets.operations import refunds
from luckychit.domain.wallet.queries import audit
from tests.helpers.circle import clock_at, with_setting
from tests.helpers.lottery import (
    DAY,
    MORNING,
    a_player,
    balance,
    buy,
    days,
    news,
    statuses,
)

FIRST, SECOND = "DDL-20270301", "DDL-20270302"
MIDNIGHT = datetime(2027, 3, 2, tzinfo=UTC)
A_MS = timedelta(milliseconds=1)
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def morning():
    with clock_at(MORNING):
        yield


def sound() -> None:
    """No draw lost, doubled or out of order; no cent either."""
    found = days()
    dates = [row.draw_date for row in found]
    assert dates == [dates[0] + DAY * step for step in range(len(dates))]
    assert all(row.status != "open" for row in found[:-1])
    assert audit() == []
    assert queries.audit() == []


class TestTheFirstDay:
    def test_opens_at_once_and_locks_at_midnight(self):
        assert service.advance() == 1
        (first,) = days()
        assert (first.draw_id, first.proof_id, first.status) == (FIRST, FIRST, "open")
        assert timedelta(0) < first.opens_at - MORNING < timedelta(seconds=5)
        assert first.locks_at == MIDNIGHT
        assert (first.price_minor, first.currency, first.fee_bps) == (100, "USD", 500)
        assert news() == [("daily_opened", FIRST)]

    def test_has_its_terms_from_the_settings(self, monkeypatch):
        with with_setting(
            monkeypatch,
            DRAW_PRICE_MINOR="250",
            DRAW_FEE_BPS="1000",
            DRAW_FEWEST_ENTRIES="3",
            DRAW_TICKETS_PER_PERSON="7",
            DRAW_CURRENCY="INR",
        ):
            service.advance()
        (first,) = days()
        assert (first.price_minor, first.fee_bps, first.currency) == (250, 1000, "INR")
        assert (first.fewest_entries, first.most_per_person) == (3, 7)
        assert proofs.proof(FIRST).price_minor == 250

    def test_changes_nothing_when_asked_again(self):
        service.advance()
        assert [service.advance() for _ in range(3)] == [0, 0, 0]
        assert len(days()) == 1

    def test_waits_for_midnight_when_hardly_anything_is_left_of_it(self):
        clock.set_start(MIDNIGHT - timedelta(milliseconds=700))
        assert service.advance() == 0
        clock.set_start(MIDNIGHT)
        assert service.advance() == 1
        assert statuses() == [(2, "open")]


class TestMidnight:
    def test_locks_the_day_and_opens_the_next_in_one_transaction(self, monkeypatch):
        service.advance()
        buy(a_player())
        clock.set_start(MIDNIGHT)
        opened = calendar._open

        def never_opened(*_args):
            opened(*_args)
            raise OperationalError("", None, Exception("cut"))

        with monkeypatch.context() as broken:
            broken.setattr(calendar, "_open", never_opened)
            assert service.advance() == 0
        assert statuses() == [(1, "open")]
        assert service.advance() == 3
        assert statuses() == [(1, "drawn"), (2, "open")]
        sound()

    def test_a_ticket_of_the_last_millisecond_is_of_the_day(self):
        service.advance()
        player = a_player()
        with clock_stands(MIDNIGHT - A_MS):
            sold = buy(player, draw_id=FIRST)
        assert sold.issued_at == MIDNIGHT - A_MS
        clock.set_start(MIDNIGHT)
        service.advance()
        assert days()[0].winner_id == player.user_id

    def test_a_ticket_at_midnight_is_refused_by_the_day_and_sold_by_the_next(self):
        service.advance()
        player = a_player()
        with clock_stands(MIDNIGHT):
            with pytest.raises(errors.DrawClosed):
                buy(player, draw_id=FIRST)
            service.advance()
        with clock_stands(MIDNIGHT + A_MS):
            assert buy(player).draw_id == SECOND

    def test_pays_the_winner_in_the_transaction_of_the_result(self):
        service.advance()
        player, other = a_player(10), a_player(0)
        buy(player, 4)
        clock.set_start(MIDNIGHT)
        service.advance()
        assert days()[0].winning_position in range(1, 5)
        assert balance(player) == 1000 - 400 + 380
        assert balance(other) == 0
        assert news() == [
            ("daily_opened", FIRST),
            ("daily_locked", FIRST),
            ("daily_opened", SECOND),
            ("daily_drawn", FIRST),
        ]
        sound()

    def test_without_a_ticket_the_day_is_void_and_the_next_one_opens(self):
        service.advance()
        clock.set_start(MIDNIGHT + timedelta(seconds=2))
        service.advance()
        assert statuses() == [(1, "void"), (2, "open")]
        assert days()[0].void_reason == "Nobody bought a ticket"
        assert news("daily_void") == [("daily_void", FIRST)]
        sound()

    def test_with_fewer_than_the_minimum_everybody_is_paid_back(self, monkeypatch):
        with with_setting(monkeypatch, DRAW_FEWEST_ENTRIES="5"):
            service.advance()
        players = [a_player(3) for _ in range(2)]
        for player in players:
            buy(player, 2)
        clock.set_start(MIDNIGHT)
        service.advance()
        assert days()[0].status == "void"
        assert days()[0].refunded_at is not None
        assert [balance(player) for player in players] == [300, 300]
        assert news("daily_void", "daily_drawn") == [("daily_void", FIRST)]
        sound()

    def test_does_not_wait_until_a_crowd_is_paid_back(self, monkeypatch):
        with with_setting(monkeypatch, DRAW_FEWEST_ENTRIES="5"):
            service.advance()
        players = [a_player(1) for _ in range(3)]
        for player in players:
            buy(player)
        clock.set_start(MIDNIGHT)
        pay_one = partial(refunds.pay_back_some, limit=1)
        monkeypatch.setattr(refunds, "pay_back_some", pay_one)
        monkeypatch.setattr(calendar, "REFUND_S", 0.0)
        paid = []
        for _ in players:
            service.advance()
            paid.append(sum(balance(player) for player in players))
        assert paid == [100, 200, 300]
        service.advance()
        assert days()[0].refunded_at is not None
        sound()

    def test_leaves_a_proof_that_anybody_can_verify(self):
        service.advance()
        for quantity in (1, 3, 2):
            buy(a_player(), quantity)
        clock.set_start(MIDNIGHT)
        service.advance()
        text = b"".join(queries.bundle(FIRST))
        assert verify(json.loads(text)).outcome == "drawn"


class TestMissedDays:
    def test_are_caught_up_in_order_and_void(self):
        service.advance()
        player = a_player()
        buy(player)
        clock.set_start(MORNING + 4 * DAY)
        service.advance()
        assert statuses() == [
            (1, "drawn"), (2, "void"), (3, "void"), (4, "void"), (5, "open"),
        ]  # fmt: skip
        skipped = days()[1:4]
        assert {row.void_reason for row in skipped} == {rules.NOT_RUNNING}
        assert {row.proof_id for row in skipped} == {None}
        assert days()[0].winner_id == player.user_id
        assert news("daily_void") == []
        sound()

    def test_a_lock_that_comes_after_the_round_is_void_and_paid_back(self, monkeypatch):
        with with_setting(monkeypatch, BEACON="drand"):
            service.advance()
        player = a_player(5)
        buy(player, 5)
        assert balance(player) == 0
        clock.set_start(MIDNIGHT + timedelta(minutes=10))
        service.advance()
        assert statuses() == [(1, "void"), (2, "open")]
        assert balance(player) == 500
        sound()

    def test_a_clock_that_goes_back_doubles_nothing(self):
        clock.set_start(MORNING + 3 * DAY)
        service.advance()
        clock.set_start(MORNING)
        assert service.advance() == 0
        assert statuses() == [(4, "open")]
        clock.set_start(MORNING + 4 * DAY)
        service.advance()
        assert statuses() == [(4, "void"), (5, "open")]
        sound()

    def test_a_year_asleep_is_a_year_of_rows(self):
        service.advance()
        clock.set_start(MORNING + 365 * DAY)
        service.advance()
        assert len(days()) == 366
        sound()


class TestTheBeacon:
    @pytest.fixture
    def locked(self, db, monkeypatch):
        """A drand draw, locked in time, with one player's three tickets."""
        with with_setting(monkeypatch, BEACON="drand"):
            service.advance()
            player = a_player(3)
            buy(player, 3)
            clock.set_start(MIDNIGHT)
            service.advance()
            yield player

    @pytest.mark.usefixtures("locked")
    def test_is_waited_for(self):
        assert statuses() == [(1, "locked"), (2, "open")]
        assert service.advance() == 0

    def test_that_does_not_come_for_a_day_makes_the_draw_void(self, locked):
        beacon_at = proofs.proof(FIRST).beacon_at
        clock.set_start(beacon_at + BEACON_PATIENCE + timedelta(seconds=1))
        service.advance()
        assert statuses()[0] == (1, "void")
        assert balance(locked) == 300
        assert ("daily_void", FIRST) in news()
        sound()


class TestTrouble:
    def test_with_one_draw_keeps_no_other_waiting(self, monkeypatch):
        service.advance()
        buy(a_player())
        clock.set_start(MIDNIGHT)

        def broken(*_args, **_kwargs):
            raise errors.DrawUnknown

        with monkeypatch.context() as patched:
            patched.setattr(calendar.operations, "settle", broken)
            service.advance()
        assert statuses() == [(1, "locked"), (2, "open")]
        clock.set_start(MIDNIGHT + DAY)
        with monkeypatch.context() as patched:
            patched.setattr(calendar.tickets, "refund", broken)
            service.advance()
        assert statuses() == [(1, "drawn"), (2, "void"), (3, "open")]


class clock_stands:  # noqa: N801 - reads as what it does
    """Let the app's clock stand still."""

    def __init__(self, moment):
        self.moment = moment

    def __enter__(self):
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(clock, "now", lambda: self.moment)

    def __exit__(self, *_):
        self.patch.undo()
