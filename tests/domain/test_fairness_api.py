"""Draws over HTTP: the public promise, for everybody."""

import asyncio
import json
from datetime import timedelta

import httpx
import pytest

from luckychit.api import app
from luckychit.domain.fairness import queries
from tests.helpers.bundles import ROUND, SIGNATURE, TV2, VECTORS, a_bundle, verdicts
from tests.helpers.draws import (
    LOCKS_AT,
    a_commitment,
    a_draw_of_2023,
    locked,
    settled,
    voided,
    waiting_for_drand,
)

DRAW_ID = "DDL-20230915"
pytestmark = pytest.mark.usefixtures("db")


class Api:
    """Asks the app in this process, without a socket."""

    def __init__(self):
        self.transport = httpx.ASGITransport(app.make())

    def ask(self, method, path, **parts):
        async def asked():
            async with httpx.AsyncClient(
                transport=self.transport, base_url="http://localhost"
            ) as client:
                return await client.request(method, path, **parts)

        return asyncio.run(asked())

    def get(self, path, **parts):
        return self.ask("GET", path, **parts)

    def post(self, path, **parts):
        return self.ask("POST", path, **parts)


@pytest.fixture
def api():
    return Api()


def refused(answer, status, code):
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()) >= {"code", "message", "incident"}


class TestDraws:
    def test_a_finished_draw_shows_all_that_is_public(self, api):
        a_commitment("D-1")
        locked(5, "D-1")
        winner = settled("D-1")[0]
        answer = api.get("/api/draws/D-1")
        assert answer.status_code == 200
        shown = answer.json()
        view = queries.proof("D-1")
        assert shown["status"] == "drawn"
        assert shown["is_weak"] is True
        assert shown["ticket_price"] == {
            "amount_minor": 500_000, "currency": "INR", "text": "₹5,000",
        }  # fmt: skip
        assert shown["locks_at"] == "2026-11-01T18:00:00.000Z"
        assert shown["commitment_hash"] == view.server_seed_hash
        assert shown["commit_log_hash"] == view.commit_log_hash
        assert shown["total_entries"] == 5
        assert shown["winners"] == [
            {"position": winner.position_index + 1, "ticket_id": winner.ticket_id}
        ]

    def test_an_open_draw_shows_no_seed_and_no_result(self, api):
        a_commitment("D-1")
        shown = api.get("/api/draws/D-1").json()
        for name in ("server_seed", "client_seed", "root", "total_entries", "finished_at"):
            assert shown[name] is None
        assert shown["winners"] == []

    def test_the_log_is_handed_out_as_it_was_hashed(self, api):
        a_commitment("D-1")
        voided("D-1")
        entries = api.get("/api/draws/D-1/log").json()
        assert entries["next"] is None
        assert [(item["entry"], item["hash"]) for item in entries["items"]] == [
            (entry.entry, entry.hash) for entry in queries.log("D-1")
        ]
        assert [item["type"] for item in entries["items"]] == ["COMMIT", "VOID"]

    def test_the_bundle_is_the_file_that_verifiers_read(self, api):
        a_commitment("D-1")
        locked(5, "D-1")
        settled("D-1")
        answer = api.get("/api/draws/D-1/bundle")
        assert answer.headers["content-type"] == "application/json"
        assert "D-1.json" in answer.headers["content-disposition"]
        assert answer.content == queries.bundle("D-1")
        assert verdicts(answer.text) == ("drawn", "drawn")

    @pytest.mark.parametrize("path", ["", "/log", "/bundle"])
    def test_an_unknown_draw_is_not_found(self, api, path):
        for name in ("nothing", "%00", "%F0%9F%98%80", "x" * 500):
            refused(api.get(f"/api/draws/{name}{path}"), 404, "fairness.draw_not_found")


class TestHistory:
    def test_pages_through_finished_draws_newest_first(self, api):
        for place in range(1, 6):
            a_commitment(f"D-{place}")
            if place < 5:
                voided(f"D-{place}", now=LOCKS_AT + timedelta(minutes=place))
        seen, after = [], None
        while True:
            page = api.get(
                "/api/lottery/draw-history",
                params={"limit": 3} | ({"after": after} if after else {}),
            ).json()
            seen += [item["draw_id"] for item in page["items"]]
            after = page["next"]
            if after is None:
                break
        assert seen == ["D-4", "D-3", "D-2", "D-1"]
        refused(api.get("/api/lottery/draw-history?after=%00"), 422, "input.invalid")
        assert api.get("/api/lottery/draw-history?kind=daily").json() == {"items": [], "next": None}

    @pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "kind=weekly"])
    def test_refuses_what_it_does_not_know(self, api, query):
        refused(api.get(f"/api/lottery/draw-history?{query}"), 422, "input.invalid")


class TestPostBeacon:
    @pytest.fixture(autouse=True)
    def _with_drand(self):
        with waiting_for_drand():
            yield

    def post(self, api, body, draw_id=DRAW_ID):
        return api.post(f"/api/draws/{draw_id}/beacon", content=json.dumps(body))

    def test_takes_what_a_relay_says_from_anybody(self, api):
        a_draw_of_2023()
        relayed = {"round": ROUND, "signature": SIGNATURE, "randomness": "ignored"}
        for is_new in (True, False):
            answer = self.post(api, relayed)
            assert answer.status_code == 202
            assert answer.json() == {"draw_id": DRAW_ID, "round": ROUND, "is_new": is_new}
        assert api.get(f"/api/draws/{DRAW_ID}").json()["beacon"]["signature"] == SIGNATURE

    def test_says_why_it_refuses(self, api):
        a_draw_of_2023()
        a_draw_of_2023("open", is_locked=False)
        good = {"round": ROUND, "signature": SIGNATURE}
        forged = SIGNATURE[:-1] + "a"
        refused(self.post(api, good | {"round": 1}), 409, "fairness.wrong_round")
        refused(self.post(api, good | {"signature": forged}), 409, "fairness.bad_signature")
        refused(self.post(api, good, "open"), 409, "fairness.not_locked")
        refused(self.post(api, good, "nothing"), 404, "fairness.draw_not_found")

    @pytest.mark.parametrize(
        "body",
        [None, [], {}, {"round": "657413", "signature": "x"}, {"round": 1.5, "signature": "x"},
         {"round": ROUND, "signature": "x"}],
    )  # fmt: skip
    def test_refuses_another_shape(self, api, body):
        a_draw_of_2023()
        refused(self.post(api, body), 422, "input.invalid")

    def test_refuses_more_than_a_beacon_needs(self, api):
        a_draw_of_2023()
        refused(self.post(api, {"round": ROUND, "signature": "x" * 2000}), 413, "api.too_large")


class TestVerify:
    def test_says_of_each_step_whether_it_held(self, api):
        answer = api.post("/api/draws/verify", content=(VECTORS / TV2).read_bytes())
        assert answer.status_code == 200
        said = answer.json()
        assert (said["valid"], said["outcome"]) == (True, "drawn")
        assert (said["is_weak"], said["is_signature_checked"]) == (False, True)
        assert [(check["name"], check["ok"]) for check in said["checks"]] == [
            (name, True) for name in ("log", "commit", "tickets", "beacon", "result")
        ]

    def test_says_where_a_bundle_is_false(self, api):
        said = api.post("/api/draws/verify", content=json.dumps(a_bundle() | {"n": 6})).json()
        assert said["valid"] is False
        assert said["checks"][-1]["name"] == "tickets"

    @pytest.mark.parametrize("body", [b"", b"{", b"[" * 5000])
    def test_refuses_what_is_no_bundle(self, api, body):
        refused(api.post("/api/draws/verify", content=body), 422, "input.invalid")

    def test_refuses_what_is_too_large(self, api):
        body = b" " * (1024 * 1024 + 1)
        refused(api.post("/api/draws/verify", content=body), 413, "api.too_large")


class TestOpenApi:
    def test_it_names_every_address(self, api):
        paths = api.get("/api/openapi.json").json()["paths"]
        assert set(paths) >= {
            "/api/lottery/draw-history",
            "/api/draws/{draw_id}",
            "/api/draws/{draw_id}/log",
            "/api/draws/{draw_id}/bundle",
            "/api/draws/{draw_id}/beacon",
            "/api/draws/verify",
        }
