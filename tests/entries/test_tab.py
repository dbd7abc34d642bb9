"""A tab's state belongs to one session: who comes with another cookie finds it empty."""

import pytest
import reflex as rx
from reflex.state import State
from reflex_base.event import get_hydrate_event

from luckychit.ui import sockets
from luckychit.ui.pages.manage_members.state import MembersState
from tests.helpers.events import Browser, Namespace, a_browser, full_name
from tests.helpers.people import a_manager, a_member, a_session

HYDRATE = get_hydrate_event(State)


@pytest.fixture
async def tab(db, monkeypatch):
    """The tab of a manager who has just made a member; the one-time password is in sight."""
    monkeypatch.setattr(sockets, "namespace", Namespace)
    async with a_browser(a_session(a_manager())) as browser:
        form = {"full_name": "Meera Nair", "mobile_number": "9876512345"}
        await browser.send(full_name(MembersState, "add"), {"form": form})
        yield browser


async def slips(tab: Browser) -> list:
    root = await tab.states.get_state(rx.BaseStateToken(ident=tab.token, cls=MembersState))
    return (await root.get_state(MembersState)).slips


class TestAReload:
    async def test_by_the_same_session_finds_everything_again(self, tab):
        (slip,) = await slips(tab)
        assert slip.password in await tab.send(HYDRATE)

    @pytest.mark.parametrize("cookie", [lambda: None, lambda: a_session(a_member()), lambda: "x"])
    async def test_by_anybody_else_finds_nothing(self, tab, cookie):
        (slip,) = await slips(tab)
        tab.cookie = cookie()
        said = await tab.send(HYDRATE)
        assert said
        assert slip.password not in said
        assert "Meera" not in said

    async def test_after_an_event_of_somebody_else_finds_nothing_either(self, tab):
        own, tab.cookie = tab.cookie, None
        await tab.send(full_name(MembersState, "find"), {"form": {}})
        tab.cookie = own
        assert await slips(tab) == []
        assert "Meera" not in await tab.send(HYDRATE)
