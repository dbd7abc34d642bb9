"""A page server without an app, and a browser, for what runs in the browser alone."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent
VECTORS = HERE.parent / "fairness_vectors"
ASSETS = HERE.parents[1] / "assets"
ROOTS = {"fair": ASSETS / "fair", "js": ASSETS / "js", "pages": HERE / "pages"}
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html; charset=utf-8"}
# As strict as it can be: no inline script, style or handler, nothing from elsewhere.
POLICY = "default-src 'self'; img-src data:; base-uri 'none'; object-src 'none'"


class Site:
    """Serves /fair, /pages and the proofs a test puts in."""

    def __init__(self) -> None:
        self.proofs: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def offer(self, name: str, bundle: dict[str, Any] | str) -> str:
        """Serve a bundle at the path returned."""
        text = bundle if isinstance(bundle, str) else json.dumps(bundle)
        self.proofs[name] = text.encode()
        return f"/proofs/{name}"

    def found(self, path: str) -> tuple[bytes, str] | None:
        """Return the content and its type, or None."""
        kind, _, name = path.lstrip("/").partition("/")
        if kind == "proofs":
            data = self.proofs.get(name)
            return None if data is None else (data, "application/json")
        file = ROOTS.get(kind, HERE) / name
        if kind not in ROOTS or not file.is_file():
            return None
        return file.read_bytes(), TYPES.get(file.suffix, "text/plain")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                found = site.found(self.path.partition("?")[0])
                data, kind = found or (b"not found", "text/plain")
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.send_header("Content-Security-Policy", POLICY)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        return Handler


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    serving = Site()
    yield serving
    serving.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """Return the page of a draw at a phone's size; any script error fails the test."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    opened.goto(f"{site.address}/pages/index.html")
    yield opened
    context.close()
    assert [line for line in problems if "404" not in line] == []


@pytest.fixture
def vectors() -> dict[str, Any]:
    """Return the published vectors by name."""
    return {file.stem: json.loads(file.read_text()) for file in VECTORS.glob("*.json")}
