"""Limits at the API and the sign-in forms: who is counted where, and what is answered."""

import asyncio
import json
from urllib.parse import parse_qs

import httpx
import pytest

from luckychit.api import app as api
from luckychit.api import proven
from luckychit.api.headers import Headers
from luckychit.api.requests import Requests
from luckychit.core import limits
from luckychit.core.counters import Counters
from luckychit.core.limiter import Limiter
from luckychit.core.settings import settings
from luckychit.domain.users import service as users
from tests.helpers.people import a_member, a_session, mobile_of, with_password

DRAW = "/api/lottery/current-draw"
LAST = "/api/lottery/last-winner"
OWN = "/api/lottery/tickets"
USUAL = {
    "API_ANONYMOUS_LIMIT": "100/15minutes",
    "API_PERSON_LIMIT": "600/minute",
    "AUTH_LIMIT": "30/5minutes",
    "PURCHASE_LIMIT": "120/minute",
    "FILE_LIMIT": "60/5minutes",
}


@pytest.fixture
def usual(monkeypatch):
    """Set the limits of a house that nobody has configured."""
    for name, value in USUAL.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    proven.forget()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
async def ask(db, usual):
    """Ask the API from an address, with a credential or without."""
    moved = [1_000_000.0]
    limits.use(Limiter(None, Counters(lambda: moved[0])))
    served = Requests(Headers(api.make()))

    async def asked(path, *, address="192.0.2.1", method="GET", token=None, **parts):
        transport = httpx.ASGITransport(served, client=(address, 1), raise_app_exceptions=False)
        cookies = {settings().session_cookie: token} if token else {}
        base = settings().origin
        async with httpx.AsyncClient(transport=transport, base_url=base, cookies=cookies) as client:
            return await client.request(method, path, **parts)

    asked.moved = moved
    return asked


async def statuses(ask, path, times, **how):
    return [(await ask(path, **how)).status_code for _ in range(times)]


class TestAStranger:
    async def test_has_a_hundred_in_fifteen_minutes(self, ask):
        assert 429 not in await statuses(ask, LAST, 100)
        refused = await ask(LAST)
        assert refused.status_code == 429
        assert refused.json()["code"] == "limits.too_often"
        assert set(refused.json()) == {"code", "message", "incident"}
        assert 1 <= int(refused.headers["retry-after"]) <= 2 * 900
        assert refused.headers["ratelimit-policy"] == '"anonymous";q=100;w=900'
        assert refused.headers["x-request-id"]
        assert refused.headers["x-content-type-options"] == "nosniff"

    async def test_elsewhere_has_a_hundred_of_its_own(self, ask):
        await statuses(ask, LAST, 101)
        assert (await ask(LAST, address="192.0.2.2")).status_code != 429

    async def test_with_a_whole_network_of_the_new_addresses_is_one(self, ask):
        await statuses(ask, LAST, 60, address="2001:db8::1")
        assert 429 in await statuses(ask, LAST, 60, address="2001:db8::2")
        assert (await ask(LAST, address="2001:db8:1::1")).status_code != 429

    async def test_may_come_back_when_told(self, ask):
        await statuses(ask, LAST, 100)
        refused = await ask(LAST)
        ask.moved[0] += int(refused.headers["retry-after"])
        assert (await ask(LAST)).status_code != 429

    @pytest.mark.parametrize(
        "how", [{"token": "made-up"}, {"headers": {"authorization": "Bearer x"}}]
    )
    async def test_who_makes_a_session_up_is_one_too(self, ask, how):
        assert 429 in await statuses(ask, LAST, 110, **how)

    async def test_who_makes_a_new_one_up_each_time_is_one_too(self, ask):
        answers = [await ask(LAST, token=f"made-up-{n}") for n in range(110)]
        assert sum(one.status_code == 429 for one in answers) == 10

    @pytest.mark.parametrize("path", ["/api/webhooks/stripe", "/_health", "/"])
    async def test_is_not_counted_where_there_is_no_limit(self, ask, path):
        assert 429 not in await statuses(ask, path, 130)

    async def test_behind_a_trusted_proxy_is_who_the_proxy_saw(self, ask, monkeypatch):
        monkeypatch.setenv("TRUSTED_PROXY_HOPS", "1")
        settings.cache_clear()
        lies = {"headers": {"x-forwarded-for": "9.9.9.9, 192.0.2.7"}}
        await statuses(ask, LAST, 100, **lies)
        others = {"headers": {"x-forwarded-for": "8.8.8.8, 192.0.2.7"}}
        assert (await ask(LAST, **others)).status_code == 429


class TestAPerson:
    async def test_is_not_held_up_by_strangers_of_the_same_address(self, ask):
        await statuses(ask, LAST, 101)
        token = a_session(a_member())
        assert 429 not in await statuses(ask, OWN, 150, token=token)
        assert 429 not in await statuses(ask, LAST, 150, token=token)

    async def test_is_not_held_up_by_others_of_the_same_address(self, ask):
        for _ in range(3):
            assert 429 not in await statuses(ask, OWN, 120, token=a_session(a_member()))

    async def test_has_six_hundred_a_minute_wherever_from(self, ask):
        token = a_session(a_member())
        await ask(OWN, token=token)  # the first one shows who it is
        assert 429 not in await statuses(ask, OWN, 600, token=token)
        refused = await statuses(ask, OWN, 2, token=token, address="192.0.2.9")
        assert refused == [429, 429]

    async def test_whose_session_has_ended_is_refused_at_once(self, ask):
        token = a_session(a_member())
        assert (await ask(OWN, token=token)).status_code == 200
        users.sign_out(token=token)
        assert (await ask(OWN, token=token)).status_code == 401

    async def test_buys_a_hundred_and_twenty_times_a_minute(self, ask):
        token, page = a_session(a_member()), {"sec-fetch-site": "same-origin"}
        bought = [
            await ask(
                "/api/lottery/purchase-ticket",
                method="POST",
                token=token,
                headers=page,
                content=json.dumps({"key": f"key-{n}", "draw_id": "DDL-20000101"}),
            )
            for n in range(125)
        ]
        refused = [one for one in bought if one.status_code == 429]
        assert len(refused) == 5
        assert all(int(one.headers["retry-after"]) >= 1 for one in refused)


class TestSigningIn:
    async def sign_in(self, ask, *, referer="/sign-in", **how):
        origin = settings().origin
        return await ask(
            "/auth/sign-in",
            method="POST",
            data={"login": "9876500001", "password": "wrong"},
            headers={"origin": origin, "referer": f"{origin}{referer}"},
            **how,
        )

    async def test_is_tried_thirty_times_and_then_no_password_is_looked_at(self, ask, monkeypatch):
        looked = []
        real = users.sign_in
        monkeypatch.setattr(users, "sign_in", lambda **it: looked.append(it) or real(**it))
        for _ in range(40):
            await self.sign_in(ask)
        assert len(looked) == 30

    async def test_leads_back_to_the_form_which_says_how_long(self, ask):
        for _ in range(30):
            await self.sign_in(ask)
        answer = await self.sign_in(ask, referer="/sign-in?next=/app")
        said = parse_qs(answer.cookies["lc_flash"].strip('"'))
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert said["why"] == ["wait"]
        assert 1 <= int(said["wait"][0]) <= 600

    async def test_of_another_form_leads_back_to_that_one(self, ask):
        for _ in range(30):
            await self.sign_in(ask)
        assert (await self.sign_in(ask, referer="/sign-up")).headers["location"] == "/sign-up"

    async def test_never_leads_to_another_site(self, ask):
        for _ in range(30):
            await self.sign_in(ask)
        answer = await ask(
            "/auth/sign-in",
            method="POST",
            data={"login": "x"},
            headers={"referer": "https://evil.example/sign-in"},
        )
        assert answer.headers["location"] == "/sign-in"

    async def test_reading_where_one_is_signed_in_counts_as_any_call(self, ask):
        tried = [await ask("/api/auth/sessions") for _ in range(101)]
        assert (tried[99].status_code, tried[100].status_code) == (401, 429)

    async def test_of_a_program_is_told_plainly(self, ask):
        tried = [
            await ask("/api/auth/sign-in", method="POST", json={"login": "x"}) for _ in range(31)
        ]
        assert (tried[-1].status_code, tried[-2].status_code == 429) == (429, False)
        assert tried[-1].json()["code"] == "limits.too_often"

    async def test_elsewhere_goes_on(self, ask):
        person = a_member()
        with_password(person)
        for _ in range(31):
            await self.sign_in(ask)
        answer = await ask(
            "/auth/sign-in",
            method="POST",
            address="192.0.2.77",
            data={"login": mobile_of(person), "password": "x"},
            headers={"origin": settings().origin},
        )
        assert "lc_flash" in answer.cookies
        assert "wrong" in answer.cookies["lc_flash"]


class TestWhatCosts:
    @pytest.mark.parametrize(
        ("method", "path", "times"),
        [
            ("GET", "/api/draws/DDL-20270301/bundle", 60),
            ("GET", "/api/wallet/statement.csv", 60),
            ("GET", "/api/admin/trail.csv", 60),
            ("GET", "/api/admin/trail.json", 60),
            ("POST", "/api/draws/verify", 20),
        ],
    )
    async def test_has_a_narrower_limit_for_everybody(self, ask, method, path, times):
        token = a_session(a_member())
        await ask(OWN, token=token)
        answered = await statuses(ask, path, times + 1, method=method, token=token)
        assert 429 not in answered[:-1]
        assert answered[-1] == 429


class TestWithoutLimits:
    async def test_all_of_this_is_let_in(self, ask, monkeypatch):
        # The control: it is the limits that refuse, and not the API.
        for name in USUAL:
            monkeypatch.setenv(name, "1000000/second")
        settings.cache_clear()
        assert 429 not in await statuses(ask, LAST, 150)
        answers = await asyncio.gather(*[ask(LAST, token="made-up") for _ in range(150)])
        assert 429 not in {one.status_code for one in answers}
