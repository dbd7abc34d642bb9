"""The folder LUCKYCHIT_DATA: can it be written, is there room, who is using it.

Locks here are ``flock`` locks on files of the folder: the kernel frees them when
their process ends, however it ends, so a kill -9 never leaves a folder locked.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from luckychit.core import errors

MEGABYTE = 1024 * 1024


class DataFolderUnusable(errors.Refused):
    """The folder cannot be written to, or holds what is not ours."""

    code = "data.folder_unusable"
    sentence = (
        "The data folder {folder} cannot be used: {reason}. "
        "Set LUCKYCHIT_DATA to a folder that this user may write to."
    )


class DiskFull(errors.Refused):
    """There is no room for the database."""

    code = "data.disk_full"
    sentence = (
        "The disk under {folder} is full: {free_mb} MB are free and {needed_mb} MB are needed. "
        "Nothing was lost. Make room and start again."
    )


class AlreadyRunning(errors.Refused):
    """A second copy on the same folder; two would fight over ports and draws."""

    code = "data.already_running"
    sentence = (
        "Another copy of LuckyChit (process {pid}) is running on {folder}. "
        "Stop it first, or set LUCKYCHIT_DATA to another folder."
    )


def free_mb(folder: Path) -> int:
    """Return the megabytes that this user may still write under ``folder``."""
    return shutil.disk_usage(folder).free // MEGABYTE


def disk_full(folder: Path, needed_mb: int) -> DiskFull:
    """Make the error that says how full the disk is."""
    return DiskFull(folder=str(folder), free_mb=free_mb(folder), needed_mb=needed_mb)


@contextmanager
def explained(folder: Path, needed_mb: int = 1) -> Iterator[None]:
    """Turn what the operating system says about ``folder`` into our typed errors.

    Raises:
        DiskFull: No space, or no more files allowed.
        DataFolderUnusable: Not permitted, read-only, or a file where a folder belongs.
    """
    try:
        yield
    except OSError as exc:
        if exc.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise disk_full(folder, needed_mb) from exc
        reason = (exc.strerror or str(exc)).lower()
        raise DataFolderUnusable(folder=str(folder), reason=reason) from exc


def prepare(folder: Path, needed_mb: int) -> Path:
    """Make the folder when it is missing and see that it can be written to.

    Args:
        folder: LUCKYCHIT_DATA, relative to the working directory or absolute.
        needed_mb: Megabytes that must be free.

    Returns:
        The absolute path.

    Raises:
        DataFolderUnusable: It cannot be made or written to.
        DiskFull: Less than ``needed_mb`` are free.
    """
    absolute = folder.expanduser().absolute()
    with explained(absolute, needed_mb):
        # Root runs PostgreSQL as another user, who must be able to pass through.
        absolute.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        probe = absolute / f".probe-{os.getpid()}"
        probe.write_text("may this be written?")
        probe.unlink()
    if free_mb(absolute) < needed_mb:
        raise disk_full(absolute, needed_mb)
    return absolute.resolve()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on ``path``, waiting for it."""
    with explained(path.parent), path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def share(path: Path) -> TextIO:
    """Hold a shared lock on ``path`` until the returned file is closed."""
    with explained(path.parent):
        file = path.open("a")
        fcntl.flock(file, fcntl.LOCK_SH)
        return file


def is_last(file: TextIO) -> bool:
    """Tell whether nobody else shares the lock of ``file``; ours is given up."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Be the one copy of the app that runs on ``folder``.

    Raises:
        AlreadyRunning: Another process holds it.
        DataFolderUnusable, DiskFull: The lock cannot be written.
    """
    path = folder / "serve.lock"
    with explained(folder):
        file = path.open("a+")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            file.seek(0)
            pid = file.read().strip() or "unknown"
            raise AlreadyRunning(folder=str(folder), pid=pid) from exc
        with explained(folder):
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
        yield
