"""A room's draw is proved like any other: both announcements, with and without a beacon."""

import json
from datetime import timedelta

import pytest

from luckychit.core import clock
from luckychit.domain.fairness import queries as proofs
from luckychit.domain.fairness.service import post_beacon
from luckychit.domain.rooms import errors, service
from luckychit.domain.rooms.service import steps
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.wallet.queries import audit
from tests.helpers.bundles import BORN_MS, ROUND, SIGNATURE, verdicts
from tests.helpers.circle import clock_at
from tests.helpers.draws import waiting_for_drand
from tests.helpers.rooms import a_room, a_started_room, house, purse


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield
    assert audit() == []
    assert tickets.audit() == []


def bundle(proof_id: str) -> str:
    return b"".join(tickets.bundle(proof_id)).decode()


def log_types(proof_id: str) -> list[str]:
    return [json.loads(line["entry"])["type"] for line in json.loads(bundle(proof_id))["log"]]


class TestWithoutABeacon:
    def test_both_verifiers_agree_with_the_result(self):
        room = a_started_room(guests=4)
        draw = room.drawn()
        text = bundle(draw.proof_id)
        assert verdicts(text) == ("drawn", "drawn")
        said = json.loads(text)
        assert (said["n"], len(said["tickets"])) == (5, 5)
        assert said["result"]["winners"][0]["ticket_id"] == draw.winning_ticket_id
        assert said["params"]["kind"] == "room"
        assert verdicts(text, ticket_id=draw.winning_ticket_id) == ("drawn", "drawn")

    def test_the_first_announcement_is_void_before_its_lock(self):
        room = a_started_room()
        room.drawn()
        assert log_types(room.draw_id) == ["COMMIT", "VOID"]
        assert log_types(f"{room.draw_id}-2") == ["COMMIT", "LOCK", "REVEAL", "RESULT"]
        assert verdicts(bundle(room.draw_id)) == ("void", "void")
        first, second = proofs.proof(room.draw_id), proofs.proof(f"{room.draw_id}-2")
        assert first.status == "void"
        assert first.server_seed_hash != second.server_seed_hash

    def test_a_room_that_was_called_off_or_expired_verifies_as_void(self):
        off, expired, late = a_room(), a_room(), a_started_room()
        off.cancel()
        late.cancel()
        expired.go_to_lock()
        service.advance()
        for room in (off, expired):
            assert verdicts(bundle(room.draw_id)) == ("void", "void")
        assert verdicts(bundle(f"{late.draw_id}-2")) == ("void", "void")

    def test_a_changed_phrase_is_found(self):
        room = a_started_room()
        said = json.loads(bundle(room.drawn().proof_id))
        said["tickets"][1]["client_seed"] = "another phrase"
        assert verdicts(said) == ("false", "false")

    def test_nothing_in_it_names_a_person(self):
        room = a_started_room()
        text = bundle(room.drawn().proof_id)
        for actor in (room.host, *room.guests):
            assert str(actor.user_id) not in text
            assert actor.full_name not in text
        assert "Friday" not in text

    def test_the_host_knows_no_seed_before_the_lock(self):
        room = a_started_room()
        for proof_id in (room.draw_id, f"{room.draw_id}-2"):
            assert json.loads(bundle(proof_id))["server_seed"] is None


class TestWithABeacon:
    def test_the_winner_waits_for_the_public_number(self):
        born_at = clock.from_ms(BORN_MS)
        with waiting_for_drand():
            clock.set_start(born_at - timedelta(minutes=10))
            room = a_room()
            room.all_buy()
            clock.set_start(born_at - timedelta(seconds=121.5))
            room.start()
            room.go_to_lock(timedelta(milliseconds=1))
            assert service.advance() == 1
            assert room.seen_by().status == "locked"
            assert steps._due() == []
            room.execute()
            with pytest.raises(errors.RoomLocked):
                room.cancel()
            clock.set_start(born_at + timedelta(seconds=1))
            post_beacon(draw_id=f"{room.draw_id}-2", round_number=ROUND, signature=SIGNATURE)
            assert service.advance() == 1
        draw = room.draw()
        assert draw.status == "drawn"
        assert log_types(draw.proof_id) == ["COMMIT", "LOCK", "BEACON", "RESULT"]
        assert verdicts(bundle(draw.proof_id)) == ("drawn", "drawn")
        assert sum(purse(actor) for actor in (room.host, *room.guests)) + house() == 30_000

    def test_a_list_frozen_too_late_is_void_and_paid_back(self):
        with waiting_for_drand():
            room = a_started_room()
            room.go_to_lock(timedelta(minutes=2))
            assert service.advance() == 2
        assert room.draw().status == "void"
        assert [purse(actor) for actor in (room.host, *room.guests)] == [10_000] * 3
        last = room.news()[-1]
        assert (last.kind, last.facts["reason"]) == (
            "room_void",
            "the list was not closed in time",
        )
        assert verdicts(bundle(f"{room.draw_id}-2")) == ("void", "void")

    def test_a_number_that_does_not_come_for_a_day_pays_back(self):
        with waiting_for_drand():
            room = a_started_room()
            room.go_to_lock(timedelta(seconds=1))
            service.advance()
            room.go_to_lock(timedelta(hours=24))
            assert service.advance() == 0
            room.go_to_lock(timedelta(hours=24, minutes=2))
            assert service.advance() == 2
        assert room.draw().status == "void"
        assert [purse(actor) for actor in (room.host, *room.guests)] == [10_000] * 3
        assert room.news()[-1].kind == "room_void"
