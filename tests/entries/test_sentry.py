"""Sentry hears of incidents when it is named, and never what a person sent."""

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
import sentry_sdk

from luckychit.api import app as api
from luckychit.api.headers import Headers
from luckychit.api.requests import Requests
from luckychit.core import context, errors, incidents, sentry
from luckychit.core.context import Context
from luckychit.core.settings import Settings, settings

PASSWORD = "correct horse battery"
TOKEN = "k3Jx9vQ2mN8pR5tY7uI1oA4sD6fG0hZ2xC3vB5nM8qW"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.c2lnbmF0dXJlLW9mLWl0"
SECRETS = (PASSWORD, TOKEN, JWT, "9876543210", "meera@example.com", "dsn-of-ours")


class Sink(HTTPServer):
    """Takes what would go to Sentry."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Taking)
        self.bodies: list[str] = []

    @property
    def dsn(self):
        return f"http://dsnkey@127.0.0.1:{self.server_port}/1"


class Taking(BaseHTTPRequestHandler):
    server: Sink

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.bodies.append(body.decode())
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args):
        pass


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            sentry_sdk.get_client().close()
            sentry_sdk.Scope.get_global_scope().set_client(None)
            server.shutdown()
            thread.join()


def heard(sink: Sink) -> list[dict]:
    sentry_sdk.flush(5)
    lines = [line for body in sink.bodies for line in body.splitlines()]
    return [it for it in map(json.loads, lines) if "exception" in it]


def broken(secret: str) -> Exception:
    """An exception that a careless line of ours could raise, with all it must not tell."""

    def careless(password: str) -> None:
        raise ValueError(f"password={password} token {TOKEN} {JWT} 9876543210 meera@example.com")

    with pytest.raises(ValueError, match="password") as caught:
        careless(secret)
    return caught.value


class TestAnIncident:
    def test_is_told_with_its_number_and_its_request(self, sink):
        sentry.start(Settings(sentry_dsn=sink.dsn))
        with context.at_work(Context("request-17", "192.0.2.1")):
            number = incidents.report(errors.InvariantBroken(seat=4))
        (event,) = heard(sink)
        assert event["tags"] == {"incident": number, "request_id": "request-17"}
        assert event["exception"]["values"][0]["type"] == "InvariantBroken"

    def test_says_nothing_that_a_person_sent(self, sink):
        sentry.start(Settings(sentry_dsn=sink.dsn))
        incidents.report(broken(PASSWORD))
        (event,) = heard(sink)
        frames = event["exception"]["values"][0]["stacktrace"]["frames"]
        assert [frame["function"] for frame in frames] == ["broken", "careless"]
        for secret in SECRETS:
            assert not any(secret in body for body in sink.bodies), secret

    def test_without_the_scrubbing_would_say_it(self, sink, monkeypatch):
        # The control: what is looked for above would be seen here.
        monkeypatch.setattr(sentry, "_scrubbed", lambda event, _hint: event)
        sentry.start(Settings(sentry_dsn=sink.dsn))
        incidents.report(broken(PASSWORD))
        assert heard(sink)
        assert all(any(it in body for body in sink.bodies) for it in SECRETS[:-1])

    def test_of_nobody_named_is_told_to_nobody(self, sink):
        sentry.start(Settings(sentry_dsn=None))
        incidents.report(broken(PASSWORD))
        assert sink.bodies == []

    @pytest.mark.usefixtures("db")
    async def test_of_a_request_carries_neither_body_nor_cookie(self, sink):
        sentry.start(Settings(sentry_dsn=sink.dsn))
        app = api.make()

        async def breaks() -> None:
            raise RuntimeError("a bug")

        app.add_api_route("/breaks", breaks, methods=["POST"])
        app.router.routes.insert(0, app.router.routes.pop())
        transport = httpx.ASGITransport(Requests(Headers(app)), raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport,
            base_url=settings().origin,
            cookies={settings().session_cookie: TOKEN},
        ) as client:
            answer = await client.post(
                "/breaks",
                json={"password": PASSWORD},
                headers={"authorization": f"Bearer {JWT}", "x-request-id": "asked-for-this"},
            )
        (event,) = heard(sink)
        assert answer.status_code == 500
        assert answer.headers["x-request-id"] == "asked-for-this"
        assert event["tags"]["incident"] == answer.json()["incident"]
        assert event["tags"]["request_id"] == "asked-for-this"
        for secret in SECRETS:
            assert not any(secret in body for body in sink.bodies), secret
