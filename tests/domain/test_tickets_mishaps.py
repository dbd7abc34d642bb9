"""What only a bug could raise in a sale: everybody is answered, and the next one is served."""

import queue
import threading

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from luckychit.core import db as core_db
from luckychit.core.errors import DatabaseAway, InvariantBroken
from luckychit.domain.fairness.lcd1.canonical import read_strict
from luckychit.domain.fairness.lcd1.verifier import verify
from luckychit.domain.tickets import combiner, queries
from luckychit.domain.tickets.combiner import batches
from luckychit.domain.tickets.models import BLOCK_LEAVES
from luckychit.domain.tickets.operations import looking, sale
from luckychit.domain.tickets.views import Sold
from tests.helpers.circle import clock_at
from tests.helpers.races import at_once, eventually
from tests.helpers.tickets import (
    DRAW_ID,
    NOON,
    a_player,
    an_open_draw,
    an_order,
    assert_sound,
    bought,
    locked,
    settled,
    sold,
)

ANSWERED_S = 10
FROZEN_MS = 1_000
sell = sale.sell


@pytest.fixture(autouse=True)
def _at_noon(db):
    with clock_at(NOON):
        an_open_draw()
        yield


def failing_for(key, problem):
    def attempt(session, orders):
        if any(order.key == key for order in orders):
            raise problem
        return sell(session, orders)

    return attempt


@pytest.mark.parametrize(
    "problem", [OverflowError(), AttributeError(), RuntimeError(), KeyError(), ZeroDivisionError()]
)
def test_an_order_that_meets_a_bug_spoils_only_itself(monkeypatch, problem):
    monkeypatch.setattr(sale, "sell", failing_for("bad", problem))
    orders = [an_order(a_player(), key=key) for key in ("good", "bad", "as good")]
    first, bad, last = sold(orders)
    assert isinstance(first, Sold)
    assert isinstance(bad, InvariantBroken)
    assert isinstance(last, Sold)
    assert_sound()


def test_a_thread_that_breaks_off_leaves_nobody_waiting(monkeypatch):
    """Also what no list of bugs has in it, such as a machine without memory."""
    unheard = queue.SimpleQueue()
    monkeypatch.setattr(threading, "excepthook", unheard.put)
    monkeypatch.setattr(sale, "sell", failing_for("bad", MemoryError()))
    own = combiner.Combiner()
    # Waits meanwhile, and is not of the batch that breaks off.
    other = an_open_draw("DDL-20270102", draw_date=None, kind="room").draw_id
    bad, good = at_once(
        lambda: own.submit(an_order(a_player(), key="bad")).result(ANSWERED_S),
        lambda: own.submit(an_order(a_player(), draw_id=other)).result(ANSWERED_S),
    )
    assert isinstance(bad, InvariantBroken)
    assert isinstance(good, Sold)
    assert isinstance(own.submit(an_order(a_player())).result(ANSWERED_S), Sold)
    own.close()
    # The thread answers before it ends, so its last words may still be on their way.
    assert type(unheard.get(timeout=ANSWERED_S).exc_value) is MemoryError
    assert unheard.empty()


def test_a_lone_buyer_whose_connection_is_cut_is_served_on_another(db, monkeypatch):
    monkeypatch.setattr(sale, "sell", cut_off_once(db))
    (answer,) = sold([an_order(a_player())])
    assert isinstance(answer, Sold)
    assert assert_sound().total_entries == 1


def is_in_transaction(db) -> bool:
    with db.owner.connect() as owner:
        found = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        )
        return owner.execute(found).scalar_one() > 0


@pytest.mark.parametrize("place", ["looked_up", "verdicts", "sealed"])
def test_a_worker_that_is_frozen_in_a_sale_gives_way_and_sells_when_it_wakes(
    db, monkeypatch, place
):
    """Before, between and within the trips, where PostgreSQL does not think it idle."""
    limit = f"'{core_db.IDLE_TIMEOUT_MS}'"
    assert looking._TERMS.text.count(limit) == 1
    hasty = looking._TERMS.text.replace(limit, f"'{FROZEN_MS}'")
    monkeypatch.setattr(looking, "_TERMS", text(hasty))
    really, frozen, thawed = getattr(sale, place), threading.Event(), threading.Event()

    def stand_still_once(*args, **kwargs):
        answer = really(*args, **kwargs)
        if not frozen.is_set():
            frozen.set()
            assert thawed.wait(ANSWERED_S)
        return answer

    monkeypatch.setattr(sale, place, stand_still_once)

    def others():
        assert frozen.wait(ANSWERED_S)
        try:
            eventually(lambda: not is_in_transaction(db))
            return sold([an_order(a_player())])
        finally:
            thawed.set()

    first, others_sold = at_once(lambda: sold([an_order(a_player())]), others)
    assert [type(answer) for answer in (*first, *others_sold)] == [Sold, Sold]
    # Whoever was frozen lost the sale, and began it anew.
    assert others_sold[0].first_position < first[0].first_position
    assert first[0].issued_at >= others_sold[0].issued_at
    assert assert_sound().total_entries == 2


def test_a_combiner_whose_connections_all_died_sells_the_next_batch_whole(db):
    """Also after PostgreSQL was away for a while, and to many at once in one transaction."""
    own, players = combiner.Combiner(), [a_player() for _ in range(4)]
    try:
        first = own.submit(an_order(players[0])).result(ANSWERED_S)
        with db.owner.connect() as other:
            other.execute(
                text(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        answers = [own.submit(an_order(player)) for player in players]
        sold_at = {answer.result(ANSWERED_S).first_position for answer in answers}
    finally:
        own.close()
    assert (first.first_position, sold_at) == (1, {2, 3, 4, 5})
    assert assert_sound().total_entries == 5


def test_a_combiner_keeps_one_connection_while_somebody_waits(db, monkeypatch):
    own, lent, seen = combiner.Combiner(), db.app.pool.checkedout(), []
    really = batches._tried_once

    def watched(orders):
        seen.append(db.app.pool.checkedout())
        return really(orders)

    monkeypatch.setattr(batches, "_tried_once", watched)
    for _ in range(2):
        assert isinstance(own.submit(an_order(a_player())).result(ANSWERED_S), Sold)
        # Who has nobody waiting keeps nothing.
        eventually(lambda: db.app.pool.checkedout() == lent)
    assert seen == [lent + 1] * 2
    own.close()


def refused():
    """What libpq says when nobody listens: without a code, and nothing was cut."""
    return OperationalError("connect", None, psycopg.OperationalError("connection refused"))


def test_while_the_database_is_away_nobody_is_told_that_nothing_was_bought(monkeypatch):
    """The first try was sold, but its COMMIT was never answered; then nobody listens."""
    really, outcomes = batches._sold, iter(["lost", "refused", "refused"])

    def sold_or_not(orders):
        match next(outcomes, ""):
            case "lost":
                really(orders)
                raise refused()
            case "refused":
                raise refused()
        return really(orders)

    monkeypatch.setattr(batches, "_sold", sold_or_not)
    players = [a_player() for _ in range(2)]
    answers = sold(an_order(player) for player in players)
    assert [(answer.first_position, answer.is_repeat) for answer in answers] == [
        (1, True),
        (2, True),
    ]
    assert assert_sound().total_entries == 2


def test_a_database_that_stays_away_is_busy(monkeypatch):
    def away(_orders):
        raise refused()

    monkeypatch.setattr(batches, "_sold", away)
    monkeypatch.setattr(batches, "PATIENCE_S", 0.0)
    answers = sold([an_order(a_player()), an_order(a_player())])
    assert [type(answer) for answer in answers] == [DatabaseAway, DatabaseAway]
    assert [type(answer) for answer in sold([an_order(a_player())])] == [DatabaseAway]


def test_a_connection_that_cannot_even_be_asked_for_leaves_nobody_waiting(monkeypatch):
    unheard, own = [], combiner.Combiner()
    monkeypatch.setattr(threading, "excepthook", unheard.append)
    with monkeypatch.context() as broken:
        broken.setattr(batches, "keep_connected", failing_for_want_of_memory)
        answer = own.submit(an_order(a_player())).exception(ANSWERED_S)
    assert isinstance(answer, InvariantBroken)
    assert isinstance(own.submit(an_order(a_player())).result(ANSWERED_S), Sold)
    own.close()
    eventually(lambda: unheard)


def failing_for_want_of_memory():
    raise MemoryError


def cut_off_once(db):
    """Sell, but the first time end the connection before its COMMIT."""
    cuts = iter([True])

    def attempt(session, orders):
        answers = sell(session, orders)
        if next(cuts, False):
            pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with db.owner.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        return answers

    return attempt


def test_midnight_comes_though_a_stored_block_is_lost(db):
    for player in (a_player(60_000), a_player(60_000)):
        for _ in range(BLOCK_LEAVES // 200 + 1):
            bought(player, 100)
    with db.owner.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        assert connection.execute(text("DELETE FROM ticket_blocks")).rowcount == 1
    assert locked().status == "locked"
    assert settled().status == "drawn"
    bundle = read_strict(b"".join(queries.bundle(DRAW_ID)))
    assert verify(bundle).outcome == "drawn"
