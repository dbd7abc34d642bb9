"""The description of the API against the API: a machine tries what it promises, and the rest."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from luckychit.core import limits
from luckychit.core.limiter import Rule
from luckychit.domain.actors import Actor
from tests.helpers.api import Caller, on_the_loopback
from tests.helpers.api_world import a_world
from tests.helpers.circle import clock_at
from tests.helpers.http import a_program, as_program
from tests.helpers.people import PASSWORD, a_member, mobile_of, with_password

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
# What ends sessions of the caller or changes the password: the calls after it would all be
# refused as nobody's. And what closes the games to the caller, a break or a limit of nothing:
# nothing would be bought any more. They are tried apart, each call with a session of its own.
APART = ("sign_out_everywhere", "change_password", "end_session", "take_break", "set_limit")
# 422 is right for what JSON Schema cannot say: a cursor that is ours, a name with letters, a
# moment in the past. 429 is right where wrong tries at a secret are counted, or the export of
# one's data: those guards are part of the call, while the limits of the door are lifted here.
# 413 is right for a body that is larger than its address takes, whatever is in it.
# What a test may not see is the session, sent as a fixed header.
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "413", "422"]
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "409", "413", "415", "422", "429"]
[warnings]
enabled = false
"""
ALL_PHASES = "examples,coverage,fuzzing,stateful"
# No call leads to these by a link.
WITHOUT_LINKS = "examples,coverage,fuzzing"
GUARDED = ("auth", "account", "rooms")
GUARD = """
[[operations]]
include-tag = "{tag}"
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "413", "422", "429"]
"""
# Signs in anew for each call. Without the login in the environment it does nothing.
HOOKS = """
import os
import requests
import schemathesis

@schemathesis.auth(refresh_interval=None)
class OwnSession:
    def get(self, case, context):
        sent = {"login": os.environ["LOGIN"], "password": os.environ["PASSWORD"]}
        return requests.post(os.environ["SIGN_IN"], json=sent, timeout=60).json()["access_token"]

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"
"""


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lift what no setting lifts of the door; conftest lifts the others."""
    monkeypatch.setattr(limits, "VERIFY", Rule("verify", "1000000/second"))
    monkeypatch.setattr(limits, "REFRESH", Rule("refresh", "1000000/second"))


def tried(
    scratch: Path,
    url: str,
    headers: dict[str, str],
    *more: str,
    phases: str = ALL_PHASES,
    **environment: str,
) -> str:
    """Let schemathesis try every call for every check; return what it reports."""
    config = scratch / "schemathesis.toml"
    config.write_text(CONFIG + "".join(GUARD.format(tag=tag) for tag in GUARDED))
    sent = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    fixed = ["--seed", "20270105", "--generation-deterministic"]
    bounded = ["-n", "5", "--phases", phases, *more]
    done = subprocess.run(
        [str(SCHEMATHESIS), "--config-file", str(config), "run", f"{url}/api/openapi.json",
         "--url", url, "--no-color", "--continue-on-failure", "--no-shrink",
         "--request-timeout", "60", "--suppress-health-check", "all", *fixed, *bounded, *sent],
        capture_output=True,
        text=True,
        cwd=scratch,
        check=False,
        env=os.environ | environment,
    )  # fmt: skip
    return f"{done.returncode}\n{done.stdout}{done.stderr}"


def sent_by(person: Actor, how: str) -> dict[str, str]:
    """The headers of a person's browser, or of a program of the person's."""
    if how == "cookie":
        return Caller(person).headers
    # Written as in the description: else the machine takes its own header for another one.
    return {"Authorization": as_program(a_program(person))["authorization"]}


@pytest.mark.parametrize(
    ("who", "how", "more"),
    [
        ("insider", "cookie", ()),
        ("manager", "bearer", ()),
        ("admin", "bearer", ("--include-tag", "admin", "--include-tag", "account")),
    ],
)
def test_every_call_keeps_its_promise(db, scratch, who, how, more):
    with clock_at():
        headers = sent_by(getattr(a_world(), who), how)
        apart = [part for name in APART for part in ("--exclude-operation-id", name)]
        phases = WITHOUT_LINKS if more else ALL_PHASES
        with on_the_loopback() as url:
            report = tried(scratch, url, headers, *apart, *more, phases=phases)
            still = Caller().get("/api/user/profile", headers=headers)
    assert report.startswith("0\n"), report
    # Else most of the calls were refused as nobody's, and kept their promise for that alone.
    assert still.status_code == 200


def test_calls_that_end_sessions_or_play_keep_their_promise_too(db, scratch):
    hooks = scratch / "hooks.py"
    hooks.write_text(HOOKS)
    with clock_at():
        person = with_password(a_member())
        only = [part for name in APART for part in ("--include-operation-id", name)]
        with on_the_loopback() as url:
            report = tried(
                scratch,
                url,
                {},
                *only,
                phases=WITHOUT_LINKS,
                SCHEMATHESIS_HOOKS=str(hooks),
                SIGN_IN=f"{url}/api/auth/sign-in",
                LOGIN=mobile_of(person),
                PASSWORD=PASSWORD,
            )
    assert report.startswith("0\n"), report


def test_a_broken_promise_is_found(db, scratch, monkeypatch):
    """The machine looks: an answer without a field that is promised is reported."""
    from luckychit.api.v1 import draws  # noqa: PLC0415 - only this test breaks it

    def broken(*_: object, **__: object) -> list[object]:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(draws.queries, "history", broken)
    with clock_at(), on_the_loopback() as url:
        only = ("--include-path", "/api/lottery/draw-history")
        report = tried(scratch, url, {}, *only, phases="fuzzing")
    assert report.startswith("1\n"), report
    assert "Server error" in report
