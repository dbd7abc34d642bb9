"""The user PostgreSQL runs as: ourselves, or a plain account when we are root.

PostgreSQL refuses to run as root. In a container or on a CI machine root is common,
so root hands the cluster to an account of its own, made when it is missing.
"""

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from luckychit.core.data_folder import DataFolderUnusable

NAME = "luckychit"


@dataclass(frozen=True, slots=True)
class Account:
    """Who owns the cluster; ``is_other`` when that is not who runs this process."""

    uid: int
    gid: int
    is_other: bool

    def as_popen(self) -> dict[str, Any]:
        """Return the arguments that make ``subprocess`` run as this account."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Make this account the owner of ``path``."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)

    def may_pass(self, path: Path) -> None:
        """Let this account pass through the folders above ``path``, not list them."""
        if not self.is_other:
            return
        for folder in path.parents:
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def of(cluster: Path) -> Account:
    """Return the account that owns, or will own, ``cluster``.

    Raises:
        DataFolderUnusable: We are root and no plain account can be made.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_other=False)
    if cluster.exists() and cluster.stat().st_uid != 0:
        found = cluster.stat()
        return Account(found.st_uid, found.st_gid, is_other=True)
    entry = _entry(cluster)
    return Account(entry.pw_uid, entry.pw_gid, is_other=True)


def _entry(cluster: Path) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        pass
    words = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    try:
        subprocess.run(words, check=True, capture_output=True)  # noqa: S603 - fixed words
        return pwd.getpwnam(NAME)
    except (OSError, subprocess.CalledProcessError, KeyError) as exc:
        reason = f"PostgreSQL cannot run as root and the user {NAME} cannot be made"
        raise DataFolderUnusable(folder=str(cluster.parent), reason=reason) from exc
