"""The description of the API against the API: a machine tries what it promises, and the rest."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.api import Caller, on_the_loopback
from tests.helpers.api_world import a_world
from tests.helpers.circle import clock_at

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
# 422 is right for what JSON Schema cannot say: a cursor that is ours, a name with letters, a
# moment in the past. What a test may not see is the session, sent as a fixed header.
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "422"]
[warnings]
enabled = false
"""


def tried(scratch: Path, url: str, headers: dict[str, str], *more: str) -> str:
    """Let schemathesis try every call for every check; return what it reports."""
    config = scratch / "schemathesis.toml"
    config.write_text(CONFIG)
    sent = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    fixed = ["--seed", "20270105", "--generation-deterministic"]
    bounded = ["-n", "5", "--phases", "examples,coverage,fuzzing,stateful", *more]
    done = subprocess.run(
        [str(SCHEMATHESIS), "--config-file", str(config), "run", f"{url}/api/openapi.json",
         "--url", url, "--no-color", "--continue-on-failure", "--no-shrink",
         "--request-timeout", "60", "--suppress-health-check", "all", *fixed, *bounded, *sent],
        capture_output=True,
        text=True,
        cwd=scratch,
        check=False,
    )  # fmt: skip
    return f"{done.returncode}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("who", ["insider", "manager"])
def test_every_call_keeps_its_promise(db, scratch, who):
    with clock_at():
        caller = Caller(getattr(a_world(), who))
        with on_the_loopback() as url:
            report = tried(scratch, url, caller.headers)
    assert report.startswith("0\n"), report


def test_a_broken_promise_is_found(db, scratch, monkeypatch):
    """The machine looks: an answer without a field that is promised is reported."""
    from luckychit.api.v1 import draws  # noqa: PLC0415 - only this test breaks it

    def broken(*_: object, **__: object) -> list[object]:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(draws.queries, "history", broken)
    with clock_at(), on_the_loopback() as url:
        only = ("--include-path", "/api/lottery/draw-history")
        report = tried(scratch, url, {}, *only)
    assert report.startswith("1\n"), report
    assert "Server error" in report
