"""The table of orders in assets/js/ui.js: what each verb does to a page."""

from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import Site
from tests.helpers.server import wait_until

pytestmark = pytest.mark.e2e

FAR = "document.getElementById('far').style.marginTop = '3000px'"


@pytest.fixture
def orders(page: Page, site: Site) -> Page:
    """The page that is ordered about."""
    page.goto(f"{site.address}/pages/orders.html")
    page.evaluate(
        """() => {
          window.pressed = 0;
          window.went = [];
          window.shown = [];
          document.getElementById("look-again").addEventListener("click", () => { pressed += 1; });
        }"""
    )
    return page


def give(page: Page, verb: str, *args: Any) -> None:
    page.evaluate(
        """([verb, args]) => lc.carryOut({ verb, args }, {
          navigate: (href) => went.push(href),
          toast: { info: (said, looks) => shown.push([said, looks]) },
        })""",
        [verb, list(args)],
    )


def test_a_dialog_opens_at_once_and_closes_with_what_is_typed(orders):
    give(orders, "open", "pay", "", 0)
    expect(orders.locator("dialog#pay")).to_be_visible()
    orders.fill("#pay-amount", "7")
    give(orders, "open", "pay", "", 0)  # open already
    give(orders, "close", "pay")
    expect(orders.locator("dialog#pay")).to_be_hidden()
    expect(orders.locator("#pay-amount")).to_have_value("7")


def test_a_dialog_opens_after_a_moment_with_a_field_selected(orders):
    give(orders, "open", "pay", "pay-amount", 60)
    assert not orders.evaluate("document.getElementById('pay').open")
    expect(orders.locator("dialog#pay")).to_be_visible()
    assert orders.evaluate("String(getSelection())") == "5,000"


def test_done_empties_the_form_and_lets_its_button_go(orders):
    give(orders, "open", "pay", "", 0)
    orders.fill("#pay-amount", "7")
    orders.evaluate("document.querySelector('[data-key]').value = 'k'")
    give(orders, "done", "pay")
    expect(orders.locator("dialog#pay")).to_be_hidden()
    assert orders.evaluate("lc.typed('money')") == {"key": "", "amount": "5,000"}
    assert orders.locator("[aria-busy]").count() == 0


def test_idle_lets_go_of_buttons_only(orders):
    give(orders, "open", "pay", "", 0)
    orders.fill("#pay-amount", "7")
    give(orders, "idle")
    assert orders.locator("[aria-busy]").count() == 0
    assert orders.evaluate("lc.typed('money').amount") == "7"


def test_fields_are_emptied_and_selected(orders):
    give(orders, "select", "search", 0)
    assert orders.evaluate("String(getSelection())") == "anita"
    give(orders, "empty", "search")
    expect(orders.locator("#search")).to_have_value("")
    for verb in ("empty", "select", "middle", "press", "open"):
        give(orders, verb, "not-on-this-page", 0)


def test_a_button_is_pressed_once_by_the_last_order_for_it(orders):
    give(orders, "press", "look-again", 50)
    give(orders, "press", "look-again", 150)
    orders.wait_for_timeout(100)
    assert orders.evaluate("pressed") == 0
    wait_until(orders, "pressed === 1")


def test_the_page_moves_to_a_place_and_back(orders):
    orders.emulate_media(reduced_motion="reduce")
    orders.evaluate(FAR)
    give(orders, "middle", "far", 0)
    assert orders.evaluate("scrollY") > 2_000
    give(orders, "top")
    wait_until(orders, "scrollY === 0")


def test_a_notice_leads_to_its_page(orders):
    give(orders, "toast", "info", "Bought", {"duration": 5})
    give(orders, "toast", "info", "Bought", {"id": "x", "action": {"label": "See", "href": "/t"}})
    assert orders.evaluate("shown[0]") == ["Bought", {"duration": 5}]
    assert orders.evaluate("[shown[1][1].id, shown[1][1].action.label]") == ["x", "See"]
    orders.evaluate("shown[1][1].action.onClick()")
    assert orders.evaluate("went") == ["/t"]


def test_pages_of_ours_are_loaded_anew(orders, site):
    give(orders, "go", "/pages/play.html?a=1")
    orders.wait_for_url(f"{site.address}/pages/play.html?a=1")


def test_the_way_through_another_page_leads_back(orders, site):
    give(orders, "through", "/pages/orders")  # here already
    assert orders.url == f"{site.address}/pages/orders.html"
    give(orders, "through", "/pages/play.html")
    orders.wait_for_url(f"{site.address}/pages/play.html?next=%2Fpages%2Forders.html")


@pytest.mark.parametrize(
    "order",
    [
        ("go", "https://evil.example/"),
        ("go", "//evil.example/"),
        ("go", "/\\evil.example/"),
        ("go", "javascript:alert(1)"),
        ("go", ""),
        ("toString",),
        ("__proto__",),
        ("eval", "1"),
    ],
)
def test_nothing_else_is_done(orders, order):
    before = orders.url
    with pytest.raises(Error, match=r"not a page of ours|no such order"):
        give(orders, *order)
    assert orders.url == before
