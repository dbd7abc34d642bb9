"""Nothing runs in our pages but our own scripts, and orders from the server do.

That no page breaks its policy is seen in every test with a window: a browser complains of
each breach, and a window with a complaint fails its test.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.circles import toast
from tests.e2e.windows import Line, Window, at, opened
from tests.helpers.server import DESKTOP, PHONE, AppServer, wait_until

pytestmark = pytest.mark.e2e

# Each is a way in which a stranger's text could become a script; called from a timer,
# because what a test evaluates itself is free of the policy.
WAYS = {
    "inline script": """
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(script);""",
    "handler attribute": """
      const button = document.createElement("button");
      button.setAttribute("onclick", "window.ran = true");
      document.body.append(button);
      button.click();""",
    "address of a link": """
      const link = document.createElement("a");
      link.href = "javascript:void(window.ran = true)";
      document.body.append(link);
      link.click();""",
    "eval": "eval('window.ran = true');",
    "function": "new Function('window.ran = true')();",
    "timer": "setTimeout('window.ran = true', 0);",
    "import": "await import('data:text/javascript,window.ran=true');",
    "worker": """
      const told = new Worker(URL.createObjectURL(new Blob(["postMessage(1)"])));
      told.onmessage = () => { window.ran = true; };""",
}
NOTE = """() => {
  window.heard = [];
  const real = lc.carryOut;
  lc.carryOut = (order, page) => {
    heard.push([order.verb, ...order.args.slice(0, 1)].join(" "));
    real(order, page);
  };
}"""


def tried(window: Window, way: str) -> bool:
    """Try to have a text run in the page; return whether it ran."""
    window.page.evaluate("delete window.ran")
    window.page.evaluate(f"() => void setTimeout(async () => {{ {WAYS[way]} }}, 0)")
    window.page.wait_for_timeout(400)
    ran: bool = window.page.evaluate("window.ran === true")
    return ran


class TestAStrangersText:
    @pytest.mark.parametrize("path", ["/", "/verify", "/tickets/DDL-20270310-00001"])
    def test_does_not_run_and_is_complained_of(self, window, path):
        one = window(PHONE)
        one.page.goto(path)
        expect(one.page.locator("h1").first).to_be_visible()
        one.forgive("404")
        assert one.complaints() == []
        ran, unsaid = [], []
        for way in WAYS:
            if tried(one, way):
                ran.append(way)
            if not any("policy broken" in said for said in one.complaints()):
                unsaid.append(way)
            one.errors.clear()
        assert (ran, unsaid) == ([], [])

    def test_would_run_without_the_policy(self, browser: Browser, demo: AppServer):
        with opened(browser, PHONE, demo.url, bypass_csp=True) as one:
            one.page.goto("/")
            expect(one.page.locator("h1").first).to_be_visible()
            assert [way for way in WAYS if not tried(one, way)] == []


def order(verb: str, *args: Any) -> dict[str, Any]:
    return {"name": "_order", "payload": {"verb": verb, "args": list(args)}}


def notice(words: str, **looks: Any) -> dict[str, Any]:
    return order("toast", "info", words, {"duration": 60_000} | looks)


def at_home(one: Window) -> Line:
    """Open the first page over a line that a test can speak on."""
    line = Line(one)
    one.open("/")
    expect(one.page.locator("main lc-pot, main .pot").first).to_be_visible()
    wait_until(one.page, "Boolean(window.lc)")
    one.page.evaluate(NOTE)
    return line


def heard(one: Window, count: int) -> list[str]:
    wait_until(one.page, "(count) => heard.length >= count", count)
    one.page.wait_for_timeout(300)  # and no more
    said: list[str] = one.page.evaluate("heard")
    return said


class TestOrders:
    def test_are_carried_out_in_turn_each_time_and_in_one_tab(self, window):
        one, other = window(DESKTOP), window(DESKTOP)
        line = at_home(one)
        at_home(other)
        line.tell(order("idle"), notice("First"), order("close", "none"))
        line.tell(notice("First"), notice("Last"))
        expected = ["idle", "toast info", "close none", "toast info", "toast info"]
        assert heard(one, 5) == expected
        notices = one.page.locator("[data-sonner-toast]")
        expect(notices.filter(has_text="First")).to_have_count(2)
        assert heard(other, 0) == []
        line.cut()
        expect(one.page.locator(".device-offline")).to_be_visible()
        line.mend()
        for _ in range(100):
            if line.is_open():
                break
            one.page.wait_for_timeout(100)
        one.page.wait_for_timeout(1_500)  # it reads the page anew
        assert heard(one, 5) == expected
        line.tell(notice("Back"))
        assert heard(one, 6) == [*expected, "toast info"]
        one.forgive("WebSocket", "ERR_INTERNET_DISCONNECTED")

    def test_lead_to_pages_of_ours_without_loading_anew(self, window):
        one = window(DESKTOP)
        line = at_home(one)
        link = {"label": "See them", "href": "/draws"}
        line.tell(notice("There are draws.", action=link))
        toast(one.page, "There are draws.").get_by_role("button", name="See them").click()
        one.page.wait_for_url(at("/draws"))
        assert one.page.evaluate("heard.length") == 1

    @pytest.mark.parametrize(
        "event",
        [
            order("fly"),
            order("constructor"),
            order("go", "https://evil.example/"),
            order("go", "//evil.example/"),
            order("go", "javascript:void(window.ran=true)"),
            {"name": "_call_script", "payload": {"javascript_code": "window.ran = true"}},
            {"name": "_call_function", "payload": {"function": "(() => {window.ran = true})"}},
        ],
        ids=str,
    )
    def test_that_are_none_are_refused_and_stop_no_other(self, window, event):
        one = window(DESKTOP)
        line = at_home(one)
        line.tell(event, notice("Still here"))
        expect(toast(one.page, "Still here")).to_be_visible()
        assert one.page.evaluate("window.ran") is None
        assert re.fullmatch(r"http://localhost:\d+/", one.page.url)
        one.errors.clear()
