"""How long people wait at the house's doors: at rest, and while many sign in.

* 200 requests a second of today's draw and of health: their p99.
* Signing in with bcrypt's cost of 12, as often as this machine can, beside the bare hash in
  as many threads; meanwhile somebody else's ``/ping``, whose p99 must not suffer.
* An unknown sign-in name against a wrong password, in turns: nobody can tell which it was.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Any

from bench.http_sales import domain, served
from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.ids import new_id
from luckychit.core.settings import Settings
from luckychit.domain.users.models import User
from luckychit.domain.users.rules import passwords

RATE_PER_S, SECONDS = 200, 15
PING_RATE_PER_S = 50
SIGNING_IN_AT_ONCE = 16
SAMPLES = 200
COST = 12
PEOPLE = 200
PASSWORD = "a quiet river at dawn"  # noqa: S105 - of invented people
# Behind one proxy, so that each request can come from an address of its own.
_SETTINGS = {
    "TRUSTED_PROXY_HOPS": "1",
    "API_ANONYMOUS_LIMIT": "1000000/minute",
    "BCRYPT_COST": str(COST),
}
_addresses = count(1)


def measure() -> dict[str, Any]:
    """Return all three, of one worker."""
    with tempfile.TemporaryDirectory(prefix="luckychit-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with served(folder, 1, **_SETTINGS) as (port, url, _app):
            with domain(url):
                pepper = Settings(luckychit_data=folder / "data").secret("pepper")
                hashed = passwords.hash_password(PASSWORD, pepper=pepper, cost=COST)
                _people(hashed)
            return {
                "at_rest": asyncio.run(_at_rest(port)),
                "signing_in": asyncio.run(_signing_in(port)) | _bare_hashes(hashed),
                "unknown_or_wrong": asyncio.run(_unknown_or_wrong(port)),
            }


def _people(hashed: str) -> None:
    now = clock.now()
    with transaction() as session:
        for number in range(PEOPLE):
            session.add(
                User(
                    id=new_id(),
                    role="member",
                    full_name="Somebody",
                    username=f"person{number}",
                    password_hash=hashed,
                    must_change_password=False,
                    password_changed_at=now,
                    created_at=now,
                )
            )


async def _ask(port: int, words: bytes) -> tuple[int, float]:
    """Send one request on a connection of its own; return its status and the wait in s."""
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(words)
    head = await reader.readuntil(b"\r\n\r\n")
    await reader.read()
    waited = time.perf_counter() - began
    writer.close()
    # A form that is refused leads back to where it was sent from.
    is_refused = b"location: /sign-in\r\n" in head.lower()
    return HTTPStatus.UNAUTHORIZED if is_refused else int(head.split()[1]), waited


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{_from()}Connection: close\r\n\r\n".encode()


def _sign_in(port: int, login: str, password: str) -> bytes:
    body = f"login={login}&password={password.replace(' ', '+')}"
    return (
        f"POST /auth/sign-in HTTP/1.1\r\nHost: localhost:{port}\r\n{_from()}"
        "Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
    ).encode()


def _from() -> str:
    number = next(_addresses)
    return f"X-Forwarded-For: 10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}\r\n"


async def _at_a_rate(
    port: int, words: Callable[[], bytes], rate_per_s: int, seconds: float
) -> list[tuple[int, float]]:
    """Send at a steady rate, whether the last was answered or not."""
    began, asked = time.perf_counter(), []
    for number in range(int(rate_per_s * seconds)):
        await asyncio.sleep(max(0, began + number / rate_per_s - time.perf_counter()))
        asked.append(asyncio.create_task(_ask(port, words())))
    return await asyncio.gather(*asked)


def _told(answers: list[tuple[int, float]]) -> dict[str, Any]:
    waits = sorted(waited * 1000 for _, waited in answers)
    return {
        "requests": len(waits),
        "failed": sum(status >= 400 for status, _ in answers),
        "p50_ms": round(waits[len(waits) // 2], 1),
        "p99_ms": round(waits[int(len(waits) * 0.99)], 1),
    }


async def _at_rest(port: int) -> dict[str, Any]:
    found = {}
    for name, path in (("current_draw", "/api/lottery/current-draw"), ("health", "/_health")):
        await _at_a_rate(port, lambda path=path: _get(path), RATE_PER_S, 2)
        asked = await _at_a_rate(port, lambda path=path: _get(path), RATE_PER_S, SECONDS)
        found[name] = _told(asked)
    found["ping"] = _told(await _at_a_rate(port, lambda: _get("/ping"), PING_RATE_PER_S, SECONDS))
    return found


async def _signing_in(port: int) -> dict[str, Any]:
    until = time.perf_counter() + SECONDS
    people = count()
    came_in: list[tuple[int, float]] = []

    async def somebody() -> None:
        while time.perf_counter() < until:
            login = f"person{next(people) % PEOPLE}"
            came_in.append(await _ask(port, _sign_in(port, login, PASSWORD)))

    everybody = asyncio.gather(*(somebody() for _ in range(SIGNING_IN_AT_ONCE)))
    pings = await _at_a_rate(port, lambda: _get("/ping"), PING_RATE_PER_S, SECONDS)
    await everybody
    return {
        "sign_ins_per_s": round(len(came_in) / SECONDS, 1),
        "sign_ins": _told(came_in),
        "ping_meanwhile": _told(pings),
    }


def _bare_hashes(hashed: str) -> dict[str, Any]:
    """Return how many hashes a second two threads make when nothing else is done."""
    pepper = b"bench"

    def check(_number: int) -> bool:
        return passwords.matches(PASSWORD, hashed, pepper=pepper, cost=COST)

    with ThreadPoolExecutor(2) as pool:
        began = time.perf_counter()
        list(pool.map(check, range(24)))
        return {"bare_hashes_per_s": round(24 / (time.perf_counter() - began), 1)}


async def _unknown_or_wrong(port: int) -> dict[str, Any]:
    waits: dict[str, list[float]] = {"unknown": [], "wrong": []}
    for number in range(SAMPLES):
        for kind, login in (("unknown", f"nobody{number}"), ("wrong", f"person{number}")):
            _, waited = await _ask(port, _sign_in(port, login, "not the password"))
            waits[kind].append(waited * 1000)
    return {
        "samples_each": SAMPLES,
        "unknown_median_ms": round(statistics.median(waits["unknown"]), 2),
        "wrong_median_ms": round(statistics.median(waits["wrong"]), 2),
        "spread_ms": round(statistics.stdev(waits["wrong"]), 2),
        "z": round(_rank_z(waits["unknown"], waits["wrong"]), 2),
    }


def _rank_z(one: list[float], other: list[float]) -> float:
    """Return how far the ranks of two samples are from chance; within +-3 is noise.

    Source: Mann and Whitney, "On a test of whether one of two random variables is
    stochastically larger than the other" (1947), normal form for large samples.
    """
    wins = sum((a > b) + (a == b) / 2 for a in one for b in other)
    size = len(one) * len(other)
    return (wins - size / 2) / (size * (len(one) + len(other) + 1) / 12) ** 0.5


if __name__ == "__main__":
    import json

    print(json.dumps(measure(), indent=2))
