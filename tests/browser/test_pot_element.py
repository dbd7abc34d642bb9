"""The pot that moves: counted up softly, said politely, still for who wants stillness."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.e2e

# Notes every text the amount ever shows, and everything that is read out.
WATCHED = """
window.shown = []; window.said = [];
const note = (list, node) => new MutationObserver(() => list.push(node.textContent))
  .observe(node, { childList: true, characterData: true, subtree: true });
note(window.shown, document.querySelector("lc-pot .money"));
note(window.said, document.querySelector("lc-pot [aria-live]"));
"""


@contextmanager
def a_pot(browser: Browser, site: Site, **wish: str) -> Iterator[Page]:
    context = browser.new_context(**wish)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.clock.install()
    page.goto(f"{site.address}/pages/pot.html")
    expect(page.locator("lc-pot .money")).to_have_text("$9.50")
    page.evaluate(WATCHED)
    yield page
    context.close()
    assert problems == []


def tell(page: Page, prize: str, entries: str) -> None:
    page.locator("lc-pot").evaluate(
        "(pot, [prize, entries]) => {"
        " pot.setAttribute('prize', prize); pot.setAttribute('entries', entries); }",
        [prize, entries],
    )


def amounts(page: Page) -> list[int]:
    return [int("".join(filter(str.isdigit, text))) for text in page.evaluate("window.shown")]


class TestThePot:
    def test_counts_up_to_what_it_was_told(self, browser: Browser, site: Site):
        with a_pot(browser, site) as page:
            tell(page, "$1,09,095.00", "1,14,837")
            page.clock.run_for(2_000)
            expect(page.locator("lc-pot .money")).to_have_text("$1,09,095.00")
            expect(page.locator("lc-pot .lc-pot-count")).to_have_text("1,14,837 tickets")
            way = amounts(page)
        assert len(way) > 5
        assert way == sorted(way)
        assert 950 <= way[0] < way[-1] == 10_909_500

    def test_counts_play_credit_in_hundredths_all_the_way(self, browser: Browser, site: Site):
        with a_pot(browser, site) as page:
            tell(page, "0.00 credits", "0")
            page.clock.run_for(1_000)
            tell(page, "1.90 credits", "2")
            page.clock.run_for(2_000)
            expect(page.locator("lc-pot .money")).to_have_text("1.90 credits")
            shown = page.evaluate("window.shown")
        assert len(shown) > 5
        assert [text for text in shown if not re.fullmatch(r"[01]\.\d\d credits", text)] == []

    def test_goes_back_to_nothing_at_once_at_midnight(self, browser: Browser, site: Site):
        with a_pot(browser, site) as page:
            tell(page, "$0.00", "0")
            page.clock.run_for(1_000)
            assert page.evaluate("window.shown") == ["$0.00"]

    def test_shows_only_the_last_of_what_a_reconnect_tells(self, browser: Browser, site: Site):
        """First comes what the server's state knew, a moment later what is."""
        with a_pot(browser, site) as page:
            tell(page, "$0.95", "1")
            page.clock.run_for(50)
            tell(page, "$9.50", "10")
            page.clock.run_for(2_000)
            assert set(page.evaluate("window.shown")) <= {"$9.50"}

    def test_stands_still_for_who_wants_less_motion(self, browser: Browser, site: Site):
        with a_pot(browser, site, reduced_motion="reduce") as page:
            tell(page, "$95.00", "100")
            page.clock.run_for(2_000)
            assert page.evaluate("window.shown") == ["$95.00"]

    def test_is_read_out_once_in_ten_seconds_at_most(self, browser: Browser, site: Site):
        with a_pot(browser, site) as page:
            for count in range(11, 91):
                tell(page, f"${count * 0.95:.2f}", str(count))
                page.clock.run_for(250)
            page.clock.run_for(12_000)
            said = page.evaluate("window.said")
        assert 2 <= len(said) <= 4
        assert said[-1] == "$85.50, 90 tickets"

    def test_says_one_ticket(self, browser: Browser, site: Site):
        with a_pot(browser, site) as page:
            tell(page, "$0.95", "1")
            page.clock.run_for(1_000)
            expect(page.locator("lc-pot .lc-pot-count")).to_have_text("1 ticket")
