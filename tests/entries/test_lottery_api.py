"""The daily draw over HTTP: the public promise, and who may do what."""

import asyncio
import json
from datetime import UTC, datetime

import httpx
import pytest
import structlog

from luckychit.api import app, callers
from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.errors import SignInNeeded
from luckychit.core.settings import settings
from luckychit.domain.fairness import queries as proofs
from luckychit.domain.lottery import service
from luckychit.domain.users import service as users
from luckychit.domain.users.models import User
from tests.helpers.circle import clock_at
from tests.helpers.lottery import MORNING, a_player, balance, buy, days
from tests.helpers.people import a_manager, a_session

FIRST, SECOND = "DDL-20270301", "DDL-20270302"
MIDNIGHT = datetime(2027, 3, 2, tzinfo=UTC)
OWN_PAGE = {"sec-fetch-site": "same-origin"}
BUY = "/api/lottery/purchase-ticket"
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def today(db):
    with clock_at(MORNING):
        service.advance()
        yield


class Api:
    """Asks the app in this process, as somebody or as nobody."""

    def __init__(self, player=None):
        self.token = a_session(player) if player else None

    def ask(self, *wanted):
        """Send all requests at once; return their answers."""

        async def asked():
            cookies = {settings().session_cookie: self.token} if self.token else {}
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app.make()),
                base_url="http://localhost",
                cookies=cookies,
            ) as client:
                sent = [client.request(method, path, **parts) for method, path, parts in wanted]
                return await asyncio.gather(*sent)

        return asyncio.run(asked())

    def get(self, path, **parts):
        return self.ask(("GET", path, parts))[0]

    def buy(self, body=None, *, headers=OWN_PAGE, **fields):
        content = body if body is not None else json.dumps(fields)
        return self.ask(("POST", BUY, {"content": content, "headers": headers}))[0]


def refused(answer, status, code, *fields):
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()) >= {"code", "message", "incident"}
    assert set(answer.json().get("fields", {})) == set(fields)


class TestTheCurrentDraw:
    def test_is_public_and_carries_the_hashes_to_keep(self):
        buy(a_player(), 4)
        shown = Api().get("/api/lottery/current-draw").json()
        proof = proofs.proof(FIRST)
        assert (shown["draw_id"], shown["draw_date"]) == (FIRST, "2027-03-01")
        assert (shown["status"], shown["total_entries"]) == ("open", 4)
        assert shown["prize_pool"] == {"amount_minor": 380, "currency": "USD", "text": "$3.80"}
        assert shown["ticket_price"]["amount_minor"] == 100
        assert shown["commitment_hash"] == proof.server_seed_hash
        assert shown["commit_log_hash"] == proof.commit_log_hash
        assert shown["locks_at"] == "2027-03-02T00:00:00.000Z"

    def test_is_none_between_two_days(self):
        clock.set_start(MIDNIGHT)
        refused(Api().get("/api/lottery/current-draw"), 404, "lottery.no_draw_now")


class TestBuying:
    def test_gives_sealed_tickets_and_the_new_balance(self):
        player = a_player(10)
        answer = Api(player).buy(quantity=2, client_seed="chai first", draw_id=FIRST, key="k1")
        assert answer.status_code == 201
        said = answer.json()
        assert [ticket["ticket_id"] for ticket in said["tickets"]] == [
            f"{FIRST}-00001", f"{FIRST}-00002",
        ]  # fmt: skip
        assert said["tickets"][1]["position"] == 2
        assert {ticket["client_seed"] for ticket in said["tickets"]} == {"chai first"}
        assert said["cost"]["amount_minor"] == 200
        assert said["wallet"] == {"amount_minor": 800, "currency": "USD", "text": "$8.00"}
        assert (said["total_entries_at_purchase"], said["is_repeat"]) == (2, False)
        check = Api().get(f"/api/lottery/tickets/{FIRST}-00002/verify").json()
        assert check["seal"] == said["tickets"][1]["ticket_hash"]

    def test_a_client_that_hangs_up_half_way_is_no_incident(self):
        player = a_player(10)
        scope = {
            "type": "http", "method": "POST", "path": BUY, "raw_path": BUY.encode(),
            "query_string": b"",
            "headers": [
                (b"sec-fetch-site", b"same-origin"), (b"host", b"localhost"),
                (b"cookie", f"{settings().session_cookie}={a_session(player)}".encode()),
            ],
            "http_version": "1.1", "scheme": "http", "root_path": "", "server": ("localhost", 80),
        }  # fmt: skip
        parts = iter([
            {"type": "http.request", "body": b'{"quantity"', "more_body": True},
            {"type": "http.disconnect"},
        ])  # fmt: skip
        sent = []

        async def receive():
            return next(parts)

        async def send(message):
            sent.append(message)

        with structlog.testing.capture_logs() as logs:
            asyncio.run(app.make()(scope, receive, send))
        assert sent[0]["status"] == 400
        assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == []
        assert balance(player) == 1_000

    def test_with_the_key_in_the_header_and_nothing_else_said(self):
        player = a_player(10)
        headers = {**OWN_PAGE, "idempotency-key": "from-a-header"}
        first, again = (Api(player).buy("{}", headers=headers).json() for _ in range(2))
        assert first["tickets"] == again["tickets"]
        assert len(first["tickets"]) == 1
        assert (again["is_repeat"], again["wallet"]) == (True, None)
        assert balance(player) == 900

    def test_repeated_after_midnight_without_a_number_buys_nothing_again(self):
        player = a_player(10)
        first = Api(player).buy(quantity=1, key="k").json()
        clock.set_start(MIDNIGHT)
        service.advance()
        again = Api(player).buy(quantity=1, key="k").json()
        assert again["tickets"] == first["tickets"]
        assert days()[1].total_entries == 0

    def test_by_many_at_once_gives_each_the_own_answer(self):
        rich, poor = a_player(30), a_player(0)
        wanted = [
            ("POST", BUY, {"json": {"quantity": 1, "draw_id": FIRST, "key": f"k{n}"},
                           "headers": OWN_PAGE})
            for n in range(20)
        ]  # fmt: skip
        answers = Api(rich).ask(*wanted)
        assert {answer.status_code for answer in answers} == {201}
        places = {answer.json()["tickets"][0]["position"] for answer in answers}
        assert places == set(range(1, 21))
        refused(Api(poor).buy(quantity=1, key="k"), 409, "wallet.insufficient_funds")

    @pytest.mark.parametrize(
        ("fields", "wrong"),
        [
            ({"quantity": 0}, "quantity"),
            ({"quantity": 101}, "quantity"),
            ({"quantity": True}, "quantity"),
            ({"quantity": "1"}, "quantity"),
            ({"quantity": None}, "quantity"),
            ({"client_seed": ""}, "client_seed"),
            ({"client_seed": 'a"b'}, "client_seed"),
            ({"client_seed": "x" * 65}, "client_seed"),
            ({"client_seed": {"a": 1}}, "client_seed"),
            ({"client_seed": "\ud800"}, "client_seed"),
            ({"key": ""}, "key"),
            ({"key": "x" * 81}, "key"),
            ({"key": ["k"]}, "key"),
            ({"key": "\0"}, "key"),
        ],
    )
    def test_refuses_a_field_of_another_shape(self, fields, wrong):
        answer = Api(a_player()).buy(**{"quantity": 1, "client_seed": "luck", "key": "k"} | fields)
        refused(answer, 422, "input.invalid", wrong)

    @pytest.mark.parametrize("key", [5, ["k"], {"k": 1}, "\ud800", "\u00e9", "\0", 10**400])
    def test_refuses_what_is_no_key_before_making_a_phrase_of_it(self, key):
        refused(Api(a_player()).buy(quantity=1, key=key), 422, "input.invalid", "key")

    @pytest.mark.parametrize("body", ["[]", "1", '{"quantity": 1, "key": "k", "price": 0}'])
    def test_refuses_what_is_no_purchase(self, body):
        refused(Api(a_player()).buy(body), 422, "input.invalid", "body")

    @pytest.mark.parametrize("body", ["", "nonsense", '{"quantity":', "\xff", "[" * 4000])
    def test_refuses_what_is_no_json(self, body):
        refused(Api(a_player()).buy(body.encode("latin-1")), 400, "api.not_json")

    def test_refuses_more_than_a_purchase_needs(self):
        refused(Api(a_player()).buy(" " * 5000), 413, "api.too_large")

    def test_asks_for_a_key(self):
        refused(Api(a_player()).buy(quantity=1), 422, "input.invalid", "Idempotency-Key")

    @pytest.mark.parametrize("draw_id", ["DDL-20290101", "LOBBY-ABCDEF", "x", 7, "\0"])
    def test_knows_no_other_draw(self, draw_id):
        answer = Api(a_player()).buy(quantity=1, key="k", client_seed="s", draw_id=draw_id)
        refused(answer, 404, "tickets.draw_unknown")

    def test_is_refused_when_the_day_is_over(self):
        clock.set_start(MIDNIGHT)
        player = Api(a_player())
        refused(player.buy(quantity=1, key="k"), 404, "lottery.no_draw_now")
        refused(player.buy(quantity=1, key="k", draw_id=FIRST), 409, "tickets.draw_closed")

    def test_is_for_members_who_are_signed_in_on_our_own_page(self):
        refused(Api().buy(quantity=1, key="k"), 401, "users.sign_in_needed")
        refused(Api(a_manager()).buy(quantity=1, key="k"), 403, "core.not_allowed")
        for headers in ({}, {"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
            answer = Api(a_player()).buy(quantity=1, key="k", headers=headers)
            refused(answer, 403, "api.foreign_origin")


class TestWhoCalls:
    def test_is_refused_by_the_very_next_call_after_the_session_ended(self):
        player = a_player()
        caller = Api(player)
        assert caller.buy(quantity=1, key="a").status_code == 201
        users.sign_out(token=caller.token)
        refused(caller.buy(quantity=1, key="b"), 401, "users.sign_in_needed")

    def test_must_have_replaced_a_one_time_password(self):
        player = a_player()
        with transaction() as session:
            user = session.get_one(User, player.user_id)
            user.must_change_password, user.one_time_expires_at = True, MIDNIGHT
        refused(Api(player).buy(quantity=1, key="k"), 403, "users.password_must_change")

    def test_is_looked_up_together_with_others_and_each_alone(self, monkeypatch):
        players = [a_player() for _ in range(5)]
        tokens = [a_session(player) for player in players]
        asked = []
        look_up = users.actors_of

        def counted(*, tokens):
            asked.append(len(tokens))
            return look_up(tokens=tokens)

        monkeypatch.setattr(users, "actors_of", counted)

        async def all_at_once():
            desk = callers._Desk(callers._by_cookie)
            wanted = [*tokens, tokens[0], "x" * 43]
            return await asyncio.gather(
                *[desk.actor(token) for token in wanted], return_exceptions=True
            )

        found = asyncio.run(all_at_once())
        assert [actor.user_id for actor in found[:5]] == [player.user_id for player in players]
        assert found[5].user_id == players[0].user_id
        assert isinstance(found[6], SignInNeeded)
        assert sum(asked) == 6
        assert len(asked) <= 2


class TestTheLastWinner:
    def test_is_a_ticket_and_no_name(self):
        refused(Api().get("/api/lottery/last-winner"), 404, "lottery.no_winner_yet")
        player = a_player(10)
        buy(player, 2)
        clock.set_start(MIDNIGHT)
        service.advance()
        answer = Api().get("/api/lottery/last-winner")
        said = answer.json()
        assert said["draw_id"] == FIRST
        assert said["ticket_id"] in {f"{FIRST}-00001", f"{FIRST}-00002"}
        assert said["prize"]["amount_minor"] == 190
        assert said["winner_name"] is None
        assert player.full_name not in answer.text
        assert str(player.user_id) not in answer.text

    def test_is_shown_as_the_winner_chose_and_so_is_the_finished_draw(self):
        player = a_player(10)
        buy(player, 1)
        with transaction() as session:
            session.get_one(User, player.user_id).public_name = "Lucky R."
        clock.set_start(MIDNIGHT)
        service.advance()
        assert Api().get("/api/lottery/last-winner").json()["winner_name"] == "Lucky R."
        assert Api().get(f"/api/draws/{FIRST}").json()["winner_name"] == "Lucky R."
        (item,) = Api().get("/api/lottery/draw-history").json()["items"]
        assert (item["winner_name"], item["kind"]) == ("Lucky R.", "daily")


class TestTickets:
    def test_of_the_caller_come_in_pages(self):
        player = a_player(10)
        buy(player, 3)
        caller = Api(player)
        page = caller.get("/api/lottery/tickets?limit=2").json()
        assert [item["position"] for item in page["items"]] == [3, 2]
        rest = caller.get(f"/api/lottery/tickets?limit=2&after={page['next']}").json()
        assert [item["position"] for item in rest["items"]] == [1]
        assert rest["next"] is None
        refused(Api().get("/api/lottery/tickets"), 401, "users.sign_in_needed")

    @pytest.mark.parametrize("after", ["x", "", "%00", f"{FIRST}-00001", "A" * 300, "\u00e9"])
    def test_refuse_a_cursor_that_is_none_of_ours(self, after):
        answer = Api(a_player(10)).get(f"/api/lottery/tickets?after={after}")
        refused(answer, 422, "input.invalid", "after")

    def test_of_the_caller_are_kept_by_no_browser(self):
        answer = Api(a_player(10)).get("/api/lottery/tickets")
        assert answer.headers["cache-control"] == "private, no-store"

    @pytest.mark.parametrize("draw_id", ["%00", "DDL-20270301%00", "\u202e", "x" * 40])
    def test_of_no_draw_there_is_are_none(self, draw_id):
        caller = a_player(10)
        buy(caller, 1)
        answer = Api(caller).get(f"/api/lottery/tickets?draw_id={draw_id}")
        assert (answer.status_code, answer.json()["items"]) == (200, [])

    def test_are_checked_by_anybody(self):
        buy(a_player(10), 3)
        path = f"/api/lottery/tickets/{FIRST}-00002/verify"
        before = Api().get(path).json()
        assert (before["valid"], before["seal_ok"]) == (True, True)
        assert (before["in_locked_list"], before["inclusion_proof"]) == (None, None)
        clock.set_start(MIDNIGHT)
        service.advance()
        after = Api().get(path).json()
        assert (after["valid"], after["in_locked_list"]) == (True, True)
        assert after["inclusion_proof"]["root"] == proofs.proof(FIRST).root
        assert after["inclusion_proof"]["index"] == 1

    @pytest.mark.parametrize("ticket_id", [f"{FIRST}-00009", "x", "%00", f"{FIRST}-1"])
    def test_unknown_are_not_found(self, ticket_id):
        answer = Api().get(f"/api/lottery/tickets/{ticket_id}/verify")
        refused(answer, 404, "tickets.ticket_unknown")

    def test_with_a_broken_seal_are_not_valid(self, db):
        buy(a_player(10), 1)
        with db.owner.begin() as owner:
            owner.exec_driver_sql("SET LOCAL session_replication_role = replica")
            owner.exec_driver_sql("UPDATE tickets SET seal = decode(repeat('00', 32), 'hex')")
        said = Api().get(f"/api/lottery/tickets/{FIRST}-00001/verify").json()
        assert (said["valid"], said["seal_ok"]) == (False, False)
