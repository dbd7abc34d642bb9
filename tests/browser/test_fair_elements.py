"""The elements people see: verifier, replay, proof form, countdown, memory of hashes."""

import json
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.proofs import a_proof, a_ticket_file

pytestmark = pytest.mark.e2e

SET = """([name, values]) => {
  const element = document.querySelector(name);
  for (const [key, value] of Object.entries(values)) element.setAttribute(key, value);
}"""
PATIENCE_S = 5


def wait_until(page: Page, expression: str) -> None:
    """Wait for what the page's policy forbids Playwright to wait for itself."""
    ends = time.monotonic() + PATIENCE_S
    while not page.evaluate(expression):
        assert time.monotonic() < ends, expression
        page.wait_for_timeout(50)


def give(page: Page, name: str, **values: str) -> None:
    named = {key.replace("_", "-"): value for key, value in values.items()}
    page.evaluate(SET, [name, named])


def still(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")


def verify_here(page: Page, src: str) -> None:
    give(page, "lc-verifier", src=src)
    page.get_by_role("button", name="Verify this draw on your device").click()


class TestFirstLoad:
    MOST_BYTES = 15_000

    def test_code_comes_when_an_element_nears_the_screen(self, page: Page, site: Site):
        page.goto("about:blank")
        page.wait_for_timeout(200)
        del site.asked[:]
        page.goto(f"{site.address}/pages/announced.html")
        give(page, "lc-countdown", to=str(page.evaluate("Date.now()") + 90_000))
        expect(page.get_by_role("timer")).to_be_visible()
        page.wait_for_timeout(300)
        scripts = [path for path in site.asked if path.endswith(".js")]
        assert sorted(scripts) == [
            f"/fair/{name}.js" for name in ("countdown", "dom", "elements", "store")
        ]
        assert sum(len((site.found(path) or (b"", ""))[0]) for path in scripts) < self.MOST_BYTES
        page.locator("lc-replay").scroll_into_view_if_needed()
        expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Verify this draw")).to_be_visible()
        # The sums themselves come when somebody asks for them.
        assert not any("lcd1" in path or "worker" in path for path in site.asked)

    def test_what_cannot_be_fetched_can_be_tried_again(self, page: Page, site: Site):
        page.route("**/fair/verifier.js", lambda route: route.fulfill(status=404))
        page.goto(f"{site.address}/pages/announced.html")
        page.locator("lc-verifier").scroll_into_view_if_needed()
        again = page.get_by_role("button", name="Try again")
        expect(again).to_be_visible()
        page.unroute("**/fair/verifier.js")
        again.click()
        expect(page.get_by_role("button", name="Verify this draw")).to_be_visible()


class TestVerifier:
    def test_shows_every_check_in_words_and_the_verdict(self, page: Page, site: Site):
        verify_here(page, site.offer("a", a_proof(7)))
        expect(page.locator("lc-verifier .lc-verdict-title")).to_have_text("This draw holds")
        steps = page.locator("lc-verifier .lc-step-title")
        assert steps.all_inner_texts() == [
            "The public log",
            "The promise made before",
            "The closed list",
            "The chance",
            "The pick, done again",
        ]
        marks = page.locator("lc-verifier .lc-mark .lc-hidden").all_text_contents()
        assert set(marks) == {"Passed: ", "Note: "}
        assert marks.count("Note: ") == 2
        assert "api.drand.sh" in page.locator("lc-verifier a").get_attribute("href")

    def test_works_with_the_keyboard_alone(self, page: Page, site: Site):
        give(page, "lc-verifier", src=site.offer("a", a_proof(7)))
        expect(page.get_by_role("button", name="Verify this draw")).to_be_enabled()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("lc-verifier .lc-verdict-title")).to_have_text("This draw holds")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.locator("lc-verifier details[open]").count() == 1
        expect(page.locator("lc-verifier details[open] dd").first).to_be_visible()

    def test_weak_draw_is_called_weak(self, page: Page, site: Site):
        verify_here(page, site.offer("weak", a_proof(7, is_weak=True)))
        verdict = page.locator("lc-verifier .lc-verdict")
        expect(verdict).to_contain_text("the proof is weak")
        expect(verdict).to_contain_text("you trust that the seed was not chosen")
        expect(verdict).to_have_attribute("data-tone", "warn")

    def test_changed_proof_says_what_is_wrong_and_stops(self, page: Page, site: Site):
        bundle = a_proof(7)
        bundle["tickets"][3]["client_seed"] = "another"
        verify_here(page, site.offer("bad", bundle))
        expect(page.locator("lc-verifier .lc-verdict")).to_contain_text("does not hold")
        failed = page.locator("lc-verifier .lc-check:has([data-tone=bad])")
        expect(failed).to_have_text("Failed: The list was changed after it was closed.")
        assert page.get_by_text("Not reached.").count() == 2

    def test_draw_called_off_and_draw_under_way_are_not_false(self, page: Page, site: Site):
        still(page)
        verify_here(page, site.offer("void", a_proof(3, void="no seat had paid", until="COMMIT")))
        expect(page.locator("lc-verifier .lc-verdict")).to_contain_text("called off")
        verify_here(page, site.offer("open", a_proof(3, until="LOCK")))
        expect(page.locator("lc-verifier .lc-verdict")).to_contain_text("Not drawn yet")

    def test_hash_kept_on_this_device_unmasks_a_whole_forgery(self, page: Page, site: Site):
        still(page)
        bundle = a_proof(7)
        draw_id = bundle["params"]["draw_id"]
        page.evaluate(
            """async ([id, hash]) => {
              const { remember } = await import('/fair/elements.js');
              remember(id, 'commit', hash);
            }""",
            [draw_id, bundle["log"][0]["hash"]],
        )
        verify_here(page, site.offer("true", bundle))
        expect(page.locator("lc-verifier .lc-verdict")).to_contain_text("fingerprints kept")
        verify_here(page, site.offer("forged", a_proof(8)))
        expect(page.locator("lc-verifier .lc-verdict")).to_contain_text("was changed")

    def test_missing_proof_and_bad_text_are_explained(self, page: Page, site: Site):
        still(page)
        verify_here(page, "/proofs/none")
        expect(page.locator("lc-verifier .lc-verdict")).to_contain_text("no proof for this draw")
        verify_here(page, site.offer("text", "<html>"))
        expect(page.locator("lc-verifier .lc-verdict")).to_contain_text("Not a proof file")

    def test_tells_the_page_and_survives_changes_of_attributes(self, page: Page, site: Site):
        still(page)
        page.evaluate("""() => {
          window.heard = [];
          document.addEventListener('lc-verified', (e) => window.heard.push(e.detail.verdict));
        }""")
        verify_here(page, site.offer("one", a_proof(7)))
        wait_until(page, "window.heard.length === 1")
        give(page, "lc-verifier", src=site.offer("two", a_proof(9)), draw_id="DDL-1")
        expect(page.locator("lc-verifier .lc-report")).to_be_hidden()
        page.get_by_role("button", name="Verify this draw on your device").click()
        wait_until(page, "window.heard.length === 2")
        assert page.evaluate("window.heard") == ["true", "false"]
        page.evaluate("""() => {
          const main = document.querySelector('main');
          main.append(document.querySelector('lc-verifier'));
          document.querySelector('lc-replay').remove();
        }""")
        assert page.locator("lc-verifier .lc-card").count() == 1

    def test_no_attribute_is_a_property_that_a_framework_would_set(self, page: Page):
        assert (
            page.evaluate("""() => ['lc-verifier', 'lc-replay', 'lc-countdown', 'lc-bundle-drop',
          'lc-remember'].flatMap((name) => {
            const element = document.createElement(name);
            document.body.append(element);
            const names = customElements.get(name).observedAttributes ?? [];
            return names.filter((key) => key in element);
          })""")
            == []
        )

    def test_waits_until_react_has_taken_over(self, page: Page):
        page.evaluate("""() => {
          window.__reactRouterContext = {};
          const element = document.createElement('lc-verifier');
          element.id = 'served';
          document.body.append(element);
        }""")
        page.wait_for_timeout(150)
        assert page.evaluate("document.getElementById('served').childElementCount") == 0
        page.evaluate("document.getElementById('served').__reactFiber$x = {}")
        wait_until(page, "document.getElementById('served').childElementCount === 1")


class TestTicketFiles:
    def test_the_steps_are_told_in_words_a_player_understands(self, page: Page, site: Site):
        still(page)
        file = a_ticket_file(a_proof(100, kind="daily"), 41, is_mine=True)
        verify_here(page, site.offer("mine", file))
        verdict = page.locator("lc-verifier .lc-verdict")
        expect(verdict).to_contain_text("Your ticket was in the draw")
        expect(verdict).to_contain_text("Your ticket is number 42 of 100 in the list")
        for words in (
            "Your ticket is number 42 of 100 in the list that was frozen.",
            "The hidden owner of this ticket is your account.",
            "The list, the seed and the public chance give the winner.",
        ):
            expect(page.locator("lc-verifier .lc-check").get_by_text(words)).to_be_visible()

    def test_anybody_else_reads_of_this_ticket(self, page: Page, site: Site):
        still(page)
        bundle = a_proof(100, kind="daily")
        won = bundle["result"]["winners"][0]["position"]
        verify_here(page, site.offer("won", a_ticket_file(bundle, won)))
        title = page.locator("lc-verifier .lc-verdict-title")
        expect(title).to_have_text("This ticket was in the draw, and won")

    def test_a_place_that_is_not_in_the_list_is_refused(self, page: Page, site: Site):
        still(page)
        file = a_ticket_file(a_proof(100), 41) | {"index": 40}
        verify_here(page, site.offer("moved", file))
        expect(page.locator("lc-verifier .lc-verdict")).to_contain_text("does not hold")
        expect(page.get_by_text("Failed: The ticket is not in the list")).to_be_visible()


class TestHeads:
    def test_a_head_holds_but_is_no_full_check(self, page: Page, site: Site):
        still(page)
        verify_here(page, site.offer("head", a_proof(100, kind="daily") | {"tickets": None}))
        verdict = page.locator("lc-verifier .lc-verdict")
        expect(verdict).to_contain_text("no full check")
        expect(verdict).to_have_attribute("data-tone", "warn")

    def test_the_pick_among_a_million_is_played_without_its_list(self, page: Page, site: Site):
        still(page)
        head = a_proof(1_000_000, kind="daily", is_head=True)
        give(page, "lc-replay", src=site.offer("million", head))
        page.get_by_role("button", name="Play", exact=True).click()
        winner = head["result"]["winners"][0]
        status = page.locator("lc-replay [role=status]")
        expect(status).to_contain_text(f"position {winner['position'] + 1:,} of 1,000,000")
        won = page.locator("lc-replay .lc-strip [data-won]")
        expect(won).to_have_text(str(winner["position"] + 1))


class TestReplay:
    def test_lands_on_the_winner_of_the_proof_within_six_seconds(self, page: Page, site: Site):
        bundle = a_proof(20)
        give(page, "lc-replay", src=site.offer("a", bundle), autoplay="")
        page.locator("lc-replay").scroll_into_view_if_needed()
        expect(page.get_by_role("button", name="Skip")).to_be_visible()
        started = time.monotonic()
        expect(page.get_by_role("button", name="Play again")).to_be_visible(timeout=8000)
        assert 3.5 < time.monotonic() - started < 6.5
        winner = bundle["result"]["winners"][0]
        seat = str(int(winner["ticket_id"][-5:]))
        assert page.locator("lc-replay [data-won]").inner_text() == seat
        expect(page.locator("lc-replay [role=status]")).to_contain_text(f"Seat {seat} wins")
        number = str(int(winner["hash"][:8], 16))
        assert number in page.locator("lc-replay .lc-formula").inner_text()

    def test_is_immediate_with_reduced_motion_and_can_be_played_again(self, page, site):
        still(page)
        give(page, "lc-replay", src=site.offer("a", a_proof(20)))
        page.get_by_role("button", name="Play", exact=True).click()
        again = page.get_by_role("button", name="Play again")
        expect(again).to_be_visible(timeout=2500)
        again.click()
        expect(page.locator("lc-replay [data-won]")).to_have_count(1)

    def test_can_be_skipped(self, page: Page, site: Site):
        give(page, "lc-replay", src=site.offer("a", a_proof(20)))
        page.get_by_role("button", name="Play", exact=True).click()
        page.get_by_role("button", name="Skip").click()
        expect(page.get_by_role("button", name="Play again")).to_be_visible(timeout=1000)

    def test_large_draw_runs_past_a_strip(self, page: Page, site: Site):
        still(page)
        bundle = a_proof(500, kind="daily")
        give(page, "lc-replay", src=site.offer("large", bundle))
        page.get_by_role("button", name="Play", exact=True).click()
        won = page.locator("lc-replay .lc-strip [data-won]")
        expect(won).to_have_text(str(int(bundle["result"]["winners"][0]["ticket_id"][-5:])))
        strip, tile = page.locator("lc-replay .lc-strip").bounding_box(), won.bounding_box()
        middle = strip["x"] + strip["width"] / 2
        assert abs(tile["x"] + tile["width"] / 2 - middle) < 2

    def test_names_and_several_winners(self, page: Page, site: Site):
        still(page)
        bundle = a_proof(12, winners=3)
        names = json.dumps({one["ticket_id"]: "Asha" for one in bundle["tickets"]})
        give(page, "lc-replay", src=site.offer("three", bundle), names=names)
        page.get_by_role("button", name="Play", exact=True).click()
        expect(page.locator("lc-replay [data-won]")).to_have_count(3)
        expect(page.locator("lc-replay [role=status]")).to_contain_text("win")
        assert "Asha" in page.locator("lc-replay [data-won]").first.inner_text()

    def test_never_shows_a_pick_the_proof_does_not_give(self, page: Page, site: Site):
        still(page)
        bundle = a_proof(20)
        bundle["result"]["winners"][0]["position"] = 3
        give(page, "lc-replay", src=site.offer("bad", bundle))
        page.get_by_role("button", name="Play", exact=True).click()
        expect(page.locator("lc-replay [role=status]")).to_contain_text("does not hold")
        assert page.locator("lc-replay .lc-tile").count() == 0


class TestCountdown:
    def test_counts_on_the_servers_clock_and_tells_zero(self, page: Page):
        page.evaluate("""() => {
          window.zero = 0;
          document.addEventListener('lc-zero', () => { window.zero += 1; });
        }""")
        now = page.evaluate("Date.now()")
        give(page, "lc-countdown", to=str(now + 3_600_000 + 92_000), skew="3600000")
        expect(page.get_by_role("timer")).to_have_text("1:32")
        give(page, "lc-countdown", to=str(now + 1500), skew="0", done="Drawing now")
        wait_until(page, "window.zero === 1")
        expect(page.get_by_role("timer")).to_have_text("Drawing now")

    def test_speaks_at_most_every_ten_seconds(self, page: Page):
        spoken, clocks = page.evaluate("""async () => {
          const { clockText, spokenText } = await import('/fair/countdown.js');
          const seconds = Array.from({ length: 200 }, (_, i) => i);
          return [seconds.filter(spokenText), [5, 65, 3605, 90061].map(clockText)];
        }""")
        assert spoken == [10, 20, 30, 40, 50, 60, 120, 180]
        assert clocks == ["0:05", "1:05", "1:00:05", "1 d 1 h"]


class TestRemember:
    def test_first_hash_stays(self, page: Page):
        found = page.evaluate("""async () => {
          const { recall, remember } = await import('/fair/elements.js');
          const element = document.createElement('lc-remember');
          element.setAttribute('draw-id', 'D-1');
          element.setAttribute('commit', 'a'.repeat(64));
          document.body.append(element);
          return [remember('D-1', 'commit', 'b'.repeat(64)),
            remember('D-1', 'lock', 'C'.repeat(64)), remember('D-1', 'lock', 'short'),
            remember('D-1', 'other', 'a'.repeat(64)),
            recall('D-1'), localStorage.getItem('lc.proof.D-1')];
        }""")
        kept = {"commit": "a" * 64, "lock": "c" * 64}
        assert found[:4] == [False, True, False, False]
        assert found[4] == kept
        assert json.loads(found[5]) == kept


class TestBundleDrop:
    @pytest.fixture
    def form(self, page: Page, site: Site) -> Page:
        still(page)
        page.goto(f"{site.address}/pages/verify.html")
        expect(page.get_by_role("button", name="Verify this proof")).to_be_visible()
        return page

    def test_pasted_proof(self, form: Page):
        form.get_by_label("Or paste the proof").fill(json.dumps(a_proof(6)))
        form.get_by_role("button", name="Verify this proof").click()
        expect(form.locator(".lc-verdict")).to_contain_text("This draw holds")

    def test_chosen_file_with_hash_and_ticket(self, form: Page):
        bundle = a_proof(6)
        data = {"name": "b.json", "mimeType": "application/json"}
        form.get_by_label("Choose a proof file").set_input_files(
            {**data, "buffer": json.dumps(bundle).encode()}
        )
        expect(form.get_by_text("b.json")).to_be_visible()
        form.get_by_text("I kept a fingerprint").click()
        form.get_by_label("Fingerprint of the promise").fill(bundle["log"][0]["hash"])
        form.get_by_label("Your ticket").fill(bundle["tickets"][1]["ticket_id"])
        form.get_by_role("button", name="Verify this proof").click()
        expect(form.locator(".lc-verdict")).to_contain_text("fingerprints kept")
        expect(form.get_by_text("at place 2")).to_be_visible()
        form.get_by_label("Fingerprint of the promise").fill("0" * 64)
        form.get_by_role("button", name="Verify this proof").click()
        expect(form.locator(".lc-verdict")).to_contain_text("does not hold")

    def test_dropped_file(self, form: Page):
        form.evaluate(
            """(text) => {
              const data = new DataTransfer();
              data.items.add(new File([text], 'dropped.json', { type: 'application/json' }));
              const drop = new DragEvent('drop', { dataTransfer: data, bubbles: true });
              document.querySelector('.lc-zone').dispatchEvent(drop);
            }""",
            json.dumps(a_proof(6)),
        )
        expect(form.get_by_text("dropped.json")).to_be_visible()
        form.get_by_role("button", name="Verify this proof").click()
        expect(form.locator(".lc-verdict")).to_contain_text("This draw holds")

    def test_bad_text_and_nothing_are_explained(self, form: Page):
        form.get_by_role("button", name="Verify this proof").click()
        expect(form.locator(".lc-verdict")).to_contain_text("Nothing to verify yet")
        form.get_by_label("Or paste the proof").fill('{"v": 1,\n "log": oops}')
        form.get_by_role("button", name="Verify this proof").click()
        expect(form.locator(".lc-verdict")).to_contain_text("line 2, column 9")
        form.get_by_role("button", name="Clear").click()
        expect(form.locator(".lc-report")).to_be_hidden()

    def test_older_results_are_recomputed_and_not_called_fair(self, form: Page, vectors):
        row = vectors["legacy"][0]
        form.get_by_label("Or paste the proof").fill(json.dumps(row))
        form.get_by_role("button", name="Verify this proof").click()
        expect(form.locator(".lc-verdict")).to_contain_text("gives the 17th of 20")
        expect(form.locator(".lc-verdict")).to_contain_text("does not show that the draw was fair")
        form.get_by_label("Or paste the proof").fill(json.dumps(row | {"index": 3}))
        form.get_by_role("button", name="Verify this proof").click()
        expect(form.locator(".lc-verdict")).to_contain_text("does not hold")


class TestForEverybody:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", [320, 1280])
    def test_no_violations_and_nothing_sticks_out(
        self, browser: Browser, site: Site, theme: str, width: int
    ):
        page = browser.new_page(
            viewport={"width": width, "height": 800}, reduced_motion="reduce", color_scheme="light"
        )
        page.goto(f"{site.address}/pages/index.html")
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        axe = Axe()
        for name, bundle in {
            "true": a_proof(20),
            "weak": a_proof(200, is_weak=True, kind="daily"),
            "void": a_proof(3, void="no seat had paid", until="COMMIT"),
            "bad": a_proof(5) | {"n": 6},
        }.items():
            src = site.offer(name, bundle)
            give(page, "lc-countdown", to=str(page.evaluate("Date.now()") + 90_000))
            give(page, "lc-replay", src=src)
            verify_here(page, src)
            page.get_by_role("button", name="Play", exact=True).click()
            expect(page.locator("lc-verifier .lc-verdict[data-tone]")).to_be_visible()
            expect(page.locator("lc-replay .lc-winner-name")).not_to_be_empty()
            page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            self.examine(page, axe, width)
        page.goto(f"{site.address}/pages/verify.html")
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        page.get_by_role("button", name="Verify this proof").click()
        page.locator("summary").click()
        self.examine(page, axe, width)
        page.close()

    def examine(self, page: Page, axe: Axe, width: int) -> None:
        found = axe.run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.evaluate("""() => [...document.querySelectorAll(
          'lc-verifier, lc-replay, lc-bundle-drop')].flatMap((root) => [...root.querySelectorAll(
          'button, summary, input:not(.lc-hidden), textarea, label.lc-button, a')])
          .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
          .map((one) => one.outerHTML)""")
        assert small == []
