"""What the pages of rooms say, to whom, and what their handlers do."""

import json
from datetime import timedelta

import pytest

from luckychit.core import clock, errors
from luckychit.core.money import Money
from luckychit.domain.rooms import queries, service
from luckychit.ui import live
from luckychit.ui.pages.member_room.state import RoomState
from luckychit.ui.pages.member_room.texts import read_invitation, read_room
from luckychit.ui.pages.member_rooms.state import RoomsState
from luckychit.ui.pages.member_rooms.texts import fee_words, new_room, room_line
from luckychit.ui.pages.member_shared.references import plain_code, shown_code
from luckychit.ui.qr import qr_path
from tests.helpers import people
from tests.helpers.circle import clock_at
from tests.helpers.events import Namespace, a_browser, full_name
from tests.helpers.people import mobile_of, with_password
from tests.helpers.rooms import a_player, a_room, a_started_room, purse

ROUTE = "/app/rooms/[code]"


@pytest.fixture(autouse=True)
def _at_the_beginning(db, monkeypatch):
    monkeypatch.setattr(live.sockets, "namespace", Namespace, raising=False)
    with clock_at():
        yield


def told(room, actor=None):
    return read_room(actor or room.host, room.code, clock.now())


def cookie_of(actor):
    return people.sign_in(mobile_of(with_password(actor))).token


class TestARoomThatSells:
    def test_tells_a_guest_the_price_in_words_and_who_is_there(self):
        room = a_room(guests=1)
        room.buy(room.host)
        page = told(room, room.guests[0])
        assert (page.room.name, page.room.price) == ("Friday room", "$5.00")
        assert page.room.price_words == "five dollars"
        assert page.room.fee == "5 % of every ticket is the house's fee, the rest is the pot."
        assert (page.room.can_buy, page.room.no_ticket, page.room.ticket) == (True, "", "")
        assert page.room.can_leave
        assert [(one.name, one.words) for one in page.people] == [
            ("Hana Host", "Host · ticket 1"),
            ("You", "No ticket yet"),
        ]

    def test_shows_code_link_and_picture_to_bring_others_in(self):
        room = a_room()
        share = told(room).share
        assert share.link.endswith(f"/app/rooms/{room.code}")
        assert share.qr.startswith("M0 0.5h7")
        assert told(room).room.shown_code == f"{room.code[:4]}-{room.code[4:]}"

    def test_tells_the_host_why_not_to_start_yet(self):
        room = a_room(guests=1)
        page = told(room)
        assert not page.room.can_start
        assert page.room.why_not == "The draw can start once 2 tickets are sold; 0 so far."
        room.all_buy()
        page = told(room)
        assert (page.room.can_start, page.room.why_not) == (True, "")
        assert (page.room.sold, page.room.sold_words) == ("$10.00", "ten dollars")

    def test_of_an_own_ticket_only_says_where_it_is(self):
        room = a_room(guests=1)
        room.buy(room.host)
        page = told(room)
        assert page.room.ticket == f"LOBBY-{room.code}-00001"
        assert page.room.ticket_href == f"/tickets/LOBBY-{room.code}-00001"
        assert (page.room.can_buy, page.room.can_leave, page.room.no_ticket) == (False, False, "")

    def test_sends_who_has_too_little_to_the_wallet(self):
        room = a_room(guests=1, purse_minor=499)
        assert told(room, room.guests[0]).room.is_short

    def test_once_started_counts_to_the_lock_and_asks_the_host_only_when_it_has_passed(self):
        room = a_started_room(guests=1)
        page = told(room)
        assert (page.room.status, page.room.can_draw) == ("starting", False)
        assert page.room.locks_ms == clock.to_ms(room.draw().locks_at)
        room.go_to_lock()
        assert told(room).room.can_draw
        assert not told(room, room.guests[0]).room.can_draw


class TestTheEnd:
    def test_names_the_winner_and_gives_the_replay_its_names(self):
        room = a_started_room(guests=1)
        draw = room.drawn()
        winner = room.host if draw.winner_id == room.host.user_id else room.guests[0]
        (loser,) = {room.host, room.guests[0]} - {winner}
        page = told(room, winner)
        assert (page.room.outcome, page.room.is_won) == ("You won $9.50", True)
        assert told(room, loser).room.outcome == f"{winner.full_name} won $9.50"
        names = json.loads(page.room.names)
        assert names[draw.winning_ticket_id] == "You"
        assert len(names) == 2
        assert page.room.bundle == f"/api/draws/LOBBY-{room.code}-2/bundle"
        assert page.room.proof_href == f"/draws/LOBBY-{room.code}-2"
        assert page.share.qr == ""

    def test_of_a_room_called_off_is_told_kindly(self):
        room = a_room(guests=1)
        room.buy(room.host)
        room.cancel()
        page = told(room)
        assert (page.room.status, page.room.paid_back) == ("void", "$5.00")
        assert page.room.void_reason == "Called off by the host."
        assert told(room, room.guests[0]).room.paid_back == ""


class TestTheInvitation:
    def test_tells_a_stranger_the_terms_and_no_names_but_the_hosts(self):
        room = a_room(guests=2, places=3)
        found = read_invitation(a_player(), room.code.lower())
        assert (found.name, found.host, found.price) == ("Friday room", "Hana Host", "$5.00")
        assert found.people == "3 people of 3"
        assert found.problem == "This room is full: all 3 places are taken."
        assert "Guest" not in repr(found)

    def test_of_an_unknown_code_is_not_there(self):
        with pytest.raises(errors.NotFound):
            read_invitation(a_player(), "ABCDEFGH")


class TestTheList:
    def test_says_how_each_room_stands_for_this_member(self):
        room = a_room(guests=1)
        (row,) = queries.my_rooms(actor=room.guests[0], now=clock.now())
        line = room_line(row)
        assert line.detail == "2 people · $5.00 a ticket · no ticket yet"
        assert (line.chip, line.chip_text) == ("open", "Waiting")
        room.all_buy()
        room.start()
        draw = room.drawn()
        rows = queries.my_rooms(actor=room.host, now=clock.now())
        won = draw.winner_id == room.host.user_id
        assert room_line(rows[0]).chip_text == ("You won" if won else "Drawn")

    @pytest.mark.parametrize(
        ("fee_bps", "words"),
        [
            (0, "The whole price goes into the pot."),
            (250, "2.5 % of every ticket is the house's fee, the rest is the pot."),
            (500, "5 % of every ticket is the house's fee, the rest is the pot."),
        ],
    )
    def test_says_what_is_kept(self, fee_bps, words):
        assert fee_words(fee_bps) == words

    def test_says_what_a_room_will_be_before_it_is_made(self):
        planned = new_room("Office", Money(333, "USD"), 3, 500, 24)
        assert planned.example.endswith("With 3 tickets the winner gets $9.49.")
        assert planned.price_words == "three dollars and thirty-three cents"
        assert planned.hours == "24 hours"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("abcd-2345", "ABCD2345"), (" AB CD 23 45 ", "ABCD2345"), ("", ""), ("é!", "")],
)
def test_reads_a_code_as_people_type_it(typed, code):
    assert plain_code(typed) == code
    assert plain_code(shown_code(code)) == code


def test_draws_every_dark_module_of_the_picture():
    path, side = qr_path("https://lucky.example/app/rooms/ABCD2345")
    assert 21 <= side <= 41
    dark = sum(int(stroke.partition("h")[2]) for stroke in path.split("M")[1:])
    assert 0.35 < dark / side**2 < 0.65


class TestHandlers:
    async def test_a_stranger_with_the_link_sees_the_invitation_joins_and_buys(self):
        room = a_room(guests=0)
        stranger = a_player("Sita Stranger")
        async with a_browser(cookie_of(stranger)) as browser:

            async def send(name, payload=None):
                handler = full_name(RoomState, name)
                return await browser.send(handler, payload, route=ROUTE, code=room.code)

            said = await send("load")
            assert "Hana Host" in said
            assert "'is_member_rx_state_': True" not in said
            await send("join", {"_form": {}})
            assert [one.full_name for one in room.seen_by().participants] == [
                "Hana Host",
                "Sita Stranger",
            ]
            await send("load")
            said = await send("buy", {"form": {"key": "k1", "client_seed": "a phrase of mine"}})
            assert not browser.failures
            assert f"LOBBY-{room.code}-00001" in said
            await send("buy", {"form": {"key": "k1", "client_seed": "a phrase of mine"}})
            assert purse(stranger) == 9_500

    async def test_a_bad_phrase_gets_its_sentence(self):
        room = a_room(guests=0)
        async with a_browser(cookie_of(room.host)) as browser:
            load, buy = (full_name(RoomState, name) for name in ("load", "buy"))
            await browser.send(load, route=ROUTE, code=room.code)
            said = await browser.send(buy, {"form": {"key": "k", "client_seed": ""}}, route=ROUTE)
            assert "client_seed" in said
            assert purse(room.host) == 10_000

    async def test_an_unknown_code_is_missing(self):
        async with a_browser(cookie_of(a_player())) as browser:
            said = await browser.send(full_name(RoomState, "load"), route=ROUTE, code="ZZZZZZZZ")
            assert "'missing_rx_state_': True" in said

    async def test_a_code_as_typed_leads_to_its_address(self):
        async with a_browser(cookie_of(a_player())) as browser:
            said = await browser.send(full_name(RoomState, "load"), route=ROUTE, code="ab-cd2345")
            assert "/app/rooms/ABCD2345" in said

    async def test_the_result_is_played_for_who_was_looking_only(self):
        room = a_started_room(guests=1)
        load = full_name(RoomState, "load")
        async with a_browser(cookie_of(room.host)) as browser:
            await browser.send(load, route=ROUTE, code=room.code)
            room.drawn()
            said = await browser.send(load, route=ROUTE, code=room.code)
            assert "'has_arrived_rx_state_': True" in said
            later = browser.use(browser.cookie)
            said = await later.send(load, route=ROUTE, code=room.code)
            assert "'has_arrived_rx_state_': True" not in said

    async def test_host_starts_calls_off_and_draws_when_it_is_time(self):
        room = a_room(guests=1)
        room.all_buy()
        async with a_browser(cookie_of(room.host)) as browser:

            async def send(name):
                payload = None if name == "load" else {"_form": {}}
                handler = full_name(RoomState, name)
                return await browser.send(handler, payload, route=ROUTE, code=room.code)

            await send("load")
            said = await send("start")
            assert room.seen_by().status == "starting"
            assert "look-again" in said
            await send("draw_now")
            assert [type(one).__name__ for one in browser.failures] == ["TooEarly"]
            room.go_to_lock(timedelta(seconds=1))
            await send("draw_now")
            assert room.seen_by().status == "drawn"

    async def test_a_guest_can_neither_start_nor_call_off(self):
        room = a_room(guests=1)
        room.all_buy()
        async with a_browser(cookie_of(room.guests[0])) as browser:
            await browser.send(full_name(RoomState, "load"), route=ROUTE, code=room.code)
            for name in ("start", "cancel", "draw_now"):
                handler = full_name(RoomState, name)
                await browser.send(handler, {"_form": {}}, route=ROUTE, code=room.code)
                assert isinstance(browser.failures[0], errors.NotAllowed)
        assert room.seen_by().status == "waiting"

    async def test_makes_the_room_that_was_confirmed_once(self):
        host = a_player()
        form = {"name": " Office  party ", "price": "2.50", "most": "4"}
        async with a_browser(cookie_of(host)) as browser:
            await browser.send(full_name(RoomsState, "plan"), {"form": form})
            create = full_name(RoomsState, "create")
            said = await browser.send(create, {"form": {"key": "one"}})
            await browser.send(create, {"form": {"key": "one"}})
        (row,) = queries.my_rooms(actor=host, now=clock.now())
        assert (row.name, row.price.text(), row.max_participants) == ("Office party", "$2.50", 4)
        assert f"/app/rooms/{row.code}" in said

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"name": " "}, "name"),
            ({"price": "free"}, "price_minor"),
            ({"price": "0"}, "price_minor"),
            ({"most": "1"}, "max_participants"),
            ({"most": "51"}, "max_participants"),
            ({"most": "many"}, "max_participants"),
        ],
    )
    async def test_what_is_wrong_with_a_room_is_said_beside_the_field(self, wrong, field):
        form = {"name": "Office", "price": "1", "most": "4", **wrong}
        async with a_browser(cookie_of(a_player())) as browser:
            said = await browser.send(full_name(RoomsState, "plan"), {"form": form})
            assert f"'{field}':" in said
            assert "confirm-room" not in said

    async def test_finds_a_room_by_its_code_or_says_that_there_is_none(self):
        room = a_room()
        async with a_browser(cookie_of(a_player())) as browser:
            find = full_name(RoomsState, "find")
            said = await browser.send(find, {"form": {"code": shown_code(room.code).lower()}})
            assert f"/app/rooms/{room.code}" in said
            said = await browser.send(find, {"form": {"code": "nothing"}})
            assert "No room has this code" in said

    async def test_leaving_ends_what_is_seen(self):
        room = a_room(guests=1)
        guest = room.guests[0]
        async with a_browser(cookie_of(guest)) as browser:
            load = full_name(RoomState, "load")
            await browser.send(load, route=ROUTE, code=room.code)
            await browser.send(full_name(RoomState, "leave"), {"_form": {}}, route=ROUTE)
            said = await browser.send(load, route=ROUTE, code=room.code)
        assert "'is_member_rx_state_': True" not in said
        with pytest.raises(errors.NotFound):
            queries.room(actor=guest, code=room.code, now=clock.now())
        service.join(actor=guest, code=room.code)
