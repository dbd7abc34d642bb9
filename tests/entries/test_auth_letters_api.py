"""Accounts that people make for themselves over HTTP, and the links that letters hand out."""

import pytest

from luckychit.core.db import reading
from luckychit.core.errors import SignInNeeded
from luckychit.domain.users import service as users
from luckychit.domain.users.models import User
from tests.helpers import people
from tests.helpers.api import refused
from tests.helpers.http import as_program, ask
from tests.helpers.letters import EMAIL, kinds, received
from tests.helpers.people import PASSWORD

pytestmark = pytest.mark.usefixtures("db")

NEW = "a lamp of tin 7"
SIGN_UP, RESET = "/api/auth/sign-up", "/api/auth/reset-password"
CONFIRM, VERIFY = f"{RESET}/confirm", "/api/auth/verify-email"
RAVI = {"email": EMAIL, "username": "ravi.k", "password": PASSWORD, "full_name": "Ravi Kumar"}


def sign_up(**sent):
    return ask("POST", SIGN_UP, json=RAVI | sent)


class TestSignUp:
    def test_makes_a_member_and_begins_a_session_of_a_program(self):
        answer = sign_up(language="hi")
        said = answer.json()
        assert answer.status_code == 201
        assert (said["user"]["full_name"], said["user"]["role"]) == ("Ravi Kumar", "member")
        assert (said["expires_in_s"], said["must_change_password"]) == (600, False)
        assert answer.headers["cache-control"] == "private, no-store"
        assert "set-cookie" not in answer.headers
        [session] = ask(
            "GET", "/api/auth/sessions", headers=as_program(said["access_token"])
        ).json()["items"]
        assert (session["kind"], session["is_current"]) == ("api", True)
        assert kinds() == ["welcome"]

    def test_gives_a_refresh_token_that_is_good(self):
        held = sign_up().json()
        answer = ask("POST", "/api/auth/refresh", json={"refresh_token": held["refresh_token"]})
        assert answer.status_code == 200

    def test_by_mobile_number_needs_nothing_else(self):
        sent = {"mobile_number": people.a_mobile(), "password": PASSWORD, "full_name": "Ravi"}
        assert ask("POST", SIGN_UP, json=sent).status_code == 201

    def test_of_a_taken_name_is_refused(self):
        sign_up()
        refused(sign_up(email="other@example.com"), 409, "users.login_taken")

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({"password": "short"}, "password"),
            ({"email": "no address"}, "email"),
            ({"email": 7}, "email"),
            ({"username": "1x"}, "username"),
            ({"language": "xx"}, "language"),
            ({"role": "admin"}, "role"),
            ({"kind": "web"}, "kind"),
        ],
    )
    def test_refuses_a_field_of_another_shape(self, sent, field):
        refused(sign_up(**sent), 422, "input.invalid", field)


class TestALostPassword:
    def test_is_replaced_by_the_link_of_a_letter(self):
        held = sign_up().json()
        answer = ask("POST", RESET, json={"email": EMAIL})
        assert (answer.status_code, answer.content) == (202, b"")
        token = received()[-1].token
        sent = {"token": token, "new_password": NEW}
        answer = ask("POST", CONFIRM, json=sent)
        assert (answer.status_code, answer.content) == (204, b"")
        access = users.access_of(held["access_token"])
        assert users.actors_by_session([access.session_id]) == {}
        with pytest.raises(SignInNeeded):
            users.refresh(refresh_token=held["refresh_token"], address=people.HOME)
        assert users.tokens_for(login=EMAIL, password=NEW, address=people.HOME)
        refused(ask("POST", CONFIRM, json=sent), 409, "users.link_not_valid")

    def test_is_answered_the_same_for_nobodys_address(self):
        answer = ask("POST", RESET, json={"email": "nobody@example.com"})
        assert (answer.status_code, answer.content) == (202, b"")
        refused(ask("POST", RESET, json={"email": "x"}), 422, "input.invalid", "email")

    def test_is_not_replaced_by_a_weak_one(self):
        sign_up()
        ask("POST", RESET, json={"email": EMAIL})
        sent = {"token": received()[-1].token, "new_password": "short"}
        refused(ask("POST", CONFIRM, json=sent), 422, "input.invalid", "new_password")


class TestAnAddress:
    def test_is_confirmed_by_the_link_of_a_letter(self):
        user_id = sign_up().json()["user"]["user_id"]
        token = received()[0].token
        answer = ask("POST", VERIFY, json={"token": token})
        assert (answer.status_code, answer.content) == (204, b"")
        with reading() as session:
            assert session.get_one(User, user_id).email_verified_at is not None
        refused(ask("POST", VERIFY, json={"token": token}), 409, "users.link_not_valid")

    @pytest.mark.parametrize("token", ["", "x", "x" * 43, "a\0b"])
    def test_is_not_by_another_one(self, token):
        refused(ask("POST", VERIFY, json={"token": token}), 409, "users.link_not_valid")
