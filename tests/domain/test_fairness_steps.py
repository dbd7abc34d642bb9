"""A proof from COMMIT to its end, on a real database."""

import json
import uuid
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text

from luckychit.core import clock
from luckychit.core import db as core_db
from luckychit.core import errors as kinds
from luckychit.core import settings as core_settings
from luckychit.core.db import transaction
from luckychit.domain.fairness import errors, operations, queries, seeds
from luckychit.domain.fairness.lcd1 import hashes
from luckychit.domain.fairness.operations import Entry
from tests.helpers.bundles import verdicts
from tests.helpers.draws import (
    LOCKS_AT,
    NOW,
    OPENS_AT,
    a_commitment,
    locked,
    settled,
    some_entries,
    voided,
    waiting_for_drand,
)

DRAW_ID = "CHIT-0a1b2c3d-202611"
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def with_drand():
    """Let new draws wait for the public beacon."""
    with waiting_for_drand():
        yield


def lock_these(*entries, now=LOCKS_AT):
    with transaction() as session:
        return operations.lock(session, draw_id=DRAW_ID, entries=list(entries), now=now)


def an_entry(**changed):
    values = {
        "ticket_id": f"{DRAW_ID}-00001",
        "user_id": uuid.UUID(int=1),
        "client_seed": "hello",
        "issued_at": OPENS_AT,
    }
    return Entry(**(values | changed))


class TestCommit:
    def test_publishes_terms_and_the_hash_of_a_seed_that_nobody_sees(self):
        view = a_commitment()
        assert view == queries.proof(DRAW_ID)
        assert (view.status, view.is_weak, view.server_seed) == ("committed", True, None)
        assert (view.price_minor, view.currency, view.fee_bps) == (500_000, "INR", 500)
        assert (view.opens_at, view.locks_at) == (OPENS_AT, LOCKS_AT)
        assert view.n is view.root is view.lock_log_hash is view.closed_at is None
        with transaction() as session:
            row = session.execute(text("SELECT nonce, sealed FROM proof_seeds")).one()
        seed = seeds.opened(DRAW_ID, row.nonce, row.sealed)
        assert hashes.seed_hash(seed) == view.server_seed_hash
        assert seed.encode() not in row.sealed
        assert seed not in queries.bundle(DRAW_ID).decode()

    def test_binds_the_encrypted_seed_to_its_draw(self):
        a_commitment()
        with transaction() as session:
            row = session.execute(text("SELECT nonce, sealed FROM proof_seeds")).one()
        with pytest.raises(InvalidTag):
            seeds.opened("another draw", row.nonce, row.sealed)

    def test_takes_a_number_once_ever(self):
        a_commitment()
        with pytest.raises(errors.DrawIdTaken):
            a_commitment()
        voided()
        with pytest.raises(errors.DrawIdTaken):
            a_commitment()

    def test_opens_at_the_earliest_a_moment_after_it_was_public(self):
        view = a_commitment(opens_at=NOW - timedelta(days=1))
        assert view.opens_at == NOW + timedelta(milliseconds=1)

    @pytest.mark.parametrize("locks_at", [NOW, NOW - timedelta(days=1), OPENS_AT])
    def test_locks_after_it_opens(self, locks_at):
        with pytest.raises(errors.LocksTooSoon):
            a_commitment(locks_at=locks_at)

    @pytest.mark.parametrize(
        "changed",
        [
            {"draw_id": ""},
            {"draw_id": "x" * 65},
            {"draw_id": 'a"b'},
            {"kind": "weekly"},
            {"currency": "RUPEES"},
            {"price_minor": -1},
            {"price_minor": 1.5},
            {"price_minor": True},
            {"fee_bps": 10_001},
            {"winners": 0},
        ],
    )
    def test_refuses_terms_that_do_not_fit(self, changed):
        with pytest.raises(kinds.InvalidInput):
            a_commitment(**changed)

    @pytest.mark.usefixtures("with_drand")
    def test_names_the_first_round_born_a_minute_or_more_after_the_lock(self):
        view = a_commitment()
        assert not view.is_weak
        assert timedelta(seconds=60) <= view.beacon_at - view.locks_at < timedelta(seconds=63)
        beacon = json.loads(queries.log(DRAW_ID)[0].entry)["body"]["params"]["beacon"]
        assert beacon["round"] == view.beacon_round


class TestLock:
    def test_freezes_the_list_and_hides_who_is_in_it(self):
        a_commitment()
        outcome = locked(5)
        view = queries.proof(DRAW_ID)
        assert (view.status, view.n, view.root) == ("locked", 5, outcome.root)
        assert (view.lock_hash, view.lock_log_hash) == (outcome.lock_hash, outcome.lock_log_hash)
        assert view.server_seed is None
        bundle = json.loads(queries.bundle(DRAW_ID))
        assert len(bundle["tickets"]) == 5
        assert str(uuid.UUID(int=1)) not in queries.bundle(DRAW_ID).decode()
        assert set(bundle["tickets"][0]) == {
            "ticket_id", "owner", "client_seed", "issued_ms", "seal",
        }  # fmt: skip

    def test_gives_the_same_person_another_owner_hash_for_each_seat(self):
        a_commitment()
        lock_these(an_entry(), an_entry(ticket_id="second seat"))
        tickets = json.loads(queries.bundle(DRAW_ID))["tickets"]
        assert tickets[0]["owner"] != tickets[1]["owner"]

    @pytest.mark.usefixtures("with_drand")
    def test_gives_the_seed_away_where_a_beacon_follows(self):
        a_commitment()
        outcome = locked()
        view = queries.proof(DRAW_ID)
        assert hashes.seed_hash(view.server_seed) == view.server_seed_hash
        assert outcome.beacon_at == view.beacon_at
        assert settled() is None

    def test_waits_for_the_committed_moment(self):
        a_commitment()
        with pytest.raises(errors.TooEarly):
            locked(now=LOCKS_AT - timedelta(microseconds=1))
        assert queries.proof(DRAW_ID).status == "committed"

    def test_is_strictly_after_the_committed_moment_to_the_millisecond(self):
        a_commitment()
        locked(now=LOCKS_AT)
        assert queries.log(DRAW_ID)[1].at_ms == clock.to_ms(LOCKS_AT) + 1

    @pytest.mark.usefixtures("with_drand")
    def test_comes_too_late_once_the_round_is_born_and_the_draw_is_void(self):
        view = a_commitment()
        with pytest.raises(errors.LockedTooLate):
            locked(now=view.beacon_at)
        assert queries.proof(DRAW_ID).status == "committed"
        voided(now=view.beacon_at, reason="lock too late")
        assert queries.proof(DRAW_ID).void_reason == "lock too late"
        assert verdicts(queries.bundle(DRAW_ID).decode()) == ("void", "void")

    @pytest.mark.usefixtures("with_drand")
    def test_is_in_time_a_moment_before_the_round_is_born(self):
        view = a_commitment()
        locked(now=view.beacon_at - timedelta(milliseconds=1))
        assert queries.proof(DRAW_ID).status == "locked"

    def test_happens_once(self):
        a_commitment()
        locked()
        with pytest.raises(errors.AlreadyLocked):
            locked()
        settled()
        with pytest.raises(errors.DrawIsOver):
            locked()

    @pytest.mark.parametrize(
        "changed",
        [
            {"client_seed": ""},
            {"client_seed": "x" * 65},
            {"client_seed": "naïve"},
            {"ticket_id": ""},
            {"ticket_id": "x" * 81},
            {"issued_at": LOCKS_AT + timedelta(milliseconds=1)},
        ],
    )
    def test_refuses_an_entry_that_could_not_be_proved(self, changed):
        a_commitment()
        with pytest.raises(errors.EntryRefused):
            lock_these(an_entry(**changed))
        assert queries.proof(DRAW_ID).status == "committed"

    def test_refuses_the_same_ticket_twice(self):
        a_commitment()
        with pytest.raises(errors.EntryRefused):
            lock_these(an_entry(), an_entry())

    def test_moves_an_earlier_moment_up_to_the_opening(self):
        a_commitment()
        lock_these(an_entry(issued_at=NOW - timedelta(days=40)))
        ticket = json.loads(queries.bundle(DRAW_ID))["tickets"][0]
        assert ticket["issued_ms"] == clock.to_ms(OPENS_AT)

    def test_needs_a_commitment(self):
        with pytest.raises(errors.DrawNotFound):
            locked()


class TestSettle:
    @pytest.mark.parametrize("count", [0, 1, 2, 20])
    def test_gives_a_result_that_anyone_can_check(self, count):
        a_commitment()
        locked(count)
        winners = settled()
        assert len(winners) == min(count, 1)
        view = queries.proof(DRAW_ID)
        assert (view.status, view.winners) == ("drawn", tuple(winners))
        assert hashes.seed_hash(view.server_seed) == view.server_seed_hash
        assert verdicts(
            queries.bundle(DRAW_ID).decode(),
            commit_hash=view.commit_log_hash,
            lock_hash=view.lock_log_hash,
        ) == ("drawn", "drawn")
        for winner in winners:
            assert winner.ticket_id == f"{DRAW_ID}-{winner.position_index + 1:05}"

    def test_picks_as_many_as_were_committed(self):
        a_commitment(winners=3)
        locked(5)
        assert len({winner.ticket_id for winner in settled()}) == 3
        assert verdicts(queries.bundle(DRAW_ID).decode()) == ("drawn", "drawn")

    def test_gives_the_same_again_and_writes_nothing(self):
        a_commitment()
        locked()
        first, log = settled(), queries.log(DRAW_ID)
        assert settled(now=LOCKS_AT + timedelta(days=1)) == first
        assert queries.log(DRAW_ID) == log

    def test_waits_for_the_lock(self):
        a_commitment()
        with pytest.raises(errors.NotLocked):
            settled()

    def test_never_gives_a_void_draw_a_result(self):
        a_commitment()
        voided()
        with pytest.raises(errors.DrawIsOver):
            settled()

    def test_keeps_time_going_forward_when_the_clock_does_not(self):
        a_commitment()
        locked(now=LOCKS_AT + timedelta(seconds=5))
        settled(now=LOCKS_AT)
        moments = [entry.at_ms for entry in queries.log(DRAW_ID)]
        assert moments == sorted(moments)
        assert verdicts(queries.bundle(DRAW_ID).decode()) == ("drawn", "drawn")

    def test_is_the_same_after_a_restart_between_commit_and_draw(self, db):
        view = a_commitment()
        with transaction() as session:
            row = session.execute(text("SELECT nonce, sealed FROM proof_seeds")).one()
        before = seeds.opened(DRAW_ID, row.nonce, row.sealed)
        fresh = core_db.make_engine(db.url, pool_size=1)
        core_settings.settings.cache_clear()
        core_db._engine = fresh
        try:
            locked(7)
            winners = settled()
            after = queries.proof(DRAW_ID)
            assert after.server_seed == before
            assert after.commit_log_hash == view.commit_log_hash
            assert verdicts(queries.bundle(DRAW_ID).decode()) == ("drawn", "drawn")
        finally:
            core_db._engine = db.app
            fresh.dispose()
        assert settled() == winners


class TestSecret:
    def test_another_secret_stops_the_draw_instead_of_drawing_with_another_seed(self, monkeypatch):
        a_commitment()
        locked()
        monkeypatch.setenv("TICKET_SEAL_SECRET", "another-0123456789abcdefghijklmnop")
        core_settings.settings.cache_clear()
        try:
            with pytest.raises(kinds.InvariantBroken):
                settled()
        finally:
            monkeypatch.undo()
            core_settings.settings.cache_clear()
        assert len(settled()) == 1


class TestVoid:
    def test_ends_an_announced_draw_with_the_reason(self):
        a_commitment()
        voided(reason='held over: "nobody" paid – ₹')
        view = queries.proof(DRAW_ID)
        assert (view.status, view.void_reason) == ("void", "held over: ?nobody? paid ? ?")
        assert verdicts(queries.bundle(DRAW_ID).decode()) == ("void", "void")
        assert view.server_seed is None

    def test_never_follows_a_lock_that_can_have_its_result(self):
        a_commitment()
        locked()
        with pytest.raises(errors.AlreadyLocked):
            voided(now=LOCKS_AT + timedelta(days=30))

    @pytest.mark.usefixtures("with_drand")
    def test_follows_a_beacon_that_did_not_come_for_a_day(self):
        view = a_commitment()
        locked()
        almost = view.beacon_at + timedelta(hours=24, microseconds=-1)
        assert not queries.proof(DRAW_ID).is_beacon_overdue(almost)
        with pytest.raises(errors.AlreadyLocked):
            voided(now=almost)
        late = view.beacon_at + timedelta(hours=24)
        assert queries.proof(DRAW_ID).is_beacon_overdue(late)
        voided(now=late, reason="no beacon for 24 h")
        assert verdicts(queries.bundle(DRAW_ID).decode()) == ("void", "void")

    def test_happens_once_and_never_after_a_result(self):
        a_commitment()
        voided()
        with pytest.raises(errors.DrawIsOver):
            voided()
        a_commitment("D-2")
        locked(3, "D-2")
        settled("D-2")
        with pytest.raises(errors.DrawIsOver):
            voided("D-2")


class TestHistory:
    def test_lists_finished_draws_newest_first_page_by_page(self):
        for place in range(1, 6):
            a_commitment(f"D-{place}", kind="daily" if place == 2 else "monthly")
        for place in (1, 2, 3):
            locked(2, f"D-{place}")
            settled(f"D-{place}", now=LOCKS_AT + timedelta(minutes=place))
        voided("D-4", now=LOCKS_AT + timedelta(minutes=3))
        listed = [view.draw_id for view in queries.history()]
        assert listed == ["D-4", "D-3", "D-2", "D-1"]
        paged, after = [], None
        while page := queries.history(after=after, limit=1):
            after = page[0].draw_id
            paged.append(after)
        assert paged == listed
        assert [view.draw_id for view in queries.history(["daily"])] == ["D-2"]

    def test_several_are_read_at_once(self):
        a_commitment("D-1")
        a_commitment("D-2")
        found = queries.proofs(["D-1", "D-2", "D-3"])
        assert found == {name: queries.proof(name) for name in ("D-1", "D-2")}
        assert queries.proofs([]) == {}

    def test_unknown_draws_are_not_found(self):
        for read in (queries.proof, queries.log, queries.bundle):
            with pytest.raises(errors.DrawNotFound):
                read("nothing")
            with pytest.raises(errors.DrawNotFound):
                read("\x00")

    def test_a_big_list_is_locked_and_checked(self):
        a_commitment()
        lock_these(*some_entries(3000, DRAW_ID))
        settled()
        assert verdicts(queries.bundle(DRAW_ID).decode()) == ("drawn", "drawn")
