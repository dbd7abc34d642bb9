"""The one way to the database: whole or not at all, and again when PostgreSQL asks."""

import psycopg.errors
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from luckychit.core import db as core_db
from luckychit.core import errors
from luckychit.domain.wallet import accounts
from tests.helpers.ledger import held, inr, moved, raw_account
from tests.helpers.people import a_member
from tests.helpers.races import eventually


def count_accounts() -> int:
    with core_db.reading() as session:
        return session.execute(text("SELECT count(*) FROM ledger_accounts")).scalar_one()


def conflict() -> DBAPIError:
    return DBAPIError("COMMIT", {}, psycopg.errors.SerializationFailure())


def asleep(db, connection) -> None:
    """Do nothing in a transaction until the server has had enough of it."""
    pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    eventually(lambda: not is_connected(db, pid))
    connection.execute(text("SELECT 1"))


def is_connected(db, pid: int) -> bool:
    with db.owner.connect() as owner:
        found = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid")
        return owner.execute(found, {"pid": pid}).scalar_one() == 1


@pytest.mark.usefixtures("db")
class TestTransaction:
    def test_keeps_everything_or_nothing(self):
        with pytest.raises(ZeroDivisionError), core_db.transaction() as session:
            assert raw_account(session.connection()) / 0
        assert count_accounts() == 0
        with core_db.transaction() as session:
            raw_account(session.connection())
        assert count_accounts() == 1

    def test_works_as_the_role_that_owns_nothing(self):
        with core_db.transaction() as session:
            assert session.execute(text("SELECT current_user")).scalar() == core_db.APP_ROLE
            assert session.execute(text("SHOW timezone")).scalar() == "UTC"
            assert session.execute(text("SHOW lock_timeout")).scalar() == "3s"

    def test_is_ended_for_a_worker_that_is_frozen_in_it(self, database, monkeypatch):
        assert core_db.IDLE_TIMEOUT_MS <= 30_000
        # Longer than a busy machine may take from one statement of ours to the next.
        monkeypatch.setattr(core_db, "IDLE_TIMEOUT_MS", 500)
        engine = core_db.make_engine(database.url)
        try:
            with engine.connect() as frozen, pytest.raises(DBAPIError, match="idle-in") as ended:
                asleep(database, frozen)
            assert ended.value.connection_invalidated
        finally:
            engine.dispose()

    def test_calls_a_refused_check_a_bug(self):
        with pytest.raises(errors.InvariantBroken) as caught, core_db.transaction() as session:
            raw_account(session.connection(), kind="treasure")
        assert caught.value.facts["constraint"] == "ledger_account_kind"

    def test_leaves_a_taken_name_to_those_who_expect_it(self):
        moved((accounts.house(), inr(-1)), (accounts.suspense(), inr(1)))
        with pytest.raises(IntegrityError), core_db.transaction() as session:
            session.execute(
                text(
                    "INSERT INTO ledger_accounts (kind, owner, currency)"
                    " SELECT kind, owner, currency FROM ledger_accounts"
                )
            )


@pytest.mark.usefixtures("db")
class TestReading:
    def test_sees_one_moment(self):
        wallet = accounts.wallet(a_member().user_id)
        with core_db.reading() as session:
            total = text("SELECT count(*) FROM ledger_entries")
            before = session.execute(total).scalar_one()
            moved((wallet, inr(5)), (accounts.house(), inr(-5)))
            assert session.execute(total).scalar_one() == before
        assert held(wallet) == 5

    def test_cannot_write(self):
        with pytest.raises(DBAPIError, match="read-only"), core_db.reading() as session:
            raw_account(session.connection())


class TestRetried:
    @pytest.fixture(autouse=True)
    def _no_waiting(self, monkeypatch):
        monkeypatch.setattr(core_db.time, "sleep", lambda _: None)

    def unit(self, *outcomes):
        left = list(outcomes)

        @core_db.retried
        def run():
            outcome = left.pop(0)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        return run, left

    def test_runs_the_whole_unit_again_after_a_conflict(self):
        run, left = self.unit(conflict(), conflict(), "done")
        assert run() == "done"
        assert left == []

    def test_gives_up_after_five_tries(self):
        run, left = self.unit(*[conflict()] * 6)
        with pytest.raises(errors.Busy):
            run()
        assert len(left) == 1

    @pytest.mark.parametrize(
        "problem",
        [
            DBAPIError("INSERT", {}, psycopg.errors.UniqueViolation()),
            errors.Refused(),
            errors.InvariantBroken(),
        ],
    )
    def test_never_repeats_what_would_fail_again(self, problem):
        run, left = self.unit(problem, "never")
        with pytest.raises(type(problem)):
            run()
        assert left == ["never"]


class TestTheAddress:
    @pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
    def test_of_any_common_form_is_understood(self, scheme):
        assert core_db.sqlalchemy_url(f"{scheme}://h/d") == "postgresql+psycopg://h/d"

    def test_of_another_database_is_refused(self):
        with pytest.raises(ValueError, match="postgresql"):
            core_db.sqlalchemy_url("sqlite:///x")
