"""How many purchases a second the ticket sale takes, beside the ways it could have been done.

One durable PostgreSQL of our own (each commit waits for the disk), one draw, many buyers,
all in one run, in turns: a busy machine slows all of them, so the ratios count.

* ``combiner``: 400 tasks, each buying one ticket after the other, as the service sells.
* ``one_process``: the six statements that a purchase is without a combiner (look at the
  wallet, take from it, look at the draw, ticket, statement line, count), each a call of
  SQLAlchemy, from 16 threads of one process. On bare tables without a ledger or a guard.
* ``six_statements``: the same six in pgbench, the database's own load program, 16 clients.
* ``ceiling``: the combiner's own SQL in batches of 100 in pgbench, without any Python: what
  this database can do for these rows and guards.
"""

import asyncio
import re
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text

from bench import sales_sql
from luckychit.core import clock, db, embedded_postgres, garbage, postgres_programs
from luckychit.core.db import transaction
from luckychit.core.embedded_postgres import EmbeddedPostgres
from luckychit.core.ids import new_id
from luckychit.core.money import Money
from luckychit.domain.tickets import combiner, operations, queries
from luckychit.domain.tickets.views import Order
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import operations as wallet
from luckychit.domain.wallet import queries as ledger
from tests.helpers.database import fresh_database, migrate

BUYERS = 400
PLAYERS = 2_000
ROUNDS = 7
PURCHASES = 10_000  # a round
SECONDS = 2  # a round of the others
DRAW_ID = "DDL-20260101"
CEILING_ID = "DDL-20260102"  # whose leaves are made up
PRICE_MINOR = 100
_TPS = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


def measure() -> dict[str, Any]:
    """Return purchases a second of each way, how long buyers wait, and the ratios."""
    # As a worker has it (ui/sockets.py).
    with _database() as (server, players), garbage.collected_seldom():
        ways = {
            "combiner": lambda: _combiner(players),
            "one_process": lambda: _one_process(players),
            "six_statements": lambda: _pgbench(server, sales_sql.SIX, clients=16, each=1),
            "ceiling": lambda: _pgbench(server, sales_sql.batch(CEILING_ID), clients=2, each=100),
        }
        runs = _in_turns(ways)
        assert ledger.audit() == []
        assert [found for found in queries.audit() if found.facts["draw_id"] == DRAW_ID] == []
        with db.engine().connect() as connection:
            sold = connection.execute(
                text("SELECT count(*), count(DISTINCT position) FROM plan_tickets")
            ).one()
    rates = {name: round(statistics.median(r["per_second"] for r in runs[name])) for name in ways}

    def times(other: str) -> float:
        """Compare within each round: what slows one way then slows the other."""
        pairs = zip(runs["combiner"], runs[other], strict=True)
        return statistics.median(mine["per_second"] / its["per_second"] for mine, its in pairs)

    return {
        "per_second": rates,
        "p50_ms": statistics.median(run["p50_ms"] for run in runs["combiner"]),
        "p99_ms": statistics.median(run["p99_ms"] for run in runs["combiner"]),
        "best_round_per_second": round(max(run["per_second"] for run in runs["combiner"])),
        "times_one_process": round(times("one_process"), 1),
        "times_six_statements": round(times("six_statements"), 1),
        "of_ceiling": round(times("ceiling"), 2),
        "duplicates_of_six_statements": f"{(sold[0] - sold[1]) * 100 / sold[0]:.1f} %",
    }


def _in_turns(ways: dict[str, Callable[[], dict[str, float]]]) -> dict[str, list[dict[str, float]]]:
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
    ways["combiner"]()  # warms up
    for _ in range(ROUNDS):
        for name, way in ways.items():
            runs[name].append(way())
    return runs


@contextmanager
def _database() -> Iterator[tuple[EmbeddedPostgres, list[uuid.UUID]]]:
    with tempfile.TemporaryDirectory(prefix="luckychit-bench-") as folder:
        Path(folder).chmod(0o755)
        server = embedded_postgres.start(Path(folder) / "data")
        try:
            url = fresh_database(server, sales_sql.DATABASE)
            migrate(url)
            db.use_engine(db.make_engine(url, pool_size=20))
            players = _players()
            for days, draw_id in enumerate((DRAW_ID, CEILING_ID)):
                _open(draw_id, days)
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(sales_sql.PLAN_TABLES)
                # What a server has done by itself after its first minute.
                connection.execute("ANALYZE")
            yield server, players
        finally:
            combiner.close()
            db.use_engine(None)
            server.stop()


def _players() -> list[uuid.UUID]:
    """Make people with plenty of money."""
    made = [new_id() for _ in range(PLAYERS)]
    now, amount = clock.now(), Money(10**9, "USD")
    people = [
        {"id": user_id, "mobile": f"+91{number:010d}", "now": now}
        for number, user_id in enumerate(made)
    ]
    with transaction() as session:
        session.execute(text(sales_sql.ADD_PERSON), people)
    for start in range(0, PLAYERS, 500):
        legs = [(accounts.wallet(user_id), amount) for user_id in made[start : start + 500]]
        bank = (accounts.clearing("play"), amount * -len(legs))
        with transaction() as session:
            wallet.post(
                session, key=f"fill:{start}", kind="play_credit", legs=[bank, *legs], now=now
            )
    return made


def _open(draw_id: str, days: int = 0) -> None:
    now = clock.now()
    with transaction() as session:
        operations.open_draw(
            session,
            draw_id=draw_id,
            kind="daily",
            draw_date=now.date() + timedelta(days=days),
            currency="USD",
            price_minor=PRICE_MINOR,
            fee_bps=500,
            opens_at=now,
            locks_at=now + timedelta(days=1),
            most_per_person=1_000_000,
            fewest_entries=1,
            rules_text="bench",
            now=now,
        )


def _combiner(players: list[uuid.UUID]) -> dict[str, float]:
    began = time.perf_counter()
    waits = sorted(asyncio.run(_buy_all(players, PURCHASES)))
    seconds = time.perf_counter() - began
    return {
        "per_second": PURCHASES / seconds,
        "p50_ms": round(waits[len(waits) // 2] * 1000, 1),
        "p99_ms": round(waits[len(waits) * 99 // 100] * 1000, 1),
    }


async def _buy_all(players: list[uuid.UUID], count: int) -> list[float]:
    """Let 400 buyers buy one ticket after the other, each waiting for an answer."""
    waits: list[float] = []
    todo, run = iter(range(count)), uuid.uuid4().hex

    async def buyer() -> None:
        for number in todo:
            player = players[number * 7919 % PLAYERS]
            order = Order(DRAW_ID, player, f"{run}:{number}", 1, "a phrase")
            began = time.perf_counter()
            await combiner.submit_async(order)
            waits.append(time.perf_counter() - began)

    await asyncio.gather(*(buyer() for _ in range(BUYERS)))
    return waits


def _one_process(players: list[uuid.UUID]) -> dict[str, float]:
    until = time.perf_counter() + SECONDS
    lines = [text(line) for line in sales_sql.SIX_LINES]

    def buy(thread: int) -> int:
        count = 0
        while time.perf_counter() < until:
            asked = {"user_id": players[(count * 7919 + thread * 131) % PLAYERS]}
            with transaction() as session:
                for line in lines:
                    session.execute(line, asked)
            count += 1
        return count

    with ThreadPoolExecutor(16) as pool:
        return {"per_second": sum(pool.map(buy, range(16))) / SECONDS}


def _pgbench(server: EmbeddedPostgres, script: str, *, clients: int, each: int) -> dict[str, float]:
    """Run a script of ``each`` purchases for some seconds."""
    path = server.cluster.parents[1] / "script.sql"
    path.write_text(script)
    path.chmod(0o644)
    words = f"-n -M prepared -c {clients} -j 2 -T {SECONDS} -h {server.socket_dir} -U postgres"
    ran = postgres_programs.run(
        server.account, "pgbench", *words.split(), "-f", str(path), sales_sql.DATABASE
    )
    found = _TPS.search(ran.stdout)
    if ran.returncode != 0 or found is None:
        raise RuntimeError(ran.stderr)
    return {"per_second": float(found[1]) * each}


if __name__ == "__main__":
    print(measure())
