"""Signing in and out over HTTP, for programs: every route, every refusal, both kinds of caller."""

from functools import partial

import pytest

from luckychit.api import app
from luckychit.core import clock
from luckychit.core.ids import new_id
from luckychit.core.settings import settings
from luckychit.domain.users import service as users
from tests.helpers import people
from tests.helpers.api import refused
from tests.helpers.http import a_program, as_program, ask
from tests.helpers.people import PASSWORD, a_manager, a_member, mobile_of, with_password

pytestmark = pytest.mark.usefixtures("db")

NEW = "a lamp of tin 7"
OWN_PAGE = {"sec-fetch-site": "same-origin"}
SIGN_IN, REFRESH, SIGN_OUT = (f"/api/auth/{it}" for it in ("sign-in", "refresh", "sign-out"))
EVERYWHERE, CHANGE = "/api/auth/sign-out-everywhere", "/api/auth/change-password"
SESSIONS = "/api/auth/sessions"
CHANGED = {"current_password": PASSWORD, "new_password": NEW}


@pytest.fixture
def member(db):
    return with_password(a_member(a_manager()))


@pytest.fixture
def wait(monkeypatch):
    """Let time pass."""
    monkeypatch.setenv(clock.OFFSET_VARIABLE, "0")
    return partial(people.pass_time, monkeypatch)


def sign_in(person, password=PASSWORD, **headers):
    sent = {"login": mobile_of(person), "password": password}
    return ask("POST", SIGN_IN, json=sent, headers=headers)


def as_browser(token):
    return {settings().session_cookie: token}


def a_newcomer():
    """Return a member's number and one-time password."""
    made = users.create_member(actor=a_manager(), full_name="R", mobile_number="9876543210")
    return made.login, made.one_time_password


class TestSignIn:
    def test_gives_two_tokens_and_says_who_it_is(self, member):
        answer = sign_in(member)
        said = answer.json()
        assert answer.status_code == 200
        assert said["user"] == {
            "user_id": str(member.user_id),
            "full_name": member.full_name,
            "role": "member",
        }
        assert (said["expires_in_s"], said["must_change_password"]) == (600, False)
        assert ask("GET", SESSIONS, headers=as_program(said["access_token"])).status_code == 200
        assert "set-cookie" not in answer.headers

    def test_is_kept_by_no_browser(self, member):
        assert sign_in(member).headers["cache-control"] == "private, no-store"
        assert sign_in(member, "wrong one").headers["cache-control"] == "no-store"

    def test_notes_the_program(self, member):
        token = sign_in(member, **{"user-agent": "Tests/2.0"}).json()["access_token"]
        [here] = [
            item
            for item in ask("GET", SESSIONS, headers=as_program(token)).json()["items"]
            if item["is_current"]
        ]
        assert (here["kind"], here["user_agent"]) == ("api", "Tests/2.0")

    def test_is_refused_in_the_one_shape(self, member):
        refused(sign_in(member, "not this one"), 401, "users.wrong_credentials")
        users.deactivate(actor=people.an_admin(), user_id=member.user_id)
        refused(sign_in(member), 403, "users.deactivated")

    def test_makes_guessing_wait(self, member):
        for _ in range(5):
            refused(sign_in(member, "guess"), 401, "users.wrong_credentials")
        answer = sign_in(member)
        refused(answer, 429, "core.too_many_tries")
        assert 0 < int(answer.headers["retry-after"]) <= 30

    def test_with_an_old_one_time_password_is_refused(self, wait):
        login, password = a_newcomer()
        wait(days=7)
        answer = ask("POST", SIGN_IN, json={"login": login, "password": password})
        refused(answer, 409, "users.one_time_password_expired")

    @pytest.mark.parametrize(
        ("sent", "fields"),
        [
            ({"login": "x"}, ["password"]),
            ({"login": 5, "password": "x"}, ["login"]),
            ({"login": "x", "password": "x", "role": "admin"}, ["role"]),
            ({"login": "x" * 255, "password": "y"}, ["login"]),
            ({"login": "x", "password": "y" * 257}, ["password"]),
            ({"login": "x", "password": "a\0b"}, ["password"]),
            ({"login": "", "password": "y"}, ["login"]),
            ([], ["body"]),
        ],
    )
    def test_refuses_a_field_of_another_shape(self, sent, fields):
        refused(ask("POST", SIGN_IN, json=sent), 422, "input.invalid", *fields)

    def test_never_says_back_what_was_typed(self, member):
        answer = ask("POST", SIGN_IN, json={"login": 5, "password": "a secret of mine"})
        assert "a secret of mine" not in answer.text


class TestRefresh:
    def test_rotates(self, member):
        held = sign_in(member).json()
        answer = ask("POST", REFRESH, json={"refresh_token": held["refresh_token"]})
        fresh = answer.json()
        assert answer.status_code == 200
        assert set(fresh) == {"access_token", "refresh_token", "expires_in_s"}
        assert fresh["refresh_token"] != held["refresh_token"]
        assert answer.headers["cache-control"] == "private, no-store"

    def test_of_a_lost_answer_gives_the_same(self, member):
        held = sign_in(member).json()
        first, again = (
            ask("POST", REFRESH, json={"refresh_token": held["refresh_token"]}).json()
            for _ in range(2)
        )
        assert first["refresh_token"] == again["refresh_token"]

    def test_of_a_copy_ends_the_session(self, member, wait):
        held = sign_in(member).json()
        fresh = ask("POST", REFRESH, json={"refresh_token": held["refresh_token"]}).json()
        wait(seconds=10)
        answer = ask("POST", REFRESH, json={"refresh_token": held["refresh_token"]})
        refused(answer, 401, "users.refresh_token_reused")
        answer = ask("GET", SESSIONS, headers=as_program(fresh["access_token"]))
        refused(answer, 401, "users.sign_in_needed")

    def test_of_an_unknown_token_is_refused(self):
        refused(ask("POST", REFRESH, json={"refresh_token": "x"}), 401, "users.sign_in_needed")
        refused(ask("POST", REFRESH, json={}), 422, "input.invalid", "refresh_token")


class TestSignOut:
    def test_ends_the_session(self, member):
        held = sign_in(member).json()
        for _ in range(2):
            answer = ask("POST", SIGN_OUT, json={"refresh_token": held["refresh_token"]})
            assert (answer.status_code, answer.content) == (204, b"")
        answer = ask("GET", SESSIONS, headers=as_program(held["access_token"]))
        refused(answer, 401, "users.sign_in_needed")

    def test_of_nobody_is_no_mistake(self):
        assert ask("POST", SIGN_OUT, json={"refresh_token": "x"}).status_code == 204

    def test_everywhere_ends_all(self, member):
        held, cookie = a_program(member), people.a_session(member)
        answer = ask("POST", EVERYWHERE, headers=as_program(held))
        assert (answer.status_code, answer.content) == (204, b"")
        refused(ask("GET", SESSIONS, headers=as_program(held)), 401, "users.sign_in_needed")
        answer = ask("GET", SESSIONS, cookies=as_browser(cookie))
        refused(answer, 401, "users.sign_in_needed")

    def test_everywhere_else_keeps_the_caller(self, member):
        held, other = a_program(member), a_program(member)
        answer = ask("POST", EVERYWHERE, headers=as_program(held), json={"keep_current": True})
        assert answer.status_code == 204
        assert ask("GET", SESSIONS, headers=as_program(held)).status_code == 200
        refused(ask("GET", SESSIONS, headers=as_program(other)), 401, "users.sign_in_needed")

    def test_everywhere_needs_somebody(self):
        refused(ask("POST", EVERYWHERE, headers=OWN_PAGE), 401, "users.sign_in_needed")


class TestWhoCalls:
    def test_names_the_way_in_when_nobody_is_signed_in(self):
        answer = ask("GET", SESSIONS)
        refused(answer, 401, "users.sign_in_needed")
        assert answer.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", "Basic eDp5", "Token abc", "abc"])
    def test_is_refused_by_a_header_of_another_kind(self, member, sent):
        cookie = as_browser(people.a_session(member))
        answer = ask("GET", SESSIONS, headers={"authorization": sent}, cookies=cookie)
        refused(answer, 401, "api.bad_authorization")
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'

    @pytest.mark.parametrize("sent", ["Bearer x", "Bearer a.b.c", "Bearer " + "x" * 5000])
    def test_is_nobody_by_another_token_whatever_the_cookie_says(self, member, sent):
        cookie = as_browser(people.a_session(member))
        answer = ask("GET", SESSIONS, headers={"authorization": sent}, cookies=cookie)
        refused(answer, 401, "users.sign_in_needed")

    def test_may_write_bearer_in_any_case(self, member):
        held = a_program(member)
        answer = ask("GET", SESSIONS, headers={"authorization": f"bEARER  {held.access_token}"})
        assert answer.status_code == 200

    def test_is_nobody_once_the_token_has_expired(self, member, wait):
        held = a_program(member)
        wait(minutes=9)
        assert ask("GET", SESSIONS, headers=as_program(held)).status_code == 200
        wait(minutes=1)
        answer = ask("GET", SESSIONS, headers=as_program(held))
        refused(answer, 401, "users.sign_in_needed")
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'

    def test_is_not_named_by_a_token_of_another_persons_session(self, member, monkeypatch):
        held, other = a_program(member), a_program(a_member())
        monkeypatch.setattr(users, "actors_by_session", lambda ids: dict.fromkeys(ids, other.actor))
        refused(ask("GET", SESSIONS, headers=as_program(held)), 401, "users.sign_in_needed")

    @pytest.mark.parametrize("path", [EVERYWHERE, CHANGE])
    def test_with_a_cookie_must_come_from_our_page(self, member, path):
        cookies = as_browser(people.a_session(member))
        for headers in ({}, {"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
            answer = ask("POST", path, json=CHANGED, cookies=cookies, headers=headers)
            refused(answer, 403, "api.foreign_origin")
        sent = CHANGED if path == CHANGE else {}
        assert ask("POST", path, json=sent, cookies=cookies, headers=OWN_PAGE).status_code == 204

    def test_with_a_token_may_come_from_anywhere(self, member):
        headers = {**as_program(a_program(member)), "sec-fetch-site": "cross-site"}
        assert ask("POST", EVERYWHERE, headers=headers).status_code == 204


class TestChangePassword:
    def test_kills_the_access_tokens_of_other_sessions_at_once(self, member):
        here, there = a_program(member), a_program(member)
        answer = ask("POST", CHANGE, json=CHANGED, headers=as_program(here))
        assert (answer.status_code, answer.content) == (204, b"")
        refused(ask("GET", SESSIONS, headers=as_program(there)), 401, "users.sign_in_needed")
        assert ask("GET", SESSIONS, headers=as_program(here)).status_code == 200
        assert sign_in(member, NEW).status_code == 200

    def test_is_the_one_thing_a_one_time_password_is_good_for(self):
        login, password = a_newcomer()
        held = ask("POST", SIGN_IN, json={"login": login, "password": password}).json()
        assert held["must_change_password"] is True
        headers = as_program(held["access_token"])
        refused(ask("GET", SESSIONS, headers=headers), 403, "users.password_must_change")
        answer = ask(
            "POST",
            CHANGE,
            json={"current_password": password, "new_password": NEW},
            headers=headers,
        )
        assert answer.status_code == 204
        assert ask("GET", SESSIONS, headers=headers).status_code == 200

    def test_is_refused_in_the_one_shape(self, member):
        headers = as_program(a_program(member))
        wrong = {**CHANGED, "current_password": "not this one"}
        answer = ask("POST", CHANGE, json=wrong, headers=headers)
        refused(answer, 409, "users.wrong_current_password")
        short = {**CHANGED, "new_password": "short"}
        answer = ask("POST", CHANGE, json=short, headers=headers)
        refused(answer, 422, "input.invalid", "new_password")
        refused(ask("POST", CHANGE, json=CHANGED, headers=OWN_PAGE), 401, "users.sign_in_needed")


class TestSessions:
    def test_are_listed_to_their_owner(self, member):
        held = a_program(member)
        a_program(a_member())
        said = ask("GET", SESSIONS, headers=as_program(held)).json()
        assert said["next"] is None
        assert [(item["kind"], item["is_current"]) for item in said["items"]] == [
            ("api", True),
            ("web", False),
        ]
        assert said["items"][0]["session_id"] == str(held.actor.session_id)
        assert said["items"][0]["began_at"].endswith("Z")

    def test_are_ended_by_their_owner(self, member):
        held, lost = a_program(member), a_program(member)
        path = f"{SESSIONS}/{lost.actor.session_id}"
        for _ in range(2):
            answer = ask("DELETE", path, headers=as_program(held))
            assert (answer.status_code, answer.content) == (204, b"")
        refused(ask("GET", SESSIONS, headers=as_program(lost)), 401, "users.sign_in_needed")

    def test_of_others_are_unknown(self, member):
        held, other = a_program(member), a_program(a_member())
        for wanted in (other.actor.session_id, new_id()):
            answer = ask("DELETE", f"{SESSIONS}/{wanted}", headers=as_program(held))
            refused(answer, 404, "core.not_found")
        answer = ask("DELETE", f"{SESSIONS}/x", headers=as_program(held))
        refused(answer, 422, "input.invalid", "session_id")

    def test_are_not_ended_by_a_page_of_another_site(self, member):
        cookies = as_browser(people.a_session(member))
        path = f"{SESSIONS}/{member.session_id}"
        refused(ask("DELETE", path, cookies=cookies), 403, "api.foreign_origin")
        assert ask("DELETE", path, cookies=cookies, headers=OWN_PAGE).status_code == 204


def test_every_route_says_who_may_call_and_what_it_refuses():
    described = app.make().openapi()["paths"]
    routes = {
        (path, method): said
        for path, methods in described.items()
        for method, said in methods.items()
        if path.startswith(("/api/auth/", "/api/user/"))
    }
    assert len(routes) >= 7
    for (path, method), said in routes.items():
        assert "security" in said, path
        assert {"429", "503"} <= set(said["responses"]), path
        is_open = said["security"] == []
        assert is_open or {"401", "403"} <= set(said["responses"]), path
        assert method == "get" or "413" in said["responses"], path
