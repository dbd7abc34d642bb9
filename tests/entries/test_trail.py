"""The trail's pages and files: who may have them, and what is in them."""

import csv
import io
import json
from typing import Any

import httpx
import pytest
import reflex as rx

from luckychit.api import app
from luckychit.api.headers import Headers
from luckychit.core import errors
from luckychit.core.settings import settings
from luckychit.domain.audit import service
from luckychit.domain.audit.queries import chain, entries
from luckychit.ui import sockets
from luckychit.ui.pages.admin_trail.state import AdminTrailState
from luckychit.ui.pages.manage_trail.state import ManageTrailState
from luckychit.ui.pages.trail_shared import wanted
from luckychit.ui.pages.trail_shared.wanted import Wanted
from tests.helpers.circle import a_circle, clock_at
from tests.helpers.events import Browser, Namespace, a_browser, full_name
from tests.helpers.people import a_manager, a_member, a_session, an_admin
from tests.helpers.trail import note, tamper

CSV, JSON = "/api/admin/trail.csv", "/api/admin/trail.json"


class Desk:
    """One person's tab on one of the trail's pages."""

    def __init__(self, browser: Browser, state: type) -> None:
        self.browser, self.state = browser, state

    async def do(self, handler: str, **payload: Any) -> Any:
        await self.browser.send(full_name(self.state, handler), payload)
        token = rx.BaseStateToken(ident=self.browser.token, cls=self.state)
        root = await self.browser.states.get_state(token)
        return await root.get_state(self.state)

    @property
    def failures(self) -> list[Exception]:
        return self.browser.failures


@pytest.fixture(autouse=True)
def _namespace(db, monkeypatch):
    assert db
    monkeypatch.setattr(sockets, "namespace", Namespace)


@pytest.fixture
async def client():
    transport = httpx.ASGITransport(app=Headers(app.make()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=settings().origin) as made:
        yield made


async def asked(client, path: str, token: str = "", **query: str):
    cookie = f"{settings().session_cookie}={token}" if token else ""
    return await client.get(path, params=query, headers={"cookie": cookie})


class TestAdminPage:
    async def test_shows_finds_pages_and_opens(self, monkeypatch):
        monkeypatch.setattr(entries, "PAGE_ENTRIES", 50)
        with clock_at():
            circle = a_circle(2)
            circle.pay(1)
        for number in range(55):
            note(circle.members[0], number=number)
        service.seal()
        async with a_browser(a_session(an_admin())) as browser:
            desk = Desk(browser, AdminTrailState)
            state = await desk.do("load")
            assert (len(state.lines), state.has_older, state.has_newer) == (50, True, False)
            assert state.lines[0].what == "Member 1 signed in"
            assert state.lines[0].seal.startswith("No. ")
            state = await desk.do("older")
            assert (state.has_older, state.has_newer) == (False, True)
            state = await desk.do("newer")
            assert len(state.lines) == 50
            state = await desk.do("find", form={"kind": "chits.payment_"})
            (line,) = state.lines
            assert line.what == (
                "Meera Manager recorded a payment of ₹5,000 for seat 1 of Lakshmi Circle, receipt 1"
            )
            assert state.wanted_words == "Payments"
            assert state.csv_href == "/api/admin/trail.csv?action=chits.payment_"
            state = await desk.do("open_entry", entry_id=line.entry_id)
            assert ("Amount", "₹5,000") in [(fact.name, fact.value) for fact in state.entry.facts]
            assert desk.failures == []
            await desk.do("open_entry", entry_id="999999")
            assert isinstance(desk.failures[0], errors.NotFound)
            state = await desk.do("show_all")
            assert (state.wanted_words, len(state.lines)) == ("", 50)

    async def test_says_what_is_wrong_with_a_filter(self):
        async with a_browser(a_session(an_admin())) as browser:
            desk = Desk(browser, AdminTrailState)
            state = await desk.do("find", form={"since": "2026-13-01", "until": "x", "kind": [1]})
            assert set(state.problems) == {"since", "until"}
            state = await desk.do("find", form={"since": "2026-02-02", "until": "2026-02-01"})
            assert set(state.problems) == {"until"}
            state = await desk.do("find", form={"kind": "nonsense", "search": "x" * 500})
            assert state.problems == {}
            assert (state.wanted.kind, len(state.wanted.search)) == ("", 80)

    async def test_checks_the_chain_in_portions(self, db, monkeypatch):
        monkeypatch.setattr(chain, "PORTION", 2)
        for number in range(5):
            note(None, number=number)
        service.seal()
        async with a_browser(a_session(an_admin())) as browser:
            desk = Desk(browser, AdminTrailState)
            state = await desk.do("check")
            assert (state.check_tone, state.is_checking) == ("good", False)
            assert state.head.startswith("5:")
            assert "5 entries" in state.check_text
            tamper(db, "UPDATE audit_entries SET facts = '{}' WHERE facts->>'number' = '3'")
            state = await desk.do("check")
            assert (state.check_tone, state.head) == ("bad", "")
            assert "seal 4" in state.check_text

    async def test_a_check_that_was_stopped_goes_no_further(self, monkeypatch):
        for number in range(5):
            note(None, number=number)
        service.seal()
        async with a_browser(a_session(an_admin())) as browser:
            desk = Desk(browser, AdminTrailState)
            state = await desk.do("check_on")  # nobody has begun one
            assert (state.check_text, state.check_tone) == ("", "")
            state = await desk.do("stop")
            assert not state.is_checking


class TestManagerPage:
    async def test_shows_the_own_circles_only(self):
        with clock_at():
            mine, theirs = a_circle(2), a_circle(2)
            mine.pay(1)
            theirs.pay(2)
        async with a_browser(a_session(mine.manager)) as browser:
            desk = Desk(browser, ManageTrailState)
            state = await desk.do("find", form={"kind": "chits.payment_"})
            (line,) = state.lines
            assert (line.who, line.link_words) == ("You", "The group")
            state = await desk.do("find", form={"kind": "chits.group"})
            assert state.wanted.kind == ""
            started = next(line for line in state.lines if "started" in line.what)
            assert started.href == f"/manage/groups/{mine.group_id}"
            state = await desk.do("find", form={"search": str(theirs.group_id)})
            assert state.lines == []


class TestWanted:
    def test_days_begin_in_their_zone_and_the_last_is_whole(self):
        asked_for = Wanted(since="2026-11-21", until="2026-11-21").filter("Asia/Kolkata")
        assert asked_for.since is not None
        assert asked_for.until is not None
        assert asked_for.since.isoformat() == "2026-11-21T00:00:00+05:30"
        assert asked_for.until.isoformat() == "2026-11-22T00:00:00+05:30"

    def test_says_what_is_asked_for(self):
        full = Wanted("users.", "Ravi", "2026-11-21", "2026-11-22", "x")
        assert full.words() == (
            "Accounts, by or about “Ravi”, from 21 Nov 2026, to 22 Nov 2026, with “x”"
        )
        assert full.file_href("json", "UTC").startswith("/api/admin/trail.json?action=users.&")
        assert set(wanted.MANAGER_KINDS) < set(wanted.KINDS)


class TestFiles:
    async def test_are_for_admins(self, client):
        for path in (CSV, JSON):
            assert (await asked(client, path)).status_code == 401
            for person in (a_manager(), a_member()):
                assert (await asked(client, path, a_session(person))).status_code == 403

    async def test_hold_all_that_matches(self, client, monkeypatch):
        monkeypatch.setattr(entries, "ENTRIES_PER_READ", 3)
        manager = a_manager(full_name="=cmd|calc")
        for number in range(7):
            note(manager, number=number)
        note(None, "lottery.day_opened", draw_id="DDL-20261121")
        service.seal()
        token = a_session(an_admin())
        answer = await asked(client, CSV, token, action="users.")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert "attachment" in answer.headers["content-disposition"]
        assert answer.headers["cache-control"] == "private, no-store"
        head, *rows = csv.reader(io.StringIO(answer.text, newline=""))
        assert len(rows) == 7
        first = dict(zip(head, rows[0], strict=True))
        assert (first["actor"], first["sentence"]) == ("'=cmd|calc", "'=cmd|calc signed in")
        assert (first["seq"], first["facts"]) == ("7", '{"number": 6}')
        answer = await asked(client, JSON, token)
        found = json.loads(answer.text)
        assert [entry["facts"].get("number") for entry in found] == [None, 6, 5, 4, 3, 2, 1, 0]
        assert found[1]["actor"] == "=cmd|calc"  # a value, not a cell
        assert json.loads((await asked(client, JSON, token, person="nobody")).text) == []

    async def test_refuse_odd_questions(self, client):
        token = a_session(an_admin())
        for query in ({"action": "%"}, {"since": "1066-01-01"}, {"text": "x" * 81}):
            assert (await asked(client, CSV, token, **query)).status_code == 422
