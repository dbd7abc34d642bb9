"""A break begins at one moment: no ticket is sold after it, however close the click was."""

import threading

import pytest

from luckychit.domain.safety.operations.exclusions import hold_purse
from luckychit.domain.safety.service import breaks, exclude_self
from luckychit.domain.tickets import combiner
from luckychit.domain.tickets.errors import SelfExcluded
from luckychit.domain.tickets.operations import sale
from luckychit.domain.tickets.views import Sold
from tests.helpers.circle import clock_at
from tests.helpers.races import PATIENCE_S, at_once, eventually, waiting_for_a_lock
from tests.helpers.tickets import NOON, a_player, an_open_draw, bought


@pytest.fixture(autouse=True)
def _at_noon(db):
    with clock_at(NOON):
        an_open_draw()
        yield
        combiner.close()


def a_click_and_a_break(db, monkeypatch):
    """Begin a break while a sale has asked about breaks; return who ended when.

    The sale goes on once the break has begun, or is seen to wait for the sale.
    """
    player, asked, ended = a_player(), threading.Event(), []
    look_up = sale.looked_up

    def look_up_and_wait(*args):
        found = look_up(*args)
        asked.set()
        eventually(lambda: ended or waiting_for_a_lock(db))
        # Its COMMIT is still to come.
        ended.append("sale")
        return found

    def begin():
        assert asked.wait(PATIENCE_S)
        exclude_self(actor=player, days=1)
        ended.append("break")

    monkeypatch.setattr(sale, "looked_up", look_up_and_wait)
    sold, _ = at_once(lambda: bought(player), begin)
    monkeypatch.undo()
    return player, sold, ended


def test_a_break_begins_after_the_purchase_under_way(db, monkeypatch):
    player, sold, ended = a_click_and_a_break(db, monkeypatch)
    assert isinstance(sold, Sold)
    assert ended == ["sale", "break"]
    with pytest.raises(SelfExcluded):
        bought(player)


def test_without_the_lock_a_ticket_is_sold_in_a_break(db, monkeypatch):
    monkeypatch.setattr(breaks, hold_purse.__name__, lambda *_: None)
    _, sold, ended = a_click_and_a_break(db, monkeypatch)
    assert isinstance(sold, Sold)
    assert ended == ["break", "sale"]
