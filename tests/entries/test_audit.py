"""The audits reach the operator: as errors in the log, as lines and an exit code."""

import argparse
from contextlib import nullcontext

import pytest
from structlog.testing import capture_logs

from luckychit import __main__ as command_line
from luckychit.domain.lottery import service
from luckychit.jobs import chits, lottery
from luckychit.jobs.schedule import HOUR_S, JOBS
from tests.helpers.circle import a_circle, clock_at
from tests.helpers.lottery import a_player, buy


@pytest.fixture
def circle(db):
    """A circle with one payment in it; its books are healthy."""
    assert db
    with clock_at():
        made = a_circle(2)
        made.pay(1)
        yield made


def lose_a_receipt_number(db):
    with db.owner.begin() as owner:
        owner.exec_driver_sql("UPDATE receipt_counters SET last_number = 9")


def unbalance(db):
    with db.owner.begin() as owner:
        owner.exec_driver_sql("SET LOCAL session_replication_role = replica")
        owner.exec_driver_sql(
            "UPDATE ledger_accounts SET balance_minor = balance_minor + 1 WHERE kind = 'chit_pot'"
        )


def break_a_seal(db):
    service.advance()
    buy(a_player())
    with db.owner.begin() as owner:
        owner.exec_driver_sql("SET LOCAL session_replication_role = replica")
        owner.exec_driver_sql("UPDATE tickets SET seal = decode(repeat('00', 32), 'hex')")


@pytest.mark.usefixtures("circle")
class TestAudit:
    def test_of_circles_is_an_hourly_job(self):
        assert (chits.audit, HOUR_S) in [(job.run, job.every_s) for job in JOBS]

    def test_job_logs_each_problem_as_an_error(self, db):
        with capture_logs() as logs:
            chits.audit()
        assert logs == []
        lose_a_receipt_number(db)
        with capture_logs() as logs:
            chits.audit()
        (entry,) = logs
        assert (entry["event"], entry["log_level"]) == ("circle_problem", "error")
        assert entry["code"] == "receipts_have_gaps"

    def test_of_tickets_is_an_hourly_job_that_logs_problems(self, db):
        assert (lottery.audit, HOUR_S) in [(job.run, job.every_s) for job in JOBS]
        break_a_seal(db)
        with capture_logs() as logs:
            lottery.audit()
        assert {(entry["event"], entry["log_level"]) for entry in logs} == {
            ("ticket_problem", "error")
        }

    @pytest.mark.parametrize(
        ("damage", "code"),
        [
            (lose_a_receipt_number, "receipts_have_gaps"),
            (unbalance, "balance_drifted"),
            (break_a_seal, "seal_broken"),
        ],
    )
    def test_command_prints_problems_of_either_kind_and_says_1(
        self, db, monkeypatch, capsys, damage, code
    ):
        monkeypatch.setattr(command_line, "_current_database", nullcontext)
        assert command_line.audit(argparse.Namespace()) == 0
        assert "in order" in capsys.readouterr().out
        damage(db)
        assert command_line.audit(argparse.Namespace()) == 1
        said = capsys.readouterr().out
        assert code in said
        assert "problems found" in said
