"""What each page makes a phone fetch, as it travels: packed bytes of scripts and styles."""

from collections import Counter
from typing import Any

import pytest

from luckychit.jobs.demo.games import DRAWN_ROOM, WAITING_ROOM
from luckychit.ui.routes import PAGES as ROUTES
from tests.e2e.windows import HOMES, LOGINS, at
from tests.helpers.server import DESKTOP, PHONE

pytestmark = pytest.mark.e2e

KB = 1000
CSS_KB = 40
PUBLIC_PAGES = (
    "/",
    "/draws",
    "/verify",
    "/sign-in",
    "/sign-in/code",
    "/sign-up",
    "/reset",
    "/reset/new",
    "/verify-email",
    "/demo/mail",
)
# In brackets: where on the way one finds it, so that there is one.
PAGES = {
    "public": (*PUBLIC_PAGES, "/draws/[CHIT]", "/draws/[DDL]", "/tickets/[won]"),
    "member": (
        "/app",
        "/app/payments",
        "/app/lottery",
        "/app/profile",
        "/app/profile/play",
        "/change-password",
        "/app/wallet",
        "/app/rooms",
        "/app/rooms/[selling]",
        "/app/rooms/[drawn]",
        "/tickets/[own]",
    ),
    "manager": (
        "/manage",
        "/manage/groups",
        "/manage/groups/new",
        "/manage/members",
        "/manage/collect",
        "/manage/payouts",
        "/manage/trail",
        "/manage/profile",
    ),
    "admin": ("/admin", "/admin/people", "/admin/draws", "/admin/trail", "/admin/profile"),
}
JS_KB = {"public": 220, "member": 220, "manager": 300, "admin": 300}
# On which page a link to each is, and what the link looks like.
WAYS = {
    "/draws/[CHIT]": ("/draws", "main a[href*='/draws/CHIT-']"),
    "/draws/[DDL]": ("/", "main .latest a[href*='/draws/DDL-']"),
    "/tickets/[won]": ("/draws/[DDL]", "main a[href*='/tickets/DDL-']"),
    "/tickets/[own]": ("/app/lottery", "main .stubs a[href*='/tickets/DDL-']"),
    "/app/rooms/[selling]": ("/app/rooms", f"main a:has-text('{WAITING_ROOM[0]}')"),
    "/app/rooms/[drawn]": ("/app/rooms", f"main a:has-text('{DRAWN_ROOM[0]}')"),
}


def count_bytes(window: Any) -> Counter[str]:
    """Count what comes over the network from now on, by kind, as it was sent."""
    sizes: Counter[str] = Counter()
    kinds: dict[str, str] = {}
    devtools = window.context.new_cdp_session(window.page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def answered(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]

    def finished(event: dict[str, Any]) -> None:
        sizes[kinds.get(event["requestId"], "Other")] += event["encodedDataLength"]

    devtools.on("Network.responseReceived", answered)
    devtools.on("Network.loadingFinished", finished)
    return sizes


def test_every_page_with_one_address_is_weighed():
    weighed = {path for paths in PAGES.values() for path in paths}
    fixed = {spec.route for spec in ROUTES if "[" not in spec.route and spec.route != "404"}
    assert fixed - weighed == set()


@pytest.mark.parametrize("who", PAGES)
def test_pages_stay_light(window, record_property, who):
    size = DESKTOP if who in {"manager", "admin"} else PHONE
    one = window(size)
    if who in HOMES:
        one.sign_in(LOGINS[who])
        one.page.wait_for_url(at(HOMES[who]))
        one.settle()
    found = {path: path for path in PAGES[who]}
    for path in sorted(set(found) & set(WAYS)):
        start, link = WAYS[path]
        one.open(found[start])
        found[path] = str(one.page.locator(link).first.get_attribute("href"))
    sizes = count_bytes(one)
    too_heavy = []
    for path in PAGES[who]:
        one.page.goto("about:blank")
        sizes.clear()
        one.open(found[path])
        one.page.wait_for_load_state("networkidle")
        js, css = sizes["Script"] / KB, sizes["Stylesheet"] / KB
        print(f"{who} {path}: JS {js:.1f} kB, CSS {css:.1f} kB, all {sizes.total() / KB:.1f} kB")
        record_property(path, f"js {js:.1f} css {css:.1f}")
        if js > JS_KB[who] or css > CSS_KB:
            too_heavy.append(f"{path}: JS {js:.1f} kB, CSS {css:.1f} kB")
    assert too_heavy == []
