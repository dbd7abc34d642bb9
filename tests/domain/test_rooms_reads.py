"""What the people of a room are told, and what nobody else is."""

from datetime import timedelta

import pytest

from luckychit.core import clock
from luckychit.core.errors import NotAllowed, SignInNeeded
from luckychit.domain.rooms import errors, queries, service
from tests.helpers.circle import clock_at
from tests.helpers.people import a_manager, a_member, an_admin
from tests.helpers.rooms import a_player, a_room, a_started_room, counted, purse


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield


class TestRoom:
    def test_a_new_room_as_its_host_sees_it(self):
        room = a_room(guests=1, price_minor=250)
        view = room.seen_by()
        assert (view.code, view.name, view.status) == (room.code, "Friday room", "waiting")
        assert (view.draw_id, view.proof_id) == (room.draw_id, room.draw_id)
        assert (view.host_name, view.is_host) == ("Hana Host", True)
        assert (view.price.amount_minor, view.prize.amount_minor) == (250, 0)
        assert (view.fee_bps, view.total_entries, view.max_participants) == (500, 0, 50)
        assert (view.can_buy, view.can_start, view.can_cancel) == (True, False, True)
        assert view.why_not == "The draw can start once 2 tickets are sold; 0 so far."
        assert view.balance.amount_minor == 10_000
        assert (view.my_ticket_id, view.started_at, view.locks_at) == (None, None, None)
        assert (view.closed_at, view.winner_name, view.winning_ticket_id) == (None, "", None)
        assert view.void_reason == ""

    def test_a_guest_may_buy_but_neither_start_nor_call_off(self):
        room = a_room(guests=1)
        room.all_buy()
        view = room.seen_by(room.guests[0])
        assert (view.is_host, view.can_buy, view.can_start, view.can_cancel) == (False,) * 4
        assert view.why_not == ""
        assert view.my_ticket_id == f"{room.draw_id}-00002"
        assert room.seen_by().can_start is True

    def test_names_the_host_first_and_says_who_has_a_ticket(self):
        room = a_room(guests=2)
        room.buy(room.guests[1])
        seen = room.seen_by(room.guests[1]).participants
        assert [
            (person.full_name, person.is_host, person.is_me, person.ticket_position)
            for person in seen
        ] == [
            ("Hana Host", True, False, None),
            ("Guest 1", False, False, None),
            ("Guest 2", False, True, 1),
        ]
        assert [person.has_ticket for person in seen] == [False, False, True]
        assert not any(person.is_winner for person in seen)

    def test_a_started_room_sells_and_says_when_it_locks(self):
        room = a_started_room(guests=1)
        late = a_player()
        room.come(late)
        view = room.seen_by(late)
        assert (view.status, view.can_buy, view.locks_at) == (
            "starting",
            True,
            room.draw().locks_at,
        )
        assert view.proof_id == f"{room.draw_id}-2"
        assert (room.seen_by().can_start, room.seen_by().can_cancel) == (False, True)

    def test_from_the_lock_on_it_is_locked_even_before_the_job_comes(self):
        room = a_started_room(guests=1)
        room.go_to_lock()
        view = room.seen_by()
        assert (view.status, view.can_buy, view.can_cancel) == ("locked", False, False)

    def test_past_its_expiry_nothing_can_be_done(self):
        room = a_room()
        room.all_buy()
        room.go_to_lock()
        view = room.seen_by()
        assert (view.can_buy, view.can_start, view.can_cancel, view.why_not) == (
            False,
            False,
            False,
            "",
        )

    def test_a_stranger_sees_nothing(self):
        room = a_room()
        with pytest.raises(errors.RoomNotFound):
            room.seen_by(a_member())
        with pytest.raises(errors.RoomNotFound):
            queries.room(actor=room.host, code="nonsense", now=clock.now())
        for actor in (a_manager(), an_admin()):
            with pytest.raises(NotAllowed):
                room.seen_by(actor)
        with pytest.raises(SignInNeeded):
            queries.room(actor=None, code=room.code, now=clock.now())

    def test_takes_as_many_statements_for_fifty_people_as_for_two(self, db):
        seen = []
        for guests in (1, 49):
            room = a_started_room(guests=guests)
            with counted(db) as statements:
                room.seen_by()
            seen.append(len(statements))
        assert seen[0] == seen[1] <= 5


class TestMyRooms:
    def rooms_of(self, actor, **page):
        return queries.my_rooms(actor=actor, now=clock.now(), **page)

    def test_the_last_one_joined_comes_first_with_what_became_of_it(self):
        player = a_player()
        waiting, lost_or_won, off, watched = (a_room(guests=1) for _ in range(4))
        for room in (waiting, lost_or_won, off, watched):
            room.come(player)
        for room in (waiting, lost_or_won, off):
            room.all_buy()
        lost_or_won.start()
        draw = lost_or_won.drawn()
        off.cancel()
        rows = self.rooms_of(player)
        assert [row.code for row in rows] == [
            room.code for room in (watched, off, lost_or_won, waiting)
        ]
        outcome = "won" if draw.winner_id == player.user_id else "lost"
        assert [row.outcome for row in rows] == ["", "refunded", outcome, "waiting"]
        assert [row.status for row in rows] == ["waiting", "void", "drawn", "waiting"]
        assert [row.has_ticket for row in rows] == [False, True, True, True]
        assert {(row.participants, row.max_participants, row.is_host) for row in rows} == {
            (3, 50, False)
        }
        assert rows[3].prize.amount_minor == 3 * 500 * 95 // 100

    def test_comes_in_pages(self):
        player = a_player()
        rooms = [a_room(guests=0, host=player) for _ in range(5)]
        newest = [room.code for room in reversed(rooms)]
        pages = [self.rooms_of(player, offset=offset, limit=2) for offset in (0, 2, 4, 6)]
        assert [row.code for page in pages for row in page] == newest
        assert [len(page) for page in pages] == [2, 2, 1, 0]
        assert [row.is_host for row in pages[0]] == [True, True]
        assert len(self.rooms_of(player, offset=-5, limit=0)) == 1

    def test_takes_one_read_however_many_there_are(self, db):
        player = a_player()
        seen = []
        for more in (1, 6):
            for _ in range(more):
                a_room(guests=1).come(player)
            with counted(db) as statements:
                self.rooms_of(player)
            seen.append(len(statements))
        assert seen[0] == seen[1] <= 2

    def test_is_empty_for_who_is_in_none(self):
        a_room()
        assert self.rooms_of(a_player()) == []


class TestInvitation:
    def seen(self, room, actor=None):
        return queries.invitation(actor=actor or a_player(), code=room.code.lower())

    def test_says_whose_room_it_is_and_what_it_costs(self):
        room = a_room(guests=1, places=3)
        told = self.seen(room)
        assert (told.code, told.name, told.host_name) == (room.code, "Friday room", "Hana Host")
        assert (told.price.amount_minor, told.fee_bps) == (500, 500)
        assert (told.participants, told.max_participants) == (2, 3)
        assert (told.is_member, told.problem) == (False, "")
        assert self.seen(room, room.guests[0]).is_member is True

    def test_says_why_nobody_can_come_in(self):
        full, off, expired, locked = a_room(places=3), a_room(), a_room(), a_started_room()
        assert "full" in self.seen(full).problem
        off.cancel()
        assert "closed" in self.seen(off).problem
        locked.go_to_lock()
        assert "frozen" in self.seen(locked).problem
        expired.go_to_lock()
        assert "closed" in self.seen(expired).problem

    def test_an_unknown_code_finds_nothing(self):
        with pytest.raises(errors.RoomNotFound):
            queries.invitation(actor=a_player(), code="ZZZZ9999")
        with pytest.raises(NotAllowed):
            queries.invitation(actor=a_manager(), code=a_room().code)


class TestLobbyIds:
    def test_are_those_of_the_member_unfinished_first(self):
        player = a_player()
        older, newer, off = (a_room(guests=0) for _ in range(3))
        for room in (older, newer, off):
            room.come(player)
        a_room()
        off.cancel()
        ids = [room.row().id for room in (newer, older, off)]
        assert queries.lobby_ids_of(actor=player) == ids
        service.leave(actor=player, code=older.code)
        assert queries.lobby_ids_of(actor=player) == [ids[0], ids[2]]

    def test_of_who_never_plays_are_none(self):
        a_room()
        assert queries.lobby_ids_of(actor=a_manager()) == []
        with pytest.raises(SignInNeeded):
            queries.lobby_ids_of(actor=None)


def test_a_look_changes_nothing():
    room = a_room(guests=1)
    room.all_buy()
    room.go_to_lock(timedelta(hours=1))
    assert room.seen_by() == room.seen_by()
    assert purse(room.host) == 9_500
