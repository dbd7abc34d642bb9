"""The audit trail as an admin and a manager see it: what was just done is there, sealed."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.windows import ADMIN, MANAGER
from tests.helpers.server import DESKTOP

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]
SEAL_S = 5


def test_an_admin_finds_checks_and_keeps_what_a_manager_did(window, shots):
    """The manager signs in; the admin finds it, checks the chain, and takes the file."""
    manager, admin = window(DESKTOP), window(DESKTOP)
    manager.sign_in(MANAGER)
    manager.open("/manage/trail")
    rows = manager.page.locator(".trail tbody tr")
    expect(rows.first).to_contain_text("You signed in")
    manager.shot(shots, "trail-manager")

    admin.sign_in(ADMIN)
    admin.open("/admin/trail")
    admin.page.get_by_label("What", exact=True).select_option("users.")
    admin.page.get_by_label("Person", exact=True).fill("lakshmi")
    admin.page.get_by_role("button", name="Show", exact=True).click()
    expect(admin.page.get_by_text("Only: ")).to_contain_text("Accounts, by or about “lakshmi”")
    found = admin.page.locator(".trail tbody tr").filter(has_text="signed in").first
    expect(found).to_contain_text("Lakshmi")

    admin.page.get_by_role("button", name="Check the chain").click()
    holds = admin.page.locator(".notice-good")
    expect(holds).to_contain_text("The trail holds", timeout=SEAL_S * 1000)
    expect(holds.locator("span.code")).to_have_text(re.compile(r"^\d+:[0-9a-f]{64}$"))
    admin.shot(shots, "trail-checked")

    found.get_by_role("button", name=re.compile("^Details")).click()
    entry = admin.page.locator("dialog#entry")
    expect(entry).to_contain_text("users.signed_in")
    admin.shot(shots, "trail-entry")
    entry.get_by_role("button", name="Close").click()

    with admin.page.expect_download() as taken:
        admin.page.get_by_role("link", name="Export CSV").click()
    path = taken.value.path()
    with Path(path).open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert lines
    assert {line["action"].split(".")[0] for line in lines} == {"users"}
