"""The daily draw as three people see it: two players on their phones, and a public page."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import SCRATCH, WORKER
from tests.e2e import games
from tests.e2e.circles import toast
from tests.e2e.conftest import MOST_TICKETS
from tests.e2e.games import IMRAN, KAVITA, POT
from tests.e2e.windows import Window, at, mark_press, opened
from tests.helpers.server import DESKTOP, PHONE, AppServer, run_again, served, stop

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

OWN_PHRASE = "paper boats in June"
DAY = "2027-03-11"
DRAW, NEXT_DRAW = "DDL-20270311", "DDL-20270312"


class TestBuying:
    def test_moves_every_pot_within_a_second(self, window, shots, record_property):
        """Kavita buys, Imran and everybody on the public page see it."""
        kavita, imran, public = window(PHONE), window(PHONE), window(DESKTOP)
        kavita.sign_in(KAVITA)
        imran.sign_in(IMRAN)
        games.add_credit(imran, "25")
        games.add_credit(imran, "10")
        kavita.open("/app/lottery")
        kavita.shot(shots, "daily-01-nothing-yet", whole=True)

        says_kindly_what_is_missing(kavita, shots)
        games.add_credit(kavita, "10")
        kavita.shot(shots, "daily-03-credit", whole=True)
        for one, path in ((kavita, "/app/lottery"), (imran, "/app/lottery"), (public, "/")):
            one.open(path)
        before = games.pot_of(public.page)
        assert games.pot_of(kavita.page) == games.pot_of(imran.page) == before
        public.shot(shots, "daily-04-public", whole=True)

        second_tab = another_tab(kavita)
        question = games.choose(kavita, 3, OWN_PHRASE)
        for words in ("Buy 3 tickets for $3.00?", "Three dollars", OWN_PHRASE, "$7.00"):
            expect(question).to_contain_text(words)
        kavita.shot(shots, "daily-05-question")
        watch(kavita, imran, public)
        question.get_by_role("button", name="Buy", exact=True).dblclick()
        after = f"${before + 2.85:,.2f}"
        took = {
            "own": games.seconds_to_move(kavita.page, kavita.page, after),
            "other": games.seconds_to_move(kavita.page, imran.page, after),
            "public": games.seconds_to_move(kavita.page, public.page, after),
        }
        for name, (moved, stood) in took.items():
            print(f"pot {name}: moves after {moved} s, stands after {stood} s")
            record_property(f"pot {name}", f"moves {moved} stands {stood}")
        assert max(moved for moved, _ in took.values()) < games.MOVES_S
        kavita.shot(shots, "daily-06-bought")

        # Without a reload: who saw none there would buy again.
        expect(second_tab.locator(".pot-odds")).to_contain_text("Your tickets: 3 of")
        expect(second_tab.locator(".stubs .stub")).to_have_count(3)
        second_tab.close()
        bought_once(kavita, shots)
        takes_all_one_may(imran, shots)
        expect(public.page.locator(POT)).to_have_text(f"${before + 0.95 * (3 + MOST_TICKETS):,.2f}")
        public.shot(shots, "daily-10-public-moved")
        games.expect_balance(kavita, "$7.00")
        games.expect_balance(imran, f"${35 - MOST_TICKETS}.00")


def another_tab(one: Window) -> Page:
    """Open the page once more in the same browser; return it, filled."""
    page = one.context.new_page()
    page.goto(one.page.url)
    expect(page.locator(".pot-odds")).to_contain_text("You have no ticket")
    # A page behind another one draws once a second.
    one.page.bring_to_front()
    return page


def watch(buyer: Window, *others: Window) -> None:
    mark_press(buyer.page)
    for one in (buyer, *others):
        games.watch_pot(one.page)


def says_kindly_what_is_missing(kavita: Window, shots: Path) -> None:
    page = kavita.page
    games.choose(kavita, 2, OWN_PHRASE)
    said = page.locator("form.buy .notice-warn")
    expect(said).to_contain_text("There is not enough in your wallet")
    expect(page.locator("dialog#buy")).to_be_hidden()
    kavita.shot(shots, "daily-02-no-credit")
    said.get_by_role("link", name="Add play credit").click()
    page.wait_for_url(at("/app/wallet"))


def bought_once(kavita: Window, shots: Path) -> None:
    """Three stubs, although the button was pressed twice; each carries the own phrase."""
    page = kavita.page
    stubs = page.locator(".stubs .stub")
    expect(stubs).to_have_count(3)
    expect(page.locator("dialog#buy")).to_be_hidden()
    expect(page.locator(".pot-odds")).to_contain_text("Your tickets: 3 of")
    kavita.shot(shots, "daily-07-stubs", whole=True)
    stubs.first.click()
    page.wait_for_url(re.compile(r"/tickets/DDL-\d{8}-\d{5}"))
    kavita.settle()
    expect(page.locator("main")).to_contain_text(OWN_PHRASE)
    expect(page.locator("lc-kept")).to_contain_text("The ticket carries it")
    kavita.shot(shots, "daily-08-ticket", whole=True)
    kavita.open("/app/lottery")
    expect(stubs).to_have_count(3)


def takes_all_one_may(imran: Window, shots: Path) -> None:
    """He buys as many as one may have, and reads that it is enough."""
    page = imran.page
    question = games.choose(imran, MOST_TICKETS, "chai at four")
    question.get_by_role("button", name="Buy", exact=True).click()
    expect(toast(page, "are yours.")).to_be_visible()
    expect(page.locator("main .notice", has_text="one person may have")).to_be_visible()
    expect(page.locator("form.buy")).to_have_count(0)
    imran.shot(shots, "daily-09-all-one-may", whole=True)


@pytest.fixture(scope="module")
def evening() -> Iterator[AppServer]:
    """Return a demo of its own whose day has just begun, so that nobody has a ticket yet."""
    begins = "2027-03-10T23:59:57Z"
    with served(SCRATCH / WORKER / "midnight", "demo", LUCKYCHIT_CLOCK=begins) as running:
        yield running
        stop(running.process)  # the test starts it again


@pytest.fixture
def people(browser: Browser, evening: AppServer) -> Iterator[tuple[Window, Window, Window]]:
    """Return two players on phones and a public desktop, all of that evening."""
    with (
        opened(browser, PHONE, evening.url) as kavita,
        opened(browser, PHONE, evening.url) as imran,
        opened(browser, DESKTOP, evening.url) as public,
    ):
        yield kavita, imran, public


class TestMidnight:
    def test_is_the_same_for_everybody(self, evening, people, tmp_path, shots, record_property):
        kavita, imran, public = people
        await_the_day(public)
        for one, login in ((kavita, KAVITA), (imran, IMRAN)):
            one.sign_in(login)
            games.add_credit(one, "10")
            one.open("/app/lottery")
            question = games.choose(one, 2, OWN_PHRASE)
            question.get_by_role("button", name="Buy", exact=True).click()
            expect(one.page.locator(".stubs .stub")).to_have_count(2)
        public.open("/")
        expect(public.page.locator(POT)).to_have_text("$3.80")

        # The evening comes; the pages stay where they are.
        forgotten = question_left_open(kavita)
        wallets = [wallet_left_open(one) for one in (kavita, imran)]
        for one in people:
            one.page.evaluate("window.sameDocument = true")
        run_again(evening, "serve", LUCKYCHIT_CLOCK=f"{DAY}T23:59:30Z")
        for number, one in enumerate(people):
            expect(one.page.locator(".offline")).to_have_count(0, timeout=20_000)
            expect(one.page.locator("main lc-countdown").first).to_contain_text(
                re.compile(r"^0:[0-5]\d"), timeout=10_000
            )
            one.shot(shots, f"midnight-01-before-{number}", whole=True)

        # The server that asked is gone, and with it the price that was asked about.
        expect(forgotten.locator("dialog#buy")).to_be_hidden()
        forgotten.close()
        late = question_left_open(kavita)
        seconds = the_list_closes(people, shots)
        print(f"midnight: tomorrow's draw is on all pages after {seconds} s")
        record_property("tomorrow on all pages", seconds)
        winner, loser = who_won(kavita, imran, shots)
        hears_of_it(*(wallets if winner is kavita else reversed(wallets)), shots)
        too_late(late, shots)
        assert all(one.page.evaluate("window.sameDocument") for one in people)
        has_the_money(winner, loser, shots)
        anybody_checks(public, tmp_path, shots)
        the_winner_checks_a_ticket(winner, tmp_path, shots)
        for one in people:
            one.forgive("WebSocket", "ERR_CONNECTION_REFUSED")
        assert [said for one in people for said in one.complaints()] == []


def await_the_day(public: Window) -> None:
    """Wait until the day of the test sells."""
    for _ in range(100):
        answer = public.page.request.get("/api/lottery/current-draw")
        if DRAW in answer.text():
            return
        public.page.wait_for_timeout(200)
    raise AssertionError(answer.text())


def question_left_open(one: Window) -> Page:
    """Open another tab and leave its question unanswered."""
    tab = one.context.new_page()
    tab.goto("/app/lottery")
    late = Window(tab, one.context)
    late.settle()
    games.choose(late, 1, OWN_PHRASE)
    expect(tab.locator("dialog#buy")).to_be_visible()
    return tab


def wallet_left_open(one: Window) -> Page:
    """Open another tab on the wallet that remembers what it was told."""
    tab = one.context.new_page()
    tab.goto("/app/wallet")
    expect(tab.locator("main .money-huge")).to_have_text("$8.00")
    tab.evaluate(
        """() => {
          window.told = [];
          const look = () => document.querySelectorAll("[data-sonner-toast]")
            .forEach((one) => window.told.push(one.textContent));
          new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
        }"""
    )
    return tab


def hears_of_it(wallet: Page, other: Page, shots: Path) -> None:
    """The winner gets the notice, and the wallet that lay open the money; the other neither."""
    expect(wallet.locator("main .money-huge")).to_have_text("$11.80")
    wallet.screenshot(path=shots / "midnight-04-told.png")
    assert any("You won $3.80" in words for words in wallet.evaluate("window.told"))
    expect(other.locator("main .money-huge")).to_have_text("$8.00")
    assert not any("You won" in words for words in other.evaluate("window.told"))
    wallet.close()
    other.close()


def the_list_closes(people: tuple[Window, Window, Window], shots: Path) -> float:
    """Tomorrow's draw opens on every page; return the seconds after midnight of the last."""
    for one in people:
        one.page.evaluate(
            """(next) => {
              window.tomorrowAt = new Promise((resolve) => {
                const look = () => document.querySelector(`main a[href*="${next}"]`)
                  && resolve(Date.now());
                new MutationObserver(look).observe(document.body,
                  { childList: true, subtree: true, attributes: true });
                look();
              });
            }""",
            NEXT_DRAW,
        )
    # By the page's own clock; the app's is ahead of it.
    midnight: float = people[0].page.evaluate(
        """() => {
          const clock = document.querySelector(".pot-clock lc-countdown");
          return Number(clock.getAttribute("to")) - Number(clock.getAttribute("skew"));
        }"""
    )
    seen = [one.page.evaluate("window.tomorrowAt") for one in people]
    for number, one in enumerate(people):
        expect(one.page.locator(POT)).to_have_text("$0.00")
        one.shot(shots, f"midnight-02-after-{number}")
    return round((max(seen) - midnight) / 1000, 3)


def who_won(kavita: Window, imran: Window, shots: Path) -> tuple[Window, Window]:
    """Both watch the pick; one has won."""
    for name, one in (("kavita", kavita), ("imran", imran)):
        replay = one.page.locator(".arrived lc-replay")
        expect(replay.get_by_role("button", name="Play again")).to_be_visible(timeout=20_000)
        one.shot(shots, f"midnight-03-{name}-played")
    has_won = "You won" in kavita.page.locator(".arrived .outcome").inner_text()
    winner, loser = (kavita, imran) if has_won else (imran, kavita)
    said = winner.page.locator(".arrived")
    expect(said).to_contain_text("You won. The prize is in your wallet.")
    expect(said).to_contain_text("$3.80")
    expect(loser.page.locator(".arrived")).to_contain_text("Another ticket won this time.")
    expect(loser.page.locator(".arrived")).not_to_contain_text("You won")
    return winner, loser


def too_late(tab: Page, shots: Path) -> None:
    """What is confirmed after midnight buys nothing, and says so."""
    tab.locator("dialog#buy").get_by_role("button", name="Buy", exact=True).click()
    said = tab.locator("form.buy .notice-warn")
    expect(said).to_contain_text("That draw closed before this came in, so nothing was bought.")
    tab.screenshot(path=shots / "midnight-04-too-late.png", full_page=True)
    tab.close()


def has_the_money(winner: Window, loser: Window, shots: Path) -> None:
    games.expect_balance(winner, "$11.80")
    prize = winner.page.locator(".statement .movement").first
    expect(prize).to_contain_text("3.80")
    winner.shot(shots, "midnight-05-wallet", whole=True)
    games.expect_balance(loser, "$8.00")
    winner.open("/app")
    winner.shot(shots, "midnight-06-winner-home", whole=True)


def anybody_checks(public: Window, folder: Path, shots: Path) -> None:
    """The public page verifies the draw, here and with the files, offline."""
    page = public.page
    link = page.locator(f"main a[href*='{DRAW}']").first
    expect(link).to_be_visible()
    public.shot(shots, "midnight-07-public", whole=True)
    public.open(f"/draws/{DRAW}")
    print(games.verified(page, "Verify this draw on your device"))
    public.shot(shots, "midnight-08-draw", whole=True)
    games.save(page, "Download the verifier", folder / "verify.py")
    games.holds_offline(games.save(page, "Download the bundle", folder / "draw.json"), "issued_ms")


def the_winner_checks_a_ticket(winner: Window, folder: Path, shots: Path) -> None:
    page = winner.page
    winner.open("/app/lottery")
    page.locator(f"main a[href*='/tickets/{DRAW}-']").first.click()
    page.wait_for_url(re.compile(rf"/tickets/{DRAW}-\d{{5}}"))
    winner.settle()
    print(games.verified(page, "Verify this ticket on your device"))
    winner.shot(shots, "midnight-09-ticket", whole=True)
    file = games.save(page, "The ticket's file", folder / "ticket.json")
    assert "opening" in json.loads(file.read_text())
    games.holds_offline(file, "issued_ms")
