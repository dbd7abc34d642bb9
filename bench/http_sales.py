"""How many purchases a second go through HTTP, and how long a buyer waits.

200 buyers on connections that stay open, each waiting for the answer before the next
purchase; the load is made by a process of its own on the same machine, on the same two
cores. The app is the real one (``serve``) on a durable PostgreSQL: with one worker, then
with two and a Redis. Afterwards the books are looked at.
"""

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text

from luckychit.core import clock, db, embedded_postgres
from luckychit.core.db import transaction
from luckychit.core.ids import new_id
from luckychit.core.money import Money
from luckychit.domain.lottery import queries as lottery
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.users.rules import sessions
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import operations as wallet
from tests.helpers.server import ROOT, environment, free_port, stop, wait_for

BUYERS = 200
WARM_UP_S = 3.0
MEASURED_S = 10.0
SESSION_COOKIE = "lc_session"
_A_BUYER = text(
    "INSERT INTO users (id, role, full_name, mobile_number, password_hash,"
    " must_change_password, password_changed_at, birth_date, created_at)"
    " VALUES (:id, 'member', 'Buyer', :mobile, '', false, :now, '1990-05-07', :now)"
)
_A_SESSION = text(
    "INSERT INTO sessions (id, user_id, token_hash, address, user_agent, created_at,"
    " last_seen_at) VALUES (:session, :id, :hash, '127.0.0.1', 'bench', :now, :now)"
)


def measure() -> dict[str, Any]:
    """Return the numbers of one worker and, where a Redis can be started, of two."""
    found = {"one_worker": _measured(workers=1)}
    if shutil.which("redis-server"):
        found["two_workers"] = _measured(workers=2)
    return found


def _measured(workers: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="luckychit-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with served(folder, workers) as (port, url, app):
            tokens = folder / "tokens"
            with domain(url):
                tokens.write_text("\n".join(_buyers()))
                draw_id = _open_draw()
            words = [sys.executable, "-m", "bench.http_sales", "load"]
            before = _processor_s(app)
            done = subprocess.run(
                [*words, str(port), str(tokens), draw_id], check=True, cwd=ROOT, capture_output=True
            )
            found: dict[str, Any] = json.loads(done.stdout)
            bought = found.pop("bought")
            # What a busy machine changes least: compare runs by this.
            found["app_ms_each"] = round((_processor_s(app) - before) / bought * 1000, 2)
            with domain(url):
                # Every ticket that was promised is there, and not one more.
                assert tickets.draw(draw_id).total_entries == bought
            books = [sys.executable, "-m", "luckychit", "audit"]
            subprocess.run(books, check=True, cwd=ROOT, env=environment(folder / "data", port))
        return found


def _processor_s(process: subprocess.Popen[bytes]) -> float:
    """Return the processor time of the app's own processes so far, without PostgreSQL."""
    of_app = psutil.Process(process.pid)
    times = [one.cpu_times() for one in (of_app, *of_app.children(recursive=True))]
    return sum(one.user + one.system for one in times)


@contextmanager
def served(
    folder: Path, workers: int, **settings: str
) -> Iterator[tuple[int, str, subprocess.Popen[bytes]]]:
    """Serve the real app on a durable PostgreSQL; yields port, database and process."""
    port, data = free_port(), folder / "data"
    data.mkdir()
    more = {"LOG_LEVEL": "warning", "WEB_CONCURRENCY": str(workers), **settings}
    postgres = embedded_postgres.start(data)
    redis = None
    try:
        if workers > 1:
            redis_port = free_port()
            more["REFLEX_REDIS_URL"] = f"redis://127.0.0.1:{redis_port}"
            words = ["redis-server", "--port", str(redis_port), "--bind", "127.0.0.1"]
            redis = subprocess.Popen([*words, "--save", ""], stdout=subprocess.DEVNULL)
        log = folder / "app.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "luckychit", "serve"],
                cwd=ROOT,
                env=environment(data, port, **more),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            wait_for(f"http://localhost:{port}/ping", process, log)
            yield port, postgres.url(), process
        finally:
            stop(process)
    finally:
        if redis is not None:
            redis.terminate()
            redis.wait()
        postgres.stop()


@contextmanager
def domain(url: str) -> Iterator[None]:
    """Let this process work on the served database."""
    db.use_engine(db.make_engine(url))
    try:
        yield
    finally:
        db.use_engine(None)


def _buyers() -> list[str]:
    """Make buyers with money, each with a session; return the sessions' tokens."""
    tokens = [sessions.new_token() for _ in range(BUYERS)]
    made = {new_id(): token for token in tokens}
    now, amount = clock.now(), Money(1_000_000, "USD")
    with transaction() as session:
        for number, (user_id, token) in enumerate(made.items()):
            who = {"id": user_id, "now": now, "mobile": f"+91{number:010d}"}
            session.execute(_A_BUYER, who)
            who |= {"session": new_id(), "hash": sessions.token_hash(token)}
            session.execute(_A_SESSION, who)
        wallet.post(
            session,
            key="bench",
            kind="play_credit",
            legs=[
                (accounts.clearing("play"), amount * -BUYERS),
                *[(accounts.wallet(user_id), amount) for user_id in made],
            ],
            now=now,
        )
    return tokens


def _open_draw() -> str:
    for _ in range(100):
        draw = lottery.public_today(clock.now()).draw
        if draw is not None:
            return draw.draw_id
        time.sleep(0.1)
    raise AssertionError("no draw was opened")


class Buyer(asyncio.Protocol):
    """One connection that buys one ticket after the other, as cheaply as Python can."""

    def __init__(self, port: int, token: str, draw_id: str, waits: list[float]) -> None:
        self.waits = waits
        self.bought = self.refused = self.left = 0
        self.is_over = False
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._answer = b""
        self._head = (
            f"POST /api/lottery/purchase-ticket HTTP/1.1\r\nHost: localhost:{port}\r\n"
            f"Cookie: {SESSION_COOKIE}={token}\r\nSec-Fetch-Site: same-origin\r\n"
            "Content-Type: application/json\r\nIdempotency-Key: "
        ).encode()
        body = f'{{"quantity":1,"client_seed":"a phrase","draw_id":"{draw_id}"}}'
        self._tail = f"\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to buy."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buy()

    def _buy(self) -> None:
        self._began = time.perf_counter()
        self._transport.write(self._head + uuid.uuid4().hex.encode() + self._tail)

    def data_received(self, data: bytes) -> None:
        """Read an answer; buy again once it is whole."""
        self._answer += data
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        if len(body) < length:
            return
        self._answer = body[length:]
        is_bought = head.startswith(b"HTTP/1.1 201")
        self.bought += is_bought
        self.refused += not is_bought
        self.waits.append(time.perf_counter() - self._began)
        if self.is_over:
            self._transport.close()
            self.done.set_result(None)
        else:
            self._buy()


async def _load(port: int, tokens: list[str], draw_id: str) -> dict[str, Any]:
    loop, waits = asyncio.get_running_loop(), list[float]()
    made = [
        await loop.create_connection(
            lambda token=token: Buyer(port, token, draw_id, waits), "127.0.0.1", port
        )
        for token in tokens
    ]
    buyers = [buyer for _, buyer in made]
    await asyncio.sleep(WARM_UP_S)
    waits.clear()
    began, used = time.perf_counter(), time.process_time()
    await asyncio.sleep(MEASURED_S)
    seconds, measured = time.perf_counter() - began, sorted(waits)
    used = time.process_time() - used
    for buyer in buyers:
        buyer.is_over = True
    await asyncio.gather(*[buyer.done for buyer in buyers])
    return {
        "per_second": round(len(measured) / seconds),
        "p50_ms": round(measured[len(measured) // 2] * 1000, 1),
        "p99_ms": round(measured[len(measured) * 99 // 100] * 1000, 1),
        "refused": sum(buyer.refused for buyer in buyers),
        "bought": sum(buyer.bought for buyer in buyers),
        "load_ms_each": round(used / len(measured) * 1000, 2),
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["load"]:
        wanted_port, tokens_file, wanted_draw = sys.argv[2:]
        known = Path(tokens_file).read_text().split()
        print(json.dumps(asyncio.run(_load(int(wanted_port), known, wanted_draw))))
    else:
        print(json.dumps(measure(), indent=1))
