"""Accounts from the outside: an account is made, confirmed, lost and found, on a phone.

Method: the built app with an empty demo; letters are read on the demo's own page, as a person
without a mail server reads them.
"""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.windows import LIVE_S, Window, at
from tests.helpers.server import DESKTOP, PHONE

pytestmark = pytest.mark.e2e

FIRST, SECOND = "a quiet river at dawn", "a red kite over hills"
OpenWindow = Callable[..., Window]


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.fill(f"#field-{name}", value)


def make_account(one: Window, name: str) -> str:
    """Sign up through the page; return the e-mail address."""
    email = f"{name}@example.com"
    one.open("/sign-up")
    fill(one.page, full_name="Tara Newcomer", email=email, username=name, password=FIRST)
    one.page.get_by_role("button", name="Create account").click()
    one.page.wait_for_url(at("/app"))
    one.settle()
    return email


def open_letter(one: Window, email: str, subject: str, button: str) -> None:
    """Read the newest such letter of the demo, and follow its button."""
    one.open("/demo/mail")
    letter = one.page.locator("main li").filter(has_text=email).filter(has_text=subject).first
    letter.get_by_role("link", name=button).click()
    one.page.wait_for_url(re.compile("token="))
    one.settle()


def sign_out(page: Page) -> None:
    page.goto("/app/profile")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(at("/sign-in"))


def test_an_account_is_made_confirmed_lost_and_found(window: OpenWindow, shots):
    one = window(PHONE)
    page = one.page
    email = make_account(one, "tara.journey")
    expect(page.get_by_role("heading", name="Hello, Tara")).to_be_visible()
    expect(page.get_by_text("Confirm your e-mail address.")).to_be_visible()
    one.shot(shots, "accounts-home")

    open_letter(one, email, "Welcome to LuckyChit", "Confirm my address")
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_role("heading", name="Your address is confirmed")).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    page.wait_for_url(at("/app"))
    one.settle()
    expect(page.get_by_text("Confirm your e-mail address.")).to_have_count(0)

    sign_out(page)
    page.get_by_role("link", name="I have lost my password").click()
    page.wait_for_url(at("/reset"))
    one.settle()
    fill(page, email=email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()

    open_letter(one, email, "Choose a new password", "Choose a new password")
    fill(page, new_password=SECOND, repeated="something else")
    page.get_by_role("button", name="Save the new password").click()
    expect(page.get_by_text("The two passwords are not the same.")).to_be_visible()
    fill(page, new_password=SECOND, repeated=SECOND)
    page.get_by_role("button", name="Save the new password").click()
    page.wait_for_url(at("/sign-in"))
    expect(page.get_by_text("Your new password is set.")).to_be_visible()

    one.try_to_sign_in("tara.journey", FIRST)
    expect(page.get_by_text("do not match")).to_be_visible()
    one.sign_in(email, SECOND)
    page.wait_for_url(at("/app"))


def test_a_letter_that_is_only_looked_at_stays_good(window: OpenWindow):
    one = window(PHONE)
    email = make_account(one, "tara.looks")
    for _ in range(2):
        open_letter(one, email, "Welcome to LuckyChit", "Confirm my address")
    one.page.get_by_role("button", name="Confirm my address").click()
    expect(one.page.get_by_role("heading", name="Your address is confirmed")).to_be_visible()


def test_a_refused_form_keeps_what_was_typed(window: OpenWindow):
    one = window(PHONE)
    page = one.page
    one.open("/sign-up")
    page.get_by_role("button", name="With mobile").click()
    fill(page, full_name="Tara", mobile_number="90000 20020", password=FIRST)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("Another account has this already.")).to_be_visible()
    expect(page.locator("#field-mobile_number")).to_have_value("90000 20020")
    expect(page.locator("#field-full_name")).to_have_value("Tara")
    expect(page.locator("#field-password")).to_have_value("")


def test_another_open_page_is_sent_away_when_the_password_changes(window: OpenWindow):
    phone, desk = window(PHONE), window(DESKTOP)
    make_account(phone, "tara.twice")
    desk.sign_in("tara.twice", FIRST)
    desk.page.wait_for_url(at("/app"))
    desk.settle()
    phone.open("/change-password")
    fill(phone.page, current_password=FIRST, new_password=SECOND, repeated=SECOND)
    phone.page.get_by_role("button", name="Save and go on").click()
    phone.page.wait_for_url(at("/app"), wait_until="commit")
    began = time.monotonic()
    desk.page.wait_for_url(at("/sign-in"), wait_until="commit")
    assert time.monotonic() - began < LIVE_S
    phone.settle()
    expect(phone.page.get_by_role("heading", name="Hello, Tara")).to_be_visible()
