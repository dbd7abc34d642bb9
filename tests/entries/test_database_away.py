"""While PostgreSQL is away, people are told to come again, and never that it is a bug."""

from contextlib import contextmanager
from urllib.parse import parse_qs

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from luckychit.api import app as api
from luckychit.api.v1 import lottery
from luckychit.core import db as core_db
from luckychit.core import errors
from luckychit.core.settings import settings
from luckychit.ui import errors as ui_errors
from tests.helpers.people import PASSWORD, a_manager, mobile_of, with_password
from tests.helpers.server import free_port

OWN = {"origin": settings().origin}


@contextmanager
def nobody_listening(database):
    """Point the app at a port where no PostgreSQL is; afterwards at its own again."""
    core_db._engine = core_db.make_engine(f"postgresql://localhost:{free_port()}/gone")
    try:
        yield
    finally:
        core_db.use_engine(database.app)


@pytest.fixture
async def client(db):
    transport = httpx.ASGITransport(app=api.make(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=settings().origin) as made:
        yield made


def work_while_cut_off(database) -> None:
    """Work in a transaction whose connection PostgreSQL ends."""
    with core_db.transaction() as session:
        pid = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with database.owner.begin() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        session.connection().exec_driver_sql("SELECT 1")


class TestOverHttp:
    async def test_every_route_says_503_and_when_to_return(self, client, db):
        with nobody_listening(db):
            for path in ("current-draw", "last-winner", "draw-history"):
                answer = await client.get(f"/api/lottery/{path}")
                assert answer.status_code == 503
                assert answer.headers["retry-after"] == "1"
                assert answer.json()["code"] == "core.database_away"
                assert answer.json()["incident"] is None
        assert (await client.get("/api/lottery/last-winner")).status_code == 404

    async def test_signing_in_leads_back_to_the_form(self, client, db):
        person = with_password(a_manager())
        form = {"login": mobile_of(person), "password": PASSWORD}
        with nobody_listening(db):
            answer = await client.post("/auth/sign-in", data=form, headers=OWN)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert parse_qs(answer.cookies["lc_flash"].strip('"'))["why"] == ["away"]
        answer = await client.post("/auth/sign-in", data=form, headers=OWN)
        assert answer.headers["location"] == "/manage"

    async def test_a_statement_that_is_wrong_is_still_a_bug(self, client, monkeypatch):
        def wrong():
            with core_db.transaction() as session:
                session.connection().exec_driver_sql("SELECT no_such_column")

        monkeypatch.setattr(lottery.queries, "last_winner", wrong)
        answer = await client.get("/api/lottery/last-winner")
        assert answer.status_code == 500
        assert answer.json()["incident"]
        assert "no_such_column" not in answer.text


class TestOnAPage:
    def said(self, exception: Exception) -> str:
        return " ".join(str(event) for event in ui_errors.handle(exception))

    def test_one_hears_that_it_may_have_arrived(self, db):
        with pytest.raises(DBAPIError) as caught:
            work_while_cut_off(db)
        said = self.said(caught.value)
        assert errors.DatabaseAway.sentence in said
        assert "incident" not in said
        assert "Nothing was changed" not in said

    def test_a_pool_without_a_free_connection_is_no_bug_either(self, db):
        small = core_db.make_engine(db.url, pool_size=1)
        small.pool._timeout, small.pool._max_overflow = 0.01, 0
        with small.connect(), pytest.raises(Exception, match="QueuePool") as caught:
            small.connect()
        small.dispose()
        assert errors.DatabaseAway.sentence in self.said(caught.value)
