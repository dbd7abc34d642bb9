"""The circle part of the ten-minute story: two people, two screens, and a stranger."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import circles
from tests.e2e.circles import PEOPLE, SETTLED, Circle, toast
from tests.e2e.windows import LIVE_S, Window, at, await_sight, mark_press, seconds_between
from tests.helpers.server import DESKTOP, PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

# Without sockets at all: what runs here can ask nobody.
OFFLINE = (
    "import runpy, socket, sys\n"
    "socket.socket = socket.create_connection = socket.getaddrinfo = None\n"
    "sys.argv = ['verify.py', 'bundle.json']\n"
    "runpy.run_path('verify.py', run_name='__main__')\n"
)


@pytest.mark.parametrize(
    ("tag", "series", "of_manager", "of_member"),
    [("desk", "98450100", DESKTOP, PHONE), ("hand", "98450200", PHONE, DESKTOP)],
)
def test_a_circle_from_its_terms_to_a_paid_prize(
    window, shots, tmp_path, tag, series, of_manager, of_member
):
    circle = Circle(f"Monsoon Circle {tag}", series)
    manager, member = window(of_manager), window(of_member)

    circles.as_manager(manager)
    manager.shot(shots, f"{tag}-00-dashboard")
    circles.make_group(manager, circle, shots, tag)
    circles.paste_members(manager, circle, shots, tag)
    circles.start(manager, shots, tag)
    circles.first_sign_in(member, circle, PEOPLE[0], shots, tag)
    expect(member.page.locator(".bill")).to_contain_text("₹5,000")
    member.shot(shots, f"{tag}-06-member-home", whole=True)

    money_comes(manager, member, circle, shots, tag)
    winner, draw_href = the_draw(manager, member, circle, shots, tag)
    the_prize(manager, member, circle, winner, shots, tag)

    stranger = window(of_member)
    receipt_of(member, stranger, circle, shots, tag)
    a_stranger_checks(stranger, draw_href, winner, tmp_path, shots, tag)


def money_comes(manager: Window, member: Window, circle: Circle, shots: Path, tag: str) -> None:
    first = PEOPLE[0]
    record = circles.collect(manager, first, circle)
    manager.shot(shots, f"{tag}-07-collect")
    mark_press(manager.page)
    await_sight(member.page, SETTLED)
    record.click()
    seconds = seconds_between(manager.page, member.page)
    print(f"{tag}: a payment is on the other screen after {seconds} s")
    expect(toast(member.page, "Your payment of ₹5,000")).to_be_visible()
    expect(toast(manager.page, f"₹5,000 from {first} recorded.")).to_be_visible()
    manager.shot(shots, f"{tag}-08-recorded")
    member.shot(shots, f"{tag}-09-member-sees-it")
    assert seconds < LIVE_S

    circles.take_back(manager, first, circle, "Counted twice")
    expect(toast(member.page, "Counted twice")).to_be_visible()
    expect(member.page.locator(".bill")).to_contain_text("₹5,000")
    manager.shot(shots, f"{tag}-10-taken-back", whole=True)

    record = circles.record_singly(manager, first, circle)
    manager.shot(shots, f"{tag}-11-singly")
    record.dblclick()
    expect(member.page.locator(SETTLED)).to_be_visible()
    for name in PEOPLE[1:4]:
        circles.collect(manager, name, circle).click()
        expect(toast(manager.page, f"from {name} recorded")).to_be_visible()
    circles.record_singly(manager, PEOPLE[4], circle).dblclick()
    expect(toast(manager.page, f"from {PEOPLE[4]} recorded")).to_be_visible()
    one_payment_each(manager, circle, shots, tag)


def one_payment_each(manager: Window, circle: Circle, shots: Path, tag: str) -> None:
    """Five dues, five payments, and the one that was taken back with its reversal."""
    manager.open(circle.href)
    circles.open_part(manager, "Payments")
    expect(manager.page.locator(".pager")).to_contain_text("7")
    expect(manager.page.get_by_role("button", name=re.compile("^Reverse "))).to_have_count(5)
    manager.shot(shots, f"{tag}-12-payments", whole=True)
    circles.open_part(manager, "Books")
    books = manager.page.locator(".card", has_text="Received from members")
    expect(books).to_contain_text("₹25,000")


def the_draw(
    manager: Window, member: Window, circle: Circle, shots: Path, tag: str
) -> tuple[str, str]:
    """Hold the draw; both screens count down, play the pick and name the same winner."""
    manager.open(circle.href)
    circles.put_toasts_away(manager.page)
    member.page.locator("nav[aria-label=Main] a", has_text="Lottery").first.click()
    member.page.wait_for_url(at("/app/lottery"))
    member.settle()
    member.shot(shots, f"{tag}-13-lottery", whole=True)
    page = manager.page
    page.get_by_role("button", name="Draw month 1").first.click()
    dialog = page.locator("dialog#draw")
    manager.shot(shots, f"{tag}-14-draw")
    dialog.get_by_role("button", name="Draw month 1").click()

    expect(page.locator(".draw-card lc-countdown")).to_contain_text("0:0")
    expect(member.page.locator(".draw-face lc-countdown").first).to_contain_text("0:0")
    manager.shot(shots, f"{tag}-15-countdown")
    member.shot(shots, f"{tag}-16-countdown", whole=True)

    won = [replayed(one, shots, f"{tag}-17-{who}") for who, one in both(manager, member)]
    assert won[0] == won[1]
    name = PEOPLE[won[0] - 1]
    expect(page.locator("#replay")).to_contain_text(name)
    expect(member.page.locator(".arrived")).to_contain_text(
        "You won" if name == PEOPLE[0] else name
    )
    href = member.page.locator(".arrived a", has_text="See the proof").get_attribute("href")
    return name, str(href)


def both(manager: Window, member: Window) -> list[tuple[str, Window]]:
    return [("manager", manager), ("member", member)]


def replayed(window: Window, shots: Path, name: str) -> int:
    """Wait until the pick has played here; return the number of the seat that won."""
    replay = window.page.locator("lc-replay").first
    replay.scroll_into_view_if_needed(timeout=15_000)
    window.shot(shots, f"{name}-plays")
    expect(replay.get_by_role("button", name="Play again")).to_be_visible(timeout=20_000)
    window.shot(shots, f"{name}-played")
    return circles.number_of_seat(replay.locator(".lc-winner-name").inner_text())


def the_prize(
    manager: Window, member: Window, circle: Circle, winner: str, shots: Path, tag: str
) -> None:
    """Hand the prize over; the winner says that it came."""
    page = manager.page
    manager.open("/manage/payouts")
    page.get_by_role("button", name=f"Hand over the prize of {winner}").click()
    dialog = page.locator("dialog#hand")
    expect(dialog).to_contain_text("twenty-four thousand rupees", ignore_case=True)
    manager.shot(shots, f"{tag}-18-hand-over")
    dialog.get_by_role("button", name="Record payout").click()
    expect(toast(page, f"₹24,000 to {winner} recorded.")).to_be_visible()
    if winner != PEOPLE[0]:
        circles.sign_out(member)
        circles.first_sign_in(member, circle, winner, shots, f"{tag}-winner")
    member.open(circle.href.replace("/manage/", "/app/"))
    member.page.get_by_role("button", name="I received it").click()
    question = member.page.locator("dialog#received")
    expect(question).to_contain_text("₹24,000")
    member.shot(shots, f"{tag}-19-received")
    question.get_by_role("button", name="Yes, I received it").click()
    expect(member.page.locator("main")).to_contain_text("You confirmed it")
    expect(page.get_by_role("row", name=winner).first).to_contain_text("Confirmed")
    manager.shot(shots, f"{tag}-20-confirmed", whole=True)
    member.shot(shots, f"{tag}-21-member-group", whole=True)


def receipt_of(member: Window, stranger: Window, circle: Circle, shots: Path, tag: str) -> None:
    """Whoever has the link of a receipt sees that receipt."""
    member.open("/app/payments")
    member.shot(shots, f"{tag}-22-payments", whole=True)
    link = member.page.locator("a[href*='/receipts/']").first
    stranger.open(str(link.get_attribute("href")))
    main = stranger.page.locator("main")
    for words in ("₹5,000", "Five thousand rupees", circle.name):
        expect(main).to_contain_text(words, ignore_case=True)
    stranger.shot(shots, f"{tag}-23-receipt", whole=True)


def a_stranger_checks(
    stranger: Window, href: str, winner: str, folder: Path, shots: Path, tag: str
) -> None:
    """Verify in the browser; then with the file, offline; then a bundle with a wrong digit."""
    page = stranger.page
    stranger.open(href)
    expect(page.locator("main")).not_to_contain_text(winner)  # names are the circle's own
    stranger.shot(shots, f"{tag}-24-proof", whole=True)
    page.get_by_role("button", name="Verify this draw on your device").click()
    verdict = page.locator("lc-verifier .lc-verdict")
    expect(verdict.locator(".lc-verdict-title")).to_be_visible(timeout=20_000)
    assert verdict.get_attribute("data-tone") in {"good", "warn"}
    print(f"{tag}: {verdict.inner_text()!r}")
    stranger.shot(shots, f"{tag}-25-verified", whole=True)

    save(page, "Download the bundle", folder / "bundle.json")
    save(page, "Download the verifier", folder / "verify.py")
    told = checked(folder)
    assert told.returncode == 0, told.stdout + told.stderr
    print(f"{tag}: {told.stdout.strip().splitlines()[-1]!r}")
    change_one_digit(folder / "bundle.json")
    told = checked(folder)
    assert told.returncode == 1, told.stdout + told.stderr


def save(page: Page, words: str, path: Path) -> None:
    with page.expect_download() as coming:
        page.get_by_role("link", name=words).first.click()
    coming.value.save_as(path)


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-c", OFFLINE],
        check=False,
        cwd=folder,
        capture_output=True,
        text=True,
    )


def change_one_digit(bundle: Path) -> None:
    """Move the winner by one place in what was published as the result."""
    text = bundle.read_text()
    found = list(re.finditer(r'winners?\\*":.*?(\d)', text))
    assert found
    place = found[-1].start(1)
    digit = str((int(text[place]) + 1) % 10)
    bundle.write_text(text[:place] + digit + text[place + 1 :])
    json.loads(bundle.read_text())
