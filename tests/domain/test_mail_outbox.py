"""The outbox: every letter is sent once, whatever servers and workers do."""

from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import col, select

from luckychit.core import clock
from luckychit.core.db import reading, transaction
from luckychit.core.errors import NotFound
from luckychit.core.settings import settings
from luckychit.domain.mail import operations, queries, rules, service
from luckychit.domain.mail.errors import MailFailed
from luckychit.domain.mail.letters import Letter
from luckychit.domain.mail.models import Mail
from tests.helpers import people
from tests.helpers.circle import with_setting
from tests.helpers.races import at_once

pytestmark = pytest.mark.usefixtures("db")

TO = "ravi@example.com"
LIVE = {
    "LUCKYCHIT_MODE": "live",
    "PUBLIC_URL": "https://chits.example",
    "LUCKYCHIT_CLOCK_OFFSET_S": "0",
}


class Server:
    """Takes letters, or refuses them as told."""

    def __init__(self, *problems):
        self.problems = list(problems)
        self.taken = []
        self.asked = 0

    def send(self, letter):
        self.asked += 1
        problem = self.problems.pop(0) if self.problems else None
        if problem is not None:
            raise problem
        self.taken.append(letter)


@pytest.fixture
def wait(monkeypatch):
    monkeypatch.setenv(clock.OFFSET_VARIABLE, "0")
    return partial(people.pass_time, monkeypatch)


def write(count=1):
    write_all(
        *(Letter("welcome", f"Letter {n}", f"secret {n}", "<p>secret</p>") for n in range(count))
    )


def write_all(*letters):
    with transaction() as session:
        for letter in letters:
            operations.send(session, letter=letter, to_address=TO, user_id=None, now=clock.now())


def rows() -> list[Mail]:
    with reading() as session:
        return list(session.exec(select(Mail).order_by(col(Mail.id))))


def row() -> Mail:
    (only,) = rows()
    return only


class TestSending:
    def test_takes_what_is_due_the_oldest_first(self):
        write(3)
        server = Server()
        assert service.send_due(sender=server) == 3
        assert [letter.subject for letter in server.taken] == ["Letter 0", "Letter 1", "Letter 2"]
        assert {mail.status for mail in rows()} == {"sent"}

    def test_takes_nothing_twice(self):
        write()
        server = Server()
        service.send_due(sender=server)
        service.send_due(sender=server)
        assert len(server.taken) == 1

    def test_takes_nothing_of_a_transaction_that_failed(self):
        with pytest.raises(AttributeError):
            # The second one is no letter: the first one goes with it.
            write_all(Letter("welcome", "s", "t", "h"), None)
        assert rows() == []

    def test_holds_no_transaction_while_the_server_thinks(self, db):
        write()

        class Watching(Server):
            def send(self, letter):
                with db.owner.connect() as owner:
                    self.open = owner.exec_driver_sql(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                        " AND state LIKE 'idle in transaction%%'"
                    ).scalar_one()

        server = Watching()
        service.send_due(sender=server)
        assert server.open == 0


class TestWhenTheServerRefuses:
    def test_the_letter_is_tried_again_later_and_no_sooner(self, wait):
        write()
        server = Server(MailFailed(why="450 busy"))
        assert service.send_due(sender=server) == 0
        assert (row().status, row().tries, row().last_problem) == ("waiting", 1, "450 busy")
        service.send_due(sender=server)
        assert server.asked == 1
        wait(seconds=61)
        assert service.send_due(sender=server) == 1
        assert (row().status, row().tries, row().last_problem) == ("sent", 2, "")

    def test_the_other_letters_go_on(self):
        write(3)
        server = Server(MailFailed(why="450 busy"))
        assert service.send_due(sender=server) == 2

    def test_for_ever_it_is_given_up_at_once(self):
        write()
        service.send_due(sender=Server(MailFailed(why="550 no such user", is_lasting=True)))
        assert row().status == "given_up"

    def test_for_three_days_it_is_given_up(self, wait):
        write()
        server = Server(*[MailFailed(why="450 busy")] * 100)
        for _ in range(40):
            service.send_due(sender=server)
            wait(hours=4)
        assert row().status == "given_up"
        assert 15 < server.asked < 30

    def test_and_is_away_the_rest_waits_untouched(self):
        write(3)
        server = Server(MailFailed(why="refused", is_away=True))
        service.send_due(sender=server)
        assert server.asked == 1
        assert sorted(mail.tries for mail in rows()) == [0, 0, 1]


class TestAWorkerThatDies:
    class Killed(BaseException):
        pass

    def test_leaves_the_letter_to_a_later_one(self, wait):
        write()
        with pytest.raises(self.Killed):
            service.send_due(sender=Server(self.Killed()))
        server = Server()
        assert service.send_due(sender=server) == 0, "it may still be on its way"
        wait(seconds=rules.CLAIMED_FOR.total_seconds() + 1)
        assert service.send_due(sender=server) == 1

    def test_or_sleeps_too_long_writes_nothing_over_another_ones_outcome(self, wait):
        write()

        class Slow(Server):
            def send(self, letter):
                wait(seconds=rules.CLAIMED_FOR.total_seconds() + 1)
                service.send_due(sender=Server())
                raise MailFailed(why="timed out", is_lasting=True)

        service.send_due(sender=Slow())
        assert (row().status, row().tries) == ("sent", 2)


class TestTwoWorkersAtOnce:
    def test_send_each_letter_once(self):
        write(20)
        server = Server()
        at_once(*[partial(service.send_due, sender=server)] * 4)
        assert len(server.taken) == len({letter.letter_id for letter in server.taken}) == 20

    def test_send_no_letter_that_is_on_its_way(self):
        write()
        assert self.taken_while_one_is_sending() == 1

    def test_would_send_one_letter_twice_without_the_claim(self, monkeypatch):
        """The negative control: who does not push the next try ahead leaves it to the other."""
        write()
        monkeypatch.setattr(rules, "CLAIMED_FOR", timedelta())
        assert self.taken_while_one_is_sending() == 2

    def taken_while_one_is_sending(self) -> int:
        second = Server()

        class Slow(Server):
            def send(self, letter):
                service.send_due(sender=second)
                super().send(letter)

        first = Slow()
        service.send_due(sender=first)
        return len(first.taken) + len(second.taken)


class TestWhatIsKept:
    def test_in_the_demo_is_shown_to_everybody(self):
        write(2)
        service.send_due(sender=Server())
        assert [view.subject for view in queries.recent(limit=1)] == ["Letter 1"]
        assert queries.recent(limit=5)[1].body_text == "secret 0"

    @pytest.mark.parametrize(
        "problem", [None, MailFailed(why="550", is_lasting=True)], ids=["sent", "given up"]
    )
    def test_in_live_mode_is_no_secret(self, monkeypatch, problem):
        write()
        with with_setting(monkeypatch, **LIVE):
            assert settings().is_live
            service.send_due(sender=Server(problem))
            with pytest.raises(NotFound):
                queries.recent(limit=5)
        assert (row().body_text, row().body_html) == ("", "")
        assert row().subject == "Letter 0"

    def test_is_forgotten_after_long(self, wait):
        write()
        wait(days=91)
        write()
        assert service.forget_old() == 1
        assert len(rows()) == 1

    def test_is_given_up_when_nobody_could_send_it(self, wait):
        write()
        assert service.give_up_old() == 0
        wait(days=3, seconds=1)
        assert service.give_up_old() == 1
        assert service.send_due(sender=Server()) == 0
