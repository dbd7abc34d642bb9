"""PostgreSQL 18 from the wheel, for those who have no server of their own.

The cluster lives in ``<data>/postgres`` and listens on a Unix socket only, in a
folder that nobody but its owner and root may enter. A server that outlived its app
(kill -9) is adopted; one that died is recovered from its journal. Every process that
uses the server holds a shared lock, and the last one to leave stops it: so a command
such as ``create-admin`` works beside a running app, and without one.
"""

import hashlib
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

import psycopg
from psycopg import sql

from luckychit.core import data_folder, postgres_programs, server_account
from luckychit.core.data_folder import DataFolderUnusable, explained
from luckychit.core.log import get_logger
from luckychit.core.postgres_programs import LOG_NAME, DidNotStart, serving_process, why_not

DATABASE = "luckychit"
OWNER = "postgres"
MAJOR_VERSION = "18"
ROOM_FOR_NEW_MB = 200
ROOM_TO_START_MB = 40
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 6
LONGEST_SOCKET_PATH = 107  # bytes in sockaddr_un.sun_path, less its end mark
LARGEST_LOG_BYTES = 10 * data_folder.MEGABYTE
_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Only starts, stops, recoveries and failures: no statement, so no person, is logged.
    "log_checkpoints": "off",
    "log_min_messages": "log",
}
# Loses nothing when processes are killed, only when the machine is.
_NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}

_log = get_logger(__name__)


@dataclass
class EmbeddedPostgres:
    """A running server, and our share in it."""

    cluster: Path
    account: server_account.Account
    socket_dir: Path
    durable: bool
    _share: TextIO = field(repr=False)

    def url(self, database: str = DATABASE, *, user: str = OWNER) -> str:
        """Return the libpq address of ``database``; as the owner of everything by default."""
        return f"postgresql://{user}@/{database}?host={quote(str(self.socket_dir), safe='')}"

    def url_as(self, role: str) -> str:
        """Let ``role`` sign in by itself, and return the address it uses.

        Who signs in as a role that owns nothing cannot put the role off again, whatever
        statement it may be tricked into.

        Args:
            role: An existing role; a plain name.
        """
        with psycopg.connect(self.url(), autocommit=True, connect_timeout=5) as connection:
            connection.execute(sql.SQL("ALTER ROLE {} LOGIN").format(sql.Identifier(role)))
        return self.url(user=role)

    def is_running(self) -> bool:
        """Tell whether the server's main process lives."""
        return serving_process(self.cluster) is not None

    def revive(self) -> None:
        """Start the server again when it died; does nothing while it lives.

        Raises:
            DiskFull, DidNotStart: It cannot be started now.
        """
        with data_folder.locked(_start_lock(self.cluster)):
            if not self.is_running():
                _start(self)

    def stop(self) -> None:
        """Give up our share; the last one out stops the server, cleanly."""
        with data_folder.locked(_start_lock(self.cluster)), self._share:
            if data_folder.is_last(self._share) and self.is_running():
                _stop(self)


def start(data_dir: Path, *, durable: bool = True) -> EmbeddedPostgres:
    """Start the server on ``data_dir/postgres``, or join the one that runs there.

    Args:
        data_dir: LUCKYCHIT_DATA.
        durable: False only for tests: a power cut may then lose the last moments.

    Raises:
        DataFolderUnusable: The folder cannot be written to or holds something else.
        DiskFull: Too little room to begin with, or PostgreSQL ran out of it.
        DidNotStart: PostgreSQL refused for another reason.
    """
    with explained(data_dir):
        is_new = not (data_dir / "postgres" / "PG_VERSION").exists()
    folder = data_folder.prepare(data_dir, ROOM_FOR_NEW_MB if is_new else ROOM_TO_START_MB)
    cluster = folder / "postgres"
    with data_folder.locked(_start_lock(cluster)), explained(folder, ROOM_FOR_NEW_MB):
        account = server_account.of(cluster)
        account.may_pass(cluster)
        account.may_pass(postgres_programs.folder() / "postgres")
        if not (cluster / "PG_VERSION").exists():
            _make_cluster(cluster, account, durable=durable)
        _check_version(cluster)
        share = data_folder.share(folder / "postgres-users.lock")
        try:
            server = EmbeddedPostgres(cluster, account, Path(), durable, share)
            _bring_up(server)
        except BaseException:
            share.close()
            raise
    return server


@contextmanager
def running(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    """Hold a running server; see :func:`start`."""
    server = start(data_dir)
    try:
        yield server
    finally:
        server.stop()


def _start_lock(cluster: Path) -> Path:
    return cluster.parent / "postgres-start.lock"


def _make_cluster(cluster: Path, account: server_account.Account, *, durable: bool) -> None:
    """Make an empty cluster beside its place and move it there, whole or not at all."""
    if cluster.exists() and any(cluster.iterdir()):
        reason = f"{cluster} exists but is not a PostgreSQL folder"
        raise DataFolderUnusable(folder=str(cluster.parent), reason=reason)
    draft = cluster.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    account.give(draft)
    made = postgres_programs.run(
        account,
        "initdb",
        f"--pgdata={draft}",
        "--username=postgres",
        "--auth-local=trust",  # the folder of the socket is the guard
        "--auth-host=reject",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
        "--no-instructions",
        *([] if durable else ["--no-sync"]),
    )
    if made.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise why_not(cluster, made.stderr, ROOM_FOR_NEW_MB)
    draft.rename(cluster)


def _check_version(cluster: Path) -> None:
    found = (cluster / "PG_VERSION").read_text().strip()
    if found != MAJOR_VERSION:
        reason = f"it was made by PostgreSQL {found}, and this is {MAJOR_VERSION}"
        raise DataFolderUnusable(folder=str(cluster), reason=reason)


def _bring_up(server: EmbeddedPostgres) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        if not server.is_running():
            server.socket_dir = _socket_dir(server)
            _start(server)
        try:
            server.socket_dir = postgres_programs.socket_folder(server.cluster) or server.cluster
            _ensure_database(server)
        except psycopg.OperationalError as exc:
            # Left starting or dying by an app that was killed: soon one or the other.
            if time.monotonic() > deadline:
                raise why_not(server.cluster, str(exc), ROOM_TO_START_MB) from exc
            time.sleep(0.1)
        else:
            return


def _socket_dir(server: EmbeddedPostgres) -> Path:
    """Return a folder for the socket that only its owner may enter."""
    if len(os.fsencode(server.cluster / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH:
        return server.cluster
    name = hashlib.sha256(os.fsencode(server.cluster)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"luckychit-{name}"
    with suppress(FileExistsError):
        short.mkdir(mode=0o700)
        server.account.give(short)
    if short.is_symlink() or short.stat().st_uid != server.account.uid:
        reason = f"{short} belongs to somebody else"
        raise DataFolderUnusable(folder=str(server.cluster), reason=reason)
    return short


def _start(server: EmbeddedPostgres) -> None:
    log = server.cluster / LOG_NAME
    if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
    options = _OPTIONS | {"unix_socket_directories": str(server.socket_dir)}
    options |= {} if server.durable else _NOT_DURABLE
    words = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items())
    place = (f"--pgdata={server.cluster}", f"--log={log}", f"--options={words}")
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        # A killed server leaves these; the number in them may be another program's now.
        (server.cluster / "postmaster.pid").unlink(missing_ok=True)
        (server.socket_dir / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
        before = log.stat().st_size if log.exists() else 0
        tried = postgres_programs.run(
            server.account, "pg_ctl", "start", "-w", f"-t{START_TIMEOUT_S}", *place
        )
        if tried.returncode == 0:
            return
        said = _read_from(log, before) + tried.stderr
        # Children of a killed server hold its memory until they notice, soon after.
        if "shared memory block" not in said or time.monotonic() > deadline:
            raise why_not(server.cluster, said, ROOM_TO_START_MB)
        time.sleep(0.2)


def _read_from(log: Path, offset: int) -> str:
    if not log.exists():
        return ""
    with log.open(errors="replace") as file:
        file.seek(offset)
        return file.read()


def _ensure_database(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True, connect_timeout=5) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if known.fetchone() is None:
            make = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE))
            connection.execute(make)


def _stop(server: EmbeddedPostgres) -> None:
    """Stop at once but cleanly; an immediate stop is the last resort and loses nothing."""
    place = (f"--pgdata={server.cluster}", "-w", f"-t{STOP_TIMEOUT_S}")
    for mode in ("fast", "immediate"):
        done = postgres_programs.run(server.account, "pg_ctl", "stop", f"--mode={mode}", *place)
        if done.returncode == 0:
            return
        _log.warning("postgres_stop_failed", mode=mode, said=done.stderr)


__all__ = ["DATABASE", "DidNotStart", "EmbeddedPostgres", "running", "start"]
