"""The chain of the audit trail: nobody forks it, and whoever tampers with it is found.

Goal: entries written by many at once are sealed once each, in one line without a gap; and
an owner of the database who changes, removes or moves entries is seen, with the one
exception that only a head kept elsewhere can show. Method: real transactions that stay
open, real threads, and rows rewritten with the guards asleep.
"""

import argparse
from contextlib import nullcontext, suppress
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from luckychit import __main__ as command_line
from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.errors import InvalidInput, NotAllowed, SignInNeeded
from luckychit.domain.audit import operations, queries, service
from luckychit.domain.audit.queries import chain
from luckychit.domain.audit.rules import START, Seal
from luckychit.domain.audit.views import ChainProblem
from luckychit.jobs import audit
from tests.helpers.people import a_manager, an_admin
from tests.helpers.races import at_once, of_type, together
from tests.helpers.trail import note, tamper

ENTRIES = 6
LAST = ENTRIES
COPY = (
    "INSERT INTO audit_entries (id, written_in, action, actor_role, subject_kind, subject_id,"
    " facts, address, request_id, happened_at) OVERRIDING SYSTEM VALUE"
)
ATTACKS = {
    "a fact is changed": (
        ["UPDATE audit_entries SET facts = '{\"number\": 9}' WHERE id = {2}"],
        "entry_changed",
        3,
    ),
    "who did it is changed": (
        ["UPDATE audit_entries SET actor_id = NULL WHERE id = {1}"],
        "entry_changed",
        2,
    ),
    "a moment is changed": (
        ["UPDATE audit_entries SET happened_at = happened_at - interval '1 us' WHERE id = {0}"],
        "entry_changed",
        1,
    ),
    "a seal is changed": (
        ["UPDATE audit_links SET hash = decode(repeat('ab', 32), 'hex') WHERE seq = 4"],
        "entry_changed",
        4,
    ),
    "an entry is deleted": (["DELETE FROM audit_entries WHERE id = {3}"], "entry_missing", 4),
    "an entry and its seal are deleted": (
        ["DELETE FROM audit_entries WHERE id = {3}", "DELETE FROM audit_links WHERE seq = 4"],
        "link_missing",
        4,
    ),
    "and the places close up": (
        [
            "DELETE FROM audit_entries WHERE id = {3}",
            "DELETE FROM audit_links WHERE seq = 4",
            "UPDATE audit_links SET seq = 4 WHERE seq = 5",
            "UPDATE audit_links SET seq = 5 WHERE seq = 6",
        ],
        "entry_changed",
        4,
    ),
    "two entries change places": (
        [
            "UPDATE audit_links SET entry_id = -1 WHERE seq = 2",
            "UPDATE audit_links SET entry_id = {1} WHERE seq = 3",
            "UPDATE audit_links SET entry_id = {2} WHERE seq = 2",
        ],
        "entry_changed",
        2,
    ),
}


@pytest.fixture
def entries(db) -> list[int]:
    """Six sealed entries; their ids in the order of the chain."""
    manager = a_manager()
    for number in range(ENTRIES):
        note(manager, number=number)
    assert service.seal() == ENTRIES
    with db.owner.connect() as owner:
        return list(owner.execute(text("SELECT entry_id FROM audit_links ORDER BY seq")).scalars())


def verdict(known: Seal | None = None):
    return queries.verify(now=clock.now(), known=known)


def links(db) -> list[tuple[int, int]]:
    with db.owner.connect() as owner:
        found = owner.execute(text("SELECT seq, entry_id FROM audit_links ORDER BY seq"))
        return [(row.seq, row.entry_id) for row in found]


class TestSealing:
    def test_gives_each_entry_one_place_in_their_order(self, db, entries):
        assert links(db) == list(enumerate(entries, start=1))
        assert entries == sorted(entries)
        assert service.seal() == 0
        assert verdict().problem is None
        assert verdict().head.seq == ENTRIES

    def test_an_empty_trail_holds(self, db):
        assert db
        assert service.seal() == 0
        assert verdict().head == START
        assert verdict().problem is None

    def test_goes_on_in_portions(self, db, monkeypatch):
        monkeypatch.setattr(service, "AT_ONCE", 2)
        monkeypatch.setattr(chain, "PORTION", 2)
        for number in range(5):
            note(None, number=number)
        assert service.seal() == 5
        assert verdict().head.seq == 5
        assert verdict().problem is None

    def test_waits_for_older_transactions_and_leaves_none_behind(self, db):
        """An entry with a lower number is seen later: it must not be passed over."""
        with transaction() as slow:
            operations.record(
                slow, action="users.signed_in", actor=None, subject=("x", 1), now=clock.now()
            )
            slow.flush()
            note(None, number=2)
            assert service.seal() == 0  # the older transaction may still end
        assert service.seal() == 2
        assert [seq for seq, _ in links(db)] == [1, 2]
        assert [entry for _, entry in links(db)] == sorted(entry for _, entry in links(db))

    def test_a_transaction_undone_leaves_no_gap(self, db):
        with suppress(ZeroDivisionError), transaction() as session:
            operations.record(
                session, action="users.signed_in", actor=None, subject=("x", 1), now=clock.now()
            )
            session.flush()
            raise ZeroDivisionError
        note(None)
        assert service.seal() == 1
        assert [seq for seq, _ in links(db)] == [1]

    def test_the_hourly_look_finds_what_was_under_way_for_very_long(self, db, monkeypatch):
        monkeypatch.setattr(service, "LOOK_BACK", 0)
        with transaction() as slow:
            operations.record(
                slow, action="users.signed_in", actor=None, subject=("x", 1), now=clock.now()
            )
            slow.flush()
            note(None)
        # As if many had been sealed in between.
        tamper(
            db,
            "INSERT INTO audit_links SELECT 1, max(id), sha256('') FROM audit_entries",
        )
        assert service.seal() == 0
        assert service.seal(from_the_first=True) == 1

    def test_entries_of_another_server_are_final_too(self, db):
        """After a restore into a new server the old numbers of transactions lie ahead."""
        note(None)
        tamper(db, "UPDATE audit_entries SET written_in = written_in + 1000000")
        note(None)
        assert service.seal() == 2
        assert verdict().problem is None

    def test_refuses_a_fact_with_two_spellings(self, db):
        assert db
        with pytest.raises(AssertionError, match="cannot be sealed"):
            note(None, share=0.5)


class TestRaces:
    def test_two_leaders_never_fork_the_chain(self, db):
        for number in range(60):
            note(None, number=number)
        results = at_once(*[service.seal] * 4)
        assert of_type(results, Exception) == []
        service.seal()
        assert [seq for seq, _ in links(db)] == list(range(1, 61))
        assert verdict().problem is None

    def test_without_the_lock_the_second_is_refused(self, db, monkeypatch):
        """The negative control: both append after the same head, and one fails."""
        for number in range(3):
            note(None, number=number)
        monkeypatch.setattr(service, "_TRY", text("SELECT :key IS NOT NULL"))
        monkeypatch.setattr(service, "_waiting", together(service._waiting))
        results = at_once(service.seal, service.seal)
        assert len(of_type(results, IntegrityError)) == 1
        assert [seq for seq, _ in links(db)] == [1, 2, 3]
        assert verdict().problem is None

    def test_many_writers_and_two_leaders_lose_nothing(self, db):
        def writer():
            for number in range(10):
                note(None, number=number)

        def leader():
            for _ in range(30):
                service.seal()

        assert of_type(at_once(writer, writer, writer, leader, leader), Exception) == []
        service.seal()
        assert [seq for seq, _ in links(db)] == list(range(1, 31))
        assert verdict().problem is None


class TestAttacks:
    @pytest.mark.parametrize("attack", ATTACKS)
    def test_is_found_at_its_place(self, db, entries, attack):
        statements, code, seq = ATTACKS[attack]
        assert verdict().problem is None
        tamper(db, *(_filled(line, entries) for line in statements))
        found = verdict()
        assert found.problem is not None
        assert (found.problem.code, found.problem.seq) == (code, seq)
        assert found.head.seq == seq - 1
        assert str(seq) in found.problem.sentence

    def test_an_entry_smuggled_in_gets_no_place_among_the_old(self, db, entries):
        """Until it is sealed it is found; then it stands at the end, with what it says."""
        tamper(
            db,
            f"{COPY} VALUES (-5, 1, 'users.signed_in', 'system', 'x', 'x', '{{}}', '', '',"
            " now() - interval '1 day')",
        )
        found = verdict()
        assert found.problem == ChainProblem("entry_unsealed", LAST, -5)
        assert service.seal(from_the_first=True) == 1
        assert links(db)[-1] == (LAST + 1, -5)

    def test_a_seal_taken_from_the_last_entry_comes_back_the_same(self, db, entries):
        head = verdict().head
        tamper(db, f"DELETE FROM audit_links WHERE seq = {LAST}")
        assert service.seal() == 1
        assert verdict().head == head

    def test_only_a_head_kept_elsewhere_shows_that_the_end_was_cut_off(self, db, entries):
        head = verdict().head
        tamper(
            db,
            f"DELETE FROM audit_entries WHERE id = {entries[-1]}",
            f"DELETE FROM audit_links WHERE seq = {LAST}",
        )
        assert verdict().problem is None
        found = verdict(known=head)
        assert found.problem == ChainProblem("head_not_reached", LAST)
        note(None)
        service.seal()
        assert verdict().problem is None
        assert verdict(known=head).problem == ChainProblem("head_differs", LAST)

    def test_a_trail_that_goes_on_extends_every_head_it_had(self, db, entries):
        assert db
        assert entries
        heads = [START, verdict().head]
        for _ in range(3):
            note(None)
            service.seal()
            heads.append(verdict().head)
        for head in heads:
            assert verdict(known=head).problem is None
        another_beginning = Seal(0, heads[-1].hash)
        assert verdict(known=another_beginning).problem == ChainProblem("head_differs", 0)

    def test_rewriting_everything_is_shown_by_the_head(self, db, entries):
        """Who owns the database can make a new chain that holds, but not the old head."""
        head = verdict().head
        tamper(
            db,
            f"UPDATE audit_entries SET facts = '{{}}' WHERE id = {entries[0]}",
            "DELETE FROM audit_links",
        )
        assert service.seal(from_the_first=True) == ENTRIES
        assert verdict().problem is None
        assert verdict(known=head).problem == ChainProblem("head_differs", LAST)


def _filled(statement: str, entries: list[int]) -> str:
    for place, entry_id in enumerate(entries):
        statement = statement.replace(f"{{{place}}}", str(entry_id))
    return statement


class TestUnsealed:
    def test_an_entry_may_wait_a_while_and_then_is_a_problem(self, db):
        note(None)
        assert db
        assert verdict().problem is None
        late = clock.now() + chain.SEALED_WITHIN + timedelta(seconds=1)
        found = queries.verify(now=late).problem
        assert found is not None
        assert found.code == "entry_unsealed"

    def test_the_job_reports_what_does_not_hold(self, db, entries):
        with capture_logs() as logs:
            audit.seal()
            audit.audit()
        assert logs == []
        tamper(db, f"DELETE FROM audit_entries WHERE id = {entries[1]}")
        with capture_logs() as logs:
            audit.audit()
        (said,) = logs
        assert (said["event"], said["log_level"]) == ("trail_problem", "error")
        assert (said["code"], said["seq"]) == ("entry_missing", 2)


class TestByPortions:
    def test_an_admin_checks_it_step_by_step(self, db, entries, monkeypatch):
        monkeypatch.setattr(chain, "PORTION", 4)
        admin = an_admin()
        first = queries.check_part(actor=admin, now=clock.now())
        assert (first.head.seq, first.is_end, first.problem) == (4, False, None)
        second = queries.check_part(actor=admin, after=first.head, now=clock.now())
        assert (second.head.seq, second.is_end, second.problem) == (ENTRIES, True, None)
        assert queries.sealed_count(actor=admin) == ENTRIES

    def test_nobody_else_does(self, db):
        assert db
        for ask in (
            lambda actor: queries.check_part(actor=actor, now=clock.now()),
            lambda actor: queries.sealed_count(actor=actor),
        ):
            with pytest.raises(NotAllowed):
                ask(a_manager())
            with pytest.raises(SignInNeeded):
                ask(None)


class TestCommand:
    def run(self, monkeypatch, head=""):
        monkeypatch.setattr(command_line, "_current_database", nullcontext)
        return command_line.audit_trail(argparse.Namespace(head=head))

    def test_prints_the_head_and_takes_it_back(self, db, entries, monkeypatch, capsys):
        assert self.run(monkeypatch) == 0
        said = capsys.readouterr().out
        assert "The trail holds." in said
        head = said.split("head ")[1].strip()
        assert head == str(verdict().head)
        note(None)
        assert self.run(monkeypatch, head) == 0
        assert "extends the head given" in capsys.readouterr().out
        tamper(db, f"DELETE FROM audit_entries WHERE id = {entries[2]}")
        assert self.run(monkeypatch, head) == 1
        assert "is gone" in capsys.readouterr().out

    def test_refuses_what_is_no_head(self, db, monkeypatch):
        assert db
        with pytest.raises(InvalidInput):
            self.run(monkeypatch, "12")

    def test_is_on_the_command_line(self):
        read = command_line.parser().parse_args(["audit-trail", "verify", "--head", "1:ab"])
        assert (read.run, read.head) == (command_line.audit_trail, "1:ab")
