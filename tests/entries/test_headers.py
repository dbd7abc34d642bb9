"""Headers of every answer: what browsers may keep, and what they must not allow."""

import hashlib
import re
from base64 import b64encode
from html.parser import HTMLParser
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient
from httpx import Response as Answer
from starlette.responses import HTMLResponse, JSONResponse, Response

from luckychit.api import headers, policies
from luckychit.api.headers import ASK_AGAIN, FOREVER, Headers, caching_of
from luckychit.core import building
from luckychit.core.settings import settings
from luckychit.ui.routes import PAGES
from tests.helpers.server import ROOT

CLIENT = ROOT / building.CLIENT
# The socket's library and the chart's (decimal.js) look for the global object of browsers
# older than any that runs these pages; `self` and `window` are found first.
DEAD = {"Function(`return this`)()"}
ASSETS = ROOT / "assets"
# A font may be kept for ever, so another font must have another name.
FONTS = {
    "anek-latin.woff2": "ce1acdc064895a13",
    "anek-rupee.woff2": "6b2eaee103f7d03b",
}


def named(path: str, status: int = 200) -> dict[str, list[str]]:
    """Return the directives of the policy at an address."""
    parts = (part.split() for part in policies.policy_of(path, status).split(";"))
    return {name: values for name, *values in parts}


@pytest.fixture(scope="module")
def built() -> Path:
    """Return the folder of the built pages."""
    building.build(ROOT)
    policies._of_pages.cache_clear()
    return CLIENT


class _Scripts(HTMLParser):
    """Collects inline scripts as a browser does, to check the quick way of the policies."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.inline: list[str] = []
        self.handlers: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_inside = tag == "script" and "src" not in dict(attrs)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        if self._is_inside:
            self.inline.append("")

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.inline[-1] += data

    def handle_endtag(self, _tag: str) -> None:
        self._is_inside = False


class TestThePolicyOfPages:
    @pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.route)
    def test_allows_no_script_but_ours(self, built, spec):
        path = re.sub(r"\[\w+\]", "x", "/no-such" if spec.route == "404" else spec.route)
        said = named(path)
        own, *hashes = said["script-src"]
        assert own == "'self'"
        assert hashes
        assert all(re.fullmatch(r"'sha256-[\w+/]{43}='", each) for each in hashes)
        assert said["default-src"] == ["'self'"]
        assert said["frame-ancestors"] == said["base-uri"] == said["object-src"] == ["'none'"]
        assert said["worker-src"] == ["'self'"]
        # Small enough for the buffers that proxies keep for all headers.
        assert len(policies.policy_of(path, 200)) < 1_200

    def test_names_every_inline_script_of_the_built_page_and_no_other(self, built):
        files = sorted(built.rglob("*.html"))
        assert len(files) > len(PAGES)
        for file in files:
            found = _Scripts()
            found.feed(file.read_text())
            hashed = {b64encode(hashlib.sha256(one.encode()).digest()) for one in found.inline}
            expected = {f"'sha256-{each.decode()}'" for each in hashed}
            path = f"/{file.relative_to(built).as_posix()}"
            if not path.startswith("/__"):
                assert set(named(path)["script-src"]) - {"'self'"} == expected, path
                assert named(path.removesuffix("index.html")) == named(path)
            assert found.handlers == [], path

    def test_is_the_fallbacks_where_no_file_is(self, built):
        fallback = named("/404.html")
        assert named("/tickets/T-1") == named("/no/such/page") == fallback
        assert named("/assets/gone.js", 404) == fallback
        assert named("/app")["script-src"] != fallback["script-src"]

    @pytest.mark.parametrize("path", ["/app/rooms", "/app/rooms/", "//app//rooms", "/app/./rooms"])
    def test_is_the_same_however_the_address_is_written(self, built, path):
        assert named(path) == named("/app/rooms/index.html")

    def test_is_kept_with_a_page_that_did_not_change(self, built):
        assert policies.policy_of("/app/rooms", 304) == policies.policy_of("/app/rooms", 200)

    def test_without_built_pages_allows_our_files_only(self, tmp_path):
        assert policies.read_pages(tmp_path) == {}
        assert "script-src 'self';" in policies.for_page()

    def test_lets_sockets_go_to_our_own_addresses_only(self):
        assert "connect-src 'self' ws://localhost:8000" in policies.for_page()
        assert "upgrade-insecure-requests" not in policies.for_page()

    async def test_asks_for_https_where_we_have_it(self, monkeypatch):
        secure = settings().model_copy(update={"public_url": "https://lucky.example"})
        monkeypatch.setattr(policies, "settings", lambda: secure)
        monkeypatch.setattr(headers, "settings", lambda: secure)
        headers._always.cache_clear()
        try:
            assert "wss://lucky.example" in policies.for_page()
            assert policies.for_page().endswith("; upgrade-insecure-requests")
            assert "strict-transport-security" in (await answer(Response(""))).headers
        finally:
            headers._always.cache_clear()
        assert secure.is_https

    @pytest.mark.parametrize("path", ["/api/v1/draws", "/auth/sign-in", "/_health", "/assets/a.js"])
    def test_is_tiny_where_no_page_is(self, path):
        assert policies.policy_of(path, 200) == policies.DATA
        closed = ("default-src", "base-uri", "object-src", "frame-ancestors")
        assert named(path) == {name: ["'none'"] for name in closed}

    @pytest.mark.parametrize("path", ["/api/docs", "/api/docs/init.js"])
    def test_lets_the_description_of_the_api_draw_itself(self, path):
        said = named(path)
        assert said["script-src"] == ["'self'"]
        assert said["img-src"] == ["'self'", "data:"]
        assert named("/api/docsify") == named("/api/v1/draws")


def test_the_built_pages_evaluate_no_text(built):
    """What the policy forbids is not asked for either, but by code that never runs."""
    evaluating = re.compile(r"\beval\s*(?:\?\.)?\([^)]*\)|\bFunction\s*\([^)]*\)(?:\(\))?")
    found = {
        (file.relative_to(built).parts[0], said)
        for file in built.rglob("*.js")
        for said in evaluating.findall(file.read_text())
    }
    assert found == {("assets", dead) for dead in DEAD}


class TestKeeping:
    def test_is_for_ever_only_for_names_that_change_with_their_content(self, built):
        hashed = re.compile(r"/assets/[\w.-]+-[\w-]{8}\.(js|css)$")
        for file in built.rglob("*"):
            path = f"/{file.relative_to(built).as_posix()}"
            if file.is_dir() or file.suffix in {".gz", ".br"}:
                continue
            if path.startswith("/fonts/") and file.suffix == ".woff2":
                assert caching_of(path) == FOREVER
            elif hashed.search(path) and "reflex-env" not in path:
                assert caching_of(path) == FOREVER, path
            else:
                assert "immutable" not in caching_of(path), path

    @pytest.mark.parametrize(
        "path", ["/auth/sign-in", "/api/wallet", "/api/rooms/x", "/api/draws", "/_event"]
    )
    def test_is_for_nobody_where_an_answer_may_be_for_one_person(self, path):
        assert caching_of(path) == "no-store"

    @pytest.mark.parametrize(
        "path", ["/js/ui.js", "/fair/elements.js", "/css/base.css", "/verify.py", "/app", "/"]
    )
    def test_asks_again_for_what_keeps_its_name(self, path):
        assert caching_of(path) == ASK_AGAIN

    def test_of_a_font_goes_with_a_new_name_for_new_letters(self):
        found = {
            font.name: hashlib.sha256(font.read_bytes()).hexdigest()[:16]
            for font in (ASSETS / "fonts").glob("*.woff2")
        }
        assert found == FONTS


async def answer(response: Response, path: str = "/api/v1/x") -> Answer:
    """Return an answer as it leaves the house."""
    transport = ASGITransport(Headers(response))
    async with AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        return await client.get(path)


class TestEveryAnswer:
    async def test_is_read_as_what_it_is_and_stands_in_no_frame(self):
        said = (await answer(JSONResponse({}))).headers
        assert said["x-content-type-options"] == "nosniff"
        assert said["x-frame-options"] == "DENY"
        assert said["referrer-policy"] == "same-origin"
        assert said["cross-origin-opener-policy"] == "same-origin"
        assert said["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in said["permissions-policy"]
        assert "strict-transport-security" not in said

    async def test_keeps_what_it_says_itself(self):
        own = {"content-security-policy": "sandbox", "cache-control": "max-age=5"}
        said = (await answer(HTMLResponse("", headers=own))).headers
        assert said["content-security-policy"] == "sandbox"
        assert said["cache-control"] == "max-age=5"

    async def test_is_not_kept_when_it_is_a_refusal(self):
        refused = await answer(Response("", status_code=404), "/assets/index-abcdefgh.js")
        assert refused.headers["cache-control"] == "no-store"
