"""Many at once on the same money; each guard is also taken away to see what it prevents.

Goal: no interleaving of real threads on a real PostgreSQL loses, doubles or overdraws
a paisa. Method: threads start together on a barrier. A race that passes may pass by
luck, so every guard has a negative control: the same scene without the guard must show
the anomaly, or the scene proves nothing.
"""

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg.errors
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from luckychit.core import clock
from luckychit.core import db as core_db
from luckychit.core.errors import Busy, InvariantBroken
from luckychit.core.ids import new_id
from luckychit.domain.wallet import accounts, operations, queries
from luckychit.domain.wallet.errors import AlreadyReversed, InsufficientFunds
from luckychit.domain.wallet.operations import posting
from tests.helpers.ledger import (
    a_key,
    held,
    inr,
    moved,
    paid_in,
    raw_entries,
    raw_transaction,
    reversed_by,
)
from tests.helpers.ledger_guards import (
    WITHOUT_LOCKS,
    WITHOUT_ORDER,
    with_other_locks,
    without_constraint,
    without_second_look,
)
from tests.helpers.people import a_member
from tests.helpers.races import (
    PATIENCE_S,
    at_once,
    eventually,
    of_type,
    patient,
    together,
    waiting_for_a_lock,
)

THREADS = 16


def _one_rupee(session: Session) -> list[tuple[int, int]]:
    """Lines that move a rupee between the accounts this transaction has made."""
    ids = session.execute(
        text("SELECT id FROM ledger_accounts WHERE kind IN ('pot', 'house') ORDER BY kind DESC")
    )
    return list(zip(ids.scalars(), (100, -100), strict=True))


@pytest.fixture
def all_read_first(monkeypatch):
    """Let everybody of a race read the accounts, before anybody moves money."""
    monkeypatch.setattr(posting, "_locked", together(posting._locked))


@pytest.mark.usefixtures("db")
class TestHotAccounts:
    def test_sixteen_threads_lose_no_paisa_and_never_deadlock(self):
        fee, manager_id = accounts.house(), new_id()
        wallets = [accounts.wallet(a_member().user_id) for _ in range(4)]
        for wallet in wallets:
            paid_in(wallet, 100_000)

        def buyer(number: int) -> Callable[[], None]:
            def run() -> None:
                for turn in range(10):
                    wallet = wallets[(number + turn) % 4]
                    legs = [
                        (wallet, inr(-103)),
                        (fee, inr(3)),
                        (accounts.pot("DAILY"), inr(90)),
                        (accounts.commission(manager_id), inr(10)),
                    ]
                    # Half of the threads name the accounts the other way round.
                    moved(*(legs if number % 2 else reversed(legs)))

            return run

        results = at_once(*(buyer(number) for number in range(THREADS)))
        assert results == [None] * THREADS
        bought = THREADS * 10
        assert held(fee) == 3 * bought
        assert held(accounts.pot("DAILY")) == 90 * bought
        assert held(accounts.commission(manager_id)) == 10 * bought
        assert sum(map(held, wallets)) == 400_000 - 103 * bought
        assert queries.audit() == []

    def test_the_first_movements_of_an_account_make_it_once(self):
        wallet = accounts.wallet(a_member().user_id)
        results = at_once(*[lambda: paid_in(wallet, 5)] * THREADS)
        assert of_type(results, Exception) == []
        assert held(wallet) == 5 * THREADS
        assert queries.audit() == []

    def test_raw_entries_in_the_wrong_order_leave_the_hot_account_free(self, db):
        """The trigger takes what everybody needs last, whatever order the lines have."""
        wallet, house = accounts.wallet(a_member().user_id), accounts.house()
        # The older account: whoever only went by id would take it first.
        paid_in(house, 5)
        paid_in(wallet, 5)
        lines = text(
            "INSERT INTO ledger_entries (transaction_id, account_id, currency, amount_minor,"
            " balance_after_minor) SELECT :t, id, 'INR', CASE kind WHEN 'house' THEN 5 ELSE -5 END,"
            " CASE kind WHEN 'wallet' THEN 0 END FROM ledger_accounts"
            " WHERE kind IN ('house', 'wallet') ORDER BY kind"
        )
        held_by_other = "SELECT FROM ledger_accounts WHERE kind = '{}' FOR UPDATE NOWAIT"

        def write():
            with core_db.transaction() as session:
                made = raw_transaction(session.connection())
                session.execute(lines, {"t": made})

        with patient(), ThreadPoolExecutor(1) as pool, db.owner.connect() as other:
            other.exec_driver_sql(held_by_other.format("wallet"))
            writing = pool.submit(write)
            eventually(lambda: waiting_for_a_lock(db))
            other.exec_driver_sql(held_by_other.format("house"))
            other.rollback()
            writing.result()
        assert (held(wallet), held(house)) == (0, 10)

    def test_whoever_waits_to_make_an_account_holds_no_other_one(self, db):
        """Else two who each made what the other wants would wait for each other."""
        wallet, pot = accounts.wallet(a_member().user_id), accounts.pot("NEW")
        paid_in(wallet, 100)
        with patient(), ThreadPoolExecutor(1) as pool:
            with core_db.transaction() as session:
                made = raw_transaction(session.connection())
                session.execute(
                    text(
                        "INSERT INTO ledger_accounts (kind, owner, currency)"
                        " VALUES ('pot', 'NEW', 'INR'), ('house', 'raw', 'INR')"
                    )
                )
                sale = pool.submit(moved, (wallet, inr(-10)), (pot, inr(10)))
                eventually(lambda: waiting_for_a_lock(db))
                with db.owner.begin() as owner:
                    owner.exec_driver_sql("SELECT FROM ledger_accounts FOR UPDATE NOWAIT")
                raw_entries(session.connection(), made, *_one_rupee(session))
            sale.result()
        assert held(wallet) == 90
        assert queries.audit() == []

    def test_waiting_too_long_is_busy_and_writes_nothing(self, db):
        paid_in(accounts.house(), 5)

        def impatient() -> None:
            with core_db.transaction() as session:
                session.execute(text("SET LOCAL lock_timeout = '50ms'"))
                legs = [(accounts.suspense(), inr(-5)), (accounts.house(), inr(5))]
                operations.post(session, key=a_key(), kind="adjustment", legs=legs, now=clock.now())

        with db.owner.begin() as owner:
            owner.exec_driver_sql("SELECT * FROM ledger_accounts FOR UPDATE")
            with pytest.raises(Busy):
                impatient()
        assert held(accounts.house()) == 5
        assert held(accounts.suspense()) == 0


class TestWithoutTheOrderOfLocks:
    def units(self) -> list[Callable[[], None]]:
        """Two payments that lock the same accounts, the second from the other end."""
        places = [accounts.clearing("one"), accounts.clearing("other")]
        legs = [(places[0], inr(-1)), (places[1], inr(1))]
        moved(*legs)

        def a_unit(sign: int) -> Callable[[], None]:
            # Who is run again may be alone, and then there is nobody to meet.
            meets = itertools.chain(["on"], itertools.repeat("off"))

            def unit() -> None:
                with core_db.transaction() as session:
                    session.execute(text(f"SET LOCAL tests.lock_sign = {sign}"))
                    session.execute(text(f"SET LOCAL tests.meets = '{next(meets)}'"))
                    operations.post(
                        session, key=a_key(), kind="adjustment", legs=legs, now=clock.now()
                    )

            return unit

        return [a_unit(1), a_unit(-1)]

    def test_two_payments_deadlock(self, db):
        units = self.units()
        with with_other_locks(db, WITHOUT_ORDER):
            (problem,) = of_type(at_once(*units), OperationalError)
        assert isinstance(problem.orig, psycopg.errors.DeadlockDetected)

    def test_a_retried_use_case_gets_through(self, db):
        units = [core_db.retried(unit) for unit in self.units()]
        with with_other_locks(db, WITHOUT_ORDER):
            assert at_once(*units) == [None, None]
            assert held(accounts.clearing("other")) == 3


class TestTheLastRupee:
    def spend(self, wallet) -> list[Any]:
        paid_in(wallet, 100)
        house = accounts.house()
        # Making an account is a lock of its own; the race must not hide behind it.
        paid_in(house, 1)
        return at_once(*[lambda: moved((wallet, inr(-100)), (house, inr(100)))] * 8)

    @pytest.mark.usefixtures("db")
    def test_is_spent_once(self):
        wallet = accounts.wallet(a_member().user_id)
        results = self.spend(wallet)
        assert len(of_type(results, InsufficientFunds)) == 7
        assert held(wallet) == 0
        assert queries.audit() == []

    def test_without_the_lock_is_still_guarded_but_not_kindly(self, db, all_read_first):
        wallet = accounts.wallet(a_member().user_id)
        with with_other_locks(db, WITHOUT_LOCKS), without_second_look(db):
            broken = of_type(self.spend(wallet), InvariantBroken)
            assert len(broken) == 7
            assert {bug.facts["constraint"] for bug in broken} == {"ledger_account_not_overdrawn"}
            assert held(wallet) == 0

    def test_without_lock_and_checks_is_spent_again_and_again(self, db, all_read_first):
        wallet = accounts.wallet(a_member().user_id)
        with (
            without_constraint(db, "ledger_account_not_overdrawn"),
            with_other_locks(db, WITHOUT_LOCKS),
            without_second_look(db),
        ):
            self.spend(wallet)
            assert held(wallet) < 0
            assert "account_overdrawn" in {problem.code for problem in queries.audit()}


class TestTheStatement:
    def fill(self) -> list[Any]:
        wallet = accounts.wallet(a_member().user_id)
        paid_in(wallet, 1)
        return of_type(at_once(*[lambda: paid_in(wallet, 10)] * 8), Exception)

    @pytest.mark.usefixtures("db")
    def test_has_every_balance_after_in_order(self):
        assert self.fill() == []
        assert queries.audit() == []

    def test_is_guarded_from_writers_who_lock_nothing(self, db):
        """Bare SQL of two who both saw an empty wallet: the second waits, then is refused."""
        wallet = accounts.wallet(a_member().user_id)
        reversed_by(paid_in(wallet, 1))
        deposit = text(
            "INSERT INTO ledger_entries"
            " (transaction_id, account_id, currency, amount_minor, balance_after_minor)"
            " SELECT :made, id, 'INR', CASE WHEN kind = 'wallet' THEN 10 ELSE -10 END,"
            " CASE WHEN kind = 'wallet' THEN 10 END FROM ledger_accounts"
        )

        def late() -> None:
            with core_db.transaction() as session:
                made = raw_transaction(session.connection())
                session.execute(deposit, {"made": made})

        with patient(), ThreadPoolExecutor(1) as pool:
            with core_db.transaction() as session:
                made = raw_transaction(session.connection())
                session.execute(deposit, {"made": made})
                second = pool.submit(late)
                eventually(lambda: waiting_for_a_lock(db))
            with pytest.raises(InvariantBroken) as caught:
                second.result()
        assert caught.value.facts["constraint"] == "ledger_entry_balance_after"
        assert held(wallet) == 10
        assert queries.audit() == []

    def test_without_lock_and_second_look_shows_balances_that_never_were(self, db, all_read_first):
        with with_other_locks(db, WITHOUT_LOCKS), without_second_look(db):
            assert self.fill() == []
            assert {problem.code for problem in queries.audit()} == {"balance_after_wrong"}


class TestOneKeyAtOnce:
    def send(self) -> list[Any]:
        key = a_key()
        return at_once(*[lambda: paid_in(accounts.house(), 5, key=key)] * 8)

    @pytest.mark.usefixtures("db")
    def test_moves_once_and_answers_all_alike(self):
        results = self.send()
        assert of_type(results, Exception) == []
        assert len(set(results)) == 1
        assert held(accounts.house()) == 5
        assert queries.audit() == []

    def test_without_the_unique_key_moves_again(self, db):
        with without_constraint(db, "transaction_key_once"):
            results = self.send()
            assert len(set(results)) > 1
            assert held(accounts.house()) > 5
            assert "key_used_twice" in {problem.code for problem in queries.audit()}

    def test_goes_to_the_second_when_the_first_is_undone(self, db):
        entered = threading.Event()

        def first() -> None:
            with core_db.transaction() as session:
                session.execute(
                    text(
                        "INSERT INTO transactions (id, idempotency_key, kind, created_at)"
                        " VALUES (:id, 'shared', 'adjustment', now())"
                    ),
                    {"id": new_id()},
                )
                entered.set()
                eventually(lambda: waiting_for_a_lock(db))
                session.rollback()

        def second() -> Any:
            assert entered.wait(PATIENCE_S)
            return paid_in(accounts.house(), 5, key="shared")

        results = at_once(first, second)
        assert of_type(results, Exception) == []
        assert held(accounts.house()) == 5


class TestTwoReversalsAtOnce:
    def undo(self) -> list[Any]:
        made = paid_in(accounts.house(), 5)
        return at_once(*[lambda: reversed_by(made)] * 8)

    @pytest.mark.usefixtures("db")
    def test_undo_it_once(self):
        results = self.undo()
        assert len(of_type(results, AlreadyReversed)) == 7
        assert held(accounts.house()) == 0
        assert queries.audit() == []

    def test_without_the_unique_mark_undo_it_again(self, db):
        with without_constraint(db, "transaction_reversed_once"):
            self.undo()
            assert held(accounts.house()) < 0
            assert "reversed_twice" in {problem.code for problem in queries.audit()}
