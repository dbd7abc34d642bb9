"""A person's browser window that remembers everything that went wrong in it."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Request,
    Response,
    WebSocketRoute,
    expect,
)

from luckychit.jobs.demo.seed import DEMO_PASSWORD

MANAGER = "9000010001"
MEMBER = "9000020001"
ADMIN = "admin"
LOGINS = {"manager": MANAGER, "member": MEMBER, "admin": ADMIN}
HOMES = {"manager": "/manage", "member": "/app", "admin": "/admin"}
# A page that is left stops what it was still fetching; nothing failed then.
LEFT = "net::ERR_ABORTED"
LIVE_S = 1.5


# A busy machine may need longer for a change of colours than any pause.
STILL = """async () => {
  await document.fonts.ready;
  const moving = () => document.getAnimations().filter((each) =>
    each.playState === "running" && each.effect.getComputedTiming().endTime !== Infinity);
  // What has arrived may set off what inherits from it.
  for (let turn = 0; turn < 50 && moving().length; turn++)
    await Promise.allSettled(moving().map((each) => each.finished));
}"""

BREACH = """document.addEventListener("securitypolicyviolation", (breach) =>
  console.error("policy broken:", breach.effectiveDirective, breach.blockedURI));"""


@dataclass
class Window:
    """One window of one person, with what its browser complained about."""

    page: Page
    context: BrowserContext
    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def watch(self) -> None:
        """Listen to all that happens in this window's pages."""
        self.context.on("request", self._asked)
        self.context.on("requestfailed", self._failed)
        self.context.on("response", self._answered)
        self.context.on("console", self._console)
        # Code may catch what the policy throws at it; the breach is told all the same.
        self.context.add_init_script(BREACH)
        self.context.on("weberror", lambda error: self.errors.append(f"error: {error.error}"))

    def complaints(self) -> list[str]:
        """Return everything that must not have happened."""
        foreign = sorted(self.hosts - {"localhost"})
        return [*self.errors, *(f"asked {host}" for host in foreign)]

    def sign_in(self, login: str, password: str = DEMO_PASSWORD) -> None:
        """Sign in through the page, as a person does."""
        self.try_to_sign_in(login, password)
        self.page.wait_for_url(re.compile("^(?!.*/sign-in)"))

    def try_to_sign_in(self, login: str, password: str) -> None:
        """Fill the form and send it."""
        page = self.page
        page.goto("/sign-in")
        page.fill("#field-login", login)
        page.fill("#field-password", password)
        page.get_by_role("button", name="Sign in", exact=True).click()

    def open(self, path: str) -> None:
        """Open an address and wait until its data is there."""
        self.page.goto(path)
        self.settle()

    def settle(self) -> None:
        """Wait until no skeleton is left in sight, and all has its letters and colours."""
        expect(self.page.locator("main h1, .empty h1").first).to_be_visible()
        expect(self.page.locator("main .skeleton")).to_have_count(0, timeout=15_000)
        self.be_still()

    def be_still(self) -> None:
        """Wait until fonts are there and nothing that ends by itself is still moving."""
        self.page.evaluate(STILL)

    def shot(self, folder: Path, name: str, *, whole: bool = False) -> None:
        """Keep a picture when somebody wants to look at them: each costs half a second."""
        if "E2E_SHOTS" in os.environ:
            self.picture(folder, name, whole=whole)

    def picture(self, folder: Path, name: str, *, whole: bool = False) -> None:
        """Keep a picture of what is on the screen."""
        if whole:
            self.page.evaluate("scrollTo(0, 0)")
        self.page.wait_for_timeout(150)
        self.page.screenshot(path=folder / f"{name}.png", full_page=whole)

    def forgive(self, *words: str) -> None:
        """Forget complaints that a test itself brought about."""
        self.errors[:] = [said for said in self.errors if not any(word in said for word in words)]

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"}:
            self.hosts.add(parts.hostname or "")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT:
            self.errors.append(f"failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.errors.append(f"{response.status}: {response.url}")

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(f"console: {message.text}")


class Line:
    """The line of a window, which a test can cut; counts what its pages ask for."""

    def __init__(self, window: Window) -> None:
        """Stand between the pages opened from now on and the server."""
        self.is_deaf = False
        self.sent: list[str] = []
        self._context = window.context
        self._is_cut = False
        self._open: list[tuple[WebSocketRoute, WebSocketRoute]] = []
        self._waiting: list[WebSocketRoute] = []
        self._context.route_web_socket(re.compile(r"/_event"), self._come)

    def cut(self) -> None:
        """End what is open, as when a phone loses its network."""
        self._is_cut = True
        self._context.set_offline(True)
        for page, server in self._open:
            page.close()
            server.close()
        self._open.clear()

    def mend(self) -> None:
        """Let the pages come back."""
        self._is_cut = self.is_deaf = False
        self._context.set_offline(False)
        for page in self._waiting:
            self._connect(page)
        self._waiting.clear()

    def is_open(self) -> bool:
        """Tell whether a page is connected."""
        return bool(self._open)

    def tell(self, *events: dict[str, Any]) -> None:
        """Say to the page that is open what the server would: one update with these events."""
        page, _ = self._open[-1]
        update = json.dumps(["event", {"delta": {}, "events": events}])
        page.send(f"42/_event,{update}")

    def said(self, handler: str) -> int:
        """Return how often the pages asked for a handler."""
        return sum(handler in message for message in self.sent)

    def _come(self, page: WebSocketRoute) -> None:
        if self._is_cut:
            self._waiting.append(page)
        else:
            self._connect(page)

    def _connect(self, page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        page.on_message(lambda words: self._speak(server, words))
        server.on_message(lambda words: None if self.is_deaf else page.send(words))
        self._open.append((page, server))

    def _speak(self, server: WebSocketRoute, words: str | bytes) -> None:
        self.sent.append(words if isinstance(words, str) else words.decode(errors="replace"))
        server.send(words)


@contextmanager
def opened(browser: Browser, size: dict[str, int], url: str, **looks: Any) -> Iterator[Window]:
    """Open a window of ``size`` without cookies; ``looks`` as in ``color_scheme="dark"``."""
    context = browser.new_context(viewport=size, base_url=url, locale="en-IN", **looks)
    context.set_default_timeout(15_000)
    try:
        made = Window(context.new_page(), context)
        made.watch()
        yield made
    finally:
        context.close()


def at(path: str) -> re.Pattern[str]:
    """Return what the address of a page looks like, with or without its last slash."""
    return re.compile(rf"^https?://[^/]+{re.escape(path)}/?(\?.*)?$")


def mark_press(page: Page) -> None:
    """Note the moment of each coming click in the page itself."""
    page.evaluate(
        "document.addEventListener('click', () => { window.pressedAt = Date.now(); }, true)"
    )


def await_sight(page: Page, selector: str) -> None:
    """Note, in the page itself, the moment something is first in it."""
    page.evaluate(
        """(selector) => {
          window.seenAt = new Promise((resolve) => {
            const look = () => document.querySelector(selector) && resolve(Date.now());
            new MutationObserver(look).observe(document.body,
              { childList: true, subtree: true, attributes: true });
            look();
          });
        }""",
        selector,
    )


def seconds_between(pressed: Page, seen: Page) -> float:
    """Return the seconds from the last click in one page to the sight in the other."""
    at: float = seen.evaluate(
        "() => Promise.race([window.seenAt, new Promise((_, no) => "
        "setTimeout(() => no(new Error('never seen')), 10000))])"
    )
    return round((at - pressed.evaluate("window.pressedAt")) / 1000, 3)
