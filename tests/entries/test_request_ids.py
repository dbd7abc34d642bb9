"""Every request and every event has an id that its lines, its answer and its audit carry."""

import logging
import re

import httpx
import pytest
from structlog.testing import capture_logs

from luckychit.api import app as api
from luckychit.api.requests import Requests
from luckychit.core import context, incidents
from luckychit.core.settings import settings
from luckychit.domain.rooms import queries as rooms
from luckychit.ui.pages.member_rooms.state import RoomsState
from tests.helpers.events import a_browser, full_name
from tests.helpers.people import a_member, a_session


@pytest.fixture
async def client(db):
    transport = httpx.ASGITransport(Requests(api.make()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=settings().origin) as made:
        yield made


class TestARequest:
    async def test_has_an_id_of_its_own(self, client):
        ids = {(await client.get("/_health")).headers["x-request-id"] for _ in range(3)}
        assert len(ids) == 3
        assert all(re.fullmatch("[0-9a-f]{16}", one) for one in ids)

    async def test_keeps_the_id_its_caller_gave(self, client):
        answer = await client.get("/_health", headers={"x-request-id": "proxy-0a1b2c3d"})
        assert answer.headers["x-request-id"] == "proxy-0a1b2c3d"

    @pytest.mark.parametrize(
        "odd", ["short", "a" * 65, "two words in it", "a<script>aaaaa", '"quoted-id"', "-" * 20]
    )
    async def test_gets_another_when_that_cannot_be_one(self, client, odd):
        answer = await client.get("/_health", headers={"x-request-id": odd})
        assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])

    async def test_that_is_refused_is_logged_by_its_route_alone(self, client):
        with capture_logs() as logs:
            await client.get("/api/draws/DDL-20000101/head?token=abc")
        (line,) = [entry for entry in logs if entry["event"] == "request"]
        assert line["route"] == "/api/draws/{draw_id}/head"
        assert (line["method"], line["status"], line["log_level"]) == ("GET", 404, "info")
        assert line["duration_ms"] >= 0
        assert line["bytes"] > 0
        assert "abc" not in str(logs)

    async def test_that_went_well_is_not_logged_unless_asked(self, client, caplog):
        caplog.set_level(logging.INFO)
        with capture_logs() as logs:
            await client.get("/_health")
        assert logs == []

    async def test_that_took_long_is(self, client, monkeypatch, caplog):
        caplog.set_level(logging.INFO)
        monkeypatch.setattr("luckychit.api.requests.SLOW_S", 0.0)
        with capture_logs() as logs:
            await client.get("/_health")
        assert [(entry["event"], entry["status"]) for entry in logs] == [("request", 200)]


class TestAnEvent:
    @pytest.fixture
    async def seen(self, db, monkeypatch):
        """What the domain's threads know while an event of a page is handled."""
        found = []

        def look(**_):
            found.append((context.current(), context.user_id()))
            raise ValueError("a bug")

        monkeypatch.setattr(rooms, "invitation", look)
        return found

    async def test_has_an_id_and_a_person_and_its_incident_says_so(self, seen, monkeypatch):
        reported = []

        def note(*_, **__):
            reported.append((context.current().request_id, context.user_id()))
            return "NUMBER"

        monkeypatch.setattr(incidents, "report", note)
        person = a_member()
        async with a_browser(a_session(person)) as browser:
            await browser.send(full_name(RoomsState, "find"), {"form": {"code": "ABCD2345"}})
            await browser.send(full_name(RoomsState, "find"), {"form": {"code": "ABCD2345"}})
        (first, who), (second, _) = seen
        assert first.request_id
        assert first.request_id != second.request_id
        assert who == str(person.user_id)
        assert reported == [(first.request_id, who), (second.request_id, who)]
