"""The own safety of play over HTTP, and where a request is said to come from."""

import asyncio

import httpx
import pytest

from luckychit import wiring
from luckychit.api import app
from luckychit.core.settings import settings
from luckychit.domain.lottery import service as lottery
from tests.helpers.circle import clock_at, with_setting
from tests.helpers.lottery import MORNING, a_player, buy
from tests.helpers.mmdb import write_countries
from tests.helpers.people import a_manager, a_member, a_session

OWN_PAGE = {"sec-fetch-site": "same-origin"}
SAFETY, LIMITS, BREAKS = "/api/safety", "/api/safety/limits", "/api/safety/breaks"
REMINDER, BUY = "/api/safety/reality-check", "/api/lottery/purchase-ticket"
DAILY = {"kind": "play", "period": "day"}
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def _morning(db):
    with clock_at(MORNING):
        lottery.advance()
        yield


def asked(actor, method, path, *, headers=OWN_PAGE, **sent):
    async def ask():
        cookies = {settings().session_cookie: a_session(actor)} if actor else {}
        transport = httpx.ASGITransport(app.make(), client=("203.0.113.7", 4711))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost", cookies=cookies
        ) as client:
            return await client.request(method, path, headers=headers, **sent)

    return asyncio.run(ask())


def limit_of(answer, kind, period):
    return next(
        one for one in answer.json()["limits"] if (one["kind"], one["period"]) == (kind, period)
    )


class TestOwnSafety:
    def test_shows_six_limits_and_what_is_used(self):
        player = a_player()
        buy(player, 2)
        answer = asked(player, "GET", SAFETY)
        shown = answer.json()
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "private, no-store"
        assert (shown["age"], shown["break_until"], shown["reality_check_min"]) == (
            "adult",
            None,
            None,
        )
        assert len(shown["limits"]) == 6
        assert limit_of(answer, "play", "week") == {
            "kind": "play",
            "period": "week",
            "limit": None,
            "used": {"amount_minor": 200, "currency": "USD", "text": "$2.00"},
            "left": None,
            "period_ends_at": "2027-03-08T00:00:00.000Z",
            "pending": None,
        }

    def test_tells_that_the_age_is_not_known(self):
        assert asked(a_member(birth_date=None), "GET", SAFETY).json()["age"] == "unknown"

    def test_is_for_members_who_are_signed_in(self):
        assert asked(None, "GET", SAFETY).status_code == 401
        assert asked(a_manager(), "GET", SAFETY).status_code == 403


class TestSettingALimit:
    def test_counts_at_once_and_refuses_the_next_ticket(self):
        player = a_player()
        answer = asked(player, "PUT", LIMITS, json=DAILY | {"amount_minor": 100})
        assert limit_of(answer, "play", "day")["left"]["amount_minor"] == 100
        buy(player)
        key = {"key": "one", "client_seed": "x", "quantity": 1}
        refused = asked(player, "POST", BUY, json=key)
        assert (refused.status_code, refused.json()["code"]) == (409, "safety.play_limit_reached")
        assert "leaves $0.00 to play with today" in refused.json()["message"]

    def test_higher_is_pending(self):
        player = a_player()
        asked(player, "PUT", LIMITS, json=DAILY | {"amount_minor": 100})
        answer = asked(player, "PUT", LIMITS, json=DAILY | {"amount_minor": None})
        shown = limit_of(answer, "play", "day")
        assert shown["limit"]["amount_minor"] == 100
        assert shown["pending"]["amount"] is None
        assert shown["pending"]["takes_effect_at"].startswith("2027-03-02T08:00")
        answer = asked(player, "PUT", LIMITS, json=DAILY | {"amount_minor": 100})
        assert limit_of(answer, "play", "day")["pending"] is None

    @pytest.mark.parametrize(
        "wrong",
        [
            {"kind": "bet"},
            {"period": "year"},
            {"amount_minor": -1},
            {"amount_minor": "100"},
            {"amount_minor": 10**9 + 1},
            {"user_id": "another"},
        ],
    )
    def test_of_another_shape_is_refused(self, wrong):
        answer = asked(a_player(), "PUT", LIMITS, json=DAILY | {"amount_minor": 100} | wrong)
        assert answer.status_code == 422
        assert set(answer.json()["fields"])

    def test_is_not_taken_from_a_foreign_page(self):
        sent = DAILY | {"amount_minor": 1}
        foreign = {"sec-fetch-site": "cross-site"}
        assert asked(a_player(), "PUT", LIMITS, json=sent, headers=foreign).status_code == 403


class TestBreaksAndReminders:
    def test_a_break_begins_and_shows(self):
        player = a_player()
        answer = asked(player, "POST", BREAKS, json={"days": 7})
        until = "2027-03-08T08:00"
        assert answer.status_code == 201
        assert answer.json()["break_until"].startswith(until)
        assert asked(player, "GET", SAFETY).json()["break_until"].startswith(until)

    @pytest.mark.parametrize("days", [2, 0, "7", True, None])
    def test_a_break_has_one_of_six_lengths(self, days):
        assert asked(a_player(), "POST", BREAKS, json={"days": days}).status_code == 422

    def test_a_reminder_is_set_and_taken_away(self):
        player = a_player()
        for minutes in (30, None):
            answer = asked(player, "PUT", REMINDER, json={"minutes": minutes})
            assert answer.json()["reality_check_min"] == minutes
        assert asked(player, "PUT", REMINDER, json={"minutes": 20}).status_code == 422


class TestWhereARequestComesFrom:
    def buys(self, **headers):
        sent = {"key": "one", "client_seed": "x", "quantity": 1}
        answer = asked(a_player(), "POST", BUY, json=sent, headers=OWN_PAGE | headers)
        return answer.json().get("code", answer.status_code)

    def test_is_what_the_proxy_says(self, monkeypatch):
        with with_setting(
            monkeypatch,
            COUNTRY_HEADER="CF-IPCountry",
            TRUSTED_PROXY_HOPS="1",
            GAMES_BLOCKED_COUNTRIES="US",
        ):
            assert self.buys(**{"cf-ipcountry": "IN"}) == 201
            assert self.buys(**{"cf-ipcountry": "US"}) == "safety.country_blocked"
            assert self.buys(**{"cf-ipcountry": "T1"}) == "safety.country_blocked"
            for unknown in ("XX", "india", ""):
                assert self.buys(**{"cf-ipcountry": unknown}) == "safety.country_unknown"

    def test_is_what_the_file_says_of_the_address(self, monkeypatch, tmp_path):
        path = write_countries(tmp_path / "c.mmdb", {"203.0.113.0/24": "IN", "10.0.0.0/8": "US"})
        with with_setting(monkeypatch, COUNTRY_FILE=str(path), GAMES_BLOCKED_COUNTRIES="IN"):
            # A header nobody asked a proxy for is hearsay.
            assert self.buys(**{"cf-ipcountry": "FR"}) == "safety.country_blocked"
        with with_setting(
            monkeypatch,
            COUNTRY_FILE=str(path),
            GAMES_BLOCKED_COUNTRIES="US",
            TRUSTED_PROXY_HOPS="1",
        ):
            assert self.buys(**{"x-forwarded-for": "203.0.113.9"}) == 201
            assert self.buys(**{"x-forwarded-for": "10.2.3.4"}) == "safety.country_blocked"
            assert self.buys(**{"x-forwarded-for": "8.8.8.8"}) == "safety.country_unknown"

    def test_is_not_asked_for_when_there_is_no_way_to_know(self):
        assert wiring.country_of(said="US", address="203.0.113.7") == ""

    def test_keeps_proofs_and_draws_open(self, monkeypatch):
        with with_setting(
            monkeypatch,
            COUNTRY_HEADER="CF-IPCountry",
            TRUSTED_PROXY_HOPS="1",
            GAMES_BLOCKED_COUNTRIES="US",
        ):
            for path in ("/api/lottery/current-draw", "/api/draws/DDL-20270301"):
                answer = asked(None, "GET", path, headers={"cf-ipcountry": "US"})
                assert answer.status_code == 200, path
