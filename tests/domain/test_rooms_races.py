"""Several people at once at the same room; each lock is also seen to be needed."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.core.errors import InvariantBroken, LuckyChitError
from luckychit.domain.fairness import queries as proofs
from luckychit.domain.fairness.models import Proof
from luckychit.domain.rooms import errors, operations, service
from luckychit.domain.rooms.models import Lobby, LobbyMember
from luckychit.domain.rooms.service import hosting, members, steps
from luckychit.domain.tickets import errors as tickets_errors
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.tickets.models import Draw
from luckychit.domain.tickets.operations import closing, sale
from luckychit.domain.tickets.views import Sold
from luckychit.domain.wallet.models import LedgerTransaction
from luckychit.domain.wallet.queries import audit
from tests.helpers.circle import clock_at
from tests.helpers.races import (
    PATIENCE_S,
    at_once,
    eventually,
    of_type,
    together,
    waiting_for_a_lock,
)
from tests.helpers.rooms import a_key, a_player, a_room, a_started_room, purse


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield


def count(model, *conditions) -> int:
    with reading() as session:
        return session.exec(select(func.count()).select_from(model).where(*conditions)).one()


def unlocked_room(session: Session, code: str):
    """Stand in for lock_room without its lock."""
    lobby = session.exec(select(Lobby).where(Lobby.code == code)).one()
    return lobby, session.get_one(Draw, lobby.draw_id)


def unheld_place(session: Session, code: str, user_id):
    """Stand in for hold_place without holding anything."""
    return session.exec(select(Lobby).where(Lobby.code == code)).one()


@pytest.fixture
def without_trigger(db):
    """Switch triggers off, and on again afterwards."""
    off = []

    def switch_off(table: str, name: str) -> None:
        with db.owner.begin() as owner:
            owner.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        off.append((table, name))

    yield switch_off
    with db.owner.begin() as owner:
        for table, name in off:
            owner.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER {name}")


class TestTheLastPlace:
    @pytest.fixture
    def joiners(self):
        room = a_room(guests=1, places=3)
        people = [a_player(f"Joiner {number}") for number in range(8)]
        acts = [lambda who=who: service.join(actor=who, code=room.code) for who in people]
        return room, acts

    def test_goes_to_one_of_eight(self, joiners):
        room, acts = joiners
        results = at_once(*acts)
        assert len(of_type(results, errors.RoomFull)) == 7
        assert results.count(room.code) == 1
        assert count(LobbyMember, LobbyMember.lobby_id == room.row().id) == 3
        assert [item.kind for item in room.news()] == ["room_joined"] * 2

    def test_negative_control_without_the_lock_only_the_database_holds_it(
        self, joiners, monkeypatch
    ):
        room, acts = joiners
        monkeypatch.setattr(operations, "lock_room", unlocked_room)
        monkeypatch.setattr(operations, "places_taken", together(operations.places_taken))
        results = at_once(*acts)
        assert len(of_type(results, InvariantBroken)) == 7
        assert count(LobbyMember, LobbyMember.lobby_id == room.row().id) == 3

    def test_negative_control_without_either_the_room_overflows(
        self, joiners, monkeypatch, without_trigger
    ):
        room, acts = joiners
        without_trigger("lobby_members", "lobby_member_has_place")
        monkeypatch.setattr(operations, "lock_room", unlocked_room)
        monkeypatch.setattr(operations, "places_taken", together(operations.places_taken))
        assert at_once(*acts).count(room.code) == 8
        assert count(LobbyMember, LobbyMember.lobby_id == room.row().id) == 2 + 8

    def test_the_same_person_comes_in_once(self):
        room, guest = a_room(guests=0), a_player()
        results = at_once(*[lambda: service.join(actor=guest, code=room.code)] * 6)
        assert results == [room.code] * 6
        assert len(room.seen_by().participants) == 2


class TestTwoExecutors:
    def test_job_and_hosts_give_one_result(self):
        room = a_started_room()
        room.go_to_lock()
        results = at_once(*[room.execute, service.advance] * 4)
        assert of_type(results, Exception) == []
        draw = room.draw()
        assert draw.status == "drawn"
        kinds = [item.kind for item in room.news()]
        assert (kinds.count("room_locked"), kinds.count("room_drawn")) == (1, 1)
        assert count(LedgerTransaction, LedgerTransaction.kind == "prize_win") == 1
        purses = sorted(purse(actor) for actor in (room.host, *room.guests))
        assert purses == [9_500, 9_500, 9_500 + draw.prize.amount_minor]
        assert audit() == tickets.audit() == []

    def test_negative_control_without_the_lock_the_room_is_told_twice(self, monkeypatch):
        room = a_started_room()
        room.go_to_lock()
        monkeypatch.setattr(operations, "lock_room", together(unlocked_room))
        at_once(*[lambda: steps._step(room.code)] * 4)
        assert [item.kind for item in room.news()].count("room_locked") == 4

    def test_two_refunds_at_once_pay_once(self):
        room = a_room(guests=7)
        room.all_buy()
        room.go_to_lock()
        results = at_once(*[service.advance] * 6)
        assert of_type(results, Exception) == []
        assert [purse(actor) for actor in (room.host, *room.guests)] == [10_000] * 8
        assert audit() == tickets.audit() == []


class TestDoubleStart:
    def test_announces_one_lock(self):
        room = a_room()
        room.all_buy()
        results = at_once(*[room.start] * 6)
        assert results == [None] * 6
        assert count(Proof, col(Proof.draw_id).startswith(room.draw_id)) == 2
        assert [item.kind for item in room.news()].count("room_started") == 1

    def test_negative_control_without_the_lock_the_second_breaks(self, monkeypatch):
        room = a_room()
        room.all_buy()
        monkeypatch.setattr(operations, "lock_room", together(unlocked_room))
        refused = of_type(at_once(*[room.start] * 4), LuckyChitError)
        assert len(refused) == 3
        assert all(isinstance(item, tickets_errors.AlreadyBroughtForward) for item in refused)

    def test_start_and_cancel_leave_one_of_two_ends(self):
        for _ in range(4):
            room = a_room()
            room.all_buy()
            started, cancelled = at_once(room.start, room.cancel)
            assert cancelled is None
            assert started is None or isinstance(started, errors.RoomClosed)
            assert room.draw().status == "void"
            assert purse(room.host) == 10_000
        assert audit() == tickets.audit() == []


class TestDoubleCreate:
    def create(self, host, key):
        return lambda: service.create_room(actor=host, key=key, name="Friday room", price_minor=100)

    def test_with_one_key_makes_one_room(self):
        results = at_once(*[self.create(a_player(), a_key())] * 6)
        assert len(set(results)) == 1
        assert (count(Lobby), count(Draw), count(Proof)) == (1, 1, 1)

    def test_negative_control_without_the_lock_the_database_refuses(self, monkeypatch):
        monkeypatch.setattr(hosting, "_one_at_a_time", lambda *_: None)
        monkeypatch.setattr(hosting, "_known", together(hosting._known))
        results = at_once(*[self.create(a_player(), a_key())] * 4)
        assert len(of_type(results, IntegrityError)) == 3
        assert (count(Lobby), count(Draw)) == (1, 1)


class TestBuying:
    def test_a_double_click_buys_one_ticket(self):
        room, key = a_room(), a_key()
        results = at_once(*[lambda: room.buy(room.host, key)] * 6)
        assert len({tuple(sold.ticket_ids) for sold in results}) == 1
        assert (purse(room.host), room.draw().total_entries) == (9_500, 1)

    def test_more_buyers_than_places_at_the_counter_are_all_served(self):
        room = a_room(guests=2 * members.BUYERS_AT_ONCE + 3)
        everyone = (room.host, *room.guests)
        results = at_once(*[lambda who=who: room.buy(who) for who in everyone])
        assert {sold.first_position for sold in results} == set(range(1, len(everyone) + 1))
        assert audit() == tickets.audit() == []

    def test_and_leaving_never_leaves_a_ticket_behind(self):
        room = a_room(guests=6)
        for guest in room.guests:
            bought, left = at_once(
                lambda guest=guest: room.buy(guest),
                lambda guest=guest: service.leave(actor=guest, code=room.code),
            )
            if isinstance(bought, Sold):
                assert isinstance(left, errors.HasTicket)
            else:
                assert isinstance(bought, errors.RoomNotFound)
                assert left is None
        assert room.draw().total_entries == len(room.seen_by().participants) - 1

    def test_negative_control_without_the_hold_only_the_database_refuses(self, monkeypatch):
        room = a_room(guests=1)
        guest = room.guests[0]
        looked, gone = threading.Event(), threading.Event()

        def look_and_stand_still(*args):
            found = unheld_place(*args)
            looked.set()
            assert gone.wait(PATIENCE_S)
            return found

        def leave():
            assert looked.wait(PATIENCE_S)
            service.leave(actor=guest, code=room.code)
            gone.set()

        monkeypatch.setattr(operations, "hold_place", look_and_stand_still)
        bought, left = at_once(lambda: room.buy(guest), leave)
        assert left is None
        assert isinstance(bought, InvariantBroken)


class TestBuyingAgainstTheLock:
    @pytest.fixture
    def room(self):
        room = a_room(guests=13, purse_minor=500)
        room.buy(room.host)
        room.buy(room.guests[0])
        room.start()
        return room

    def late(self, room, guest, place):
        """Buy near the lock, some before and some after it, as the machine has it.

        A pause and no meeting: the lock comes by the clock, and at any moment all must hold.
        """

        def act():
            time.sleep(place * 0.02)
            return room.buy(guest)

        return act

    def until_locked(self, room):
        while steps.advance_room(room.code) == 0:
            time.sleep(0.005)

    def test_everybody_is_in_the_frozen_list_or_keeps_the_money(self, room):
        room.go_to_lock(timedelta(milliseconds=-120))
        buyers = room.guests[1:]
        acts = [self.late(room, guest, place) for place, guest in enumerate(buyers)]
        *results, executed = at_once(*acts, lambda: self.until_locked(room))
        assert executed is None
        sold = of_type(results, Sold)
        closed = (errors.RoomLocked, errors.RoomClosed)
        assert len(sold) + sum(isinstance(item, closed) for item in results) == len(buyers)
        draw = room.draw()
        assert draw.total_entries == 2 + len(sold) == proofs.proof(draw.proof_id).n
        assert all(item.issued_at < draw.locks_at for item in sold)
        assert draw.status == "drawn"
        assert audit() == tickets.audit() == []

    def test_negative_control_without_the_rows_lock_a_sold_ticket_is_not_in_the_list(
        self, db, room, monkeypatch
    ):
        written, ended, write = threading.Event(), threading.Event(), sale._write_tickets

        def unheld_draw(session, draw_id):
            return session.get_one(Draw, draw_id)

        def write_and_stand_still(*args):
            write(*args)
            written.set()
            # Whoever freezes the list has then counted; its row waits for this sale.
            eventually(lambda: ended.is_set() or waiting_for_a_lock(db))

        def executed():
            assert written.wait(PATIENCE_S)
            room.go_to_lock()
            try:
                return steps._step(room.code)
            finally:
                ended.set()

        monkeypatch.setattr(closing, "held_draw", unheld_draw)
        monkeypatch.setattr(sale, "_write_tickets", write_and_stand_still)
        bought, locked = at_once(lambda: room.buy(room.guests[1]), executed)
        assert isinstance(bought, Sold)
        # The list was frozen without the ticket that was being sold, or the database
        # refused to freeze it.
        held = room.draw()
        assert isinstance(locked, Exception) or (
            proofs.proof(held.proof_id).n != held.total_entries
        )
        assert clock.now() >= held.locks_at
