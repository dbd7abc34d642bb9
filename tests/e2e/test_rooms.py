"""A room of three people, from its code to the prize, and what a stranger sees of it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from luckychit.jobs.demo.seed import DEMO_PASSWORD
from tests.e2e import games
from tests.e2e.circles import toast
from tests.e2e.windows import Window, at, await_sight, mark_press, seconds_between
from tests.helpers.server import DESKTOP, PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

# Members of the demo who own play credit when it begins, and one who sits outside.
POOJA, BHAVESH, SURESH = "9000020013", "9000020016", "9000020018"
NAMES = {POOJA: "Pooja Agarwal", BHAVESH: "Bhavesh Patel", SURESH: "Suresh Naidu"}
STRANGER = "9000020012"
ROOM = "Terrace Tea"
CODE = re.compile(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{2,6}")
PEOPLE = ".person"


def test_a_room_from_its_code_to_the_prize(window, shots, record_property):
    pooja, bhavesh, suresh = window(PHONE), window(PHONE), window(DESKTOP)
    everybody = {POOJA: pooja, BHAVESH: bhavesh, SURESH: suresh}
    for login in (POOJA, BHAVESH):
        everybody[login].sign_in(login)
    had = {login: games.balance(everybody[login]) for login in (POOJA, BHAVESH)}
    code = opens_the_room(pooja, shots)
    a_stranger_sees_no_names(window(PHONE), code, shots)

    joined = joins_by_typing(bhavesh, pooja, code, shots)
    joined_by_link = joins_by_the_link(suresh, bhavesh, code, shots)
    record_property("joined", f"{joined} {joined_by_link}")
    for one in everybody.values():
        expect(one.page.locator(PEOPLE)).to_have_count(3)
    assert suresh.page.locator("main").inner_text().count("Pooja Agarwal") >= 1
    for number, (login, one) in enumerate(everybody.items(), start=1):
        buys(one, login, everybody, number, record_property)
    for name, one in (("host", pooja), ("guest", bhavesh), ("desk", suresh)):
        one.shot(shots, f"room-06-{name}-all-in", whole=True)

    late = a_question_left_open(pooja)
    starts(pooja, everybody, shots)
    winner = the_draw(everybody, shots)
    cannot_be_called_off_now(late, shots)
    others = set(everybody) - {winner}
    is_credited(everybody[winner], shots)
    for login in others & set(had):
        games.expect_balance(everybody[login], f"${had[login] - 2:,.2f}")
    if winner in had:
        games.expect_balance(everybody[winner], f"${had[winner] - 2 + 5.7:,.2f}")
    checks(everybody[others.pop()], code, shots)


def opens_the_room(pooja: Window, shots: Path) -> str:
    """Make a room and copy its code."""
    page = pooja.page
    pooja.context.grant_permissions(["clipboard-read", "clipboard-write"])
    pooja.open("/app/lottery")
    page.get_by_role("link", name="Play with friends").click()
    page.wait_for_url(at("/app/rooms"))
    pooja.settle()
    pooja.shot(shots, "room-01-rooms", whole=True)
    page.get_by_role("button", name="Open a room of your own").click()
    page.fill("#field-name", ROOM)
    page.fill("#field-price", "2")
    page.fill("#field-most", "3")
    page.get_by_role("button", name="Go on").click()
    sure = page.locator("dialog#confirm-room")
    for words in (ROOM, "$2.00", "Two dollars"):
        expect(sure).to_contain_text(words, ignore_case=True)
    pooja.shot(shots, "room-02-sure")
    sure.get_by_role("button", name="Open the room").click()
    page.wait_for_url(re.compile(r"/app/rooms/[2-9A-Z]{6,10}/?$"))
    pooja.settle()
    expect(page.get_by_role("heading", name=ROOM, level=1)).to_be_visible()
    shown = page.locator(".room-code").inner_text()
    assert CODE.fullmatch(shown), shown
    page.get_by_role("button", name="Copy the code").click()
    assert page.evaluate("navigator.clipboard.readText()") == shown
    expect(page.get_by_role("button", name="Start the draw")).to_be_disabled()
    pooja.shot(shots, "room-03-made", whole=True)
    return shown


def a_stranger_sees_no_names(stranger: Window, code: str, shots: Path) -> None:
    """Who has the link reads who invites and the price, and nobody else's name."""
    page = stranger.page
    stranger.sign_in(STRANGER)
    stranger.open(f"/app/rooms/{code.replace('-', '')}")
    main = page.locator("main")
    expect(main).to_contain_text("invites you")
    expect(main).to_contain_text("$2.00")
    expect(page.locator(PEOPLE)).to_have_count(0)
    for name in (NAMES[BHAVESH], NAMES[SURESH]):
        expect(main).not_to_contain_text(name)
    expect(page.locator("lc-pot")).to_have_count(0)
    stranger.shot(shots, "room-04-stranger", whole=True)


def joins_by_typing(bhavesh: Window, host: Window, code: str, shots: Path) -> float:
    """Type the code as one reads it out; return the seconds until the host sees the guest."""
    page = bhavesh.page
    bhavesh.open("/app/rooms")
    page.fill("#field-code", code.lower())
    page.get_by_role("button", name="Look inside").click()
    page.wait_for_url(at(f"/app/rooms/{code.replace('-', '')}"))
    bhavesh.settle()
    mark_press(page)
    await_sight(host.page, f"{PEOPLE}:nth-child(2)")
    page.get_by_role("button", name="Join", exact=True).click()
    seconds = seconds_between(page, host.page)
    print(f"room: the host sees who joins after {seconds} s")
    bhavesh.shot(shots, "room-05-joined", whole=True)
    return seconds


def joins_by_the_link(suresh: Window, other: Window, code: str, shots: Path) -> float:
    """Open the link signed out; the sign-in leads back to the room."""
    page = suresh.page
    path = f"/app/rooms/{code.replace('-', '')}"
    page.goto(path)
    page.wait_for_url(re.compile("/sign-in"))
    page.fill("#field-login", SURESH)
    page.fill("#field-password", DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(at(path))
    suresh.settle()
    suresh.shot(shots, "room-05-invited-desk", whole=True)
    mark_press(page)
    await_sight(other.page, f"{PEOPLE}:nth-child(3)")
    page.get_by_role("button", name="Join", exact=True).click()
    return seconds_between(page, other.page)


def buys(buyer: Window, login: str, everybody: dict[str, Window], number: int, record) -> None:
    """One buys; the pot moves on every page."""
    page = buyer.page
    page.get_by_role("button", name=re.compile("^Buy your ticket")).click()
    question = page.locator("dialog#buy")
    expect(question).to_contain_text("Two dollars", ignore_case=True)
    mark_press(page)
    for one in everybody.values():
        games.watch_pot(one.page)
    question.get_by_role("button", name="Buy", exact=True).dblclick()
    took = {
        name: games.seconds_to_move(page, one.page, f"${1.9 * number:.2f}")
        for name, one in everybody.items()
    }
    slowest = max(moved for moved, _ in took.values())
    print(f"room: ticket {number}: the slowest pot moves after {slowest} s")
    record(f"ticket {number} slowest pot", slowest)
    assert slowest < games.MOVES_S
    expect(page.locator(".own-ticket")).to_contain_text(f"-{number:05d}")
    assert login in NAMES


def starts(host: Window, everybody: dict[str, Window], shots: Path) -> None:
    """The host starts; everybody sees the clock, and now nobody can call it off any more."""
    host.page.get_by_role("button", name="Start the draw").click()
    question = host.page.locator("dialog#start")
    expect(question).to_contain_text("$5.70")
    host.shot(shots, "room-07-start")
    question.get_by_role("button", name="Start", exact=True).click()
    for name, one in everybody.items():
        expect(one.page.locator(".room-clock lc-countdown")).to_contain_text("0:0")
        one.shot(shots, f"room-08-countdown-{name[-2:]}")


def a_question_left_open(host: Window) -> Page:
    """Ask in another tab to call the room off, and leave the question unanswered."""
    tab = host.context.new_page()
    tab.goto(host.page.url)
    tab.get_by_role("button", name="Call the room off").click()
    expect(tab.locator("dialog#cancel")).to_contain_text("$6.00")
    return tab


def cannot_be_called_off_now(tab: Page, shots: Path) -> None:
    """The old question finds a list that is locked."""
    tab.locator("dialog#cancel").get_by_role("button", name="Call it off").click()
    expect(tab.locator("dialog#cancel")).to_be_hidden()
    expect(toast(tab, "This room is closed.")).to_be_visible()
    tab.screenshot(path=shots / "room-09-too-late.png")
    expect(tab.locator(".room-outcome")).to_be_visible()
    tab.close()


def the_draw(everybody: dict[str, Window], shots: Path) -> str:
    """Everybody watches the pick and reads the same name; return who won."""
    said = {}
    for login, one in everybody.items():
        replay = one.page.locator(".arrived lc-replay")
        expect(replay.get_by_role("button", name="Play again")).to_be_visible(timeout=25_000)
        one.shot(shots, f"room-09-played-{login[-2:]}", whole=True)
        said[login] = one.page.locator(".room-outcome").inner_text()
        expect(one.page.get_by_role("button", name="Call the room off")).to_have_count(0)
    winners = [login for login, words in said.items() if "You won" in words]
    assert len(winners) == 1, said
    for login, words in said.items():
        assert login in winners or NAMES[winners[0]] in words, said
    return winners[0]


def is_credited(winner: Window, shots: Path) -> None:
    page = winner.page
    expect(page.locator("main")).to_contain_text("It is in your wallet already.")
    page.get_by_role("link", name="See your wallet").click()
    page.wait_for_url(at("/app/wallet"))
    winner.settle()
    expect(page.locator(".statement .movement").first).to_contain_text("5.70")
    winner.shot(shots, "room-10-wallet", whole=True)


def checks(loser: Window, code: str, shots: Path) -> None:
    """The loser verifies the draw; the page of the room stays what it was."""
    page = loser.page
    loser.open(f"/app/rooms/{code.replace('-', '')}")
    page.get_by_role("link", name="Check this draw").click()
    page.wait_for_url(re.compile(r"/draws/LOBBY-"))
    loser.settle()
    print(games.verified(page, "Verify this draw on your device"))
    loser.shot(shots, "room-11-verified", whole=True)
