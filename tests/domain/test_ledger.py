"""What the slices that move money may rely on."""

import pytest
from sqlalchemy import text

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.errors import InvariantBroken
from luckychit.core.ids import new_id
from luckychit.core.money import Money
from luckychit.domain.wallet import accounts, operations, queries
from luckychit.domain.wallet.accounts import AccountKind
from luckychit.domain.wallet.errors import (
    AccountOverdrawn,
    AlreadyReversed,
    InsufficientFunds,
    KeyReused,
    LegsInvalid,
    ReversalIsFinal,
    TransactionUnknown,
)
from tests.helpers.ledger import CASH, a_key, held, inr, moved, paid_in, reversed_by
from tests.helpers.people import a_member

GROUP = new_id()
MANAGER = new_id()
POT = accounts.chit_pot(GROUP, 1)
PRIZE = accounts.chit_prize(GROUP, 1)


@pytest.fixture(autouse=True)
def healthy(db):
    """Every test leaves a ledger in which the audit finds nothing."""
    yield
    assert queries.audit() == []


@pytest.fixture
def wallet(db):
    return accounts.wallet(a_member().user_id)


def rows(sql: str):
    with transaction() as session:
        return session.execute(text(sql)).all()


def count(table: str) -> int:
    return rows(f"SELECT count(*) FROM {table}")[0][0]


class TestPost:
    def test_adds_each_amount_to_its_account(self):
        moved((CASH, inr(-500_000)), (POT, inr(500_000)))
        assert (held(CASH), held(POT)) == (-500_000, 500_000)

    def test_splits_a_pot_among_many(self):
        paid_in(POT, 100_000)
        fee, tax = accounts.commission(MANAGER), accounts.gst(MANAGER)
        moved((POT, inr(-100_000)), (PRIZE, inr(94_100)), (fee, inr(5_000)), (tax, inr(900)))
        assert [held(key) for key in (POT, PRIZE, fee, tax)] == [0, 94_100, 5_000, 900]

    def test_keeps_currencies_apart(self):
        moved(
            (CASH, inr(-100)),
            (accounts.house(), inr(100)),
            (CASH, Money(-7, "USD")),
            (accounts.house(), Money(7, "USD")),
        )
        assert held(accounts.house()) == 100
        assert held(accounts.house(), "USD") == 7

    def test_keeps_the_wallets_of_one_person_apart_by_currency(self, wallet):
        paid_in(wallet, 500)
        moved((CASH, Money(-7, "USD")), (wallet, Money(7, "USD")))
        shown = rows("SELECT currency, balance_minor FROM wallets ORDER BY currency")
        assert [tuple(row) for row in shown] == [("INR", 500), ("USD", 7)]

    def test_writes_down_what_it_was_told(self, wallet):
        now = clock.now()
        with transaction() as session:
            made = operations.post(
                session,
                key="deposit:1",
                kind="deposit",
                legs=[(CASH, inr(-5)), (wallet, inr(5))],
                now=now,
                reference="pay_123",
                user_id=wallet.user_id,
            )
        found = rows("SELECT id, kind, reference, user_id, created_at FROM transactions")
        assert found == [(made, "deposit", "pay_123", wallet.user_id, now)]

    def test_stores_the_balance_after_each_wallet_line_only(self, wallet):
        paid_in(wallet, 500)
        moved(
            (wallet, inr(-200)),
            (accounts.house(), inr(200)),
            (wallet, inr(-100)),
            (accounts.house(), inr(100)),
        )
        lines = rows("SELECT amount_minor, balance_after_minor FROM ledger_entries ORDER BY id")
        assert lines == [
            (-500, None),
            (500, 500),
            (-200, 300),
            (200, None),
            (-100, 200),
            (100, None),
        ]

    def test_lets_a_wallet_dip_within_one_transaction(self, wallet):
        moved((wallet, inr(-5)), (CASH, inr(-5)), (wallet, inr(10)))
        assert held(wallet) == 5

    def test_keeps_the_wallet_row_beside_wallet_and_hold(self, wallet):
        user_id = wallet.user_id
        paid_in(wallet, 500)
        moved((wallet, inr(-120)), (accounts.hold(user_id), inr(120)))
        paid_in(accounts.house(), 9)
        assert rows("SELECT * FROM wallets") == [(user_id, "INR", 380, 120)]

    def test_holds_many_lines_in_one_transaction(self):
        wallets = [accounts.wallet(a_member().user_id) for _ in range(20)]
        moved((CASH, inr(-20_000)), *[(wallet, inr(1_000)) for wallet in wallets])
        pot = accounts.pot("DAILY-1")
        moved((pot, inr(2_000)), *[(wallet, inr(-100)) for wallet in wallets])
        assert [held(wallet) for wallet in wallets] == [900] * 20
        assert held(pot) == 2_000

    def test_is_undone_with_the_rest_of_its_transaction(self):
        def both() -> None:
            with transaction() as session:
                for legs in ([(CASH, inr(-5)), (POT, inr(5))], [(POT, inr(-6)), (CASH, inr(6))]):
                    operations.post(
                        session, key=a_key(), kind="adjustment", legs=legs, now=clock.now()
                    )

        with pytest.raises(AccountOverdrawn):
            both()
        assert held(POT) == 0
        assert count("transactions") == 0


class TestNotes:
    def test_stand_on_their_own_lines_in_the_order_of_the_legs(self, wallet):
        paid_in(wallet, 100)
        notes = ['T-"1"', "", "T-\\2, {NULL}"]
        with transaction() as session:
            operations.post(
                session,
                key=a_key(),
                kind="ticket_purchase",
                legs=[(wallet, inr(-60)), (accounts.house(), inr(100)), (wallet, inr(-40))],
                now=clock.now(),
                notes=notes,
            )
        written = rows(
            "SELECT e.reference FROM ledger_entries e JOIN transactions t"
            " ON t.id = e.transaction_id WHERE t.kind = 'ticket_purchase' ORDER BY e.id"
        )
        assert [row.reference for row in written] == notes

    def test_are_one_for_each_leg(self):
        with pytest.raises(LegsInvalid), transaction() as session:
            operations.post(
                session,
                key=a_key(),
                kind="adjustment",
                legs=[(CASH, inr(-5)), (POT, inr(5))],
                now=clock.now(),
                notes=["only one"],
            )

    def test_are_part_of_what_a_key_stands_for(self):
        def sent(note: str):
            with transaction() as session:
                return operations.post(
                    session,
                    key="noted",
                    kind="adjustment",
                    legs=[(CASH, inr(-5)), (POT, inr(5))],
                    now=clock.now(),
                    notes=["", note],
                )

        assert sent("first") == sent("first")
        with pytest.raises(KeyReused):
            sent("second")

    def test_come_back_on_the_reversal(self, wallet):
        with transaction() as session:
            made = operations.post(
                session,
                key=a_key(),
                kind="deposit",
                legs=[(CASH, inr(-5)), (wallet, inr(5))],
                now=clock.now(),
                notes=["", "slip 7"],
            )
        key = a_key()
        assert reversed_by(made, key=key) == reversed_by(made, key=key)
        assert [row[0] for row in rows("SELECT reference FROM ledger_entries ORDER BY id")] == [
            "",
            "slip 7",
            "",
            "slip 7",
        ]


class TestPostRefuses:
    @pytest.mark.parametrize(
        "legs",
        [
            [],
            [(POT, inr(0))],
            [(POT, inr(5))],
            [(CASH, inr(-5)), (POT, inr(4))],
            [(CASH, inr(-5)), (POT, inr(5)), (PRIZE, inr(0))],
            [(CASH, inr(-5)), (POT, Money(5, "USD"))],
        ],
    )
    def test_legs_that_do_not_balance(self, legs):
        with pytest.raises(LegsInvalid):
            moved(*legs)
        assert count("transactions") == 0

    def test_more_than_the_wallet_holds_and_writes_nothing(self, wallet):
        paid_in(wallet, 100)
        with pytest.raises(InsufficientFunds) as caught:
            moved((wallet, inr(-101)), (CASH, inr(101)))
        assert caught.value.message == "There is not enough money in your wallet."
        assert held(wallet) == 100
        assert count("transactions") == 1

    def test_a_wallet_never_used(self, wallet):
        with pytest.raises(InsufficientFunds):
            moved((wallet, inr(-1)), (CASH, inr(1)))

    @pytest.mark.parametrize("account", [POT, PRIZE, accounts.pot("D"), accounts.hold(new_id())])
    def test_more_than_a_pot_prize_or_hold_has(self, account):
        if account.user_id:
            account = accounts.hold(a_member().user_id)
        paid_in(account, 5)
        with pytest.raises(AccountOverdrawn):
            moved((account, inr(-6)), (CASH, inr(6)))

    def test_a_wallet_of_nobody(self):
        with pytest.raises(Exception, match="foreign key"):
            paid_in(accounts.wallet(new_id()), 5)

    def test_a_kind_that_is_not_a_word(self):
        with pytest.raises(InvariantBroken):
            moved((CASH, inr(-5)), (POT, inr(5)), kind="Deposit 5")

    def test_a_kind_that_only_reverse_may_write(self):
        with pytest.raises(InvariantBroken):
            moved((CASH, inr(-5)), (POT, inr(5)), kind="reversal")


class TestAKnownKey:
    def test_returns_the_first_result_and_moves_nothing(self):
        first = paid_in(POT, 5, key="once")
        assert paid_in(POT, 5, key="once") == first
        assert held(POT) == 5

    def test_returns_the_first_result_within_one_transaction(self):
        with transaction() as session:
            made = {
                operations.post(
                    session,
                    key="once",
                    kind="adjustment",
                    legs=[(CASH, inr(-5)), (POT, inr(5))],
                    now=clock.now(),
                )
                for _ in range(2)
            }
        assert len(made) == 1
        assert held(POT) == 5

    def test_does_not_mind_the_order_of_the_legs(self):
        first = moved((CASH, inr(-5)), (POT, inr(5)), key="once")
        assert moved((POT, inr(5)), (CASH, inr(-5)), key="once") == first

    def test_returns_the_first_result_even_when_the_money_is_gone_since(self, wallet):
        paid_in(wallet, 5)
        first = moved((wallet, inr(-5)), (CASH, inr(5)), key="once")
        assert moved((wallet, inr(-5)), (CASH, inr(5)), key="once") == first

    @pytest.mark.parametrize(
        "changed",
        [
            {"legs": [(CASH, inr(-6)), (POT, inr(6))]},
            {"legs": [(CASH, inr(-5)), (PRIZE, inr(5))]},
            {"legs": [(CASH, Money(-5, "USD")), (POT, Money(5, "USD"))]},
            {"legs": [(CASH, inr(-5)), (POT, inr(4)), (POT, inr(1))]},
            {"kind": "deposit"},
            {"reference": "other"},
        ],
    )
    def test_is_refused_for_another_request(self, changed):
        asked = {"kind": "adjustment", "legs": [(CASH, inr(-5)), (POT, inr(5))], "key": "once"}
        with transaction() as session:
            operations.post(session, now=clock.now(), **asked)
        with pytest.raises(KeyReused) as caught, transaction() as session:
            operations.post(session, now=clock.now(), **(asked | changed))
        assert caught.value.facts["key"] == "once"
        assert held(POT) == 5

    def test_of_another_person_is_refused(self, wallet):
        paid_in(POT, 5, key="once")
        with pytest.raises(KeyReused), transaction() as session:
            operations.post(
                session,
                key="once",
                kind="adjustment",
                legs=[(CASH, inr(-5)), (POT, inr(5))],
                now=clock.now(),
                user_id=wallet.user_id,
            )

    def test_may_be_used_again_when_the_first_attempt_failed(self, wallet):
        with pytest.raises(InsufficientFunds):
            moved((wallet, inr(-5)), (CASH, inr(5)), key="again")
        paid_in(wallet, 5)
        moved((wallet, inr(-5)), (CASH, inr(5)), key="again")
        assert held(wallet) == 0

    def test_may_be_as_long_as_a_pages_key_with_a_prefix(self):
        paid_in(POT, 5, key="k" * 120)


class TestReverse:
    def test_puts_everything_back(self, wallet):
        made = moved((CASH, inr(-9)), (wallet, inr(5)), (wallet, inr(1)), (POT, inr(3)))
        reversed_by(made)
        assert [held(key) for key in (CASH, wallet, POT)] == [0, 0, 0]

    def test_says_what_it_reverses_and_why_and_keeps_the_reference(self, wallet):
        with transaction() as session:
            made = operations.post(
                session,
                key="original",
                kind="deposit",
                legs=[(CASH, inr(-5)), (wallet, inr(5))],
                now=clock.now(),
                reference="pay_123",
                user_id=wallet.user_id,
            )
        reversal = reversed_by(made, reason="wrong person")
        found = rows(
            "SELECT id, kind, reverses_id, reason, reference, user_id FROM transactions"
            " WHERE reverses_id IS NOT NULL"
        )
        assert found == [(reversal, "reversal", made, "wrong person", "pay_123", wallet.user_id)]

    def test_returns_the_first_reversal_for_a_known_key(self):
        made = paid_in(POT, 5)
        assert reversed_by(made, key="r") == reversed_by(made, key="r")
        assert held(POT) == 0

    def test_refuses_a_known_key_with_another_reason_or_transaction(self):
        made, other = paid_in(POT, 5), paid_in(POT, 5)
        reversed_by(made, key="r")
        with pytest.raises(KeyReused):
            reversed_by(made, key="r", reason="another story")
        with pytest.raises(KeyReused):
            reversed_by(other, key="r")

    def test_refuses_the_key_of_a_post(self):
        made = paid_in(POT, 5, key="post")
        with pytest.raises(KeyReused):
            reversed_by(made, key="post")

    def test_happens_once(self):
        made = paid_in(POT, 5)
        reversed_by(made)
        with pytest.raises(AlreadyReversed):
            reversed_by(made)
        assert held(POT) == 0

    def test_is_final(self):
        reversal = reversed_by(paid_in(POT, 5))
        with pytest.raises(ReversalIsFinal):
            reversed_by(reversal)

    def test_refuses_what_does_not_exist(self):
        with pytest.raises(TransactionUnknown):
            reversed_by(new_id())

    def test_refuses_without_a_reason(self):
        with pytest.raises(InvariantBroken):
            reversed_by(paid_in(POT, 5), reason="")

    def test_refuses_when_the_money_has_been_spent(self, wallet):
        made = paid_in(wallet, 5)
        moved((wallet, inr(-1)), (accounts.house(), inr(1)))
        with pytest.raises(InsufficientFunds):
            reversed_by(made)

    def test_refuses_when_the_pot_has_been_drawn(self):
        made = paid_in(POT, 5)
        moved((POT, inr(-5)), (PRIZE, inr(5)))
        with pytest.raises(AccountOverdrawn):
            reversed_by(made)


class TestQueries:
    def test_an_account_never_used_holds_nothing(self):
        assert queries.balance_of(accounts.suspense(), "INR") == inr(0)
        assert count("ledger_accounts") == 0

    def test_many_balances_come_in_one_answer(self):
        paid_in(POT, 5)
        with transaction() as session:
            found = operations.balances(session, [POT, PRIZE], "INR")
        assert found == {POT: inr(5), PRIZE: inr(0)}

    def test_totals_by_kind_sum_to_zero(self):
        paid_in(POT, 5)
        paid_in(accounts.chit_pot(GROUP, 2), 7)
        moved((POT, inr(-2)), (accounts.commission(MANAGER), inr(2)))
        totals = queries.total_by_kind("INR")
        assert totals == {
            AccountKind.CHIT_POT: inr(10),
            AccountKind.CLEARING: inr(-12),
            AccountKind.COMMISSION: inr(2),
        }
        assert sum(total.amount_minor for total in totals.values()) == 0
        assert queries.total_by_kind("USD") == {}
