"""Starts the app as people do (``python -m luckychit serve``) for tests in a browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

from luckychit.core import building, embedded_postgres

ROOT = Path(__file__).resolve().parents[2]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
# All the people of a test or a measurement come from this one machine.
UNLIMITED = {
    "API_ANONYMOUS_LIMIT": "1000000/second",
    "API_PERSON_LIMIT": "1000000/second",
    "AUTH_LIMIT": "1000000/second",
    "PURCHASE_LIMIT": "1000000/second",
    "FILE_LIMIT": "1000000/second",
    "SOCKETS_PER_ADDRESS": "100000",
}
QUIET_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


@dataclass
class AppServer:
    """A running app with a database of its own."""

    url: str
    port: int
    data_dir: Path
    database_url: str
    process: subprocess.Popen[bytes]
    log: Path

    def command(self, *words: str) -> str:
        """Run ``python -m luckychit ...`` beside the app; return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "luckychit", *words],
            check=True,
            cwd=ROOT,
            env=environment(self.data_dir, self.port),
            capture_output=True,
            text=True,
        )
        return done.stdout


def free_port() -> int:
    """Return a port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data_dir: Path, port: int, **more: str) -> dict[str, str]:
    """Return the environment of a scratch app; ``more`` wins."""
    foreign = ("DATABASE_URL", "PUBLIC_URL", "LUCKYCHIT_CLOCK_OFFSET_S", "PYTEST_CURRENT_TEST")
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    ours = {
        "LUCKYCHIT_MODE": "demo",
        "LUCKYCHIT_DATA": str(data_dir),
        "PORT": str(port),
        "BEACON": "none",
        "BCRYPT_COST": "4",
        "PYTHONUNBUFFERED": "1",
        **UNLIMITED,
    }
    return kept | ours | more


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path, timeout_s: float = 60) -> None:
    """Wait until ``url`` answers; fails with the app's own words when it ends instead."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the app ended ({process.returncode}):\n{log.read_text()}")
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no answer from {url} in {timeout_s} s:\n{log.read_text()}")


@contextmanager
def served(folder: Path, command: str = "serve", **more: str) -> Iterator[AppServer]:
    """Serve the app on a free port with empty data under ``folder``; stop it at the end.

    Args:
        folder: Scratch folder; ``folder/data`` is emptied first.
        command: ``serve`` or ``demo``.
        **more: Settings, as in ``BEACON="drand"``.
    """
    building.build(ROOT)
    data_dir, log, port = folder / "data", folder / f"{command}.log", free_port()
    shutil.rmtree(data_dir, ignore_errors=True)
    data_dir.mkdir(parents=True)
    # Our share in the server keeps it while the app is killed and started again.
    postgres = embedded_postgres.start(data_dir, durable=False)
    try:
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "luckychit", command],
                cwd=ROOT,
                env=environment(data_dir, port, **more),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            url = f"http://localhost:{port}"
            wait_for(f"{url}/ping", process, log)
            yield AppServer(url, port, data_dir, postgres.url(), process, log)
        finally:
            stop(process)
    finally:
        postgres.stop()


def run_again(app: AppServer, command: str, **more: str) -> None:
    """Start the app once more on its port and its data, after its end if it still runs.

    Args:
        app: An app of :func:`served`; ``app.process`` is the new one afterwards.
        command: ``serve`` or ``demo``.
        **more: Settings, as in ``LUCKYCHIT_CLOCK="2027-03-11T23:59:45Z"``.
    """
    stop(app.process)
    with app.log.open("ab") as output:
        app.process = subprocess.Popen(
            [sys.executable, "-m", "luckychit", command],
            cwd=ROOT,
            env=environment(app.data_dir, app.port, **more),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    wait_for(f"{app.url}/ping", app.process, app.log)


def stop(process: subprocess.Popen[bytes], timeout_s: float = 20) -> int:
    """Stop the app as an operator does; kill its group when it does not."""
    if process.poll() is None:
        process.terminate()
    try:
        return process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.wait()


def launched(playwright: Playwright) -> Browser:
    """Start a headless Chromium: the machine's own, or Playwright's."""
    own = shutil.which("chromium")
    return playwright.chromium.launch(executable_path=own, args=list(QUIET_FLAGS))


@contextmanager
def page_of(browser: Browser, size: dict[str, int], url: str) -> Iterator[Page]:
    """Open a page in a window of ``size``, as a person of its own (no shared cookies)."""
    context = browser.new_context(viewport=size, base_url=url, locale="en-IN")
    try:
        yield context.new_page()
    finally:
        context.close()


def wait_until(page: Page, expression: str, arg: object = None, timeout_s: float = 10) -> None:
    """Wait until an expression is true in the page.

    Playwright's own ``wait_for_function`` evaluates text inside the page, again and again;
    our policy forbids that.

    Raises:
        TimeoutError: It was not true within ``timeout_s``.
    """
    deadline = time.monotonic() + timeout_s
    while not page.evaluate(expression, arg):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not true in {timeout_s} s: {expression}")
        page.wait_for_timeout(50)
