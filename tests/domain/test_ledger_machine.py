"""Random histories of the ledger against a dictionary that cannot be wrong.

Goal: whatever is posted, repeated, refused or reversed, in any order, the ledger holds
exactly what plain addition says. Method: Hypothesis drives the real operations on a
real PostgreSQL beside a dictionary of balances, and compares them after every step.
"""

from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.errors import LuckyChitError
from luckychit.core.ids import new_id
from luckychit.core.money import Money
from luckychit.domain.wallet import accounts, operations, queries
from luckychit.domain.wallet.accounts import NEVER_NEGATIVE
from luckychit.domain.wallet.errors import (
    AccountOverdrawn,
    AlreadyReversed,
    InsufficientFunds,
    KeyReused,
    ReversalIsFinal,
)
from tests.helpers.ledger import a_key
from tests.helpers.people import a_member

CURRENCIES = ("INR", "USD")
PLACES = 8
OVERDRAWN = (InsufficientFunds, AccountOverdrawn)

places = st.integers(0, PLACES - 1)
amounts = st.integers(1, 1_000)


@dataclass
class Posted:
    """A transaction that the ledger accepted."""

    id: UUID
    key: str
    kind: str
    legs: list
    reason: str = ""
    reverses: "Posted | None" = None
    is_reversed: bool = False


class LedgerMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        one, other, group, manager = (
            a_member().user_id,
            a_member().user_id,
            new_id(),
            new_id(),
        )
        self.accounts = [
            accounts.clearing(f"cash:{manager}"),
            accounts.wallet(one),
            accounts.wallet(other),
            accounts.hold(one),
            accounts.chit_pot(group, 1),
            accounts.chit_prize(group, 1),
            accounts.commission(manager),
            accounts.foreman_advance(group),
        ]
        self.expected = {
            (account, currency): 0 for account in self.accounts for currency in CURRENCIES
        }
        self.posted: list[Posted] = []

    def after(self, legs) -> dict:
        """The dictionary's opinion of what the legs lead to."""
        balances = dict(self.expected)
        for account, money in legs:
            balances[account, money.currency] += money.amount_minor
        return balances

    def is_refused(self, balances) -> bool:
        return any(
            minor < 0 and account.kind in NEVER_NEGATIVE for (account, _), minor in balances.items()
        )

    def post(self, key, kind, legs) -> UUID:
        with transaction() as session:
            return operations.post(session, key=key, kind=kind, legs=legs, now=clock.now())

    def reverse(self, what: Posted, key, reason) -> UUID:
        with transaction() as session:
            return operations.reverse(
                session, transaction_id=what.id, key=key, reason=reason, now=clock.now()
            )

    def accept(self, done: Posted, balances) -> None:
        self.expected = balances
        self.posted.append(done)

    @rule(
        moves=st.lists(st.tuples(places, places, amounts), min_size=1, max_size=4),
        currency=st.sampled_from(CURRENCIES),
    )
    def move(self, moves, currency):
        legs = [
            leg
            for source, target, minor in moves
            for leg in (
                (self.accounts[source], Money(-minor, currency)),
                (self.accounts[target], Money(minor, currency)),
            )
        ]
        self.try_post(legs)

    @rule(place=places, minor=amounts, currency=st.sampled_from(CURRENCIES))
    def pay_in(self, place, minor, currency):
        legs = [(self.accounts[0], Money(-minor, currency))]
        self.try_post([*legs, (self.accounts[place], Money(minor, currency))])

    def try_post(self, legs):
        key, balances = a_key(), self.after(legs)
        if self.is_refused(balances):
            with pytest.raises(OVERDRAWN):
                self.post(key, "adjustment", legs)
        else:
            made = self.post(key, "adjustment", legs)
            self.accept(Posted(made, key, "adjustment", legs), balances)

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def repeat(self, data):
        """The same key and request: the first answer, and nothing moves."""
        known = data.draw(st.sampled_from(self.posted))
        if known.reverses:
            again = self.reverse(known.reverses, known.key, known.reason)
        else:
            again = self.post(known.key, known.kind, list(reversed(known.legs)))
        assert again == known.id

    @precondition(lambda self: self.posted)
    @rule(data=st.data(), minor=st.integers(1_001, 2_000))
    def abuse_a_key(self, data, minor):
        """The same key for something else: refused, and nothing moves."""
        known = data.draw(st.sampled_from(self.posted))
        legs = [(self.accounts[0], Money(-minor, "INR")), (self.accounts[6], Money(minor, "INR"))]
        with pytest.raises(KeyReused):
            self.post(known.key, "adjustment", legs)

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def undo(self, data):
        known = data.draw(st.sampled_from(self.posted))
        key, legs = a_key(), [(account, -money) for account, money in known.legs]
        balances = self.after(legs)
        refusal: type[LuckyChitError] | tuple | None = None
        if known.reverses:
            refusal = ReversalIsFinal
        elif known.is_reversed:
            refusal = AlreadyReversed
        elif self.is_refused(balances):
            refusal = OVERDRAWN
        if refusal:
            with pytest.raises(refusal):
                self.reverse(known, key, "undone")
            return
        made = self.reverse(known, key, "undone")
        known.is_reversed = True
        self.accept(Posted(made, key, "reversal", legs, "undone", reverses=known), balances)

    @invariant()
    def agrees_with_the_dictionary(self):
        with transaction() as session:
            held = {
                (account, currency): money.amount_minor
                for currency in CURRENCIES
                for account, money in operations.balances(session, self.accounts, currency).items()
            }
        assert held == self.expected
        assert sum(held.values()) == 0

    def teardown(self):
        assert queries.audit() == []


@pytest.mark.usefixtures("db")
def test_random_histories_hold_exactly_what_addition_says():
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
