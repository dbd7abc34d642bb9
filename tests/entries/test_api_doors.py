"""What stands before the API: how much may be sent, and which other origins may call."""

import json

import pytest
from starlette.applications import Starlette

from luckychit.api.edges import LARGEST_BODY_BYTES as MOST_BYTES
from luckychit.core.settings import settings
from luckychit.domain.lottery import service
from luckychit.luckychit import app as the_app
from tests.helpers import people
from tests.helpers.api import refused
from tests.helpers.circle import clock_at
from tests.helpers.http import ELSEWHERE, a_program, as_program, ask
from tests.helpers.lottery import MORNING, a_player, balance

FOREIGN = "https://evil.example"
BUY, SIGN_IN, VERIFY = "/api/lottery/purchase-ticket", "/api/auth/sign-in", "/api/draws/verify"
EVERYWHERE = "/api/auth/sign-out-everywhere"
JSON = {"content-type": "application/json"}
pytestmark = pytest.mark.usefixtures("db")


def told(answer) -> dict[str, str]:
    """Return what a browser is told about other origins."""
    return {
        name: value for name, value in answer.headers.items() if name.startswith("access-control-")
    }


def sign_in_of(size):
    """Return a body of a sign-in of so many bytes."""
    empty = json.dumps({"login": "x", "password": ""})
    return json.dumps({"login": "x", "password": "y" * (size - len(empty))}).encode()


async def in_parts(body):
    """Send a body without saying how long it is."""
    for at in range(0, len(body), 1000):
        yield body[at : at + 1000]


class TestBodies:
    def test_of_the_largest_size_are_read(self):
        answer = ask("POST", SIGN_IN, content=sign_in_of(MOST_BYTES), headers=JSON)
        refused(answer, 422, "input.invalid", "password")

    @pytest.mark.parametrize("path", [SIGN_IN, BUY, EVERYWHERE, "/api/nothing/here"])
    def test_that_are_larger_are_refused_unread(self, path):
        body = sign_in_of(MOST_BYTES + 1)
        refused(ask("POST", path, content=body, headers=JSON), 413, "api.too_large")

    def test_that_are_larger_do_nothing(self):
        held = a_program(people.a_member())
        headers = {**JSON, **as_program(held)}
        answer = ask("POST", EVERYWHERE, content=sign_in_of(MOST_BYTES + 1), headers=headers)
        refused(answer, 413, "api.too_large")
        assert ask("GET", "/api/auth/sessions", headers=as_program(held)).status_code == 200

    def test_that_do_not_say_their_size_are_counted(self):
        answer = ask("POST", SIGN_IN, content=in_parts(sign_in_of(MOST_BYTES)), headers=JSON)
        refused(answer, 422, "input.invalid", "password")
        answer = ask("POST", SIGN_IN, content=in_parts(sign_in_of(MOST_BYTES + 1)), headers=JSON)
        refused(answer, 413, "api.too_large")

    @pytest.mark.parametrize("said", ["-1", "x", "٣", "9" * 30])
    def test_that_say_nonsense_about_their_size_are_counted(self, said):
        body = sign_in_of(MOST_BYTES + 1)
        headers = {**JSON, "content-length": said.encode()}
        answer = ask("POST", SIGN_IN, content=in_parts(body), headers=headers)
        refused(answer, 413, "api.too_large")

    def test_that_are_nested_deep_are_malformed_and_no_incident(self):
        answer = ask("POST", SIGN_IN, content=b"[" * 60_000, headers=JSON)
        assert answer.status_code in {400, 422}
        assert answer.json()["incident"] is None

    def test_of_a_proof_may_be_larger(self):
        answer = ask("POST", VERIFY, content=b" " * (MOST_BYTES + 1))
        refused(answer, 422, "input.invalid", "body")
        answer = ask("POST", VERIFY, content=b" " * (1024 * 1024 + 1))
        refused(answer, 413, "api.too_large")


class TestOtherOrigins:
    @pytest.mark.parametrize("origin", [ELSEWHERE, settings().origin])
    def test_that_are_named_may_call(self, origin):
        answer = ask("GET", "/api/auth/sessions", headers={"origin": origin})
        assert told(answer) == {
            "access-control-allow-origin": origin,
            "access-control-allow-credentials": "true",
            "access-control-expose-headers": (
                "Retry-After, RateLimit, RateLimit-Policy, X-Request-Id"
            ),
        }
        assert "Origin" in answer.headers["vary"]

    @pytest.mark.parametrize(
        "origin", [FOREIGN, "null", "", f"{ELSEWHERE}.evil.example", "http://partner.example"]
    )
    def test_that_are_not_are_told_nothing(self, origin):
        for method, path in (("GET", "/api/auth/sessions"), ("POST", SIGN_IN)):
            answer = ask(method, path, headers={"origin": origin})
            assert told(answer) == {}
            assert "Origin" in answer.headers["vary"]

    @pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
    def test_that_are_named_may_ask_first(self, method):
        asked = {
            "origin": ELSEWHERE,
            "access-control-request-method": method,
            "access-control-request-headers": "authorization, content-type, idempotency-key",
        }
        answer = ask("OPTIONS", "/api/user/profile", headers=asked)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == ELSEWHERE
        assert method in answer.headers["access-control-allow-methods"]

    def test_may_not_send_any_header_by_any_method(self):
        asked = {"origin": ELSEWHERE, "access-control-request-method": "TRACE"}
        assert ask("OPTIONS", SIGN_IN, headers=asked).status_code == 400
        asked["access-control-request-method"] = "POST"
        assert ask("OPTIONS", SIGN_IN, headers=asked).status_code == 200
        asked["access-control-request-headers"] = "x-anything"
        assert ask("OPTIONS", SIGN_IN, headers=asked).status_code == 400

    def test_that_are_not_named_ask_in_vain(self):
        asked = {"origin": FOREIGN, "access-control-request-method": "POST"}
        answer = ask("OPTIONS", SIGN_IN, headers=asked)
        assert told(answer) == {}
        # Like anybody without a page: which methods there are, and nothing of origins.
        assert (answer.status_code, answer.headers["allow"]) == (204, "OPTIONS, POST")

    def test_call_with_a_token_and_never_with_the_cookie_alone(self):
        person = people.a_member()
        cookies = {settings().session_cookie: people.a_session(person)}
        headers = {"origin": ELSEWHERE, "sec-fetch-site": "cross-site"}
        answer = ask("POST", EVERYWHERE, headers=headers, cookies=cookies)
        refused(answer, 403, "api.foreign_origin")
        headers |= as_program(a_program(person))
        assert ask("POST", EVERYWHERE, headers=headers).status_code == 204


def test_the_framework_adds_no_answers_of_its_own_to_the_api():
    # Around an app that it is handed as such, it puts a layer that names its rules to all.
    assert not [it for it in the_app.api_transformer if isinstance(it, Starlette)]


class TestBuyingAsAProgram:
    @pytest.fixture(autouse=True)
    def today(self, db):
        with clock_at(MORNING):
            service.advance()
            yield

    def test_needs_no_page_of_ours(self):
        player = a_player(10)
        sent = {"quantity": 2, "key": "k"}
        answer = ask("POST", BUY, json=sent, headers=as_program(a_program(player)))
        assert answer.status_code == 201
        assert balance(player) == 800

    def test_with_the_cookie_still_does(self):
        player = a_player(10)
        cookies = {settings().session_cookie: people.a_session(player)}
        answer = ask("POST", BUY, json={"quantity": 2, "key": "k"}, cookies=cookies)
        refused(answer, 403, "api.foreign_origin")
        assert balance(player) == 1_000
