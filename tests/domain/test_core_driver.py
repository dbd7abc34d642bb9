"""Several statements in one trip: what is answered, what is not run, and how it is told."""

import psycopg.errors as pg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from luckychit.core import driver
from luckychit.core.db import transaction
from luckychit.core.errors import InvariantBroken

ECHO = text("SELECT CAST(:value AS int)")
DIVIDE = text("SELECT 1 / CAST(:value AS int)")
ADD = text("INSERT INTO ledger_accounts (kind, owner, currency) VALUES ('house', :owner, 'INR')")
COUNT = text("SELECT count(*) FROM ledger_accounts")
MY_PID = text("SELECT pg_backend_pid()")
END = text("SELECT pg_terminate_backend(:pid, 5000)")
pytestmark = pytest.mark.usefixtures("db")


def cut(db, session) -> None:
    ((pid,),) = driver.rows_of(session, MY_PID, {})
    with db.owner.connect() as owner:
        assert owner.execute(END, {"pid": pid}).scalar_one()


def add(owner):
    return ADD, {"owner": owner}


def travel(*steps) -> None:
    """Ask for all in one trip; a step that is no statement is done with the session."""
    with transaction() as session, driver.one_trip(session):
        for step in steps:
            if callable(step):
                step(session)
            else:
                driver.change(session, *step)


def count() -> int:
    with transaction() as session:
        return session.execute(COUNT).scalar_one()


class TestATrip:
    def test_answers_each_question_with_its_own_rows(self):
        with transaction() as session:
            with driver.one_trip(session):
                asked = [driver.ask(session, ECHO, {"value": value}) for value in range(20)]
            assert [each.rows() for each in asked] == [[(value,)] for value in range(20)]

    def test_may_wait_for_an_answer_and_ask_on(self):
        with transaction() as session, driver.one_trip(session):
            driver.change(session, ADD, {"owner": "a"})
            assert driver.rows_of(session, COUNT, {}) == [(1,)]
            driver.change(session, ADD, {"owner": "b"})
        assert count() == 2

    def test_leaves_the_session_as_it_was(self):
        with transaction() as session:
            with driver.one_trip(session):
                driver.change(session, ADD, {"owner": "a"})
            assert session.execute(COUNT).scalar_one() == 1
            session.rollback()
        assert count() == 0

    @pytest.mark.parametrize("ahead", range(4))
    def test_that_fails_tells_the_first_problem_and_writes_nothing(self, ahead):
        steps = [add(str(place)) for place in range(4)]
        steps.insert(ahead, (DIVIDE, {"value": 0}))
        with pytest.raises(DBAPIError) as caught:
            travel(*steps)
        assert isinstance(caught.value.orig, pg.DivisionByZero)
        assert not caught.value.connection_invalidated
        assert count() == 0

    def test_that_fails_stops_who_waits_for_a_later_answer(self):
        reached = []

        def go_on(session):
            driver.rows_of(session, ECHO, {"value": 1})
            reached.append(True)

        with pytest.raises(DBAPIError):
            travel((DIVIDE, {"value": 0}), go_on)
        assert reached == []

    def test_is_told_as_the_error_that_it_is(self):
        with pytest.raises(IntegrityError):
            travel(add("same"), add("same"))

    def test_that_breaks_a_rule_is_told_as_a_bug(self):
        treasure = text(ADD.text.replace("'house'", "'treasure'"))
        with pytest.raises(InvariantBroken) as caught:
            travel((treasure, {"owner": "x"}))
        assert caught.value.facts["constraint"] == "ledger_account_kind"

    def test_on_a_connection_that_is_cut_says_so(self, db):
        with pytest.raises(OperationalError) as caught:
            travel(add("a"), lambda session: cut(db, session), add("b"))
        assert caught.value.connection_invalidated
        assert count() == 0

    def test_that_its_own_code_breaks_off_writes_nothing(self):
        with pytest.raises(ZeroDivisionError):
            travel(add("a"), lambda _: 1 / 0)
        assert count() == 0


class TestAQuestionByItself:
    def test_is_answered_at_once(self):
        with transaction() as session:
            assert driver.rows_of(session, ECHO, {"value": 7}) == [(7,)]

    def test_tells_its_problem_at_once(self):
        with transaction() as session, pytest.raises(DBAPIError, match="1 / CAST") as caught:
            driver.ask(session, DIVIDE, {"value": 0})
        assert isinstance(caught.value.orig, pg.DivisionByZero)

    def test_on_a_connection_that_is_cut_says_so(self, db):
        def ask():
            with transaction() as session:
                cut(db, session)
                driver.ask(session, ECHO, {"value": 1})

        with pytest.raises(OperationalError) as caught:
            ask()
        assert caught.value.connection_invalidated
        assert count() == 0
