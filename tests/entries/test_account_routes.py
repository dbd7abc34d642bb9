"""Forms of accounts over HTTP: what each leads to, what comes back, and what a GET never does."""

import time
from urllib.parse import parse_qs

import httpx
import pytest

from luckychit.api import app as api
from luckychit.api import forms
from luckychit.api.headers import Headers
from luckychit.core import errors, flash
from luckychit.core.settings import settings
from luckychit.domain.users import queries
from luckychit.domain.users import service as users
from luckychit.domain.users.rules.throttle import LIMITS
from tests.helpers import people
from tests.helpers.letters import EMAIL, kinds, received, sign_up
from tests.helpers.people import PASSWORD

OWN = {"origin": settings().origin}
COOKIE = settings().session_cookie
NEW = "a red kite over hills"
FORM = {
    "by": "email",
    "full_name": "Ravi Kumar",
    "email": EMAIL,
    "username": "ravi.k",
    "password": PASSWORD,
}
POSTS = ("/auth/sign-up", "/auth/reset", "/auth/reset/confirm", "/auth/verify-email")


@pytest.fixture
async def client(db, monkeypatch):
    monkeypatch.setattr(forms, "ASKING_TAKES_S", 0.0)
    transport = httpx.ASGITransport(app=Headers(api.make()), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url=settings().origin, headers=OWN
    ) as made:
        yield made


def said(answer) -> dict[str, str]:
    """What the page is told; {} when nothing."""
    value = answer.cookies.get(flash.COOKIE, "").strip('"')
    read = flash.read(f'{flash.COOKIE}="{value}"')
    assert set(parse_qs(value)) <= {*read, "sig"}
    return read


async def post(client, path, **form):
    return await client.post(f"/auth/{path}", data=form)


class TestSigningUp:
    async def test_begins_a_session_and_leads_to_the_first_page(self, client):
        answer = await post(client, "sign-up", **FORM)
        assert (answer.status_code, answer.headers["location"]) == (303, "/app")
        cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE))
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert users.actor_of(token=answer.cookies[COOKIE]).full_name == "Ravi Kumar"
        assert kinds() == ["welcome"]

    async def test_takes_a_mobile_number_and_leaves_out_what_is_empty(self, client):
        form = {"by": "mobile", "full_name": "Ravi", "mobile_number": "98765 43210", "email": ""}
        answer = await post(client, "sign-up", **form, password=PASSWORD)
        assert answer.headers["location"] == "/app"
        assert people.sign_in("9876543210")

    async def test_brings_back_what_was_typed_but_never_the_password(self, client):
        answer = await post(client, "sign-up", **FORM | {"password": "zq7"})
        assert answer.headers["location"] == "/sign-up"
        told = said(answer)
        assert told["wrong_password"] == "Please use at least 8 characters."
        typed = {name: told[name] for name in ("by", "full_name", "email", "username")}
        assert typed == {name: FORM[name] for name in typed}
        assert "zq7" not in str(answer.headers)
        assert EMAIL not in answer.headers["location"]
        assert COOKIE not in answer.cookies

    async def test_says_what_is_taken(self, client):
        sign_up()
        told = said(await post(client, "sign-up", **FORM | {"email": "o@example.com"}))
        assert (told["why"], told["what"]) == ("taken", "username")

    async def test_slows_down_who_asks_what_is_taken(self, client):
        sign_up()
        for _ in range(LIMITS["letter"].free + 1):
            answer = await post(client, "sign-up", **FORM)
        assert said(answer)["why"] == "wait"

    @pytest.mark.parametrize("field", ["full_name", "email", "username", "mobile_number"])
    async def test_survives_anything_in_a_field(self, client, field):
        for odd in ("x" * 7_000, "\0", "\u202e", "<>", "💥" * 200):
            answer = await post(client, "sign-up", **FORM | {field: odd})
            assert (answer.status_code, answer.headers["location"]) == (303, "/sign-up"), odd


class TestConfirming:
    async def test_is_done_by_the_post(self, client):
        made = sign_up()
        answer = await post(client, "verify-email", token=received()[0].token)
        assert said(answer) == {"at": "/verify-email", "why": "done"}
        assert queries.unverified_email(actor=made.actor) == ""

    async def test_is_not_done_by_looking(self, client):
        made = sign_up()
        token = received()[0].token
        for path in ("/verify-email", "/auth/verify-email", "/auth/reset/confirm"):
            for ask in (client.get, client.head):
                await ask(path, params={"token": token, "new_password": NEW})
        assert queries.unverified_email(actor=made.actor) == EMAIL

    async def test_says_when_the_link_no_longer_works(self, client):
        sign_up()
        token = received()[0].token
        await post(client, "verify-email", token=token)
        assert said(await post(client, "verify-email", token=token))["why"] == "link"
        assert said(await post(client, "verify-email"))["why"] == "link"


class TestALostPassword:
    async def test_answers_alike_whether_there_is_an_account(self, client):
        sign_up()
        known = await post(client, "reset", email=EMAIL)
        unknown = await post(client, "reset", email="nobody@example.com")
        assert known.headers["location"] == unknown.headers["location"] == "/reset"
        assert said(known) | {"email": ""} == said(unknown) | {"email": ""}
        assert said(unknown)["why"] == "sent"
        assert kinds() == ["welcome", "reset_password"]

    async def test_takes_as_long_for_an_unknown_address(self, client, monkeypatch):
        sign_up()
        monkeypatch.setattr(forms, "ASKING_TAKES_S", 0.4)
        took = []
        for email in (EMAIL, "nobody@example.com"):
            began = time.monotonic()
            await post(client, "reset", email=email)
            took.append(time.monotonic() - began)
        assert min(took) >= 0.4

    async def test_says_when_it_is_no_address(self, client):
        told = said(await post(client, "reset", email="ravi"))
        assert told["wrong_email"] == "Please type an e-mail address."
        assert told["email"] == "ravi"

    async def test_is_replaced_and_leads_to_the_sign_in(self, client):
        made = sign_up()
        await post(client, "reset", email=EMAIL)
        form = {"token": received()[-1].token, "new_password": NEW, "repeated": NEW}
        answer = await post(client, "reset/confirm", **form)
        assert answer.headers["location"] == "/sign-in"
        assert said(answer)["why"] == "reset"
        assert COOKIE not in answer.cookies, "a link in a letter opens no session"
        with pytest.raises(errors.SignInNeeded):
            users.actor_of(token=made.token)
        assert people.sign_in(EMAIL, NEW)

    async def test_goes_back_to_the_form_with_the_link_still_good(self, client):
        sign_up()
        await post(client, "reset", email=EMAIL)
        token = received()[-1].token
        for chosen, repeated, field in ((NEW, "other", "repeated"), ("x", "x", "new_password")):
            form = {"token": token, "new_password": chosen, "repeated": repeated}
            answer = await post(client, "reset/confirm", **form)
            assert answer.headers["location"] == f"/reset/new?token={token}"
            assert f"wrong_{field}" in said(answer)
            assert said(answer)["at"] == "/reset/new"
        form = {"token": token, "new_password": NEW, "repeated": NEW}
        assert (await post(client, "reset/confirm", **form)).headers["location"] == "/sign-in"

    async def test_leads_to_a_new_letter_when_the_link_is_dead(self, client):
        form = {"token": "x" * 43, "new_password": NEW, "repeated": NEW}
        answer = await post(client, "reset/confirm", **form)
        assert (answer.headers["location"], said(answer)["why"]) == ("/reset", "link")

    async def test_leads_nowhere_else_whatever_the_token_says(self, client):
        form = {"token": "x&next=//evil.example\r\nX: y", "new_password": NEW, "repeated": "no"}
        answer = await post(client, "reset/confirm", **form)
        assert answer.headers["location"] == (
            "/reset/new?token=x%26next%3D%2F%2Fevil.example%0D%0AX%3A%20y"
        )


class TestForeignPages:
    @pytest.mark.parametrize("path", POSTS)
    @pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
    async def test_can_send_none_of_these_forms(self, client, path, origin):
        answer = await client.post(path, data=FORM, headers={"origin": origin})
        assert answer.status_code == 403
        assert answer.json()["code"] == "api.foreign_origin"

    @pytest.mark.parametrize("path", POSTS)
    async def test_get_no_answer_kept_by_anybody(self, client, path):
        answer = await client.post(path, data={})
        assert answer.status_code == 303
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
