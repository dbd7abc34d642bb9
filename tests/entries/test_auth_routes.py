"""Signing in and out over HTTP: cookies, origins, where one is led, what is told."""

from urllib.parse import parse_qs

import httpx
import pytest

from luckychit.api import app as api
from luckychit.api import visitors
from luckychit.api.headers import Headers
from luckychit.core import errors, next_page
from luckychit.core.settings import settings
from luckychit.domain.users import service as users
from tests.helpers import people
from tests.helpers.people import PASSWORD, a_manager, a_member, an_admin, mobile_of, with_password

OWN = {"origin": settings().origin}
COOKIE = settings().session_cookie


@pytest.fixture
async def client(db):
    transport = httpx.ASGITransport(app=Headers(api.make()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=settings().origin) as made:
        yield made


async def sign_in(client, person, *, password=PASSWORD, headers=OWN, **more):
    form = {"login": mobile_of(person), "password": password, **more}
    return await client.post("/auth/sign-in", data=form, headers=headers)


def flash_of(answer) -> dict[str, str]:
    said = answer.cookies.get("lc_flash", "").strip('"')
    return {name: values[0] for name, values in parse_qs(said).items()}


class TestSigningIn:
    async def test_sets_a_cookie_no_script_can_read(self, client):
        answer = await sign_in(client, with_password(a_manager()))
        cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE))
        assert answer.status_code == 303
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie
        assert users.actor_of(token=answer.cookies[COOKIE]).role == "manager"

    @pytest.mark.parametrize(
        ("make", "page"), [(an_admin, "/admin"), (a_manager, "/manage"), (a_member, "/app")]
    )
    async def test_leads_each_role_to_its_page(self, client, make, page):
        answer = await sign_in(client, with_password(make()))
        assert answer.headers["location"] == page

    async def test_leads_back_to_the_page_that_was_wanted(self, client):
        answer = await sign_in(client, with_password(a_manager()), next="/manage/collect?x=1")
        assert answer.headers["location"] == "/manage/collect?x=1"

    async def test_leads_a_one_time_password_to_its_replacement(self, client):
        made = users.create_manager(
            actor=an_admin(), full_name="New Manager", mobile_number="9876512345"
        )
        form = {"login": made.login, "password": made.one_time_password}
        answer = await client.post("/auth/sign-in", data=form, headers=OWN)
        assert answer.headers["location"] == "/change-password"
        answer = await client.post("/auth/sign-in", data=form | {"next": "/a?b&c"}, headers=OWN)
        assert answer.headers["location"] == "/change-password?next=/a%3Fb%26c"
        form["next"] = "//evil.example"
        answer = await client.post("/auth/sign-in", data=form, headers=OWN)
        assert answer.headers["location"] == "/change-password"

    async def test_tells_wrong_password_and_unknown_login_alike(self, client):
        known = with_password(a_member())
        wrong = await sign_in(client, known, password="not this one")
        form = {"login": "9876598765", "password": PASSWORD}
        unknown = await client.post("/auth/sign-in", data=form, headers=OWN)
        assert flash_of(wrong)["why"] == flash_of(unknown)["why"] == "wrong"
        assert wrong.headers["location"] == unknown.headers["location"] == "/sign-in"
        assert COOKIE not in wrong.cookies

    async def test_keeps_what_was_typed_but_never_the_password(self, client):
        person = with_password(a_member())
        answer = await sign_in(client, person, password="not this one")
        assert flash_of(answer)["login"] == mobile_of(person)
        assert "not this one" not in str(answer.headers)
        assert mobile_of(person) not in answer.headers["location"]

    async def test_slows_down_who_guesses(self, client):
        person = with_password(a_member())
        for _ in range(12):
            answer = await sign_in(client, person, password="guess")
        flash = flash_of(answer)
        assert flash["why"] == "wait"
        assert int(flash["wait"]) > 0

    async def test_survives_odd_forms(self, client):
        for body in (b"", b"login=%ff%00&password=x", b"login=a&login=b", b"\xff\xfe"):
            answer = await client.post(
                "/auth/sign-in",
                content=body,
                headers={**OWN, "content-type": "application/x-www-form-urlencoded"},
            )
            assert answer.status_code == 303, body

    async def test_refuses_a_form_too_large(self, client):
        answer = await client.post("/auth/sign-in", data={"login": "x" * 10_000}, headers=OWN)
        assert answer.status_code == 409
        assert answer.json()["code"] == "api.form_too_large"


class TestSigningInAgain:
    async def test_ends_the_session_the_browser_had(self, client):
        first, second = with_password(a_member()), with_password(a_member())
        former = (await sign_in(client, first)).cookies[COOKIE]
        elsewhere = people.a_session(first)
        present = (await sign_in(client, second)).cookies[COOKIE]
        assert users.actor_of(token=present).user_id == second.user_id
        assert users.actor_of(token=elsewhere).user_id == first.user_id
        with pytest.raises(errors.SignInNeeded):
            users.actor_of(token=former)

    async def test_lets_in_though_the_old_session_cannot_be_ended(self, client, monkeypatch):
        person = with_password(a_member())
        await sign_in(client, person)

        def away(**_: str) -> None:
            raise errors.DatabaseAway

        monkeypatch.setattr(users, "sign_out", away)
        answer = await sign_in(client, person)
        assert answer.headers["location"] == "/app"
        assert users.actor_of(token=answer.cookies[COOKIE]).user_id == person.user_id

    async def test_in_vain_ends_nothing(self, client):
        person = with_password(a_member())
        token = (await sign_in(client, person)).cookies[COOKIE]
        await sign_in(client, person, password="another one")
        assert users.actor_of(token=token).user_id == person.user_id


class TestForeignPages:
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"sec-fetch-site": "cross-site", **OWN},
            {"sec-fetch-site": "same-site", **OWN},
            {"sec-fetch-site": "none"},
        ],
    )
    async def test_cannot_sign_anyone_in_or_out(self, client, headers):
        person = with_password(a_manager())
        answer = await sign_in(client, person, headers=headers)
        assert answer.status_code == 403
        assert answer.json()["code"] == "api.foreign_origin"
        assert (await client.post("/auth/sign-out", headers=headers)).status_code == 403

    async def test_are_told_apart_by_the_browser_itself(self, client):
        person = with_password(a_manager())
        answer = await sign_in(client, person, headers={"sec-fetch-site": "same-origin"})
        assert answer.status_code == 303


class TestSigningOut:
    async def test_ends_the_session_and_forgets_the_cookie(self, client):
        answer = await sign_in(client, with_password(a_manager()))
        token = answer.cookies[COOKIE]
        out = await client.post("/auth/sign-out", headers=OWN)
        assert out.headers["location"] == "/sign-in"
        assert 'lc_session=""' in out.headers["set-cookie"]
        with pytest.raises(errors.SignInNeeded):
            users.actor_of(token=token)

    async def test_is_harmless_without_a_session(self, client):
        assert (await client.post("/auth/sign-out", headers=OWN)).status_code == 303


class TestWhereOneIsLed:
    @pytest.mark.parametrize(
        "wanted",
        [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "javascript:alert(1)",
            "manage",
            "/auth/sign-out",
            "/api/x",
            "/a" * 200,
            "/ok\r\nSet-Cookie: x=1",
            "",
        ],
    )
    def test_is_never_another_site(self, wanted):
        assert next_page.safe_next(wanted) == ""

    def test_may_be_any_page_of_ours(self):
        assert next_page.safe_next("/app/payments?month=3#top") == "/app/payments?month=3#top"


class TestAddresses:
    def request(self, forwarded: str):
        scope = {
            "type": "http",
            "client": ("10.0.0.1", 1),
            "headers": [(b"x-forwarded-for", forwarded.encode())] if forwarded else [],
        }
        return visitors.Request(scope)

    def test_are_the_direct_ones_without_a_proxy(self):
        assert visitors.address_of(self.request("1.2.3.4")) == "10.0.0.1"

    @pytest.mark.parametrize(
        ("forwarded", "address"),
        [("1.2.3.4, 9.9.9.9", "9.9.9.9"), ("9.9.9.9", "9.9.9.9"), ("", "10.0.0.1")],
    )
    def test_are_what_the_trusted_proxy_saw(self, monkeypatch, forwarded, address):
        trusting = settings().model_copy(update={"trusted_proxy_hops": 1})
        monkeypatch.setattr(visitors, "settings", lambda: trusting)
        assert visitors.address_of(self.request(forwarded)) == address


class TestHeadersOfEveryAnswer:
    async def test_forbid_framing_sniffing_and_telling_addresses(self, client):
        answer = await client.get("/_health")
        assert answer.json() == {
            "status": True,
            "database": True,
            "redis": True,
            "leader": False,
        }
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"

    async def test_go_on_unknown_addresses_of_the_api_too(self, client):
        answer = await client.get("/api/no-such-thing")
        assert answer.status_code == 404
        assert answer.json()["code"] == "api.not_found"
        assert answer.headers["x-frame-options"] == "DENY"

    @pytest.mark.parametrize("path", ["/auth/sign-in", "/api/rooms", "/api/nothing", "/_health"])
    async def test_trace_says_nothing_back(self, client, path):
        secret = {"cookie": f"{COOKIE}=kept", "x-said": "kept"}
        answer = await client.request("TRACE", path, headers=secret)
        assert answer.status_code in {404, 405}
        assert "kept" not in answer.text
