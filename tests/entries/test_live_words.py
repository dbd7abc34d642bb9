"""What each piece of news of games says, to whom, and what it leaves to the replay."""

import uuid
from datetime import UTC, datetime

import pytest

from luckychit.domain.notify.queries import NewsView
from luckychit.domain.notify.words import games
from luckychit.ui import live, text

ME = uuid.uuid4()
DAILY = {"draw_id": "DDL-20261121", "currency": "USD"}
ROOM = {"code": "ABC234", "room": "Friday room", "name": "Hana", "currency": "USD"}
SENTENCES = {
    "daily_opened": (DAILY, "The draw of 21 Nov is open."),
    "daily_locked": (DAILY | {"n": 1298}, "The draw of 21 Nov is locked with 1,298 tickets."),
    "daily_drawn": (
        DAILY | {"ticket_id": "DDL-20261121-00042", "prize_minor": 9500, "n": 100},
        "Ticket DDL-20261121-00042 won $95.00 in the draw of 21 Nov.",
    ),
    "daily_void": (
        DAILY | {"reason": "Nobody bought a ticket"},
        "The draw of 21 Nov was called off: nobody bought a ticket.",
    ),
    "ticket_won": (
        DAILY | {"ticket_id": "DDL-20261121-00042", "prize_minor": 9500, "kind": "daily"},
        "You won $95.00 in the draw of 21 Nov.",
    ),
    "tickets_refunded": (
        DAILY | {"amount_minor": 300, "count": 3, "reason": "the list was frozen too late."},
        "$3.00 came back to you for 3 tickets of the draw of 21 Nov: the list was frozen too late.",
    ),
    "room_joined": (ROOM, "You joined Friday room."),
    "room_bought": (ROOM, "You took a ticket in Friday room."),
    "room_started": (ROOM, "Friday room has started: its draw is near."),
    "room_locked": (ROOM, "The tickets of Friday room are locked."),
    "room_drawn": (ROOM | {"prize_minor": 950}, "You won $9.50 in Friday room."),
    "room_void": (ROOM | {"reason": ""}, "Friday room was called off."),
}


def news(kind: str, facts: dict, user_id: uuid.UUID | None = None) -> NewsView:
    return NewsView(1, kind, None, user_id, None, facts, datetime(2026, 11, 21, tzinfo=UTC))


def test_every_kind_has_its_sentence():
    assert set(SENTENCES) == set(games.TELLERS)


@pytest.mark.parametrize("kind", SENTENCES)
def test_to_who_is_meant(kind):
    facts, sentence = SENTENCES[kind]
    assert text.sentence_of(news(kind, facts, ME), viewer_id=ME).text == sentence


@pytest.mark.parametrize("kind", SENTENCES)
def test_to_others_it_is_never_you(kind):
    facts, _ = SENTENCES[kind]
    said = text.sentence_of(news(kind, facts, ME), viewer_id=uuid.uuid4()).text
    assert "You" not in said.split()


@pytest.mark.parametrize("kind", SENTENCES)
def test_a_missing_fact_breaks_nothing(kind):
    assert text.sentence_of(news(kind, {}), viewer_id=None).text.endswith(".")


@pytest.mark.parametrize("kind", ["daily_drawn", "room_drawn"])
def test_a_notice_leaves_the_end_to_the_replay(kind):
    facts, _ = SENTENCES[kind]
    said = text.notice_of(news(kind, facts), viewer_id=ME).text
    assert said.endswith("is done.")
    assert "won" not in said


def test_links_lead_to_the_proof_or_into_the_room():
    won = {"ticket_id": "x", "prize_minor": 1, "currency": "USD"}
    daily = text.sentence_of(news("ticket_won", DAILY | won, ME), viewer_id=ME)
    room = text.sentence_of(news("ticket_won", {"draw_id": "LOBBY-ABC234"} | won, ME), viewer_id=ME)
    assert daily.href == "/draws/DDL-20261121"
    assert room.href == "/app/rooms/ABC234"
    assert room.text == "You won $0.01 in a room's draw."


STOLEN = {"device": "Tests", "address": "198.51.100.66"}


class TestAStolenSession:
    def test_is_told_to_its_owner_with_what_to_do(self):
        said = text.sentence_of(news("session_stolen", STOLEN, ME), viewer_id=ME)
        assert said.text == (
            "We ended your sign-in with Tests: a copy of its key was used from 198.51.100.66."
            " If you do not know why, change your password."
        )
        assert (said.tone, said.href) == ("bad", "/change-password")

    def test_is_said_while_it_happens_on_the_pages_of_its_owner_alone(self):
        told = news("session_stolen", STOLEN, ME)
        assert text.notice_of(told, viewer_id=ME) == text.sentence_of(told, viewer_id=ME)
        assert live.rooms_of(told) == {f"user:{ME}"}
        assert "session_stolen" not in text.NOTICES_FOR_ALL

    def test_with_a_missing_fact_is_a_sentence_too(self):
        said = text.sentence_of(news("session_stolen", {}, ME), viewer_id=None).text
        assert said.startswith("We ended a sign-in with a program: a copy of its key was used.")
