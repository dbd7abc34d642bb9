"""Rooms, wallets, notifications and play credit over HTTP."""

import pytest

from luckychit.core import clock
from luckychit.core.settings import settings
from luckychit.domain.notify import queries as news
from luckychit.domain.rooms import queries as rooms
from tests.helpers.api import Caller, refused
from tests.helpers.circle import a_circle, clock_at
from tests.helpers.people import a_manager, a_member
from tests.helpers.rooms import a_player, a_room

ROOM = {"name": "Friday table", "ticket_price_minor": 100, "max_participants": 5}


@pytest.fixture(autouse=True)
def january(db):
    with clock_at():
        yield


class TestRooms:
    def test_are_made_joined_played_and_started(self):
        host, guest = a_player("Hema Host"), a_player("Gita Guest")
        first, second = Caller(host), Caller(guest)
        made = first.post("/api/rooms", ROOM, key="k")
        assert made.status_code == 201
        assert first.post("/api/rooms", ROOM, key="k").json() == made.json()
        refused(first.post("/api/rooms", ROOM | {"name": "x"}, key="k"), 409, "api.key_used_before")
        code, room_id = made.json()["code"], made.json()["room_id"]
        path = f"/api/rooms/{code}"
        refused(second.get(path), 404, "rooms.not_found")
        refused(second.get(f"/api/rooms/{room_id}"), 404, "rooms.not_found")
        assert second.post(f"{path}/join").json()["code"] == code
        assert second.get(f"/api/rooms/{room_id}").json()["participants"][1]["is_me"]
        bought = second.post(f"{path}/purchase-ticket", {"client_seed": "chai"}, key="t")
        assert (bought.status_code, bought.json()["client_seed"]) == (201, "chai")
        again = second.post(f"{path}/purchase-ticket", {"client_seed": "chai"}, key="t").json()
        assert (again["ticket_id"], again["is_repeat"]) == (bought.json()["ticket_id"], True)
        refused(second.post(f"{path}/purchase-ticket"), 409, "rooms.already_has_ticket")
        refused(second.post(f"{path}/start-draw"), 403, "rooms.not_host")
        refused(first.post(f"{path}/start-draw"), 409, "rooms.too_few_tickets")
        assert first.post(f"{path}/purchase-ticket").status_code == 201
        started = [first.post(f"{path}/start-draw").json()["status"] for _ in range(2)]
        assert started == ["starting", "starting"]
        refused(first.post(f"{path}/execute-draw"), 409, "rooms.too_early")
        view = rooms.room(actor=host, code=code, now=clock.now())
        clock.set_start(view.locks_at)
        drawn = [first.post(f"{path}/execute-draw").json() for _ in range(2)]
        assert drawn[0] == drawn[1]
        assert (drawn[0]["status"], drawn[0]["prize_pool"]["amount_minor"]) == ("drawn", 190)

    def test_are_joined_by_id_only_with_the_code(self):
        room = a_room()
        view = rooms.room(actor=room.host, code=room.code, now=clock.now())
        caller, path = Caller(a_member()), f"/api/rooms/{view.lobby_id}/join"
        refused(caller.post(path), 422, "input.invalid", "code")
        refused(caller.post(path, {"code": "ABCD2345"}), 404, "rooms.not_found")
        assert caller.post(path, {"code": room.code.lower()}).status_code == 200
        other = caller.post(f"/api/rooms/{room.code}/join", {"code": "ABCD2345"})
        refused(other, 422, "input.invalid", "code")

    def test_are_left_and_called_off(self):
        room = a_room()
        guest = Caller(a_member())
        guest.post(f"/api/rooms/{room.code}/join")
        assert guest.post(f"/api/rooms/{room.code}/leave").status_code == 204
        refused(guest.post(f"/api/rooms/{room.code}/leave"), 404, "rooms.not_found")
        host = Caller(room.host)
        refused(host.post(f"/api/rooms/{room.code}/leave"), 409, "rooms.host_stays")
        called_off = [host.post(f"/api/rooms/{room.code}/cancel").json() for _ in range(2)]
        assert {room["status"] for room in called_off} == {"void"}

    def test_come_in_pages_the_newest_first(self):
        host = a_player()
        caller = Caller(host)
        codes = [caller.post("/api/rooms", ROOM).json()["code"] for _ in range(3)]
        page = caller.get("/api/rooms?limit=2").json()
        assert [room["code"] for room in page["items"]] == codes[:0:-1]
        rest = caller.get(f"/api/rooms?limit=2&after={page['next']}").json()
        assert ([room["code"] for room in rest["items"]], rest["next"]) == (codes[:1], None)


class TestWallet:
    def test_shows_balances_and_lines_in_pages(self):
        caller = Caller(a_member())
        sent = {"amount_minor": 500, "currency": "USD"}
        added = [caller.post("/api/demo/credit", sent, key=f"k{n}") for n in (1, 2, 3, 3)]
        assert {answer.status_code for answer in added} == {201}
        (purse,) = caller.get("/api/wallet").json()["items"]
        assert (purse["balance"]["amount_minor"], purse["is_for_play"]) == (1500, True)
        page = caller.get("/api/wallet/transactions?limit=2&type=play_credit").json()
        after = [line["balance_after"]["amount_minor"] for line in page["items"]]
        assert after == [1500, 1000]
        rest = caller.get(f"/api/wallet/transactions?limit=2&after={page['next']}").json()
        assert (len(rest["items"]), rest["next"]) == (1, None)
        early = caller.get("/api/wallet/transactions?to=2026-12-31T00:00:00Z").json()
        assert early["items"] == []

    @pytest.mark.parametrize("query", ["from=x", "from=2027-01-01", "to=1", "limit=0", "after=x"])
    def test_refuses_odd_filters(self, query):
        answer = Caller(a_member()).get(f"/api/wallet/transactions?{query}")
        refused(answer, 422, "input.invalid", query.partition("=")[0])

    def test_play_credit_is_of_the_games_and_once_for_a_key(self):
        caller = Caller(a_member())
        sent = {"amount_minor": 500, "currency": "INR"}
        refused(caller.post("/api/demo/credit", sent), 422, "input.invalid", "currency")
        good = sent | {"currency": "USD"}
        caller.post("/api/demo/credit", good, key="k")
        other = caller.post("/api/demo/credit", good | {"amount_minor": 600}, key="k")
        refused(other, 409, "api.key_used_before")
        refused(Caller(a_manager()).post("/api/demo/credit", good), 403, "core.not_allowed")

    def test_play_credit_does_not_exist_in_live_mode(self, monkeypatch):
        monkeypatch.setattr(type(settings()), "is_live", True)
        sent = {"amount_minor": 500, "currency": "USD"}
        refused(Caller(a_member()).post("/api/demo/credit", sent), 404, "api.not_found")


class TestNotifications:
    def test_are_said_in_words_and_marked_by_each_reader(self):
        circle = a_circle(3)
        circle.pay(1)
        payer, manager = Caller(circle.members[0]), Caller(circle.manager)
        newest = payer.get("/api/notifications").json()["items"][0]
        assert newest["kind"] == "payment_received"
        assert newest["message"].startswith("Your payment of")
        assert newest["is_read"] is False
        path = f"/api/notifications/{newest['notification_id']}/read"
        assert [payer.post(path).status_code for _ in range(2)] == [204, 204]
        assert payer.get("/api/notifications").json()["items"][0]["is_read"] is True
        assert manager.get("/api/notifications").json()["items"][0]["is_read"] is False
        other = Caller(circle.members[1])
        refused(other.post(path), 404, "notify.news_not_found")
        refused(Caller(a_manager()).post(path), 404, "notify.news_not_found")

    def test_come_in_pages_without_a_gap(self):
        circle = a_circle(3)
        circle.pay_all()
        caller = Caller(circle.manager)
        whole = caller.get("/api/notifications?limit=100").json()["items"]
        seen, after = [], ""
        while True:
            page = caller.get(f"/api/notifications?limit=2{after}").json()
            seen += page["items"]
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        assert seen == whole
        known = news.recent_for(actor=circle.manager, group_ids=[], limit=100)
        assert [item["notification_id"] for item in seen] == [item.id for item in known]


class TestTheFrame:
    @pytest.mark.parametrize(
        ("method", "path", "status", "allow"),
        [
            ("DELETE", "/api/rooms", 405, "GET, HEAD, OPTIONS, POST"),
            ("GET", "/api/lottery/purchase-ticket", 405, "OPTIONS, POST"),
            ("OPTIONS", "/api/draws/verify", 204, "OPTIONS, POST"),
            ("OPTIONS", "/api/draws/DDL-1", 204, "GET, HEAD, OPTIONS"),
            ("GET", "/api/rooms/", 404, None),
            ("OPTIONS", "/api/nothing", 404, None),
        ],
    )
    def test_answers_honestly_what_no_route_does(self, method, path, status, allow):
        answer = Caller().ask(method, path)
        assert (answer.status_code, answer.headers.get("allow")) == (status, allow)
        assert "location" not in answer.headers

    def test_gives_the_headers_alone_to_who_asks_for_them(self):
        answer = Caller(a_member()).ask("HEAD", "/api/wallet")
        assert (answer.status_code, answer.content) == (200, b"")
        assert int(answer.headers["content-length"]) > 0
        assert answer.headers["cache-control"] == "private, no-store"
