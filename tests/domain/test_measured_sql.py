"""What a sale is measured against is what it runs: the scripts of ``bench`` still fit."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bench import sales_sql
from luckychit.core import clock, postgres_programs
from luckychit.domain.tickets import queries
from luckychit.domain.wallet import queries as ledger
from tests.helpers.database import Database
from tests.helpers.tickets import DRAW_ID, a_player, an_open_draw, pot

PLAYERS = 100
PLAN_TABLES = "plan_wallets, plan_draws, plan_tickets, plan_transactions, bench_players"


@pytest.fixture
def measured(db: Database):
    """An open draw with enough players, and the tables of the plan beside it."""
    now = clock.now()
    an_open_draw(draw_date=now.date(), opens_at=now, locks_at=now + timedelta(hours=1), now=now)
    for _ in range(PLAYERS):
        a_player(1_000)
    with db.owner.begin() as owner:
        owner.execute(text(sales_sql.PLAN_TABLES))
    yield db
    with db.owner.begin() as owner:
        owner.execute(text(f"DROP TABLE {PLAN_TABLES}"))


def pgbench(db: Database, script: str, folder: Path, times: int) -> None:
    path = folder / "script.sql"
    path.write_text(script)
    words = ["-n", "-M", "prepared", "-t", str(times), "-f", path, db.url]
    ran = subprocess.run(
        [postgres_programs.folder() / "pgbench", *words],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr


def test_the_ceiling_sells_by_the_statements_of_a_sale(measured, tmp_path):
    script = sales_sql.batch(DRAW_ID).replace("random(1, 1900)", "random(1, 1)")
    pgbench(measured, script, tmp_path, 2)
    draw = queries.draw(DRAW_ID)
    assert (draw.total_entries, pot()) == (2 * PLAYERS, 2 * PLAYERS * 95)
    assert ledger.audit() == []


def test_the_six_statements_sell_without_a_ledger(measured, tmp_path):
    pgbench(measured, sales_sql.SIX.replace("2000", str(PLAYERS)), tmp_path, 5)
    with measured.owner.connect() as owner:
        sold = owner.execute(text("SELECT count(*), max(position) FROM plan_tickets")).one()
    assert tuple(sold) == (5, 5)
