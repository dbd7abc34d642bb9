"""What goes wrong on the way: lines that drop, sessions that end, wrong addresses, haste."""

import os
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from luckychit.jobs.demo.seed import BIG, FORMING
from tests.e2e import circles, games
from tests.e2e.circles import SETTLED, Circle, toast
from tests.e2e.conftest import moved_clock
from tests.e2e.games import POT
from tests.e2e.windows import LOGINS, MANAGER, MEMBER, Line, Window, at
from tests.helpers.server import DESKTOP, PHONE, run_again

pytestmark = pytest.mark.e2e

GURPREET, THOMAS, LALITHA = "9000020004", "9000020008", "9000020015"
# Who own play credit when the demo begins.
SUNITA, NANDINI, ANANYA = "9000020009", "9000020017", "9000020011"


def mark_document(page: Page) -> None:
    """Put something into the page that a reload would take away."""
    page.evaluate("window.sameDocument = true")


def is_same_document(page: Page) -> bool:
    return page.evaluate("window.sameDocument === true")


def pay(manager: Window, name: str) -> None:
    circles.collect(manager, name, Circle(BIG, "")).click()
    expect(toast(manager.page, f"from {name} recorded")).to_be_visible()


class TestALostLine:
    def test_of_a_killed_app_heals_when_it_is_back(self, window, demo, shots):
        """The app comes back before the phone does; the phone shows what it missed."""
        member, other = window(PHONE), window(PHONE)
        for one, login in ((member, GURPREET), (other, THOMAS)):
            one.sign_in(login)
            one.settle()
            expect(one.page.locator(".bill")).to_contain_text("₹5,000")
            mark_document(one.page)
        member.context.set_offline(True)
        os.killpg(demo.process.pid, signal.SIGKILL)
        demo.process.wait()
        for one in (member, other):
            expect(one.page.locator(".offline")).to_be_visible()
        member.page.wait_for_timeout(1_500)  # a short cut is not told at all
        member.shot(shots, "killed-app")
        run_again(demo, "demo", **moved_clock())
        expect(other.page.locator(".offline")).to_have_count(0, timeout=20_000)
        manager = window(DESKTOP)
        circles.as_manager(manager)
        pay(manager, "Gurpreet Singh")
        expect(member.page.locator(".bill")).to_contain_text("₹5,000")
        member.context.set_offline(False)
        expect(member.page.locator(SETTLED)).to_be_visible(timeout=20_000)
        expect(member.page.locator(".offline")).to_have_count(0)
        pay(manager, "Thomas Kurian")
        expect(toast(other.page, "Your payment of ₹5,000")).to_be_visible()
        expect(other.page.locator(SETTLED)).to_be_visible()
        for one in (member, other):
            assert is_same_document(one.page)
            one.forgive("WebSocket", "ERR_INTERNET_DISCONNECTED")

    def test_of_the_device_is_told_at_once(self, window):
        member = window(PHONE)
        member.sign_in(LALITHA)
        member.settle()
        mark_document(member.page)
        banner = member.page.locator(".device-offline")
        expect(banner).to_be_hidden()
        member.context.set_offline(True)
        expect(banner).to_be_visible(timeout=3_000)
        member.context.set_offline(False)
        expect(banner).to_be_hidden(timeout=3_000)
        expect(member.page.locator(".offline")).to_have_count(0, timeout=20_000)
        assert is_same_document(member.page)
        member.forgive("WebSocket", "ERR_INTERNET_DISCONNECTED")


class TestALineLostWhileBuying:
    """Nothing is bought twice, and the page tells what is true when it is back."""

    def test_after_the_order_went_out(self, window, shots):
        """The server heard it; its answer never came."""
        buyer, other = window(PHONE), window(PHONE)
        line = at_the_question(buyer, other, SUNITA)
        before, had = games.pot_of(other.page), own_tickets(buyer)
        line.is_deaf = True
        press_buy(buyer)
        expect(other.page.locator(POT)).to_have_text(f"${before + 1.9:,.2f}")
        line.cut()
        expect(buyer.page.locator(".device-offline")).to_be_visible()
        buyer.shot(shots, "lost-line-buying")
        line.mend()
        has_bought(buyer, line, had, shots, "lost-answer")

    def test_before_the_order_went_out(self, window, shots):
        """It waits here; while it does somebody else buys."""
        buyer, other = window(PHONE), window(PHONE)
        line = at_the_question(buyer, other, NANDINI)
        before, had = games.pot_of(other.page), own_tickets(buyer)
        line.cut()
        expect(buyer.page.locator(".device-offline")).to_be_visible()
        press_buy(buyer)
        other.page.wait_for_timeout(1_500)
        says_so_above_all(buyer, shots)
        assert games.pot_of(other.page) == before
        games.choose(other, 3, "meanwhile").get_by_role("button", name="Buy", exact=True).click()
        expect(other.page.locator(POT)).to_have_text(f"${before + 2.85:,.2f}")
        line.mend()
        has_bought(buyer, line, had, shots, "lost-order")
        for one in (buyer, other):
            expect(one.page.locator(POT)).to_have_text(f"${before + 4.75:,.2f}")


def at_the_question(buyer: Window, other: Window, login: str) -> Line:
    """Let one stand before the last button, and another look at the same pot."""
    line = Line(buyer)
    for one, who in ((buyer, login), (other, ANANYA)):
        one.sign_in(who)
        one.open("/app/lottery")
    games.choose(buyer, 2, "a long way home")
    expect(buyer.page.locator("dialog#buy")).to_be_visible()
    mark_document(buyer.page)
    return line


def says_so_above_all(buyer: Window, shots: Path) -> None:
    """The open dialog covers the banner; so it says it too."""
    sheet = buyer.page.locator("dialog#buy .sheet-body")
    words = sheet.evaluate("(sheet) => getComputedStyle(sheet, '::after').content")
    assert "Nothing is sent until it is back" in words
    buyer.shot(shots, "lost-line-question")


def press_buy(buyer: Window) -> None:
    """Twice, with the keyboard: what cannot be sent cannot be touched either."""
    button = buyer.page.locator("dialog#buy").get_by_role("button", name="Buy", exact=True)
    for _ in range(2):
        button.press("Enter")


def own_tickets(buyer: Window) -> int:
    return buyer.page.locator(".stubs .stub").count()


def has_bought(buyer: Window, line: Line, had: int, shots: Path, name: str) -> None:
    """Two tickets, although the button was pressed again and again."""
    page = buyer.page
    expect(page.locator(".device-offline")).to_be_hidden()
    expect(page.locator(".stubs .stub")).to_have_count(had + 2, timeout=20_000)
    assert is_same_document(page)
    assert line.said("play_state.buy") == 1
    buyer.shot(shots, name)
    again = page.locator("dialog#buy").get_by_role("button", name="Buy", exact=True)
    if again.is_visible() and again.is_enabled():
        again.click()
        page.wait_for_timeout(500)
    expect(page.locator("dialog#buy")).to_be_hidden()
    buyer.open("/app/lottery")
    expect(page.locator(".stubs .stub")).to_have_count(had + 2)
    buyer.forgive("WebSocket", "ERR_INTERNET_DISCONNECTED")


class TestAnEndedSession:
    def test_in_one_tab_ends_the_others(self, window):
        member = window(PHONE)
        member.sign_in(MEMBER)
        other = member.context.new_page()
        other.goto("/app/profile")
        other.get_by_role("button", name="Sign out", exact=True).click()
        other.wait_for_url(at("/sign-in"))
        member.page.wait_for_url(at("/sign-in"))

    def test_by_its_owner_elsewhere_ends_at_once(self, window):
        lost, own = window(PHONE), window(DESKTOP)
        lost.sign_in(LALITHA)
        lost.settle()
        own.sign_in(LALITHA)
        own.open("/app/profile")
        others = own.page.get_by_role("button", name=re.compile("^End the session"))
        expect(others).not_to_have_count(0)
        # Each that ends is gone from the list; other tests may have left some, too.
        for left in reversed(range(others.count())):
            others.first.click()
            own.page.locator("dialog#end-session").get_by_role("button", name="Sign it out").click()
            expect(own.page.locator("dialog#end-session")).to_be_hidden()
            expect(others).to_have_count(left)
        lost.page.wait_for_url(at("/sign-in"))
        own.page.locator("nav a", has_text="Payments").click()
        own.page.wait_for_url(at("/app/payments"))

    def test_leaves_nothing_behind_the_back_button(self, window):
        member = window(PHONE)
        member.sign_in(MEMBER)
        member.settle()
        member.page.locator("nav a", has_text="Payments").click()
        member.settle()
        circles.sign_out(member)
        member.page.go_back()
        member.page.wait_for_timeout(100)
        assert "₹" not in member.page.locator("body").inner_text()
        member.page.wait_for_url(at("/sign-in"))
        assert "Asha" not in member.page.locator("body").inner_text()


class TestSomebodyElsesThings:
    def test_are_not_there_for_another_member(self, window):
        manager, member = window(DESKTOP), window(PHONE)
        circles.as_manager(manager)
        manager.open("/manage/groups")
        link = manager.page.locator("main a", has_text=FORMING).first
        theirs = str(link.get_attribute("href"))
        member.sign_in(MEMBER)  # sits in two groups, not in this one
        member.open(theirs.replace("/manage/", "/app/"))
        expect(member.page.locator("main h1")).to_have_text("Nothing here")
        member.page.goto(theirs)
        member.page.wait_for_timeout(1_500)
        assert FORMING not in member.page.locator("body").inner_text()

    def test_are_not_there_for_another_manager(self, window, shots):
        manager, admin, newcomer = window(DESKTOP), window(DESKTOP), window(DESKTOP)
        circles.as_manager(manager)
        manager.open("/manage/groups")
        link = manager.page.locator("main a", has_text=BIG).first
        theirs = str(link.get_attribute("href"))
        password = a_new_manager(admin, "Ramesh Gowda", "9845030011")
        admin.shot(shots, "admin-new-manager", whole=True)
        newcomer.sign_in("9845030011", password)
        newcomer.page.fill("#field-current_password", password)
        newcomer.page.fill("#field-new_password", circles.OWN_WORD)
        newcomer.page.fill("#field-repeated", circles.OWN_WORD)
        newcomer.page.get_by_role("button", name="Save and go on").click()
        newcomer.page.wait_for_url(at("/manage"))
        newcomer.settle()
        newcomer.shot(shots, "newcomer-dashboard", whole=True)
        newcomer.open(theirs)
        expect(newcomer.page.locator("main h1")).to_have_text("Nothing here")
        assert BIG not in newcomer.page.locator("body").inner_text()


def a_new_manager(admin: Window, name: str, mobile: str) -> str:
    """Let the admin make a manager; return the one-time password."""
    page = admin.page
    admin.sign_in(LOGINS["admin"])
    admin.settle()
    page.get_by_role("button", name="New organiser").first.click()
    dialog = page.locator("dialog#new-manager")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Mobile number").fill(mobile)
    dialog.get_by_role("button", name="Make the account").click()
    told = page.locator("dialog#made")
    expect(told).to_contain_text(name)
    password = told.locator("dd.code").inner_text()
    told.get_by_role("button", name="Done").click()
    return password


class TestHaste:
    def test_in_two_tabs_hands_a_prize_over_once(self, window, shots):
        manager = window(DESKTOP)
        circles.as_manager(manager)
        tabs = [manager.page, manager.context.new_page()]
        for page in tabs:
            page.goto("/manage/payouts")
            card = page.locator(".prize-card", has_text=BIG)
            card.get_by_role("button", name="Hand over").click()
            expect(page.locator("dialog#hand #hand-amount")).to_have_value(re.compile(r"\d"))
        for page in tabs:
            dialog = page.locator("dialog#hand")
            dialog.get_by_role("button", name="Record payout").click(no_wait_after=True)
        expect(toast(tabs[0], "recorded.")).to_be_visible()
        expect(tabs[1].locator("dialog#hand [role=alert]").first).not_to_be_empty()
        manager.page = tabs[1]
        manager.shot(shots, "two-tabs")
        expect(tabs[0].locator(".prize-card", has_text=BIG)).to_have_count(0)

    def test_at_the_sign_in_says_no_more_than_it_should(self, window):
        said = []
        for login in (MANAGER, "9999999999"):
            one = window(PHONE)
            one.try_to_sign_in(login, "not my word")
            said.append(one.page.locator(".notice").inner_text())
        assert said[0] == said[1]
