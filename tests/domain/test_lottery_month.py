"""Thirty days of daily draws in which the server dies, sleeps and comes back at random.

Goal: no draw lost, doubled or out of order, and no coin either, whatever happens when.
Method: the clock jumps through thirty days, often to a midnight; players buy; the process
"dies" after any statement that turns the calendar, makes a result or pays back, or it is
not there for hours or days. A plain model knows who paid for what.
"""

import os
import random
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from luckychit.core import clock
from luckychit.core.settings import settings
from luckychit.domain.fairness import service as proofs
from luckychit.domain.lottery import rules, service
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.tickets.errors import DrawClosed, DrawUnknown
from luckychit.domain.wallet.queries import audit
from tests.helpers.circle import clock_at
from tests.helpers.lottery import DAY, a_player, balance, buy, days, news

BEGINNING = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
END = BEGINNING + 30 * DAY
COINS = 10_000
PRICE_MINOR = 100
FEWEST = 3
# About as many statements as a midnight with its result sends.
MOST_STATEMENTS = 45


class Killed(BaseException):
    """The process is gone: nobody catches this."""


class Mortal:
    """The service in a process that may be killed after any statement."""

    def __init__(self, engine):
        self.engine = engine
        self.left: int | None = None
        self.deaths = 0

    def __enter__(self):
        event.listen(self.engine, "after_cursor_execute", self._count)
        return self

    def __exit__(self, *_):
        event.remove(self.engine, "after_cursor_execute", self._count)

    def _count(self, *_args):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.left = None
                self.deaths += 1
                raise Killed

    def advance(self, dies_after: int | None = None) -> None:
        self.left = dies_after
        try:
            service.advance()
        except Killed:
            pass
        finally:
            self.left = None


class Month:
    """What happens, by chance, and who paid for what."""

    def __init__(self, chance: random.Random, mortal: Mortal):
        self.chance, self.mortal = chance, mortal
        self.players = [a_player(COINS) for _ in range(5)]
        self.paid: defaultdict[str, Counter[object]] = defaultdict(Counter)

    def run(self) -> None:
        while clock.now() < END:
            clock.set_start(self._next_moment())
            self._choose_beacon()
            while self.chance.random() < 0.6:
                self.mortal.advance(self.chance.randrange(MOST_STATEMENTS))
            if self.chance.random() < 0.6:
                self.mortal.advance()
            for _ in range(self.chance.choice((0, 0, 1, 3))):
                self._buy()

    def _next_moment(self) -> datetime:
        now = clock.now()
        kind = self.chance.random()
        if kind < 0.35:
            about = timedelta(milliseconds=self.chance.choice((-1, 0, 1, 40, 900, 20_000)))
            midnight = rules.locks_at(rules.day_at(now)) + about
            return max(now, midnight)
        if kind < 0.42:
            return now + timedelta(days=self.chance.uniform(1, 3.5))
        return now + timedelta(hours=self.chance.uniform(0.5, 9))

    def _choose_beacon(self) -> None:
        # Its number never comes here, so such a draw ends void: late, or a day later.
        os.environ["BEACON"] = "drand" if self.chance.random() < 0.2 else "none"
        settings.cache_clear()

    def _buy(self) -> None:
        player, quantity = self.chance.choice(self.players), self.chance.randint(1, 4)
        try:
            sold = buy(player, quantity)
        except (DrawClosed, DrawUnknown):
            return
        self.paid[sold.draw_id][player.user_id] += quantity

    def expected(self) -> dict[object, int]:
        """What each player must have, from the model and the draws' winners alone."""
        held = {player.user_id: COINS * PRICE_MINOR for player in self.players}
        for draw in days():
            bought = self.paid[draw.draw_id]
            assert draw.total_entries == bought.total()
            if draw.status == "void":
                continue
            for user_id, quantity in bought.items():
                held[user_id] -= quantity * PRICE_MINOR
            if draw.status == "drawn":
                assert bought[draw.winner_id] > 0
                held[draw.winner_id] += bought.total() * PRICE_MINOR * 95 // 100
        return held


@pytest.fixture
def month(db, request, monkeypatch):
    monkeypatch.setenv("BEACON", "none")
    monkeypatch.setenv("DRAW_FEWEST_ENTRIES", str(FEWEST))
    settings.cache_clear()
    chance = random.Random(request.param)
    with clock_at(BEGINNING), Mortal(db.app) as mortal:
        yield Month(chance, mortal)
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize("month", range(4), indirect=True)
def test_thirty_days_lose_double_and_misorder_nothing(month):
    month.mortal.advance()
    month.run()
    assert month.mortal.deaths >= 10
    # All beacons are overdue by then, and everybody void is paid back.
    clock.set_start(END + 5 * DAY)
    month.mortal.advance()
    month.mortal.advance()

    found = days()
    assert [row.draw_date for row in found] == [
        BEGINNING.date() + step * DAY for step in range(len(found))
    ]
    assert found[-1].draw_date == rules.day_at(clock.now())
    assert [row.status for row in found[:-1]].count("open") == 0
    assert {row.status for row in found[:-1]} == {"drawn", "void"}
    assert found[-1].status == "open"
    check_story(found)
    check_reasons(found)
    assert {player.user_id: balance(player) for player in month.players} == month.expected()
    assert all(row.refunded_at is not None for row in found if row.status == "void")
    assert audit() == []
    assert tickets.audit() == []
    for row in found:
        if row.status == "drawn":
            report = proofs.verify_bundle(text=b"".join(tickets.bundle(row.draw_id)))
            assert report.outcome == "drawn", report


def check_story(found):
    """Every announced day was opened once and ended once, and opened in order."""
    announced = [row.draw_id for row in found if row.proof_id]
    assert [draw_id for kind, draw_id in news("daily_opened")] == announced
    ended = Counter(draw_id for _, draw_id in news("daily_drawn", "daily_void"))
    assert ended == Counter(announced[:-1])
    locked = Counter(draw_id for _, draw_id in news("daily_locked"))
    assert set(locked.values()) == {1}
    assert {draw_id for _, draw_id in news("daily_drawn")} <= set(locked)


def check_reasons(found):
    """Each way for a day to end has happened, and for its own reason."""
    reasons = Counter(row.void_reason for row in found if row.status == "void")
    assert reasons[rules.NOT_RUNNING] == sum(row.proof_id is None for row in found)
    nobody = sum(bool(row.proof_id) and not row.total_entries for row in found[:-1])
    assert reasons[rules.NOBODY_BOUGHT] == nobody
    for row in found:
        if row.status == "drawn":
            assert row.total_entries >= FEWEST
