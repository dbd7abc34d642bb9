"""Selling tickets: who gets which, for how much, and who is refused."""

import pytest
from sqlalchemy import text

from luckychit.core.db import transaction
from luckychit.core.errors import InvalidInput
from luckychit.domain.tickets import combiner, errors, queries
from luckychit.domain.tickets.operations import looking
from luckychit.domain.tickets.views import Sold
from luckychit.domain.wallet.errors import InsufficientFunds
from tests.helpers.circle import clock_at
from tests.helpers.tickets import (
    DRAW_ID,
    NOON,
    a_player,
    an_open_draw,
    an_order,
    assert_sound,
    bought,
    house,
    notes_of,
    pot,
    purse,
    sold,
    tickets,
)


@pytest.fixture(autouse=True)
def _at_noon(db):
    with clock_at(NOON):
        an_open_draw()
        yield
        combiner.close()
    assert_sound()


class TestAPurchase:
    def test_takes_the_next_positions_and_the_money(self):
        ann, bob = a_player(1_000), a_player(500)
        first, second = bought(ann, 3), bought(bob, 2)
        assert first.ticket_ids == [f"{DRAW_ID}-0000{n}" for n in (1, 2, 3)]
        assert second.ticket_ids == [f"{DRAW_ID}-0000{n}" for n in (4, 5)]
        assert (first.cost.amount_minor, first.balance.amount_minor) == (300, 700)
        assert (second.total_entries_at_purchase, second.balance.amount_minor) == (5, 300)
        assert (purse(ann), purse(bob), pot(), house()) == (700, 300, 475, 25)
        assert queries.draw(DRAW_ID).total_entries == 5
        assert notes_of(ann)[1:] == [f"{DRAW_ID}-00001 to 00003"]
        assert [row.user_id for row in tickets()] == [ann.user_id] * 3 + [bob.user_id] * 2

    def test_is_refused_beyond_the_wallet(self):
        poor, empty = a_player(199), a_player(0)
        with pytest.raises(InsufficientFunds):
            bought(poor, 2)
        with pytest.raises(InsufficientFunds):
            bought(empty, 1)
        assert (purse(poor), tickets()) == (199, [])

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"quantity": 0}, "quantity"),
            ({"quantity": 101}, "quantity"),
            ({"quantity": True}, "quantity"),
            ({"client_seed": ""}, "client_seed"),
            ({"client_seed": "x" * 65}, "client_seed"),
            ({"client_seed": 'say "hi"'}, "client_seed"),
            ({"key": "ü"}, "key"),
            ({"key": "k" * 81}, "key"),
        ],
    )
    def test_of_another_shape_never_waits(self, changed, field):
        with pytest.raises(InvalidInput) as caught:
            bought(a_player(), **changed)
        assert list(caught.value.fields) == [field]

    def test_of_an_unknown_draw_is_not_found(self):
        with pytest.raises(errors.DrawUnknown):
            bought(a_player(), draw_id="DDL-20990101")


class TestABatch:
    def test_refuses_one_without_harm_to_the_next(self):
        rich, poor = a_player(1_000), a_player(50)
        answers = sold([an_order(rich), an_order(poor), an_order(rich, 2)])
        assert isinstance(answers[1], InsufficientFunds)
        assert [answers[0].first_position, answers[2].first_position] == [1, 2]
        assert answers[2].balance.amount_minor == 700

    def test_of_a_draw_remembered_in_another_currency_is_asked_again(self, monkeypatch):
        """As when a process has met the same number in another database."""
        player = a_player(500)
        monkeypatch.setitem(looking._currencies, DRAW_ID, "INR")
        assert isinstance(sold([an_order(player)])[0], Sold)
        assert looking._currencies[DRAW_ID] == "USD"
        with transaction() as session:
            made = session.execute(text("SELECT DISTINCT currency FROM ledger_accounts"))
            assert made.scalars().all() == ["USD"]

    @pytest.mark.parametrize(("players", "each"), [(0, 0), (1, 1), (1, 100), (3, 100), (60, 5)])
    def test_looks_each_row_up_by_an_index_whatever_the_planner_has_seen(self, db, players, each):
        """Kept plans are those of the first minute, and of what was counted last."""
        for _ in range(players):
            bought(a_player(each * 100), each)
        with db.owner.begin() as owner:
            owner.execute(text("ANALYZE tickets"))
        asked = {"draw_id": DRAW_ID, "user_ids": "{}", "keys": "{}"}
        with transaction() as session:
            plan = "EXPLAIN " + looking._BUYERS.text
            session.execute(looking._TERMS, {"draw_id": DRAW_ID})
            steps = "\n".join(session.execute(text(plan), asked).scalars())
        assert "using ticket_held_once" in steps
        assert "using ticket_key_once" in steps
        assert not any(other in steps for other in ("Seq Scan", "Hash", "Sort", "Bitmap"))
