"""Room codes cannot be guessed, by pages or by programs: after ten wrong ones nothing is asked."""

import asyncio
import itertools

import httpx
import pytest
import reflex as rx

from luckychit.api import app as api
from luckychit.api.requests import Requests
from luckychit.core import limits
from luckychit.core.counters import Counters
from luckychit.core.limiter import Limiter
from luckychit.domain.rooms import queries, service
from luckychit.ui import sockets
from luckychit.ui.pages.member_room.state import RoomState
from luckychit.ui.pages.member_rooms.state import RoomsState
from tests.helpers.api import Caller, refused
from tests.helpers.circle import clock_at
from tests.helpers.events import Namespace, a_browser, full_name
from tests.helpers.http import a_program, as_program
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


MANY = ["".join(letters) + "ZZZZ" for letters in itertools.product("ABCDE", repeat=4)][:600]


async def joined(codes, *people):
    """Try codes all at once as programs of these people in turn; return the answers."""
    served = Requests(api.make())
    tokens = [as_program(a_program(person)) for person in people]
    transport = httpx.ASGITransport(served, client=("192.0.2.1", 1), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as web:
        sent = (
            web.post(f"/api/rooms/{code}/join", headers=tokens[place % len(tokens)])
            for place, code in enumerate(codes)
        )
        return await asyncio.gather(*sent)


class TestGuessingByTheApi:
    @pytest.fixture
    def tried(self, monkeypatch):
        """The codes that the books were asked about."""
        found = []
        real = service.join

        def join(**asked):
            found.append(asked["code"])
            return real(**asked)

        monkeypatch.setattr(service, "join", join)
        return found

    async def test_of_600_codes_looks_at_ten(self, player, tried):
        answers = await joined(MANY, player)
        assert len(set(MANY)) == 600
        assert sorted(answer.status_code for answer in answers) == [404] * 10 + [429] * 590
        assert len(tried) == 10
        waiting = next(answer for answer in answers if answer.status_code == 429)
        assert waiting.json()["code"] == "limits.too_often"
        assert int(waiting.headers["retry-after"]) >= 1

    async def test_ends_also_for_the_right_code(self, player, tried):
        room = a_room()
        await joined(MANY[:20], player)
        [answer] = await joined([room.code], player)
        assert answer.status_code == 429

    async def test_with_many_accounts_ends_by_the_address(self, player, tried):
        answers = await joined(MANY[:200], *(a_player(minor=0) for _ in range(20)))
        looked_at = sum(answer.status_code == 404 for answer in answers)
        # Each of the twenty may have one on the way when the sixtieth is counted.
        assert 60 <= looked_at == len(tried) <= 80

    async def test_is_one_count_with_the_pages(self, player, tried, looked_at):
        async with a_browser(a_session(player)) as browser:
            for code in WRONG[:5]:
                await browser.send(full_name(RoomsState, "find"), {"form": {"code": code}})
        answers = await joined(MANY[:20], player)
        assert (len(looked_at), len(tried)) == (5, 5)
        assert sum(answer.status_code == 429 for answer in answers) == 15

    async def test_right_codes_are_never_counted(self, player, tried):
        answers = await joined([a_room().code] * 15, player)
        assert {answer.status_code for answer in answers} == {200}


@pytest.mark.parametrize(
    ("method", "part"),
    [
        ("GET", ""),
        ("POST", "/leave"),
        ("POST", "/purchase-ticket"),
        ("POST", "/start-draw"),
        ("POST", "/execute-draw"),
        ("POST", "/cancel"),
    ],
)
def test_no_other_call_tells_a_stranger_whether_a_code_is_right(db, method, part):
    """Else one of them could be asked instead, for it counts nothing."""
    with clock_at():
        room, caller = a_room(), Caller(a_player())
        right, wrong = (
            caller.ask(method, f"/api/rooms/{code}{part}") for code in (room.code, MANY[0])
        )
    refused(right, 404, "rooms.not_found")
    assert (right.status_code, right.json()) == (wrong.status_code, wrong.json())
