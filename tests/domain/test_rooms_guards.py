"""What the database refuses by itself about rooms, whoever asks."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.errors import InvariantBroken
from luckychit.domain.tickets import operations as tickets
from luckychit.domain.tickets import service as sales
from luckychit.domain.tickets.views import Order
from tests.helpers.circle import clock_at
from tests.helpers.rooms import a_key, a_player, a_room, a_started_room


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield


def refused(engine, statement: str, **values) -> str:
    """Return how the database refuses; fails when it does not."""
    with pytest.raises(DatabaseError) as caught, engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount > 0
    return str(caught.value.orig)


JOIN = "INSERT INTO lobby_members (lobby_id, user_id, joined_at) VALUES (:lobby, :user, now())"
NEW_LOBBY = (
    "INSERT INTO lobbies (id, code, key, name, host_id, draw_id, max_participants, created_at,"
    " expires_at) VALUES (:id, :code, 'k', 'A room', :host, :draw, 5, now(),"
    " now() + interval '1 day')"
)


class TestAppRole:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE lobbies SET name = 'other'",
            "UPDATE lobbies SET host_id = gen_random_uuid()",
            "UPDATE lobbies SET max_participants = 50",
            "UPDATE lobbies SET expires_at = now()",
            "UPDATE lobbies SET code = 'ABCD2345'",
            "UPDATE lobbies SET draw_id = 'x'",
            "DELETE FROM lobbies",
            "TRUNCATE lobbies CASCADE",
            "UPDATE lobby_members SET user_id = gen_random_uuid()",
            "TRUNCATE lobby_members",
            "ALTER TABLE lobbies DISABLE TRIGGER ALL",
            "DROP TABLE lobby_members",
        ],
    )
    def test_may_not(self, db, statement):
        a_room()
        with pytest.raises(DatabaseError) as caught, db.app.begin() as connection:
            connection.execute(text(statement))
        said = str(caught.value.orig)
        assert "permission denied" in said or "must be owner" in said

    def test_may_lock_a_place_but_not_change_it(self, db):
        a_room()
        assert "append-only" in refused(db.app, "UPDATE lobby_members SET joined_at = now()")


@pytest.fixture(params=["app", "owner"])
def engine(db, request):
    return getattr(db, request.param)


class TestWhoeverAsks:
    def test_a_place_more_than_the_room_has_is_refused(self, engine):
        room = a_room(guests=1, places=2)
        said = refused(engine, JOIN, lobby=room.row().id, user=a_player().user_id)
        assert "2 places" in said

    def test_also_when_two_places_are_taken_by_one_statement(self, engine):
        room = a_room(guests=0, places=2)
        said = refused(
            engine,
            "INSERT INTO lobby_members SELECT :lobby, id, now() FROM users"
            " WHERE id IN (:first, :second)",
            lobby=room.row().id,
            first=a_player().user_id,
            second=a_player().user_id,
        )
        assert "2 places" in said

    def test_nobody_is_in_a_room_twice(self, engine):
        room = a_room()
        said = refused(engine, JOIN, lobby=room.row().id, user=room.guests[0].user_id)
        assert "lobby_members_pkey" in said

    def test_who_has_a_ticket_cannot_be_put_out(self, engine):
        room = a_room()
        room.buy(room.guests[0])
        leave = "DELETE FROM lobby_members WHERE user_id = :user"
        said = refused(engine, leave, user=room.guests[0].user_id)
        assert "has a ticket" in said

    def test_nor_can_the_host(self, engine):
        room = a_room()
        leave = "DELETE FROM lobby_members WHERE user_id = :user"
        assert "host" in refused(engine, leave, user=room.host.user_id)

    @pytest.mark.parametrize("value", ["NULL", "started_at + interval '1 second'"])
    def test_a_start_stands(self, engine, value):
        a_started_room()
        said = refused(engine, f"UPDATE lobbies SET started_at = {value}")
        assert "started once" in said

    def test_a_start_without_a_new_announcement_is_refused(self, engine):
        room = a_room()
        room.all_buy()
        said = refused(engine, "UPDATE lobbies SET started_at = created_at")
        assert "without its announcement" in said

    def test_a_start_after_the_expiry_is_refused(self, engine):
        a_room()
        assert "lobby_started" in refused(engine, "UPDATE lobbies SET started_at = expires_at")

    def test_a_room_without_its_host_in_it_is_refused(self, engine):
        host = a_player()
        _a_draw("LOBBY-ABCD2345")
        said = refused(
            engine,
            NEW_LOBBY,
            id=host.session_id,
            code="ABCD2345",
            draw="LOBBY-ABCD2345",
            host=host.user_id,
        )
        assert "no host in it" in said

    def test_a_room_with_the_draw_of_another_name_is_refused(self, engine):
        host = a_player()
        _a_draw("LOBBY-WXYZ6789")
        known = {"code": "ABCD2345", "draw": "LOBBY-WXYZ6789", "id": host.session_id}
        connection = engine.connect()
        connection.execute(text(NEW_LOBBY), {"host": host.user_id, **known})
        connection.execute(text(JOIN), {"lobby": host.session_id, "user": host.user_id})
        with connection, pytest.raises(DatabaseError) as caught:
            connection.commit()
        assert "not its own draw" in str(caught.value.orig)


class TestOwner:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE lobbies SET name = 'other'",
            "UPDATE lobbies SET max_participants = 2",
            "DELETE FROM lobbies",
            "TRUNCATE lobbies CASCADE",
            "TRUNCATE lobby_members",
            "UPDATE lobby_members SET joined_at = now()",
        ],
    )
    def test_is_kept_from_mistakes_too(self, db, statement):
        a_room()
        with pytest.raises(DatabaseError), db.owner.begin() as connection:
            connection.execute(text(statement))


class TestTickets:
    def test_a_stranger_gets_no_ticket_whatever_the_service_forgets(self):
        room, stranger = a_room(), a_player()
        with pytest.raises(InvariantBroken):
            sales.buy(Order(room.draw_id, stranger.user_id, a_key(), 1, "a phrase"))
        assert room.draw().total_entries == 0

    def test_the_start_needs_enough_tickets(self):
        room = a_room()
        room.buy(room.host)
        with pytest.raises(InvariantBroken):
            _start_with_one_ticket(room)
        assert room.row().started_at is None


def _start_with_one_ticket(room) -> None:
    with transaction() as session:
        tickets.recommit(
            session, draw_id=room.draw_id, locks_at=room.row().expires_at, now=clock.now()
        )
        session.execute(text("UPDATE lobbies SET started_at = created_at"))


def _a_draw(draw_id: str) -> None:
    host = a_room(guests=0)
    expires_at = host.row().expires_at
    with transaction() as session:
        tickets.open_draw(
            session,
            draw_id=draw_id,
            kind="room",
            draw_date=None,
            currency="USD",
            price_minor=100,
            fee_bps=500,
            opens_at=clock.now(),
            locks_at=expires_at,
            most_per_person=1,
            fewest_entries=2,
            rules_text="A room.",
            now=clock.now(),
        )
