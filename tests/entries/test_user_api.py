"""The own account over HTTP: shown whole, changed in part, to its owner alone."""

import pytest

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.settings import settings
from luckychit.domain.users.models import User
from tests.helpers import people
from tests.helpers.api import refused
from tests.helpers.http import a_program, as_program, ask
from tests.helpers.lottery import a_player
from tests.helpers.people import BORN_ON, PASSWORD, a_member, mobile_of

pytestmark = pytest.mark.usefixtures("db")

PROFILE = "/api/user/profile"
SHOWN = {
    "user_id",
    "role",
    "full_name",
    "email",
    "email_is_verified",
    "mobile_number",
    "username",
    "public_name",
    "birth_date",
    "language",
    "theme",
    "created_at",
    "wallets",
}


@pytest.fixture
def player(db):
    return a_player(10)


@pytest.fixture
def change(player):
    """Change the player's own account as a program of the player's."""
    held = a_program(player)

    def changed(**sent):
        return ask("PATCH", PROFILE, json=sent, headers=as_program(held))

    return changed


def shown(person):
    return ask("GET", PROFILE, headers=as_program(a_program(person)))


class TestShowing:
    def test_says_all_of_the_own_account_and_no_secret(self, player):
        answer = shown(player)
        said = answer.json()
        assert (answer.status_code, set(said)) == (200, SHOWN)
        assert (said["user_id"], said["role"]) == (str(player.user_id), "member")
        assert (said["full_name"], said["mobile_number"]) == (player.full_name, mobile_of(player))
        assert said["birth_date"] == BORN_ON.isoformat()
        unknown = ("email", "username", "public_name")
        assert [said[name] for name in unknown] == [None] * 3
        assert (said["language"], said["theme"]) == ("en", "system")
        assert said["email_is_verified"] is False
        [wallet] = [it for it in said["wallets"] if it["currency"] == settings().games_currency]
        assert wallet["balance"] == {"amount_minor": 1000, "currency": "USD", "text": "$10.00"}
        assert wallet["pending_withdrawal"]["amount_minor"] == 0
        assert wallet["is_for_play"] is True

    def test_is_kept_by_no_browser(self, player):
        assert shown(player).headers["cache-control"] == "private, no-store"

    def test_is_for_who_is_signed_in_by_token_or_cookie(self, player):
        refused(ask("GET", PROFILE), 401, "users.sign_in_needed")
        cookies = {settings().session_cookie: people.a_session(player)}
        assert ask("GET", PROFILE, cookies=cookies).json()["user_id"] == str(player.user_id)

    @pytest.mark.parametrize("make", [people.an_admin, people.a_manager])
    def test_is_for_every_role(self, make):
        person = make()
        assert shown(person).json()["role"] == person.role


class TestChanging:
    def test_changes_what_is_sent_and_nothing_else(self, player, change):
        before = shown(player).json()
        answer = change(
            full_name="Ravi  Kumar", public_name="Ravi from Pune", language="hi", theme="dark"
        )
        assert answer.status_code == 200
        assert answer.json() == before | {
            "full_name": "Ravi Kumar",
            "public_name": "Ravi from Pune",
            "language": "hi",
            "theme": "dark",
        }
        assert change(public_name=None).json()["public_name"] is None
        assert change().json()["full_name"] == "Ravi Kumar"

    def test_of_a_login_needs_the_password(self, player, change):
        refused(change(username="ravi.k"), 422, "input.invalid", "current_password")
        answer = change(username="ravi.k", current_password="not this one")
        refused(answer, 409, "users.wrong_current_password")
        answer = change(username="Ravi.K", email="Ravi@Example.com", current_password=PASSWORD)
        said = answer.json()
        assert (said["username"], said["email"]) == ("ravi.k", "ravi@example.com")
        # The same again is no change, and needs none.
        assert change(username="ravi.k").status_code == 200

    def test_of_an_address_ends_its_confirmation(self, player, change):
        change(email="ravi@example.com", current_password=PASSWORD)
        with transaction() as session:
            session.get_one(User, player.user_id).email_verified_at = clock.now()
        assert shown(player).json()["email_is_verified"] is True
        said = change(email="ravi@example.org", current_password=PASSWORD).json()
        assert (said["email"], said["email_is_verified"]) == ("ravi@example.org", False)

    def test_to_somebody_elses_login_is_refused(self, change):
        taken = mobile_of(a_member())
        answer = change(mobile_number=taken, full_name="X", current_password=PASSWORD)
        refused(answer, 409, "users.login_taken")
        assert change().json()["full_name"] != "X"

    def test_leaves_a_login(self, change):
        answer = change(mobile_number=None, current_password=PASSWORD)
        assert answer.status_code in {409, 422}
        assert change().json()["mobile_number"]

    def test_takes_a_birth_date_once(self):
        headers = as_program(a_program(a_member(birth_date=None)))

        def change(**sent):
            return ask("PATCH", PROFILE, json=sent, headers=headers)

        assert change().json()["birth_date"] is None
        assert change(birth_date="1990-12-31").json()["birth_date"] == "1990-12-31"
        assert change(birth_date="1990-12-31").status_code == 200
        refused(change(birth_date="1991-12-31"), 409, "users.birth_date_fixed")
        assert change().json()["birth_date"] == "1990-12-31"
        # The games ask for the same date, and are open now.
        assert ask("GET", "/api/safety", headers=headers).json()["age"] == "adult"

    @pytest.mark.parametrize(
        ("name", "sent"),
        [
            ("full_name", None),
            ("full_name", ""),
            ("full_name", 7),
            ("full_name", "x" * 101),
            ("email", "no address"),
            ("mobile_number", "12"),
            ("username", "1x"),
            ("public_name", "x" * 31),
            ("public_name", "a\0b"),
            ("birth_date", "31.12.1990"),
            ("birth_date", "1990-13-01"),
            ("birth_date", "2990-12-31"),
            ("birth_date", "19901231"),
            ("birth_date", 0),
            ("birth_date", None),
            ("language", "xx"),
            ("theme", None),
            ("role", "admin"),
            ("user_id", "x"),
            ("UNSET", "x"),
            ("actor", "x"),
        ],
    )
    def test_refuses_a_field_of_another_shape(self, change, name, sent):
        refused(change(**{name: sent}), 422, "input.invalid", name)

    def test_with_the_cookie_must_come_from_our_page(self, player):
        cookies = {settings().session_cookie: people.a_session(player)}
        answer = ask("PATCH", PROFILE, json={"theme": "dark"}, cookies=cookies)
        refused(answer, 403, "api.foreign_origin")
        own = {"sec-fetch-site": "same-origin"}
        answer = ask("PATCH", PROFILE, json={"theme": "dark"}, cookies=cookies, headers=own)
        assert answer.json()["theme"] == "dark"

    def test_is_for_who_is_signed_in(self):
        answer = ask("PATCH", PROFILE, json={}, headers={"sec-fetch-site": "same-origin"})
        refused(answer, 401, "users.sign_in_needed")
