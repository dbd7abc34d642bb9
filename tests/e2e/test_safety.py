"""A member says the age, sets a limit, meets it, and asks for more."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import games
from tests.e2e.circles import toast
from tests.e2e.games import ZOYA
from tests.e2e.windows import Window
from tests.helpers.server import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
RULES = "/app/profile/play"


def test_who_says_the_age_may_play_up_to_the_own_limit(window, shots):
    zoya = window(PHONE)
    zoya.sign_in(ZOYA)
    is_asked_first(zoya, shots)
    games.add_credit(zoya, "10")
    sets(zoya, "3", shots)
    expect(toast(zoya.page, "Your limit counts from now on.")).to_be_visible()
    meets_it(zoya, shots)
    asks_for_more(zoya, shots)


def is_asked_first(one: Window, shots: Path) -> None:
    page = one.page
    one.open("/app/lottery")
    asked = page.get_by_role("heading", name="How old are you?")
    expect(asked).to_be_visible()
    expect(page.locator("form.buy")).to_have_count(0)
    expect(page.locator(games.POT)).to_contain_text("$")
    one.shot(shots, "safety-01-asked", whole=True)
    page.fill("#field-birth_date", "1991-08-15")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("form.buy")).to_be_visible()
    expect(asked).to_have_count(0)


def sets(one: Window, amount: str, shots: Path) -> None:
    page = one.page
    one.open(RULES)
    page.get_by_role("button", name=re.compile("Play for at most, in a day$")).click()
    dialog = page.locator("dialog#limit")
    dialog.get_by_label("Amount").fill(amount)
    one.shot(shots, f"safety-02-limit-{amount}")
    dialog.get_by_role("button", name="Set it").click()
    expect(dialog).to_be_hidden()


def meets_it(one: Window, shots: Path) -> None:
    page = one.page
    one.open("/app/lottery")
    expect(page.locator("main")).to_contain_text("Your limit leaves $3.00 today.")
    question = games.choose(one, 3, "slow and steady")
    question.get_by_role("button", name="Buy", exact=True).click()
    expect(page.locator(".stubs .stub")).to_have_count(3)
    expect(page.locator("main")).to_contain_text("Your limit leaves $0.00 today.")
    page.locator("form.buy").get_by_role("button", name="Buy", exact=True).click()
    refused = page.locator("form.buy [role=alert].notice")
    expect(refused).to_contain_text("The limit you set leaves $0.00 to play with today, until")
    one.shot(shots, "safety-03-limit-met", whole=True)
    games.expect_balance(one, "$7.00")


def asks_for_more(one: Window, shots: Path) -> None:
    page = one.page
    sets(one, "9", shots)
    expect(toast(page, "It will count from")).to_be_visible()
    line = page.locator("main li", has_text="Today").first
    expect(line).to_contain_text("$3.00 of $3.00")
    expect(line).to_contain_text(re.compile(r"\$9\.00 from 11 Mar 2027"))
    one.shot(shots, "safety-04-waits", whole=True)
    page.get_by_role("button", name="Take back: Play for at most, in a day").click()
    expect(page.get_by_role("button", name=re.compile("^Take back"))).to_have_count(0)
    expect(line).to_contain_text("$3.00 of $3.00")
