"""What people and the public see of tickets, and proofs that stand on their own."""

import json
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module

import pytest
from sqlalchemy import text
from sqlmodel import Session

from luckychit.core.db import transaction
from luckychit.domain.fairness.errors import DrawIsOver, DrawNotFound, NotLocked
from luckychit.domain.fairness.lcd1 import hashes
from luckychit.domain.fairness.lcd1.canonical import read_strict
from luckychit.domain.fairness.lcd1.merkle import root_from_path
from luckychit.domain.fairness.lcd1.verifier import verify
from luckychit.domain.tickets import combiner, errors, operations, queries
from luckychit.domain.tickets.models import BLOCK_LEAVES
from tests.helpers.circle import clock_at
from tests.helpers.tickets import (
    DRAW_ID,
    NOON,
    ROOM_ID,
    a_player,
    an_open_draw,
    an_open_room,
    an_order,
    assert_sound,
    bought,
    locked,
    settled,
    sold,
    voided,
)

SOON = NOON + timedelta(seconds=60)

LIMITS = (
    "INSERT INTO play_limits (user_id, kind, period, amount_minor, takes_effect_at, created_at)"
    " SELECT user_id, 'play', 'week', 200, at, at FROM tickets,"
    " (VALUES (timestamptz '2026-12-31 12:00Z')) AS moment (at) LIMIT 1"
)
BREAKS = (
    "INSERT INTO self_exclusions"
    " SELECT DISTINCT user_id, date '2028-01-01', date '2026-12-31' FROM tickets"
)


@pytest.fixture(autouse=True)
def _at_noon(db):
    with clock_at(NOON):
        yield
        combiner.close()


def a_drawn_day(count: int):
    """A drawn daily draw with this many tickets of one player."""
    an_open_draw(most_per_person=count + 100)
    player = a_player(count * 100)
    while count:
        some = min(count, 100)
        sold([an_order(player, some)])
        count -= some
    locked()
    return player, settled()


class TestMyTickets:
    def test_come_newest_first_in_pages_without_a_gap(self):
        an_open_draw()
        an_open_room()
        ann, bob = a_player(), a_player()
        for _ in range(3):
            bought(ann, 2), bought(bob)
        bought(ann, draw_id=ROOM_ID)
        seen, after = [], None
        while True:
            page = queries.tickets_of(ann.user_id, after=after, limit=2, kind="daily")
            seen += [ticket.position for ticket in page.items]
            after = page.after
            if after is None:
                break
        assert seen == [8, 7, 5, 4, 2, 1]
        everything = queries.tickets_of(ann.user_id)
        assert len(everything.items) == 7
        assert everything.after is None
        assert {ticket.outcome for ticket in everything.items} == {"waiting"}
        assert len(queries.tickets_of(ann.user_id, draw_id=ROOM_ID).items) == 1

    def test_tell_who_won_and_what(self):
        player, drawn = a_drawn_day(4)
        items = queries.tickets_of(player.user_id).items
        won = [ticket for ticket in items if ticket.outcome == "won"]
        assert [ticket.ticket_id for ticket in won] == [drawn.winning_ticket_id]
        assert won[0].prize == drawn.prize
        assert sorted(ticket.outcome for ticket in items) == ["lost"] * 3 + ["won"]


class TestAPublicTicket:
    def test_hides_its_owner_from_all_others(self):
        an_open_draw()
        ann, bob = a_player(), a_player()
        ticket_id = bought(ann).ticket_ids[0]
        for actor in (None, bob):
            seen = queries.public_ticket(ticket_id, actor)
            assert (seen.is_mine, seen.owner_id, seen.salt) == (False, None, None)
            assert str(ann.user_id) not in repr(seen)
        mine = queries.public_ticket(ticket_id, ann)
        assert mine.owner_id == ann.user_id
        assert hashes.owner_hash(str(ann.user_id), bytes.fromhex(mine.salt)) == mine.owner
        assert mine.is_seal_intact

    def test_that_won_does_not_tell_who_did(self):
        a_drawn_day(3)
        winner = queries.draw(DRAW_ID)
        seen = queries.public_ticket(winner.winning_ticket_id, None)
        assert seen.ticket.outcome == "won"
        assert str(winner.winner_id) not in repr(seen)

    @pytest.mark.parametrize("number", ["", "x", f"{DRAW_ID}-00002", f"{DRAW_ID}-000001", "\0"])
    def test_with_an_unknown_number_is_not_found(self, number):
        an_open_draw()
        bought(a_player())
        with pytest.raises(errors.TicketUnknown):
            queries.public_ticket(number, None)

    def test_shows_a_seal_that_was_changed(self, db):
        an_open_draw()
        ticket_id = bought(a_player()).ticket_ids[0]
        with db.owner.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql("UPDATE tickets SET issued_ms = issued_ms + 1")
        assert not queries.public_ticket(ticket_id, None).is_seal_intact
        assert {"seal_broken", "leaf_differs"} <= {problem.code for problem in queries.audit()}


class TestProofs:
    @pytest.mark.parametrize("count", [1, 7, BLOCK_LEAVES, BLOCK_LEAVES + 1, 2 * BLOCK_LEAVES + 77])
    def test_a_bundle_and_each_ticket_file_verify(self, count):
        player, _ = a_drawn_day(count)
        bundle = read_strict(b"".join(queries.bundle(DRAW_ID)))
        assert verify(bundle).outcome == "drawn"
        for position in {1, 2, count // 2, count - 1, count} & set(range(1, count + 1)):
            ticket_id = f"{DRAW_ID}-{position:05d}"
            file = json.loads(queries.ticket_file(ticket_id, player))
            leaf = hashes.leaf(hashes.params_hash(file["params"]), file["index"], file["ticket"])
            path = [bytes.fromhex(step) for step in file["path"]]
            assert root_from_path(leaf, position - 1, count, path).hex() == file["root"]
            assert file["opening"]["user_id"] == str(player.user_id)
            assert "opening" not in json.loads(queries.ticket_file(ticket_id, None))
        assert queries.audit() == []
        assert_sound()

    def test_a_room_brought_forward_verifies_under_its_new_announcement(self):
        an_open_room()
        ann, bob = a_player(), a_player()
        bought(ann, draw_id=ROOM_ID)
        with transaction() as session:
            operations.recommit(session, draw_id=ROOM_ID, locks_at=SOON, now=NOON)
        bought(bob, draw_id=ROOM_ID)
        locked(ROOM_ID, SOON)
        settled(ROOM_ID, SOON)
        second = read_strict(b"".join(queries.bundle(f"{ROOM_ID}-2")))
        assert verify(second).outcome == "drawn"
        first = read_strict(b"".join(queries.bundle(ROOM_ID)))
        assert (verify(first).outcome, first["tickets"]) == ("void", [])
        file = json.loads(queries.ticket_file(f"{ROOM_ID}-00001", None))
        assert file["params"]["draw_id"] == f"{ROOM_ID}-2"
        assert queries.audit() == []

    def test_nothing_is_proved_before_the_lock_or_without_one(self):
        an_open_draw()
        ticket_id = bought(a_player()).ticket_ids[0]
        with pytest.raises(NotLocked):
            queries.ticket_file(ticket_id, None)
        assert json.loads(b"".join(queries.bundle(DRAW_ID)))["tickets"] == []
        voided()
        with pytest.raises(DrawIsOver):
            queries.ticket_file(ticket_id, None)
        with pytest.raises(DrawNotFound):
            queries.bundle("DDL-20990101")


class TestPulses:
    def test_tell_what_changed(self):
        an_open_draw()
        assert [pulse.total_entries for pulse in queries.pulses(None)] == [0]
        bought(a_player())
        (pulse,) = queries.pulses(None)
        assert (pulse.total_entries, pulse.prize.amount_minor) == (1, 95)
        assert queries.pulses(pulse.changed_at + timedelta(seconds=11)) == []
        assert queries.pulses(pulse.changed_at) == [pulse]

    def test_tell_the_end_of_a_draw(self):
        an_open_draw()
        bought(a_player())
        (pulse,) = queries.pulses(None)
        voided()
        (ended,) = queries.pulses(pulse.changed_at)
        assert ended.status == "void"
        assert queries.pulses(None) == []


class TestTheAudit:
    def test_sees_what_only_the_owner_of_the_database_could_do(self, db):
        a_drawn_day(3)
        assert queries.audit() == []
        for sql, code in (
            ("UPDATE tickets SET position = 9 WHERE position = 2", "tickets_not_counted"),
            ("UPDATE draws SET most_per_person = 1", "tickets_beyond_limit"),
            ("UPDATE tickets SET quantity = 2 WHERE key IS NOT NULL", "purchase_not_whole"),
            ("UPDATE tickets SET issued_ms = 1 WHERE position = 1", "ticket_out_of_time"),
            ("UPDATE draws SET price_minor = 99, prize_pool_minor = 282", "person_paid_other"),
            ("DELETE FROM ledger_entries WHERE reference LIKE 'DDL%'", "winner_not_paid_once"),
            ("UPDATE ledger_accounts SET balance_minor = 7 WHERE kind = 'pot'", "pot_differs"),
            ("UPDATE proofs SET n = 4", "draw_not_of_its_proof"),
            ("UPDATE tickets SET client_seed = 'another'", "proof_false"),
            ("UPDATE tickets SET salt = decode(repeat('00', 16), 'hex')", "root_differs"),
            ("DELETE FROM draws", "result_without_draw"),
            ("ALTER TABLE tickets DISABLE TRIGGER tickets_follow", "guard_missing"),
            ("ALTER TABLE proof_log DISABLE TRIGGER proof_log_follows", "guard_missing"),
            ("ALTER TABLE lobbies DISABLE TRIGGER lobby_is_sealed", "guard_missing"),
            (
                "UPDATE tickets SET issued_ms = extract(epoch FROM d.locks_at) * 1000 FROM draws d",
                "ticket_out_of_time",
            ),
            (BREAKS, "ticket_in_a_break"),
            (LIMITS, "played_beyond_own_limit"),
            ("ALTER TABLE play_limits DISABLE TRIGGER play_limits_append_only", "guard_missing"),
        ):
            with db.owner.connect() as connection:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
                connection.execute(text(sql))
                found = _audited(connection)
                connection.rollback()
            assert code in found, sql

    @pytest.mark.parametrize(
        ("sql", "code"),
        [
            ("UPDATE tickets SET salt = decode(repeat('00', 16), 'hex')", "leaf_differs"),
            ("UPDATE tickets SET seal = decode(repeat('00', 32), 'hex')", "seal_broken"),
            (
                "UPDATE ticket_blocks SET root = decode(repeat('00', 32), 'hex')",
                "root_differs",
            ),
            ("DELETE FROM ticket_blocks", "root_differs"),
            ("UPDATE proof_log SET hash = repeat('0', 64) WHERE seq = 3", "proof_false"),
        ],
    )
    def test_sees_it_in_a_list_too_long_to_make_again(self, db, monkeypatch, sql, code):
        a_drawn_day(1025)
        _look_closely_at(monkeypatch, LONGEST_LIST=1000, LONGEST_PROOF=1000)
        assert queries.audit() == []
        _damaged(db, sql)
        assert code in {problem.code for problem in queries.audit()}

    def test_comes_to_old_draws_too(self, db, monkeypatch):
        for day in range(1, 6):
            draw_id = f"DDL-2027010{day}"
            an_open_draw(draw_id, draw_date=NOON.date() + timedelta(days=day))
            bought(a_player(), draw_id=draw_id)
        _look_closely_at(monkeypatch, LISTS_PER_AUDIT=1)
        _damaged(db, "UPDATE tickets SET client_seed = 'x' WHERE draw_id = 'DDL-20270101'")
        assert any(queries.audit() for _ in range(200))


def _look_closely_at(monkeypatch, **limits) -> None:
    module = import_module("luckychit.domain.tickets.queries.audit")
    for name, limit in limits.items():
        monkeypatch.setattr(module, name, limit)


def _damaged(db, sql: str) -> None:
    with db.owner.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(sql)


def _audited(connection) -> set[str]:
    """The codes of an audit that reads through this connection, uncommitted as it is."""

    @contextmanager
    def reading():
        yield Session(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("luckychit.domain.tickets.queries.audit"), "reading", reading)
        return {problem.code for problem in queries.audit()}
