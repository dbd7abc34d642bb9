"""Odd values in every field of every body and query, as the description lists them.

New routes are covered by themselves. Whatever is sent, the answer is one of those that are
described for the call, and never a fault of ours.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.entries.test_every_route import WITH_A_SECRET, operations
from tests.helpers.api import Caller, the_api
from tests.helpers.api_world import a_world
from tests.helpers.circle import clock_at

# As JSON text: a number too large for a float, and NaN, are no values of Python's json.
TEXTS = [
    json.dumps("x" * 10_000),
    json.dumps("a\0b"),
    json.dumps("evil\u202etxt"),
    json.dumps("\U0001f3b2\U0001f469\u200d\U0001f9b0"),
    json.dumps("'; DROP TABLE users; --"),
    json.dumps("<script>alert(1)</script>"),
    '"\\ud800"',
    json.dumps(""),
    "17",
    "[]",
    "{}",
    "null",
]
NUMBERS = ["0", "-1", str(2**63), "1e309", "-1e309", "NaN", '"1"', "1.5", "true", "null", "[1]"]
BIG = "9" * 5000
ODD = [*TEXTS, *NUMBERS, BIG]
QUERIES = ["", "x" * 10_000, "%00", "%E2%80%AE", "-1", "0", str(2**63), "NaN", "'--", "%FF"]


def bodies() -> Iterator[tuple[str, str, dict[str, Any], str, str]]:
    """Every field of every body with every odd value, the other fields being good."""
    schemas = the_api().openapi()["components"]["schemas"]
    for method, path, said in operations():
        media = said.get("requestBody", {}).get("content", {}).get("application/json")
        if media is None:
            continue
        schema = media["schema"]
        schema = next((one for one in schema.get("anyOf", []) if "$ref" in one), schema)
        shape = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        good = {name: json.dumps(value) for name, value in media["example"].items()}
        for name in shape.get("properties", {}):
            for value in ODD:
                yield method, path, said, name, _object(good | {name: value})
        yield method, path, said, "", _object(good | {'"\\ud800"': "1"})
        yield method, path, said, "", "[" * 50_000


def _object(fields: dict[str, str]) -> str:
    return "{" + ",".join(
        f"{name if name.startswith(chr(34)) else json.dumps(name)}:{value}"
        for name, value in fields.items()
    ) + "}"  # fmt: skip


@pytest.fixture
def world(db):
    with clock_at():
        yield a_world()


def complaints(answer: Any, said: dict[str, Any], where: str) -> list[str]:
    """What is wrong with an answer: undescribed, or a fault of ours."""
    if str(answer.status_code) not in said["responses"] or answer.status_code >= 500:
        return [f"{where}: {answer.status_code} {answer.text[:200]}"]
    return []


@pytest.mark.parametrize("who", ["insider", "manager"])
def test_every_field_of_every_body_takes_anything(world, who):
    caller, wrong, tried = Caller(getattr(world, who)), [], Counter[str]()
    waited = Counter[str]()
    for method, path, said, name, body in bodies():
        answer = caller.ask(
            method,
            path.format_map(world.ids),
            content=body.encode(),
            headers={"content-type": "application/json"},
        )
        tried[said["operationId"]] += 1
        waited[said["operationId"]] += answer.status_code == 429
        wrong += complaints(answer, said, f"{method} {path} {name} {body[:120]}")
    assert wrong == []
    assert tried.total() > 600
    assert tried.keys() >= WITH_A_SECRET | {"change_password", "change_profile", "set_limit"}
    # Most tries were looked at, and not only turned away for having come too often.
    assert [name for name in tried if waited[name] > tried[name] / 2] == [], waited


@pytest.mark.parametrize("who", ["insider", "manager"])
def test_every_query_takes_anything(world, who):
    caller, wrong, tried = Caller(getattr(world, who)), [], 0
    for method, path, said in operations():
        for parameter in said.get("parameters", []):
            if parameter["in"] != "query":
                continue
            for value in QUERIES:
                where = f"{path.format_map(world.ids)}?{parameter['name']}={value}"
                if said["operationId"] == "statement_file" and parameter["name"] != "currency":
                    where += "&currency=USD"
                tried += 1
                wrong += complaints(caller.ask(method, where), said, where[:120])
    assert wrong == []
    assert tried > 100


@pytest.mark.parametrize("value", ["x" * 5000, "%00", "..%2f..", "%E2%80%AE", "'--", "0", "-1"])
def test_every_place_of_an_id_takes_anything(world, value):
    caller, wrong = Caller(world.insider), []
    for method, path, said in operations():
        if "{" not in path:
            continue
        odd = path.format_map(dict.fromkeys(world.ids, value))
        answer = caller.ask(method, odd)
        if answer.status_code not in {404, 405}:
            wrong += complaints(answer, said, odd[:120])
    assert wrong == []
