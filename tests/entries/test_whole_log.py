"""Goal: whatever people and robots do, the log of the running app has no secret in it.

Method: start the app at its most talkative, go through signing in, changing a password,
making people, reading and buying, with every secret in every place it can be sent; then
look for each of them in everything the app has written.
"""

import json
import re
import time
import urllib.parse
from collections.abc import Iterator
from http.client import HTTPConnection
from http.cookies import SimpleCookie

import pytest

from luckychit.ui.pages.admin.state import AdminState
from luckychit.ui.pages.change_password.state import ChangePasswordState
from tests.conftest import SCRATCH, WORKER
from tests.helpers.events import full_name
from tests.helpers.server import AppServer, served
from tests.helpers.wire import HYDRATE, Wire

NEW_PASSWORD = "a quiet river in may"
WRONG_PASSWORD = "not-the-right-one-77"
BEARER = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhYmNkZWZnaCJ9.Zm9yZ2VkLXNpZ25hdHVyZQ"
OPAQUE = "q1W2e3R4t5Y6u7I8o9P0a-S_d3F4g5H6j7K8l9Z0x1C"
RESET = "Reset-me_4f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3"
MOBILE = "9876512345"
EMAIL = "meera.nair@example.com"
ODD_COOKIE = "odd-cookie-5e1b0c9d"
TOTP = "482915"
RECOVERY = "RCVR-7F3K-99QX"


@pytest.fixture(scope="module")
def app() -> Iterator[AppServer]:
    with served(SCRATCH / WORKER / "whole-log", LOG_LEVEL="debug") as running:
        yield running


def get(app: AppServer, path: str) -> None:
    connection = HTTPConnection("localhost", app.port, timeout=30)
    connection.request("GET", path)
    connection.getresponse().read()
    connection.close()


def post(app: AppServer, path: str, body: str, **headers: str):
    """Send a form or JSON as a browser does; return its answer, redirects not followed."""
    connection = HTTPConnection("localhost", app.port, timeout=30)
    kind = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
    sent = {"content-type": kind, "origin": app.url} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    connection.request("POST", path, body, sent)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def sign_in(app: AppServer, password: str) -> str | None:
    answer = post(
        app, "/auth/sign-in", urllib.parse.urlencode({"login": "asha", "password": password})
    )
    cookies = SimpleCookie()
    for header in answer.headers.get_all("set-cookie") or []:
        cookies.load(header)
    found = cookies.get("lc_session")
    return found.value if found else None


def change_password(app: AppServer, cookie: str, current: str) -> None:
    form = {"current_password": current, "new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    with Wire(app.url, cookie=f"lc_session={cookie}") as wire:
        wire.event(full_name(ChangePasswordState, "change"), payload={"form": form})
        wire.wait_for('"verb":"go"')


def make_manager(app: AppServer, cookie: str) -> str:
    """Make an organiser on the admin's page; return the one-time password it shows."""
    form = {"full_name": "Meera Nair", "mobile_number": MOBILE, "email": EMAIL}
    with Wire(app.url, cookie=f"lc_session={cookie}") as wire:
        wire.event(full_name(AdminState, "create"), payload={"form": form})
        wire.wait_for("Meera Nair")
        wire.hear(1)
        shown = " ".join(wire.heard)
    return re.search(r'"([2-9A-Z]{4}(?:-[2-9A-Z]{4}){2,})"', shown).group(1)


def knock_everywhere(app: AppServer, cookie: str) -> None:
    """Send every secret to places that refuse it, or know nothing of it."""
    secrets = {
        "authorization": f"Bearer {BEARER}",
        "cookie": f"lc_session={OPAQUE}; odd={ODD_COOKIE}",
    }
    body = json.dumps(
        {
            "refresh_token": OPAQUE,
            "password": WRONG_PASSWORD,
            "mobile_number": f"+91{MOBILE}",
            "email": EMAIL,
            "code": TOTP,
            "recovery_code": RECOVERY,
        }
    )
    for path in (
        "/api/lottery/purchase-ticket",
        "/api/auth/refresh",
        f"/api/nothing?token={RESET}&code={TOTP}",
        "/api/draws/verify",
        "/auth/sign-out",
    ):
        post(app, path, body, **secrets)
    for path in (f"/reset-password?token={RESET}", f"/verify-email?token={RESET}", "/app"):
        get(app, path)
    odd = {"payload": {"refresh_token": OPAQUE, "password": WRONG_PASSWORD, "code": TOTP}}
    with Wire(app.url, cookie=f"lc_session={cookie}; odd={ODD_COOKIE}") as wire:
        wire.event("no.such.handler", **odd)
        wire.event(HYDRATE, **odd)
        wire.send('42/_event,["event"]')
        wire.send(f'42/_event,["event","{OPAQUE}"]')
        path = f"/reset-password?token={RESET}"
        wire.event(HYDRATE, router_data={"pathname": "/", "asPath": path, "query": {"t": RESET}})
        form = {"current_password": WRONG_PASSWORD, "new_password": "x", "repeated": "y"}
        wire.event(full_name(ChangePasswordState, "change"), payload={"form": form})
        wire.hear(1)


@pytest.fixture(scope="module")
def told(app) -> tuple[str, dict[str, str]]:
    """Go through it all; return the whole log and every secret that was used, by its name."""
    said = app.command("create-admin", "--name", "Asha Rao", "--username", "asha")
    first = re.search(r"one-time password (\S+)", said).group(1)
    assert sign_in(app, WRONG_PASSWORD) is None
    first_cookie = sign_in(app, first)
    change_password(app, first_cookie, first)
    cookie = sign_in(app, NEW_PASSWORD)
    one_time = make_manager(app, cookie)
    knock_everywhere(app, cookie)
    time.sleep(0.5)
    used = {
        "one-time password": first,
        "one-time password of a manager": one_time,
        "password": NEW_PASSWORD,
        "wrong password": WRONG_PASSWORD,
        "session": first_cookie,
        "next session": cookie,
        "bearer": BEARER,
        "opaque token": OPAQUE,
        "reset token": RESET,
        "mobile number": MOBILE,
        "e-mail address": EMAIL,
        "odd cookie": ODD_COOKIE,
        "code": TOTP,
        "recovery code": RECOVERY,
    }
    return app.log.read_text(), used


class TestTheWholeLog:
    @pytest.mark.parametrize(
        "name",
        [
            "one-time password",
            "one-time password of a manager",
            "password",
            "wrong password",
            "session",
            "next session",
            "bearer",
            "opaque token",
            "reset token",
            "mobile number",
            "e-mail address",
            "odd cookie",
            "code",
            "recovery code",
        ],
    )
    def test_has_no_secret(self, told, name):
        log, used = told
        assert used[name]
        assert used[name] not in log
        assert urllib.parse.quote(used[name]) not in log
        assert urllib.parse.quote_plus(used[name]) not in log

    def test_has_what_was_done(self, told):
        # The control: the log was read, and it speaks of these very requests.
        log, _ = told
        lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
        events = {line["event"] for line in lines}
        assert {"signed_in", "sign_in_failed", "request", "api_refused", "odd_event"} <= events
        routes = {line.get("route") for line in lines}
        assert {"/auth/sign-in", "/api/lottery/purchase-ticket", "/api/{rest:path}"} <= routes

    def test_is_searched_as_it_was_written(self, told):
        # The control: were a secret in it, the search above would find it.
        log, used = told
        leaking = log + "\n" + json.dumps({"event": "x", "said": used["session"]})
        assert used["session"] in leaking

    def test_says_of_each_line_for_which_request_and_whom(self, told):
        log, _ = told
        lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
        refused = [it for it in lines if it["event"] == "api_refused"]
        assert refused
        assert all(re.fullmatch(r"[0-9a-f]{16}", it["request_id"]) for it in refused)
        of_events = [it for it in lines if it["event"] == "refused" and it.get("user_id")]
        assert all(it["request_id"] for it in of_events)

    def test_has_no_incident(self, told):
        log, _ = told
        assert '"incident"' not in log
        assert "Traceback" not in log
