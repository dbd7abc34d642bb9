"""Who may play at all: declared once, asked at every door of the games, of nobody else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.core.errors import InvalidInput, NotAllowed, SignInNeeded
from luckychit.core.settings import Settings
from luckychit.domain.lottery import service as lottery
from luckychit.domain.rooms import service as rooms
from luckychit.domain.safety import errors, queries
from luckychit.domain.safety.service import declare_birth_date
from luckychit.domain.users import service as users
from luckychit.domain.users.errors import BirthDateFixed
from luckychit.domain.wallet.service import add_play_credit
from tests.helpers.circle import clock_at, with_setting
from tests.helpers.lottery import MORNING, buy
from tests.helpers.people import BORN_ON, a_manager, a_member, a_session
from tests.helpers.rooms import a_room, credit

CHILD = date(2012, 1, 1)
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def _morning(db):
    with clock_at(MORNING):
        lottery.advance()
        yield


def every_door(actor):
    """What only who may play may do, each ready to be tried."""
    room = a_room(guests=0)
    own = a_room(guests=1)
    guest = replace(own.guests[0], birth_date=actor.birth_date, country=actor.country)
    return [
        lambda: buy(actor),
        lambda: lottery.submit_async(
            actor=actor, key="k", draw_id="DDL-20270301", quantity=1, client_seed="x"
        ),
        lambda: rooms.create_room(actor=actor, key="k", name="Mine", price_minor=100),
        lambda: rooms.join(actor=actor, code=room.code),
        lambda: rooms.buy(actor=guest, key="k", code=own.code, client_seed="x"),
        lambda: add_play_credit(actor=actor, key="k", amount_minor=500),
    ]


class TestADoorOfTheGames:
    @pytest.mark.parametrize(
        ("born_on", "refusal"), [(None, errors.AgeUnknown), (CHILD, errors.TooYoung)]
    )
    def test_is_closed_to_who_is_not_known_to_be_grown_up(self, born_on, refusal):
        actor = a_member(birth_date=born_on)
        for act in every_door(actor):
            with pytest.raises(refusal):
                act()

    @pytest.mark.parametrize(
        ("country", "refusal"),
        [
            ("US", errors.CountryBlocked),
            ("T1", errors.CountryBlocked),
            ("XX", errors.CountryUnknown),
        ],
    )
    def test_is_closed_where_games_are_not_offered(self, monkeypatch, country, refusal):
        actor = replace(a_member(), country=country)
        doors = every_door(actor)
        blocked = {"GAMES_BLOCKED_COUNTRIES": "FR,US", "COUNTRY_HEADER": "CF-IPCountry"}
        with with_setting(monkeypatch, TRUSTED_PROXY_HOPS="1", **blocked):
            for act in doors:
                with pytest.raises(refusal):
                    act()

    def test_is_open_to_a_grown_up_from_elsewhere(self, monkeypatch):
        actor = replace(a_member(), country="IN")
        credit(actor, 1_000)
        blocked = {"GAMES_BLOCKED_COUNTRIES": "FR,US", "COUNTRY_HEADER": "CF-IPCountry"}
        with with_setting(monkeypatch, TRUSTED_PROXY_HOPS="1", **blocked):
            assert buy(actor).quantity == 1
            assert queries.door(actor) == ""

    def test_is_looked_at_without_the_database(self, db, monkeypatch):
        actor = a_member(birth_date=None)
        monkeypatch.setattr("luckychit.core.db.engine", lambda: pytest.fail("a trip"))
        for act in (
            lambda: buy(actor),
            lambda: rooms.join(actor=actor, code="ABCD2345"),
            lambda: add_play_credit(actor=actor, key="k", amount_minor=500),
        ):
            with pytest.raises(errors.AgeUnknown):
                act()
        assert queries.door(actor) == "age_unknown"


class TestADateOfBirth:
    def test_opens_the_games_from_the_next_request_on(self):
        member = a_member(birth_date=None)
        declare_birth_date(actor=member, birth_date=BORN_ON)
        again = users.actor_of(token=a_session(member))
        assert again.birth_date == BORN_ON
        credit(again, 1_000)
        assert buy(again).quantity == 1
        assert queries.own_safety(actor=again, now=clock.now()).age == "adult"

    def test_is_declared_once(self):
        member = a_member(birth_date=None)
        declare_birth_date(actor=member, birth_date=CHILD)
        declare_birth_date(actor=member, birth_date=CHILD)
        with pytest.raises(BirthDateFixed):
            declare_birth_date(actor=member, birth_date=BORN_ON)
        again = users.actor_of(token=a_session(member))
        assert queries.own_safety(actor=again, now=clock.now()).age == "too_young"
        assert queries.door(again) == "too_young"

    def test_is_in_the_audit_trail_without_the_date(self):
        declare_birth_date(actor=a_member(birth_date=None), birth_date=BORN_ON)
        with reading() as session:
            rows = session.execute(
                text("SELECT action, facts FROM audit_entries WHERE actor_id IS NOT NULL")
            ).all()
        assert [tuple(row) for row in rows] == [("users.birth_date_declared", {})]

    @pytest.mark.parametrize(
        "wrong",
        [
            date(1900, 1, 1),
            MORNING.date() + timedelta(days=1),
            datetime(1990, 5, 7, tzinfo=UTC),
            "7 May 1990",
            None,
        ],
    )
    def test_is_a_date_that_somebody_alive_can_have(self, wrong):
        with pytest.raises(InvalidInput):
            declare_birth_date(actor=a_member(birth_date=None), birth_date=wrong)

    def test_is_declared_by_members_alone(self):
        for actor, refusal in ((a_manager(), NotAllowed), (None, SignInNeeded)):
            with pytest.raises(refusal):
                declare_birth_date(actor=actor, birth_date=BORN_ON)


class TestTheSettings:
    def test_refuse_a_block_that_would_block_nobody(self, monkeypatch):
        monkeypatch.setenv("GAMES_BLOCKED_COUNTRIES", "US")
        with pytest.raises(ValueError, match="would block nobody"):
            Settings()
        monkeypatch.setenv("COUNTRY_HEADER", "CF-IPCountry")
        with pytest.raises(ValueError, match="would block nobody"):
            Settings()
        monkeypatch.setenv("TRUSTED_PROXY_HOPS", "1")
        assert Settings().tells_countries

    def test_refuse_a_country_file_that_is_not_there(self, monkeypatch, tmp_path):
        monkeypatch.setenv("COUNTRY_FILE", str(tmp_path / "none.mmdb"))
        with pytest.raises(ValueError, match="there is no file"):
            Settings()
