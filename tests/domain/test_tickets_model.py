"""Any mix of purchases, in any batches, against a model that adds and subtracts."""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luckychit.domain.tickets import errors, queries, service
from luckychit.domain.tickets.views import Order, Sold
from luckychit.domain.wallet.errors import InsufficientFunds
from tests.helpers.circle import clock_at
from tests.helpers.tickets import (
    NOON,
    a_player,
    an_open_draw,
    an_order,
    assert_sound,
    house,
    locked,
    pot,
    purse,
    settled,
    sold,
    tickets,
    voided,
)

LIMIT = 12
FUNDS = (0, 100, 750, 2_000)

wishes = st.tuples(
    st.integers(0, len(FUNDS) - 1),
    st.integers(1, 6),
    st.sampled_from("abcdef"),
    st.sampled_from(["one", "two"]),
)
batches = st.lists(st.lists(wishes, min_size=1, max_size=12), min_size=1, max_size=5)


@dataclass
class Model:
    """What must become of every order, worked out one by one."""

    price: int
    funds: list[int] = field(default_factory=lambda: list(FUNDS))
    held: list[int] = field(default_factory=lambda: [0] * len(FUNDS))
    by_key: dict = field(default_factory=dict)
    owners: list[int] = field(default_factory=list)

    def buy(self, who: int, quantity: int, key: str, phrase: str) -> object:
        known = self.by_key.get((who, key))
        if known:
            return known[0] if known[1:] == (quantity, phrase) else errors.KeyReused
        if self.held[who] + quantity > LIMIT:
            return errors.LimitReached
        if self.funds[who] < quantity * self.price:
            return InsufficientFunds
        self.funds[who] -= quantity * self.price
        self.held[who] += quantity
        first = len(self.owners) + 1
        self.owners += [who] * quantity
        self.by_key[who, key] = first, quantity, phrase
        return first


@pytest.mark.usefixtures("database")
class TestAnyMix:
    @given(
        plan=batches,
        price=st.sampled_from([1, 7, 100]),
        fee_bps=st.sampled_from([0, 333, 500, 10_000]),
        ends=st.sampled_from(["open", "drawn", "void"]),
    )
    @settings(
        max_examples=30,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    def test_sells_as_the_model_does(self, database, plan, price, fee_bps, ends):
        database.empty()
        with database.in_use(), clock_at(NOON):
            an_open_draw(price_minor=price, fee_bps=fee_bps, most_per_person=LIMIT)
            players = [a_player(amount) for amount in FUNDS]
            model = Model(price)
            for batch in plan:
                wanted = [model.buy(*wish) for wish in batch]
                got = sold([_order(players, wish) for wish in batch])
                assert [_seen(answer) for answer in got] == wanted
            _compare(model, players, fee_bps)
            _end(model, players, ends)


def _order(players, wish) -> Order:
    who, quantity, key, phrase = wish
    return an_order(players[who], quantity, key=key, client_seed=phrase)


def _seen(answer) -> object:
    return answer.first_position if isinstance(answer, Sold) else type(answer)


def _compare(model: Model, players, fee_bps: int) -> None:
    count = len(model.owners)
    paid = count * model.price
    prize = paid * (10_000 - fee_bps) // 10_000
    draw = assert_sound()
    assert (draw.total_entries, draw.prize.amount_minor) == (count, prize)
    assert [row.user_id for row in tickets()] == [players[n].user_id for n in model.owners]
    assert [purse(player) for player in players] == model.funds
    assert (pot(), house()) == (prize, paid - prize)


def _end(model: Model, players, ends: str) -> None:
    if ends == "drawn":
        locked()
        if model.owners:
            draw = settled()
            winner = model.owners[draw.winning_position - 1]
            model.funds[winner] += draw.prize.amount_minor
    elif ends == "void":
        voided()
        service.refund_all()
        model.funds = list(FUNDS)
        assert house() == 0
    assert [purse(player) for player in players] == model.funds
    assert queries.audit() == []
    assert_sound()
