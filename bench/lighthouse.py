"""Lighthouse as a phone sees the pages; needs the npm package ``lighthouse`` somewhere.

It is looked for on PATH and in LIGHTHOUSE (the path of its command), never installed.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from luckychit.jobs.demo.seed import DEMO_PASSWORD
from tests.helpers.server import QUIET_FLAGS, AppServer, free_port, served

CATEGORIES = ("performance", "accessibility", "best-practices")
METRICS = {
    "first_paint_ms": "first-contentful-paint",
    "largest_paint_ms": "largest-contentful-paint",
    "blocked_ms": "total-blocking-time",
    "layout_shift": "cumulative-layout-shift",
    "speed_index_ms": "speed-index",
}
MEMBER = "9000020001"
RUNS = 3
TRIES = 4  # on a busy machine it loses its own trace now and then


def command() -> str | None:
    """Return Lighthouse's command, when there is one."""
    return os.environ.get("LIGHTHOUSE") or shutil.which("lighthouse")


def measure() -> dict[str, Any]:
    """Return points of each page as a stranger and a member see it; the median of three."""
    tool = command()
    if tool is None:
        return {"skipped": "no lighthouse here: npm install it anywhere, name it in LIGHTHOUSE"}
    with (
        tempfile.TemporaryDirectory(prefix="luckychit-bench-") as folder,
        served(Path(folder), "demo") as app,
    ):
        return _measure_all(tool, app, Path(folder))


def _measure_all(tool: str, app: AppServer, folder: Path) -> dict[str, Any]:
    port = free_port()
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(folder / "profile"),
            executable_path=shutil.which("chromium"),
            args=[*QUIET_FLAGS, f"--remote-debugging-port={port}"],
        )
        page = context.pages[0]
        public = {"/": "/", "/draws": "/draws", "/draws/<id>": _a_finished_draw(page, app)}
        run = partial(_median, tool, port, folder, context.new_cdp_session(page))
        seen = {name: run(app.url + path) for name, path in public.items()}
        _sign_in(page, app)
        seen["member Home"] = run(f"{app.url}/app")
        seen["member Lottery"] = run(f"{app.url}/app/lottery")
        context.close()
    return seen


def _a_finished_draw(page: Page, app: AppServer) -> str:
    page.goto(f"{app.url}/draws")
    link = page.locator("a[href*='/draws/CHIT-']").first
    link.wait_for()
    return str(link.get_attribute("href"))


def _sign_in(page: Page, app: AppServer) -> None:
    page.goto(f"{app.url}/sign-in")
    page.fill("input[name=login]", MEMBER)
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/app**")
    page.goto("about:blank")


def _median(tool: str, port: int, folder: Path, browser: CDPSession, url: str) -> dict[str, Any]:
    runs = []
    for _ in range(RUNS):
        # A first visit: nothing cached, but still signed in.
        browser.send("Network.clearBrowserCache")
        runs.append(_run(tool, url, port, folder))
    return sorted(runs, key=_performance)[RUNS // 2]


def _performance(run: dict[str, Any]) -> float:
    return float(run["performance"])


def _run(tool: str, url: str, port: int, folder: Path) -> dict[str, Any]:
    report = folder / "report.json"
    words = [
        tool,
        url,
        f"--port={port}",
        "--output=json",
        f"--output-path={report}",
        f"--only-categories={','.join(CATEGORIES)}",
        "--disable-storage-reset",
        "--quiet",
    ]
    for _ in range(TRIES):
        done = subprocess.run(words, check=False, capture_output=True, text=True)
        if done.returncode == 0:
            break
    else:
        raise SystemExit(f"lighthouse failed on {url}:\n{done.stderr[-2000:]}")
    told = json.loads(report.read_text())
    points = {name: round(100 * told["categories"][name]["score"]) for name in CATEGORIES}
    sizes: Counter[str] = Counter()
    for request in told["audits"]["network-requests"]["details"]["items"]:
        sizes[request.get("resourceType", "Other")] += request.get("transferSize", 0)
    lost = [
        audit["id"]
        for audit in told["audits"].values()
        if audit.get("scoreDisplayMode") == "binary" and audit.get("score") == 0
    ]
    audits = told["audits"]
    seen = {name: round(audits[audit]["numericValue"], 2) for name, audit in METRICS.items()}
    return (
        points
        | seen
        | {
            "url": told["finalDisplayedUrl"].partition("/")[2],
            "js_kb": round(sizes["Script"] / 1024, 1),
            "css_kb": round(sizes["Stylesheet"] / 1024, 1),
            "lost": lost,
        }
    )
