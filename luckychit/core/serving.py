"""Serves the built app: granian on one port, on our PostgreSQL when none is given.

This process is granian's supervisor and PostgreSQL's keeper. It starts the database
first and stops it last; when PostgreSQL dies it is started again, when a worker dies
granian starts another, and when this process dies the workers go with it.
"""

import ctypes
import http.client
import importlib
import multiprocessing
import os
import resource
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from granian.constants import Interfaces, Loops
from granian.server import MPServer
from pydantic import SecretStr

from luckychit.core import building, clock, data_folder, db, embedded_postgres, errors, log
from luckychit.core.embedded_postgres import EmbeddedPostgres
from luckychit.core.settings import Settings, settings

TARGET = "luckychit.luckychit:served"
SUPERVISOR_VARIABLE = "LUCKYCHIT_SUPERVISOR_PID"
# As core/metrics.py reads it, which must not be imported before this is settled.
METRICS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
WORKERS_STOP_TIMEOUT_S = 5
MOST_OPEN_FILES = 65_536
WATCH_INTERVAL_S = 1.0
# The names with two underscores are Reflex's own; tests/entries/test_serve.py watches them.
REFLEX_ENVIRONMENT = {
    "REFLEX_ENV_MODE": "prod",
    "__REFLEX_SKIP_COMPILE": "true",
    "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "false",
    "REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE": str(64 * 1024),
}
_GRANIAN_LOG = {"loggers": {"_granian": {"level": "INFO", "handlers": [], "propagate": True}}}
_PR_SET_PDEATHSIG = 1

_log = log.get_logger(__name__)


class PortInUse(errors.Refused):
    """Somebody else listens there, or we may not."""

    code = "serve.port_in_use"
    sentence = "Port {port} on {host} cannot be used: {reason}. Set PORT to another one."


class WorkersNeedRedis(errors.Refused):
    """Several workers must share what open pages show."""

    code = "serve.workers_need_redis"
    sentence = (
        "WEB_CONCURRENCY is {workers}, and more than one worker needs Redis: "
        "set REFLEX_REDIS_URL, or WEB_CONCURRENCY to 1."
    )


def check(own: Settings) -> None:
    """See that the app can be served before anything is started.

    Raises:
        NotBuilt: The pages are missing.
        WorkersNeedRedis: Several workers without Redis.
        PortInUse: The port is taken or not allowed.
    """
    building.require()
    if own.web_concurrency > 1 and own.reflex_redis_url is None:
        raise WorkersNeedRedis(workers=own.web_concurrency)
    family = socket.AF_INET6 if ":" in own.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((own.host, own.port))
        except OSError as exc:
            reason = (exc.strerror or str(exc)).lower()
            raise PortInUse(port=own.port, host=own.host, reason=reason) from exc


@contextmanager
def database(own: Settings) -> Iterator[EmbeddedPostgres | None]:
    """Have a database: DATABASE_URL, or else our own server, joined or started.

    Inside, this process and its children find its address in their settings.

    Yields:
        Our own server; None when DATABASE_URL names another.

    Raises:
        DataFolderUnusable, DiskFull, DidNotStart: Our own server cannot start.
    """
    if own.database_url is not None:
        yield None
        return
    with embedded_postgres.running(own.luckychit_data) as server:
        os.environ["DATABASE_URL"] = server.url()
        settings.cache_clear()
        try:
            yield server
        finally:
            db.use_engine(None)
            os.environ.pop("DATABASE_URL", None)
            settings.cache_clear()


def database_url() -> str:
    """Return the address of the database this process works on."""
    url = settings().database_url or SecretStr("")
    return url.get_secret_value()


@contextmanager
def only_copy(own: Settings) -> Iterator[None]:
    """Be the only copy on the data folder; with DATABASE_URL there may be many.

    Raises:
        AlreadyRunning: Another copy serves from this folder.
    """
    if own.database_url is not None:
        yield
        return
    folder = data_folder.prepare(own.luckychit_data, needed_mb=1)
    with data_folder.claimed(folder):
        yield


@contextmanager
def stopping_cleanly() -> Iterator[None]:
    """Let SIGTERM end this process as an exception does: through every ``finally``."""

    def leave(_number: int, _frame: object) -> NoReturn:
        sys.exit(0)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def run(own: Settings, server: EmbeddedPostgres | None, when_ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT, then stop the workers and return.

    Args:
        own: The settings.
        server: Our own PostgreSQL, to be kept running.
        when_ready: Called once, from a thread, when the first page can be opened.
    """
    _fix_environment(own)
    _allow_open_pages()
    if server is not None:
        os.environ["DATABASE_URL"] = server.url_as(db.APP_ROLE)
    multiprocessing.set_start_method("spawn", force=True)
    granian = MPServer(
        TARGET,
        address=own.host,
        port=own.port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        workers=own.web_concurrency,
        respawn_failed_workers=True,
        workers_kill_timeout=WORKERS_STOP_TIMEOUT_S,
        log_dictconfig=_GRANIAN_LOG,
        factory=True,
    )
    over = threading.Event()
    threads = [threading.Thread(target=_announce, args=(own, over, when_ready))]
    if server is not None:
        threads.append(threading.Thread(target=_keep_running, args=(server, over)))
    for thread in threads:
        thread.start()
    try:
        granian.serve(target_loader=load)
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _allow_open_pages() -> None:
    # Every open page holds a file; the usual 1,024 would turn the next visitor away.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def load(target: str) -> Any:
    """Import the app in a worker; a worker never outlives its supervisor."""
    _die_with_parent()
    log.configure(settings().log_level)
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)()


def start_clock(own: Settings) -> None:
    """Let the clock start at LUCKYCHIT_CLOCK, here and in every child; once."""
    if own.luckychit_clock is not None and clock.OFFSET_VARIABLE not in os.environ:
        clock.set_start(own.luckychit_clock)


def _fix_environment(own: Settings) -> None:
    """Settle once what every worker must see alike."""
    os.environ.update(REFLEX_ENVIRONMENT)
    os.environ[SUPERVISOR_VARIABLE] = str(os.getpid())
    mode = "memory" if own.reflex_redis_url is None else "redis"
    os.environ["REFLEX_STATE_MANAGER_MODE"] = mode
    os.environ["LUCKYCHIT_DATA"] = str(own.luckychit_data.expanduser().absolute())
    _fix_metrics(own)
    own.secret("serve")  # makes the demo's secret before two workers race to
    db.use_engine(None)


def _fix_metrics(own: Settings) -> None:
    """Give several workers a folder to count in together; empty, for it is a new start."""
    os.environ.pop(METRICS_VARIABLE, None)
    if own.web_concurrency == 1:
        return
    folder = Path(os.environ["LUCKYCHIT_DATA"]) / "metrics" / str(own.port)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ[METRICS_VARIABLE] = str(folder)


def _die_with_parent() -> None:
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(os.environ[SUPERVISOR_VARIABLE]):
        os.kill(os.getpid(), signal.SIGKILL)


def _announce(own: Settings, over: threading.Event, when_ready: Callable[[], None]) -> None:
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - looked up, not listened on
    while not over.wait(0.1):
        asked = http.client.HTTPConnection(anywhere.get(own.host, own.host), own.port, timeout=5)
        try:
            asked.request("GET", "/ping")
            if asked.getresponse().status == http.HTTPStatus.OK:
                when_ready()
                return
        except (OSError, http.client.HTTPException):
            continue
        finally:
            asked.close()


def _keep_running(server: EmbeddedPostgres, over: threading.Event) -> None:
    while not over.wait(WATCH_INTERVAL_S):
        if server.is_running():
            continue
        _log.error("postgres_died", cluster=str(server.cluster))
        try:
            server.revive()
        except errors.LuckyChitError as exc:
            _log.error("postgres_not_revived", reason=exc.message)
