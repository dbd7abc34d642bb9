"""What the database itself refuses, even from a program that forgot the rules."""

import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from luckychit.core import clock
from luckychit.domain.fairness import queries
from luckychit.domain.fairness.lcd1.chain import EntryType, LogLine, chained_hash, next_line
from tests.helpers.draws import a_commitment, locked, settled, voided, waiting_for_drand

DRAW_ID = "CHIT-0a1b2c3d-202611"
TABLES = ("proofs", "proof_seeds", "proof_log", "proof_entries")
SEALED = {
    "proofs": "params_hash = '0'",
    "proof_seeds": "sealed = '\\x00'",
    "proof_log": "entry = '{}'",
    "proof_entries": "client_seed = 'mine'",
}


def refuses(engine, statement, **values):
    with engine.connect() as connection, connection.begin():
        try:
            connection.execute(text(statement), values)
            connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        except DBAPIError as exc:
            return str(exc.orig).splitlines()[0]
        connection.rollback()
    return ""


def the_next(entry_type, draw_id=DRAW_ID, ts_ms=None, **body):
    last = queries.log(draw_id)[-1]
    line = LogLine(last.seq, last.entry, last.hash)
    ts_ms = last.at_ms if ts_ms is None else ts_ms
    return next_line(line, draw_id=draw_id, entry_type=entry_type, ts_ms=ts_ms, body=body)


def appended(engine, line, entry_type, draw_id=DRAW_ID):
    return refuses(
        engine,
        "INSERT INTO proof_log (draw_id, seq, entry_type, entry, hash) "
        "VALUES (:draw_id, :seq, :entry_type, :entry, :hash)",
        draw_id=draw_id,
        seq=line.seq,
        entry_type=entry_type,
        entry=line.entry,
        hash=line.hash,
    )


@pytest.fixture
def drawn(db):
    a_commitment()
    locked(3)
    settled()
    return db


class TestSealed:
    @pytest.mark.parametrize("table", TABLES)
    def test_nothing_is_rewritten_deleted_or_emptied(self, drawn, table):
        for statement in (
            f"UPDATE {table} SET {SEALED[table]}",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        ):
            assert "permission denied" in refuses(drawn.app, statement), statement
            said = refuses(drawn.owner, statement)
            assert "append-only" in said or "sealed" in said, statement

    @pytest.mark.parametrize(
        "change",
        ["opens_at = now()", "locks_at = locks_at + interval '1 s'", "kind = 'daily'",
         "params = '\\x00'", "committed_at = now()", "draw_id = 'x'"],
    )  # fmt: skip
    def test_what_was_committed_stays_even_while_a_draw_moves_on(self, db, change):
        a_commitment()
        assert "permission denied" in refuses(db.app, f"UPDATE proofs SET {change}")
        moved = f"UPDATE proofs SET {change}, status = 'void', closed_at = now()"
        assert "sealed" in refuses(db.owner, moved)

    def test_the_list_of_a_lock_stays_when_a_draw_is_drawn(self, db):
        a_commitment()
        locked(3)
        moved = "UPDATE proofs SET status = 'drawn', closed_at = now(), root = 'x'"
        assert "sealed" in refuses(db.app, moved)


class TestStatus:
    def test_moves_only_as_the_log_says(self, db):
        a_commitment()
        lock = "UPDATE proofs SET status = 'locked', n = 0, root = 'x', locked_at = now()"
        assert "log does not say" in refuses(db.app, lock)
        void = "UPDATE proofs SET status = 'void', closed_at = now()"
        assert "log does not say" in refuses(db.app, void)
        locked(3)
        drawn = "UPDATE proofs SET status = 'drawn', closed_at = now()"
        assert "log does not say" in refuses(db.app, drawn)

    @pytest.mark.parametrize("status", ["committed", "locked", "void", "drawn"])
    def test_never_goes_back(self, drawn, status):
        said = refuses(drawn.app, f"UPDATE proofs SET status = '{status}'")
        assert "forward only" in said

    def test_a_void_draw_stays_void(self, db):
        a_commitment()
        voided()
        said = refuses(db.app, "UPDATE proofs SET status = 'committed', closed_at = NULL")
        assert "forward only" in said


class TestBirth:
    INSERT = (
        "INSERT INTO proofs (draw_id, kind, status, params, params_hash, opens_at, locks_at, "
        "committed_at) VALUES ('bare', 'daily', 'committed', '', '', now(), "
        "now() + interval '1 h', now())"
    )

    def test_a_draw_without_its_seed_and_commit_cannot_be_written(self, db):
        assert "seed and COMMIT come with it" in refuses(db.app, self.INSERT)

    def test_a_log_begins_with_commit(self, db):
        line = next_line(None, draw_id=DRAW_ID, entry_type=EntryType.LOCK, ts_ms=1, body={"n": 0})
        assert "cannot follow" in appended(db.app, line, "LOCK")


class TestLog:
    def test_only_what_may_follow_follows(self, db):
        a_commitment()
        for entry_type in (EntryType.BEACON, EntryType.REVEAL, EntryType.RESULT, EntryType.COMMIT):
            assert "cannot follow" in appended(db.app, the_next(entry_type), entry_type.value)
        assert appended(db.app, the_next(EntryType.VOID, reason="x"), "VOID") == ""

    def test_nothing_follows_a_result_or_a_void(self, drawn):
        line = the_next(EntryType.VOID, reason="again")
        assert "cannot follow" in appended(drawn.app, line, "VOID")
        a_commitment("D-2")
        voided("D-2")
        line = the_next(EntryType.LOCK, "D-2", n=0)
        assert "cannot follow" in appended(drawn.app, line, "LOCK", "D-2")

    def test_a_closed_list_is_not_called_off_without_a_beacon(self, db):
        a_commitment()
        locked(3)
        line = the_next(EntryType.VOID, reason="I lost")
        assert "waits a day" in appended(db.app, line, "VOID")

    @pytest.mark.parametrize(("early_ms", "said"), [(1, "waits a day"), (0, "")])
    def test_a_closed_list_waits_a_day_for_its_round(self, db, early_ms, said):
        with waiting_for_drand():
            born = clock.to_ms(a_commitment().beacon_at)
        locked(3)
        ts_ms = born + 86_400_000 - early_ms
        refusal = appended(db.app, the_next(EntryType.VOID, DRAW_ID, ts_ms, reason="x"), "VOID")
        assert said in refusal
        assert bool(said) == bool(refusal)

    def test_a_gap_is_refused(self, db):
        a_commitment()
        line = the_next(EntryType.VOID, reason="x")
        assert "cannot follow" in appended(db.app, LogLine(2, line.entry, line.hash), "VOID")

    def test_a_hash_that_does_not_chain_is_refused(self, db):
        a_commitment()
        line = the_next(EntryType.VOID, reason="x")
        loose = chained_hash(1, bytes(32), line.entry).hex()
        assert "does not chain" in appended(db.app, LogLine(1, line.entry, loose), "VOID")

    def test_an_entry_that_says_something_else_than_its_row_is_refused(self, db):
        a_commitment()
        line = the_next(EntryType.LOCK, n=0)
        assert "does not chain" in appended(db.app, line, "VOID")

    def test_time_that_goes_back_is_refused(self, db):
        a_commitment()
        line = the_next(EntryType.VOID, ts_ms=queries.log(DRAW_ID)[0].at_ms - 1, reason="x")
        assert "does not chain" in appended(db.app, line, "VOID")

    def test_a_lock_counts_its_entries(self, db):
        a_commitment()
        line = the_next(EntryType.LOCK, n=1, root="", lock_hash="")
        assert "counts other entries" in appended(db.app, line, "LOCK")


ENTRY = (
    "INSERT INTO proof_entries (draw_id, position, ticket_id, owner, salt, user_id, client_seed, "
    "issued_ms, seal) VALUES (:draw_id, 99, 'late', '', decode(repeat('00', 16), 'hex'), "
    "gen_random_uuid(), 'x', 1, '')"
)


class TestEntries:
    def test_none_without_a_draw(self, db):
        assert refuses(db.app, ENTRY, draw_id="nothing") != ""

    def test_one_while_the_draw_is_open(self, db):
        a_commitment()
        assert refuses(db.app, ENTRY, draw_id=DRAW_ID) == ""

    def test_none_after_the_lock(self, db):
        a_commitment()
        locked(3)
        assert "open draw" in refuses(db.app, ENTRY, draw_id=DRAW_ID)

    def test_none_after_a_void(self, db):
        a_commitment()
        voided()
        assert "open draw" in refuses(db.app, ENTRY, draw_id=DRAW_ID)

    def test_none_in_the_moment_between_lock_entry_and_status(self, db):
        a_commitment()
        line = the_next(EntryType.LOCK, n=0, root="", lock_hash="")
        with db.app.connect() as connection, connection.begin() as transaction:
            connection.execute(
                text(
                    "INSERT INTO proof_log (draw_id, seq, entry_type, entry, hash) "
                    "VALUES (:draw_id, 1, 'LOCK', :entry, :hash)"
                ),
                {"draw_id": DRAW_ID, "entry": line.entry, "hash": line.hash},
            )
            with pytest.raises(DBAPIError, match="open draw"):
                connection.execute(text(ENTRY), {"draw_id": DRAW_ID})
            transaction.rollback()


class TestStoredBytes:
    def test_the_log_is_handed_out_byte_for_byte_as_it_was_hashed(self, drawn):
        with drawn.owner.connect() as connection:
            stored = connection.execute(
                text("SELECT entry, hash FROM proof_log ORDER BY seq")
            ).all()
        bundle = json.loads(queries.bundle(DRAW_ID))
        assert [(line["entry"], line["hash"]) for line in bundle["log"]] == [
            tuple(row) for row in stored
        ]
