"""Replacing a password leads on to the page that was wanted, and nowhere else."""

from urllib.parse import quote

import pytest

from luckychit.ui import sockets
from luckychit.ui.pages.change_password.state import ChangePasswordState
from tests.helpers import people
from tests.helpers.events import Namespace, a_browser, full_name, order
from tests.helpers.people import PASSWORD, a_member, mobile_of, with_password

NEW = "another quiet river"


@pytest.fixture(autouse=True)
def _served(db, monkeypatch):
    monkeypatch.setattr(sockets, "namespace", Namespace)


async def changed(wanted: str) -> str:
    """Replace the password on a page that was asked for with ``?next=``; return what came back."""
    cookie = people.sign_in(mobile_of(with_password(a_member()))).token
    form = {"current_password": PASSWORD, "new_password": NEW, "repeated": NEW}
    async with a_browser(cookie) as browser:
        return await browser.send(
            full_name(ChangePasswordState, "change"),
            {"form": form},
            route=f"/change-password?next={quote(wanted, safe='')}",
        )


@pytest.mark.parametrize(
    ("wanted", "page"),
    [
        ("/app/rooms/ABCD2345", "/app/rooms/ABCD2345"),
        ("/app/payments?month=3", "/app/payments?month=3"),
        ("", "/app"),
        ("//evil.example", "/app"),
        ("https://evil.example", "/app"),
        ("/a');alert(1);('", "/a%27%29%3Balert%281%29%3B%28%27"),
        # The framework's own mark: read, it would never end.
        ("/<reflex.Var>x</reflex.Var>", "/%3Creflex.Var%3Ex%3C/reflex.Var%3E"),
    ],
)
async def test_leads_on_to_a_page_of_ours(wanted: str, page: str) -> None:
    assert order("go", page) in await changed(wanted)
