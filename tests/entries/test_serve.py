"""The command ``serve``: what it starts, what it survives, what it refuses, how it ends."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from luckychit.core import db, postgres_programs, schema, serving
from luckychit.core.settings import Settings
from tests.conftest import SCRATCH, WORKER
from tests.helpers.server import ROOT, AppServer, environment, free_port, served, stop, wait_for


@pytest.fixture(scope="module")
def app() -> Iterator[AppServer]:
    with served(SCRATCH / WORKER / "serve") as running:
        yield running


def got(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own address
        return answer.read().decode()


def workers_of(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return [child for child in psutil.Process(process.pid).children() if _is_worker(child)]


def _is_worker(process: psutil.Process) -> bool:
    try:
        return "--multiprocessing-fork" in process.cmdline()
    except psutil.Error:
        return False  # it died while we looked


def refused(data_dir: Path, *words: str, **more: str) -> str:
    """Run a command that must be refused; return the one sentence it says."""
    done = subprocess.run(
        [sys.executable, "-m", "luckychit", *words],
        check=False,
        cwd=ROOT,
        env=environment(data_dir, free_port(), **more),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def eventually(happens, timeout_s: float = 20) -> None:
    deadline = time.monotonic() + timeout_s
    while not happens():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


class TestServing:
    def test_one_port_answers_for_pages_and_server(self, app):
        assert "<html" in got(f"{app.url}/")
        assert json.loads(got(f"{app.url}/ping")) == "pong"

    def test_workers_sign_in_as_the_role_that_owns_nothing(self, app):
        (worker,) = workers_of(app.process)
        url = worker.environ()["DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET ROLE NONE")
            (user,) = connection.execute("SELECT current_user").fetchone()
            assert user == db.APP_ROLE
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SET ROLE postgres")

    def test_the_pages_find_their_server_wherever_they_came_from(self, app):
        names = [path.name for path in (ROOT / ".web/build/client/assets").glob("reflex-env-*.js")]
        text = got(f"{app.url}/assets/{names[0]}")
        assert "location.origin" in text
        assert "localhost:8000" not in text

    def test_the_schema_is_current(self, app):
        assert "up to date" in app.command("migrate")

    def test_an_admin_can_be_made_beside_the_running_app(self, app):
        said = app.command("create-admin", "--name", "Asha Rao", "--username", "asha")
        assert "Asha Rao can sign in as asha" in said
        assert "one-time password" in said
        assert json.loads(got(f"{app.url}/ping")) == "pong"

    def test_a_second_factor_is_removed_beside_it_or_it_says_why_not(self, app):
        app.command("create-admin", "--name", "Uma Rao", "--username", "uma")
        said = refused(app.data_dir, "remove-second-factor", "uma")
        assert said == "Two-step sign-in is not on.\n"
        said = refused(app.data_dir, "remove-second-factor", "nobody")
        assert said == "login: Nobody signs in with this name.\n"

    def test_the_books_are_in_order(self, app):
        assert "in order" in app.command("audit")

    def test_a_worker_that_dies_is_replaced(self, app):
        before = workers_of(app.process)[0]
        before.kill()
        eventually(lambda: before not in workers_of(app.process))
        wait_for(f"{app.url}/ping", app.process, app.log)

    def test_a_database_that_dies_is_started_again(self, app):
        cluster = app.data_dir / "postgres"
        before = postgres_programs.serving_process(cluster)
        before.kill()
        eventually(lambda: postgres_programs.serving_process(cluster) not in {None, before})
        eventually(lambda: _answers(app.database_url))
        assert "in order" in app.command("audit")


def _answers(database_url: str) -> bool:
    try:
        psycopg.connect(database_url).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.usefixtures("app")
class TestLife:
    def start(self, data_dir: Path, port: int, log: Path, **more: str) -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "luckychit", "serve"],
                cwd=ROOT,
                env=environment(data_dir, port, **more),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_for(f"http://localhost:{port}/ping", process, log)
        return process

    def test_ends_cleanly_and_in_time_when_told_to(self, scratch):
        process = self.start(scratch / "data", free_port(), scratch / "log")
        began = time.monotonic()
        assert stop(process) == 0
        assert time.monotonic() - began < 15
        assert postgres_programs.serving_process(scratch / "data" / "postgres") is None
        log = (scratch / "data" / "postgres" / "server.log").read_text()
        assert log.rstrip().endswith("database system is shut down")

    def test_comes_back_on_its_data_after_a_kill(self, scratch):
        data_dir, port = scratch / "data", free_port()
        process = self.start(data_dir, port, scratch / "log")
        workers = workers_of(process)
        process.kill()
        process.wait()
        psutil.wait_procs(workers, timeout=20)
        assert not any(w.is_running() and w.status() != psutil.STATUS_ZOMBIE for w in workers)
        again = self.start(data_dir, port, scratch / "log")
        assert stop(again) == 0

    def test_every_worker_has_the_same_clock(self, scratch):
        settings = {"LUCKYCHIT_CLOCK": "2031-03-01T18:00:00Z"}
        process = self.start(scratch / "data", free_port(), scratch / "log", **settings)
        ahead = workers_of(process)[0].environ()["LUCKYCHIT_CLOCK_OFFSET_S"]
        assert float(ahead) > 0
        assert stop(process) == 0

    def test_interrupting_it_in_a_terminal_ends_it_as_well(self, scratch):
        process = self.start(scratch / "data", free_port(), scratch / "log")
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(20) == 0
        assert postgres_programs.serving_process(scratch / "data" / "postgres") is None


@pytest.mark.usefixtures("app")
class TestRefusals:
    def test_a_port_in_use(self, scratch):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            assert f"Port {port}" in refused(scratch, "serve", PORT=port)

    def test_a_second_copy_on_the_folder(self, app):
        assert "Another copy" in refused(app.data_dir, "serve")

    def test_a_setting_of_the_wrong_shape(self, scratch):
        assert refused(scratch, "serve", PORT="many").startswith("PORT: ")

    def test_weak_secrets_in_live_mode(self, scratch):
        said = refused(scratch, "serve", LUCKYCHIT_MODE="live", JWT_SECRET="hunter2")
        assert "live mode refuses to start" in said
        assert "hunter2" not in said

    def test_several_workers_without_redis(self, scratch):
        assert "REFLEX_REDIS_URL" in refused(scratch, "serve", WEB_CONCURRENCY="2")

    def test_invented_people_in_live_mode(self, scratch):
        secrets = {"JWT_SECRET": "abcdefghijklmnopqrstuvwxyz0123456789"}
        secrets["TICKET_SEAL_SECRET"] = "0123456789abcdefghijklmnopqrstuvwxyz"
        live = {"LUCKYCHIT_MODE": "live", "PUBLIC_URL": "https://chits.example"}
        assert "invents people" in refused(scratch, "demo", **secrets, **live)

    def test_a_database_that_does_not_answer(self):
        address = f"postgresql://nobody:letmein@127.0.0.1:{free_port()}/nowhere"
        with pytest.raises(schema.DatabaseUnreachable) as caught:
            schema.migrate(address, patience_s=0)
        assert "did not answer" in caught.value.message
        assert "letmein" not in caught.value.message

    def test_create_admin_without_a_name(self, scratch):
        assert "Full name" in refused(scratch, "create-admin")

    def test_pages_that_were_never_built(self, scratch):
        copy = scratch / "copy"
        shutil.copytree(ROOT / "luckychit", copy / "luckychit")
        done = subprocess.run(
            [sys.executable, "-m", "luckychit", "serve"],
            check=False,
            cwd=copy,
            env=environment(scratch / "data", free_port()),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 2
        assert "make build" in done.stderr

    def test_a_port_that_needs_a_privilege_is_named(self):
        with pytest.raises(serving.PortInUse) as caught:
            serving.check(Settings(host="192.0.2.1", port=8000))
        assert "192.0.2.1" in caught.value.message
