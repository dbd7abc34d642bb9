"""Signing in over HTTP with a second factor: the password begins no session yet."""

import pytest
import structlog

from luckychit.domain.users.errors import ChallengeEnded
from tests.helpers import factors
from tests.helpers.api import refused
from tests.helpers.http import as_program, ask
from tests.helpers.people import PASSWORD, a_manager, mobile_of

pytestmark = pytest.mark.usefixtures("db")

SIGN_IN, SECOND = "/api/auth/sign-in", "/api/auth/second-factor"


@pytest.fixture
def manager(db):
    return a_manager()


def begin(person):
    return ask("POST", SIGN_IN, json={"login": mobile_of(person), "password": PASSWORD})


def confirm(challenge, code):
    return ask("POST", SECOND, json={"challenge": challenge, "code": code})


def test_the_password_alone_is_answered_with_a_challenge_and_no_token(manager):
    factors.with_factor(manager)
    answer = begin(manager)
    refused(answer, 401, "users.second_factor_needed")
    assert answer.json()["challenge"]
    assert "access_token" not in answer.json()
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["cache-control"] == "no-store"


def test_a_wrong_password_is_answered_with_none(manager):
    factors.with_factor(manager)
    answer = ask("POST", SIGN_IN, json={"login": mobile_of(manager), "password": "not this"})
    refused(answer, 401, "users.wrong_credentials")
    assert "challenge" not in answer.json()


def test_the_code_begins_the_session_of_a_program(manager):
    secret, _ = factors.with_factor(manager)
    answer = confirm(begin(manager).json()["challenge"], factors.code_now(secret))
    said = answer.json()
    assert answer.status_code == 200
    assert said["user"]["user_id"] == str(manager.user_id)
    listed = ask("GET", "/api/auth/sessions", headers=as_program(said["access_token"]))
    [here] = [item for item in listed.json()["items"] if item["is_current"]]
    assert here["kind"] == "api"
    sent = {"refresh_token": said["refresh_token"]}
    assert ask("POST", "/api/auth/refresh", json=sent).status_code == 200


def test_a_recovery_code_stands_in_for_the_app(manager):
    _, codes = factors.with_factor(manager)
    assert confirm(begin(manager).json()["challenge"], codes[0]).status_code == 200


def test_a_challenge_is_good_once_and_a_wrong_code_begins_nothing(manager):
    secret, _ = factors.with_factor(manager)
    challenge = begin(manager).json()["challenge"]
    refused(confirm(challenge, "000000"), 409, "users.wrong_code")
    assert confirm(challenge, factors.code_now(secret)).status_code == 200
    refused(confirm(challenge, factors.code_now(secret, ahead=1)), 401, ChallengeEnded.code)
    refused(confirm("x" * 43, "000000"), 401, ChallengeEnded.code)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"challenge": "x"}, "code"),
        ({"challenge": 5, "code": "000000"}, "challenge"),
        ({"challenge": "x", "code": 0}, "code"),
        ({"challenge": "x", "code": "0" * 41}, "code"),
    ],
)
def test_a_field_of_another_shape_is_refused(sent, field):
    refused(ask("POST", SECOND, json=sent), 422, "input.invalid", field)


def test_no_log_holds_the_challenge(manager):
    factors.with_factor(manager)
    with structlog.testing.capture_logs() as logs:
        challenge = begin(manager).json()["challenge"]
    assert challenge not in repr(logs)
