"""What a draw of a million tickets costs, beside one of ten and of a hundred thousand.

One durable PostgreSQL of our own and one process that is everything at once, as an app with
one worker is: it sells, turns the calendar, audits and hands out bundles, all under one
interpreter lock. The draws are filled by the combiner's own batches (ten purchases of a
hundred tickets in one transaction). At midnight, and while the audit recomputes, eight
buyers go on buying in the next day and two people look at pages: how long they wait then is
compared with how long they wait when nothing else is done. What a ticket costs is taken as
processor time, and of the sale as the median of the last hundred transactions, because a
busy machine changes these least.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import text

from bench import sales_sql
from bench.crowd import WARM_UP_S, Crowd
from luckychit.core import clock, db, embedded_postgres, schema
from luckychit.core.db import reading, transaction
from luckychit.core.ids import new_id
from luckychit.core.money import Money
from luckychit.domain.fairness.lcd1.merkle import merkle_root
from luckychit.domain.lottery import rules
from luckychit.domain.lottery.service import calendar
from luckychit.domain.tickets import combiner, queries
from luckychit.domain.tickets.models import Draw
from luckychit.domain.tickets.operations import blocks
from luckychit.domain.tickets.operations.listing import leaves
from luckychit.domain.tickets.views import Order, Sold, ticket_id_of
from luckychit.domain.users.service import Actor
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import operations as wallet
from luckychit.domain.wallet import queries as ledger

ROOT = Path(__file__).resolve().parents[1]
SIZES = tuple(int(n) for n in os.environ.get("MILLION", "10000,100000,1000000").split(","))
PEOPLE = 2_000
BATCH, EACH = 10, 100
QUIET_S = 5.0
FILES = 50
MORNING = datetime(2027, 1, 1, 8, tzinfo=UTC)
NAMES = ("nothing_else", "midnight", "audit", "ledger_audit", "recomputation", "bundle")
Found = dict[str, Any]


def measure() -> Found:
    """Return times, memory and waits at each size, and what a ticket costs beside 10,000."""
    with tempfile.TemporaryDirectory(prefix="luckychit-bench-") as folder, _database(folder):
        people = _people()
        clock.set_start(MORNING)
        calendar.advance()
        found = [_one_day(size, people, Path(folder)) for size in SIZES]
        assert ledger.audit() == []
    first = found[0]["us_each"]
    ratios = [
        {name: round(day["us_each"][name] / first[name], 2) for name in first} for day in found
    ]
    return {"sizes": SIZES, "times_the_first": ratios, "days": found}


def _one_day(size: int, people: list[Actor], folder: Path) -> Found:
    """Sell a day's tickets, live through its midnight, and prove them."""
    day = rules.day_at(clock.now())
    draw_id = rules.draw_id_of(day)
    batches = _fill(draw_id, size, people)
    crowd = Crowd(people, NAMES)
    clock.set_start(rules.locks_at(day) - timedelta(seconds=WARM_UP_S + QUIET_S + 1))
    with crowd:
        crowd.notes("nothing_else", lambda: time.sleep(QUIET_S))
        steps = crowd.notes("midnight", lambda: _midnight(draw_id))
        for name, act in (
            ("audit", lambda: _sound(queries.audit())),
            ("ledger_audit", lambda: _sound(ledger.audit())),
            ("recomputation", lambda: _recomputed(draw_id)),
            ("bundle", lambda: _written(draw_id, folder / "bundle.json")),
        ):
            used = time.thread_time()
            steps[f"{name}_s"] = crowd.notes(name, lambda act=act: _timed(act))
            steps[f"{name}_processor_s"] = round(time.thread_time() - used, 3)
    count = queries.draw(draw_id).total_entries
    assert queries.draw(draw_id).status == "drawn"
    steps |= _verified(folder / "bundle.json") | {"ticket_file_ms": _file_ms(draw_id, count)}
    bundle_mb = round((folder / "bundle.json").stat().st_size / 2**20)
    each = {"sale": statistics.median(batches[-100:]) / (BATCH * EACH)} | {
        name: steps[f"{name}_processor_s"] / count
        for name in ("recomputation", "bundle", "verify_py")
    }
    clock.set_start(rules.midnight(rules.day_at(clock.now())) + timedelta(hours=8))
    return {
        "tickets": count,
        "sold_per_second": round(size / sum(batches)),
        **steps,
        "bundle_mb": bundle_mb,
        "memory_mb": crowd.memory,
        "waits_ms": crowd.waits(),
        "us_each": {name: round(seconds * 1e6, 2) for name, seconds in each.items()},
    }


def _midnight(draw_id: str) -> Found:
    """Wait for midnight, then do what the jobs do, at once; return how long each took."""
    day = rules.day_of(draw_id)
    assert day is not None
    time.sleep(max(0.0, (rules.locks_at(day) - clock.now()).total_seconds()))
    lock_s = _timed(calendar._turn_calendar)  # noqa: SLF001 - the parts of advance()
    settle_s = _timed(lambda: calendar._settle(draw_id))  # noqa: SLF001
    with reading() as session:
        count = queries.draw(draw_id).total_entries
        root_s = _timed(lambda: blocks.root_of(session, draw_id, count))
    time.sleep(1)
    return {
        "lock_ms": round(lock_s * 1000, 1),
        "of_which_root_ms": round(root_s * 1000, 1),
        "settle_ms": round(settle_s * 1000, 1),
    }


def _recomputed(draw_id: str) -> None:
    """Make every leaf and the root again from the tickets; it must be the locked one."""
    with reading() as session:
        draw = session.get_one(Draw, draw_id)
        made = merkle_root(leaves(session, draw))
        assert made == blocks.root_of(session, draw_id, draw.total_entries)


def _written(draw_id: str, path: Path) -> None:
    with path.open("wb") as file:
        file.writelines(queries.bundle(draw_id))


def _verified(bundle: Path) -> Found:
    """Let the verifier that anybody may download check the bundle, in a process of its own."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "assets" / "verify.py"), str(bundle)], stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, "verify.py does not accept the bundle"
    seconds = time.perf_counter() - began
    return {
        "verify_py_s": round(seconds, 2),
        "verify_py_processor_s": round(used.ru_utime + used.ru_stime, 3),
        "verify_py_mb": used.ru_maxrss // 1024,
    }


def _file_ms(draw_id: str, count: int) -> float:
    chance = Random(1)
    return round(
        statistics.median(
            _timed(
                lambda: queries.ticket_file(ticket_id_of(draw_id, chance.randint(1, count)), None)
            )
            for _ in range(FILES)
        )
        * 1000,
        1,
    )


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return round(time.perf_counter() - began, 5)


def _sound(problems: list[Any]) -> None:
    assert problems == []


def _fill(draw_id: str, size: int, people: list[Actor]) -> list[float]:
    """Sell tickets as the combiner does when many wait; return the seconds of each batch."""
    seconds = []
    for start in range(0, size // EACH, BATCH):
        numbers = range(start, start + BATCH)
        orders = [
            Order(draw_id, people[number % PEOPLE].user_id, f"fill:{number}", EACH, "a phrase")
            for number in numbers
        ]
        began = time.perf_counter()
        answers = combiner.sold_in_batch(orders)
        seconds.append(time.perf_counter() - began)
        assert all(isinstance(answer, Sold) for answer in answers), answers[0]
    return seconds


@contextmanager
def _database(folder: str) -> Iterator[None]:
    Path(folder).chmod(0o755)
    with embedded_postgres.running(Path(folder) / "data") as server:
        schema.migrate(server.url())
        db.use_engine(db.make_engine(server.url(), pool_size=20))
        try:
            yield
        finally:
            combiner.close()
            db.use_engine(None)
            os.environ.pop(clock.OFFSET_VARIABLE, None)


def _people() -> list[Actor]:
    """Make members with plenty of money."""
    made = [
        Actor(new_id(), "member", "Buyer", new_id(), False, date(1990, 5, 7)) for _ in range(PEOPLE)
    ]
    now, amount = clock.now(), Money(10**9, "USD")
    rows = [
        {"id": player.user_id, "mobile": f"+91{number:010d}", "now": now}
        for number, player in enumerate(made)
    ]
    legs = [(accounts.wallet(player.user_id), amount) for player in made]
    with transaction() as session:
        session.execute(text(sales_sql.ADD_PERSON), rows)
        bank = (accounts.clearing("play"), amount * -PEOPLE)
        wallet.post(session, key="bench", kind="play_credit", legs=[bank, *legs], now=now)
    return made


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
