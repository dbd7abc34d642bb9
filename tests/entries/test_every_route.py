"""Walks every route of the API as nobody, stranger, member, rival manager, guest and admin.

Routes added later are covered by themselves: they come from the description, and what no
list allows must be refused with 401, 403 or 404, and answer nothing of the circle.
"""

import re
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts

from luckychit.domain.chits.models import ChitGroup
from luckychit.domain.chits.queries import paged
from luckychit.domain.chits.queries import seen as seen_queries
from luckychit.domain.chits.queries.seen import Seen
from tests.helpers.api import Caller, the_api
from tests.helpers.api_world import World, a_world
from tests.helpers.circle import clock_at
from tests.helpers.http import a_program
from tests.helpers.people import mobile_of

REFUSED = {401, 403, 404}
# Not in the description, on purpose: forms of our pages, health, the page of the API itself.
UNDESCRIBED = {
    "/auth/sign-up",
    "/auth/sign-in",
    "/auth/second-factor",
    "/auth/sign-out",
    "/auth/verify-email",
    "/auth/reset",
    "/auth/reset/confirm",
    "/_health",
    "/metrics",
    "/api/openapi.json",
    "/api/docs",
    "/api/docs/static/{name}",
    "/api/{rest:path}",
}
# What asks for no session, because it makes one, or takes a secret that is as good: a
# refresh token, a challenge, the link of a letter.
WITH_A_SECRET = {
    "sign_up",
    "sign_in",
    "second_factor",
    "refresh",
    "sign_out",
    "ask_reset",
    "reset_password",
    "verify_email",
}
# What is public of the draws.
FOR_ALL = {
    "current_draw",
    "last_winner",
    "verify_ticket",
    "draw_history",
    "get_draw",
    "draw_log",
    "draw_bundle",
    "draw_head",
    "post_beacon",
    "verify_bundle",
    "ticket_file",
}
# The own account, of whatever role; somebody else's session is none of it.
ACCOUNT = {
    "profile",
    "change_profile",
    "export_own_data",
    "sessions",
    "change_password",
    "sign_out_everywhere",
}
# What only those who play have.
SAFETY = {"own_safety", "set_limit", "take_break", "set_reality_check"}
TRAIL = {"trail_table", "trail_document"}
# What anybody signed in may do: their own lists, and what they make for themselves. The
# answers are searched for the circle's secrets all the same.
OWN = {
    "list_rooms",
    "list_groups",
    "get_wallets",
    "list_transactions",
    "statement_file",
    "list_notifications",
    "own_tickets",
    "create_room",
    "add_play_credit",
    "purchase_ticket",
    "create_group",
}
# Who is in the room may do there what people in it may; who has its code may come in.
IN_THE_ROOM = {"get_room", "join_room", "leave_room", "purchase_room_ticket"}
WITH_THE_CODE = {"join_room"}
# Who sits in the circle sees it, and the own part of it.
IN_THE_CIRCLE = {
    "get_group",
    "group_schedule",
    "group_dues",
    "group_statement",
    "group_payments",
    "eligible_seats",
    "group_draws",
    "confirm_payout",
    "read_notification",
}
HOSTS = {
    "get_room",
    "join_room",
    "leave_room",
    "purchase_room_ticket",
    "start_room_draw",
    "execute_room_draw",
    "cancel_room",
}
ALLOWED = {
    "nobody": set(),
    "stranger": OWN | ACCOUNT | SAFETY | WITH_THE_CODE,
    "rival": OWN | ACCOUNT,
    "guest": OWN | ACCOUNT | SAFETY | IN_THE_ROOM,
    "insider": OWN | ACCOUNT | SAFETY | IN_THE_CIRCLE | HOSTS,
    "admin": OWN | ACCOUNT | TRAIL,
}
# What changes what the caller may do afterwards, in this order, after all else: else the
# calls that follow would be refused for the wrong reason.
LAST = ("join_room", "take_break", "change_password", "sign_out_everywhere")


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Every described operation: method, path and what is said of it; ``LAST`` comes last."""
    found = [
        (method.upper(), path, said)
        for path, item in sorted(the_api().openapi()["paths"].items())
        for method, said in item.items()
    ]
    return sorted(found, key=lambda one: _turn(one[2]["operationId"]))


def _turn(name: str) -> int:
    return LAST.index(name) if name in LAST else -1


@pytest.fixture
def world(db):
    with clock_at():
        yield a_world()


def knock(caller: Caller, world: World, method: str, path: str, said: dict[str, Any]) -> Any:
    """Call an operation with the world's own ids and the example of its body."""
    address = path.format_map(world.ids)
    parts: dict[str, Any] = {}
    if "requestBody" in said:
        parts["json"] = said["requestBody"]["content"]["application/json"]["example"]
    if said["operationId"] == "statement_file":
        parts["params"] = {"currency": "USD"}
    if said["operationId"] == "join_room":
        parts.pop("json")
    return caller.ask(method, address, **parts)


def leaks(world: World, text: str) -> list[str]:
    return [secret for secret in world.secrets if secret in text]


@pytest.mark.parametrize("who", sorted(ALLOWED))
def test_is_refused_unless_a_list_allows_it(world, who):
    caller = Caller(None if who == "nobody" else getattr(world, who))
    wrong = []
    for method, path, said in operations():
        name = said["operationId"]
        is_public = said["security"] == []
        answer = knock(caller, world, method, path, said)
        if answer.status_code >= 500:
            wrong.append((name, answer.status_code, answer.text))
        if is_public or name in ALLOWED[who]:
            continue
        if answer.status_code not in REFUSED:
            wrong.append((name, answer.status_code, answer.text[:200]))
        if leaks(world, answer.text):
            wrong.append((name, "says", leaks(world, answer.text)))
    assert wrong == []


@pytest.mark.parametrize("who", ["nobody", "stranger", "rival"])
def test_whoever_has_no_part_learns_nothing_of_it_anywhere(world, who):
    """Also from what is public, and from own lists; a room's code is what lets one in."""
    caller = Caller(None if who == "nobody" else getattr(world, who))
    found = {
        said["operationId"]: leaks(world, answer.text)
        for method, path, said in operations()
        if said["operationId"] not in WITH_THE_CODE | {"create_group"}
        and leaks(world, (answer := knock(caller, world, method, path, said)).text)
    }
    assert found == {}


def test_nobody_may_is_what_is_meant_to_be_public():
    public = {said["operationId"] for _, _, said in operations() if said["security"] == []}
    assert public == WITH_A_SECRET | FOR_ALL


def test_only_the_owner_ends_a_session(world):
    """The negative control of the walk, where the id is somebody else's for all."""
    address = f"/api/auth/sessions/{world.ids['session_id']}"
    others = (world.stranger, world.rival, world.guest, world.insider, world.admin)
    for person in others:
        assert Caller(person).ask("DELETE", address).status_code == 404
    manager = Caller(world.manager)
    assert manager.ask("DELETE", address).status_code == 204


def test_a_secret_is_for_its_own_session_whoever_sends_it(world):
    """Who sends somebody's refresh token with an own session gets and ends that one only."""
    theirs, own = a_program(world.stranger), Caller(world.guest)
    sent = {"refresh_token": theirs.refresh_token}
    pair = own.post("/api/auth/refresh", sent).json()
    bearer = {"authorization": f"Bearer {pair['access_token']}"}
    shown = Caller().get("/api/user/profile", headers=bearer).json()
    assert shown["user_id"] == str(world.stranger.user_id)
    sent = {"refresh_token": pair["refresh_token"]}
    assert own.post("/api/auth/sign-out", sent).status_code == 204
    assert Caller().get("/api/user/profile", headers=bearer).status_code == 401
    assert own.get("/api/user/profile").json()["user_id"] == str(world.guest.user_id)


def test_the_trail_is_for_admins(world):
    """The negative control: whom it is for gets it, with what happened in it."""
    for path in ("/api/admin/trail.csv", "/api/admin/trail.json"):
        answer = Caller(world.admin).get(path)
        assert answer.status_code == 200
        assert leaks(world, answer.text)
        assert Caller(world.manager).get(path).status_code == 403


def test_a_member_never_sees_the_numbers_or_money_of_others(world):
    caller = Caller(world.insider)
    own = str(world.insider.user_id)
    numbers = [
        secret
        for secret in world.secrets
        if secret.isdigit() and secret != mobile_of(world.insider)[3:]
    ]
    assert len(numbers) == 2
    # By itself, as a masked number shows it: in a long hash any four digits may stand.
    ends = re.compile(rf"(?<![0-9a-f-])({'|'.join(it[-4:] for it in numbers)})(?![0-9a-f-])")
    for method, path, said in operations():
        if method != "GET":
            continue
        answer = knock(caller, world, method, path, said)
        assert [number for number in numbers if number in answer.text] == [], path
        assert ends.findall(answer.text) == [], path
    seats = caller.get(f"/api/groups/{world.circle.group_id}").json()["seats"]
    mine = {seat["seat_number"] for seat in seats if seat["user_id"] == own}
    for part in ("dues", "payments"):
        items = caller.get(f"/api/groups/{world.circle.group_id}/{part}").json()["items"]
        assert items
        assert {item["seat_number"] for item in items} <= mine


def test_the_manager_sees_what_the_others_may_not(world):
    """The negative control: the same calls, by whom they are for, are answered with data."""
    caller = Caller(world.manager)
    seen = {
        said["operationId"]: knock(caller, world, method, path, said)
        for method, path, said in operations()
        if method == "GET" and path.startswith("/api/groups/{group_id}")
    }
    assert len(seen) >= 6
    assert {answer.status_code for answer in seen.values()} == {200}
    assert leaks(world, seen["get_group"].text)
    assert leaks(world, seen["group_dues"].text)


def test_a_forgotten_check_is_found(world, monkeypatch):
    """The negative control of the walk: without the check of whose group, it leaks."""

    def open_to_all(session, *, actor, group_id):
        return Seen(session.get_one(ChitGroup, group_id), is_manager=True, seat_ids=())

    monkeypatch.setattr(seen_queries, "seen_group", open_to_all)
    monkeypatch.setattr(paged, "seen_group", open_to_all)
    with pytest.raises(AssertionError, match="get_group"):
        test_is_refused_unless_a_list_allows_it(world, "stranger")


def test_no_route_is_left_out_of_the_description():
    api = the_api()
    described = set(api.openapi()["paths"])
    routed = {context.path for context in iter_route_contexts(api.router.routes) if context.path}
    assert routed - described == UNDESCRIBED


@pytest.mark.parametrize(
    "path",
    [
        "/api/payments/create-order",
        "/api/payments/verify",
        "/api/wallet/deposits",
        "/api/wallet/deposit",
        "/api/wallet/withdraw",
        "/api/wallet/withdrawals",
        "/api/webhooks/razorpay",
    ],
)
def test_what_needs_a_payment_provider_does_not_exist(world, path):
    for who in (world.insider, world.manager):
        assert Caller(who).post(path, {}).status_code == 404
        assert Caller(who).get(path).status_code == 404
