"""How long until the first page can be opened: with nothing here, and with all in place."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.helpers.server import ROOT, environment, free_port, stop, wait_for

# What a clone would hold; installed and built things are made anew.
NOT_CLONED = shutil.ignore_patterns(
    ".venv", ".make", ".web", "data", ".git", "__pycache__", ".*_cache"
)


def warm() -> dict[str, float]:
    """Return seconds to the first answer: of an empty data folder, and of a used one."""
    with tempfile.TemporaryDirectory(prefix="luckychit-bench-") as folder:
        return {
            "demo_on_empty_data_s": _seconds_to_answer(Path(folder)),
            "demo_on_used_data_s": _seconds_to_answer(Path(folder)),
        }


def cold() -> dict[str, float]:
    """Return seconds of `make run` in a copy, with empty package caches, then again."""
    with tempfile.TemporaryDirectory(prefix="luckychit-bench-") as folder:
        clone = Path(folder) / "clone"
        shutil.copytree(ROOT, clone, ignore=NOT_CLONED)
        caches = {"PIP_NO_CACHE_DIR": "1", "npm_config_cache": str(Path(folder) / "npm")}
        return {
            "first_make_run_s": _seconds_of_make_run(clone, caches),
            "second_make_run_s": _seconds_of_make_run(clone, caches),
        }


def _seconds_to_answer(folder: Path) -> float:
    port = free_port()
    words = [sys.executable, "-m", "luckychit", "demo"]
    return _timed(words, ROOT, environment(folder / "data", port), port, folder / "log", 60)


def _seconds_of_make_run(clone: Path, caches: dict[str, str]) -> float:
    port = free_port()
    own = environment(clone / "data", port, **caches)
    return _timed(["make", "run"], clone, own, port, clone.parent / "log", 600)


def _timed(
    words: list[str], folder: Path, env: dict[str, str], port: int, log: Path, patience_s: float
) -> float:
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            words,
            cwd=folder,
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(f"http://localhost:{port}/ping", process, log, patience_s)
        return round(time.monotonic() - began, 1)
    finally:
        stop(process)
