"""Every page of the house: opens, fits, reads aloud, and never shows a false zero."""

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from luckychit.jobs.demo.games import DRAWN_ROOM, WAITING_ROOM
from luckychit.jobs.demo.seed import BIG, FORMING, SMALL
from luckychit.ui.routes import PAGES
from tests.e2e.windows import HOMES, LOGINS, Window, at, opened
from tests.helpers.server import DESKTOP, PHONE, AppServer, wait_until

pytestmark = pytest.mark.e2e

SIZES = {"phone": PHONE, "desk": DESKTOP}
# From wide to narrow: what has not followed the window yet then looks too wide, never too good.
WIDTHS = (1280, 800, 390, 320)
FITS = "document.documentElement.scrollWidth <= innerWidth"
ZERO = re.compile(r"₹\s?0(?![\d,.])|\$\s?0\.00|\b0 of 0\b|\b0 tickets\b")
# Pages about one thing, seen from each of its sides.
SIDES = {
    "/manage/groups/[group_id]": ("running", "forming", "completed"),
    "/app/groups/[group_id]": ("running", "completed"),
    "/draws/[draw_id]": ("drawn", "open", "daily drawn", "daily open", "room drawn"),
    "/tickets/[ticket_id]": ("open", "won", "somebody else's"),
    "/receipts/[code]": ("a receipt",),
    "/app/lottery": ("with tickets", "of a newcomer"),
    "/app/wallet": ("with movements", "of a newcomer"),
    "/app/rooms": ("with rooms", "of a newcomer"),
    "/app/rooms/[code]": ("selling", "drawn", "invited", "unknown"),
}
# A member who has neither credit nor ticket nor room.
NEWCOMER = "9000020020"
SEEN_BY_NEWCOMERS = {"of a newcomer", "invited"}
ROUTES = [
    pytest.param(spec.route, spec.who, side, id=f"{spec.route} {side}".strip())
    for spec in PAGES
    if spec.route != "404"
    for side in SIDES.get(spec.route, ("",))
]
POTS = [
    ("public", "/", ""),
    ("member", "/app/lottery", ""),
    ("member", "/app/rooms/[code]", "selling"),
    ("admin", "/admin/draws", ""),
]
PRIVATE = [spec for spec in PAGES if spec.who != "public"]
AXE = Axe()
# It would fetch what our styles import, from the wrong folder.
EVERY_RULE = {"resultTypes": ["violations"], "preload": False}
# At night the same things stand in other colours: only the rules about those can differ.
COLOURS = EVERY_RULE | {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
}
SCHEMES = {"light": EVERY_RULE, "dark": COLOURS}


@pytest.fixture(scope="module")
def cookies(browser: Browser, demo: AppServer) -> dict[str, list]:
    """Return the cookies of each role, signed in once."""
    found = {"public": []}
    for role, login in LOGINS.items():
        with opened(browser, DESKTOP, demo.url) as one:
            one.sign_in(login)
            found[role] = one.context.cookies()
    with opened(browser, DESKTOP, demo.url) as one:
        one.sign_in(NEWCOMER)
        found["newcomer"] = one.context.cookies()
    found["anyone"] = found["member"]
    return found


@pytest.fixture(scope="module")
def addresses(browser: Browser, demo: AppServer, cookies) -> dict[tuple[str, str], str]:
    """Return one address for each page about one thing, found as people find it."""
    found = {}
    with opened(browser, DESKTOP, demo.url) as one:
        one.context.add_cookies(cookies["manager"])
        one.open("/manage/groups")
        for side, name in (("running", BIG), ("forming", FORMING), ("completed", SMALL)):
            found["/manage/groups/[group_id]", side] = href(one.page, name)
        one.open(found["/manage/groups/[group_id]", "running"])
        found["/draws/[draw_id]", "open"] = href(one.page, "Its public page")
        one.context.clear_cookies()
        one.context.add_cookies(cookies["member"])
        one.open("/app")
        for side, name in (("running", BIG), ("completed", SMALL)):
            found["/app/groups/[group_id]", side] = href(one.page, name)
        one.open("/app/payments")
        receipt = one.page.locator("main a[href*='/receipts/']").first
        found["/receipts/[code]", "a receipt"] = str(receipt.get_attribute("href"))
        add_games(one, found)
    return found


def add_games(one: Window, found: dict[tuple[str, str], str]) -> None:
    """Find draws, tickets and rooms, as the member finds them."""

    def first(selector: str) -> str:
        link = one.page.locator(f"main {selector}").first
        return str(link.get_attribute("href"))

    one.open("/draws")
    found["/draws/[draw_id]", "drawn"] = first("a[href*='/draws/CHIT-']")
    one.open("/app/lottery")
    found["/tickets/[ticket_id]", "open"] = first(".stubs a")
    found["/draws/[draw_id]", "daily open"] = href(one.page, "Rules and seal")
    past = first(".receipts a[href*='/draws/DDL-']")
    found["/draws/[draw_id]", "daily drawn"] = past
    one.open(past)
    won = found["/tickets/[ticket_id]", "won"] = first("a[href*='/tickets/']")
    found["/tickets/[ticket_id]", "somebody else's"] = won[:-5] + "00002"
    one.open("/app/rooms")
    selling, drawn = href(one.page, WAITING_ROOM[0]), href(one.page, DRAWN_ROOM[0])
    room = "/app/rooms/[code]"
    found[room, "selling"] = found[room, "invited"] = selling
    found[room, "drawn"], found[room, "unknown"] = drawn, "/app/rooms/ZZZZ2222"
    one.open(drawn)
    found["/draws/[draw_id]", "room drawn"] = first("a[href*='/draws/LOBBY-']")


@pytest.fixture
def visitor(window, cookies) -> Callable[..., Window]:
    """Return a function that opens a window of somebody who is signed in."""

    def open_for(who: str, size: dict[str, int]) -> Window:
        made = window(size)
        made.context.add_cookies(cookies[who])
        return made

    return open_for


def href(page: Page, words: str) -> str:
    link = page.locator("main a", has_text=words).first
    link.wait_for()
    return str(link.get_attribute("href"))


def faults_of(page: Page, options: dict[str, Any] = EVERY_RULE) -> list[str]:
    """Return what axe says against the page as it stands."""
    found = AXE.run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for rule in found
        for node in rule["nodes"][:3]
    ]


def widths_that_scroll(page: Page) -> list[int]:
    """Return the widths at which the page is wider than its window."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        try:
            # What is measured by a script may need a moment to follow the window.
            wait_until(page, FITS, timeout_s=2)
        except TimeoutError:
            found.append(width)
    return found


@pytest.mark.parametrize(("route", "who", "side"), ROUTES)
def test_opens_and_reads_aloud(visitor, addresses, shots, route, who, side):
    one = visitor("newcomer" if side in SEEN_BY_NEWCOMERS else who, PHONE)
    answer = one.page.goto(addresses.get((route, side), route))
    assert answer is not None
    assert answer.status == 200
    assert answer.request.redirected_from is None  # a round trip on a phone
    one.settle()
    expect(one.page.locator("h1")).to_have_count(1)
    name = f"page-{re.sub(r'[^a-z]+', '-', f'{route} {side}').strip('-') or 'start'}"
    faults: set[str] = set()
    for (size, of_size), (scheme, options) in product(SIZES.items(), SCHEMES.items()):
        one.page.set_viewport_size(of_size)
        one.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(one.page.locator("html.dark")).to_have_count(int(scheme == "dark"))
        one.be_still()
        one.shot(shots, f"{name}-{size}-{scheme}", whole=True)
        faults |= {f"{size}, {scheme}: {fault}" for fault in faults_of(one.page, options)}
    assert faults == set()
    assert widths_that_scroll(one.page) == []


def test_an_unknown_address_says_so(window):
    one = window(PHONE)
    one.page.goto("/no/such/page")
    expect(one.page.get_by_role("heading", name="Nothing here")).to_be_visible()
    one.forgive("404")
    assert faults_of(one.page) == []
    assert widths_that_scroll(one.page) == []


def test_each_part_of_a_group_reads_aloud(visitor, addresses, shots):
    one = visitor("manager", DESKTOP)
    one.open(addresses["/manage/groups/[group_id]", "running"])
    faults = {}
    for part in ("Dues", "Draws", "Seats", "Payments", "Books"):
        one.page.locator(".segments").get_by_text(part, exact=True).click()
        one.page.wait_for_timeout(400)
        one.shot(shots, f"page-group-{part.lower()}", whole=True)
        faults[part] = faults_of(one.page)
        assert widths_that_scroll(one.page) == [], part
        one.page.set_viewport_size(DESKTOP)
    one.page.locator(".segments").get_by_text("Dues", exact=True).click()
    one.page.emulate_media(reduced_motion="reduce")  # half faded in, nothing has contrast
    one.page.get_by_role("button", name=re.compile("^Record payment of")).first.click()
    expect(one.page.locator("dialog#pay")).to_be_visible()
    one.page.wait_for_timeout(400)
    faults["dialog"] = faults_of(one.page)
    assert [said for found in faults.values() for said in found] == []


@pytest.mark.parametrize(("who", "route", "side"), POTS)
def test_the_pot_is_read_out_as_one_sentence(visitor, addresses, who, route, side):
    one = visitor(who, PHONE)
    one.open(addresses.get((route, side), route))
    pot = one.page.locator("main lc-pot")
    expect(pot.locator("[aria-live=polite]")).to_have_text(re.compile(r"^\$[\d.,]+, \d+ tickets?$"))
    expect(pot.locator(".money")).to_have_attribute("aria-hidden", "true")


def test_private_pages_lead_strangers_to_the_sign_in(window):
    one = window(PHONE)
    for spec in PRIVATE:
        path = re.sub(r"\[\w+\]", "00000000-0000-7000-8000-000000000000", spec.route)
        one.page.goto(path)
        one.page.wait_for_url(at("/sign-in"))
        assert "₹" not in one.page.locator("main").inner_text()


@pytest.mark.parametrize("role", ["public", *HOMES])
def test_before_the_answer_no_amount_is_shown(visitor, addresses, role):
    """The socket stays silent: skeletons, and not one zero; who it is for is not known yet."""
    one = visitor(role, PHONE)
    silent: list[WebSocketRoute] = []

    def keep_silent(socket: WebSocketRoute) -> None:
        silent.append(socket)

    one.context.route_web_socket(re.compile(r"/_event"), keep_silent)
    for route, who, side in (param.values for param in ROUTES):
        meant = "member" if who == "anyone" else who
        if meant == role and side not in SEEN_BY_NEWCOMERS:
            path = addresses.get((route, side), route)
            one.page.goto(path)
            one.page.wait_for_timeout(350)
            assert not ZERO.search(one.page.locator("body").inner_text()), path
    assert silent
