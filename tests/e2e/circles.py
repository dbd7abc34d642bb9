"""What the manager and the members do with a circle, step by step, each in one line."""

import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.windows import MANAGER, Window, at

PEOPLE = ("Meera Joshi", "Sanjay Gupta", "Leela Thomas", "Farhan Ali", "Divya Nair")
# The first card of a member who owes nothing now.
SETTLED = ".bill-settled"
OWN_WORD = "paper boats in June"


@dataclass
class Circle:
    """A circle that is being made: what the test knows about it."""

    name: str
    series: str  # the numbers of its members begin with it: eight digits
    href: str = ""
    passwords: dict[str, str] = field(default_factory=dict)

    def mobile(self, name: str) -> str:
        """Return the ten digits of a member."""
        return f"{self.series}{PEOPLE.index(name) + 11:02d}"

    def pasted(self) -> str:
        """Return the members as a manager would paste them."""
        return "\n".join(f"{name}, {self.mobile(name)}" for name in PEOPLE)


def toast(page: Page, words: str) -> Locator:
    """Return the notice with these words."""
    return page.locator("[data-sonner-toast]", has_text=words).first


def put_toasts_away(page: Page) -> None:
    """Close the notices, so that they cover nothing."""
    closers = page.locator("[data-sonner-toast] [data-close-button]")
    for _ in range(closers.count()):
        closers.first.dispatch_event("click")
        page.wait_for_timeout(80)


def make_group(manager: Window, circle: Circle, shots: Path, tag: str) -> None:
    """Type the terms and watch the arithmetic; make the group."""
    page = manager.page
    manager.open("/manage/groups/new")
    page.fill("#field-name", circle.name)
    page.fill("#field-instalment", "5000")
    page.fill("#field-seats", "5")
    outcome = page.locator(".outcome")
    for words in ("₹25,000", "₹1,250", "₹23,750"):
        expect(outcome).to_contain_text(words)
    page.fill("#field-commission", "8")
    expect(page.locator("#field-commission-note")).to_contain_text("7")
    page.fill("#field-commission", "4")
    expect(outcome).to_contain_text("₹24,000")
    page.fill("#field-draw_day", "20")
    page.locator("#field-starts_on").select_option(index=0)
    expect(outcome).to_contain_text("20 Mar 2027")
    expect(outcome).to_contain_text("20 Jul 2027")
    manager.shot(shots, f"{tag}-01-new-group", whole=True)
    page.get_by_role("button", name="Make the group").click()
    page.wait_for_url(re.compile(r"/manage/groups/[0-9a-f-]{36}"))
    expect(page.get_by_role("heading", name=circle.name, level=1)).to_be_visible()
    circle.href = re.sub(r"^https?://[^/]+", "", page.url).rstrip("/")


def paste_members(manager: Window, circle: Circle, shots: Path, tag: str) -> None:
    """Paste a list with a bad line, see what is wrong, correct it, add all."""
    page = manager.page
    manager.settle()
    page.fill("#field-pasted", circle.pasted().replace(circle.mobile(PEOPLE[2]), "98765"))
    page.get_by_role("button", name="Check the list").click()
    expect(page.locator(".line-problem")).to_have_count(1)
    expect(page.locator("#paste-list tbody tr")).to_have_count(5)
    expect(page.get_by_role("button", name="Add all")).to_have_count(0)
    manager.shot(shots, f"{tag}-02-bad-line", whole=True)
    page.fill("#field-pasted", circle.pasted())
    page.get_by_role("button", name="Check the list").click()
    page.get_by_role("button", name="Add all: 5 people, 5 seats").click()
    slips = page.locator(".slip")
    expect(slips).to_have_count(5)
    for slip in slips.all():
        name = slip.locator(".strong").inner_text()
        circle.passwords[name] = slip.locator(".slip-password").inner_text()
    assert set(circle.passwords) == set(PEOPLE)
    manager.shot(shots, f"{tag}-03-one-time-passwords", whole=True)
    page.get_by_role("button", name="Put away").click()
    expect(slips).to_have_count(0)
    page.reload()
    manager.settle()
    expect(slips).to_have_count(0)


def start(manager: Window, shots: Path, tag: str) -> None:
    """Start the group, after the question."""
    page = manager.page
    page.get_by_role("button", name="Start the group").first.click()
    dialog = page.locator("dialog#start")
    expect(dialog).to_contain_text("₹5,000")
    manager.shot(shots, f"{tag}-04-start")
    dialog.get_by_role("button", name="Start the group").click()
    expect(page.locator(".draw-card")).to_contain_text("No seat that can still win has paid")


def first_sign_in(member: Window, circle: Circle, name: str, shots: Path, tag: str) -> None:
    """Sign in with the one-time password; nothing opens before it is replaced."""
    page = member.page
    member.sign_in(circle.mobile(name), circle.passwords[name])
    page.wait_for_url(at("/change-password"))
    page.goto("/app")
    page.wait_for_url(at("/change-password"))
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    member.shot(shots, f"{tag}-05-own-password")
    page.fill("#field-current_password", circle.passwords[name])
    page.fill("#field-new_password", OWN_WORD)
    page.fill("#field-repeated", OWN_WORD)
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url(at("/app"))
    member.settle()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Hello, {name.split(maxsplit=1)[0]}")


def collect(manager: Window, name: str, circle: Circle) -> Locator:
    """Tap a name on today's sheet; return the button that records the money."""
    page = manager.page
    manager.open("/manage/collect")
    page.locator(".sheet-row", has_text=name).filter(has_text=circle.name).click()
    dialog = page.locator("dialog#pay")
    expect(dialog.locator("#pay-amount")).to_have_value(re.compile("5,?000"))
    return dialog.get_by_role("button", name="Record payment")


def record_singly(manager: Window, name: str, circle: Circle) -> Locator:
    """Open the payment dialog beside a due; return the button that records the money."""
    page = manager.page
    if circle.href not in page.url:
        manager.open(circle.href)
    open_part(manager, "Dues")
    page.get_by_role("button", name=f"Record payment of {name}").first.click()
    dialog = page.locator("dialog#pay")
    expect(dialog).to_contain_text(name)
    return dialog.get_by_role("button", name="Record payment")


def open_part(manager: Window, part: str) -> None:
    """Turn to a part of the group's page."""
    chosen = manager.page.locator(".segments").get_by_text(part, exact=True)
    chosen.click()


def take_back(manager: Window, name: str, circle: Circle, reason: str) -> None:
    """Reverse the newest payment of a member, with a reason."""
    page = manager.page
    manager.open(circle.href)
    open_part(manager, "Payments")
    row = page.get_by_role("button", name=re.compile(f"^Reverse receipt .* of {name}"))
    row.first.click()
    dialog = page.locator("dialog#reverse")
    expect(dialog).to_contain_text("five thousand rupees", ignore_case=True)
    dialog.get_by_label("Reason").fill(reason)
    dialog.get_by_role("button", name="Take it back").click()


def sign_out(member: Window) -> None:
    """Leave through the profile."""
    member.open("/app/profile")
    member.page.get_by_role("button", name="Sign out", exact=True).click()
    member.page.wait_for_url(at("/sign-in"))


def as_manager(window: Window) -> None:
    """Sign in as the manager of the demo."""
    window.sign_in(MANAGER)
    window.page.wait_for_url(at("/manage"))
    window.settle()


def number_of_seat(words: str) -> int:
    """Return N of ``Seat N wins: ...``."""
    found = re.search(r"[Ss]eat (\d+)", words)
    assert found, words
    return int(found[1])


def watch_until(moment: float, page: Page) -> None:
    """Let a page play until a moment of time.monotonic()."""
    left = moment - time.monotonic()
    if left > 0:
        page.wait_for_timeout(left * 1000)
