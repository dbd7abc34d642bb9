"""The draw of a room: started, called off, held by the host or by the job."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from luckychit.core import clock
from luckychit.core.settings import settings as read_settings
from luckychit.domain.rooms import errors, service
from luckychit.domain.rooms.service import steps
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.wallet.queries import audit
from tests.helpers.circle import clock_at
from tests.helpers.rooms import a_player, a_room, a_started_room, house, purse


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield
    assert audit() == []
    assert tickets.audit() == []


class TestStart:
    def test_announces_the_lock_after_the_notice(self):
        room = a_room(guests=1)
        room.all_buy()
        room.start()
        draw, row = room.draw(), room.row()
        assert draw.proof_id == f"{room.draw_id}-2"
        assert row.started_at
        wait = draw.locks_at - row.started_at
        assert abs(wait - timedelta(seconds=read_settings().notice_s)) <= timedelta(milliseconds=1)
        assert row.expires_at > draw.locks_at

    def test_needs_two_tickets(self):
        room = a_room()
        for sold in range(2):
            with pytest.raises(errors.TooFewTickets) as refused:
                room.start()
            assert f"{sold} so far" in refused.value.message
            room.buy([room.host, *room.guests][sold])
        room.start()

    def test_again_changes_nothing(self):
        room = a_started_room()
        before = room.draw()
        clock.set_start(clock.now() + timedelta(seconds=2))
        room.start()
        assert room.draw() == before
        room.drawn()
        room.start()
        assert [item.kind for item in room.news()].count("room_started") == 1

    def test_only_the_host_does(self):
        room = a_room()
        room.all_buy()
        with pytest.raises(errors.NotHost):
            service.start(actor=room.guests[0], code=room.code)
        with pytest.raises(errors.RoomNotFound):
            service.start(actor=a_player(), code=room.code)

    def test_not_after_the_expiry_nor_when_called_off(self):
        expired, off = a_room(), a_room()
        expired.all_buy()
        off.all_buy()
        off.cancel()
        expired.go_to_lock()
        for room in (expired, off):
            with pytest.raises(errors.RoomClosed):
                room.start()

    def test_a_start_just_before_the_expiry_still_counts(self):
        room = a_room()
        room.all_buy()
        room.go_to_lock(timedelta(seconds=-2))
        room.start()
        assert room.draw().locks_at > room.row().expires_at
        room.drawn()


class TestCancel:
    def test_pays_everybody_back_to_the_cent(self):
        room = a_room(price_minor=333)
        room.all_buy()
        room.cancel()
        assert [purse(actor) for actor in (room.host, *room.guests)] == [10_000] * 3
        assert (room.pot(), house()) == (0, 0)
        draw = room.draw()
        assert (draw.status, draw.is_refunded, draw.void_reason) == (
            "void",
            True,
            "called off by the host",
        )
        last = room.news()[-1]
        assert (last.kind, last.facts["reason"]) == ("room_void", "called off by the host")

    def test_a_started_room_can_be_called_off_before_its_lock(self):
        room = a_started_room()
        room.cancel()
        assert purse(room.host) == 10_000

    def test_again_changes_nothing(self):
        room = a_started_room()
        room.cancel()
        room.cancel()
        assert purse(room.host) == 10_000
        assert [item.kind for item in room.news()].count("room_void") == 1

    def test_not_from_the_lock_on(self):
        room = a_started_room()
        room.go_to_lock()
        with pytest.raises(errors.RoomLocked):
            room.cancel()
        steps._step(room.code)
        assert room.draw().status == "locked"
        with pytest.raises(errors.RoomLocked):
            room.cancel()
        service.advance()
        with pytest.raises(errors.RoomClosed):
            room.cancel()

    def test_only_the_host_does(self):
        room = a_room()
        with pytest.raises(errors.NotHost):
            service.cancel(actor=room.guests[0], code=room.code)
        with pytest.raises(errors.RoomNotFound):
            service.cancel(actor=a_player(), code=room.code)

    def test_finishes_a_refund_that_was_cut_off(self, monkeypatch):
        room = a_room()
        room.all_buy()
        with monkeypatch.context() as cut:
            cut.setattr(steps.tickets, "refund", _unplugged)
            with pytest.raises(OperationalError):
                room.cancel()
        assert (room.draw().status, purse(room.host)) == ("void", 9_500)
        room.cancel()
        assert purse(room.host) == 10_000


def _unplugged(**_what):
    raise OperationalError("the cable", None, Exception("is out"))


class TestExecute:
    def test_does_what_the_job_does(self):
        room = a_started_room()
        room.go_to_lock()
        room.execute()
        assert room.draw().status == "drawn"
        assert service.advance() == 0

    def test_not_before_the_lock(self):
        waiting, starting = a_room(), a_started_room()
        for room in (waiting, starting):
            with pytest.raises(errors.TooEarly):
                room.execute()

    def test_again_changes_nothing(self):
        room = a_started_room()
        drawn = room.drawn()
        room.execute()
        assert room.draw() == drawn

    def test_only_the_host_does(self):
        room = a_started_room()
        room.go_to_lock()
        with pytest.raises(errors.NotHost):
            service.execute(actor=room.guests[0], code=room.code)
        with pytest.raises(errors.RoomNotFound):
            service.execute(actor=a_player(), code=room.code)

    def test_a_room_past_its_expiry_is_paid_back(self):
        room = a_room()
        room.all_buy()
        room.go_to_lock()
        room.execute()
        assert (room.draw().status, purse(room.host)) == ("void", 10_000)


class TestAdvance:
    def test_pays_back_a_room_that_was_never_started(self):
        room = a_room(price_minor=333)
        room.all_buy()
        room.go_to_lock(timedelta(seconds=-1))
        assert service.advance() == 0
        room.go_to_lock()
        assert service.advance() == 2
        assert [purse(actor) for actor in (room.host, *room.guests)] == [10_000] * 3
        assert (room.pot(), house()) == (0, 0)
        view = room.seen_by()
        assert (view.status, view.void_reason) == ("void", "the room was not started in time")
        assert room.news()[-1].kind == "room_void"
        assert service.advance() == 0

    def test_an_empty_room_just_ends(self):
        room = a_room(guests=0)
        room.go_to_lock()
        assert service.advance() == 1
        assert room.draw().is_refunded

    def test_draws_when_the_host_is_gone(self):
        room = a_started_room()
        room.go_to_lock(timedelta(days=3))
        assert service.advance() == 2
        assert room.draw().status == "drawn"

    def test_one_broken_room_does_not_stop_the_others(self, monkeypatch):
        rooms = [a_started_room(guests=1) for _ in range(3)]
        whole = steps.operations.take_step

        def breaks(session, *, lobby, draw, now):
            if lobby.code == rooms[1].code:
                raise errors.KeyReused(why="broken on purpose")
            return whole(session, lobby=lobby, draw=draw, now=now)

        rooms[2].go_to_lock()
        with monkeypatch.context() as broken:
            broken.setattr(steps.operations, "take_step", breaks)
            assert service.advance() == 4
        assert [room.draw().status for room in rooms] == ["drawn", "open", "drawn"]
        service.advance()
        assert rooms[1].draw().status == "drawn"

    def test_a_database_error_in_one_room_does_not_stop_the_others(self, monkeypatch):
        first, second = a_room(), a_room()
        first.all_buy()
        second.all_buy()
        second.go_to_lock()
        with monkeypatch.context() as broken:
            broken.setattr(steps.tickets, "refund", _unplugged)
            service.advance()
        assert purse(first.host) == purse(second.host) == 9_500
        service.advance()
        assert purse(first.host) == purse(second.host) == 10_000
