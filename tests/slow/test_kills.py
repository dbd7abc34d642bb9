"""Goal: nothing that was promised is lost, and nothing happens twice, whatever is killed.

Method: the app serves (its job draws) while clerks record payments, take some back, hand
out prizes and press the draw's button; then every process of both gets SIGKILL, in every
fourth round all of PostgreSQL too. They start again five days later on the app's clock,
repeat what was not answered, and go on: a hundred times, five hundred days. At the end
the clerks' journals are compared with the books, and every draw's proof is checked.
"""

import json
import os
import random
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from luckychit.core import building, clock, db, embedded_postgres, schema
from luckychit.domain.chits import queries as chits
from luckychit.domain.chits import service
from luckychit.domain.fairness import queries as fairness
from luckychit.domain.fairness.lcd1 import verifier
from luckychit.domain.wallet import queries as wallet
from tests.helpers.circles import a_group, join
from tests.helpers.people import a_manager
from tests.helpers.server import free_port
from tests.slow.hammer import PAYERS
from tests.slow.sites import Site

ROUNDS = int(os.environ.get("KILL_ROUNDS", "100"))
GROUPS, SEATS = 4, 14
DAYS_PER_ROUND = 5
KILL_DATABASE_EVERY = 4
NAMES = [*(f"{number}" for number in range(PAYERS)), "cashier"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@pytest.fixture
def site(scratch: Path):
    """Return four running circles on a data folder of their own."""
    building.build()
    made = Site(scratch, free_port(), "tests.slow.hammer", NAMES)
    with embedded_postgres.running(made.data) as server:
        schema.migrate(server.url())
        db.use_engine(db.make_engine(server.url()))
        manager = a_manager()
        today = clock.now().date()
        for number in range(GROUPS):
            policy = ("collected", "foreman_advances")[number % 2]
            terms = {"starts_on": today.replace(day=1), "short_collection": policy}
            group_id = a_group(manager, seats=SEATS, draw_day=5 + 6 * number, **terms)
            for _ in range(SEATS):
                join(manager, group_id)
            service.start_group(actor=manager, group_id=group_id)
        noted = {"user_id": manager.user_id, "full_name": manager.full_name}
        noted |= {"session_id": manager.session_id}
        made.plan.write_text(json.dumps(noted, default=str))
        db.use_engine(None)
    return made


def test_a_hundred_kills_lose_and_double_nothing(site, record_property):
    random.seed()
    for number in range(1, ROUNDS + 1):
        site.ahead += timedelta(days=DAYS_PER_ROUND)
        site.start(DRAW_NOTICE_S="3")
        wait_for_promises(site, site.promised() + 3)
        time.sleep(random.uniform(0, 0.8))
        site.kill(database=number % KILL_DATABASE_EVERY == 0)
    with embedded_postgres.running(site.data) as server:
        db.use_engine(db.make_engine(server.url()))
        try:
            seen = check_everything(site)
        finally:
            db.use_engine(None)
    print(json.dumps(seen))
    record_property("seen", json.dumps(seen))


def wait_for_promises(site: Site, wanted: int) -> None:
    # When everything due is paid there is nothing to promise: the draws go on alone.
    deadline = time.monotonic() + 4
    while site.promised() < wanted and time.monotonic() < deadline:
        time.sleep(0.05)


def check_everything(site: Site) -> dict[str, Any]:
    seen = check_promises(site.lines()) | check_draws() | {"rounds": ROUNDS}
    assert wallet.audit() == []
    assert chits.audit() == []
    assert (
        rows(
            "SELECT d.id FROM dues d LEFT JOIN payment_allocations a ON a.due_id = d.id "
            "GROUP BY d.id HAVING d.paid_minor <> coalesce(sum(a.amount_minor), 0)"
        )
        == []
    )
    # What came in less what went out is what the manager's hands hold.
    (held,) = rows(
        "SELECT (SELECT sum(amount_minor) FROM payments) AS received, "
        "(SELECT coalesce(sum(net_minor), 0) FROM prize_payouts) AS paid, "
        "(SELECT -sum(balance_minor) FROM ledger_accounts WHERE kind = 'clearing') AS clearing"
    )
    assert held.received - held.paid == held.clearing
    return seen


def check_promises(journals: list[list[Any]]) -> dict[str, Any]:
    sent = {line[1]: line[2] for line in journals if line[0] == "SENT"}
    done = [(line[1], line[2]) for line in journals if line[0] == "DONE"]
    refused = {line[1] for line in journals if line[0] == "REFUSED"}
    answered = dict(done)
    assert all(answered[key] == answer for key, answer in done), "a key had two answers"
    booked = {row.idempotency_key: row for row in rows("SELECT * FROM payments")}
    paid_out = {str(row.id): row for row in rows("SELECT * FROM prize_payouts")}
    for key, answer in answered.items():
        if sent[key]["service"] == "pay_out":
            assert paid_out[answer["id"]].net_minor == answer["amount_minor"]
        else:
            assert str(booked[key].id) == answer["id"]
            assert booked[key].amount_minor == answer["amount_minor"]
    assert set(booked) <= set(sent), "a payment that nobody sent"
    assert not (set(booked) & refused - set(answered)), "a refused payment was booked"
    payouts = [key for key in answered if sent[key]["service"] == "pay_out"]
    unanswered = set(sent) - set(answered) - refused
    assert len(payouts) <= len(paid_out) <= len(payouts) + len(unanswered)
    numbers = sorted(row.receipt_number for row in booked.values())
    assert numbers == list(range(1, len(numbers) + 1)), "receipts have gaps or twins"
    count = Counter(sent[key]["service"] for key in answered)
    return {"promised": dict(count), "unanswered": len(unanswered), "refused": len(refused)}


def check_draws() -> dict[str, Any]:
    drawn = rows("SELECT * FROM monthly_draws WHERE status = 'drawn'")
    won = Counter((row.group_id, row.winner_seat_id) for row in drawn)
    assert set(won.values()) <= {1}
    outcomes: Counter[str] = Counter()
    for row in rows("SELECT draw_id FROM proof_log WHERE entry_type IN ('RESULT', 'VOID')"):
        report = verifier.verify(json.loads(fairness.bundle(row.draw_id)))
        assert report.is_valid, (row.draw_id, report)
        outcomes[report.outcome] += 1
    assert outcomes["drawn"] == len(drawn)
    completed = rows("SELECT id FROM chit_groups WHERE status = 'completed'")
    return {"drawn": len(drawn), "voided": outcomes["void"], "completed": len(completed)}


def rows(query: str) -> list[Any]:
    with db.reading() as session:
        return list(session.execute(text(query)))
