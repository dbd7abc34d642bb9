"""Jobs: one leader, every job once at a time, none stopped by another's trouble."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import asynccontextmanager, suppress

import pytest
from structlog.testing import capture_logs

from luckychit import wiring
from luckychit.core import clock
from luckychit.domain.users import service as users
from luckychit.jobs import chits, fairness, housekeeping, leader, ledger, lottery
from luckychit.jobs.schedule import JOBS, Job
from tests.helpers.circle import a_circle, clock_at, with_setting
from tests.helpers.lottery import days

PATIENCE_S = 20.0


class Source:
    """A relay that notes what it was asked, and knows nothing."""

    def __init__(self):
        self.asked: list[int] = []

    def signatures(self, round_number: int):
        self.asked.append(round_number)
        return iter(())


class Counted:
    """A job: notes its starts, and how many ran at once."""

    def __init__(self, work: Callable[[], object] = lambda: None):
        self.work = work
        self.runs = self.now = self.most_at_once = 0
        self._lock = threading.Lock()

    def __call__(self) -> None:
        with self._lock:
            self.runs += 1
            self.now += 1
            self.most_at_once = max(self.most_at_once, self.now)
        self.work()
        with self._lock:
            self.now -= 1


@asynccontextmanager
async def a_worker(*jobs: Job):
    """One worker that tries to lead, ten times a second."""
    task = asyncio.create_task(leader.lead(jobs, retry_s=0.1))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(condition, within_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.05)


@pytest.mark.usefixtures("db")
class TestTheLeader:
    async def test_is_one_of_two_workers_and_the_other_follows_when_it_ends(self):
        first, second = Counted(), Counted()
        async with a_worker(Job("first", first, every_s=1)) as leading:
            await until(lambda: first.runs)
            async with a_worker(Job("second", second, every_s=1)):
                await asyncio.sleep(0.5)
                assert second.runs == 0
                leading.cancel()
                await until(lambda: second.runs)
                before = first.runs
                await asyncio.sleep(1.2)
                assert first.runs == before

    async def test_follows_itself_when_its_connection_is_cut(self, db):
        work = Counted()
        async with a_worker(Job("work", work, every_s=1)):
            await until(lambda: work.runs)
            with db.owner.begin() as connection:
                cut = connection.exec_driver_sql(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    " WHERE application_name = 'luckychit-leader'"
                ).scalar_one()
            assert cut == 1
            before = work.runs
            await until(lambda: work.runs > before + 1)

    async def test_never_starts_a_job_that_is_still_running(self):
        may_end = threading.Event()
        slow, quick = Counted(lambda: may_end.wait(PATIENCE_S)), Counted()
        async with a_worker(Job("slow", slow, every_s=1), Job("quick", quick, every_s=1)):
            await until(lambda: slow.runs and quick.runs >= 3)
            assert (slow.runs, slow.most_at_once) == (1, 1)
            may_end.set()

    async def test_waits_for_the_running_job_when_it_is_stopped(self):
        # So long that a worker which did not wait would be gone before.
        slow = Counted(lambda: time.sleep(0.6))
        async with a_worker(Job("slow", slow, every_s=1)):
            await until(lambda: slow.now)
        assert slow.now == 0

    async def test_logs_a_failing_job_and_goes_on(self):
        work = Counted()

        def fail() -> None:
            work()
            raise RuntimeError("no luck")

        with capture_logs() as logs:
            async with a_worker(Job("bad", fail, every_s=1)):
                await until(lambda: work.runs >= 2)
        assert {entry["job"] for entry in logs if entry["event"] == "job_failed"} == {"bad"}


@pytest.mark.usefixtures("db")
class TestTheJobs:
    def test_have_names_of_their_own_and_a_pace(self):
        names = [job.name for job in JOBS]
        assert len(names) == len(set(names))
        pace = {job.name: job.every_s for job in JOBS}
        assert pace["advance_draws"] == pace["advance_lottery"] == pace["advance_rooms"] == 1

    def test_all_run_on_an_empty_database(self):
        for job in JOBS:
            job.run()

    def test_advance_draws_draws_what_is_due(self):
        with clock_at():
            circle = a_circle(2)
            circle.pay_all()
            circle.go_to_lock()
            chits.advance_draws()
            assert circle.draws()[0].status == "drawn"

    def test_advance_lottery_turns_the_calendar(self):
        with clock_at():
            lottery.advance()
            assert [(day.draw_id, day.status) for day in days()] == [("DDL-20270101", "open")]
            clock.set_start(days()[0].locks_at)
            with capture_logs() as logs:
                lottery.advance()
            assert [day.status for day in days()] == ["void", "open"]
        assert {"event": "daily_draw_advanced", "steps": 2, "log_level": "info"} in logs

    def test_fetch_beacons_asks_the_wired_source_for_what_is_awaited(self, monkeypatch):
        source = Source()
        wiring.use_beacon_source(source)
        try:
            with clock_at(), with_setting(monkeypatch, BEACON="drand"):
                circle = a_circle(2)
                circle.pay_all()
                circle.go_to_lock()
                chits.advance_draws()
                fairness.fetch_beacons()
                assert source.asked == []
                with clock_at(circle.present().beacon_at):
                    fairness.fetch_beacons()
        finally:
            wiring.use_beacon_source(None)
        assert len(source.asked) == 1

    def test_audit_logs_each_problem_as_an_error(self, db):
        with clock_at():
            circle = a_circle(2)
            circle.pay(1)
        with capture_logs() as logs:
            ledger.audit()
        assert logs == []
        with db.owner.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql("UPDATE ledger_accounts SET balance_minor = 7")
        with capture_logs() as logs:
            ledger.audit()
        assert logs
        assert {(entry["event"], entry["log_level"]) for entry in logs} == {
            ("ledger_problem", "error")
        }

    def test_forget_old_sign_ins_leaves_living_ones(self):
        users.create_admin(full_name="Asha Admin", username="asha", password="a quiet river")
        signed_in = users.sign_in(login="asha", password="a quiet river", address="127.0.0.1")
        housekeeping.forget_old_sign_ins()
        assert users.actor_of(token=signed_in.token).full_name == "Asha Admin"
