"""Lists kept elsewhere, and the files they are proved by: parts, head, ticket file."""

import json
import tracemalloc
from datetime import timedelta
from itertools import repeat

import pytest

from luckychit.core import db as core_db
from luckychit.core.db import transaction
from luckychit.core.settings import settings
from luckychit.domain.fairness import errors, operations, queries
from luckychit.domain.fairness.lcd1 import hashes
from luckychit.domain.fairness.lcd1.merkle import inclusion_path, merkle_root
from luckychit.domain.tickets import combiner
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.tickets.queries import proofs
from tests.domain.test_fairness_api import Api, refused
from tests.helpers.bundles import verdicts
from tests.helpers.circle import clock_at
from tests.helpers.draws import (
    LOCKS_AT,
    NOW,
    a_commitment,
    locked,
    settled,
    voided,
    waiting_for_drand,
)
from tests.helpers.people import a_session
from tests.helpers.tickets import DRAW_ID as DAILY_ID
from tests.helpers.tickets import NOON, a_player, an_open_draw, bought
from tests.helpers.tickets import locked as locked_day
from tests.helpers.tickets import settled as settled_day

DRAW_ID = "CHIT-0a1b2c3d-202611"
EMPTY = hashes.sha256(b"")
pytestmark = pytest.mark.usefixtures("db")


def entries_of(draw_id=DRAW_ID):
    return json.loads(queries.bundle(draw_id))["tickets"]


def lock_list(n, root, now=LOCKS_AT, draw_id=DRAW_ID):
    with transaction() as session:
        return operations.lock_list(session, draw_id=draw_id, n=n, root=root, now=now)


def signed_in(actor):
    return {"Cookie": f"{settings().session_cookie}={a_session(actor)}"}


class Rows(list):
    """A list that tells whether anybody looked into it."""

    is_read = False

    def __iter__(self):
        self.is_read = True
        return super().__iter__()


class TestListKeptElsewhere:
    def test_an_empty_list_is_locked_like_any(self):
        a_commitment()
        outcome = lock_list(0, EMPTY)
        view = queries.proof(DRAW_ID)
        assert (outcome.n, outcome.root, outcome.lock_log_hash) == (
            0,
            EMPTY.hex(),
            view.lock_log_hash,
        )
        assert settled() == []
        assert verdicts(queries.bundle(DRAW_ID).decode()) == ("drawn", "drawn")

    @pytest.mark.parametrize(
        ("n", "root"), [(-1, EMPTY), (2**32, EMPTY), (0, b""), (3, bytes(31)), (3, bytes(33))]
    )
    def test_no_list_has_such_a_shape(self, n, root):
        a_commitment()
        with pytest.raises(ValueError, match="no list"):
            lock_list(n, root)
        assert queries.proof(DRAW_ID).status == "committed"

    def test_it_is_refused_when_and_where_a_lock_is(self):
        a_commitment()
        with pytest.raises(errors.TooEarly):
            lock_list(0, EMPTY, now=LOCKS_AT - timedelta(milliseconds=1))
        with pytest.raises(errors.DrawNotFound):
            lock_list(0, EMPTY, draw_id="D-2")
        lock_list(0, EMPTY)
        with pytest.raises(errors.AlreadyLocked):
            lock_list(0, EMPTY)
        a_commitment("D-3")
        voided("D-3")
        with pytest.raises(errors.DrawIsOver):
            lock_list(0, EMPTY, draw_id="D-3")
        with waiting_for_drand():
            view = a_commitment("D-4")
        with pytest.raises(errors.LockedTooLate):
            lock_list(0, EMPTY, now=view.beacon_at, draw_id="D-4")

    def test_the_winner_is_named_by_who_keeps_the_list(self):
        a_commitment()
        locked(5)
        with transaction() as session:
            winners = operations.settle(
                session,
                draw_id=DRAW_ID,
                now=LOCKS_AT,
                ticket_id_of=lambda index: f"{DRAW_ID}-{index + 1:05}",
            )
        assert winners[0].ticket_id == entries_of()[winners[0].position_index]["ticket_id"]
        assert verdicts(queries.bundle(DRAW_ID).decode()) == ("drawn", "drawn")


class TestParts:
    @pytest.mark.parametrize("count", [0, 1, 2, 499, 500, 501, 1203])
    def test_joined_they_are_the_bundle_to_the_byte(self, count):
        a_commitment()
        locked(count)
        settled()
        whole = queries.bundle(DRAW_ID)
        parts = list(queries.bundle_parts(DRAW_ID, iter(entries_of())))
        assert b"".join(parts) == whole
        assert len(parts) == 2 + -(-count // 500)
        assert (
            whole == json.dumps(json.loads(whole), sort_keys=True, separators=(",", ":")).encode()
        )

    def test_more_than_an_entry_needs_stays_private(self):
        a_commitment()
        locked(3)
        private = [{**entry, "user_id": "somebody", "salt": "pepper"} for entry in entries_of()]
        assert b"".join(queries.bundle_parts(DRAW_ID, private)) == queries.bundle(DRAW_ID)

    def test_a_list_that_is_not_frozen_is_not_even_read(self):
        a_commitment()
        rows = Rows([{"ticket_id": "x"}])
        assert b"".join(queries.bundle_parts(DRAW_ID, rows)) == queries.bundle(DRAW_ID)
        voided()
        assert b"".join(queries.bundle_parts(DRAW_ID, rows)) == queries.bundle(DRAW_ID)
        assert not rows.is_read

    def test_an_unknown_draw_is_refused_at_once(self):
        with pytest.raises(errors.DrawNotFound):
            queries.bundle_parts("nothing", [])


class TestHead:
    def test_it_is_the_bundle_without_its_list(self):
        a_commitment()
        for step in (locked, settled):
            step()
            assert json.loads(queries.head(DRAW_ID)) == {
                **json.loads(queries.bundle(DRAW_ID)),
                "tickets": None,
            }
        assert verdicts(queries.head(DRAW_ID).decode()) == ("head", "head")


class TestTicketFile:
    def file(self, index=2, **more):
        listed = entries_of()
        ph = bytes.fromhex(queries.proof(DRAW_ID).params_hash)
        leaves = [hashes.leaf(ph, place, item) for place, item in enumerate(listed)]
        assert merkle_root(leaves).hex() == queries.proof(DRAW_ID).root
        path = inclusion_path(leaves, index)
        return queries.ticket_file(
            DRAW_ID, index=index, ticket=listed[index], path=path, **more
        ).decode()

    def test_every_ticket_has_one_that_holds(self):
        a_commitment()
        locked(7)
        settled()
        for index in range(7):
            assert verdicts(self.file(index)) == ("drawn", "drawn")
        assert "opening" not in json.loads(self.file())

    def test_there_is_none_before_the_list_is_frozen(self):
        a_commitment()
        ask = {"index": 0, "ticket": {}, "path": []}
        with pytest.raises(errors.NotLocked):
            queries.ticket_file(DRAW_ID, **ask)
        voided()
        with pytest.raises(errors.DrawIsOver):
            queries.ticket_file(DRAW_ID, **ask)
        with pytest.raises(errors.DrawNotFound):
            queries.ticket_file("nothing", **ask)


class TestHistoryLeavesRoomsOut:
    def test_they_are_reached_by_their_number_only(self):
        for place, kind in enumerate(("daily", "monthly", "room")):
            a_commitment(f"D-{kind}", kind=kind)
            voided(f"D-{kind}", now=NOW + timedelta(minutes=place))
        assert [view.draw_id for view in queries.history()] == ["D-monthly", "D-daily"]
        assert [view.draw_id for view in queries.history(["room"])] == ["D-room"]
        assert queries.history([]) == []
        refused(Api().get("/api/lottery/draw-history?kind=room"), 422, "input.invalid")
        assert Api().get("/api/draws/D-room").status_code == 200


class TestOverHttp:
    @pytest.fixture(autouse=True)
    def _at_noon(self):
        with clock_at(NOON):
            yield
            combiner.close()

    def a_drawn_day(self):
        an_open_draw()
        player, other = a_player(), a_player()
        bought(player, 2)
        bought(other, 3)
        locked_day()
        settled_day()
        return player, other

    def test_a_day_has_a_bundle_and_a_head(self):
        self.a_drawn_day()
        whole = Api().get(f"/api/draws/{DAILY_ID}/bundle")
        assert whole.headers["content-type"] == "application/json"
        assert f'"{DAILY_ID}.json"' in whole.headers["content-disposition"]
        assert verdicts(whole.text) == ("drawn", "drawn")
        assert len(whole.json()["tickets"]) == 5
        head = Api().get(f"/api/draws/{DAILY_ID}/head")
        assert head.json() == {**whole.json(), "tickets": None}
        refused(Api().get("/api/draws/nothing/head"), 404, "fairness.draw_not_found")

    def test_a_ticket_file_shows_its_owner_to_the_owner_only(self):
        player, other = self.a_drawn_day()
        path = f"/api/tickets/{DAILY_ID}-00002/file"
        stranger = {"Cookie": f"{settings().session_cookie}=nonsense"}
        for headers in ({}, stranger, signed_in(other)):
            said = Api().get(path, headers=headers)
            assert said.headers["cache-control"] == "private, no-store"
            assert "opening" not in said.json()
            assert verdicts(said.text) == ("drawn", "drawn")
        mine = Api().get(path, headers=signed_in(player))
        assert mine.json()["opening"]["user_id"] == str(player.user_id)
        assert verdicts(mine.text) == ("drawn", "drawn")

    def test_a_ticket_of_an_open_day_has_none_and_an_unknown_one_is_not_found(self):
        an_open_draw()
        bought(a_player())
        refused(Api().get(f"/api/tickets/{DAILY_ID}-00001/file"), 409, "fairness.not_locked")
        for name in (f"{DAILY_ID}-00009", "nothing", "%00"):
            refused(Api().get(f"/api/tickets/{name}/file"), 404, "tickets.ticket_unknown")

    def test_a_file_is_checked_on_request_and_a_head_never_valid(self):
        self.a_drawn_day()
        said = {}
        for name, path in {
            "list": f"/api/draws/{DAILY_ID}/bundle",
            "ticket": f"/api/tickets/{DAILY_ID}-00001/file",
            "head": f"/api/draws/{DAILY_ID}/head",
        }.items():
            answer = Api().post("/api/draws/verify", content=Api().get(path).content).json()
            assert answer["scope"] == name
            said[name] = (answer["valid"], answer["outcome"])
        assert said == {"list": (True, "drawn"), "ticket": (True, "drawn"), "head": (False, "head")}


class TestLongLists:
    def test_between_portions_no_connection_is_held(self, monkeypatch):
        monkeypatch.setattr(proofs, "READ_AT_ONCE", 2)
        with clock_at(NOON):
            an_open_draw()
            bought(a_player(), 7)
            combiner.close()
            locked_day()
            settled_day()
        whole = json.loads(b"".join(tickets.bundle(DAILY_ID)))
        assert verdicts(whole) == ("drawn", "drawn")
        monkeypatch.setattr(queries, "TICKETS_PER_PART", 2)
        in_use = [core_db.engine().pool.checkedout() for _ in tickets.bundle(DAILY_ID)]
        assert in_use == [0] * 6

    def test_the_memory_does_not_grow_with_the_list(self):
        a_commitment()
        locked(1)
        entry = entries_of()[0]
        most = {}
        for count in (2_000, 20_000):
            tracemalloc.start()
            size = sum(map(len, queries.bundle_parts(DRAW_ID, repeat(entry, count))))
            most[count] = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert size > count * 200
        assert most[20_000] < most[2_000] * 1.2
