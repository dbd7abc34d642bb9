"""Pots on open pages: they move by themselves, at a calm pace, for whom they may."""

import asyncio
import json
import time
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from engineio.async_socket import AsyncSocket
from reflex_base.constants.state import FIELD_MARKER
from reflex_base.utils import format as reflex_format

from luckychit.core import clock
from luckychit.core.errors import NotAllowed, SignInNeeded
from luckychit.domain.lottery import service as lottery
from luckychit.domain.notify import queries as notify
from luckychit.domain.rooms import service as rooms
from luckychit.luckychit import app
from luckychit.ui import crowd, live, pots, pulses, shared, sockets
from luckychit.ui.crowd import Crowd
from luckychit.ui.live import DAILY_ROOM, LiveState
from luckychit.ui.pots import DailyPot, RoomPot
from luckychit.ui.pulses import Board, Shown
from tests.helpers import people
from tests.helpers.circle import clock_at
from tests.helpers.events import Namespace, a_browser, full_name
from tests.helpers.lottery import MORNING, a_player, buy
from tests.helpers.people import a_manager, a_member, mobile_of, with_password
from tests.helpers.rooms import a_room, a_started_room

DAILY = full_name(DailyPot, "load")
ROOM = full_name(RoomPot, "load")
ENTER = full_name(LiveState, "enter")
VISIT = full_name(LiveState, "visit")
REFRESH = full_name(LiveState, "refresh")
ROOM_PAGE = "/app/rooms/[code]"
TODAY, TOMORROW = "DDL-20270301", "DDL-20270302"
MIDNIGHT = datetime(2027, 3, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def socket(db, monkeypatch):
    made = Namespace()
    monkeypatch.setattr(sockets, "namespace", lambda: made)
    board = Board(DailyPot.get_full_name(), RoomPot.get_full_name())
    monkeypatch.setattr(pots, "board", board)
    shared.forget_all()
    with clock_at(MORNING):
        yield made


@pytest.fixture
def today():
    lottery.advance()


def token_of(person) -> str:
    return people.sign_in(mobile_of(with_password(person))).token


def values_in(update, state=DailyPot) -> dict:
    """What an update sets of a state, by the names of its variables."""
    told = update.delta.get(state.get_full_name(), {})
    return {name.removesuffix(FIELD_MARKER): value for name, value in told.items()}


def sent_to(socket, room: str, state=DailyPot) -> list[dict]:
    return [values_in(update, state) for update, heard in socket.emitted if room in heard]


def shown(browser, state=DailyPot) -> dict:
    """What the browser's page shows after all updates of its last event."""
    told: dict = {}
    for update in browser.namespace.updates:
        told |= values_in(update, state)
    return told


async def opens(browser, room=None) -> str:
    """Open a page with the daily pot, or with a room's: rooms first, then the pot."""
    where = {"route": ROOM_PAGE, "code": room.code} if room else {"route": "/verify"}
    await browser.send(VISIT, **where)
    return await browser.send(ROOM if room else DAILY, **where)


async def look() -> None:
    """One look of the broadcaster, and everything that it leads to."""
    pots.board._sent_at.clear()
    await pots._look(clock.now())


async def until(holds, seconds: float = 5.0) -> float:
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - the namespace is a plain double
            await asyncio.sleep(0.01)
    return time.monotonic() - began


@pytest.mark.usefixtures("today")
class TestTodaysPot:
    async def test_is_shown_to_anybody_at_load(self, socket):
        buy(a_player(), 3)
        async with a_browser() as nobody:
            await opens(nobody)
            assert nobody.failures == []
            assert shown(nobody) == {
                "draw_id": TODAY,
                "status": "open",
                "prize": "$2.85",
                "entry_count": "3",
                "locks_ms": clock.to_ms(MIDNIGHT),
                "before_id": "",
                "before_status": "",
            }
        assert any(DAILY_ROOM in heard for heard in socket.rooms.values())

    async def test_moves_within_a_second_of_a_purchase(self, socket):
        player = a_player()
        async with a_browser() as nobody:
            await opens(nobody)
            follower = asyncio.create_task(pots._follow())
            await until(lambda: sent_to(socket, DAILY_ROOM))
            took_s = []
            for _ in range(3):
                socket.emitted.clear()
                await asyncio.to_thread(buy, player, 2)
                took_s.append(await until(lambda: sent_to(socket, DAILY_ROOM)))
            follower.cancel()
        assert sent_to(socket, DAILY_ROOM) == [{"prize": "$5.70", "entry_count": "6"}]
        # A slower pace would delay each of them; a busy machine does so to some.
        assert min(took_s) < 1

    async def test_comes_as_one_small_message_with_public_numbers_only(self, socket):
        async with a_browser() as nobody:
            await opens(nobody)
            await look()
            socket.emitted.clear()
            for _ in range(3):
                buy(a_player(full_name="Secret Sam"), 5)
            await look()
        # Who came less than a second ago may be told again, alone.
        (update,) = [update for update, heard in socket.emitted if heard == [DAILY_ROOM]]
        said = reflex_format.json_dumps(["event", update])
        assert len(said) <= 200
        assert "Sam" not in said
        assert json.loads(said)[1]["delta"]

    async def test_is_told_four_times_a_second_at_most_under_500_purchases(self, socket):
        players = [a_player(500) for _ in range(4)]
        told_at: list[float] = []
        due_at: list[float] = []
        emit = socket.emit

        async def noted(*args, **kwargs):
            if kwargs["room"] == [DAILY_ROOM]:
                told_at.append(time.monotonic())
                due_at.append(pots.board._sent_at[DAILY_ROOM])
            await emit(*args, **kwargs)

        socket.emit = noted
        async with a_browser() as nobody:
            await opens(nobody)
            began = time.monotonic()
            follower = asyncio.create_task(pots._follow())
            await asyncio.to_thread(lambda: [buy(players[n % 4]) for n in range(500)])
            await until(
                lambda: (
                    sent_to(socket, DAILY_ROOM)[-1:] == [{"entry_count": "500"}]
                    or "500" in str(socket.emitted[-1:])
                )
            )
            follower.cancel()
        gaps = [after - before for before, after in pairwise(due_at)]
        assert gaps
        assert min(gaps) >= pulses.EVERY_S * 0.999
        # A busy machine sends one late, and then the next one soon after it; but no more.
        assert told_at[-1] - began >= pulses.EVERY_S * (len(told_at) - 1)

    async def test_is_told_whole_again_at_a_reconnect(self):
        player = a_player()
        async with a_browser() as browser:
            await opens(browser)
            buy(player)
            # The page was pushed $0.95 by the broadcaster; the state does not know it.
            shared.forget_all()
            await opens(browser)
            first = shown(browser)
            shared.forget_all()
            await opens(browser)
        assert first["prize"] == "$0.95"
        assert shown(browser) == first, "what looks unchanged to the state is sent all the same"

    async def test_is_told_again_when_a_change_crossed_the_load(self, socket, monkeypatch):
        player = a_player()
        async with a_browser() as browser:
            # Not healed before its time, however long the machine takes.
            monkeypatch.setattr(pots, "HEALED_AFTER_S", 60.0)
            await opens(browser)
            await look()
            (arrived,) = [sid for sid, heard in socket.rooms.items() if DAILY_ROOM in heard]
            # The page was told 0 tickets; the room hears of 1 while that is on its way.
            buy(player)
            await look()
            monkeypatch.setattr(pots, "HEALED_AFTER_S", -1.0)
            await look()
            await look()
        (healed,) = sent_to(socket, arrived)
        assert (healed["prize"], healed["entry_count"]) == ("$0.95", "1")

    async def test_begins_anew_at_midnight_on_every_screen(self, socket):
        buy(a_player(), 4)
        async with a_browser() as browser:
            await opens(browser)
            await look()
            socket.emitted.clear()
            clock.set_start(MIDNIGHT)
            lottery.advance()
            await look()
            told: dict = {}
            for news in sent_to(socket, DAILY_ROOM):
                told |= news
        assert told["draw_id"] == TOMORROW
        assert (told["prize"], told["entry_count"]) == ("$0.00", "0")
        assert told["before_id"] == TODAY
        assert told["before_status"] in {"locked", "drawn"}
        assert "status" not in told, "both days were open; nothing is said twice"

    async def test_asks_nothing_while_nobody_is_there(self, socket, monkeypatch):
        asked = []
        monkeypatch.setattr(pots.tickets, "pulses", lambda since: asked.append(since) or [])
        socket.sid_to_token.clear()
        follower = asyncio.create_task(pots._follow())
        await asyncio.sleep(3 * pots.LOOK_S)
        follower.cancel()
        assert asked == []


class TestARoomsPot:
    async def test_is_for_its_members(self, socket):
        room = a_room()
        room.buy(room.host)
        async with a_browser(token_of(room.guests[0])) as guest:
            await opens(guest, room)
            assert guest.failures == []
            told = shown(guest, RoomPot)
        assert (told["draw_id"], told["prize"]) == (room.draw_id, "$4.75")
        assert any(f"pot:{room.draw_id}" in heard for heard in socket.rooms.values())

    @pytest.mark.parametrize("who", ["stranger", "manager", "nobody"])
    async def test_is_for_nobody_else(self, socket, who):
        room = a_room()
        room.buy(room.host)
        person = {"stranger": a_member, "manager": a_manager}.get(who)
        async with a_browser(token_of(person()) if person else None) as browser:
            said = await opens(browser, room)
            refused = {"stranger": (), "manager": (NotAllowed,), "nobody": (SignInNeeded,)}[who]
            assert [type(failure) for failure in browser.failures if refused] == [
                type(failure) for failure in browser.failures if isinstance(failure, refused)
            ]
        assert room.draw_id not in said
        assert "4.75" not in said
        assert not any(f"pot:{room.draw_id}" in heard for heard in socket.rooms.values())

    async def test_moves_for_the_room_alone(self, socket):
        room, other = a_room(), a_room()
        async with a_browser(token_of(room.host)) as host:
            await opens(host, room)
            await look()
            socket.emitted.clear()
            room.buy(room.host)
            other.buy(other.host)
            await look()
        told = sent_to(socket, f"pot:{room.draw_id}", RoomPot)
        assert told == [{"prize": "$4.75", "entry_count": "1"}]

    async def test_tells_of_the_start_and_of_the_end(self, socket):
        room = a_room()
        room.all_buy()
        async with a_browser(token_of(room.host)) as host:
            await opens(host, room)
            await look()
            room.start()
            await look()
            started = sent_to(socket, f"pot:{room.draw_id}", RoomPot)[-1]
            room.drawn()
            await look()
        assert set(started) == {"locks_ms"}
        assert sent_to(socket, f"pot:{room.draw_id}", RoomPot)[-1]["status"] == "drawn"

    async def test_is_left_with_the_room_the_page_and_the_session(self, socket):
        room = a_room()
        guest = room.guests[0]
        cookie = token_of(guest)
        heard = f"pot:{room.draw_id}"

        def is_heard():
            return any(heard in rooms for rooms in socket.rooms.values())

        async with a_browser(cookie) as browser:
            await opens(browser, room)
            assert is_heard()
            await browser.send(ENTER, route="/verify")
            assert not is_heard()

            await opens(browser, room)
            await browser.send(REFRESH, {"ids": []}, route="/verify")
            assert is_heard(), "a nudge is no reason to leave"
            rooms.leave(actor=guest, code=room.code)
            await opens(browser, room)
            assert not is_heard()

            rooms.join(actor=guest, code=room.code)
            await opens(browser, room)
            assert is_heard()
            people.service.sign_out(token=cookie)
            await browser.send(REFRESH, {"ids": []}, route="/verify")
            assert not is_heard()


class TestNoticesOfGames:
    async def test_the_winner_hears_of_it_where_the_draw_is_not_played_out(self):
        lottery.advance()
        player = a_player()
        buy(player)
        mark = notify.horizon()
        clock.set_start(MIDNIGHT)
        lottery.advance()
        lottery.advance()
        ids = heard_since(mark)
        async with a_browser(token_of(player)) as browser:
            elsewhere = await browser.send(REFRESH, {"ids": ids}, route="/app/profile")
            played = await browser.send(REFRESH, {"ids": ids}, route="/app/lottery")
        assert "You won $0.95 in the draw of 1 Mar." in elsewhere
        assert "You won $0.95 in the draw of 1 Mar." not in played

    async def test_a_room_hears_of_its_end_in_the_room_and_elsewhere(self):
        room = a_started_room()
        mark = notify.horizon()
        drawn = room.drawn()
        ids = heard_since(mark)
        loser = next(it for it in [room.host, *room.guests] if it.user_id != drawn.winner_id)
        async with a_browser(token_of(loser)) as browser:
            await browser.send(ENTER, route="/verify")
            elsewhere = await browser.send(REFRESH, {"ids": ids}, route="/app/profile")
            await opens(browser, room)
            inside = await browser.send(REFRESH, {"ids": ids}, route=ROOM_PAGE, code=room.code)
        assert "The draw of Friday room is done." in elsewhere
        assert "is done" not in inside


class TestACrowd:
    async def test_is_nudged_in_slices_and_hears_of_everything_once(self, socket, monkeypatch):
        monkeypatch.setattr(live, "_crowd", Crowd())
        monkeypatch.setattr(live, "FEW", 10)
        monkeypatch.setattr(crowd, "SLICE", 8)
        lottery.advance()
        player = a_player()
        for number in range(20):
            await socket.enter_room(f"page-{number}", live.PUBLIC_ROOM)
        await socket.enter_room("page-7", f"user:{player.user_id}")
        mark = notify.horizon()
        buy(player)
        clock.set_start(MIDNIGHT)
        lottery.advance()
        news, _ = notify.published_since(mark)
        await live._nudge(news)
        (first,) = socket.emitted
        assert live.PUBLIC_ROOM not in first[1]
        socket.emitted.clear()
        sizes = []
        while len(live._crowd):
            await live._nudge_some_of_the_crowd()
            sizes.append(sum(len(heard) for _, heard in socket.emitted) - sum(sizes))
        assert max(sizes) <= 8
        heard = [sid for _, slice_ in socket.emitted for sid in slice_]
        assert sorted(heard) == sorted(set(heard))
        assert len(heard) >= 19


def heard_since(mark: int) -> list[int]:
    news, _ = notify.published_since(mark)
    live.remember(news)
    return [item.id for item in news]


class TestTheBoard:
    def test_keeps_what_is_further_on(self):
        board = Board("daily", "room")
        newer = Shown(TODAY, "locked", "$9.50", "10", 1)
        board.learn([newer])
        board.learn([Shown(TODAY, "open", "$8.55", "9", 1)])
        assert board.values(DAILY_ROOM)["status"] == "locked"

    def test_forgets_old_rooms_but_no_day(self):
        board = Board("daily", "room")
        board.learn([Shown(TODAY, "open", "$0.95", "1", 1)])
        board.learn(Shown(f"LOBBY-{n}", "open", "$0.95", "1", 1) for n in range(3000))
        assert len(board._draws) <= 1001
        assert board.values(DAILY_ROOM)["draw_id"] == TODAY


class TestWritingToASocket:
    """The writer of the framework takes its packets from here (the real one, not a double)."""

    @pytest.fixture(autouse=True)
    async def ready(self):
        async with sockets.ready_for_crowds():
            yield

    async def test_takes_all_that_waits_in_order(self):
        socket = AsyncSocket(app.sio.eio, "sid")
        for packet in ("one", "two"):
            socket.queue.put_nowait(packet)
        assert await socket.poll() == ["one", "two"]
        await asyncio.wait_for(socket.queue.join(), 1)

    async def test_writes_what_came_before_the_end_and_then_ends(self):
        socket = AsyncSocket(app.sio.eio, "sid")
        for packet in ("last words", None, "too late"):
            socket.queue.put_nowait(packet)
        assert await socket.poll() == ["last words"]
        assert await socket.poll() == []

    async def test_waits_for_the_next(self):
        socket = AsyncSocket(app.sio.eio, "sid")
        waiting = asyncio.create_task(socket.poll())
        await asyncio.sleep(0.01)
        assert not waiting.done()
        socket.queue.put_nowait("next")
        assert await asyncio.wait_for(waiting, 1) == ["next"]
