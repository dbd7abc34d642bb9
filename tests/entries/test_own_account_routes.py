"""The second half of signing in, and the file of one's own data, over HTTP."""

import json

import httpx
import pytest

from luckychit.api import app as api
from luckychit.api.headers import Headers
from luckychit.core.settings import settings
from luckychit.domain.users import service as users
from tests.entries.test_auth_routes import COOKIE, OWN, flash_of, sign_in
from tests.helpers import people
from tests.helpers.factors import code_now, with_factor
from tests.helpers.people import a_manager, a_member, an_admin, with_password

CHALLENGE = "lc_second_step"


@pytest.fixture
async def client(db):
    transport = httpx.ASGITransport(app=Headers(api.make()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=settings().origin) as made:
        yield made


async def send_code(client, code, **more):
    return await client.post("/auth/second-factor", data={"code": code, **more}, headers=OWN)


class TestTheSecondHalf:
    async def test_is_asked_for_after_the_password(self, client):
        manager = a_manager()
        with_factor(manager)
        answer = await sign_in(client, manager, next="/manage/collect")
        assert answer.headers["location"] == "/sign-in/code?next=/manage/collect"
        assert COOKIE not in answer.cookies
        said = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(CHALLENGE))
        assert "HttpOnly" in said
        assert "Max-Age=300" in said
        assert answer.cookies[CHALLENGE] not in answer.headers["location"]

    async def test_ends_in_a_session(self, client):
        manager = a_manager()
        secret, codes = with_factor(manager)
        for code in (code_now(secret), codes[0]):
            await sign_in(client, manager)
            answer = await send_code(client, code, next="/manage/collect")
            assert answer.headers["location"] == "/manage/collect"
            assert users.actor_of(token=answer.cookies[COOKIE]).user_id == manager.user_id
            assert CHALLENGE not in client.cookies

    async def test_lets_a_wrong_code_try_again(self, client):
        manager = a_manager()
        _, codes = with_factor(manager)
        await sign_in(client, manager)
        answer = await send_code(client, "000000", next="/manage")
        assert answer.headers["location"] == "/sign-in/code"
        said = flash_of(answer)
        assert (said["why"], said["next"], said["at"]) == ("code", "/manage", "/sign-in/code")
        assert (await send_code(client, codes[0])).headers["location"] == "/manage"

    async def test_begins_again_when_the_challenge_is_over(self, client):
        answer = await send_code(client, "000000")
        assert answer.headers["location"] == "/sign-in"
        assert flash_of(answer)["why"] == "again"

    async def test_says_how_long_to_wait(self, client):
        manager = a_manager()
        with_factor(manager)
        for _ in range(2):
            await sign_in(client, manager)
            for _ in range(5):
                answer = await send_code(client, "000000")
        flash = flash_of(answer)
        assert flash["why"] == "wait"
        assert int(flash["wait"]) > 0

    async def test_says_that_an_account_was_closed(self, client):
        manager = a_manager()
        _, codes = with_factor(manager)
        await sign_in(client, manager)
        users.deactivate(actor=an_admin(), user_id=manager.user_id)
        answer = await send_code(client, codes[0])
        assert answer.headers["location"] == "/sign-in"
        assert flash_of(answer)["why"] == "closed"

    async def test_is_refused_from_elsewhere(self, client):
        answer = await client.post(
            "/auth/second-factor",
            data={"code": "000000"},
            headers={"origin": "https://evil.example"},
        )
        assert answer.status_code == 403


class TestTheFile:
    def cookies(self, actor):
        return {"cookie": f"{COOKIE}={people.a_session(actor)}"}

    async def test_is_downloaded_whole_and_kept_by_nobody(self, client):
        member = a_member()
        answer = await client.get("/api/user/export", headers=self.cookies(member))
        assert answer.status_code == 200
        assert answer.headers["content-disposition"] == (
            'attachment; filename="luckychit-my-data.json"'
        )
        assert answer.headers["cache-control"] == "private, no-store"
        assert json.loads(answer.text)["account"]["id"] == str(member.user_id)

    async def test_is_made_once_a_minute(self, client):
        cookies = self.cookies(a_member())
        await client.get("/api/user/export", headers=cookies)
        answer = await client.get("/api/user/export", headers=cookies)
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["retry-after"]) <= 60

    async def test_is_not_for_strangers(self, client):
        answer = await client.get("/api/user/export")
        assert answer.status_code == 401
        assert answer.json()["code"] == "users.sign_in_needed"


async def test_a_person_without_a_second_factor_signs_in_as_before(client):
    answer = await sign_in(client, with_password(a_manager()))
    assert answer.headers["location"] == "/manage"
