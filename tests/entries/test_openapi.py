"""The description of the API is exact and complete, and its page needs nobody else."""

import re

import jsonschema_rs
import pytest

from luckychit.core.settings import settings
from tests.entries.test_every_route import operations
from tests.helpers.api import Caller, the_api

OPERATIONS = operations()
NAMES = [said["operationId"] for _, _, said in OPERATIONS]
# What the public promise marks: a key is demanded.
KEYED = {
    "create_room",
    "purchase_room_ticket",
    "start_room_draw",
    "execute_room_draw",
    "create_group",
    "add_member",
    "start_group",
    "record_payment",
    "reverse_payment",
    "conduct_draw",
    "record_payout",
    "add_play_credit",
}


# What a refusal says more than its code: the challenge of a second factor.
WIDER = {("sign_in", "401"): "ChallengeOut"}


def schema():
    return the_api().openapi()


def fits(value, shape):
    """Whether a value fits a schema of the description."""
    whole = {**shape, "components": schema()["components"]}
    return jsonschema_rs.validator_for(whole).is_valid(value)


def media_of(said):
    """The JSON that an operation takes, or that a response brings."""
    return said.get("requestBody", said)["content"]["application/json"]


def is_there(place, response):
    """Whether an answer has what an expression such as ``$response.body#/a/0`` points to."""
    found = media_of(response)["example"]
    for step in place.removeprefix("$response.body#/").split("/"):
        found = found[int(step)] if isinstance(found, list) else found.get(step)
    return found is not None


def test_it_is_a_3_1_document_with_who_may_call():
    found = schema()
    assert found["openapi"].startswith("3.1")
    assert found["components"]["securitySchemes"].keys() == {"bearer", "session"}
    session = found["components"]["securitySchemes"]["session"]
    assert (session["in"], session["name"]) == ("cookie", settings().session_cookie)
    used = {tag for _, _, said in OPERATIONS for tag in said["tags"]}
    assert used == {tag["name"] for tag in found["tags"]}
    assert used >= {"auth", "account", "safety", "admin"}
    assert all(tag["description"] for tag in found["tags"])
    assert "HTTPValidationError" not in str(found)


@pytest.mark.parametrize(("method", "path", "said"), OPERATIONS, ids=NAMES)
class TestEveryCall:
    def test_says_what_it_is_and_who_may_call_it(self, method, path, said):
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", said["operationId"])
        assert NAMES.count(said["operationId"]) == 1
        assert said["summary"]
        assert not said["summary"].endswith(".")
        assert said["summary"] not in said.get("description", "")
        assert said["security"] in ([], [{"bearer": []}, {"session": []}])

    def test_lists_its_refusals_in_the_one_shape(self, method, path, said):
        wanted = {"429", "503"} | ({"401", "403"} if said["security"] else set())
        if "{" in path:
            wanted.add("404")
        assert said["responses"].keys() >= wanted
        for status, response in said["responses"].items():
            if status < "400":
                continue
            ref = response["content"]["application/json"]["schema"]["$ref"]
            usual = "InvalidOut" if status == "422" else "RefusalOut"
            assert ref.endswith(f"/{WIDER.get((said['operationId'], status), usual)}")
            assert ("Retry-After" in response.get("headers", {})) == (status in {"429", "503"})

    def test_shows_an_example_of_everything_that_fits(self, method, path, said):
        bodies = [*said["responses"].values(), said.get("requestBody", {})]
        for body in bodies:
            for media in body.get("content", {}).values():
                assert fits(media["example"], media["schema"]), media["example"]

    def test_demands_a_key_where_it_is_promised(self, method, path, said):
        keys = [item for item in said.get("parameters", []) if item["name"] == "Idempotency-Key"]
        assert [item["required"] for item in keys] == (
            [True] if said["operationId"] in KEYED else [False] * len(keys)
        )

    def test_links_to_calls_that_there_are(self, method, path, said):
        known = {other["operationId"]: other for _, _, other in OPERATIONS}
        for response in said["responses"].values():
            for link in response.get("links", {}).values():
                target = known[link["operationId"]]
                names = {item["name"] for item in target.get("parameters", [])}
                assert link.get("parameters", {}).keys() <= names
                sent = link.get("requestBody", {})
                fields = media_of(target)["example"] if sent else {}
                assert sent.keys() <= fields.keys()
                for place in (*link.get("parameters", {}).values(), *sent.values()):
                    assert is_there(place, response), place

    def test_lists_come_in_pages(self, method, path, said):
        media = said["responses"].get("200", {}).get("content", {}).get("application/json", {})
        if not media.get("schema", {}).get("$ref", "").endswith("Page"):
            return
        limits = {item["name"]: item["schema"] for item in said["parameters"]}
        assert (limits["limit"]["minimum"], limits["limit"]["maximum"]) == (1, 100)
        assert "after" in limits


def test_pages_are_named_after_what_is_on_them():
    """Else the look at lists above would find none."""
    pages = {name for name in schema()["components"]["schemas"] if "Page" in name}
    assert pages >= {"RoomLinePage", "GroupLinePage", "TransactionPage", "NotificationPage"}
    assert not [name for name in pages if "_" in name]
    shown = [said for _, _, said in OPERATIONS if "Page" in str(said["responses"].get("200"))]
    assert len(shown) >= 10


def test_an_example_that_does_not_fit_would_be_found():
    money = {"$ref": "#/components/schemas/MoneyOut"}
    assert fits({"amount_minor": 1, "currency": "USD", "text": "$0.01"}, money)
    assert not fits({"amount_minor": "1", "currency": "USD", "text": "$0.01"}, money)


class TestThePage:
    def test_runs_nothing_inline_and_asks_nobody_else(self):
        answer = Caller().get("/api/docs")
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe-eval" not in policy
        assert "://" not in answer.text
        assert re.findall(r"<script(?![^>]*src=)", answer.text) == []
        assert " style=" not in answer.text
        assert re.findall(r"\son\w+=", answer.text) == []

    def test_has_all_its_files_from_us_and_browsers_keep_them(self):
        page = Caller().get("/api/docs").text
        files = re.findall(r'(?:src|href)="(/api/docs/static/[^"]+)"', page)
        assert len(files) == 4
        for path in files:
            answer = Caller().get(path)
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == "public, max-age=86400"
            assert answer.headers["content-type"].startswith(
                "text/css" if path.endswith(".css") else "text/javascript"
            )

    @pytest.mark.parametrize("name", ["page.html", "..%2f__init__.py", "redoc.standalone.js"])
    def test_hands_out_nothing_else(self, name):
        assert Caller().get(f"/api/docs/static/{name}").status_code in {404, 422}
