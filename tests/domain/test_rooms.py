"""Rooms from the code to the prize, and everything that is refused on the way."""

from datetime import timedelta

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from luckychit.core import clock
from luckychit.core.errors import InvalidInput, NotAllowed, SignInNeeded
from luckychit.domain.rooms import errors, queries, rules, service
from luckychit.domain.rooms.service import members
from luckychit.domain.safety import service as safety
from luckychit.domain.tickets import errors as tickets_errors
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.wallet.errors import InsufficientFunds
from luckychit.domain.wallet.queries import audit
from tests.helpers.circle import clock_at, with_setting
from tests.helpers.people import a_manager, an_admin
from tests.helpers.rooms import (
    Room,
    a_key,
    a_player,
    a_room,
    a_started_room,
    house,
    purse,
)

NOBODY = None


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield
    assert audit() == []
    assert tickets.audit() == []


def made(host, key="", **changed):
    asked = {"name": "Friday room", "price_minor": 500} | changed
    return service.create_room(actor=host, key=key or a_key(), **asked)


class TestTheWholeStory:
    def test_three_people_from_the_code_to_the_prize(self):
        host, first, second = (a_player(name) for name in ("Hana", "Ben", "Carla"))
        code = made(host, price_minor=333, max_participants=3, name="  Office   room ")
        room = Room(host, code)
        assert len(code) == 8
        room.come(first, second)
        view = room.seen_by(first)
        assert (view.name, view.host_name, view.status) == ("Office room", "Hana", "waiting")
        assert [person.full_name for person in view.participants] == ["Hana", "Ben", "Carla"]

        sold = [room.buy(actor, phrase=f"phrase {actor.full_name}") for actor in (first, host)]
        assert [item.ticket_ids for item in sold] == [[f"{room.draw_id}-0000{n}"] for n in (1, 2)]
        room.start()
        third = room.buy(second)  # A room that has started sells until its lock.
        assert third.ticket_ids == [f"{room.draw_id}-00003"]
        assert [purse(actor) for actor in (host, first, second)] == [10_000 - 333] * 3
        # 3 x 3.33 less 5 %, rounded down: 9.49 to win, 0.50 for the house.
        assert (room.pot(), house()) == (949, 50)

        draw = room.drawn()
        prize = 3 * 333 * 9500 // 10_000
        assert (draw.prize.amount_minor, room.pot(), house()) == (prize, 0, 50)
        people = {host.user_id: host, first.user_id: first, second.user_id: second}
        winner = people.pop(draw.winner_id)
        assert purse(winner) == 10_000 - 333 + prize
        assert [purse(actor) for actor in people.values()] == [10_000 - 333] * 2

        view = room.seen_by(second)
        assert (view.status, view.winner_name) == ("drawn", winner.full_name)
        assert view.winning_ticket_id == draw.winning_ticket_id
        assert [person.full_name for person in view.participants if person.is_winner] == [
            winner.full_name
        ]

    def test_everything_is_told_in_the_room_in_order(self):
        room = a_started_room(guests=1)
        draw = room.drawn()
        told = room.news()
        assert [item.kind for item in told] == [
            "room_joined",
            "room_bought",
            "room_bought",
            "room_started",
            "room_locked",
            "room_drawn",
        ]
        assert {(item.facts["code"], item.facts["room"]) for item in told} == {
            (room.code, "Friday room")
        }
        assert [told[place].facts["name"] for place in (0, 1, 2)] == [
            "Guest 1",
            "Hana Host",
            "Guest 1",
        ]
        assert told[3].facts["locks_at_ms"] == clock.to_ms(draw.locks_at)
        assert told[5].facts["ticket_id"] == draw.winning_ticket_id
        assert told[5].facts["prize_minor"] == 950
        assert told[5].facts["currency"] == "USD"
        assert told[5].facts["name"] in ("Hana Host", "Guest 1")

    def test_the_host_plays_by_the_same_rules(self):
        room = a_room(guests=1)
        assert purse(room.host) == 10_000
        assert room.seen_by().total_entries == 0
        room.buy(room.host)
        assert purse(room.host) == 9_500
        with pytest.raises(errors.AlreadyHasTicket):
            room.buy(room.host)

    def test_a_room_that_is_not_at_the_price_of_a_coin_is_exact_too(self):
        room = a_started_room(guests=1, price_minor=1)
        draw = room.drawn()
        assert (draw.prize.amount_minor, room.pot(), house()) == (1, 0, 1)

    def test_fifty_people_can_play(self):
        room = a_started_room(guests=49, price_minor=100)
        with pytest.raises(errors.RoomFull):
            room.come(a_player())
        assert room.drawn().prize.amount_minor == 4_750


class TestABreak:
    def test_opens_no_room_and_enters_none(self):
        room, actor = a_room(), a_player()
        safety.exclude_self(actor=actor, days=1)
        with pytest.raises(errors.TakesBreak):
            made(actor)
        with pytest.raises(errors.TakesBreak):
            room.come(actor)
        assert not queries.my_rooms(actor=actor, now=clock.now())
        clock.set_start(clock.now() + timedelta(days=1))
        assert made(actor)

    def test_leaves_one_in_the_rooms_one_is_in(self):
        room = a_room(guests=1)
        safety.exclude_self(actor=room.guests[0], days=1)
        assert service.join(actor=room.guests[0], code=room.code) == room.code


class TestALostConnection:
    """The place is held on one connection while the ticket is sold on another."""

    def test_after_the_sale_still_gives_the_ticket_and_tells_once(self, db, monkeypatch):
        room = a_room(guests=1)
        guest, key, pids = room.guests[0], a_key(), []
        held, sell = members.operations.hold_place, members.tickets.buy

        def noted(session, *asked):
            pids.append(session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar())
            return held(session, *asked)

        def sold_and_cut(order):
            sold = sell(order)
            if len(pids) == 1:
                with db.owner.begin() as owner:
                    owner.exec_driver_sql(f"SELECT pg_terminate_backend({pids[0]})")
            return sold

        monkeypatch.setattr(members.operations, "hold_place", noted)
        monkeypatch.setattr(members.tickets, "buy", sold_and_cut)
        sold = room.buy(guest, key=key)
        assert (len(pids), sold.ticket_ids) == (2, [f"{room.draw_id}-00001"])
        assert purse(guest) == 9_500
        assert [item.kind for item in room.news()].count("room_bought") == 1
        assert room.buy(guest, key=key).is_repeat
        assert [item.kind for item in room.news()].count("room_bought") == 1

    def test_of_the_last_word_alone_tells_nothing_twice(self, monkeypatch):
        room, tried = a_room(guests=1), []
        really = members._bought

        def answered_late(*asked):
            sold = really(*asked)
            tried.append(sold.is_repeat)
            if len(tried) == 1:
                raise OperationalError("COMMIT", None, psycopg.OperationalError("cut"))
            return sold

        monkeypatch.setattr(members, "_bought", answered_late)
        room.buy(room.guests[0])
        assert tried == [False, True]
        assert [item.kind for item in room.news()].count("room_bought") == 1

    def test_that_lasts_is_made_up_for_by_the_buyers_next_try(self, monkeypatch):
        room, key = a_room(guests=2), a_key()

        def cut(*_asked, **_facts):
            raise OperationalError("INSERT", None, psycopg.OperationalError("cut"))

        with monkeypatch.context() as broken:
            broken.setattr(members, "tell", cut)
            with pytest.raises(OperationalError):
                room.buy(room.guests[0], key=key)
        assert purse(room.guests[0]) == 9_500
        room.buy(room.guests[1])
        assert [item.kind for item in room.news()].count("room_bought") == 1
        assert room.buy(room.guests[0], key=key).is_repeat
        assert [item.kind for item in room.news()].count("room_bought") == 2


class TestCreateRoom:
    def test_gives_the_first_code_to_a_repeat(self):
        host, key = a_player(), a_key()
        code = made(host, key)
        assert made(host, key) == code
        assert len(queries.my_rooms(actor=host, now=clock.now())) == 1

    @pytest.mark.parametrize(
        "other", [{"name": "Another"}, {"price_minor": 501}, {"max_participants": 49}]
    )
    def test_refuses_the_key_of_another_room(self, other):
        host, key = a_player(), a_key()
        made(host, key)
        with pytest.raises(errors.KeyReused):
            made(host, key, **other)

    def test_a_key_is_the_hosts_own(self):
        key = a_key()
        assert made(a_player(), key) != made(a_player(), key)

    def test_takes_another_code_when_one_is_taken(self, monkeypatch):
        codes = iter(["ABCD2345", "ABCD2345", "ABCD2345", "WXYZ6789"])
        monkeypatch.setattr(rules, "new_code", lambda: next(codes))
        assert [made(a_player()) for _ in range(2)] == ["ABCD2345", "WXYZ6789"]

    def test_a_code_stays_taken_when_its_room_is_over(self, monkeypatch):
        codes = iter(["ABCD2345", "ABCD2345", "WXYZ6789"])
        monkeypatch.setattr(rules, "new_code", lambda: next(codes))
        host = a_player()
        service.cancel(actor=host, code=made(host))
        assert made(host) == "WXYZ6789"

    def test_announces_a_draw_that_locks_when_the_room_expires(self, monkeypatch):
        with with_setting(monkeypatch, ROOM_HOURS="3", ROOM_FEE_BPS="250"):
            room = a_room(guests=0, price_minor=250)
        draw = room.draw()
        assert (draw.kind, draw.fee_bps, draw.price.amount_minor) == ("room", 250, 250)
        assert (draw.most_per_person, draw.fewest_entries) == (1, 2)
        assert draw.locks_at == room.row().expires_at
        assert abs(draw.locks_at - clock.now() - timedelta(hours=3)) < timedelta(seconds=5)
        assert draw.proof_id == room.draw_id

    def test_refuses_what_is_no_room(self):
        with pytest.raises(InvalidInput) as refused:
            made(a_player(), name=" ", price_minor=0, max_participants=51)
        assert set(refused.value.fields) == {"name", "price_minor", "max_participants"}
        with pytest.raises(InvalidInput):
            made(a_player(), key="x" * 81)

    def test_refuses_the_twenty_first_open_room(self):
        host = a_player()
        codes = [made(host) for _ in range(rules.MOST_OPEN_ROOMS)]
        with pytest.raises(errors.TooManyRooms) as refused:
            made(host)
        assert "20" in refused.value.message
        service.cancel(actor=host, code=codes[0])
        assert made(host)

    @pytest.mark.parametrize("who", [a_manager, an_admin])
    def test_is_for_members_only(self, who):
        with pytest.raises(NotAllowed):
            made(who())
        with pytest.raises(SignInNeeded):
            made(NOBODY)


class TestJoin:
    def test_by_a_code_as_people_type_it(self):
        room, guest = a_room(guests=0), a_player()
        typed = f" {room.code[:4].lower()}-{room.code[4:]} "
        assert service.join(actor=guest, code=typed) == room.code
        assert room.seen_by(guest).is_host is False

    def test_twice_is_once(self):
        room = a_room(guests=1)
        room.come(room.guests[0])
        assert len(room.seen_by().participants) == 2
        assert [item.kind for item in room.news()] == ["room_joined"]

    @pytest.mark.parametrize("code", ["ZZZZ9999", "nonsense", "", None, 5, "A" * 300])
    def test_an_unknown_code_finds_nothing(self, code):
        with pytest.raises(errors.RoomNotFound):
            service.join(actor=a_player(), code=code)

    def test_a_full_room_takes_nobody_but_those_who_are_in(self):
        room = a_room(guests=1, places=2)
        with pytest.raises(errors.RoomFull) as refused:
            room.come(a_player())
        assert "2 places" in refused.value.message
        assert service.join(actor=room.guests[0], code=room.code) == room.code
        service.leave(actor=room.guests[0], code=room.code)
        room.come(a_player())

    def test_a_started_room_takes_people_until_its_lock(self):
        room, late = a_started_room(), a_player()
        room.come(late)
        room.buy(late)
        room.go_to_lock()
        with pytest.raises(errors.RoomLocked):
            room.come(a_player())

    def test_a_room_past_its_end_takes_nobody(self):
        over, expired, off = a_started_room(), a_room(), a_room()
        off.cancel()
        over.drawn()
        expired.go_to_lock()
        for room in (over, expired, off):
            with pytest.raises(errors.RoomClosed):
                room.come(a_player())

    def test_is_for_members_only(self):
        room = a_room(guests=0)
        for actor in (a_manager(), an_admin()):
            with pytest.raises(NotAllowed):
                service.join(actor=actor, code=room.code)
        with pytest.raises(SignInNeeded):
            service.join(actor=NOBODY, code=room.code)


class TestLeave:
    def test_is_possible_without_a_ticket(self):
        room = a_room(guests=2)
        service.leave(actor=room.guests[0], code=room.code)
        assert [person.full_name for person in room.seen_by().participants] == [
            "Hana Host",
            "Guest 2",
        ]
        with pytest.raises(errors.RoomNotFound):
            room.seen_by(room.guests[0])

    def test_who_has_a_ticket_stays(self):
        room = a_room(guests=1)
        room.buy(room.guests[0])
        with pytest.raises(errors.HasTicket):
            service.leave(actor=room.guests[0], code=room.code)

    def test_the_host_stays(self):
        room = a_room()
        with pytest.raises(errors.HostStays):
            service.leave(actor=room.host, code=room.code)

    def test_a_stranger_finds_nothing_to_leave(self):
        with pytest.raises(errors.RoomNotFound):
            service.leave(actor=a_player(), code=a_room().code)


class TestBuy:
    def test_a_repeat_gives_the_same_ticket_and_costs_nothing(self):
        room, key = a_room(), a_key()
        first, again = room.buy(room.host, key), room.buy(room.host, key)
        assert first.ticket_ids == again.ticket_ids
        assert (first.is_repeat, again.is_repeat) == (False, True)
        assert purse(room.host) == 9_500
        assert [item.kind for item in room.news()].count("room_bought") == 1

    def test_only_one_ticket_each(self):
        room = a_room()
        room.buy(room.host)
        with pytest.raises(errors.AlreadyHasTicket):
            room.buy(room.host)

    def test_a_stranger_finds_no_room(self):
        room = a_room()
        with pytest.raises(errors.RoomNotFound):
            room.buy(a_player())

    def test_not_without_the_money(self):
        room = a_room(purse_minor=499)
        with pytest.raises(InsufficientFunds):
            room.buy(room.host)
        assert (purse(room.host), room.draw().total_entries) == (499, 0)

    def test_not_with_a_bad_phrase_or_key(self):
        room = a_room()
        for phrase in ("", "x" * 65, 'a "quote"', None):
            with pytest.raises(InvalidInput):
                room.buy(room.host, phrase=phrase)
        with pytest.raises(InvalidInput):
            room.buy(room.host, key="x" * 81)

    def test_a_key_that_named_another_purchase_is_refused(self):
        room, key = a_room(), a_key()
        room.buy(room.host, key, phrase="one")
        with pytest.raises(tickets_errors.KeyReused):
            room.buy(room.host, key, phrase="two")

    def test_not_from_the_lock_on(self):
        room = a_room()
        room.buy(room.host)
        room.buy(room.guests[0])
        room.start()
        room.go_to_lock()
        with pytest.raises(errors.RoomLocked):
            room.buy(room.guests[1])
        service.advance()
        with pytest.raises(errors.RoomClosed):
            room.buy(room.guests[1])

    def test_not_in_a_room_that_expired_or_was_called_off(self):
        expired, off = a_room(), a_room()
        off.cancel()
        expired.go_to_lock()
        for room in (expired, off):
            with pytest.raises(errors.RoomClosed):
                room.buy(room.host)

    @pytest.mark.parametrize("who", [a_manager, an_admin])
    def test_is_for_members_only(self, who):
        with pytest.raises(NotAllowed):
            a_room().buy(who())
