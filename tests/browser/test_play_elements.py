"""The elements that sell tickets: how many, own phrase, chances, moments where one is."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.e2e

KEPT = "JSON.parse(localStorage.getItem('lc.phrase.DDL-20261121') ?? 'null')"


@pytest.fixture
def counter(browser: Browser, site: Site) -> Iterator[Page]:
    """The page of a ticket counter in India, in a browser that has never been here."""
    context = browser.new_context(
        viewport={"width": 320, "height": 844}, timezone_id="Asia/Kolkata"
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    # The forms are not sent anywhere: here they only tell what was chosen.
    page.add_init_script("document.addEventListener('submit', (event) => event.preventDefault())")
    page.goto(f"{site.address}/pages/play.html")
    expect(page.get_by_label("How many tickets")).to_be_visible()
    yield page
    context.close()
    assert problems == []


def give(page: Page, name: str, **values: str) -> None:
    page.locator(name).evaluate(
        "(element, given) => { for (const name in given) element.setAttribute(name, given[name]) }",
        values,
    )


class TestHowMany:
    def test_says_what_they_cost_and_bring(self, counter: Page):
        stepper = counter.locator("lc-stepper")
        expect(stepper.locator("output")).to_have_text("$1.00")
        expect(stepper).to_contain_text("would make it 1 of 100: one in 100")
        counter.get_by_role("button", name="25 tickets").click()
        expect(stepper.locator("output")).to_have_text("$25.00")
        counter.get_by_role("button", name="One ticket less").click()
        expect(counter.get_by_label("How many tickets")).to_have_value("24")

    def test_stays_within_what_may_be_bought(self, counter: Page):
        give(counter, "lc-stepper", most="7")
        assert counter.locator(".pick:visible").all_inner_texts() == ["1", "5"]
        field = counter.get_by_label("How many tickets")
        field.fill("99")
        field.blur()
        expect(field).to_have_value("7")
        expect(counter.get_by_role("button", name="One ticket more")).to_be_disabled()
        field.fill("-3")
        field.blur()
        expect(field).to_have_value("1")

    def test_marks_what_the_wallet_cannot_pay(self, counter: Page):
        stepper = counter.locator("lc-stepper")
        counter.get_by_role("button", name="5 tickets", exact=True).click()
        assert stepper.get_attribute("data-short") is None
        counter.get_by_role("button", name="One ticket more").click()
        assert stepper.get_attribute("data-short") == ""

    def test_keeps_the_choice_while_the_pot_moves(self, counter: Page):
        counter.get_by_role("button", name="10 tickets").click()
        give(counter, "lc-stepper", entries="1,990")
        expect(counter.get_by_label("How many tickets")).to_have_value("10")
        expect(counter.locator("lc-stepper")).to_contain_text("10 of 2,000: one in 200")

    @pytest.mark.parametrize(
        ("currency", "price", "said"),
        [("INR", "100000", "₹1,000"), ("INR", "250", "₹2.50"), ("XXX", "100", "1.00 credits")],
    )
    def test_writes_money_as_the_rest_of_the_page(self, counter: Page, currency, price, said):
        give(counter, "lc-stepper", currency=currency, price=price)
        expect(counter.locator("lc-stepper output")).to_have_text(said)


class TestOdds:
    @pytest.mark.parametrize(
        ("mine", "entries", "said"),
        [
            ("3", "120", "Your tickets: 3 of 120, one in 40"),
            ("1", "1,20,001", "Your ticket: 1 of 1,20,001, one in 1,20,001"),
            ("3", "121", "Your tickets: 3 of 121, about one in 40"),
            ("2", "3", "Your tickets: 2 of 3, about 67 in 100"),
            ("4", "4", "Your tickets: 4 of 4, all of them are yours"),
            # The own purchase is known here before the pot has heard of it.
            ("5", "4", "Your tickets: 5 of 5, all of them are yours"),
            ("0", "9", "You have no ticket in this draw yet."),
            ("0", "0", "No ticket is sold yet. Be the first."),
        ],
    )
    def test_are_said_in_words(self, counter: Page, mine, entries, said):
        give(counter, "lc-odds", mine=mine, entries=entries)
        expect(counter.locator("lc-odds")).to_have_text(said)


class TestPhrase:
    def test_is_made_here_by_chance_and_kept(self, counter: Page):
        phrase = counter.locator("lc-phrase q").inner_text().strip('“”"')
        assert re.fullmatch(r"([2-9a-hj-km-np-z]{4}-){3}[2-9a-hj-km-np-z]{4}", phrase)
        assert counter.evaluate(KEPT)["phrase"] == phrase
        counter.locator("lc-phrase summary").click()
        counter.get_by_role("button", name="Another").click()
        assert counter.get_by_label("Your own phrase").input_value() != phrase

    def test_typed_is_there_after_coming_back(self, counter: Page):
        counter.locator("lc-phrase summary").click()
        counter.get_by_label("Your own phrase").fill("rain on a tin roof")
        counter.reload()
        expect(counter.locator("lc-phrase q")).to_contain_text("rain on a tin roof")

    def test_of_another_draw_is_another(self, counter: Page):
        first = counter.locator("lc-phrase q").inner_text()
        give(counter, "lc-phrase", drawid="DDL-20261122")
        assert counter.locator("lc-phrase q").inner_text() != first

    def test_opens_to_say_what_is_wrong(self, counter: Page):
        give(counter, "lc-phrase", problem="Plain signs only.")
        expect(counter.get_by_role("alert")).to_have_text("Plain signs only.")
        expect(counter.get_by_label("Your own phrase")).to_be_visible()

    def test_sent_is_recognised_on_the_ticket(self, counter: Page):
        kept = counter.locator("lc-kept")
        expect(kept).to_have_text("")
        counter.locator("#confirm button").click()
        assert counter.evaluate(KEPT)["used"] == ["my own words"]
        give(counter, "lc-kept", phrase="others")
        expect(kept).to_contain_text("another phrase")
        give(counter, "lc-kept", phrase="my own words")
        expect(kept).to_have_text("This device chose this phrase. The ticket carries it.")


@pytest.mark.parametrize("name", ["odds", "stepper", "phrase", "kept", "moment"])
def test_no_property_stands_in_the_way_of_an_attribute(counter: Page, name):
    """React sets a property instead, where the element has one of that name."""
    taken = counter.locator(f"lc-{name}").evaluate(
        "(it) => it.constructor.observedAttributes.filter((attribute) => attribute in it)"
    )
    assert taken == []


class TestMoment:
    def test_is_said_where_the_reader_is(self, counter: Page):
        # 20 November 2026, 00:00 UTC, is half past five in India.
        give(counter, "lc-moment", ms="1795132800000")
        expect(counter.locator("lc-moment time")).to_contain_text("at 5:30 am")
        assert counter.locator("lc-moment time").get_attribute("datetime") == (
            "2026-11-20T00:00:00.000Z"
        )

    def test_near_is_named_by_its_day(self, counter: Page):
        noon = counter.evaluate("new Date().setHours(12, 0, 0, 0)")
        give(counter, "lc-moment", ms=str(noon + 86_400_000))
        expect(counter.locator("lc-moment")).to_have_text("tomorrow at 12:00 pm")
