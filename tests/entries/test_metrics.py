"""The page /metrics: exact, of all workers, and only for whom it is meant; and health."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from luckychit.api import app as api
from luckychit.api.headers import Headers
from luckychit.api.requests import Requests
from luckychit.core import db, errors, incidents, leadership, limits, metrics, serving
from luckychit.core.counters import Counters
from luckychit.core.db import transaction
from luckychit.core.limiter import Limiter
from luckychit.core.settings import settings
from luckychit.jobs import leader
from luckychit.jobs.schedule import Job

TOKEN = "a-token-of-thirty-two-characters-1"


@pytest.fixture
def configured(monkeypatch):
    """Set some settings for one test."""

    def configure(**values):
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    yield configure
    monkeypatch.undo()
    settings.cache_clear()


async def ask(path="/metrics", *, address="127.0.0.1", **headers):
    transport = httpx.ASGITransport(Requests(Headers(api.make())), client=(address, 1))
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    async with httpx.AsyncClient(transport=transport, base_url=settings().origin) as client:
        return await client.get(path, headers=sent)


def value(name: str) -> float:
    """Return a number of this process, 0 when nothing was counted yet."""
    for line in metrics.text().decode().splitlines():
        if line.startswith(f"{name} "):
            return float(line.split()[-1])
    return 0.0


class TestWhoMayRead:
    async def test_this_machine_may(self):
        answer = await ask()
        assert answer.status_code == 200
        assert "luckychit_http_requests_total" in answer.text
        assert answer.headers["cache-control"] == "no-store"

    async def test_anybody_else_finds_nothing(self):
        answer = await ask(address="192.0.2.1")
        assert answer.status_code == 404
        assert "luckychit" not in answer.text

    async def test_a_proxy_that_nobody_told_us_of_is_not_this_machine(self):
        assert (await ask(x_forwarded_for="192.0.2.1")).status_code == 404
        assert (await ask(forwarded="for=192.0.2.1")).status_code == 404

    async def test_behind_a_trusted_proxy_the_visitor_counts(self, configured):
        configured(TRUSTED_PROXY_HOPS="1", METRICS_ALLOW="10.0.0.0/8")
        assert (await ask(x_forwarded_for="192.0.2.1")).status_code == 404
        assert (await ask(x_forwarded_for="10.0.0.5, 192.0.2.1")).status_code == 404
        assert (await ask(x_forwarded_for="192.0.2.1, 10.1.2.3")).status_code == 200

    async def test_behind_two_who_shows_one_is_not_believed(self, configured):
        configured(TRUSTED_PROXY_HOPS="2")
        assert (await ask(x_forwarded_for="192.0.2.1")).status_code == 404
        assert (await ask()).status_code == 200

    async def test_a_token_opens_it_from_anywhere(self, configured):
        configured(METRICS_TOKEN=TOKEN)
        far = "192.0.2.1"
        assert (await ask(address=far, authorization=f"Bearer {TOKEN}")).status_code == 200
        assert (await ask(address=far, authorization=f"Bearer {TOKEN}x")).status_code == 404
        assert (await ask(address=far, authorization="Bearer ")).status_code == 404

    async def test_no_token_is_not_an_empty_token(self):
        assert (await ask(address="192.0.2.1", authorization="Bearer ")).status_code == 404


class TestWhatIsCounted:
    @pytest.mark.usefixtures("db")
    async def test_every_request_by_its_route_and_never_by_its_address(self):
        route = 'method="GET",route="/api/draws/{draw_id}/head",status="404"'
        name = f"luckychit_http_requests_total{{{route}}}"
        before = value(name)
        for number in range(3):
            await ask(f"/api/draws/DDL-2000010{number}/head")
        assert value(name) == before + 3
        assert "DDL-20000101" not in metrics.text().decode()

    async def test_how_long_they_took(self):
        name = 'luckychit_http_request_seconds_count{route="/_health"}'
        before = value(name)
        await ask("/_health")
        assert value(name) == before + 1

    def test_incidents(self):
        before = value("luckychit_incidents_total")
        incidents.report(errors.InvariantBroken())
        assert value("luckychit_incidents_total") == before + 1

    async def test_limits(self):
        limits.use(Limiter(None, Counters()))
        name = 'luckychit_limited_total{rule="verify"}'
        before = value(name)
        for _ in range(20):
            await limits.require(limits.VERIFY, "a")
        with pytest.raises(limits.TooOften):
            await limits.require(limits.VERIFY, "a")
        assert value(name) == before + 1

    async def test_jobs_that_went_well_and_that_failed(self):
        def fails():
            raise ValueError("a bug")

        for name, run, outcome in (("good", lambda: None, "well"), ("bad", fails, "failed")):
            counted = f'luckychit_job_runs_total{{job="{name}",outcome="{outcome}"}}'
            before = value(counted)
            with leader.ThreadPoolExecutor(1) as pool:
                await leader._in_thread(pool, Job(name, run, every_s=1))()
            assert value(counted) == before + 1
        assert value('luckychit_job_last_success_timestamp_seconds{job="good"}') > 1_700_000_000
        assert value('luckychit_job_last_success_timestamp_seconds{job="bad"}') == 0


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


IN_A_WORKER = """
import os, sys
from luckychit.core import metrics
metrics.sold(2, 5)
metrics.socket_opened()
sys.stdout.write(metrics.text().decode())
"""


class TestSeveralWorkers:
    def worker(self, folder: Path) -> str:
        return subprocess.run(
            [sys.executable, "-c", IN_A_WORKER],
            check=True,
            env={**os.environ, serving.METRICS_VARIABLE: str(folder)},
            capture_output=True,
            text=True,
        ).stdout

    def test_tell_of_all_and_forget_what_the_dead_held(self, tmp_path):
        first, second = self.worker(tmp_path), self.worker(tmp_path)
        assert "luckychit_tickets_sold_total 5.0" in first
        assert "luckychit_tickets_sold_total 10.0" in second
        # The first one is gone, and its open page with it.
        assert "luckychit_sockets 1.0" in second

    def test_with_folders_of_their_own_tell_of_themselves(self, tmp_path):
        # The control: the sum above is the folder's doing.
        assert "luckychit_tickets_sold_total 5.0" in self.worker(made(tmp_path / "a"))
        assert "luckychit_tickets_sold_total 5.0" in self.worker(made(tmp_path / "b"))


@pytest.mark.usefixtures("db")
class TestHealth:
    async def test_says_whether_anybody_leads(self):
        assert (await ask("/_health")).json()["leader"] is False
        with transaction() as session:
            session.connection().exec_driver_sql(
                f"SELECT pg_advisory_xact_lock({leadership.LEADER_LOCK})"
            )
            answer = await ask("/_health")
        assert answer.json() == {"status": True, "database": True, "redis": True, "leader": True}

    async def test_is_bad_without_redis_when_there_should_be_one(self):
        limits.use(Limiter("redis://127.0.0.1:9/0", Counters()))
        answer = await ask("/_health")
        assert answer.status_code == 503
        assert answer.json() == {"status": False, "database": True, "redis": False, "leader": False}

    async def test_is_bad_without_the_database(self, database):
        engine = db.make_engine("postgresql://nobody@127.0.0.1:9/none")
        before = db._engine
        db._engine = engine
        try:
            answer = await ask("/_health")
        finally:
            db._engine = before
            engine.dispose()
        assert answer.status_code == 503
        assert answer.json()["database"] is False
