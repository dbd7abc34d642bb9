"""The own account, played by its people: a second step, another name, looks that follow.

Each test makes people of its own, so that the demo's stay as they are for the others.
"""

import itertools
import json
import re
import time
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import expect

from luckychit.ui.routes import PAGES
from tests.e2e.test_pages import NEWCOMER, faults_of
from tests.e2e.windows import ADMIN, Window, at
from tests.helpers.server import DESKTOP, PHONE

pytestmark = pytest.mark.e2e

PASSWORD = "a quiet river at dawn"
_numbers = itertools.count(9_000_077_001)


def choose_password(one: Window, login: str, one_time: str) -> None:
    """Sign in for the first time and choose a password."""
    one.sign_in(login, one_time)
    one.page.wait_for_url(at("/change-password"))
    one.page.fill("#field-current_password", one_time)
    one.page.fill("#field-new_password", PASSWORD)
    one.page.fill("#field-repeated", PASSWORD)
    one.page.get_by_role("button", name="Save and go on").click()


def a_manager(window) -> tuple[Window, str]:
    """A window of a new manager, and the manager's mobile number."""
    admin, number = window(DESKTOP), str(next(_numbers))
    admin.sign_in(ADMIN)
    admin.open("/admin")
    admin.page.get_by_role("button", name="New organiser").click()
    admin.page.fill("#new-manager #field-full_name", "Mohan Profile")
    admin.page.fill("#new-manager #field-mobile_number", number)
    admin.page.get_by_role("button", name="Make the account").click()
    expect(admin.page.locator("dialog#made")).to_be_visible()
    one_time = admin.page.locator("#made dd.code").inner_text()
    manager = window(DESKTOP)
    choose_password(manager, number, one_time)
    manager.page.wait_for_url(at("/manage"))
    return manager, number


def a_member(window) -> tuple[Window, str]:
    """A window of a new member, and the member's mobile number."""
    manager, _ = a_manager(window)
    number = str(next(_numbers))
    manager.open("/manage/members")
    manager.page.get_by_role("button", name=re.compile("^Add a? ?member$")).first.click()
    manager.page.fill("#new-member #field-full_name", "Mala Profile")
    manager.page.fill("#new-member #field-mobile_number", number)
    manager.page.locator("#new-member").get_by_role("button", name="Add member").click()
    one_time = manager.page.locator(".slip-password").first.inner_text()
    member = window(PHONE)
    choose_password(member, number, one_time)
    member.page.wait_for_url(at("/app"))
    return member, number


def sign_out(one: Window) -> None:
    one.page.get_by_role("button", name="Sign out", exact=True).click()
    one.page.wait_for_url(at("/sign-in"))


def give_code(one: Window, login: str, code: str) -> None:
    """Sign in with the password, then the code."""
    one.try_to_sign_in(login, PASSWORD)
    one.page.wait_for_url(at("/sign-in/code"))
    one.page.fill("#field-code", code)
    one.page.get_by_role("button", name="Sign in", exact=True).click()


def switch_on(manager: Window, shots: Path) -> tuple[pyotp.TOTP, str]:
    """Switch two-step sign-in on; return the manager's app, and a recovery code."""
    page = manager.page
    page.get_by_role("link", name="Your account").click()
    page.wait_for_url(at("/manage/profile"))
    page.get_by_role("button", name="Turn two-step sign-in on").click()
    page.fill("#factor-on-password", PASSWORD)
    page.get_by_role("button", name="Go on").click()
    key = page.locator(".factor-key")
    expect(key).to_be_visible()
    manager.shot(shots, "profile-second-step")
    app = pyotp.TOTP(key.inner_text().replace(" ", ""))
    page.emulate_media(reduced_motion="reduce")
    assert faults_of(page) == []
    page.fill("#factor-on-code", app.at(time.time()))
    page.locator("#factor-on").get_by_role("button", name="Turn on").click()
    codes = page.locator(".recovery-codes li")
    expect(codes).to_have_count(10)
    recovery_code = codes.first.inner_text()
    page.get_by_role("button", name="I have kept them").click()
    expect(codes).to_have_count(0)
    expect(page.get_by_text("10 recovery codes left")).to_be_visible()
    return app, recovery_code


def lose_phone(admin: Window, number: str) -> None:
    """Let the administrator help a manager who lost the phone."""
    admin.sign_in(ADMIN)
    admin.open("/admin")
    row = admin.page.get_by_role("row").filter(has_text=number[-5:])
    row.get_by_role("button", name=re.compile("^Remove the second step")).click()
    expect(admin.page.locator("#remove-factor-title")).to_contain_text("Mohan Profile")
    admin.page.get_by_role("button", name="Remove it").click()
    expect(row.get_by_role("button", name=re.compile("^Remove the second"))).to_have_count(0)


def test_a_manager_signs_in_with_a_second_step(window, shots):
    manager, number = a_manager(window)
    page = manager.page
    app, recovery_code = switch_on(manager, shots)

    sign_out(manager)
    # The app's present code is used up; the server's clock lets the next one in already.
    give_code(manager, number, app.at(time.time() + 30))
    page.wait_for_url(at("/manage"))

    sign_out(manager)
    give_code(manager, number, "000000")
    expect(page.get_by_text("That code is not right")).to_be_visible()
    assert faults_of(page) == []
    page.fill("#field-code", recovery_code.lower())
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(at("/manage"))
    manager.open("/manage/profile")
    expect(page.get_by_text("9 recovery codes left")).to_be_visible()

    lose_phone(window(DESKTOP), number)
    manager.context.clear_cookies()
    manager.sign_in(number, PASSWORD)
    page.wait_for_url(at("/manage"))


def test_a_members_name_address_and_looks_follow(window):
    member, number = a_member(window)
    page = member.page
    member.open("/app/profile")
    page.get_by_role("button", name="Change your name").click()
    page.fill("#name #field-full_name", "Mala Renamed")
    page.locator("#name").get_by_role("button", name="Save").click()
    expect(page.locator("main").get_by_text("Mala Renamed")).to_be_visible()
    expect(page.locator(".member-top .avatar")).to_have_text("MR")

    page.get_by_role("button", name="Add your e-mail address").click()
    page.fill("#email #field-email", f"mala{number}@example.com")
    page.fill("#email-password", "not my password")
    page.locator("#email").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your current password is not right.")).to_be_visible()
    page.fill("#email-password", PASSWORD)
    page.locator("#email").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Not confirmed: open our letter")).to_be_visible()

    page.get_by_role("button", name="Dark", exact=True).click()
    expect(page.locator("html.dark")).to_have_count(1)
    second = window(PHONE, color_scheme="light")
    second.sign_in(f"mala{number}@example.com", PASSWORD)
    expect(second.page.locator("html.dark")).to_have_count(1)
    member.open("/app/profile")
    page.get_by_role("button", name="Sign out everywhere else").click()
    page.get_by_role("button", name="Sign them out").click()
    expect(page.get_by_text("Signed out everywhere else.")).to_be_visible()
    second.page.goto("/app")
    second.page.wait_for_url(at("/sign-in"))

    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").click()
    assert waiting.value.suggested_filename == "luckychit-my-data.json"
    assert json.loads(waiting.value.path().read_text())["account"]["full_name"] == "Mala Renamed"

    page.get_by_role("button", name="Close the account").first.click()
    page.fill("#close-password", PASSWORD)
    page.locator("#close").get_by_role("button", name="Close the account").click()
    page.wait_for_url(at("/sign-in"))
    member.try_to_sign_in(number, PASSWORD)
    expect(page.get_by_text("This account has been closed.")).to_be_visible()


def test_the_switch_of_the_frame_is_remembered_too(window):
    member, number = a_member(window)
    page = member.page
    member.open("/draws")
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("html.dark")).to_have_count(1)
    second = window(PHONE, color_scheme="light")
    second.sign_in(number, PASSWORD)
    expect(second.page.locator("html.dark")).to_have_count(1)


@pytest.mark.parametrize("dialog", ["name", "email", "birth_date", "close"])
def test_each_dialog_of_a_member_reads_aloud(window, dialog):
    member = window(PHONE)
    member.sign_in(NEWCOMER)
    member.open("/app/profile")
    member.page.emulate_media(reduced_motion="reduce")
    member.page.locator(f"[data-opens='{dialog}']").first.click()
    expect(member.page.locator(f"dialog#{dialog}")).to_be_visible()
    member.be_still()
    assert faults_of(member.page) == []


def test_every_role_has_such_a_page():
    owners = {spec.who for spec in PAGES if spec.route.endswith("/profile")}
    assert owners == {"member", "manager", "admin"}
