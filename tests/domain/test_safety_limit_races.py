"""Two purchases at once never pass a limit together, and none is sold past a lower one."""

import threading

import pytest

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.domain.safety import queries, service
from luckychit.domain.safety.errors import DepositLimitReached, PlayLimitReached
from luckychit.domain.safety.operations import ask_buyers, read_buyers
from luckychit.domain.safety.operations.exclusions import hold_purse
from luckychit.domain.safety.service import limits
from luckychit.domain.tickets import combiner
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.tickets.operations import sale
from luckychit.domain.tickets.views import Sold
from luckychit.domain.wallet import operations as wallet
from luckychit.domain.wallet.service import add_play_credit
from tests.helpers.circle import clock_at
from tests.helpers.people import a_member
from tests.helpers.races import (
    PATIENCE_S,
    at_once,
    eventually,
    meeting,
    of_type,
    together,
    waiting_for_a_lock,
)
from tests.helpers.tickets import (
    NOON,
    ROOM_ID,
    a_player,
    an_open_draw,
    an_open_room,
    an_order,
    sold,
)


@pytest.fixture(autouse=True)
def _at_noon(db):
    with clock_at(NOON):
        an_open_draw(), an_open_room()
        yield
        combiner.close()


def limit(player, amount_minor, kind="play"):
    service.set_limit(actor=player, kind=kind, period="day", amount_minor=amount_minor)


def breaches() -> list[str]:
    return [one.code for one in tickets.audit() if one.code == "played_beyond_own_limit"]


def two_at_once(player):
    """Buy in the draw and in a room, as two workers would: each on a connection of its own."""
    return at_once(
        lambda: sold([an_order(player, 2)])[0],
        lambda: sold([an_order(player, draw_id=ROOM_ID)])[0],
    )


def test_two_purchases_that_pass_it_together_are_one():
    for _ in range(5):
        player = a_player()
        limit(player, 200)
        results = two_at_once(player)
        assert len(of_type(results, Sold)) == 1
        assert len(of_type(results, PlayLimitReached)) == 1
    assert breaches() == []


def test_asked_before_the_wallet_is_locked_the_limit_lets_both_by(monkeypatch):
    player, look_up, meet = a_player(), sale.looked_up, meeting()
    limit(player, 200)

    def asked_too_early(session, orders):
        with transaction() as earlier:
            asked = ask_buyers(earlier, [str(player.user_id)], "USD", clock.now())
            players = read_buyers(asked)
        meet()
        known = look_up(session, orders)
        assert known is not None
        return known._replace(players=players)

    monkeypatch.setattr(sale, "looked_up", asked_too_early)
    results = two_at_once(player)
    monkeypatch.undo()
    assert len(of_type(results, Sold)) == 2
    assert "played_beyond_own_limit" in breaches()


def a_click_and_a_lower_limit(db, monkeypatch):
    """Set a limit while a sale has asked about limits; return who ended when."""
    player, asked, ended = a_player(), threading.Event(), []
    look_up = sale.looked_up

    def look_up_and_wait(*args):
        found = look_up(*args)
        asked.set()
        eventually(lambda: ended or waiting_for_a_lock(db))
        # Its COMMIT is still to come.
        ended.append("sale")
        return found

    def lower():
        assert asked.wait(PATIENCE_S)
        limit(player, 0)
        ended.append("limit")

    monkeypatch.setattr(sale, "looked_up", look_up_and_wait)
    (first,), _ = at_once(lambda: sold([an_order(player)]), lower)
    monkeypatch.undo()
    return player, first, ended


def test_a_limit_counts_after_the_purchase_under_way(db, monkeypatch):
    player, first, ended = a_click_and_a_lower_limit(db, monkeypatch)
    assert isinstance(first, Sold)
    assert ended == ["sale", "limit"]
    assert isinstance(sold([an_order(player)])[0], PlayLimitReached)
    assert breaches() == []


def test_without_the_lock_a_ticket_is_sold_past_a_limit_that_was_set(db, monkeypatch):
    monkeypatch.setattr(limits, hold_purse.__name__, lambda *_: None)
    _, first, ended = a_click_and_a_lower_limit(db, monkeypatch)
    assert isinstance(first, Sold)
    assert ended == ["limit", "sale"]
    assert breaches() == ["played_beyond_own_limit"]


def test_a_sale_that_waited_for_the_wallet_sees_the_limit_set_meanwhile(db):
    """Its question bears an earlier moment than the limit, and the limit counts all the same."""
    player, held = a_player(), threading.Event()

    def set_slowly():
        with transaction() as session:
            hold_purse(session, player.user_id)
            held.set()
            eventually(lambda: waiting_for_a_lock(db))
            now = clock.now()
            limits.add_line(session, player.user_id, "play", "day", limits.LimitLine(0, now, now))

    def buy():
        assert held.wait(PATIENCE_S)
        return sold([an_order(player)])[0]

    _, answer = at_once(set_slowly, buy)
    assert isinstance(answer, PlayLimitReached)


def test_two_wishes_at_once_leave_the_lower_one_in_force():
    """A first limit counts at once; of two first ones the higher must wait its day."""
    for _ in range(5):
        player = a_player()
        at_once(lambda p=player: limit(p, 900), lambda p=player: limit(p, 100))
        view = queries.own_safety(actor=player, now=clock.now()).limits[3]
        assert view.limit is not None
        assert view.limit.amount_minor == 100


def test_two_deposits_that_pass_a_limit_together_are_one():
    for held_before in (0, 100, 0, 100):
        member = a_player(held_before) if held_before else a_member()
        limit(member, 600, "deposit")
        results = at_once(
            *[
                lambda m=member, key=key: add_play_credit(actor=m, key=key, amount_minor=500)
                for key in ("one", "two")
            ]
        )
        assert len(of_type(results, DepositLimitReached)) == 1


def test_two_deposits_that_do_not_see_each_other_pass_it(monkeypatch):
    from luckychit.domain.wallet import service as deposits  # noqa: PLC0415

    member = a_player(100)
    limit(member, 600, "deposit")
    check = deposits.check_deposit
    # Asked before the money is booked, and so before the wallet is locked.
    monkeypatch.setattr(deposits, "check_deposit", lambda *_, **__: None)
    post = wallet.post

    def post_after_asking(session, **asked):
        check(session, user_id=member.user_id, amount=asked["legs"][1][1], now=asked["now"])
        meet()
        return post(session, **asked)

    meet = together(lambda: None)
    monkeypatch.setattr(deposits.operations, "post", post_after_asking)
    results = at_once(
        *[
            lambda key=key: add_play_credit(actor=member, key=key, amount_minor=500)
            for key in ("one", "two")
        ]
    )
    assert of_type(results, DepositLimitReached) == []
