"""Room codes cannot be guessed through the pages: after ten wrong ones nothing is looked at."""

import pytest
import reflex as rx

from luckychit.core import limits
from luckychit.core.counters import Counters
from luckychit.core.limiter import Limiter
from luckychit.domain.rooms import queries
from luckychit.ui import sockets
from luckychit.ui.pages.member_room.state import RoomState
from luckychit.ui.pages.member_rooms.state import RoomsState
from tests.helpers.circle import clock_at
from tests.helpers.events import Namespace, a_browser, full_name
from tests.helpers.people import a_session
from tests.helpers.rooms import a_player, a_room

ROUTE = "/app/rooms/[code]"
WRONG = [f"WRNG{n:04d}".translate(str.maketrans("01", "ZY")) for n in range(15)]


@pytest.fixture
async def player(db, monkeypatch):
    """Somebody who guesses, with limits that have counted nobody yet."""
    monkeypatch.setattr(sockets, "namespace", Namespace)
    limits.use(Limiter(None, Counters()))
    with clock_at():
        yield a_player()


@pytest.fixture
def looked_at(monkeypatch):
    """The codes that the books were asked about."""
    found = []
    real = queries.invitation

    def look(**asked):
        found.append(asked["code"])
        return real(**asked)

    monkeypatch.setattr(queries, "invitation", look)
    return found


async def state_of(browser, kind):
    root = await browser.states.get_state(rx.BaseStateToken(ident=browser.token, cls=kind))
    return await root.get_state(kind)


class TestGuessing:
    async def test_in_the_form_ends_after_ten_with_a_sentence_beside_it(self, player, looked_at):
        async with a_browser(a_session(player)) as browser:
            for code in WRONG:
                await browser.send(full_name(RoomsState, "find"), {"form": {"code": code}})
            said = (await state_of(browser, RoomsState)).problems["code"]
        assert len(looked_at) == 10
        assert said.startswith("Too many tries. Please wait")

    async def test_in_the_address_ends_after_ten_and_the_page_says_so(self, player, looked_at):
        async with a_browser(a_session(player)) as browser:
            for code in WRONG:
                await browser.send(full_name(RoomState, "load"), route=ROUTE, code=code)
            page = await state_of(browser, RoomState)
        assert len(looked_at) == 10
        assert page.missing
        assert page.wait.startswith("Too many tries. Please wait")

    async def test_is_one_count_for_the_form_and_the_address(self, player, looked_at):
        async with a_browser(a_session(player)) as browser:
            for code in WRONG[:5]:
                await browser.send(full_name(RoomsState, "find"), {"form": {"code": code}})
            for code in WRONG:
                await browser.send(full_name(RoomState, "load"), route=ROUTE, code=code)
        assert len(looked_at) == 10

    async def test_does_not_shut_anybody_out_of_their_own_rooms(self, player, looked_at):
        room = a_room()
        async with a_browser(a_session(room.host)) as browser:
            for code in WRONG:
                await browser.send(full_name(RoomsState, "find"), {"form": {"code": code}})
            await browser.send(full_name(RoomState, "load"), route=ROUTE, code=room.code)
            page = await state_of(browser, RoomState)
        assert page.is_member
        assert not page.missing

    async def test_right_codes_are_never_counted(self, player, looked_at):
        room = a_room()
        async with a_browser(a_session(player)) as browser:
            for _ in range(15):
                await browser.send(full_name(RoomState, "load"), route=ROUTE, code=room.code)
            assert (await state_of(browser, RoomState)).invite.code
        assert len(looked_at) >= 15
