"""Play credit: how much, how often, and never twice for one click."""

from typing import Any

import pytest

from luckychit.core.errors import InvalidInput, NotAllowed, SignInNeeded
from luckychit.core.money import Money
from luckychit.core.settings import settings
from luckychit.domain.safety.errors import OnBreak
from luckychit.domain.safety.service import exclude_self
from luckychit.domain.users.service import Actor
from luckychit.domain.wallet import accounts, queries
from luckychit.domain.wallet.errors import PlayCreditLimit
from luckychit.domain.wallet.operations import posting
from luckychit.domain.wallet.service import add_play_credit
from tests.helpers.ledger import a_key, moved
from tests.helpers.ledger_guards import WITHOUT_LOCKS, with_other_locks, without_second_look
from tests.helpers.people import a_manager, a_member, an_admin
from tests.helpers.races import at_once, of_type, together

GAMES = settings().games_currency
MOST_MINOR = 100_000
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def member() -> Actor:
    return a_member()


def games(amount_minor: int) -> Money:
    return Money(amount_minor, GAMES)


def held(actor: Actor) -> int:
    return queries.balance_for(actor, GAMES).amount_minor


def filled(actor: Actor, amount_minor: int) -> None:
    """Put an amount into the games' wallet that no limit applies to."""
    house = accounts.house()
    moved((house, games(-amount_minor)), (accounts.wallet(actor.user_id), games(amount_minor)))


class TestAdding:
    def test_fills_the_wallet_of_the_games_from_nowhere(self, member):
        assert add_play_credit(actor=member, key="one", amount_minor=2_500) == games(2_500)
        assert held(member) == 2_500
        assert queries.balance_of(accounts.clearing("play"), GAMES) == games(-2_500)
        assert queries.audit() == []

    def test_adds_nothing_for_a_known_key(self, member):
        for _ in range(2):
            assert add_play_credit(actor=member, key="one", amount_minor=500) == games(500)
        assert held(member) == 500

    def test_answers_a_known_key_even_when_the_wallet_is_full_since(self, member):
        add_play_credit(actor=member, key="one", amount_minor=500)
        filled(member, MOST_MINOR)
        assert add_play_credit(actor=member, key="one", amount_minor=500) == games(500)
        assert held(member) == MOST_MINOR + 500

    def test_takes_a_key_as_long_as_pages_make_them(self, member):
        add_play_credit(actor=member, key="k" * 80, amount_minor=100)
        assert held(member) == 100

    def test_keeps_the_keys_of_two_people_apart(self, member):
        other = a_member()
        for one in (member, other):
            add_play_credit(actor=one, key="same", amount_minor=100)
        assert held(member) == held(other) == 100

    def test_refuses_a_known_key_for_another_amount(self, member):
        add_play_credit(actor=member, key="one", amount_minor=500)
        with pytest.raises(InvalidInput):
            add_play_credit(actor=member, key="one", amount_minor=600)
        assert held(member) == 500

    def test_fills_to_the_limit_and_not_beyond(self, member):
        filled(member, MOST_MINOR - 100)
        add_play_credit(actor=member, key="last", amount_minor=100)
        with pytest.raises(PlayCreditLimit) as caught:
            add_play_credit(actor=member, key="more", amount_minor=100)
        assert games(MOST_MINOR).text() in caught.value.message
        assert held(member) == MOST_MINOR
        assert queries.audit() == []

    def test_leaves_the_key_unused_when_it_is_refused(self, member):
        filled(member, MOST_MINOR)
        with pytest.raises(PlayCreditLimit):
            add_play_credit(actor=member, key="early", amount_minor=100)
        wallet = accounts.wallet(member.user_id)
        moved((wallet, games(-100)), (accounts.house(), games(100)))
        add_play_credit(actor=member, key="early", amount_minor=100)
        assert held(member) == MOST_MINOR

    @pytest.mark.parametrize("minor", [99, 10_001, -100, True, "100"])
    def test_refuses_amounts_outside_the_limits(self, member, minor):
        with pytest.raises(InvalidInput):
            add_play_credit(actor=member, key="one", amount_minor=minor)
        assert held(member) == 0

    @pytest.mark.parametrize("make", [a_manager, an_admin])
    def test_is_for_members_only(self, make):
        with pytest.raises(NotAllowed):
            add_play_credit(actor=make(), key="one", amount_minor=100)

    def test_is_nothing_for_nobody(self):
        with pytest.raises(SignInNeeded):
            add_play_credit(actor=None, key="one", amount_minor=100)


class TestAtOnce:
    def two_windows(self, member: Actor, *, clicks: int) -> list[Any]:
        """Two windows, each with a key of its own, each clicked so often, near the limit."""
        filled(member, MOST_MINOR - 10_000)
        # Making an account is a lock of its own; the race must not hide behind it.
        add_play_credit(actor=a_member(), key="first", amount_minor=100)
        units = [
            lambda key=key: add_play_credit(actor=member, key=key, amount_minor=10_000)
            for key in (a_key(), a_key())
            for _ in range(clicks)
        ]
        return at_once(*units)

    def test_one_window_fills_the_wallet_and_the_other_is_told(self, member):
        results = self.two_windows(member, clicks=2)
        assert len(of_type(results, PlayCreditLimit)) == 2
        assert of_type(results, Money) == [games(10_000)] * 2
        assert held(member) == MOST_MINOR
        assert queries.audit() == []

    def test_without_the_lock_the_wallet_overflows(self, db, member, monkeypatch):
        # One click each: a second one with its key waits for the first, and reads after it.
        monkeypatch.setattr(posting, "_locked", together(posting._locked))
        with with_other_locks(db, WITHOUT_LOCKS), without_second_look(db):
            results = self.two_windows(member, clicks=1)
            assert of_type(results, PlayCreditLimit) == []
            assert held(member) == MOST_MINOR + 10_000


def test_who_takes_a_break_adds_nothing_and_a_repeat_still_answers():
    member = a_member()
    first = add_play_credit(actor=member, key="before", amount_minor=500)
    exclude_self(actor=member, days=1)
    with pytest.raises(OnBreak):
        add_play_credit(actor=member, key="during", amount_minor=500)
    assert add_play_credit(actor=member, key="before", amount_minor=500) == first
    assert queries.wallets_of(member)[0].balance == first
