"""Arithmetic of the ledger, without a database."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luckychit.core.errors import InvalidInput
from luckychit.core.money import Money
from luckychit.domain.wallet import accounts, rules
from luckychit.domain.wallet.accounts import NEVER_NEGATIVE, AccountKey, AccountKind
from luckychit.domain.wallet.errors import AccountOverdrawn, InsufficientFunds, LegsInvalid

PERSON = uuid.UUID(int=7)
HOUSE = accounts.house()
WALLET = accounts.wallet(PERSON)

amounts = st.integers(-(10**9), 10**9).filter(bool)
keys = st.sampled_from([HOUSE, WALLET, accounts.suspense(), accounts.pot("D")])
legs_of_any_kind = st.lists(
    st.tuples(keys, st.builds(Money, amounts, st.sampled_from(["INR", "USD"]))), max_size=8
)


class TestAccountKeys:
    def test_each_helper_names_its_own_kind_once(self):
        made = [
            accounts.wallet(PERSON),
            accounts.hold(PERSON),
            accounts.pot("D"),
            accounts.chit_pot(PERSON, 1),
            accounts.chit_prize(PERSON, 1),
            accounts.commission(PERSON),
            accounts.gst(PERSON),
            accounts.foreman_advance(PERSON),
            accounts.clearing("cash"),
            accounts.house(),
            accounts.suspense(),
        ]
        assert {key.kind for key in made} == set(AccountKind)
        assert len(made) == len(AccountKind)

    def test_instalments_of_a_group_do_not_mix(self):
        assert accounts.chit_pot(PERSON, 1) != accounts.chit_pot(PERSON, 11)

    def test_only_wallet_and_hold_belong_to_a_person(self):
        assert WALLET.user_id == accounts.hold(PERSON).user_id == PERSON
        assert accounts.commission(PERSON).user_id is None


class TestCheckLegs:
    @given(legs_of_any_kind)
    def test_accepts_exactly_what_sums_to_zero_in_every_currency(self, legs):
        sums = [
            sum(money.amount_minor for _, money in legs if money.currency == currency)
            for currency in ("INR", "USD")
        ]
        if legs and sums == [0, 0]:
            rules.check_legs(legs)
        else:
            with pytest.raises(LegsInvalid):
                rules.check_legs(legs)

    @given(legs_of_any_kind)
    def test_accepts_any_legs_with_their_opposite(self, legs):
        if legs:
            rules.check_legs(legs + rules.opposite(legs))

    def test_refuses_a_leg_of_nothing(self):
        with pytest.raises(LegsInvalid):
            rules.check_legs([(HOUSE, Money(0, "INR")), (WALLET, Money(0, "INR"))])


class TestRunningBalances:
    @given(legs_of_any_kind)
    def test_ends_where_the_sum_of_the_legs_ends(self, legs):
        plenty = 10**12
        places = {(key, money.currency): plenty for key, money in legs}
        after = rules.running_balances(legs, held=places)
        for place in places:
            moved = [money.amount_minor for key, money in legs if (key, money.currency) == place]
            last = [
                balance
                for (key, money), balance in zip(legs, after, strict=True)
                if (key, money.currency) == place
            ][-1]
            assert last == plenty + sum(moved)

    @pytest.mark.parametrize("kind", sorted(AccountKind))
    def test_refuses_below_zero_only_for_kinds_that_hold_peoples_money(self, kind):
        account = AccountKey(kind, str(PERSON))
        legs = [(account, Money(-6, "INR"))]
        held = {(account, "INR"): 5}
        if kind not in NEVER_NEGATIVE:
            assert rules.running_balances(legs, held=held) == [-1]
            return
        expected = InsufficientFunds if kind == "wallet" else AccountOverdrawn
        with pytest.raises(expected):
            rules.running_balances(legs, held=held)

    def test_accepts_exactly_zero(self):
        legs = [(WALLET, Money(-5, "INR"))]
        assert rules.running_balances(legs, held={(WALLET, "INR"): 5}) == [0]


class TestNotesOf:
    def test_gives_every_leg_one(self):
        legs = [(HOUSE, Money(1, "INR")), (WALLET, Money(-1, "INR"))]
        assert rules.notes_of(legs, None) == ["", ""]
        assert rules.notes_of(legs, ["a", "b"]) == ["a", "b"]

    @pytest.mark.parametrize("notes", [[], ["a"], ["a", "b", "c"]])
    def test_refuses_more_or_fewer(self, notes):
        with pytest.raises(LegsInvalid):
            rules.notes_of([(HOUSE, Money(1, "INR")), (WALLET, Money(-1, "INR"))], notes)


class TestPlayCredit:
    @pytest.mark.parametrize("minor", [100, 5_050, 10_000])
    def test_takes_whole_amounts_within_the_limits(self, minor):
        assert rules.checked_play_credit(minor) == minor

    @pytest.mark.parametrize("minor", [99, 10_001, 0, -100, True, 100.0, "100", None])
    def test_refuses_all_else(self, minor):
        with pytest.raises(InvalidInput):
            rules.checked_play_credit(minor)

    @pytest.mark.parametrize(("held", "may"), [(0, True), (99_900, True), (99_901, False)])
    def test_is_offered_while_the_least_of_it_fits(self, held, may):
        assert rules.may_add_play_credit(held) is may

    @pytest.mark.parametrize("key", ["", "x" * 81, "a\nb", "\u0915", None, 7])
    def test_wants_a_plain_key(self, key):
        with pytest.raises(InvalidInput):
            rules.checked_key(key)
