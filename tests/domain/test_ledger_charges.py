"""Taking from hundreds of wallets at once: what the till locks, what a charge may book."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.errors import InvariantBroken
from luckychit.core.ids import new_id
from luckychit.core.money import Money
from luckychit.domain.wallet import accounts, operations, queries
from luckychit.domain.wallet.errors import InsufficientFunds, LegsInvalid
from luckychit.domain.wallet.operations import Charge, Held
from tests.helpers.ledger import a_key, held, inr, moved, paid_in
from tests.helpers.people import a_member

POT, HOUSE = accounts.pot("DDL-20270101"), accounts.house()


@pytest.fixture(autouse=True)
def healthy(db):
    """Every test leaves a ledger in which the audit finds nothing."""
    yield
    assert queries.audit() == []


@pytest.fixture
def purse(db):
    """The wallet of somebody who has 70."""
    account = accounts.wallet(a_member().user_id)
    paid_in(account, 70)
    return account


def rows(sql: str):
    with transaction() as session:
        return session.execute(text(sql)).all()


def charged(*charges: Charge, into, owners=None, key="", by=None) -> None:
    """Open the till and charge, in one transaction; ``by`` changes what was found."""
    with transaction() as session:
        till = operations.open_till(
            session, owners or {each.owner for each in charges}, "INR", tuple(into)
        )
        operations.charge(
            session,
            by(till) if by else till,
            key=key or a_key(),
            kind="ticket_purchase",
            charges=charges,
            into=into,
            now=clock.now(),
            reference="DDL-20270101",
        )


class TestTheTill:
    def test_tells_account_and_balance_and_leaves_out_who_has_none(self, purse):
        with transaction() as session:
            till = operations.open_till(session, [purse.owner, str(new_id())], "INR")
            assert operations.open_till(session, [purse.owner], "USD").wallets == {}
            assert operations.open_till(session, [], "INR") == ("INR", {}, {})
        account_id = rows("SELECT id FROM ledger_accounts WHERE kind = 'wallet'")[0][0]
        assert till.wallets == {purse.owner: Held(account_id, 70)}

    def test_keeps_others_out_until_the_end(self, purse, db):
        with transaction() as session, db.owner.begin() as other:
            operations.open_till(session, [purse.owner], "INR")
            with pytest.raises(OperationalError):
                other.exec_driver_sql(
                    "SELECT FROM ledger_accounts WHERE kind = 'wallet' FOR UPDATE NOWAIT"
                )

    def test_makes_shared_accounts_once_and_leaves_them_to_others(self, purse, db):
        with transaction() as session:
            first = operations.open_till(session, [purse.owner], "INR", (POT, HOUSE))
        assert set(first.shared) == {POT, HOUSE}
        with transaction() as session, db.owner.begin() as other:
            assert operations.open_till(session, [], "INR", (POT, HOUSE)).shared == first.shared
            other.exec_driver_sql(
                "SELECT FROM ledger_accounts WHERE kind IN ('pot', 'house') FOR UPDATE NOWAIT"
            )

    def test_takes_shared_accounts_of_its_own_currency(self, purse):
        dollars = Money(7, "USD")
        moved((accounts.clearing("cash"), -dollars), (HOUSE, dollars))
        with transaction() as session:
            till = operations.open_till(session, [purse.owner], "INR", (POT, HOUSE))
        ours = rows("SELECT id FROM ledger_accounts WHERE kind = 'house' AND currency = 'INR'")
        assert [(till.shared[HOUSE],)] == [tuple(row) for row in ours]

    def test_locks_what_post_may_lock_again(self, purse):
        with transaction() as session:
            operations.open_till(session, [purse.owner], "INR")
            legs = [(purse, inr(-70)), (HOUSE, inr(70))]
            operations.post(session, key=a_key(), kind="fee", legs=legs, now=clock.now())
        assert held(purse) == 0


class TestACharge:
    def test_takes_from_each_and_says_what_for(self, purse):
        other = accounts.wallet(a_member().user_id)
        paid_in(other, 10)
        charged(
            Charge(purse.owner, 30, 40, "first"),
            Charge(other.owner, 10, 0, "other's"),
            Charge(purse.owner, 40, 0, "second"),
            into={POT: 76, HOUSE: 4},
        )
        assert [held(key) for key in (purse, other, POT, HOUSE)] == [0, 0, 76, 4]
        lines = rows(
            "SELECT e.amount_minor, e.balance_after_minor, e.reference FROM ledger_entries e"
            " JOIN transactions t ON t.id = e.transaction_id"
            " WHERE t.kind = 'ticket_purchase' ORDER BY e.id"
        )
        assert [tuple(line) for line in lines] == [
            (-30, 40, "first"),
            (-10, 0, "other's"),
            (-40, 0, "second"),
            (76, None, ""),
            (4, None, ""),
        ]

    def test_leaves_out_who_gets_nothing(self, purse):
        charged(Charge(purse.owner, 5, 65, ""), into={POT: 0, HOUSE: 5})
        assert (held(POT), held(HOUSE)) == (0, 5)

    @pytest.mark.parametrize(
        ("amounts", "into"),
        [
            ([], {HOUSE: 0}),
            ([5], {HOUSE: 4}),
            ([5], {HOUSE: 6}),
            ([5, 0], {HOUSE: 5}),
            ([5, -5], {HOUSE: 0}),
            ([5], {POT: 1_005, HOUSE: -1_000}),
        ],
    )
    def test_that_does_not_add_up_is_refused(self, purse, amounts, into):
        charges = [Charge(purse.owner, amount, 65, "") for amount in amounts]
        with pytest.raises(LegsInvalid):
            charged(*charges, into=into, owners=[purse.owner])
        assert held(purse) == 70

    def test_of_more_than_there_is_is_refused(self, purse):
        with pytest.raises(InsufficientFunds):
            charged(Charge(purse.owner, 71, -1, ""), into={HOUSE: 71})
        assert held(purse) == 70

    @pytest.mark.parametrize("said", [0, 64, 66, 70])
    def test_with_another_balance_is_refused_by_the_database(self, purse, said):
        with pytest.raises(InvariantBroken):
            charged(Charge(purse.owner, 5, said, ""), into={HOUSE: 5})
        assert held(purse) == 70

    @pytest.mark.parametrize("said", [[65, 65], [60, 65], [65, 61]])
    def test_with_another_running_balance_is_refused_by_the_database(self, purse, said):
        """Two lines of one wallet: each must say what was there after it."""
        charges = [Charge(purse.owner, 5, balance_minor, "") for balance_minor in said]
        with pytest.raises(InvariantBroken):
            charged(*charges, into={HOUSE: 10})
        assert held(purse) == 70

    def test_of_another_account_than_was_locked_is_refused_by_the_database(self, purse):
        paid_in(POT, 5)
        pot_id = rows("SELECT id FROM ledger_accounts WHERE kind = 'pot'")[0][0]

        def wrong(till):
            return till._replace(wallets={purse.owner: Held(pot_id, 70)})

        with pytest.raises(InvariantBroken):
            charged(Charge(purse.owner, 5, 65, ""), into={HOUSE: 5}, by=wrong)
        assert (held(purse), held(POT)) == (70, 5)

    def test_in_another_currency_than_the_wallets_is_refused_by_the_database(self, purse):
        def wrong(till):
            return till._replace(currency="USD")

        with pytest.raises(IntegrityError):
            charged(Charge(purse.owner, 5, 65, ""), into={HOUSE: 5}, by=wrong)
        assert held(purse) == 70

    def test_with_a_key_that_is_known_writes_nothing(self, purse):
        charged(Charge(purse.owner, 5, 65, ""), into={HOUSE: 5}, key="once")
        with pytest.raises(IntegrityError):
            charged(Charge(purse.owner, 5, 60, ""), into={HOUSE: 5}, key="once")
        assert (held(purse), held(HOUSE)) == (65, 5)
