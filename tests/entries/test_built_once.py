"""The pages are built once, in demo mode, and serve every mode: none is built for a setting."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from luckychit.core.settings import settings
from luckychit.ui import live, routes
from tests.helpers.events import Namespace, a_browser, full_name

LIVE = {
    "LUCKYCHIT_MODE": "live",
    "PUBLIC_URL": "https://lucky.example",
    "ROOM_HOURS": "7",
    "DRAW_NOTICE_S": "77",
    "DRAW_PRICE_MINOR": "777",
}


@contextmanager
def going_live(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    secret = {name: secrets.token_hex(32) for name in ("JWT_SECRET", "TICKET_SEAL_SECRET")}
    for name, value in (LIVE | secret).items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    assert settings().is_live
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize("spec", routes.PAGES, ids=lambda spec: spec.route)
def test_a_page_is_the_same_whatever_is_set(monkeypatch, spec):
    demo = str(spec.page().render())
    with going_live(monkeypatch):
        assert str(spec.page().render()) == demo


async def test_the_sign_of_the_demo_goes_where_it_is_none(db, monkeypatch):
    monkeypatch.setattr(live.sockets, "namespace", Namespace)
    visit = full_name(live.LiveState, "visit")
    async with a_browser() as browser:
        assert "'is_demo_rx_state_': True" in await browser.send(visit)
    with going_live(monkeypatch):
        monkeypatch.setattr(live.sockets, "namespace", Namespace)
        async with a_browser() as browser:
            assert "'is_demo_rx_state_': False" in await browser.send(visit)
