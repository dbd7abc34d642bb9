"""What players do with play credit, tickets and the files that prove them."""

import json
import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.windows import Window

# Members of the demo who own no play credit and no ticket when it begins.
KAVITA, IMRAN, VIKRAM = "9000020007", "9000020010", "9000020014"
# Whom nobody has asked for a date of birth.
ZOYA = "9000020019"
MOVES_S = 1.0
POT = "main lc-pot .money"
# Without sockets at all: what runs here can ask nobody.
_OFFLINE = (
    "import runpy, socket, sys\n"
    "socket.socket = socket.create_connection = socket.getaddrinfo = None\n"
    "sys.argv = ['verify.py', sys.argv[1]]\n"
    "runpy.run_path('verify.py', run_name='__main__')\n"
)


def money(text: str) -> float:
    """Return the number in an amount: "$1,234.50" is 1234.5."""
    return float(re.sub(r"[^\d.]", "", text))


def pot_of(page: Page) -> float:
    """Return what the pot on a page shows now."""
    expect(page.locator(POT)).to_contain_text(re.compile(r"\d"))
    return money(page.locator(POT).inner_text())


def add_credit(one: Window, amount: str) -> None:
    """Add play credit on the wallet's page, after the question."""
    page = one.page
    one.open("/app/wallet")
    page.get_by_role("button", name="Add play credit").click()
    dialog = page.locator("dialog#credit")
    dialog.locator(".choice", has_text=re.compile(rf"^{amount}$")).click()
    dialog.get_by_role("button", name="Go on").click()
    sure = page.locator("dialog#confirm-credit")
    expect(sure).to_contain_text(f"${amount}.00")
    sure.get_by_role("button", name="Add it").click()
    expect(sure).to_be_hidden()


def balance(one: Window) -> float:
    """Return what the wallet's page shows, opened for the first time."""
    one.open("/app/wallet")
    return money(one.page.locator("main .money-huge").inner_text())


def expect_balance(one: Window, amount: str) -> None:
    """Check what the wallet's page shows."""
    one.open("/app/wallet")
    # A page that comes back first shows what it knew.
    expect(one.page.locator("main .money-huge")).to_have_text(amount)


def choose(one: Window, quantity: int, phrase: str) -> Locator:
    """Ask for tickets of today; return the question that is asked then."""
    page = one.page
    page.fill("#field-quantity", str(quantity))
    if not page.locator("#field-client_seed").is_visible():
        page.locator("lc-phrase summary").click()
    page.fill("#field-client_seed", phrase)
    page.locator("form.buy").get_by_role("button", name="Buy", exact=True).click()
    return page.locator("dialog#buy")


def watch_pot(page: Page) -> None:
    """Note, in the page itself, each moment its pot shows something else."""
    page.evaluate(
        """(selector) => {
          const pot = document.querySelector(selector);
          window.potSeen = [];
          window.potDocument = true;
          new MutationObserver(() => window.potSeen.push([Date.now(), pot.textContent]))
            .observe(pot, { childList: true, characterData: true, subtree: true });
        }""",
        POT,
    )


def seconds_to_move(pressed: Page, seen: Page, amount: str) -> tuple[float, float]:
    """Return the seconds from the last click in one page until the other's pot moves and stands.

    Args:
        pressed: Where :func:`tests.e2e.windows.mark_press` was called.
        seen: Where :func:`watch_pot` was called, and the same document still.
        amount: What the pot stands at in the end.
    """
    expect(seen.locator(POT)).to_have_text(amount)
    assert seen.evaluate("window.potDocument")
    at = pressed.evaluate("window.pressedAt")
    moved, stood = seen.evaluate(
        """([at, amount]) => {
          const since = window.potSeen.filter(([when]) => when >= at);
          return [since[0][0], since.find(([, text]) => text === amount)[0]];
        }""",
        [at, amount],
    )
    return round((moved - at) / 1000, 3), round((stood - at) / 1000, 3)


def verified(page: Page, button: str) -> str:
    """Verify on this device; return the verdict's title."""
    page.get_by_role("button", name=button).click()
    verdict = page.locator("lc-verifier .lc-verdict")
    title = verdict.locator(".lc-verdict-title")
    expect(title).to_be_visible(timeout=20_000)
    assert verdict.get_attribute("data-tone") in {"good", "warn"}, verdict.inner_text()
    return title.inner_text()


def save(page: Page, words: str, path: Path) -> Path:
    """Download what a link offers."""
    with page.expect_download() as coming:
        page.get_by_role("link", name=words).first.click()
    coming.value.save_as(path)
    return path


def checked(file: Path) -> subprocess.CompletedProcess[str]:
    """Run the downloaded verifier beside a file, without any network."""
    return subprocess.run(
        [sys.executable, "-I", "-c", _OFFLINE, file.name],
        check=False,
        cwd=file.parent,
        capture_output=True,
        text=True,
    )


def change_one_byte(file: Path, key: str) -> Path:
    """Write a copy in which one digit of the last ``key`` is another."""
    text = file.read_text()
    place = text.rindex(f'{key}"') + len(key) + 1
    found = re.compile(r"\d").search(text, place)
    assert found, text
    digit = str((int(found[0]) + 1) % 10)
    changed = text[: found.start()] + digit + text[found.end() :]
    json.loads(changed)
    copy = file.with_stem(f"{file.stem}-changed")
    copy.write_text(changed)
    return copy


def holds_offline(file: Path, key: str) -> None:
    """Check a file with the verifier: it holds, and does not once one byte is another."""
    told = checked(file)
    assert told.returncode == 0, told.stdout + told.stderr
    told = checked(change_one_byte(file, key))
    assert told.returncode == 1, told.stdout + told.stderr
