"""How soon a purchase is on every open page, and what an open page costs the server.

The app runs as it is served; the pages are raw sockets in one process of their own, on
the same machine, which takes about as much of its processors as the app does. A third
process (this one) buys tickets at a steady pace. All of them read one clock.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from luckychit.core import clock, db, embedded_postgres
from luckychit.core.db import transaction
from luckychit.core.money import Money
from luckychit.core.settings import settings
from luckychit.domain.lottery import queries as lottery
from luckychit.domain.tickets import combiner, service
from luckychit.domain.tickets.views import Order
from luckychit.domain.users.service import Actor
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import operations as wallet
from tests.helpers.people import a_member
from tests.helpers.server import ROOT, environment, free_port, stop, wait_for

# (pages, purchases a second, seconds in which the pages connect)
ROUNDS = ((1_000, 4, 10.0), (5_000, 2, 60.0))
MEASURED_S = 20
PAUSE_S = 3
OPEN_FILES = 20_000
TICKETS_EACH = 900
NOTES = "LUCKYCHIT_BENCH_NOTES"


@dataclass(frozen=True, slots=True)
class Served:
    """The running app."""

    port: int
    process: subprocess.Popen[bytes]
    notes: Path
    folder: Path


def measure() -> dict[str, Any]:
    """Return delays, memory and errors of each round."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(OPEN_FILES, most), most))
    return {f"{pages}_pages": _round(pages, hz, within_s) for pages, hz, within_s in ROUNDS}


def _round(pages: int, hz: float, within_s: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="luckychit-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with _served(folder) as app:
            worker = _worker_of(app.process.pid)
            _warmed_up(app)
            before = _memory_kb(worker)
            burnt = _processor_s(worker)
            with _pages(app, pages, within_s) as out:
                time.sleep(PAUSE_S)
                opening = _processor_s(worker) - burnt
                idle = _memory_kb(worker)
                resting = _processor_s(worker)
                time.sleep(MEASURED_S)
                resting = _processor_s(worker) - resting
                app.notes.write_text("")
                burnt = _processor_s(worker)
                bought = _bought(hz)
                burnt = _processor_s(worker) - burnt
                time.sleep(PAUSE_S)
            told, sent = json.loads(out.read_text()), _noted(app)
            return _result(told, bought, sent, hz) | {
                "idle_page_kb": round((idle - before) / pages, 1),
                "message_takes_us": round((burnt - resting) * 1e6 / (len(sent) * pages), 1),
                "worker_rests_at": round(resting / MEASURED_S, 2),
                "opening_takes_ms": round(opening * 1000 / pages, 1),
                "worker_busy": round(burnt / MEASURED_S, 2),
            }


@contextmanager
def _served(folder: Path) -> Iterator[Served]:
    port, data = free_port(), folder / "data"
    data.mkdir()
    postgres = embedded_postgres.start(data, durable=False)
    own = environment(data, port, **{NOTES: str(folder / "notes")})
    (folder / "notes").write_text("")
    try:
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "bench.fanout_app"],
                cwd=ROOT,
                env=own,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            wait_for(f"http://localhost:{port}/ping", process, folder / "log")
            with _working_beside(own, postgres.url()):
                yield Served(port, process, folder / "notes", folder)
        finally:
            stop(process)
    finally:
        postgres.stop()


@contextmanager
def _working_beside(own: dict[str, str], url: str) -> Iterator[None]:
    """Work on the app's database, with its secrets, as another worker would."""
    os.environ.update({name: own[name] for name in ("LUCKYCHIT_DATA", "LUCKYCHIT_MODE", "BEACON")})
    settings.cache_clear()
    db.use_engine(db.make_engine(url))
    try:
        yield
    finally:
        combiner.close()
        db.use_engine(None)
        settings.cache_clear()


@contextmanager
def _pages(app: Served, count: int, within_s: float) -> Iterator[Path]:
    """Have this many pages open; what they saw is in the file afterwards."""
    out = app.folder / f"pages-{count}.json"
    words = [sys.executable, "-m", "bench.pages", str(app.port), str(count), str(within_s)]
    process = subprocess.Popen(
        [*words, str(out)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    try:
        yield out
    finally:
        process.communicate("\n", timeout=120)


def _warmed_up(app: Served) -> None:
    with _pages(app, 50, 1.0):
        time.sleep(1)
    time.sleep(PAUSE_S)


def _bought(hz: float) -> list[tuple[float, int]]:
    """Buy one ticket at a time for a while; return (moment of the commit, tickets then)."""
    draw = lottery.public_today(clock.now()).draw
    assert draw is not None
    players = [_a_rich_player() for _ in range(1 + int(hz * MEASURED_S) // TICKETS_EACH)]
    bought, began = [], time.time()
    for number in range(int(hz * MEASURED_S)):
        time.sleep(max(0.0, began + number / hz - time.time()))
        order = Order(
            draw.draw_id, players[number % len(players)].user_id, uuid.uuid4().hex, 1, "b"
        )
        sold = service.buy(order)
        bought.append((time.time(), sold.total_entries_at_purchase))
    return bought


def _a_rich_player() -> Actor:
    player, amount = a_member(), Money(10**6, settings().games_currency)
    with transaction() as session:
        wallet.post(
            session,
            key=f"bench:{player.user_id}",
            kind="play_credit",
            legs=[(accounts.clearing("play"), -amount), (accounts.wallet(player.user_id), amount)],
            now=clock.now(),
        )
    return player


def _noted(app: Served) -> list[tuple[float, float, int]]:
    """Return (sending began, sending ended, tickets) of each message about the pot."""
    lines = [line.split() for line in app.notes.read_text().splitlines()]
    return [
        (float(began), float(ended), int(count))
        for kind, began, ended, count in lines
        if kind == "room"
    ]


def _result(
    told: list[dict[str, Any]],
    bought: list[tuple[float, int]],
    sent: list[tuple[float, float, int]],
    hz: float,
) -> dict[str, Any]:
    from_commit: list[float] = []
    from_sending: list[float] = []
    missed = 0
    for page in told:
        counts = [count for _, count in page["seen"]]
        for moments, delays in (
            (bought, from_commit),
            ([(b, c) for b, _, c in sent], from_sending),
        ):
            for moment, count in moments:
                place = bisect_left(counts, count)
                if place == len(counts):
                    missed += 1
                else:
                    delays.append(page["seen"][place][0] - moment)
    waits = [page["ready"] - page["began"] for page in told if page["ready"]]
    return {
        "purchases_per_s": hz,
        "messages_per_page_and_s": round(len(sent) / MEASURED_S, 2),
        "pages_that_failed": sum(bool(page["failed"]) for page in told),
        "failures": sorted({page["failed"] for page in told if page["failed"]})[:5],
        "changes_missed": missed,
        "first_pot_ms": _spread(waits),
        "sending_to_page_ms": _spread(from_sending),
        "commit_to_page_ms": _spread(from_commit),
        "sending_takes_ms": _spread([ended - began for began, ended, _ in sent]),
    }


def _spread(seconds: list[float]) -> dict[str, float]:
    if len(seconds) < 2:
        return {}
    cuts = statistics.quantiles(seconds, n=100)
    found = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "max": max(seconds)}
    return {name: round(value * 1000, 1) for name, value in found.items()}


def _worker_of(supervisor: int) -> int:
    """Return the process that serves: the supervisor's child with the most memory."""
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    return max(map(int, children), key=_memory_kb)


def _memory_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def _processor_s(pid: int) -> float:
    used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    rounds = [tuple(map(float, word.split(":"))) for word in sys.argv[1:]]
    if rounds:
        ROUNDS = tuple((int(pages), hz, within_s) for pages, hz, within_s in rounds)
    print(json.dumps(measure(), indent=2))
