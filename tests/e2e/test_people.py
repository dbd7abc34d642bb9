"""An admin finds a person among all and helps; the person's phone follows at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_accounts import make_account
from tests.e2e.test_pages import faults_of
from tests.e2e.windows import ADMIN, Window
from tests.helpers.server import DESKTOP, PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]
SHORT = "Please type at least two characters."


def find(admin: Window, login: str) -> None:
    """Search for somebody and open the one who is found."""
    admin.sign_in(ADMIN)
    admin.open("/admin/people")
    page = admin.page
    page.emulate_media(reduced_motion="reduce")
    for typed in ("z", login):
        page.fill("#search", typed)
        page.get_by_role("button", name="Search", exact=True).click()
        expect(page.get_by_text(SHORT)).to_have_count(1 if typed == "z" else 0)
    rows = page.locator(".people tbody tr")
    expect(rows).to_have_count(1)
    rows.get_by_role("button", name="Open Tara Newcomer").click()


def close_and_open(page: Page) -> None:
    """Close the account, see it closed in the list too, and open it again."""
    person = page.locator("dialog#person")
    person.get_by_role("button", name=re.compile("^Close it")).click()
    expect(page.locator("#close-account")).to_contain_text("draws still count them")
    page.get_by_role("button", name="Close the account", exact=True).click()
    expect(person.get_by_role("status")).to_have_text("The account is closed.")
    expect(page.locator(".people tbody tr")).to_contain_text("Closed")
    person.get_by_role("button", name=re.compile("^Open it")).click()
    page.get_by_role("button", name="Open the account", exact=True).click()
    expect(person.get_by_role("status")).to_contain_text("The account is open again")


def test_an_admin_finds_signs_out_closes_and_opens(window, shots):
    admin, phone = window(DESKTOP), window(PHONE)
    login = make_account(phone, "tara.people")
    find(admin, login)
    page, person = admin.page, admin.page.locator("dialog#person")
    expect(person).to_contain_text(f"{login}, not confirmed")
    expect(person).to_contain_text("1 device or program")
    assert faults_of(page) == []
    admin.shot(shots, "people-person")

    person.get_by_role("button", name=re.compile("^Sign out")).click()
    page.get_by_role("button", name="Sign them out").click()
    expect(person.get_by_role("status")).to_have_text("Signed out everywhere.")
    expect(person).to_contain_text("Nowhere")
    phone.page.wait_for_url(re.compile("/sign-in"))
    close_and_open(page)

    person.get_by_role("button", name=re.compile("^Make one")).click()
    page.get_by_role("button", name="Make a new password").click()
    made = page.locator("dialog#made")
    expect(made).to_contain_text(login)
    password = made.locator("dd.code").inner_text()
    admin.shot(shots, "people-made")
    made.get_by_role("button", name="Done").click()
    expect(made.locator("dd.code")).to_have_text("")
    phone.sign_in(login, password)
    expect(phone.page.get_by_role("heading", name=re.compile("password"))).to_be_visible()
