"""Two leaders, and buyers at midnight: what the calendar's lock prevents."""

import time
from datetime import UTC, datetime

import pytest
from sqlmodel import col, func, select
from structlog.testing import capture_logs

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.core.errors import LuckyChitError
from luckychit.domain.lottery import service
from luckychit.domain.lottery.service import calendar
from luckychit.domain.tickets import errors
from luckychit.domain.tickets.models import Ticket
from luckychit.domain.tickets.views import Sold
from luckychit.domain.wallet.queries import audit
from tests.helpers.circle import clock_at
from tests.helpers.lottery import DAY, MORNING, a_player, balance, buy, days, news, statuses
from tests.helpers.races import at_once, of_type, together

FIRST, SECOND = "DDL-20270301", "DDL-20270302"
MIDNIGHT = datetime(2027, 3, 2, tzinfo=UTC)
LEADERS = 6
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def morning():
    with clock_at(MORNING):
        yield


@pytest.fixture
def unlocked(monkeypatch):
    """Take the calendar's lock away: the negative control."""
    monkeypatch.setattr(calendar, "_WAIT", calendar.text("SELECT CAST(:key AS bigint)"))


def leaders() -> list[object]:
    return at_once(*[service.advance] * LEADERS)


class TestTwoLeaders:
    def test_open_the_first_day_once(self, monkeypatch):
        # All have seen that a day is missing, before the first takes the lock.
        monkeypatch.setattr(calendar, "_newest", together(calendar._newest))
        with capture_logs() as logs:
            assert sorted(leaders()) == [0] * (LEADERS - 1) + [1]
        assert logs == []
        assert statuses() == [(1, "open")]
        assert news() == [("daily_opened", FIRST)]

    def test_turn_midnight_once(self):
        service.advance()
        buy(a_player())
        clock.set_start(MIDNIGHT)
        assert sum(leaders()) == 3
        assert statuses() == [(1, "drawn"), (2, "open")]
        assert [kind for kind, _ in news()] == [
            "daily_opened", "daily_locked", "daily_opened", "daily_drawn",
        ]  # fmt: skip
        assert audit() == []

    def test_catch_up_many_days_once(self):
        service.advance()
        clock.set_start(MORNING + 9 * DAY)
        leaders()
        assert [day for day, _ in statuses()] == list(range(1, 11))

    def test_pay_a_void_day_back_once(self):
        service.advance()
        players = [a_player(5) for _ in range(5)]
        for player in players:
            buy(player, 2)
        clock.set_start(MIDNIGHT)
        with pytest.MonkeyPatch.context() as patched:
            # As if the list had come too late: every leader then pays back.
            patched.setattr(calendar.operations, "lock", _void)
            leaders()
        leaders()
        assert statuses()[0] == (1, "void")
        assert [balance(player) for player in players] == [500] * 5
        assert audit() == []

    @pytest.mark.usefixtures("unlocked")
    def test_without_the_lock_run_into_each_other(self, monkeypatch):
        # Each looks before the lock, and again where it would have it.
        monkeypatch.setattr(calendar, "_newest", together(calendar._newest, times=2))
        with capture_logs() as logs:
            leaders()
        # Only the number of the draw, unique in the database, stood between them.
        assert [entry["event"] for entry in logs].count("daily_draw_failed") == LEADERS - 1
        assert news() == [("daily_opened", FIRST)]

    @pytest.mark.usefixtures("unlocked")
    def test_without_the_lock_tell_a_result_twice(self, monkeypatch):
        service.advance()
        buy(a_player())
        clock.set_start(MIDNIGHT)
        calendar._turn_calendar()
        monkeypatch.setattr(calendar, "_is_locked", together(calendar._is_locked))
        leaders()
        assert len(news("daily_drawn")) == LEADERS


def _void(session, *, draw_id, now):
    return calendar.operations.void(session, draw_id=draw_id, reason="a test", now=now)


class TestBuyersAtMidnight:
    def test_get_a_ticket_of_one_day_or_a_refusal_and_none_is_lost(self):
        service.advance()
        players = [a_player(2_000) for _ in range(6)]
        # However slow the machine is: one before midnight, and each one after it.
        early = buy(players[0])
        clock.set_start(MIDNIGHT.replace(day=1, hour=23, minute=59, second=57))
        ends = time.monotonic() + 4.0

        def buying(player):
            sold: list[Sold] = []
            while time.monotonic() < ends or sold[-1:] == [] or sold[-1].draw_id == FIRST:
                try:
                    sold.append(buy(player))
                except (errors.DrawClosed, errors.DrawUnknown):
                    continue
            return sold

        def turning():
            while time.monotonic() < ends or len(days()) == 1:
                service.advance()

        results = at_once(*[lambda player=player: buying(player) for player in players], turning)
        service.advance()
        assert not of_type(results, LuckyChitError)
        bought = [early, *(sold for mine in of_type(results, list) for sold in mine)]
        for draw_id, day in ((FIRST, 1), (SECOND, 2)):
            of_day = [sold for sold in bought if sold.draw_id == draw_id]
            assert of_day
            assert all(sold.issued_at.day == day for sold in of_day)
            with reading() as session:
                count = session.exec(
                    select(func.count()).where(col(Ticket.draw_id) == draw_id)
                ).one()
            assert count == len(of_day) == days()[day - 1].total_entries
        assert statuses() == [(1, "drawn"), (2, "open")]
        spent = 100 * len(bought) - days()[0].prize_pool_minor
        assert sum(balance(player) for player in players) == 6 * 200_000 - spent
        assert audit() == []
