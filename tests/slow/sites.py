"""A served app, who uses it and its PostgreSQL: started together, killed together."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psutil

from luckychit.core import clock, embedded_postgres
from luckychit.core.postgres_programs import serving_process
from tests.helpers.server import ROOT, environment, wait_for
from tests.slow.journals import read_journal


@dataclass
class Site:
    """Everything that is killed, and where it left its traces.

    Args:
        folder: Its own; ``plan.json`` in it tells the hammer who acts.
        hammer: Module that uses the app.
        journals: Names of the journals that the hammer writes.
    """

    folder: Path
    port: int
    hammer: str
    journals: list[str]
    ahead: timedelta = timedelta()
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    app_kills: int = 0
    database_kills: int = 0

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def plan(self) -> Path:
        return self.folder / "plan.json"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def start(self, *words: str, **more: str) -> None:
        """Start the app and the hammer; ``words`` are for the hammer, ``more`` are settings."""
        ahead = {clock.OFFSET_VARIABLE: repr(self.ahead.total_seconds())}
        app = environment(self.data, self.port, **(ahead | more))
        self.processes = [self._process(app, "-m", "luckychit", "serve")]
        wait_for(f"http://localhost:{self.port}/ping", self.processes[0], self.log)
        server = embedded_postgres.start(self.data)  # joins the one that the app has started
        hammer = app | {"DATABASE_URL": server.url()}
        where = (str(self.plan), str(self.folder / "journal"))
        self.processes.append(self._process(hammer, "-m", self.hammer, *where, *words))
        server._share.close()  # leaves without stopping it: a kill must find it alive

    def _process(self, env: dict[str, str], *words: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env=env,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def lines(self) -> list[list[object]]:
        """Return all lines of all journals."""
        return [
            line for name in self.journals for line in read_journal(self.folder / f"journal.{name}")
        ]

    def promised(self) -> int:
        """Return how many requests were answered with a promise."""
        files = (self.folder / f"journal.{name}" for name in self.journals)
        return sum(file.read_bytes().count(b'["DONE"') for file in files if file.exists())

    def kill(self, *, database: bool) -> None:
        """Kill every process of app and hammer, and all of PostgreSQL when wanted."""
        victims = self._database() if database else []
        for process in self.processes:
            assert process.poll() is None, self.log.read_text()[-3000:]
            os.killpg(process.pid, signal.SIGKILL)
        self.app_kills += 1
        self._kill_all(victims)
        for process in self.processes:
            process.wait()

    def kill_database(self) -> None:
        """Kill all of PostgreSQL under the living app."""
        self._kill_all(self._database())

    def _database(self) -> list[psutil.Process]:
        main = serving_process(self.data / "postgres")
        assert main is not None, "PostgreSQL should live"
        return [main, *main.children()]

    def _kill_all(self, victims: list[psutil.Process]) -> None:
        for victim in victims:
            with suppress(psutil.NoSuchProcess):  # its client is gone, so it may be too
                victim.send_signal(signal.SIGKILL)
        psutil.wait_procs(victims, timeout=1)
        self.database_kills += bool(victims)
